"""What can come of a verb on hand-overs: values, each with what its sentence needs (`cards/texts/handover.py`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from core.handover.models import State
from core.leads.outcomes import NotAllowed


@dataclass(frozen=True, slots=True)
class Proposed:
    """The hand-over `number` can be confirmed; its counts stand on its card. `anew`: they have changed since they were
    shown, and nothing was done yet."""

    number: int
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """The leaver has no access from now on, and his things go."""

    number: int


@dataclass(frozen=True, slots=True)
class Undoing:
    """His things go back; `restored`: he works here again."""

    number: int
    restored: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """It was proposed, and will not be done."""

    number: int


@dataclass(frozen=True, slots=True)
class NotBelow:
    """`person_id` is nobody whom the person may let go: not below him, or an administrator."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Himself:
    """Nobody lets go himself."""


@dataclass(frozen=True, slots=True)
class ToHimself:
    """The leaver cannot be the receiver."""

    person_id: int


@dataclass(frozen=True, slots=True)
class NoReceiver:
    """`person_id`, to whom it was to go, works no leads, or works here no more."""

    person_id: int


@dataclass(frozen=True, slots=True)
class OnlyAdministrator:
    """`person_id` is the last administrator of the company."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Underway:
    """Another hand-over (or its undoing) of the same leaver is at work."""

    number: int


@dataclass(frozen=True, slots=True)
class NoSuchHandover:
    """There is none of this number that the person may see."""

    number: int


@dataclass(frozen=True, slots=True)
class NotNow:
    """It is in a state in which this cannot be done: it was begun, dropped, or taken back before."""

    number: int
    state: State


@dataclass(frozen=True, slots=True)
class AccountGone:
    """`person_id` cannot work here again: his account on the platform was deleted meanwhile. Nothing was done."""

    number: int
    person_id: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """It could be taken back until `until`."""

    number: int
    until: datetime


HandoverRefusal: TypeAlias = (
    NotAllowed
    | NotBelow
    | Himself
    | ToHimself
    | NoReceiver
    | OnlyAdministrator
    | Underway
    | NoSuchHandover
    | NotNow
    | TooLate
    | AccountGone
)
