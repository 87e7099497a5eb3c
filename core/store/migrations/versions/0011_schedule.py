"""The runs of timed jobs"""

import sqlalchemy as sa
from alembic import op

import core.store.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("due_at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("closes_at", core.store.base.UtcDateTime(), nullable=False),
        sa.Column("spread_seconds", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=True),
        sa.Column("began_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("ended_at", core.store.base.UtcDateTime(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_index(op.f("ix_job_run_due_at"), "job_run", ["due_at"])
    op.create_index(op.f("ix_job_run_state"), "job_run", ["state"])
