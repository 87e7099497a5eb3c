"""Of a repayment plan no bucket is kept; and up to which day its officer was told, not when the sweep looked"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: on SQLite that would copy the table, and these two it does in place.
    op.execute("ALTER TABLE loan_plan DROP COLUMN bucket")
    # Who was looked at on a day was told of that day: the values hold.
    op.execute("ALTER TABLE loan_plan RENAME COLUMN told_on TO told_to")
