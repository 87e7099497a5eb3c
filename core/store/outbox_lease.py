"""The outbox's turns: which row may be worked on, by whom, how long, and how that work ends.

Rows of one target (a person on a channel) go out in the order they were written, each held by one relay at a time.
Only one that failed repeatedly and waits long is overtaken, one that waits for what others do not need (`LETS_PASS`),
and a reminder by what comes before it (`Priority`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.store.base import SKEW
from core.store.outbox import IS_PENDING, Kind, OutboxRow, OutboxState, Priority
from core.store.prepared import Prepared

LONGEST_WAIT = timedelta(hours=12)  # no row is put back for longer
LONGEST_LEASE = timedelta(seconds=90)  # longer than one row's slowest exchange with its token refresh
HOLDS_UP = timedelta(seconds=60)  # a row that waits longer than this ...
PATIENT_ATTEMPTS = 3  # ... and failed so often lets later rows of its target pass
OF_ANOTHER_RELEASE = "unknown kind"  # nobody who is there can send it
OUT_OF_CALLS = "calls used up"  # it costs one of the month's calls, of which there are none; not everything does
LETS_PASS = (OF_ANOTHER_RELEASE, OUT_OF_CALLS)
"""A row with one of these faults lets later rows of its target pass as long as it waits, but for those with the same
fault: they keep their order. A row that has not been tried yet finds out for itself."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many rows of a channel may go out now, and how many of them may be reminders that are not urgent."""

    rows: int
    reminders: int


class Which(Enum):
    """Which rows are meant. Exports have a thread of their own, which takes one when it is free: what is leased and
    waits would lose its lease, and an attempt with it."""

    ALL = auto()
    EXPORTS = auto()
    BUT_EXPORTS = auto()


NO_LIMITS: Mapping[str, Room] = MappingProxyType({})

_Time = datetime | BindParameter[datetime]
_NOW: BindParameter[datetime] = bindparam("now", type_=OutboxRow.next_try_at.type)
_TOO_FAR: BindParameter[datetime] = bindparam("too_far", type_=OutboxRow.next_try_at.type)


def anything_due(
    session: Session, now: datetime, rooms: Mapping[str, Room] = NO_LIMITS, *, which: Which = Which.ALL
) -> bool:
    """Is there a row to be sent, for which its channel has room? Asked before `lease`, which needs the right to
    write."""
    full = [channel for channel, room in rooms.items() if room.rows <= 0]
    without_reminders = [channel for channel, room in rooms.items() if room.rows > 0 >= room.reminders]
    if full or without_reminders:
        urgent = or_(OutboxRow.channel.not_in(without_reminders), _IS_URGENT)
        has_room = and_(OutboxRow.channel.not_in(full), urgent)
        return any(session.scalar(free.where(has_room).limit(1), _times(now)) is not None for free in _FREE[which])
    return any(free.row(session, _times(now)) is not None for free in _ANY_FREE[which])


def _only(which: Which) -> tuple[ColumnElement[bool], ...]:
    is_export = OutboxRow.kind == literal_column(f"'{Kind.EXPORT}'")
    return {Which.ALL: (), Which.EXPORTS: (is_export,), Which.BUT_EXPORTS: (~is_export,)}[which]


