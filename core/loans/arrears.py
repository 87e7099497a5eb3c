"""贷后: what of a plan has been paid, and what is late; pure values and functions.

Repayments are as the officer recorded them, and each looks at the plan afresh: the oldest instalment first, of it the
interest before the principal, then the next one, ahead of its day too. What was paid late leaves no trace once it is
paid; penalties are the lender's to reckon. The state is worked out from the plan, the repayments and the day, and kept
nowhere, so that it does not matter in which order they were recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from core.loans.repayment import Instalment, Plan, in_month, rounded

_A_DAY = timedelta(days=1)


class Bucket(StrEnum):
    """账龄: how late a loan is. The values are what people call them."""

    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    BEYOND_M3 = "M3+"


_UP_TO = ((0, Bucket.M0), (30, Bucket.M1), (60, Bucket.M2), (90, Bucket.M3))
"""The most days past due of each bucket but the last."""


@dataclass(frozen=True, slots=True)
class Repayment:
    """What the customer paid on a day. `settles`: it is meant to pay the loan off before its time (提前结清).

    Raises:
        ValueError: nothing was paid; to settle is possible without, where enough was paid ahead.
    """

    on: date
    fen: int
    settles: bool = False

    def __post_init__(self) -> None:
        if self.fen < 0 or (self.fen == 0 and not self.settles):
            raise ValueError(f"no repayment: {self.fen} fen")


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of days that do not count as late, both ends with it; without `last` it still goes on.

    Raises:
        ValueError: it ends before it begins.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"a pause from {self.first} to {self.last}")

    def holds(self, day: date) -> bool:
        """Is this day one of it?"""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Part:
    """How much of an instalment is paid. `waived_fen`: interest that is owed no more, as the loan was settled before
    the instalment's day."""

    instalment: Instalment
    interest_paid_fen: int
    principal_paid_fen: int
    waived_fen: int = 0

    @property
    def open_fen(self) -> int:
        """What is still to be paid of it."""
        return self.instalment.total_fen - self.interest_paid_fen - self.principal_paid_fen - self.waived_fen


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a loan stands on a day. What is due on that very day is not late yet.

    `overdue`: what should have been paid before that day, and was not, the oldest first. What fell due in a pause that
    has lasted since is `deferred` instead: it is not late. `days_past_due`: since the day of the oldest that is
    overdue, without the paused ones. `next`: the first instalment of that day or a later one that is not paid wholly.
    `outstanding_fen`: principal not paid back, by the plan, in which what is paid ahead pays interest too: to settle
    takes less then (`to_settle`). `ahead_fen`: so much was paid ahead of its day. `over_fen`: paid beyond all that was
    owed.
    `cleared`: the day on which nothing was left to pay. `paused`: that day is of a pause.
    """

    parts: tuple[Part, ...]
    overdue: tuple[Part, ...]
    deferred: tuple[Part, ...]
    days_past_due: int
    bucket: Bucket
    next: Part | None
    outstanding_fen: int
    ahead_fen: int
    over_fen: int
    cleared: date | None
    paused: bool

    @property
    def overdue_fen(self) -> int:
        """How much is overdue."""
        return sum(each.open_fen for each in self.overdue)

    @property
    def deferred_fen(self) -> int:
        """How much was due and is not paid, and does not count as late."""
        return sum(each.open_fen for each in self.deferred)


def standing(plan: Plan, repayments: Iterable[Repayment], pauses: Sequence[Pause], today: date) -> Standing:
    """Where the loan stands on this day; repayments of later days do not count yet."""
    so_far = [each for each in repayments if each.on <= today]
    cleared, paid = _cleared(plan, so_far), sum(each.fen for each in so_far)
    if cleared.on and cleared.early:
        parts, over = _settled(plan, paid, cleared.on)
    else:
        parts, over = _spread(plan.instalments, paid)
    unpaid = [(each, late_days(each.instalment.due, pauses, today)) for each in parts if each.open_fen]
    to_come = [each for each in parts if each.instalment.due > today] if cleared.on is None else []
    left = sum(each.instalment.principal_fen - each.principal_paid_fen for each in parts)
    days = max((late for _, late in unpaid), default=0)
    return Standing(
        parts=parts,
        overdue=tuple(each for each, late in unpaid if late),
        deferred=tuple(each for each, late in unpaid if not late and each.instalment.due < today),
        days_past_due=days,
        bucket=bucket(days),
        next=next((each for each in parts if each.open_fen and each.instalment.due >= today), None),
        outstanding_fen=left,
        ahead_fen=sum(each.interest_paid_fen + each.principal_paid_fen for each in to_come),
        over_fen=over,
        cleared=cleared.on,
        paused=any(each.holds(today) for each in pauses),
    )


def bucket(days: int) -> Bucket:
    """The bucket of so many days past due."""
    return next((each for most, each in _UP_TO if days <= most), Bucket.BEYOND_M3)


def late_days(due: date, pauses: Iterable[Pause], today: date) -> int:
    """How many days after `due`, up to `today`, are of no pause: 1 on the day after it."""
    count, reached = max((today - due).days, 0), due
    for pause in sorted(pauses, key=lambda each: each.first):
        begins, ends = max(pause.first, reached + _A_DAY), min(pause.last or today, today)
        if begins <= ends:
            count, reached = count - (ends - begins).days - 1, ends
    return count


def to_settle(plan: Plan, repayments: Iterable[Repayment], today: date) -> int:
    """What would pay the loan off on this day, in fen: all that is open of the instalments due by then, all principal,
    and the interest of the running period for its days so far, as most lenders take it.

    The first period begins with the payout, a month before the first instalment where nobody knows when that was. The
    lender's own figure goes before this one: some take the whole month's interest, or a fee.
    """
    so_far = [each for each in repayments if each.on <= today]
    if _cleared(plan, so_far).on:
        return 0
    return max(_least_to_settle(plan, today) + _accrued(plan, today) - sum(each.fen for each in so_far), 0)


def most_to_settle(plan: Plan, repayments: Iterable[Repayment], on: date) -> int:
    """What can be asked for on this day to settle the loan at the most, beside what was paid by then: with the interest
    of the whole period that runs."""
    running = next((each.interest_fen for each in plan.instalments if each.due > on), 0)
    return least_to_settle(plan, repayments, on) + running


def least_to_settle(plan: Plan, repayments: Iterable[Repayment], on: date) -> int:
    """What has to be paid on this day at least, beside what was paid by then, for the loan to be settled by it, in fen:
    below it what is meant to settle is a slip of the pen."""
    return max(_least_to_settle(plan, on) - sum(each.fen for each in repayments if each.on <= on), 0)


def _least_to_settle(plan: Plan, on: date) -> int:
    """All principal, and the interest of what was due by this day."""
    return plan.principal_fen + sum(each.interest_fen for each in plan.instalments if each.due <= on)


def _accrued(plan: Plan, today: date) -> int:
    """The interest of the period that runs on this day, up to it; nothing before the first and after the last."""
    begins = None
    for each in plan.instalments:
        begins = begins or plan.paid_out or in_month(each.due, -1, each.due.day)
        if begins < today < each.due:
            return rounded(each.interest_fen * Fraction((today - begins).days, (each.due - begins).days))
        begins = each.due
    return 0


def _spread(instalments: Iterable[Instalment], fen: int) -> tuple[tuple[Part, ...], int]:
    """What the money pays, oldest first and of each the interest first, and what is left of it."""
    parts = []
    for each in instalments:
        interest = min(fen, each.interest_fen)
        principal = min(fen - interest, each.principal_fen)
        fen -= interest + principal
        parts.append(Part(each, interest, principal))
    return tuple(parts), fen


@dataclass(frozen=True, slots=True)
class _Cleared:
    """The day on which nothing was left to pay, if there was one; `early`: by settling before the time."""

    on: date | None = None
    early: bool = False


def _cleared(plan: Plan, repayments: Iterable[Repayment]) -> _Cleared:
    """What is meant to settle does so only if it pays what was due by then and all the principal; else a slip of the
    pen (5,000 for 50,000) would close a loan."""
    paid = 0
    for on, of_day in groupby(sorted(repayments, key=_day), key=_day):
        today = list(of_day)
        paid += sum(each.fen for each in today)
        if any(each.settles for each in today) and paid >= _least_to_settle(plan, on):
            return _Cleared(on, early=True)
        if paid >= plan.total_fen:
            return _Cleared(on)
    return _Cleared()


def _day(repayment: Repayment) -> date:
    return repayment.on


def _settled(plan: Plan, paid: int, on: date) -> tuple[tuple[Part, ...], int]:
    """What was paid of a loan that was settled on this day, and what beyond it: all principal, the interest due by
    then, and of the period that ran what the lender took. The other interest is waived. Who paid more than a lender
    can have taken has paid more than the interest of the days (`to_settle`)."""
    left, parts, running = paid - plan.principal_fen, [], True
    for each in plan.instalments:
        interest = 0
        if running:
            beyond = each.due > on and left > each.interest_fen
            interest = min(left, _accrued(plan, on) if beyond else each.interest_fen)
        left, running = left - interest, each.due < on
        parts.append(Part(each, interest, each.principal_fen, each.interest_fen - interest))
    return tuple(parts), left
