"""The outbox's turns: which row may be worked on, by whom, how long, and how that work ends.

Rows of one target (a person on a channel) go out in the order they were written, each held by one relay at a time;
only one that failed repeatedly and waits long is overtaken.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.store.base import SKEW
from core.store.outbox import IS_PENDING, OutboxRow, OutboxState

LONGEST_WAIT = timedelta(hours=12)  # no row is put back for longer
LONGEST_LEASE = timedelta(seconds=90)  # longer than one row's slowest exchange with its token refresh
HOLDS_UP = timedelta(seconds=60)  # a row that waits longer than this ...
PATIENT_ATTEMPTS = 3  # ... and failed so often lets later rows of its target pass


def anything_due(session: Session, now: datetime, *, without: Collection[str] = ()) -> bool:
    """Is there a row to be sent, on another channel than `without`? Asked before `lease`, which needs the right to
    write."""
    free = select(OutboxRow.id).where(IS_PENDING, is_free(OutboxRow.lease_until, now)).limit(1)
    if without:
        free = free.where(OutboxRow.channel.not_in(without))
    if session.scalar(free.where(OutboxRow.next_try_at <= now)) is not None:
        return True  # two questions, each a range of its index: one with OR would read all that lies between
    return session.scalar(free.where(_put_ahead(now))) is not None


def is_free(lease_until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    """No relay holds it. A lease longer than any we give was written by a clock that ran ahead, and holds nothing."""
    return or_(lease_until.is_(None), lease_until < now, lease_until > now + LONGEST_LEASE + SKEW)


def lease(
    session: Session,
    holder: str,
    *,
    now: datetime,
    seconds: float,
    limit: int,
    rooms: Mapping[str, int] = MappingProxyType({}),
) -> list[OutboxRow]:
    """Take up to `limit` due rows for `holder` until `seconds` from now, the oldest of each target only; of a channel
    in `rooms` at most so many.

    Two relays never hold one row, nor two rows of one target: a held row of the same target blocks, and so does an
    earlier open one, unless it failed `PATIENT_ATTEMPTS` times and waits longer than `HOLDS_UP`. Whose lease ran out
    may have died after sending: such a row comes back as `maybe_sent`.
    """
    _mend_waits(session, now)
    tight = {channel: room for channel, room in rooms.items() if room < limit}
    due = _due(now)
    found = list(session.execute((due.where(OutboxRow.channel.not_in(tight)) if tight else due).limit(limit)))
    for channel, room in tight.items():
        if room > 0:
            found += session.execute(due.where(OutboxRow.channel == channel).limit(room))
    ids = [row.id for row in sorted(found, key=lambda row: row.next_try_at)[:limit]]
    if not ids:
        return []
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids))
        .values(
            lease=holder,
            lease_until=now + timedelta(seconds=seconds),
            attempts=OutboxRow.attempts + 1,
            maybe_sent=or_(OutboxRow.maybe_sent, OutboxRow.lease.is_not(None)),
        )
        .returning(OutboxRow)
    )
    return sorted(session.scalars(statement), key=lambda row: row.id)


def _due(now: datetime) -> Select[int, datetime]:
    """The rows whose turn it is, the most overdue first, each locked for this transaction."""
    other = aliased(OutboxRow)
    comes_first = and_(
        other.id < OutboxRow.id,
        or_(other.attempts < PATIENT_ATTEMPTS, other.next_try_at <= now + HOLDS_UP),
    )
    return (
        select(OutboxRow.id, OutboxRow.next_try_at)
        .where(
            IS_PENDING,
            OutboxRow.next_try_at <= now,
            is_free(OutboxRow.lease_until, now),
            ~exists().where(
                other.target == OutboxRow.target,
                other.state == literal_column("'pending'"),
                other.id != OutboxRow.id,
                or_(comes_first, ~is_free(other.lease_until, now)),
            ),
        )
        .order_by(OutboxRow.next_try_at)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )


def _put_ahead(now: datetime) -> ColumnElement[bool]:
    """A clock that ran ahead wrote or put back the row: how long it was to wait nobody knows, and it counts as due."""
    return OutboxRow.put_at > now + SKEW


def _mend_waits(session: Session, now: datetime) -> None:
    """Make due what a clock that ran ahead put off."""
    session.execute(update(OutboxRow).where(IS_PENDING, _put_ahead(now)).values(next_try_at=now, put_at=now))


def renew(session: Session, row_id: int, holder: str, *, now: datetime, seconds: float) -> bool:
    """Hold a leased row until `seconds` from now. False if another relay took it meanwhile: leave it alone."""
    held = (OutboxRow.id == row_id, OutboxRow.lease == holder)
    statement = update(OutboxRow).where(*held).values(lease_until=now + timedelta(seconds=seconds))
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def close(
    session: Session, row_id: int, holder: str, state: OutboxState, *, now: datetime, fault: str | None = None
) -> bool:
    """End a leased row. False if the lease was lost meanwhile (another relay has it): its holder ends it."""
    values: dict[str, Any] = {"state": state, "finished_at": now, "lease": None, "lease_until": None, "fault": fault}
    if state == OutboxState.SENT:
        values |= {"sent_at": now, "body": None, "code": None}
    statement = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.lease == holder).values(values)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


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


def keep_code(session: Session, row_id: int, code: bytes) -> None:
    """Keep the sealed one-time code on the row: it was taken from the card, and a retry needs it."""
    session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(code=code))
