"""What a kind of record must be able to do to go with a hand-over, and what can come of it.

A new kind is a class with these methods and a line in `core/handover/registry.py`.
Each method runs in the caller's transaction; `hand_over` and `give_back` concern one record, and are called once for
it, whatever dies on the way: the item's row decides. Between the showing of the counts and a record's turn anything may
have happened to it: a kind looks again, and its conditional UPDATE decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from core.calendar import WorkingCalendar
from core.handover.models import Aim
from core.leads.assignment_rules import Assignment
from core.leads.outcomes import LimitReached
from core.leads.pools import Pools
from core.loans.rules import LoanRules
from core.people.policy import Actor
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's configuration of now, by its `version`."""

    pools: Pools
    assignment: Assignment
    calendar: WorkingCalendar
    version: str
    loans: LoanRules


@dataclass(frozen=True, slots=True)
class Errand:
    """Whose records go where, by whom (None: at the terminal). `to` is the receiver, if he can still be given anything;
    `began_at` is when the hand-over was confirmed (None: not yet)."""

    number: int
    leaver_id: int
    aim: Aim
    to: Actor | None
    by_id: int | None
    rules: Rules
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """How many records of a kind there are. Of these `late` are overdue, `beyond` do not fit into what the receiver may
    hold and go into the pools, and `kept` stay with the leaver: they want a receiver who has room."""

    kind: str
    total: int
    late: int = 0
    beyond: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One record, with what its kind remembers of it."""

    record_id: int
    memo: str | None = None


class Came(StrEnum):
    """Given to somebody; put into a pool; lapsed (it has no meaning where its thing went); kept, still the leaver's;
    gone: it was not his any more when its turn came."""

    GIVEN = "given"
    POOLED = "pooled"
    LAPSED = "lapsed"
    KEPT = "kept"
    GONE = "gone"


Why: TypeAlias = Literal[
    "",
    "full",
    "at_work",
    "no_receiver",
    "not_permitted",
    "no_rule",
    "nobody",
    "paused",
    "closed",
    "answered",
    "done",
    "no_superior",
    "decided",
    "nobody_above",
]
"""Why it did not go to whom it was meant for: he holds enough; there is an application or a loan, which belongs into no
pool; he works here no more, or works no leads; who ordered it may not any more; no rule takes it, or nobody of the rule
can, or nothing is given out at present; it is closed; it was answered, or its lead is in other hands; it was done, or
has lapsed; nobody is there
who could answer it; it was decided, or is nobody's any more; nobody is there who could decide it."""
MOVED = frozenset({Came.GIVEN, Came.POOLED, Came.LAPSED})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a record: who has it, or in which pool it is. `memo`: what its kind must remember from now on
    (None: what it remembered before)."""

    came: Came
    to_id: int | None = None
    pool: str | None = None
    why: Why = ""
    limit: LimitReached | None = None
    mark: int | None = None
    memo: str | None = None


class Returned(StrEnum):
    """Back: the leaver's again. Since: it changed hands after the hand-over, or was closed, and stays where it is."""

    BACK = "back"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Back:
    """What became of a record when the hand-over was taken back; `to_id` is who has it where it stays."""

    returned: Returned
    to_id: int | None = None


class Kind(Protocol):
    """A kind of record that a leaver may have."""

    key: str
    """Its name in the database, for ever; its Chinese one stands in `cards/texts/handover.py`."""

    follows: bool
    """It hangs on records of another kind and goes where they go: what did not go is told of those only."""

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """How many there are, and what will not go where it is meant to. Changes nothing."""
        ...

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """The records, in the order in which they are to go."""
        ...

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """Hand one over; audited by the kind as every change of such a record is."""
        ...

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:
        """Give back to the leaver what `hand_over` moved, if nothing was done with it since. `errand.by_id` is who
        takes it back."""
        ...
