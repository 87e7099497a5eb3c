"""An officer is told of the instalments of his customers that will be due, are due, or are late."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update

from core.loans.arrears import Bucket, Standing
from core.loans.events import RepaymentDue
from core.loans.loan_now import stands
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


def remind(unit: Unit, limit: int = BATCH) -> int:
    """Tell the officers of instalments that will be due, are due, or came into another bucket, each once: a row
    for each says so. How much was done: to be called again until it is 0."""
    today = day_of(unit.now)
    soon = date.fromordinal(today.toordinal() + max(DAYS_BEFORE)).isoformat()
    due = (_P.c.ended_at.is_(None), _P.c.next_due.is_not(None), _P.c.next_due <= soon)
    fresh = or_(_P.c.told_on.is_(None), _P.c.told_on < today.isoformat())
    rows = unit.connection.execute(
        select(_P).where(*due, fresh).order_by(_P.c.next_due, _P.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    return sum(_remind_of(unit, row, today) for row in rows)


def _remind_of(unit: Unit, row: Any, today: date) -> int:
    _, now = stands(unit.connection, row, today)
    unit.connection.execute(update(_P).where(_P.c.id == row.id).values(told_on=today.isoformat()))
    told = 0
    for due, what in _to_tell(now, today):
        values = {"plan_id": row.id, "due": due.isoformat(), "what": what, "at": unit.now}
        fresh = insert_new(unit.connection, DueReminder).values(values).returning(DueReminder.plan_id)
        if unit.connection.execute(fresh).first() is not None:
            owner = unit.connection.execute(select(_A.c.owner_id).where(_A.c.id == row.application_id)).scalar_one()
            unit.happened(RepaymentDue(row.application_id, owner, due, what))
            told += 1
    return max(told, 1)  # it had its turn


def _to_tell(now: Standing, today: date) -> Sequence[tuple[date, str]]:
    if now.paused:
        return ()
    found = []
    late = next((part for part in now.parts if part.open_fen and part.instalment.due < today), None)
    if late is not None and now.bucket is not Bucket.M0:
        found.append((late.instalment.due, now.bucket.value))
    if now.next is not None:  # what comes is told of also where something is late
        left = (now.next.instalment.due - today).days
        nearest = min((days for days in DAYS_BEFORE if left <= days), default=None)
        found += [(now.next.instalment.due, f"d{nearest}")] if nearest is not None else []
    return found
