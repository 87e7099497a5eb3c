"""Automation: its memory and its log, follow-up tasks, and marks that a rule has set"""

import sqlalchemy as sa
from alembic import op

from core.store.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "automation_state",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("rule", "subject", name=op.f("pk_automation_state")),
    )
    op.create_table(
        "automation_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("came_by", sa.String(length=10), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automation_run")),
    )
    op.create_index(op.f("ix_automation_run_rule_id"), "automation_run", ["rule", "id"], unique=False)
    op.create_index(op.f("ix_automation_run_subject_id"), "automation_run", ["subject", "id"], unique=False)
    op.create_index(op.f("ix_automation_run_at"), "automation_run", ["at"], unique=False)

    op.create_table(
        "follow_task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_follow_task_done_by_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_follow_task_lead_id_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_task")),
    )
    op.create_index(
        "ix_follow_task_undone",
        "follow_task",
        ["lead_id", "id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )

    with op.batch_alter_table("mark_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=40), nullable=True))
        batch_op.alter_column("by_id", existing_type=sa.BigInteger(), nullable=True)
