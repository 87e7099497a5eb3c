"""How DingTalk itself spells somebody's user id, and its numbers of departments"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("dingtalk_spelling", sa.String(length=64), nullable=True))
    op.add_column("person", sa.Column("dingtalk_sure", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("department", sa.Column("dingtalk_id", sa.BigInteger(), nullable=True))
    op.create_index("uq_department_dingtalk_id", "department", ["dingtalk_id"], unique=True)
