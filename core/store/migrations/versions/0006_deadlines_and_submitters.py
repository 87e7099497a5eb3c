"""How long a step has when a rule of automation says so, and who handed an application in"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("loan_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("within", sa.String(length=30), nullable=True))
    with op.batch_alter_table("loan_application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("submitted_by_id", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_loan_application_submitted_by_id_person"), "person", ["submitted_by_id"], ["id"]
        )
    op.execute(
        "UPDATE loan_application SET submitted_by_id = (SELECT by_id FROM loan_happening "
        "WHERE loan_happening.application_id = loan_application.id AND what = 'submitted' ORDER BY id DESC LIMIT 1)"
    )
