"""What was drawn last of a card that hangs"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issued_card", sa.Column("hangs_as", sa.LargeBinary(), nullable=True))
    op.add_column("issued_card", sa.Column("hangs_revision", sa.Integer(), nullable=True))