def is_free(lease_until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    """No relay holds it. A lease longer than any we give was written by a clock that ran ahead, and holds nothing."""
    return _is_free(lease_until, now, now + LONGEST_LEASE + SKEW)


def _is_free(lease_until: InstrumentedAttribute[datetime | None], now: _Time, too_far: _Time) -> ColumnElement[bool]:
    return or_(lease_until.is_(None), lease_until < now, lease_until > too_far)


def _times(now: datetime) -> dict[str, datetime]:
    """What the prepared statements compare with."""
    return {
        "now": now,
        "skewed": now + SKEW,
        "too_far": now + LONGEST_LEASE + SKEW,
        "held_up": now + HOLDS_UP,
    }


def lease(
    session: Session,
    holder: str,
    *,
    now: datetime,
    seconds: float,
    limit: int,
    rooms: Mapping[str, Room] = NO_LIMITS,
    which: Which = Which.ALL,
) -> list[OutboxRow]:
    """Take up to `limit` due rows for `holder` until `seconds` from now, of each target only the one whose turn it is;
    of a channel in `rooms` at most so many. Urgent ones first, else in the order they were written.

    Two relays never hold one row, nor two rows of one target: a held row of the same target blocks, and so does an
    earlier open one, unless it failed `PATIENT_ATTEMPTS` times and waits longer than `HOLDS_UP`, or waits for what this
    one does not (`LETS_PASS`). Whose lease ran out may have died after sending: such a row comes back as `maybe_sent`.
    """
    _MEND_WAITS.run(session, _times(now))
    tight = {channel: room for channel, room in rooms.items() if min(room.rows, room.reminders) < limit}
    if tight:
        found = _due_within(session, tight, now, limit, which)
    else:
        found = _DUE[which].rows(session, _times(now) | {"most": limit})
    ids = [row_id for *_, row_id in sorted((turn, at, row_id) for row_id, turn, at in found)[:limit]]
    if not ids:
        return []
    until = now + timedelta(seconds=seconds)
    leased = session.scalars(_LEASE, {"ids": ids, "holder": holder, "until": until})
    return sorted(leased, key=lambda row: (row.priority, row.id))


def _due_within(
    session: Session, rooms: Mapping[str, Room], now: datetime, limit: int, which: Which
) -> list[tuple[Any, ...]]:
    """Of a channel in `rooms` at most so many, of the others up to `limit`."""
    due = _due(which).params(_times(now))

    def some(which: ColumnElement[bool], most: int) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in session.execute(due.where(which).limit(most))] if most > 0 else []

    found = some(OutboxRow.channel.not_in(rooms), limit)
    for channel, room in rooms.items():
        urgent = some(and_(OutboxRow.channel == channel, _IS_URGENT), min(room.rows, limit))
        left = min(room.reminders, room.rows - len(urgent), limit)
        found += urgent + some(and_(OutboxRow.channel == channel, ~_IS_URGENT), left)
    return found


def _due(which: Which) -> Select[int, int, datetime]:
    """The rows whose turn it is, by priority, and the most overdue first, each locked for this transaction."""
    other = aliased(OutboxRow)
    earlier = and_(other.priority == OutboxRow.priority, other.id < OutboxRow.id)
    comes_first = and_(
        or_(other.priority < OutboxRow.priority, earlier),
        or_(other.attempts < PATIENT_ATTEMPTS, other.next_try_at <= bindparam("held_up")),
        or_(
            other.fault.is_(None),
            and_(*(other.fault != each for each in LETS_PASS)),
            other.fault == OutboxRow.fault,
            other.next_try_at <= _NOW,
        ),
    )
    return (
        select(OutboxRow.id, OutboxRow.priority, OutboxRow.next_try_at)
        .where(
            IS_PENDING,
            *_only(which),
            OutboxRow.next_try_at <= _NOW,
            _is_free(OutboxRow.lease_until, _NOW, _TOO_FAR),
            ~exists().where(
                other.target == OutboxRow.target,
                other.state == literal_column("'pending'"),
                other.id != OutboxRow.id,
                or_(comes_first, ~_is_free(other.lease_until, _NOW, _TOO_FAR)),
            ),
        )
        .order_by(OutboxRow.priority, OutboxRow.next_try_at, OutboxRow.id)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )


