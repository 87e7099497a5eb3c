"""回款: what fell due by the plans of loans, and how much of it is paid. Reckoned loan by loan, as 逾期 is: the oldest
instalment is paid first, and what was settled before its time is owed no more.

Instalments stand nowhere: a plan is a few terms. A large company has a hundred thousand of them, so a loan is reckoned
by running totals, for several periods at once, and only one for whose settling more was paid than the running period's
interest part by part (`standing`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, groupby, islice
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
    running = _Running(up_to, each=each)
    apart = _Settling(session, settling, today, running)
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
        most, steps = self.steps(loan)
        if not steps:
            return
        owed = [0, *accumulate([part + interest for part, interest in islice(_amounts(loan), most)])]
        for place, before, behind in steps:
            fen, above = owed[behind] - owed[before], paid - owed[before]
            if fen:
                yield Instalments(loan, place, before, fen, fen if above >= fen else max(above, 0))

    def steps(self, loan: Sequence[Any]) -> tuple[int, Sequence[tuple[int, int, int]]]:
        """How many instalments have to be worked out, and from which to before which belong to the period of a place:
        all of it, or one by one."""
        key = (loan[6], loan[7], loan[5])
        found = self._known.get(key)
        if found is None:  # of all that began on a day they are the same
            found = self._known[key] = self._steps(date.fromisoformat(loan[6]), _due_day(loan), loan[5])
        return found

    def _steps(self, first: date, day: int, months: int) -> tuple[int, Sequence[tuple[int, int, int]]]:
        within = [(place, *bounds.of(first, day, months)) for place, bounds in enumerate(self._periods)]
        steps = [each for each in within if each[1] < each[2]]
        if self._each:
            steps = [(place, one, one + 1) for place, begins, ends in steps for one in range(begins, ends)]
        return max((ends for _, _, ends in steps), default=0), steps


def _amounts(loan: Sequence[Any]) -> Iterator[tuple[int, int]]:
    _, principal, method, rate, per, months, *_ = loan
    return amounts(principal, _METHODS[method], _monthly(rate, per), months)


def _due_day(loan: Sequence[Any]) -> int:
    return loan[7] or int(loan[6][8:])


_METHODS = {method.value: method for method in Method}


@lru_cache(maxsize=1024)
def _monthly(rate: str, per: str) -> Fraction:
    return Rate(Decimal(rate), Per(per)).monthly


class _Settling:
    """The loans that were meant to be settled before their time, reckoned as `standing` does."""

    def __init__(self, session: Session, numbers: Collection[int], today: date, running: _Running) -> None:
        self._today, self._running = today, running
        self._paid: dict[int, list[Repayment]] = {}
        self._out: dict[int, str] = {}
        if numbers:
            self._read(session, numbers)

    def _read(self, session: Session, numbers: Collection[int]) -> None:
        counts = (_R.c.taken_back_at.is_(None), _R.c.paid_on <= self._today.isoformat())
        paid = select(_R.c.application_id, _R.c.paid_on, _R.c.amount_fen, _R.c.settles).where(*counts)
        of_these = among(session, _R.c.application_id, numbers)
        for number, day, fen, settles in session.execute(paid.where(of_these).order_by(_R.c.paid_on, _R.c.id)):
            self._paid.setdefault(number, []).append(Repayment(date.fromisoformat(day), fen, settles))
        first = select(_OUT.c.application_id, func.min(_OUT.c.paid_on)).group_by(_OUT.c.application_id)
        for number, day in session.execute(first.where(among(session, _OUT.c.application_id, numbers))):
            self._out[number] = day

    def instalments(self, loan: Any) -> Iterator[Instalments]:
        """What fell due of a loan: from the settling on its principal alone is owed, and what interest was taken of the
        period that ran; and all of it is paid."""
        _, steps = self._running.steps(loan)
        if not steps:
            return
        parts, paid = list(_amounts(loan)), sum(each.fen for each in self._paid[loan[0]])
        interest = [0, *accumulate(each for _, each in parts)]
        on = self._settled_on(loan, interest)
        if on is None:
            yield from self._running.instalments(loan, paid)
            return
        was_due, on_its_day = _was_due(loan, on)
        taken = 0 if on_its_day or was_due == len(parts) else paid - loan[1] - interest[was_due]
        if taken and taken > parts[was_due][1]:
            yield from self._part_by_part(loan, steps)
            return
        for place, before, behind in steps:
            fen = sum(principal for principal, _ in parts[before:behind])
            fen += interest[min(behind, was_due)] - interest[min(before, was_due)]
            fen += taken if before <= was_due < behind else 0
            if fen:
                yield Instalments(loan, place, before, fen, fen)

    def _settled_on(self, loan: Any, interest: Sequence[int]) -> date | None:
        """The day, if what was meant to settle did (`arrears`): before all was paid, and by paying what was due by then
        and the principal."""
        paid = 0
        for on, of_day in groupby(self._paid[loan[0]], key=_day):
            some = list(of_day)
            paid += sum(each.fen for each in some)
            if any(each.settles for each in some) and paid >= loan[1] + interest[_was_due(loan, on)[0]]:
                return on
            if paid >= loan[1] + interest[-1]:
                return None
        return None

    def _part_by_part(self, loan: Any, steps: Sequence[tuple[int, int, int]]) -> Iterator[Instalments]:
        out = self._out.get(loan[0])
        plan = plan_of(terms_in(loan), date.fromisoformat(out) if out else None)
        parts = standing(plan, self._paid[loan[0]], (), self._today).parts
        for place, before, behind in steps:
            owed, paid = sum(map(_owed, parts[before:behind])), sum(map(_paid, parts[before:behind]))
            if owed:
                yield Instalments(loan, place, before, owed, paid)


def _day(repayment: Repayment) -> date:
    return repayment.on


def _was_due(loan: Sequence[Any], on: date) -> tuple[int, bool]:
    """How many instalments had fallen due by this day, and whether the last of them did on it."""
    first, day = date.fromisoformat(loan[6]), _due_day(loan)
    of_month = _in_month_of(on, day)
    number = max(months_between(first, on) + (of_month <= on), 0)
    return min(number, loan[5]), of_month == on and 0 < number <= loan[5]


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
