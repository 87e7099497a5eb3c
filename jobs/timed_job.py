"""What a job of the timetable is. One is added by a class like these, registered in `bot/runtime.py`, and its word for
`schedule.yaml` in `config/schedulefile.py`; when it is done, for whom it was and what is left is the timetable's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

from sqlalchemy.orm import Session

from config.company import Company
from core.schedule import Slot
from core.store.unit import Unit

Receiver: TypeAlias = int | str
"""A person's id, or a group's name of at most 40 characters."""


class Job(Protocol):
    """Something that is done at set times. It keeps nothing between calls: any process may do the next one."""

    @property
    def name(self) -> str:
        """By which it is known in `Timed.job` and in the database."""
        ...

    def recipients(self, session: Session, company: Company, now: datetime) -> Sequence[int]:
        """The ids of the people who get it, in any order. Asked again in each round of a slot that is under way: who is
        not among them when his turn comes gets none. Reads only."""
        ...

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:
        """Put what it has for one of them into the outbox (`core/store/post.py`), in this unit, which is his alone.
        `slot.day` is the day it is about; after an outage that may be yesterday.

        False: there is nothing for him, or nowhere to send it; it is not tried again. Whatever it raises takes back all
        of the unit, and is tried again later, while the others get theirs.
        """
        ...


@runtime_checkable
class GroupJob(Job, Protocol):
    """A job that also goes to group chats. A group gets its message at the beginning, once, like a person."""

    def groups(self, company: Company) -> Sequence[str]:
        """The groups' names."""
        ...

    def send_to_group(self, unit: Unit, company: Company, group: str, slot: Slot) -> bool:
        """As `send`."""
        ...