# Written out, as the index of turns is by it.
_IS_URGENT = OutboxRow.priority < literal_column(str(int(Priority.REMINDER)))
# A clock that ran ahead wrote or put back such a row: how long it was to wait nobody knows, and it counts as due.
_PUT_AHEAD = OutboxRow.put_at > bindparam("skewed")
# Two questions, each a range of its index: one with OR would read all that lies between.
_FREE = {
    which: tuple(
        select(OutboxRow.id).where(IS_PENDING, *_only(which), _is_free(OutboxRow.lease_until, _NOW, _TOO_FAR), due)
        for due in (OutboxRow.next_try_at <= _NOW, _PUT_AHEAD)
    )
    for which in Which
}
_ANY_FREE = {which: tuple(Prepared(free.limit(1)) for free in frees) for which, frees in _FREE.items()}
_DUE = {which: Prepared(_due(which).limit(bindparam("most"))) for which in Which}
_MEND_WAITS = Prepared(update(OutboxRow).where(IS_PENDING, _PUT_AHEAD).values(next_try_at=_NOW, put_at=_NOW))
_LEASE = (
    update(OutboxRow)
    .where(OutboxRow.id.in_(bindparam("ids", expanding=True)))
    .values(
        lease=bindparam("holder"),
        lease_until=bindparam("until"),
        attempts=OutboxRow.attempts + 1,
        maybe_sent=or_(OutboxRow.maybe_sent, OutboxRow.lease.is_not(None)),
    )
    .returning(OutboxRow)
    .execution_options(synchronize_session=False)  # nothing of it was loaded before
)
_HELD = update(OutboxRow).where(OutboxRow.id == bindparam("row_id"), OutboxRow.lease == bindparam("holder"))
_END = _HELD.values(
    state=bindparam("ended_as"),
    finished_at=bindparam("ended_at"),
    lease=None,
    lease_until=None,
    fault=bindparam("why"),
    maybe_sent=or_(OutboxRow.maybe_sent, bindparam("maybe", type_=OutboxRow.maybe_sent.type)),
)
_ENDED, _DROPPED = Prepared(_END), Prepared(_END.values(code=None))
_SENT = Prepared(_END.values(sent_at=bindparam("ended_at"), body=None, code=None))
_RENEW = Prepared(_HELD.values(lease_until=bindparam("until")))


def renew(session: Session, row_id: int, holder: str, *, now: datetime, seconds: float) -> bool:
    """Hold a leased row until `seconds` from now. False if another relay took it meanwhile: leave it alone."""
    until = now + timedelta(seconds=seconds)
    return _RENEW.changed(session, {"row_id": row_id, "holder": holder, "until": until})


def close(
    session: Session,
    row_id: int,
    holder: str,
    state: OutboxState,
    *,
    now: datetime,
    fault: str | None = None,
    maybe_sent: bool = False,
) -> bool:
    """End a leased row. False if the lease was lost meanwhile (another relay has it): its holder ends it."""
    how = {OutboxState.SENT: _SENT, OutboxState.SUPERSEDED: _DROPPED}.get(state, _ENDED)
    ended = {"ended_as": state, "ended_at": now, "why": fault, "maybe": maybe_sent}
    return how.changed(session, {"row_id": row_id, "holder": holder, **ended})


def put_back(
    session: Session,
    row_id: int,
    holder: str,
    *,
    now: datetime,
    next_try_at: datetime,
    fault: str | None,
    maybe_sent: bool = False,
    tried: bool = True,
) -> bool:
    """Give a leased row back for a later try. `tried` False does not count as an attempt (a pace limit)."""
    values: dict[str, Any] = {
        "lease": None,
        "lease_until": None,
        "next_try_at": next_try_at,
        "put_at": now,
        "fault": fault,
    }
    if maybe_sent:
        values["maybe_sent"] = True
    if not tried:
        values["attempts"] = OutboxRow.attempts - 1
    statement = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.lease == holder).values(values)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def hold(session: Session, row_id: int, holder: str, *, now: datetime, until: datetime, why: str) -> bool:
    """Have a leased row wait until then, holding up no other row of its target. False if the lease was lost. That it
    was leased does not count as an attempt."""
    values = {
        "state": OutboxState.HELD,
        "lease": None,
        "lease_until": None,
        "next_try_at": until,
        "put_at": now,
        "fault": why,
        "attempts": OutboxRow.attempts - 1,
    }
    statement = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.lease == holder).values(values)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def keep_code(session: Session, row_id: int, code: bytes | None) -> None:
    """Keep the sealed one-time code on the row: it was taken from the card, and a retry needs it. None: forget it."""
    session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(code=code))
