"""What happens to people, in the past tense. Notices listen."""

from dataclasses import dataclass

from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class PersonLeft(Event):
    """Somebody has left; what was his is his until it is moved. `handed_over`: by a hand-over, which moves it."""

    person_id: int
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class AccessEnded(Event):
    """Somebody has no access from now on, by whichever way he left."""

    person_id: int


@dataclass(frozen=True, slots=True)
class AccountGivenUp(Event):
    """The account that somebody had on `platform` is not his any more: it is another's, or may become so."""

    person_id: int
    platform: str


@dataclass(frozen=True, slots=True)
class PeopleJoined(Event):
    """People who are new, or back, came in by the platform's address book and were given no roles: they may do nothing
    until somebody gives them one."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccountContested(Event):
    """It was said that this person's account `old` is `new` now, and nothing was changed: `new` is the holder's, or
    (None) the person left long ago."""

    person_id: int
    holder_id: int | None
    old: str
    new: str
