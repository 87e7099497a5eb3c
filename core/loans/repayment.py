"""还款计划: what is paid back when, for the three ways that lenders use; pure values and functions.

Money is whole fen. One rule of rounding holds throughout: what is reckoned exactly is rounded to the fen, half a fen
up, and the last instalment takes what the rounding of the others has left, so that the principals add up to what was
lent. Every period counts as a twelfth of a year, the first one too: a lender who counts days asks for a little more or
less in the first month, and his own plan is then the one to go by.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

MOST_MONTHS = 360  # 30 years, the longest that a housing loan runs
_MOST_PLACES = 12  # no contract has more, and exact powers of a longer number take long


class Method(StrEnum):
    """How a loan is paid back: 等额本息 (the same sum each month), 等额本金 (the same principal each month, the
    interest falling), 先息后本 (interest each month, the principal with the last). The values stand in the database."""

    EQUAL_INSTALMENT = "equal_instalment"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_ONLY = "interest_only"


class Per(StrEnum):
    """What a rate is for. A yearly rate is a twelfth of it a month (单利), as contracts here have it."""

    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rate:
    """An interest rate as a part of one: 0.049 is 4.9 %.

    Raises:
        ValueError: it is below 0 or above 1 (who writes 4.9 means 4.9 %, and must say so), or has too many places.
    """

    share: Decimal
    per: Per = Per.YEAR

    def __post_init__(self) -> None:
        exponent = self.share.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -_MOST_PLACES or not 0 <= self.share <= 1:
            raise ValueError(f"no interest rate: {self.share}")

    @property
    def monthly(self) -> Fraction:
        """The part of the principal that a month costs, exactly."""
        return Fraction(self.share) / (12 if self.per is Per.YEAR else 1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What lender and customer agreed on. `first` is the day of the first instalment; the others fall due on the same
    day of the months after it, or on a month's last day where it has no such day. `day`: that day of the month, where
    `first` does not show it (28 February of a loan due on the 31st); None: that of `first`.

    Raises:
        ValueError: nothing is lent, the months are not 1 to MOST_MONTHS, or `first` is not the `day` of its month.
    """

    principal_fen: int
    method: Method
    rate: Rate
    months: int
    first: date
    day: int | None = None

    def __post_init__(self) -> None:
        if self.principal_fen <= 0 or not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"no loan: {self.principal_fen} fen for {self.months} months")
        if self.day is not None and (not 1 <= self.day <= 31 or in_month(self.first, 0, self.day) != self.first):
            raise ValueError(f"{self.first} is not the {self.day} of its month")


@dataclass(frozen=True, slots=True)
class Instalment:
    """One of a plan, numbered from 1."""

    number: int
    due: date
    principal_fen: int
    interest_fen: int

    @property
    def total_fen(self) -> int:
        """What is to be paid."""
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True, slots=True)
class Plan:
    """The instalments by their days: reckoned here, or as the lender sent them. `paid_out`: the day from which interest
    runs (None: not known)."""

    instalments: tuple[Instalment, ...]
    paid_out: date | None = None

    @property
    def principal_fen(self) -> int:
        """What was lent."""
        return sum(each.principal_fen for each in self.instalments)

    @property
    def interest_fen(self) -> int:
        """All interest, if everything is paid on its day."""
        return sum(each.interest_fen for each in self.instalments)

    @property
    def total_fen(self) -> int:
        """Principal and interest."""
        return self.principal_fen + self.interest_fen


def plan_of(terms: Terms, paid_out: date | None = None) -> Plan:
    """The plan by these terms, of what was paid out on that day. Of a loan of a few fen the later instalments may be of
    nothing."""
    due = zip(
        due_days(terms), amounts(terms.principal_fen, terms.method, terms.rate.monthly, terms.months), strict=True
    )
    found = (Instalment(number, day, *fen) for number, (day, fen) in enumerate(due, start=1))
    return Plan(tuple(found), paid_out)


def amounts(principal_fen: int, method: Method, monthly: Fraction, months: int) -> Iterator[tuple[int, int]]:
    """Of each instalment the principal and the interest, in fen. In whole numbers: reports work out a hundred thousand
    plans, and `Fraction` looks for a common divisor at every step."""
    left, half = principal_fen, monthly.denominator
    twice, whole = 2 * monthly.numerator, 2 * half
    pays_back = _WAYS[method](principal_fen, monthly, months)
    for number in range(1, months + 1):
        interest = (left * twice + half) // whole  # as `rounded` has it
        # the rounding of the instalment adds up: without the bound the last one could be below nothing
        principal = left if number == months else min(pays_back(interest), left)
        yield principal, interest
        left -= principal


def first_instalment(terms: Terms) -> int:
    """What the first instalment comes to, in fen, without reckoning all of them."""
    monthly, lent = terms.rate.monthly, terms.principal_fen
    interest = rounded(lent * monthly)
    if terms.months == 1:
        return lent + interest
    return interest + min(_WAYS[terms.method](lent, monthly, terms.months)(interest), lent)


def due_days(terms: Terms) -> Iterable[date]:
    """The days on which the instalments fall due, working days or not."""
    day = terms.day or terms.first.day
    return (in_month(terms.first, later, day) for later in range(terms.months))


def in_month(of: date, later: int, day: int) -> date:
    """That day of the month which comes so many months after the month of `of`, or its last day if it has no such."""
    years, month = divmod(of.month - 1 + later, 12)
    year, month = of.year + years, month + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def rounded(fen: Fraction) -> int:
    """To the fen, half a fen up; for sums that are not below 0."""
    return int(fen + Fraction(1, 2))


_PaysBack = Callable[[int], int]
"""The principal of an instalment that is not the last, given its interest."""


def _equal_instalment(principal: int, monthly: Fraction, months: int) -> _PaysBack:
    if not monthly:
        return _equal_principal(principal, monthly, months)
    over, under = _annuity(monthly.numerator, monthly.denominator, months)
    instalment = (2 * principal * over + under) // (2 * under)
    return lambda interest: instalment - interest


@lru_cache(maxsize=1024)
def _annuity(over: int, under: int, months: int) -> tuple[int, int]:
    """What part of the principal each instalment is, as a fraction, at a monthly rate of `over / under`."""
    grown, whole = (under + over) ** months, under**months
    return over * grown, under * (grown - whole)


def _equal_principal(principal: int, _monthly: Fraction, months: int) -> _PaysBack:
    share = rounded(Fraction(principal, months))
    return lambda _interest: share


def _interest_only(_principal: int, _monthly: Fraction, _months: int) -> _PaysBack:
    return lambda _interest: 0


_WAYS: dict[Method, Callable[[int, Fraction, int], _PaysBack]] = {
    Method.EQUAL_INSTALMENT: _equal_instalment,
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.INTEREST_ONLY: _interest_only,
}
