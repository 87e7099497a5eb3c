"""Reminders: their kind and turn in the outbox, and what people want of them"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("reminder", sa.String(length=12), nullable=True))
    op.add_column("outbox", sa.Column("priority", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    for name, columns, state in (
        ("ix_outbox_turn", ["priority", "next_try_at"], "pending"),
        ("ix_outbox_held", ["next_try_at"], "held"),
    ):
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "outbox", columns, unique=False, postgresql_where=where, sqlite_where=where)
    op.create_table(
        "reminder_wishes",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_until", sa.SmallInteger(), nullable=True),
        sa.Column("days_off", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminder_wishes")),
    )
