"""The money: what was paid out, how it is to be paid back, what was, and what the officer was told of."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.dossier.reading import Reading, Who
from core.loans.arrears import Bucket
from core.loans.loan_now import loan_now, plan_of_loan
from core.loans.models import Disbursement
from core.loans.repaid import DueReminder, GracePeriod, RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Per
from core.store.base import table_of

_D, _P, _R = table_of(Disbursement), table_of(RepaymentPlan), table_of(RepaymentRow)
_G, _TOLD = table_of(GracePeriod), table_of(DueReminder)


@dataclass(frozen=True, slots=True)
class Payout:
    """放款: money that was paid out, and who recorded it."""

    paid_on: date
    amount_fen: int
    by: Who | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment of a plan."""

    number: int
    due: date
    principal_fen: int
    interest_fen: int
    total_fen: int


@dataclass(frozen=True, slots=True)
class PlanOfLoan:
    """还款计划. `rate` is a share of one for a year or a month; `ended_at`: it was replaced, or paid off."""

    number: int
    at: datetime
    by: Who | None
    principal_fen: int
    method: Method
    rate: Decimal
    per: Per
    months: int
    first_due: date
    next_due: date | None
    ended_at: datetime | None
    instalments: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """还款, as it was recorded; one that was recorded by mistake is taken back, and counts no more. `settles`: it was
    meant to pay the loan off."""

    paid_on: date
    amount_fen: int
    settles: bool
    by: Who | None
    at: datetime
    taken_back_at: datetime | None
    taken_back_by: Who | None


@dataclass(frozen=True, slots=True)
class Grace:
    """Days that do not count as late; `last` None: until further notice."""

    first: date
    last: date | None
    by: Who | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """The officer was told of an instalment: so many days before it (`d3`, `d0`), or how late it is (`M1`)."""

    at: datetime
    due: date
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the loan stands on the day of the export."""

    lent_fen: int
    paid_out: date
    outstanding_fen: int | None
    overdue_fen: int | None
    days_past_due: int | None
    bucket: Bucket | None
    cleared: date | None


def payouts(reading: Reading) -> list[Payout]:
    """What was paid out, the first first."""
    return [
        Payout(date.fromisoformat(row.paid_on), row.amount_fen, reading.who(row.by_id, row.at), row.at)
        for row in reading.rows(_D)
    ]


def plans(reading: Reading) -> list[PlanOfLoan]:
    """All plans that there were, the first first."""
    return [_plan(reading, row) for row in reading.rows(_P)]


def _plan(reading: Reading, row: Any) -> PlanOfLoan:
    plan = plan_of_loan(reading.session.connection(), row)
    return PlanOfLoan(
        number=row.id,
        at=row.at,
        by=reading.who(row.by_id, row.at),
        principal_fen=row.principal_fen,
        method=Method(row.method),
        rate=Decimal(row.rate),
        per=Per(row.per),
        months=row.months,
        first_due=date.fromisoformat(row.first_due),
        next_due=date.fromisoformat(row.next_due) if row.next_due else None,
        ended_at=row.ended_at,
        instalments=tuple(
            Due(each.number, each.due, each.principal_fen, each.interest_fen, each.total_fen)
            for each in plan.instalments
        ),
    )


def repayments(reading: Reading) -> list[Paid]:
    """What was recorded as paid back, also what was taken back, in the order in which it was recorded."""
    return [
        Paid(
            date.fromisoformat(row.paid_on),
            row.amount_fen,
            row.settles,
            reading.who(row.by_id, row.at),
            row.at,
            row.taken_back_at,
            reading.who(row.taken_back_by_id, row.taken_back_at),
        )
        for row in reading.rows(_R)
    ]


def graces(reading: Reading) -> list[Grace]:
    """The days that do not count as late."""
    return [
        Grace(
            date.fromisoformat(row.first),
            date.fromisoformat(row.last) if row.last else None,
            reading.who(row.by_id, row.at),
            row.at,
        )
        for row in reading.rows(_G)
    ]


def told(reading: Reading) -> list[Told]:
    """What its officer was told of instalments, the first first."""
    wanted = select(_TOLD).join(_P, _P.c.id == _TOLD.c.plan_id).where(_P.c.application_id == reading.number)
    rows = reading.session.execute(wanted.order_by(_TOLD.c.at, _TOLD.c.due, _TOLD.c.what))
    return [Told(row.at, date.fromisoformat(row.due), row.what) for row in rows]


def standing(reading: Reading) -> Standing | None:
    """Where the loan stands; None if nothing was paid out."""
    loan = loan_now(reading.session.connection(), reading.number, reading.now)
    if loan is None:
        return None
    now = loan.stands
    if now is None:  # nobody said yet how it is paid back
        return Standing(loan.lent_fen, loan.paid_out, None, None, None, None, None)
    return Standing(
        loan.lent_fen,
        loan.paid_out,
        now.outstanding_fen,
        now.overdue_fen,
        now.days_past_due,
        now.bucket,
        now.cleared,
    )
