"""Reads about hand-overs: what the cards show. Numbers of records and people only, nothing personal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from core.handover.kinds import MOVED, Back, Came, Result, Returned, Survey
from core.handover.models import REVERSIBLE, Aim, Handover, HandoverItem, ItemState, State
from core.handover.registry import KINDS
from core.handover.rights import may_look_at
from core.handover.service import unpacked
from core.handover.work import result_of
from core.people.models import Person
from core.people.policy import Actor
from core.store.base import table_of

PAGE = 5
_H, _I, _P = table_of(Handover), table_of(HandoverItem), table_of(Person)
_TOLD = [kind.key for kind in KINDS if not kind.follows]
_ORDERS = (State.RUNNING.value, State.DONE.value, State.UNDOING.value, State.UNDONE.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a hand-over: what became of it (None: it waits, or was skipped), and when it was taken back."""

    kind: str
    record_id: int
    skipped: bool
    result: Result | None
    back: Back | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A hand-over as it stands: the counts that were shown, and what came of how many records, by kind. `left`: the
    leaver has no access now, and (`account_gone`) no account with which he could have it. `counts` are (kind, came) and
    `backs` (kind, returned), each with how many; `waiting` are those that have still to go, or to go back."""

    number: int
    leaver_id: int
    aim: Aim
    to_id: int | None
    state: State
    surveys: Sequence[Survey]
    cut_access: bool
    left: bool
    begun_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    total: int
    waiting: int
    counts: Counter[tuple[str, Came]]
    backs: Counter[tuple[str, Returned]]
    odd: Sequence[Line]
    account_gone: bool = False

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be taken back; None if it never can."""
        undoable = self.state in (State.RUNNING, State.DONE) and self.begun_at is not None
        return self.begun_at + REVERSIBLE if undoable and self.begun_at else None


def overview(session: Session, viewer: Actor | None, number: int, most_odd: int = 50) -> Overview | None:
    """One hand-over, with the first `most_odd` records that did not go as they were meant to; None if there is none
    that `viewer` may look at (None: the terminal, which sees all)."""
    row = session.execute(select(_H).where(_H.c.id == number)).one_or_none()
    if row is None or not (viewer is None or may_look_at(session, viewer, row.leaver_id)):
        return None
    state = State(row.state)
    leaver = session.execute(select(_P.c.left_at, _P.c.account_gone).where(_P.c.id == row.leaver_id)).one()
    counts = Counter({(kind, Came(came)): count for kind, came, count in _counted(session, number, _I.c.came)})
    backs = Counter({(kind, Returned(back)): count for kind, back, count in _counted(session, number, _I.c.back)})
    return Overview(
        number,
        row.leaver_id,
        Aim(row.aim),
        row.to_id,
        state,
        unpacked(row.surveys),
        row.cut_access,
        leaver.left_at is not None,
        row.begun_at,
        row.ended_at,
        row.undone_at,
        session.scalar(select(func.count()).where(_I.c.handover_id == number)) or 0,
        _waiting(session, number, state),
        counts,
        backs,
        _lines(session, number, _odd(state), most_odd),
        leaver.account_gone,
    )


def lines(session: Session, number: int, page: int) -> Sequence[Line]:
    """Page `page` (from 1) of the records of a hand-over, in the order in which they go. Not for the eyes of who may
    not look at it."""
    return _lines(session, number, None, PAGE, (page - 1) * PAGE)


def given_to(session: Session, number: int) -> dict[int, dict[str, list[int]]]:
    """Who got what by a hand-over: by person, by kind."""
    given = and_(_I.c.came == Came.GIVEN.value, _I.c.to_id.is_not(None))
    rows = session.execute(
        select(_I.c.to_id, _I.c.kind, _I.c.record_id).where(_I.c.handover_id == number, given).order_by(_I.c.id)
    )
    got: dict[int, dict[str, list[int]]] = {}
    for person_id, kind, record_id in rows:
        got.setdefault(person_id, {}).setdefault(kind, []).append(record_id)
    return got


def went_back(session: Session, number: int) -> dict[int, list[int]]:
    """From whom leads went back: by person."""
    back = and_(_I.c.back == Returned.BACK.value, _I.c.to_id.is_not(None), _I.c.kind == "lead")
    found: dict[int, list[int]] = {}
    for row in session.execute(
        select(_I.c.to_id, _I.c.record_id).where(_I.c.handover_id == number, back).order_by(_I.c.id)
    ):
        found.setdefault(row.to_id, []).append(row.record_id)
    return found


def people_of(session: Session, number: int) -> tuple[int, int | None, int | None]:
    """The leaver of a hand-over, who ordered it, and who took it back."""
    row = session.execute(select(_H.c.leaver_id, _H.c.by_id, _H.c.undone_by_id).where(_H.c.id == number)).one()
    return row.leaver_id, row.by_id, row.undone_by_id


def last_of(session: Session, person_id: int) -> int | None:
    """The newest hand-over that this person has begun."""
    newest = select(func.max(_H.c.id)).where(_H.c.by_id == person_id, _H.c.state.in_(_ORDERS))
    number: int | None = session.scalar(newest)
    return number


def _counted(session: Session, number: int, column: Any) -> list[tuple[str, str, int]]:
    wanted = select(_I.c.kind, column, func.count()).where(_I.c.handover_id == number, column.is_not(None))
    return [(row[0], row[1], row[2]) for row in session.execute(wanted.group_by(_I.c.kind, column))]


def _waiting(session: Session, number: int, state: State) -> int:
    waits: ColumnElement[bool] = _I.c.state == ItemState.WAITING.value
    if state is State.UNDOING:
        moved = _I.c.came.in_([came.value for came in MOVED])
        waits = and_(_I.c.state == ItemState.DONE.value, moved, _I.c.back.is_(None))
    return session.scalar(select(func.count()).where(_I.c.handover_id == number, waits)) or 0


def _odd(state: State) -> ColumnElement[bool]:
    """What did not go, or did not go back, as it was meant to."""
    if state in (State.UNDOING, State.UNDONE):
        return and_(_I.c.back == Returned.SINCE.value, _I.c.kind.in_(_TOLD))
    missed = _I.c.came.in_([Came.KEPT.value, Came.GONE.value])
    return and_(or_(missed, _I.c.why.is_not(None)), _I.c.kind.in_(_TOLD))


def _lines(
    session: Session, number: int, which: ColumnElement[bool] | None, limit: int, offset: int = 0
) -> Sequence[Line]:
    wanted = select(_I).where(_I.c.handover_id == number).order_by(_I.c.id).limit(limit).offset(offset)
    rows = session.execute(wanted if which is None else wanted.where(which))
    return [_line(row) for row in rows]


def _line(row: Row[Any]) -> Line:
    back = Back(Returned(row.back), row.back_to_id) if row.back else None
    skipped = row.state == ItemState.SKIPPED
    return Line(row.kind, row.record_id, skipped, result_of(row) if row.came else None, back)
