"""By a plan for less than was lent no loan is paid off: what was taken for over runs on, and so does its lead"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_LEAD = sa.table("lead", sa.column("id"), sa.column("settled_at"), sa.column("revision"))
_APPLICATION = sa.table("loan_application", sa.column("id"), sa.column("lead_id"), sa.column("state"))
_PAID_OUT = sa.table("loan_disbursement", sa.column("application_id"), sa.column("amount_fen"))
_COLUMNS = ("id", "application_id", "principal_fen", "ended_at")
_PLAN = sa.table("loan_plan", *(sa.column(name) for name in _COLUMNS))
_NEWER = _PLAN.alias("newer")

_LENT = sa.select(sa.func.sum(_PAID_OUT.c.amount_fen)).where(_PAID_OUT.c.application_id == _PLAN.c.application_id)
_NOT_PAID_OFF = (
    _PLAN.c.ended_at.is_not(None),
    _PLAN.c.principal_fen < _LENT.scalar_subquery(),
    ~sa.exists().where(_NEWER.c.application_id == _PLAN.c.application_id, _NEWER.c.id > _PLAN.c.id),
)
_OF_SUCH_A_LOAN = (
    sa.select(_APPLICATION.c.lead_id)
    .join_from(_APPLICATION, _PLAN, _PLAN.c.application_id == _APPLICATION.c.id)
    .where(_APPLICATION.c.state != "dropped", *_NOT_PAID_OFF)
)
# The lead first: which loans it was, their plans still say.
STATEMENTS = (
    sa.update(_LEAD)
    .where(_LEAD.c.settled_at.is_not(None), _LEAD.c.id.in_(_OF_SUCH_A_LOAN))
    .values(settled_at=None, revision=_LEAD.c.revision + 1),
    sa.update(_PLAN).where(*_NOT_PAID_OFF).values(ended_at=None),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
