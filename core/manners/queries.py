"""What a person wants of reminders."""

from sqlalchemy import select

from core.manners.kinds import ReminderKind
from core.manners.models import WishesRow
from core.manners.rules import DailySpan, Wishes
from core.store.base import table_of
from core.store.database import Executor

_W = table_of(WishesRow)
_KNOWN = frozenset(kind.value for kind in ReminderKind)


def wishes_of(executor: Executor, person_id: int) -> Wishes:
    """What he wants; what all have where he has said nothing. A kind of another release is passed over."""
    row = executor.execute(select(_W).where(_W.c.person_id == person_id)).one_or_none()
    if row is None:
        return Wishes()
    hours = row.quiet_from is not None and row.quiet_until is not None
    quiet = DailySpan(row.quiet_from, row.quiet_until) if hours else None
    off = frozenset(ReminderKind(kind) for kind in row.off if kind in _KNOWN)
    return Wishes(quiet, row.days_off, row.digest, off)
