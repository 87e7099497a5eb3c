"""回款: what fell due by the plans of loans, and how much of it is paid. Reckoned loan by loan, as 逾期 is: the oldest
instalment is paid first, and what was settled before its time is owed no more.

Instalments stand nowhere: a plan is a few terms. A large company has a hundred thousand of them, so a loan is reckoned
by running totals (`_Running`), for several periods at once, and only one that was meant to be settled before its time,
of which more has to be known, part by part (`standing`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, islice
from typing import Any

from sqlalchemy import FromClause, Select, func, select
from sqlalchemy.orm import Session

from core.loans.arrears import Part, Repayment, standing
from core.loans.loan_now import terms_in
from core.loans.models import Application, Disbursement, State
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Per, Rate, amounts, in_month, plan_of
from core.reports.periods import Period, months_between
from core.store.base import table_of
from core.store.database import among

_A, _PLAN, _R, _OUT = (
    table_of(Application), table_of(RepaymentPlan), table_of(RepaymentRow), table_of(Disbursement)
)  # fmt: skip
_NEWER = _PLAN.alias("newer")

LOANS: FromClause = _PLAN.join(_A, _A.c.id == _PLAN.c.application_id)
"""The loans that have a plan."""
HOLDS = (
    _A.c.state != State.DROPPED.value,
    ~select(_NEWER.c.id).where(_NEWER.c.application_id == _PLAN.c.application_id, _NEWER.c.id > _PLAN.c.id).exists(),
)
"""Which of them count: a plan that another one replaced does not."""
TERMS = (
    _PLAN.c.application_id, _PLAN.c.principal_fen, _PLAN.c.method, _PLAN.c.rate, _PLAN.c.per, _PLAN.c.months,
    _PLAN.c.first_due, _PLAN.c.due_day,
)  # fmt: skip
"""What has to be read of each, in this order, before what it is broken down by."""
FIRST_DUE = _PLAN.c.first_due
_FEW = 2_000
"""So many loans are looked up one by one; of more it is cheaper to add up all repayments that there are."""


@dataclass(frozen=True, slots=True)
class Instalments:
    """What fell due of a loan in the period of this place, from its instalment `first` (counted from 0) on: what was
    owed of it, and what of that is paid; in fen. `loan`: as it was read."""

    loan: Sequence[Any]
    place: int
    first: int
    owed_fen: int
    paid_fen: int

    @property
    def on(self) -> date:
        """The day on which the first of them fell due."""
        return in_month(date.fromisoformat(self.loan[6]), self.first, _due_day(self.loan))


def fell_due(
    session: Session, loans: Select[Any], periods: Sequence[Period], today: date, *, each: bool = False
) -> Iterator[Instalments]:
    """What fell due of the loans in each of the periods, up to today: in one sum, or `each` instalment by itself. The
    columns of `loans` begin with `TERMS`."""
    up_to = [_Bounds(period.first, min(period.last, today)) for period in periods]
    latest = max(bounds.last for bounds in up_to).isoformat()
    rows = session.execute(loans.where(_PLAN.c.first_due <= latest)).all()
    paid, settling = _repaid(session, [row[0] for row in rows], today)
    running, apart = _Running(up_to, each=each), _Apart(session, settling, today, up_to, each=each)
    for row in rows:
        if row[0] in settling:
            yield from apart.instalments(row)
        else:
            yield from running.instalments(row, paid.get(row[0], 0))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Which instalments of a loan fall into a period."""

    first: date
    last: date

    def of(self, first_due: date, day: int, months: int) -> tuple[int, int]:
        """From which to before which, counted from 0: there is one in each month, on the `day` or the month's last."""
        begins = months_between(first_due, self.first) + (_in_month_of(self.first, day) < self.first)
        ends = months_between(first_due, self.last) + (_in_month_of(self.last, day) <= self.last)
        return max(begins, 0), min(ends, months)


def _in_month_of(other: date, day: int) -> date:
    return in_month(other, 0, day)


