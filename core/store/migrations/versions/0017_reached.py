"""Where somebody with two accounts acted last, and where he wants to be reached"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("acted_on", sa.String(length=12), nullable=True))
    op.add_column("person", sa.Column("prefers", sa.String(length=12), nullable=True))
