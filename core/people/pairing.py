"""Somebody says that an account on one platform is a person's who is known by the other. Only the account of somebody
who works here, has none there, and which nobody has yet: or one who was made for it and is nobody yet."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people.accounts import OTHER, account_on
from core.people.models import Person
from core.people.newcomers import Newcomers
from core.people.organisation import Organisation
from core.people.rows import roles_in

Busy = Callable[[Session, Sequence[int]], Container[int]]
"""Those of these people who have something to do here already."""


@dataclass(frozen=True, slots=True)
class Paired:
    """It is this person's."""

    person_id: int


class NotPaired(StrEnum):
    """Why it is not: nobody of that account works here, he has another account there, there is no such account
    there, or it is somebody else's who is at work with it."""

    NOBODY = "nobody"
    HAS = "has"
    NO_ACCOUNT = "no_account"
    TAKEN = "taken"


def pair(
    session: Session, organisation: Organisation, here: str, there: str, newcomers: Newcomers, busy: Busy
) -> Paired | NotPaired:
    """May the person with the account `here` (of either platform) get the account `there`?"""
    platform = organisation.platform
    if there not in {member.account for member in organisation.members}:
        return NotPaired.NO_ACCOUNT
    everybody = session.scalars(select(Person).order_by(Person.id)).unique().all()
    working = [person for person in everybody if person.left_at is None]
    person = next((one for one in working if account_on(one, OTHER[platform]) == here), None)
    if person is None:
        return NotPaired.NOBODY
    if account_on(person, platform) is not None:
        return NotPaired.HAS
    holder = next((one for one in everybody if account_on(one, platform) == there), None)
    if holder is not None and not _is_nobody_yet(session, holder, newcomers, busy):
        return NotPaired.TAKEN
    return Paired(person.id)


def _is_nobody_yet(session: Session, person: Person, newcomers: Newcomers, busy: Busy) -> bool:
    """Did an address book bring him in, and has nobody given him anything since?"""
    given = set(roles_in(person.roles)) - set(newcomers.roles)
    return person.came_at is not None and not given and person.id not in busy(session, [person.id])
