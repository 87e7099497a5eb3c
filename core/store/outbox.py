"""The outbox: a message is a row first, written in the transaction that decided it.

A row does not hold what will be sent but which screen shows it and with which numbers: the relay renders it from the
state of the moment it is sent. Rows of one target (a person on a channel) go out in the order they were written; only
one that failed repeatedly and waits long is overtaken.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Index,
    LargeBinary,
    Select,
    SmallInteger,
    String,
    and_,
    delete,
    exists,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column

from core.store.base import Base, BigId, UtcDateTime
from core.store.database import Executor, insert_new
from core.store.prepared import Prepared
from core.store.unit import SKEW

LONGEST_WAIT = timedelta(hours=12)  # no row is put back for longer
LONGEST_LEASE = timedelta(seconds=90)
HOLDS_UP = timedelta(seconds=60)  # a row that waits longer than this ...
PATIENT_ATTEMPTS = 3  # ... and failed so often lets later rows of its target pass


class Kind(StrEnum):
    """What is to be done at the platform."""

    SHOW = "show"  # send the issued card `card_id`
    CHANGE = "change"  # change the issued card `card_id` where it hangs, or send it anew
    SAY = "say"  # send plain text


class OutboxState(StrEnum):
    """Every row ends as one of the last three; none is lost."""

    PENDING = "pending"
    SENT = "sent"
    SUPERSEDED = "superseded"  # no longer true when it was to be sent, so it was not
    DEAD = "dead"  # given up: visible in metrics and `tuoling outbox`, can be sent again


class OutboxRow(Base):
    """One message to one person. `lease_until` in the future means that a relay is working on it. `put_at` is when
    `next_try_at` was decided: in the future, a clock that ran ahead decided it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "next_try_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_open_target",
            "target",
            "id",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_put",
            "put_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index("ix_outbox_sent", "target", "sent_at"),
        Index(
            "ix_outbox_finished",
            "state",
            "finished_at",
            postgresql_where=text("finished_at IS NOT NULL"),
            sqlite_where=text("finished_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(BigInteger)
    target: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8))
    card_id: Mapped[str | None] = mapped_column(String(16))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    code: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default=OutboxState.PENDING)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    maybe_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    put_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str | None] = mapped_column(String(200))
    request_id: Mapped[str] = mapped_column(String(16))


# Written out, not bound, because only then do both databases see that a partial index fits.
IS_PENDING = OutboxRow.state == literal_column("'pending'")


def body_place(dedupe_key: str) -> str:
    """The vault's place of a row's text."""
    return f"outbox.body:{dedupe_key}"


def code_place(dedupe_key: str) -> str:
    """The vault's place of the one-time code that came with a tap."""
    return f"outbox.code:{dedupe_key}"


_PUT = Prepared(
    lambda on: insert_new(on, OutboxRow),
    (
        *("dedupe_key", "channel", "person_id", "target", "kind", "card_id", "body", "code", "state", "attempts"),
        *("maybe_sent", "next_try_at", "put_at", "created_at", "request_id"),
    ),
)


@dataclass(frozen=True, slots=True)
class Message:
    """What `put` writes. `body` and `code` are sealed already."""

    dedupe_key: str
    channel: str
    person_id: int
    target: str
    kind: Kind
    card_id: str | None = None
    body: bytes | None = None
    code: bytes | None = None


def put(executor: Executor, message: Message, *, now: datetime, request_id: str) -> None:
    """Write the message in this transaction, unless its dedupe key exists already."""
    values = {
        "dedupe_key": message.dedupe_key,
        "channel": message.channel,
        "person_id": message.person_id,
        "target": message.target,
        "kind": message.kind.value,
        "card_id": message.card_id,
        "body": message.body,
        "code": message.code,
        "state": OutboxState.PENDING.value,
        "attempts": 0,
        "maybe_sent": False,
        "next_try_at": now,
        "put_at": now,
        "created_at": now,
        "request_id": request_id,
    }
    _PUT.run(executor, values)


def anything_due(session: Session, now: datetime, *, without: Collection[str] = ()) -> bool:
    """Is there a row to be sent, on another channel than `without`? Asked before `lease`, which needs the right to
    write."""
    free = select(OutboxRow.id).where(IS_PENDING, _is_free(OutboxRow.lease_until, now)).limit(1)
    if without:
        free = free.where(OutboxRow.channel.not_in(without))
    if session.scalar(free.where(OutboxRow.next_try_at <= now)) is not None:
        return True  # two questions, each a range of its index: one with OR would read all that lies between
    return session.scalar(free.where(_put_ahead(now))) is not None


def _is_free(lease_until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
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
            _is_free(OutboxRow.lease_until, now),
            ~exists().where(
                other.target == OutboxRow.target,
                other.state == literal_column("'pending'"),
                other.id != OutboxRow.id,
                or_(comes_first, ~_is_free(other.lease_until, now)),
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


def purge(session: Session, before: datetime, batch: int = 500) -> int:
    """Forget up to `batch` rows that ended before `before`, dead ones excepted; how many were forgotten."""
    ended = OutboxRow.state.in_([OutboxState.SENT, OutboxState.SUPERSEDED])
    old = select(OutboxRow.id).where(ended, OutboxRow.finished_at < before).limit(batch)
    return int(session.execute(delete(OutboxRow).where(OutboxRow.id.in_(old))).rowcount)  # type: ignore[attr-defined]
