"""早报 as a job of the timetable: who works leads gets a card of what the day brings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from config.company import Company
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.people.policy import RULES, Verb
from core.schedule import MORNING, Slot
from core.store.unit import Unit
from jobs.morning_screens import morning_face
from jobs.reach import show


class MorningCards:
    """See `jobs.timed_job.Job`."""

    name = MORNING

    def recipients(self, session: Session, company: Company, now: datetime) -> Sequence[int]:
        """All who work leads. Who is on leave is left in peace."""
        away = company.assignment.away(now)
        return [
            person.id
            for person in people.everybody(session)
            if any(Verb.FOLLOW in RULES[role] for role in people.known_roles(person.roles))
            and (person.wecom_userid or person.dingtalk_userid) not in away
        ]

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:  # noqa: ARG002
        """The card of today, whatever day's slot it is: yesterday's is of no use. Drawn when it is sent; who has
        nothing to do then gets none."""
        return show(unit, ReminderKind.MORNING, person_id, morning_face(unit.now))
