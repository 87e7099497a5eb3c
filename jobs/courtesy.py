"""May a reminder come now? Asked when its turn comes to be sent, by the company's rules and the person's settings of
that moment (`core/manners`). What waits stays in the outbox, and holds up nothing behind it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy.orm import Session

from config.in_force import InForce
from core.manners.kinds import ReminderKind
from core.manners.queries import wishes_of
from core.manners.rules import Go, Verdict, Wait, sparing, sparing_change, verdict
from core.store import issued, outbox_held, outbox_sent
from core.store.outbox import Kind, OutboxRow, Priority

_SILENT = (Kind.CHANGE, Kind.FETCH, Kind.CONTACT, Kind.REPORT, Kind.CALL)
"""What makes no phone ring: it changes a card where it hangs, or asks another system."""
_ABOUT_A_LEAD = "lead:"
_BEHIND_ITS_CARD = (Kind.PICTURE, Kind.LATER)
"""A board is one with its pictures: that its card has just come holds none of them up, and as long as it waits they
do."""


RunsShort: TypeAlias = Callable[[str], bool]
"""Are most of the calls used up that this platform allows for now?"""


class Courtesy:
    """The rules of now. Safe to share between threads."""

    def __init__(self, in_force: InForce, runs_short: RunsShort) -> None:
        self._in_force, self._runs_short = in_force, runs_short

    def verdict(self, session: Session, row: OutboxRow, now: datetime) -> Verdict:
        """What is to become of this row. One that may have arrived already is tried to its end: to hold it would be to
        send it twice."""
        if row.reminder is None or row.maybe_sent:
            return Go()
        if row.kind in _SILENT:
            return self._of_silent(session, row, now)
        behind = row.kind in _BEHIND_ITS_CARD
        waits = outbox_held.earlier_until(session, row) if behind else None
        if waits is not None:
            return Wait(max(waits, now), "card")
        company = self._in_force.now
        manners, kind = company.manners, _kind_of(row)
        lately = []
        if manners.burst is not None:
            since = now - timedelta(minutes=manners.burst.minutes)
            lately = list(outbox_sent.reminded_times(session, row.target, since, now=now))
            lately = lately[1:] if behind else lately
        wishes = wishes_of(session.connection(), row.person_id)
        found = verdict(kind, manners, wishes, company.recycling.calendar, now, lately, row.person_id)
        if not isinstance(found, Go) or row.priority < Priority.REMINDER or not self._runs_short(row.channel):
            return found
        return sparing(kind, manners, wishes, now, waited=_has_waited(row), person_id=row.person_id)

    def _of_silent(self, session: Session, row: OutboxRow, now: datetime) -> Verdict:
        """Where calls run short, changes that nobody waits for are put together: of cards about leads alone, while what
        is about money and approvals changes at once, and so does what somebody may not read any more (it is urgent)."""
        spared = row.kind == Kind.CHANGE and row.priority == Priority.REMINDER and self._runs_short(row.channel)
        if not spared or row.card_id is None:
            return Go()
        about = issued.subjects_of(session.connection(), row.card_id)
        if not all(subject.startswith(_ABOUT_A_LEAD) for subject in about):
            return Go()
        return sparing_change(now, waited=_has_waited(row))


def _has_waited(row: OutboxRow) -> bool:
    return row.put_at != row.created_at


def _kind_of(row: OutboxRow) -> ReminderKind:
    """Of a kind of another release nothing is known: it comes as news of something that hangs."""
    known = {kind.value: kind for kind in ReminderKind}
    return known.get(row.reminder or "", ReminderKind.UPDATED)
