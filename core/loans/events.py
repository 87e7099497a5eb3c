"""What can happen to applications, for whoever listens (notices, automation)."""

from dataclasses import dataclass
from datetime import date, datetime

from core.loans.flows import Rung
from core.loans.report_now import ReportNow
from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class TasksOpened(Event):
    """Somebody can act now: by person, the task."""

    application_id: int
    tasks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TasksChanged(Event):
    """What was done to these tasks: their cards show it. `closed_by` is who did it, if a person."""

    application_id: int
    tasks: tuple[int, ...]
    closed_by: int | None


@dataclass(frozen=True, slots=True)
class ClockWentOn(Event):
    """继续: the clock of these tasks goes on, by person, the task. Whose card was changed to the pause is told of the
    deadline."""

    application_id: int
    tasks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ApplicationChanged(Event):
    """It stands elsewhere now, or something on it is new: the cards that show it."""

    application_id: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class ValuesChanged(Event):
    """What is filled in is another than before."""

    application_id: int


@dataclass(frozen=True, slots=True)
class Screened(Event):
    """The risk rules were asked about it, and found something else than before. `handed_in`: as it was handed in, else
    as `by_id` changed it, or asked; `speaks_against`: it is to be looked at by somebody, or refused; `turned`: that is
    another suggestion than before."""

    application_id: int
    owner_id: int
    by_id: int | None
    handed_in: bool
    speaks_against: bool
    turned: bool


@dataclass(frozen=True, slots=True)
class OutsideAwaited(Event):
    """It has come to a node where it waits for something from outside; its officer says when that is there."""

    application_id: int
    owner_id: int


@dataclass(frozen=True, slots=True)
class StageEntered(Event):
    """It is at another stage than before: at `stage` (its key)."""

    application_id: int
    lead_id: int
    stage: str


@dataclass(frozen=True, slots=True)
class ApplicationReturned(Event):
    """`by_id` sent it back: to its officer (`to_start`), or to a node where it was before."""

    application_id: int
    owner_id: int
    by_id: int | None
    to_start: bool


@dataclass(frozen=True, slots=True)
class ApplicationEnded(Event):
    """It has come to its end: to a loan, or to nothing."""

    application_id: int
    lead_id: int
    owner_id: int
    won: bool
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Copied(Event):
    """抄送: these people are told of it, by `by_id` or (None) by the flow."""

    application_id: int
    people: tuple[int, ...]
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Nudged(Event):
    """催办: who has these tasks (by person) is asked to hurry."""

    application_id: int
    tasks: tuple[tuple[int, int], ...]
    by_id: int


@dataclass(frozen=True, slots=True)
class PaidOut(Event):
    """放款: commission and reports count it; its officer sets the repayment plan. `planned_fen` is what the plan was
    made for, if that is another sum than was paid out in all (None: it fits, or there is none)."""

    disbursement_id: int
    application_id: int
    amount_fen: int
    owner_id: int
    by_id: int | None
    planned_fen: int | None


@dataclass(frozen=True, slots=True)
class PayoutCorrected(Event):
    """What was paid out was written down wrongly: it was so much, on that day. `planned_fen` is what the repayment plan
    was made for, if that is another sum (None: it fits, or there is none)."""

    application_id: int
    owner_id: int
    amount_fen: int
    paid_on: str
    by_id: int | None
    planned_fen: int | None


@dataclass(frozen=True, slots=True)
class AmountLowered(Event):
    """At a node (by its name) `by_id` grants less than was applied for."""

    application_id: int
    owner_id: int
    by_id: int | None
    node: str
    before_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class StandInArranged(Event):
    """代理: from `since` until `until` the one acts for the other. `instead_of` did so before, and does no more,
    but for those of `go_on_after`, who do again when it is over."""

    person_id: int
    stand_in_id: int
    since: datetime
    until: datetime
    instead_of: tuple[int, ...] = ()
    go_on_after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StandInOver(Event):
    """He is back earlier: these act for him no more."""

    person_id: int
    stand_in_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StandInLost(Event):
    """`stand_in_id` has left, and acts for these people no more."""

    stand_in_id: int
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RepaymentDue(Event):
    """An instalment will be due (`what` is `d3`, three days before, or `d0`, on its day; sooner if that is a day off)
    or came into a bucket (`M1`): its officer is told."""

    application_id: int
    owner_id: int
    due: date
    what: str


@dataclass(frozen=True, slots=True)
class LoanSettled(Event):
    """The loan is paid off."""

    application_id: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class RungReached:
    """A task is due soon, or late, and this is done: `person_id` had it; `to_id` is told too, or has it now.
    `should_at` is when it was to be done, `late` that it was not then. `possible`: it could be done; else its holder
    is reminded in its place."""

    application_id: int
    task_id: int
    person_id: int
    does: Rung
    to_id: int | None
    should_at: datetime
    late: bool
    possible: bool


@dataclass(frozen=True, slots=True)
class RungsReached(Event):
    """What a sweep over some applications has come to, in its order."""

    rungs: tuple[RungReached, ...]


@dataclass(frozen=True, slots=True)
class ReportsMissing(Event):
    """These reports do not come, without which it does not go on: its officer has it again."""

    application_id: int
    owner_id: int
    reports: tuple[ReportNow, ...]
