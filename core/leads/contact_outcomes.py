"""What can come of what goes with a contact: by what it was made, what was sent, what was said about it (outcomes as in
`outcomes.py`)."""

from dataclasses import dataclass

from core.leads.filetypes import MediumKind
from core.leads.ways import Way


@dataclass(frozen=True, slots=True)
class WaySet:
    """By what the last follow-up was made is noted."""

    lead_id: int
    way: Way


@dataclass(frozen=True, slots=True)
class NothingLogged:
    """The person has written no follow-up on the lead that this could be about."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Commented:
    """The comment is written down; `told` hear of it, `unseen` were named but may not look into the lead."""

    lead_id: int
    comment_id: int
    told: tuple[int, ...]
    unseen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What was sent is fetched now and kept, with the lead `lead_id` or (None) until its sender says with which:
    `before` others of his wait for that already."""

    medium_id: int
    kind: MediumKind
    lead_id: int | None
    before: int


@dataclass(frozen=True, slots=True)
class Attached:
    """`count` things that were sent before belong to the lead now."""

    lead_id: int
    count: int


@dataclass(frozen=True, slots=True)
class NothingToAttach:
    """Nothing of the person's waits for a lead."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Sending:
    """What is kept with the lead is sent; `number` is its place in the list, 0 if it was named otherwise."""

    lead_id: int
    number: int
    kind: MediumKind


@dataclass(frozen=True, slots=True)
class NoSuchMedium:
    """Nothing of this `number` is kept with the lead: `count` are. It is None for what a button named."""

    lead_id: int
    number: int | None
    count: int