class _Running:
    """Loans by running totals: what of all that was owed by an instalment is above what was paid, is open."""

    def __init__(self, periods: Sequence[_Bounds], *, each: bool) -> None:
        self._periods, self._each = periods, each
        self._known: dict[tuple[str, int | None, int], tuple[int, Sequence[tuple[int, int, int]]]] = {}

    def instalments(self, loan: Sequence[Any], paid: int) -> Iterator[Instalments]:
        """What fell due of a loan of which so much is paid."""
        _, principal, method, rate, per, months, first_due, due_day, *_ = loan
        known = self._known.get((first_due, due_day, months))
        if known is None:  # of all that began on a day they are the same
            known = self._known[first_due, due_day, months] = self._steps(loan)
        most, steps = known
        if not steps:
            return
        parts = islice(amounts(principal, _METHODS[method], _monthly(rate, per), months), most)
        owed = [0, *accumulate([part + interest for part, interest in parts])]
        for place, before, behind in steps:
            fen, above = owed[behind] - owed[before], paid - owed[before]
            if fen:
                yield Instalments(loan, place, before, fen, fen if above >= fen else max(above, 0))

    def _steps(self, loan: Sequence[Any]) -> tuple[int, Sequence[tuple[int, int, int]]]:
        """How many instalments have to be worked out, and from which to before which belong to the period of a place:
        all of it, or one by one."""
        first, day, months = date.fromisoformat(loan[6]), _due_day(loan), loan[5]
        within = [(place, *bounds.of(first, day, months)) for place, bounds in enumerate(self._periods)]
        steps = [each for each in within if each[1] < each[2]]
        if self._each:
            steps = [(place, one, one + 1) for place, begins, ends in steps for one in range(begins, ends)]
        return max((ends for _, _, ends in steps), default=0), steps


def _due_day(loan: Sequence[Any]) -> int:
    return loan[7] or int(loan[6][8:])


_METHODS = {method.value: method for method in Method}


@lru_cache(maxsize=1024)
def _monthly(rate: str, per: str) -> Fraction:
    return Rate(Decimal(rate), Per(per)).monthly


class _Apart:
    """The loans that were meant to be settled before their time, as their own page reckons them."""

    def __init__(
        self, session: Session, numbers: Collection[int], today: date, periods: Sequence[_Bounds], *, each: bool
    ) -> None:
        self._today, self._periods, self._each = today, periods, each
        self._paid: dict[int, list[Repayment]] = {}
        self._out: dict[int, str] = {}
        if numbers:
            self._read(session, numbers)

    def _read(self, session: Session, numbers: Collection[int]) -> None:
        counts = (among(session, _R.c.application_id, numbers), _R.c.taken_back_at.is_(None))
        paid = select(_R.c.application_id, _R.c.paid_on, _R.c.amount_fen, _R.c.settles)
        for number, day, fen, settles in session.execute(paid.where(*counts).order_by(_R.c.paid_on, _R.c.id)):
            self._paid.setdefault(number, []).append(Repayment(date.fromisoformat(day), fen, settles))
        first = select(_OUT.c.application_id, func.min(_OUT.c.paid_on)).group_by(_OUT.c.application_id)
        for number, day in session.execute(first.where(among(session, _OUT.c.application_id, numbers))):
            self._out[number] = day

    def instalments(self, loan: Any) -> Iterator[Instalments]:
        """What fell due of a loan."""
        terms, out = terms_in(loan), self._out.get(loan[0])
        if all(months_between(terms.first, bounds.first) > terms.months for bounds in self._periods):
            return  # the last instalment was before
        plan = plan_of(terms, date.fromisoformat(out) if out else None)
        parts = standing(plan, self._paid[loan[0]], (), self._today).parts
        for place, bounds in enumerate(self._periods):
            fell = [part for part in parts if bounds.first <= part.instalment.due <= bounds.last and _owed(part)]
            for some in ([part] for part in fell) if self._each else [fell] if fell else ():
                owed, paid = sum(map(_owed, some)), sum(map(_paid, some))
                yield Instalments(loan, place, some[0].instalment.number - 1, owed, paid)


def _owed(part: Part) -> int:
    return part.instalment.total_fen - part.waived_fen


def _paid(part: Part) -> int:
    return part.interest_paid_fen + part.principal_paid_fen


def _repaid(session: Session, loans: Collection[int], today: date) -> tuple[Mapping[int, int], Collection[int]]:
    """How much was paid of each loan up to today, and the loans of which something was meant to settle them."""
    counts = [_R.c.taken_back_at.is_(None), _R.c.paid_on <= today.isoformat()]
    if len(loans) <= _FEW:
        counts.append(among(session, _R.c.application_id, loans))
    wanted = select(_R.c.application_id, func.sum(_R.c.amount_fen), func.count().filter(_R.c.settles))
    paid, settling = {}, set()
    for number, fen, settles in session.execute(wanted.where(*counts).group_by(_R.c.application_id)):
        paid[number] = int(fen)
        if settles:
            settling.add(number)
    return paid, settling
