"""Hand-overs carried out: one record, one transaction, and each record once, whoever does it and whatever dies.

The item's row decides: its conditional UPDATE comes first in the transaction, so a second process waits for it and then
finds nothing to do, and what dies before the commit has done nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select, update
from sqlalchemy.orm import Session

from core.handover.events import HandoverEnded, HandoverUndone
from core.handover.kinds import MOVED, Came, Errand, Item, Result, Rules
from core.handover.models import Aim, Handover, HandoverItem, ItemState, State, subject
from core.handover.registry import kind_of
from core.handover.service import errand_of, still_permitted
from core.leads.outcomes import LimitReached
from core.people.policy import Verb
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_H, _I = table_of(Handover), table_of(HandoverItem)
_MOVED = [came.value for came in MOVED]
_WAITS = _I.c.state == ItemState.WAITING.value
_GOES_BACK = (_I.c.state == ItemState.DONE.value) & _I.c.came.in_(_MOVED) & _I.c.back.is_(None)


def at_work(session: Session) -> list[tuple[int, State]]:
    """The hand-overs that are being carried out or taken back, the first begun first."""
    states = (State.RUNNING.value, State.UNDOING.value)
    rows = session.execute(select(_H.c.id, _H.c.state).where(_H.c.state.in_(states)).order_by(_H.c.begun_at, _H.c.id))
    return [(row.id, State(row.state)) for row in rows]


def waiting_items(session: Session, number: int, state: State, limit: int, after: int = 0) -> Sequence[int]:
    """The next of its items behind the item `after`, in their order: to be handed over, or to go back."""
    todo = _WAITS if state is State.RUNNING else _GOES_BACK
    wanted = select(_I.c.id).where(_I.c.handover_id == number, todo, _I.c.id > after).order_by(_I.c.id).limit(limit)
    return session.scalars(wanted).all()


def hand_over(unit: Unit, rules: Rules, item_id: int) -> Result | None:
    """Hand over the record of this item; None if it has had its turn, or the hand-over was taken back."""
    running = exists().where(_H.c.id == _I.c.handover_id, _H.c.state == State.RUNNING.value)
    item = _take(unit, update(_I).where(_I.c.id == item_id, _WAITS, running).values(state=ItemState.DONE.value))
    if item is None:
        return None
    errand = _errand(unit, item.handover_id, rules)
    result = _permitted(unit, errand) or kind_of(item.kind).hand_over(unit, errand, Item(item.record_id, item.memo))
    values = {
        "came": result.came.value,
        "to_id": result.to_id,
        "pool": result.pool,
        "why": result.why or None,
        "detail": packed_limit(result.limit),
        "mark": result.mark,
        "at": unit.now,
        "memo": item.memo if result.memo is None else result.memo,
    }
    unit.connection.execute(update(_I).where(_I.c.id == item_id).values(values))
    return result


def give_back(unit: Unit, rules: Rules, item_id: int) -> bool:
    """Give back the record of this item, if nothing happened to it since; False if it has had its turn."""
    item = _take(unit, update(_I).where(_I.c.id == item_id, _GOES_BACK).values(back=""))
    if item is None:
        return False
    errand = _errand(unit, item.handover_id, rules, undo=True)
    back = kind_of(item.kind).give_back(unit, errand, Item(item.record_id, item.memo), result_of(item))
    values = {"back": back.returned.value, "back_to_id": back.to_id}
    unit.connection.execute(update(_I).where(_I.c.id == item_id).values(values))
    return True


def end(unit: Unit, number: int) -> bool:
    """It has ended if none of its items waits any more; then it is told of, once. True if it ended just now."""
    waits = exists().where(_I.c.handover_id == number, _WAITS)
    goes_back = exists().where(_I.c.handover_id == number, _GOES_BACK)
    done = update(_H).where(_H.c.id == number, _H.c.state == State.RUNNING.value, ~waits)
    if unit.connection.execute(done.values(state=State.DONE.value, ended_at=unit.now)).rowcount:
        unit.record(None, f"{Verb.HAND_OVER}:end", subject(number), **_counted(unit.connection, number, _I.c.came))
        unit.happened(HandoverEnded(number))
        return True
    undone = update(_H).where(_H.c.id == number, _H.c.state == State.UNDOING.value, ~goes_back)
    if unit.connection.execute(undone.values(state=State.UNDONE.value, undone_at=unit.now)).rowcount:
        unit.record(None, f"{Verb.HAND_OVER}:undone", subject(number), **_counted(unit.connection, number, _I.c.back))
        unit.happened(HandoverUndone(number))
        return True
    return False


def result_of(item: Row[Any]) -> Result:
    """What stands in an item's row."""
    limit = unpacked_limit(item.detail)
    return Result(Came(item.came), item.to_id, item.pool, item.why or "", limit, item.mark)


def packed_limit(limit: LimitReached | None) -> str | None:
    """A limit as it stands in a row."""
    return json.dumps(asdict(limit), default=datetime.isoformat, ensure_ascii=False) if limit else None


def unpacked_limit(packed: str | None) -> LimitReached | None:
    """The limit that `packed_limit` packed."""
    if not packed:
        return None
    values = json.loads(packed)
    frees_at = values.pop("frees_at")
    return LimitReached(**values, frees_at=datetime.fromisoformat(frees_at) if frees_at else None)


def _take(unit: Unit, statement: Any) -> Row[Any] | None:
    row: Row[Any] | None = unit.connection.execute(statement.returning(*_I.c)).one_or_none()
    return row


def _errand(unit: Unit, number: int, rules: Rules, *, undo: bool = False) -> Errand:
    row = unit.connection.execute(select(_H).where(_H.c.id == number)).one()
    by_id = row.undone_by_id if undo else row.by_id
    errand = errand_of(unit, number, row.leaver_id, Aim(row.aim), row.to_id, by_id, rules)
    return replace(errand, began_at=row.begun_at)


def _permitted(unit: Unit, errand: Errand) -> Result | None:
    """A job acts for somebody: his rights of now count. None if he may still do it."""
    if still_permitted(unit, errand.by_id, errand.leaver_id):
        return None
    unit.record(errand.by_id, f"{Verb.HAND_OVER}:denied", subject(errand.number))
    return Result(Came.KEPT, why="not_permitted")


def _counted(executor: Executor, number: int, column: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    rows = executor.execute(select(_I.c.kind, column).where(_I.c.handover_id == number, column.is_not(None)))
    for kind, value in rows:
        counts[f"{kind}_{value}"] = counts.get(f"{kind}_{value}", 0) + 1
    return counts
