"""May a reminder come now? Asked when its turn comes to be sent, by the company's rules and the person's settings of
that moment (`core/manners`). What waits stays in the outbox, and holds up nothing behind it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config.in_force import InForce
from core.manners.kinds import ReminderKind
from core.manners.queries import wishes_of
from core.manners.rules import Go, Verdict, verdict
from core.store import outbox_sent
from core.store.outbox import Kind, OutboxRow

_SILENT = (Kind.CHANGE, Kind.FETCH, Kind.CONTACT, Kind.REPORT, Kind.CALL)
"""What makes no phone ring: it changes a card where it hangs, or asks another system."""
_BEHIND_ITS_CARD = (Kind.PICTURE, Kind.LATER)
"""A board is one with its pictures: that its card has just come holds none of them up."""


class Courtesy:
    """The rules of now. Safe to share between threads."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force

    def verdict(self, session: Session, row: OutboxRow, now: datetime) -> Verdict:
        """What is to become of this row. One that may have arrived already is tried to its end: to hold it would be to
        send it twice."""
        if row.reminder is None or row.kind in _SILENT or row.maybe_sent:
            return Go()
        company = self._in_force.now
        manners, kind = company.manners, _kind_of(row)
        lately = []
        if manners.burst is not None:
            since = now - timedelta(minutes=manners.burst.minutes)
            lately = list(outbox_sent.reminded_times(session, row.target, since, now=now))
            lately = lately[1:] if row.kind in _BEHIND_ITS_CARD else lately
        wishes = wishes_of(session.connection(), row.person_id)
        return verdict(kind, manners, wishes, company.recycling.calendar, now, lately, row.person_id)


def _kind_of(row: OutboxRow) -> ReminderKind:
    """Of a kind of another release nothing is known: it comes as news of something that hangs."""
    known = {kind.value: kind for kind in ReminderKind}
    return known.get(row.reminder or "", ReminderKind.UPDATED)
