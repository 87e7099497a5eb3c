"""The outbox: a message is a row first, written in the transaction that decided it.

A row does not hold what will be sent but which screen shows it and with which numbers: the relay renders it from the
state of the moment it is sent. Rows of one target (a person on a channel) go out in the order they were written; only
one that failed repeatedly and waits long is overtaken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    and_,
    delete,
    exists,
    func,
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

LONGEST_WAIT = timedelta(hours=12)  # no row is put back for longer
LONGEST_LEASE = timedelta(seconds=90)
SKEW = timedelta(minutes=1)  # how far apart the clocks of two machines may be; more is a clock that was wrong
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
    """One message to one person. `lease_until` in the future means that a relay is working on it."""

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
        *("maybe_sent", "next_try_at", "created_at", "request_id"),
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
        "created_at": now,
        "request_id": request_id,
    }
    _PUT.run(executor, values)


def anything_due(session: Session, now: datetime) -> bool:
    """Is there a row to be sent? Asked before `lease`, which needs the right to write."""
    free = select(OutboxRow.id).where(IS_PENDING, _is_free(OutboxRow.lease_until, now)).limit(1)
    if session.scalar(free.where(OutboxRow.next_try_at <= now)) is not None:
        return True  # two questions, each a range of the index: one with OR would read all that lies between
    return session.scalar(free.where(_waits_too_long(now))) is not None


def _is_free(lease_until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    """No relay holds it. A lease longer than any we give was written by a clock that ran ahead, and holds nothing."""
    return or_(lease_until.is_(None), lease_until < now, lease_until > now + LONGEST_LEASE + SKEW)


def lease(session: Session, holder: str, *, now: datetime, seconds: float, limit: int) -> list[OutboxRow]:
    """Take up to `limit` due rows for `holder` until `seconds` from now, the oldest of each target only.

    Two relays never hold one row, nor two rows of one target: a held row of the same target blocks, and so does an
    earlier open one, unless it failed `PATIENT_ATTEMPTS` times and waits longer than `HOLDS_UP`. Whose lease ran out
    may have died after sending: such a row comes back as `maybe_sent`.
    """
    _mend_waits(session, now)
    other = aliased(OutboxRow)
    comes_first = and_(
        other.id < OutboxRow.id,
        or_(other.attempts < PATIENT_ATTEMPTS, other.next_try_at <= now + HOLDS_UP),
    )
    due = (
        select(OutboxRow.id)
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
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    ids = session.scalars(due).all()
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


def _waits_too_long(now: datetime) -> ColumnElement[bool]:
    """It waits longer than we ever let a row wait: a clock that ran ahead wrote it, and it counts as due."""
    return OutboxRow.next_try_at > now + LONGEST_WAIT + SKEW


def _mend_waits(session: Session, now: datetime) -> None:
    """Make due what a clock that ran ahead put off."""
    session.execute(update(OutboxRow).where(IS_PENDING, _waits_too_long(now)).values(next_try_at=now))


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


def sent_times(session: Session, target: str, since: datetime, limit: int) -> Sequence[datetime]:
    """When the last messages went to `target` since `since`, newest first, at most `limit`."""
    statement = (
        select(OutboxRow.sent_at)
        .where(OutboxRow.target == target, OutboxRow.sent_at > since, OutboxRow.kind != Kind.CHANGE)
        .order_by(OutboxRow.sent_at.desc())
        .limit(limit)
    )
    return [at for at in session.scalars(statement) if at is not None]


def sent_since(session: Session, channel: str, since: datetime, most: int) -> int:
    """How many rows went out on `channel` since `since`, counted up to `most`."""
    some = (
        select(OutboxRow.id)
        .where(OutboxRow.state == OutboxState.SENT, OutboxRow.finished_at > since, OutboxRow.channel == channel)
        .limit(most)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def purge(session: Session, before: datetime, batch: int = 500) -> int:
    """Forget up to `batch` rows that ended before `before`, dead ones excepted; how many were forgotten."""
    ended = OutboxRow.state.in_([OutboxState.SENT, OutboxState.SUPERSEDED])
    old = select(OutboxRow.id).where(ended, OutboxRow.finished_at < before).limit(batch)
    return int(session.execute(delete(OutboxRow).where(OutboxRow.id.in_(old))).rowcount)  # type: ignore[attr-defined]
