"""What becomes of a deed of 贷后 (`aftercare.py`)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from core.loans.arrears import Pause, Standing
from core.loans.outcomes import NoSuchApplication
from core.loans.repayment import Terms


@dataclass(frozen=True, slots=True)
class NotPaidOut:
    """Nothing was paid out for it yet, so nothing is to be paid back."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Nobody said yet how it is paid back."""

    application_id: int


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan stands, and where the loan is by it."""

    application_id: int
    terms: Terms
    stands: Standing


@dataclass(frozen=True, slots=True)
class Paid:
    """A repayment is recorded under `number`; where the loan is now."""

    application_id: int
    number: int
    fen: int
    on: date
    stands: Standing


@dataclass(frozen=True, slots=True)
class NotADay:
    """A repayment of a day to come, or before the payout: that is no repayment."""

    application_id: int
    on: date
    why: Literal["future", "before"]


@dataclass(frozen=True, slots=True)
class SettledAlready:
    """The loan was paid off on that day: nothing is left to pay."""

    application_id: int
    on: date


@dataclass(frozen=True, slots=True)
class TooLittle:
    """So much does not settle the loan on that day: about `wanted_fen` would, reckoned by days."""

    application_id: int
    fen: int
    wanted_fen: int
    on: date


@dataclass(frozen=True, slots=True)
class Again:
    """So many repayments of the same sum and the same day are recorded already; this one is meant to settle
    (`settles`)."""

    application_id: int
    fen: int
    on: date
    settles: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class TooMuch:
    """So much is more than the whole loan: about `wanted_fen` would settle it. A slip of the pen, unless it is said
    that it is none."""

    application_id: int
    fen: int
    on: date
    wanted_fen: int
    settles: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last repayment that was recorded does not count any more."""

    application_id: int
    fen: int
    on: date
    stands: Standing


@dataclass(frozen=True, slots=True)
class JustTakenBack:
    """One was taken back a moment ago: is this other one, of `fen` on that day, meant as well? `count`: so many of this
    sum and day were taken back already."""

    application_id: int
    fen: int
    on: date
    count: int


@dataclass(frozen=True, slots=True)
class NothingPaid:
    """There is no repayment to take back."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NotThatRepayment:
    """There is no repayment of this sum, or on this day, to take back; the last one is of `fen`, `on` that day."""

    application_id: int
    fen: int
    on: date


@dataclass(frozen=True, slots=True)
class BeforePayout:
    """The first instalment would be due before the money was paid out, on `paid_on`."""

    application_id: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class FarOff:
    """The first instalment would be due only on `first`, more than a year from now: a slip of the pen, unless it is
    said that it is none."""

    application_id: int
    first: date


@dataclass(frozen=True, slots=True)
class GraceGiven:
    """The days from `first` to `last` do not count as late."""

    application_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class GraceEnded:
    """These days of grace do not count any more; those of `left` do still."""

    application_id: int
    ended: Pause
    left: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class LongGrace:
    """The stretch is longer than lenders wait, or begins when all is due: are the days right?"""

    application_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class WhichGrace:
    """There are these stretches of grace: which of them is to end?"""

    application_id: int
    agreed: tuple[Pause, ...]


@dataclass(frozen=True, slots=True)
class NoGrace:
    """There are no days of grace to end."""

    application_id: int


@dataclass(frozen=True, slots=True)
class LoanHidden:
    """The flow hides from him what the loan costs, or what was paid out: how it is paid back would tell it."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NotYoursToRecord:
    """He may look at the application, but how it is paid back is its officer's to say, or finance's."""

    application_id: int


LoanRefusal: TypeAlias = NoSuchApplication | NotYoursToRecord | NotPaidOut | LoanHidden
PlanRefusal: TypeAlias = LoanRefusal | BeforePayout | FarOff
PayRefusal: TypeAlias = LoanRefusal | NoPlan | NotADay | SettledAlready | TooLittle | TooMuch | Again
