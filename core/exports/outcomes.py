"""What the verbs of 导出 answer, and what others hear of them."""

from dataclasses import dataclass
from enum import StrEnum

from core.exports.kinds import ExportKind
from core.people.policy import Verb
from core.store.unit import Event


class Why(StrEnum):
    """Why an export came to nothing; the values stand in its row."""

    NOTHING = "nothing"  # the list is empty
    TOO_MANY = "too-many"  # more rows than one file may have
    NOT_HIS = "not-his"  # he may not see it, or may not export, any more; or it is not there any more
    CLOSED = "closed"  # the company exports no such list any more
    NOBODY = "nobody"  # somebody has to permit it, and there is nobody who could
    LATE = "late"  # it was permitted too long ago
    UNSENT = "unsent"  # the platform did not take it
    UNSURE = "unsure"  # whether the platform took it nobody knows: its answers were lost


@dataclass(frozen=True, slots=True)
class Wanted:
    """It is being made, under this number."""

    number: int


@dataclass(frozen=True, slots=True)
class AlreadyWanted:
    """He has asked for the same, and it has not come yet; `waits_for`: who has to permit it."""

    number: int
    waits_for: int | None


@dataclass(frozen=True, slots=True)
class EnoughToday:
    """He has asked for as many today as the company allows."""

    most: int


@dataclass(frozen=True, slots=True)
class ClosedList:
    """The company exports no such list."""

    kind: ExportKind


@dataclass(frozen=True, slots=True)
class MayNot:
    """His roles do not allow it, or it is his own."""

    verb: Verb


@dataclass(frozen=True, slots=True)
class Decided:
    """It was permitted, or refused."""

    number: int
    person_id: int
    permitted: bool


@dataclass(frozen=True, slots=True)
class DecidedBefore:
    """Somebody had decided; or (`by_id` None) nothing is to be decided: it is over, too old, needs nobody's permission,
    or was never asked for (not `there`)."""

    number: int
    by_id: int | None
    permitted: bool = False
    there: bool = True


@dataclass(frozen=True, slots=True)
class ExportDue(Event):
    """The export `number` of `person_id` is to be made and sent."""

    number: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ExportAsked(Event):
    """Somebody has to permit the export `number`: `approver_id`."""

    number: int
    person_id: int
    approver_id: int


@dataclass(frozen=True, slots=True)
class ExportChanged(Event):
    """The export stands elsewhere than its cards say; `told`: who waits to hear that (None: nobody)."""

    number: int
    told: int | None
