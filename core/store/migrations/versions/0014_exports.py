"""Files that people export"""

import sqlalchemy as sa
from alembic import op

import core.store.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("screen", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("called", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=True),
        sa.Column("scope", sa.String(length=300), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("permitted", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("asked_at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("approver_id", sa.BigInteger(), nullable=True),
        sa.Column("rung_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("ended_at", core.store.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name=op.f("fk_export_approver_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_export_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_person_id_asked_at"), "export", ["person_id", "asked_at"])
    op.create_index(op.f("ix_export_asked_at"), "export", ["asked_at"])
    op.create_index(op.f("ix_export_approver_id_state"), "export", ["approver_id", "state"])
