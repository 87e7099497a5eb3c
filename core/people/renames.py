"""Whose account became another one, by the word of an event.

That the old account is no more and the new one is there is no proof that they are one person's: a leaver and any of his
colleagues look just so, and whoever is taken for somebody has that one's rights and customers. So a new account is
nobody's yet, or that of somebody who came under it a moment ago because the news of him came first, and is nobody yet.
Any other change is left, and the administrators are told.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.people.events import AccountContested
from core.people.models import Person
from core.people.newcomers import Newcomers
from core.people.rows import roles_in
from core.people.service import hold_everybody
from core.store.unit import Unit

MOMENT = timedelta(minutes=10)
"""So late may the news of a changed account be after other news of the same change."""

Busy = Callable[[Session, Sequence[int]], Container[int]]
"""Those of these people who have something to do here already."""


@dataclass(frozen=True, slots=True)
class Contested:
    """`old` is not to become `new`: that is somebody else's (`holder_id`), or (None) whose it was left long ago."""

    old: str
    new: str
    person_id: int
    holder_id: int | None


@dataclass(frozen=True, slots=True)
class Renames:
    """Accounts that may become others, old to new, and those that may not."""

    granted: Mapping[str, str]
    contested: tuple[Contested, ...] = ()


def sort_out(unit: Unit, renamed: Mapping[str, str], newcomers: Newcomers, busy: Busy) -> Renames:
    """Which of these changes may be taken over, one after the other; everybody is held from here on. Changes nothing:
    see `report`."""
    if not renamed:
        return Renames({})
    by_account = dict(hold_everybody(unit).by_wecom)
    granted: dict[str, str] = {}
    contested: list[Contested] = []
    for old, new in renamed.items():
        person, holder = by_account.get(old), by_account.get(new)
        if person is None or old == new:
            continue
        if holder is not None and not _is_nobody_yet(unit, holder, newcomers, busy):
            contested.append(Contested(old, new, person.id, holder.id))
        elif _left_long_ago(person, unit.now):
            contested.append(Contested(old, new, person.id, None))
        else:
            granted[old] = new
            by_account[new] = by_account.pop(old)
    return Renames(granted, tuple(contested))


def report(unit: Unit, contested: Sequence[Contested]) -> None:
    """The administrators shall look at these. Audited as `people:account:denied`."""
    for each in contested:
        why = "left long ago" if each.holder_id is None else "somebody else's"
        unit.record(None, "people:account:denied", f"person:{each.person_id}", why=why, holder=each.holder_id)
        unit.happened(AccountContested(each.person_id, each.holder_id, each.old, each.new))


def _is_nobody_yet(unit: Unit, person: Person, newcomers: Newcomers, busy: Busy) -> bool:
    """Did the address book bring him in a moment ago, and has nobody given him anything since?"""
    if person.came_at is None or not _just_now(person.came_at, unit.now):
        return False
    if person.left_at is not None and not person.left_by_platform:
        return False
    given = set(roles_in(person.roles)) - set(newcomers.roles)
    return not given and person.id not in busy(unit.session, [person.id])


def _left_long_ago(person: Person, now: datetime) -> bool:
    """Was his account found gone, and not just now by other news of this same change? (Whom we let go ourselves may
    have his account still, and changed: he stays out under the new one.)"""
    return person.left_at is not None and person.left_by_platform and not _just_now(person.left_at, now)


def _just_now(at: datetime, now: datetime) -> bool:
    return abs(now - at) <= MOMENT
