"""What happens to people, in the past tense. Notices listen."""

from dataclasses import dataclass

from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class PersonLeft(Event):
    """Somebody has left; what was his is his until it is moved."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PersonJoined(Event):
    """Somebody new, or who is back, came in by the platform's address book. `roles`: was he given any?"""

    person_id: int
    roles: bool
