"""早报, carried out by the scheduler: at its time each officer gets his card, once a day, spread over some minutes."""

import time
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from config.in_force import InForce
from core.calendar import CHINA
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.people.policy import RULES, Verb
from core.schedule import MORNING, Timed
from core.store import slots
from core.store.unit import Store
from jobs.lateness import Agreement
from jobs.morning_screens import morning_face
from jobs.reach import show

EVERY_SECONDS = 15.0
KEPT = timedelta(days=60)  # so long a slot that was taken is remembered


class Mornings:
    """Sends the cards that are due. Any number may run: the slot's row says who sends one."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force
        self._agreement = Agreement(store, "morning")
        self._next = float("-inf")

    def round(self) -> int:
        """Look, if it is time again and the clocks agree; how many cards were put on their way."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        company, now = self._in_force.now, self._store.clock()
        timed = company.schedule.of(MORNING)
        if timed is None or not self._agreement.holds() or not timed.is_on(company.recycling.calendar, now):
            return 0
        day = now.astimezone(CHINA).date()
        with self._store.read() as session:
            due = self._due(session, timed, day, now)
        return sum(self._send(person_id, day) for person_id in due)

    def _due(self, session: Session, timed: Timed, day: date, now: datetime) -> list[int]:
        """Whose turn has come and who has none yet. Who is on leave is left in peace."""
        leave = self._in_force.now.assignment.leave.items()
        away = {account for account, absences in leave if any(each.start <= now < each.end for each in absences)}
        done = slots.taken(session, MORNING, f"{day.isoformat()}:")
        return [
            person.id
            for person in people.everybody(session)
            if any(Verb.FOLLOW in RULES[role] for role in people.known_roles(person.roles))
            and (person.wecom_userid or person.dingtalk_userid) not in away
            and timed.turn_of(person.id, day) <= now
            and _slot(day, person.id) not in done
        ]

    def _send(self, person_id: int, day: date) -> bool:
        slot = _slot(day, person_id)
        with self._store.unit(request_id="morning", origin=f"{MORNING}:{slot}") as unit:
            if not slots.take(unit.connection, MORNING, slot, unit.now):
                return False
            show(unit, ReminderKind.MORNING, person_id, morning_face(unit.now))
            slots.purge(unit.session, unit.now - KEPT)
        return unit.serial > 0


def _slot(day: date, person_id: int) -> str:
    return f"{day.isoformat()}:{person_id}"
