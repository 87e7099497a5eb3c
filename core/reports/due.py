"""回款: what fell due by the plans of loans, and how much of it is paid. Reckoned loan by loan, as 逾期 is: the oldest
instalment is paid first, and what was settled before its time is owed no more."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from core.leads.models import Lead
from core.loans.arrears import Part, Repayment, standing
from core.loans.loan_now import terms_in
from core.loans.models import Application, Disbursement, State
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.loans.repayment import plan_of
from core.moments import day_of
from core.people.models import Department, Person
from core.reports.periods import Period, months_between
from core.store.base import table_of
from core.store.database import among

_A, _L, _P, _D = table_of(Application), table_of(Lead), table_of(Person), table_of(Department)
_PLAN, _R, _OUT = table_of(RepaymentPlan), table_of(RepaymentRow), table_of(Disbursement)


@dataclass(frozen=True, slots=True)
class FellDue:
    """An instalment that fell due `on` a day: what was owed of it in all, and what of that is paid; in fen."""

    application_id: int
    lead_id: int
    owner_id: int
    department: str
    product: str
    channel: str
    region: str | None
    on: date
    owed_fen: int
    paid_fen: int


def fell_due(
    session: Session, period: Period, as_of: Any, conditions: Sequence[ColumnElement[bool]]
) -> Iterator[FellDue]:
    """The instalments of the period, up to the day of `as_of`, of the loans that `conditions` (over application, lead,
    person and department) pick. A plan that another one replaced does not count."""
    today = day_of(as_of)
    newer = _PLAN.alias("newer")
    replaced = (newer.c.application_id == _PLAN.c.application_id) & (newer.c.id > _PLAN.c.id)
    first_paid = select(func.min(_OUT.c.paid_on)).where(_OUT.c.application_id == _A.c.id).scalar_subquery()
    columns = (_PLAN, _A.c.lead_id, _A.c.owner_id, _A.c.product, _L.c.channel, _L.c.region, _D.c.path)
    wanted = (
        select(*columns, first_paid.label("paid_out"))
        .select_from(_PLAN)
        .join(_A, _A.c.id == _PLAN.c.application_id)
        .join(_L, _L.c.id == _A.c.lead_id)
        .join(_P, _P.c.id == _A.c.owner_id)
        .join(_D, _D.c.id == _P.c.department_id)
        .where(
            _PLAN.c.first_due <= period.last.isoformat(),
            _A.c.state != State.DROPPED.value,
            ~select(newer.c.id).where(replaced).exists(),
            *conditions,
        )
    )
    rows = session.execute(wanted).all()
    paid = _repaid(session, [row.application_id for row in rows])
    for row in rows:
        yield from _of_loan(row, paid.get(row.application_id, []), period, today)


def _of_loan(row: Row[Any], paid: list[Repayment], period: Period, today: date) -> Iterator[FellDue]:
    terms, last = terms_in(row), min(period.last, today)
    if months_between(terms.first, period.first) > terms.months:
        return  # the last instalment was before: most loans of long ago, whose plans need not be worked out
    plan = plan_of(terms, date.fromisoformat(row.paid_out) if row.paid_out else None)
    whose = (row.application_id, row.lead_id, row.owner_id, row.path, row.product, row.channel, row.region)
    for part in standing(plan, paid, (), today).parts:
        if period.first <= part.instalment.due <= last and _owed(part):
            yield FellDue(*whose, part.instalment.due, _owed(part), part.interest_paid_fen + part.principal_paid_fen)


def _owed(part: Part) -> int:
    return part.instalment.total_fen - part.waived_fen


def _repaid(session: Session, applications: Collection[int]) -> dict[int, list[Repayment]]:
    counts = (among(session, _R.c.application_id, applications), _R.c.taken_back_at.is_(None))
    found: dict[int, list[Repayment]] = {}
    for row in session.execute(select(_R).where(*counts).order_by(_R.c.paid_on, _R.c.id)):
        paid = Repayment(date.fromisoformat(row.paid_on), row.amount_fen, row.settles)
        found.setdefault(row.application_id, []).append(paid)
    return found
