"""Boards that are wanted, and as they were made: kept as they were shown, so that they can be sent again, and asked
about (明细 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, or_, select, true, update
from sqlalchemy.orm import Session

from core.manners.kinds import ReminderKind
from core.people.policy import Actor, Verb
from core.reports.models import BoardRow
from core.reports.results import Board
from core.reports.wanted import Behind, Made, Wanted
from core.store import outbox_watch
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

KEPT = timedelta(days=60)
"""So long a number can be asked about."""

_B = table_of(BoardRow)
_REMINDER = ReminderKind.BOARD.value
_BOARD, _WANTED, _BEHIND = TypeAdapter(Board), TypeAdapter(Wanted), TypeAdapter(tuple[Behind, ...])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A board that is wanted. `person_id`: for whom (None: a group). `board`: as it was made, None until then; `behind`
    its numbers. `title`, `only` and `after_id` as in its row, `seen_as` by which rights it may be seen."""

    id: int
    person_id: int | None
    wanted: Wanted
    board: Board | None
    behind: tuple[Behind, ...]
    wanted_at: datetime
    seen_as: str
    title: str = ""
    only: str = ""
    after_id: int | None = None


def seen_as(viewer: Actor) -> str:
    """The rights by which somebody sees boards, in a word."""
    return f"{viewer.scope(Verb.SEE_BOARD).name}:{viewer.department}"


def want(
    unit: Unit,
    viewer: Actor,
    person_id: int | None,
    wanted: Wanted,
    *,
    title: str = "",
    only: str = "",
    after_id: int | None = None,
    asked: bool = True,
) -> int:
    """A board is wanted, as `viewer` sees it, for this person (None: a group), who `asked` for it or not; its
    number."""
    values = {
        "person_id": person_id,
        "kind": wanted.kind.value,
        "wanted": _WANTED.dump_json(wanted).decode(),
        "title": title,
        "only": only,
        "after_id": after_id,
        "seen_as": seen_as(viewer),
        "asked": asked,
        "made_at": unit.now,
    }
    return int(unit.connection.execute(insert(_B).values(values).returning(_B.c.id)).scalar_one())


def fill(session: Session, number: int, wanted: Wanted, made: Made) -> None:
    """It was made. Whoever was first is right: what is sent and what is asked about are one."""
    values = {
        "wanted": _WANTED.dump_json(wanted).decode(),
        "board": _BOARD.dump_json(made.board).decode(),
        "behind": _BEHIND.dump_json(made.behind).decode(),
    }
    session.execute(update(_B).where(_B.c.id == number, _B.c.board.is_(None)).values(values))


def find(executor: Executor, number: int) -> Snapshot | None:
    """The board of this number; None if it is not kept any more."""
    return _snapshot(executor.execute(select(_B).where(_B.c.id == number)).one_or_none())


def newest_of(executor: Executor, person_id: int) -> Snapshot | None:
    """The board that this person got last. One that came by itself and waits still (by night, for its turn) he has not
    seen."""
    waits = outbox_watch.waits_since(executor, person_id, _REMINDER)
    seen = or_(_B.c.asked, _B.c.made_at < waits) if waits is not None else true()
    mine = select(_B).where(_B.c.person_id == person_id, seen).order_by(_B.c.id.desc()).limit(1)
    return _snapshot(executor.execute(mine).one_or_none())


def purge(session: Session, now: datetime) -> None:
    """Forget those that are too old."""
    session.execute(delete(_B).where(_B.c.made_at < now - KEPT))


def _snapshot(row: Any) -> Snapshot | None:
    if row is None:
        return None
    return Snapshot(
        row.id,
        row.person_id,
        _WANTED.validate_json(row.wanted),
        _BOARD.validate_json(row.board) if row.board else None,
        _BEHIND.validate_json(row.behind) if row.behind else (),
        row.made_at,
        row.seen_as,
        row.title,
        row.only,
        row.after_id,
    )
