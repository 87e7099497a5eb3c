"""The outbox's turns with the row's number: of what is due at one moment PostgreSQL sorts nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("state = 'pending'")
    op.drop_index("ix_outbox_turn", table_name="outbox")
    op.create_index(
        "ix_outbox_turn",
        "outbox",
        ["priority", "next_try_at", "id"],
        unique=False,
        postgresql_where=where,
        sqlite_where=where,
    )
