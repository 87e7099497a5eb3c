"""The one place where a lead changes hands.

One lead goes through `move` (claim, release, transfer, assignment by hand), many at once through `fall` (recycling) and
`give` (automatic assignment): a conditional UPDATE decides, so that of any number who try at once exactly one wins; the
history and the clocks follow in the transaction. `move` tells of it by an event; who calls the others does that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    not_,
    or_,
    update,
)

from core.leads.events import Fallen, OwnerChanged
from core.leads.models import IS_AT_WORK, IS_POOLED, How, Lead, LeadState, Ownership, reason_place
from core.leads.readers import end_reading, owner_again
from core.leads.rules import Gate
from core.store.base import UtcDateTime, new_id, table_of
from core.store.bulk import InsertMany
from core.store.database import among
from core.store.prepared import Prepared
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Move:
    """A change of owner. `from_id` None means out of a pool (through one of `gates`, if given); `to_id` None means
    into the pool `pool`. `pool` None keeps the lead's pool. `by_id` None: it was no person, but `rule`. `one_of_many`:
    the caller tells the old and the new owner, of all of them at once."""

    lead_id: int
    how: How
    by_id: int | None
    from_id: int | None
    to_id: int | None
    pool: str | None = None
    gates: Sequence[Gate] | None = None
    reason: str = ""
    rule: str | None = None
    one_of_many: bool = False


_L, _O = table_of(Lead), table_of(Ownership)
_TO = bindparam("to", type_=BigInteger)
_MOVED = (
    update(_L)
    .where(
        _L.c.id == bindparam("lead"),
        _L.c.state == LeadState.OPEN.value,
        _L.c.owner_id.is_not_distinct_from(bindparam("from", type_=BigInteger)),
        or_(_TO.is_not(None), not_(IS_AT_WORK)),  # what is under way goes into no pool, begun at this moment or not
    )
    .values(
        owner_id=_TO,
        owned_at=bindparam("owned"),
        pooled_at=bindparam("pooled"),
        pool=func.coalesce(bindparam("into", type_=String), _L.c.pool),
        idle_since=bindparam("owned"),
        contacted=False,
        applied_at=None,
        reminded_for=None,  # nobody has told the new owner of what was due when the lead came to him
        # What was agreed with the customer goes on from hand to hand; in a pool nobody keeps it.
        next_contact_at=case((and_(_L.c.owner_id.is_not(None), _TO.is_not(None)), _L.c.next_contact_at)),
        revision=_L.c.revision + 1,
    )
    .returning(_L.c.pool)
)
_MOVE = Prepared(_MOVED)
_ANEW = {"contacted": False, "applied_at": None, "next_contact_at": None, "revision": _L.c.revision + 1}
_INTO_POOL = {"owner_id": None, "owned_at": None, "idle_since": None, **_ANEW}
_TO_OWNER = {"pooled_at": None, **_ANEW}


@cache
def _move_through(gates: int) -> Prepared:
    """The same, through one of so many gates."""
    return Prepared(_MOVED.where(or_(*(_numbered_gate(number) for number in range(gates)))))


def _numbered_gate(number: int) -> ColumnElement[bool]:
    since, after = f"waited_since{number}", f"not_had_after{number}"
    return passes(
        bindparam(f"pool{number}"),
        bindparam(since, type_=UtcDateTime),
        bindparam(after, type_=UtcDateTime),
        _TO,
    )


def passes(pool: Any, waited_since: Any, not_had_after: Any, person_id: Any) -> ColumnElement[bool]:
    """A waiting lead goes through the gate of these values (see `Gate`) to this person: as a condition over `lead`,
    the same for the list of what may be claimed and for the claim."""
    had = exists().where(_O.c.lead_id == _L.c.id, _O.c.owner_id == person_id, _O.c.until > not_had_after)
    return and_(_L.c.pool == pool, _L.c.pooled_at <= waited_since, ~had)


_AT = bindparam("at", type_=UtcDateTime)
# A transaction takes its time when it opens and may then wait for another one, which came later: what it changes after
# that cannot have ended before it began.
_END = Prepared(
    update(_O)
    .where(_O.c.lead_id == bindparam("lead"), _O.c.until.is_(None))
    .values(until=case((_O.c.since > _AT, _O.c.since), else_=_AT))
    .returning(_O.c.id, _O.c.until)
)
_BEGIN = Prepared(insert(_O), ("id", "lead_id", "owner_id", "pool", "how", "by_id", "reason", "rule", "since"))
_BEGIN_MANY = InsertMany(Ownership, ("id", "lead_id", "owner_id", "pool", "rule"), ("how", "by_id", "since"))


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
    if change.gates is not None:
        statement = _move_through(len(change.gates))
        for number, gate in enumerate(change.gates):
            values[f"pool{number}"] = gate.pool
            values[f"waited_since{number}"] = gate.waited_since
            values[f"not_had_after{number}"] = gate.not_had_after
    moved = statement.row(unit.connection, values)
    if moved is None:
        return None
    pool: str = moved[0]
    if change.to_id is None:
        end_reading(unit, [change.lead_id], change.by_id)
    elif change.from_id is not None:  # out of a pool nobody is left who might look
        owner_again(unit, change.lead_id, change.to_id, change.by_id)
    ended = _END.row(unit.connection, {"lead": change.lead_id, "at": unit.now})
    begin(unit, change, pool, *(ended or ()))
    moved_to = change.from_id, change.to_id
    unit.happened(OwnerChanged(change.lead_id, *moved_to, change.how, change.by_id, change.one_of_many))
    return pool


Falling: TypeAlias = Mapping[tuple[str, str], Sequence[int]]
"""Leads by the name of the rule that lets them fall and the key of the pool into which they go."""


def fall(unit: Unit, falling: Falling, still: ColumnElement[bool]) -> dict[str, list[Fallen]]:
    """Into their pools go those of the leads for which `still` (a condition over `lead`) holds when they are changed:
    what was done in the last second wins. Many at once, in a few statements; by the rules' names, of which the caller
    tells."""
    gone: dict[int, tuple[str, str]] = {}
    for (rule, into), lead_ids in falling.items():
        wanted = update(_L).where(among(unit.connection, _L.c.id, lead_ids), _L.c.owner_id.is_not(None), still)
        changed = wanted.values(**_INTO_POOL, pool=into, pooled_at=unit.now).returning(_L.c.id)
        gone |= dict.fromkeys(unit.connection.scalars(changed).all(), (rule, into))
    end_reading(unit, list(gone), None)
    ended = _end_all(unit, list(gone))
    _begin_all(unit, How.RECYCLE, [(row, None, *gone[row.lead_id]) for row in ended])
    fallen: dict[str, list[Fallen]] = defaultdict(list)
    for row in ended:
        rule, into = gone[row.lead_id]
        fallen[rule].append(Fallen(row.lead_id, row.owner_id, into))
    return fallen


@dataclass(frozen=True, slots=True)
class Given:
    """A lead that went out of its pool to `owner_id` by the rule named `rule`."""

    lead_id: int
    owner_id: int
    rule: str


def give(unit: Unit, gifts: Sequence[Given]) -> list[Given]:
    """Those of the leads that wait in a pool when they are changed go to their new owners, by rules. Many at once, in a
    few statements; the caller tells of them. What somebody else was faster to take is left out."""
    if not gifts:
        return []
    to = {gift.lead_id: gift.owner_id for gift in gifts}
    wanted = update(_L).where(among(unit.connection, _L.c.id, to), IS_POOLED)
    moved = unit.connection.execute(
        wanted.values(
            **_TO_OWNER,
            owner_id=case(to, value=_L.c.id),
            owned_at=unit.now,
            idle_since=unit.now,
        ).returning(_L.c.id, _L.c.pool)
    ).all()
    pools = {row.id: row.pool for row in moved}
    given = [gift for gift in gifts if gift.lead_id in pools]
    by_lead = {gift.lead_id: gift for gift in given}
    ended = [(row, by_lead[row.lead_id]) for row in _end_all(unit, list(pools))]
    _begin_all(unit, How.ASSIGN, [(row, gift.owner_id, gift.rule, pools[row.lead_id]) for row, gift in ended])
    return given


def go_on(unit: Unit, lead_id: int, owned_at: datetime, idle_since: datetime) -> None:
    """The lead was away for a time, and is in the hands of before: from when his time is reckoned now. Its history says
    as ever since when he has it."""
    values = {"owned_at": owned_at, "idle_since": idle_since}
    unit.connection.execute(update(_L).where(_L.c.id == lead_id, _L.c.owner_id.is_not(None)).values(values))


def _end_all(unit: Unit, lead_ids: Sequence[int]) -> Sequence[Row[Any, Any, Any, Any]]:
    """The history rows of now of these leads, ended: id, lead, owner, and when they ended if that was not now."""
    later = _O.c.since > unit.now
    return unit.connection.execute(
        update(_O)
        .where(among(unit.connection, _O.c.lead_id, lead_ids), _O.c.until.is_(None))
        .values(until=case((later, _O.c.since), else_=unit.now))
        .returning(_O.c.id, _O.c.lead_id, _O.c.owner_id, case((later, _O.c.since)).label("later"))
    ).all()


def _begin_all(unit: Unit, how: How, begun: Sequence[tuple[Row[Any, Any, Any, Any], int | None, str, str]]) -> None:
    """The history rows behind those that ended: with each, who has the lead from then on, by which rule, and its pool.
    What somebody changed whose clock is ahead of ours is rare, and written one by one."""
    rows = []
    for ended, owner_id, rule, pool in begun:
        if ended.later is not None:
            begin(unit, Move(ended.lead_id, how, None, None, owner_id, rule=rule), pool, ended.id, ended.later)
        else:
            rows.append((max(new_id(), ended.id + 1), ended.lead_id, owner_id, pool, rule))
    _BEGIN_MANY.run(unit.connection, rows, how=how.value, by_id=None, since=unit.now)


def begin(unit: Unit, change: Move, pool: str, last_id: int = 0, since: datetime | None = None) -> None:
    """Write the history row that says who has the lead from now on, or from `since`, behind the row `last_id`."""
    _BEGIN.run(unit.connection, _begun(unit, change, pool, last_id, since))


def _begun(unit: Unit, change: Move, pool: str, last_id: int, since: datetime | None) -> dict[str, Any]:
    row_id = max(new_id(), last_id + 1)  # another machine's clock, which made the last one, may be ahead of ours
    return {
        "id": row_id,
        "lead_id": change.lead_id,
        "owner_id": change.to_id,
        "pool": pool,
        "how": change.how.value,
        "by_id": change.by_id,
        "reason": unit.vault.seal(reason_place(row_id), change.reason) if change.reason else None,
        "rule": change.rule,
        "since": since or unit.now,
    }
