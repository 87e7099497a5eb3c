"""The one place where a lead changes hands.

Claim, assign, release, recycle and transfer all come through `move`: one conditional UPDATE decides, so that of any
number of people who try at once exactly one wins; the history, the clocks and the event follow in the transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, case, func, insert, update

from core.leads.events import OwnerChanged
from core.leads.models import How, Lead, LeadState, Ownership, reason_place
from core.store.base import UtcDateTime, new_id, table_of
from core.store.prepared import Prepared
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Move:
    """A change of owner. `from_id` None means out of a pool (one of `from_pools`, if given); `to_id` None means into
    the pool `pool`. `pool` None keeps the lead's pool."""

    lead_id: int
    how: How
    by_id: int
    from_id: int | None
    to_id: int | None
    pool: str | None = None
    from_pools: Collection[str] | None = None
    reason: str = ""


_L, _O = table_of(Lead), table_of(Ownership)
_MOVED = (
    update(_L)
    .where(
        _L.c.id == bindparam("lead"),
        _L.c.state == LeadState.OPEN.value,
        _L.c.owner_id.is_not_distinct_from(bindparam("from", type_=BigInteger)),
    )
    .values(
        owner_id=bindparam("to"),
        owned_at=bindparam("owned"),
        pooled_at=bindparam("pooled"),
        pool=func.coalesce(bindparam("into", type_=String), _L.c.pool),
        next_contact_at=None,
        revision=_L.c.revision + 1,
    )
    .returning(_L.c.pool)
)
_MOVE = Prepared(_MOVED)


@cache
def _move_from(pools: int) -> Prepared:
    """The same, out of one of so many pools."""
    return Prepared(_MOVED.where(_L.c.pool.in_([bindparam(f"pool{number}") for number in range(pools)])))


_AT = bindparam("at", type_=UtcDateTime)
# A transaction takes its time when it opens and may then wait for another one, which came later: what it changes after
# that cannot have ended before it began.
_END = Prepared(
    update(_O)
    .where(_O.c.lead_id == bindparam("lead"), _O.c.until.is_(None))
    .values(until=case((_O.c.since > _AT, _O.c.since), else_=_AT))
    .returning(_O.c.id, _O.c.until)
)
_BEGIN = Prepared(insert(_O), ("id", "lead_id", "owner_id", "pool", "how", "by_id", "reason", "since"))


def move(unit: Unit, change: Move) -> str | None:
    """Carry out `change` if the lead is still open and where the change takes it from: the key of its pool (the new
    one, if it went into one). None if it is not: nothing was changed."""
    values: dict[str, Any] = {
        "lead": change.lead_id,
        "from": change.from_id,
        "to": change.to_id,
        "owned": unit.now if change.to_id is not None else None,
        "pooled": unit.now if change.to_id is None else None,
        "into": change.pool,
    }
    statement = _MOVE
    if change.from_pools is not None:
        statement = _move_from(len(change.from_pools))
        values |= {f"pool{number}": pool for number, pool in enumerate(change.from_pools)}
    moved = statement.row(unit.connection, values)
    if moved is None:
        return None
    pool: str = moved[0]
    ended = _END.row(unit.connection, {"lead": change.lead_id, "at": unit.now})
    begin(unit, change, pool, *(ended or ()))
    unit.happened(OwnerChanged(change.lead_id, change.from_id, change.to_id, change.how, change.by_id))
    return pool


def begin(unit: Unit, change: Move, pool: str, last_id: int = 0, since: datetime | None = None) -> None:
    """Write the history row that says who has the lead from now on, or from `since`, behind the row `last_id`."""
    row_id = max(new_id(), last_id + 1)  # another machine's clock, which made the last one, may be ahead of ours
    values = {
        "id": row_id,
        "lead_id": change.lead_id,
        "owner_id": change.to_id,
        "pool": pool,
        "how": change.how.value,
        "by_id": change.by_id,
        "reason": unit.vault.seal(reason_place(row_id), change.reason) if change.reason else None,
        "since": since or unit.now,
    }
    _BEGIN.run(unit.connection, values)
