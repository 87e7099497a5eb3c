"""The people as who keeps the installation running needs them: leavers too, with their user ids on each channel."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people.models import Person
from core.people.queries import USERID


@dataclass(frozen=True, slots=True)
class Entry:
    """A person. `userids` by channel, without those he has not."""

    name: str
    userids: dict[str, str]
    has_left: bool


def entries(session: Session, person_ids: Iterable[int]) -> dict[int, Entry]:
    """The people of these numbers, by number; unknown numbers are left out."""
    columns = [column.label(channel) for channel, column in USERID.items()]
    rows = session.execute(select(Person.id, Person.name, Person.left_at, *columns).where(Person.id.in_(person_ids)))
    found = {}
    for row in rows.mappings():
        userids = {channel: row[channel] for channel in USERID if row[channel]}
        found[row["id"]] = Entry(row["name"], userids, row["left_at"] is not None)
    return found
