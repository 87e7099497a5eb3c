"""Jobs for tests of the timetable: each tells its people in a text which slot it was, so that the fake platform's
journal says what arrived."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from config.company import Company
from core.people import queries as people
from core.schedule import Slot
from core.store import post
from core.store.unit import Unit


@dataclass(slots=True)
class Telling:
    """A job that says `NAME SLOT` to the people with these accounts (all, if none is named). `before_asking` is called
    when it is asked who gets it, `broken_for` whom it fails."""

    name: str
    accounts: Sequence[str] = ()
    broken_for: set[str] = field(default_factory=set)
    before_asking: Callable[[], object] = lambda: None

    def recipients(self, session: Session, company: Company, now: datetime) -> Sequence[int]:  # noqa: ARG002
        """Those people."""
        self.before_asking()
        return [each.id for each in people.actors(session) if not self.accounts or each.account in self.accounts]

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:  # noqa: ARG002
        """The text."""
        person = people.colleague(unit.connection, person_id)
        assert person is not None
        post.say(unit, people.reachable_on(unit.connection, person_id) or "wecom", person_id, f"{self.name} {slot.key}")
        if person.account in self.broken_for:
            raise RuntimeError("the job's own bug")
        return True
