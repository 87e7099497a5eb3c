"""How long a step has when a rule of automation says so"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("loan_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("within", sa.String(length=30), nullable=True))
