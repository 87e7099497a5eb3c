"""What a platform's address book would change here, in words of ours: for who is asked, before it is done."""

from dataclasses import dataclass, fields

from core.people.register import Colleague


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is not known yet, or comes back under a number (`id`) he had. `named`: did anybody tell his name?
    Without, it is his account."""

    account: str
    name: str
    department: str
    id: int | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """Of `who`, something that was `old` becomes `new` (a department's path, a name, a superior's name, an account)."""

    who: Colleague
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Somebody there whom nobody here has as his account, and who is called as these people are. That is no proof that
    he is one of them, and none that he is not: somebody has to say so."""

    who: Newcomer
    namesakes: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that would change (`numbered_departments` are here already, and not under the number they have there), and
    beside it what cannot be taken over and why: `unseen` work here and are there, but our
    app may not see them; `missing` are no more to be seen, and nobody knows why; `unplaced` are new people whose
    department the app may not see; `circles` are those whose new superior would be below them. `linked` are people who
    get the account that is theirs there, `lost` those who lose it and have one on the other platform; of `spelt`
    accounts it is kept how the platform spells them. Of those who left before, `deleted` have no account any more, so
    that they cannot come back, and `restored` have one again. `unchanged` are those of whom nothing changes at all."""

    new_departments: tuple[str, ...] = ()
    numbered_departments: tuple[str, ...] = ()
    moved_departments: tuple[tuple[str, str], ...] = ()
    gone_departments: tuple[str, ...] = ()
    joining: tuple[Newcomer, ...] = ()
    back: tuple[Newcomer, ...] = ()
    moved: tuple[Change, ...] = ()
    renamed: tuple[Change, ...] = ()
    accounts: tuple[Change, ...] = ()
    superiors: tuple[Change, ...] = ()
    linked: tuple[Change, ...] = ()
    lost: tuple[Colleague, ...] = ()
    spelt: int = 0
    leaving: tuple[Colleague, ...] = ()
    deleted: tuple[Colleague, ...] = ()
    restored: tuple[Colleague, ...] = ()
    unseen: tuple[Colleague, ...] = ()
    missing: tuple[Colleague, ...] = ()
    unplaced: tuple[Newcomer, ...] = ()
    circles: tuple[Change, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    unchanged: int = 0

    @property
    def is_none(self) -> bool:
        """Would nothing change?"""
        told_only = ("unseen", "missing", "unplaced", "circles", "unmatched", "unchanged")
        return not any(getattr(self, each.name) for each in fields(self) if each.name not in told_only)
