"""A loan after its payout, as it stands: reckoned from plan and repayments (`arrears.py`). Reads only."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, exists, select

from core.loans.arrears import Pause, Repayment, Standing, standing, to_settle
from core.loans.models import Application, Disbursement, State
from core.loans.repaid import GracePeriod, RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Per, Plan, Rate, Terms, plan_of
from core.moments import day_of
from core.store.base import table_of
from core.store.database import Executor

_A, _D, _P = table_of(Application), table_of(Disbursement), table_of(RepaymentPlan)
_R, _G = table_of(RepaymentRow), table_of(GracePeriod)


@dataclass(frozen=True, slots=True)
class LoanNow:
    """A loan after its payout: what was paid out when, the terms (None: nobody said yet), the plan, where it stands,
    each repayment with who recorded it, and the stretches of days that do not count as late."""

    application_id: int
    lead_id: int
    lent_fen: int
    paid_out: date
    terms: Terms | None
    plan: Plan | None
    stands: Standing | None
    paid: tuple[tuple[Repayment, int], ...]
    graces: tuple[Pause, ...] = ()


def lent(executor: Executor, application_id: int) -> tuple[int, date] | None:
    """How much was paid out in all, and when first; None if nothing was."""
    wanted = select(_D.c.amount_fen, _D.c.paid_on).where(_D.c.application_id == application_id)
    rows = executor.execute(wanted).all()
    if not rows:
        return None
    return sum(row.amount_fen for row in rows), min(date.fromisoformat(row.paid_on) for row in rows)


def plan_row(executor: Executor, application_id: int) -> Any:
    """The plan that counts now; None if there is none, or the loan is paid off."""
    active = (_P.c.application_id == application_id, _P.c.ended_at.is_(None))
    return executor.execute(select(_P).where(*active)).one_or_none()


def last_plan_row(executor: Executor, application_id: int) -> Any:
    """The newest plan, also one that is paid off."""
    wanted = select(_P).where(_P.c.application_id == application_id).order_by(_P.c.id.desc())
    return executor.execute(wanted).first()


def terms_in(row: Any) -> Terms:
    """The terms that stand in a plan's row."""
    rate = Rate(Decimal(row.rate), Per(row.per))
    first = date.fromisoformat(row.first_due)
    return Terms(row.principal_fen, Method(row.method), rate, row.months, first, row.due_day)


def plan_of_loan(executor: Executor, row: Any) -> Plan:
    """The instalments of the plan in this row."""
    paid_out = lent(executor, row.application_id)
    return plan_of(terms_in(row), paid_out[1] if paid_out is not None else None)


def repayments(executor: Executor, application_id: int) -> list[Repayment]:
    """All that counts, in the order of their days."""
    counts = (_R.c.application_id == application_id, _R.c.taken_back_at.is_(None))
    rows = executor.execute(select(_R).where(*counts).order_by(_R.c.paid_on, _R.c.id))
    return [Repayment(date.fromisoformat(row.paid_on), row.amount_fen, row.settles) for row in rows]


def graces(executor: Executor, application_id: int) -> list[Pause]:
    """The stretches of days that do not count as late."""
    rows = executor.execute(select(_G).where(_G.c.application_id == application_id).order_by(_G.c.id))
    return [Pause(date.fromisoformat(row.first), date.fromisoformat(row.last) if row.last else None) for row in rows]


def stands(executor: Executor, row: Any, today: date) -> tuple[Plan, Standing]:
    """The plan in this row, and where its loan is on this day. It is not paid off by a plan for less than was lent."""
    paid_out = lent(executor, row.application_id)
    plan = plan_of(terms_in(row), paid_out[1] if paid_out is not None else None)
    paid = repayments(executor, row.application_id)
    now = standing(plan, paid, graces(executor, row.application_id), today)
    for_less = paid_out is not None and row.principal_fen < paid_out[0]
    return plan, replace(now, cleared=None) if for_less else now


def newest_of_lead(executor: Executor, lead_id: int) -> int | None:
    """The lead's application for which money was paid out last; None if none was."""
    wanted = select(_D.c.application_id).join(_A, _A.c.id == _D.c.application_id).where(_A.c.lead_id == lead_id)
    return executor.scalars(wanted.order_by(_D.c.id.desc()).limit(1)).first()


def all_of_lead(executor: Executor, lead_id: int) -> list[int]:
    """The lead's applications for which money was paid out, without those that were dropped, by number."""
    paid_out = exists().where(_D.c.application_id == _A.c.id)
    wanted = select(_A.c.id).where(_A.c.lead_id == lead_id, _A.c.state != State.DROPPED.value, paid_out)
    return list(executor.scalars(wanted.order_by(_A.c.id)))


def running_of_lead(executor: Executor, lead_id: int) -> list[int]:
    """Those of `all_of_lead` that are not paid off. One for which nobody said how it is paid back is not, as far as
    anybody knows."""
    of_it = _P.c.application_id == _A.c.id
    paid_off = and_(exists().where(of_it), ~exists().where(of_it, _P.c.ended_at.is_(None)))
    wanted = select(_A.c.id).where(_A.c.id.in_(all_of_lead(executor, lead_id)), ~paid_off)
    return list(executor.scalars(wanted.order_by(_A.c.id)))


def has_others(executor: Executor, lead_id: int, application_id: int) -> bool:
    """Does another loan of the lead still run?"""
    return any(number != application_id for number in running_of_lead(executor, lead_id))


def loan_now(executor: Executor, application_id: int, now: datetime) -> LoanNow | None:
    """The loan of an application as it stands; None if nothing was paid out."""
    paid_out = lent(executor, application_id)
    if paid_out is None:
        return None
    lead_id = executor.execute(select(_A.c.lead_id).where(_A.c.id == application_id)).scalar_one()
    row = last_plan_row(executor, application_id)
    plan, at = stands(executor, row, day_of(now)) if row is not None else (None, None)
    counts = (_R.c.application_id == application_id, _R.c.taken_back_at.is_(None))
    recorded = executor.execute(select(_R).where(*counts).order_by(_R.c.paid_on, _R.c.id)).all()
    paid = tuple(
        (Repayment(date.fromisoformat(one.paid_on), one.amount_fen, one.settles), one.by_id) for one in recorded
    )
    terms = terms_in(row) if row is not None else None
    free = tuple(graces(executor, application_id))
    return LoanNow(application_id, lead_id, paid_out[0], paid_out[1], terms, plan, at, paid, free)


def pay_off(loan: LoanNow, today: date) -> int:
    """About how much would settle the loan today, in fen, reckoned by days (`arrears.to_settle`); 0 without a plan."""
    return to_settle(loan.plan, [one for one, _ in loan.paid], today) if loan.plan is not None else 0
