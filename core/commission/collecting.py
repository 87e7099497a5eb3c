"""业绩归集: the payouts that earn commission, as they stand in the database. Reads only."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.commission.plans import Facts
from core.commission.settling import Paid
from core.leads.channels import Channels
from core.leads.models import Lead
from core.loans.disbursed import IS_FIRST, OFFICER
from core.loans.models import Application, Disbursement
from core.people.models import Department, Person
from core.people.queries import ACCOUNT
from core.store.base import table_of

_D, _A, _L = table_of(Disbursement), table_of(Application), table_of(Lead)
_P, _DEPT = table_of(Person), table_of(Department)


def payouts(session: Session, first: date, last: date, channels: Channels) -> list[Paid]:
    """Those of these days (both included), in their order. Whoever handled the loan when it was paid out earns by it;
    his rank and department are those of now. The fee comes with the first payout of a loan; what the deal cost is what
    a lead of its channel does (nothing, where that is not known)."""
    columns = (
        _D.c.id, _D.c.application_id, _D.c.paid_on, _D.c.amount_fen, func.coalesce(_A.c.fee_fen, 0).label("fee"),
        IS_FIRST.label("is_first"), OFFICER.label("officer"), _A.c.product, _L.c.channel, _P.c.rank,
        ACCOUNT.label("account"), _DEPT.c.path,
    )  # fmt: skip
    rows = select(*columns).select_from(
        _D.join(_A, _A.c.id == _D.c.application_id)
        .join(_L, _L.c.id == _A.c.lead_id)
        .join(_P, _P.c.id == OFFICER)
        .join(_DEPT, _DEPT.c.id == _P.c.department_id)
    )
    of_days = (_D.c.paid_on >= first.isoformat(), _D.c.paid_on <= last.isoformat())
    costs = {channel.name: channel.cost_fen or 0 for channel in channels.channels}
    found = []
    for row in session.execute(rows.where(*of_days).order_by(_D.c.paid_on, _D.c.id)):
        fee, cost = (row.fee, costs.get(row.channel, 0)) if row.is_first else (0, 0)
        facts = Facts(row.account or "", row.rank or "", row.path, row.product, row.channel)
        on = date.fromisoformat(row.paid_on)
        found.append(Paid(row.id, row.application_id, on, row.amount_fen, fee, fee - cost, row.officer, facts))
    return found
