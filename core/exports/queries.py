"""Reads of 导出."""

from collections.abc import Sequence
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


def newest(session: Session, limit: int) -> Sequence[Any]:
    """The rows of the newest exports, at most so many."""
    return session.execute(select(_E).order_by(_E.c.id.desc()).limit(limit)).all()
