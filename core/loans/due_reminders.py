"""An officer is told of the instalments of his customers that will be due, are due, or are late."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from core.calendar import WorkingCalendar
from core.loans.arrears import Pause, Standing
from core.loans.events import RepaymentDue
from core.loans.loan_now import graces, stands
from core.loans.models import Application
from core.loans.repaid import DueReminder, RepaymentPlan
from core.moments import day_of
from core.store.base import table_of
from core.store.database import insert_new
from core.store.unit import Unit

_A, _P = table_of(Application), table_of(RepaymentPlan)
DAYS_BEFORE = (3, 0)
"""So many days before an instalment is due its officer is told: to remind the customer."""
BATCH = 200


def remind(unit: Unit, calendar: WorkingCalendar, limit: int = BATCH) -> int:
    """Tell the officers of instalments that will be due, are due, or came into another bucket, each once: a row
    for each says so. How much was done: to be called again until it is 0.

    Nobody is told of anything on a day off, so a workday tells also of what the days off behind it would have: of an
    instalment that falls due in a long holiday its officer hears before it, when the customer can still be reached.
    """
    today = day_of(unit.now)
    until = calendar.next_workday(today) - timedelta(days=1)
    soon = (until + timedelta(days=max(DAYS_BEFORE))).isoformat()
    due = (_P.c.ended_at.is_(None), _P.c.next_due.is_not(None), _P.c.next_due <= soon)
    fresh = or_(_P.c.told_to.is_(None), _P.c.told_to < until.isoformat())
    rows = unit.connection.execute(
        select(_P).where(*due, fresh).order_by(_P.c.next_due, _P.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    return sum(_remind_of(unit, row, today, until) for row in rows)


def _remind_of(unit: Unit, row: Any, today: date, until: date) -> int:
    _, now = stands(unit.connection, row, today)
    pauses = graces(unit.connection, row.application_id)
    unit.connection.execute(update(_P).where(_P.c.id == row.id).values(told_to=until.isoformat()))
    told = 0
    for due, what in [*_late(now), *_coming(now, pauses, today, until)]:
        values = {"plan_id": row.id, "due": due.isoformat(), "what": what, "at": unit.now}
        fresh = insert_new(unit.connection, DueReminder).values(values).returning(DueReminder.plan_id)
        if unit.connection.execute(fresh).first() is not None:
            owner = unit.connection.execute(select(_A.c.owner_id).where(_A.c.id == row.application_id)).scalar_one()
            unit.happened(RepaymentDue(row.application_id, owner, due, what))
            told += 1
    return max(told, 1)  # it had its turn


def _late(now: Standing) -> Iterator[tuple[date, str]]:
    """The oldest instalment that is late, by its bucket."""
    if now.overdue and not now.paused:
        yield now.overdue[0].instalment.due, now.bucket.value


def _coming(now: Standing, pauses: Sequence[Pause], today: date, until: date) -> Iterator[tuple[date, str]]:
    """What comes, also where something is late: the nearest of DAYS_BEFORE whose day is reached by the last day before
    the next workday, and is not of a pause. Of two in the same days off the later one is enough."""
    for part in now.parts:
        due = part.instalment.due
        if not part.open_fen or due < today:
            continue
        tells = {days: max(due - timedelta(days=days), today) for days in DAYS_BEFORE}
        reached = [days for days, on in tells.items() if on <= until and not any(each.holds(on) for each in pauses)]
        if reached:
            yield due, f"d{min(reached)}"
