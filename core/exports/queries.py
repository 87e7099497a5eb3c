"""Reads of 导出."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.exports.kinds import OF_NUMBERS
from core.exports.models import Export, State
from core.exports.outcomes import Why
from core.store.base import SKEW, table_of
from core.store.database import Executor

_E = table_of(Export)
_log = structlog.get_logger(__name__)


def find(executor: Executor, number: int) -> Any:
    """The row of this export; None if there is none."""
    return executor.execute(select(_E).where(_E.c.id == number)).one_or_none()


def newest(session: Session, limit: int) -> Sequence[Any]:
    """The rows of the newest exports, at most so many."""
    return session.execute(select(_E).order_by(_E.c.id.desc()).limit(limit)).all()


def within(moment: ColumnElement[datetime], since: datetime, now: datetime) -> ColumnElement[bool]:
    """It was since then. What a clock that ran ahead has written was at some other time."""
    return and_(moment >= since, moment <= now + SKEW)


def rows_since(session: Session, person_id: int, since: datetime, now: datetime, but: int = 0) -> int:
    """How many rows with customers he has got since then that nobody had to permit, or may have got: of a file on its
    way, or whose arrival is unknown, too. Without those of the export `but`."""
    numbers = [kind.value for kind in OF_NUMBERS]
    unsure = and_(_E.c.state == State.DROPPED.value, _E.c.why == Why.UNSURE.value)
    came = and_(within(_E.c.ended_at, since, now), or_(_E.c.state == State.SENT.value, unsure))
    coming = and_(_E.c.state == State.WANTED.value, _E.c.sha256.is_not(None), within(_E.c.asked_at, since, now))
    his = (_E.c.person_id == person_id, _E.c.id != but, or_(came, coming))
    unasked = (_E.c.permitted.is_(None), _E.c.kind.not_in(numbers))
    return session.scalar(select(func.coalesce(func.sum(_E.c.rows), 0)).where(*his, *unasked)) or 0


def waiting_for(session: Session, approver_id: int, since: datetime) -> Sequence[Any]:
    """The rows that wait for this person's answer and were asked for since then, the oldest first."""
    his = (_E.c.approver_id == approver_id, _E.c.state == State.WAITING.value, _E.c.asked_at >= since)
    return readable(session.connection(), select(_E.c.id).where(*his).order_by(_E.c.id))


def readable(executor: Executor, numbers: Select[int]) -> list[Any]:
    """The rows with these numbers, each read by itself: one that was damaged is left out, and hides no other."""
    rows = []
    for number in executor.execute(numbers).scalars().all():
        try:
            row = find(executor, number)
        except (ValueError, TypeError):
            _log.error("an export cannot be read", export=number)
            continue
        if row is not None:
            rows.append(row)
    return rows
