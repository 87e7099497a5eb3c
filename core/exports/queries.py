"""Reads of 导出."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.exports.models import Export
from core.store.base import table_of
from core.store.database import Executor

_E = table_of(Export)


def find(executor: Executor, number: int) -> Any:
    """The row of this export; None if there is none."""
    return executor.execute(select(_E).where(_E.c.id == number)).one_or_none()


def newest(session: Session, limit: int, person_id: int | None = None, since: datetime | None = None) -> Sequence[Any]:
    """The newest exports, of one person or of all, since then."""
    wanted = select(_E).order_by(_E.c.id.desc()).limit(limit)
    wanted = wanted.where(_E.c.person_id == person_id) if person_id is not None else wanted
    wanted = wanted.where(_E.c.asked_at >= since) if since is not None else wanted
    return session.execute(wanted).all()
