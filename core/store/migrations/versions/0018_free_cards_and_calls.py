"""Cards that can be changed without a code, and the calls of a month"""

import sqlalchemy as sa
from alembic import op

import core.store.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issued_card", sa.Column("free_until", core.store.base.UtcDateTime(), nullable=True))
    op.create_table(
        "platform_calls",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("name", "month", name=op.f("pk_platform_calls")),
    )
