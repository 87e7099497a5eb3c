"""What can come of 批量关怀: values, each with what its sentence needs (`cards/texts/caring.py`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from core.leads.outcomes import NotAllowed


@dataclass(frozen=True, slots=True)
class CarePlanned:
    """The care `number` waits to be confirmed, for `leads` leads now."""

    number: int
    leads: int


@dataclass(frozen=True, slots=True)
class CareStarted:
    """The care `number` began: `leads` tasks for `owners` people."""

    number: int
    leads: int
    owners: int


@dataclass(frozen=True, slots=True)
class Ticked:
    """Of the care `number` these leads were ticked off now, each with a follow-up."""

    number: int
    lead_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NobodyToCare:
    """There is no lead in the segment, or (`resting`) each was cared for within `days` days."""

    resting: bool
    days: int


@dataclass(frozen=True, slots=True)
class TooManyToCare:
    """There are more leads in the segment than the `most` of one care."""

    most: int


@dataclass(frozen=True, slots=True)
class CareQuota:
    """The person began `used` of `limit` today; that frees at `frees_at`."""

    used: int
    limit: int
    frees_at: datetime


@dataclass(frozen=True, slots=True)
class CareGone:
    """There is no such draft of this person (any more)."""

    number: int


@dataclass(frozen=True, slots=True)
class CareBegunBefore:
    """It was confirmed before, at `at`; nothing changed."""

    number: int
    at: datetime


CareRefusal: TypeAlias = NotAllowed | NobodyToCare | TooManyToCare | CareQuota | CareGone | CareBegunBefore
"""Why a care is not planned, or does not begin."""
