"""The inbox: every event is a row before any work is done, so that nothing is lost and nothing done twice.

The event is sealed and forgotten after a set time; the key stays exactly as long. The reply is stored in the same
transaction as the work, so a repeated event gets the answer the first one got.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    Index,
    LargeBinary,
    SmallInteger,
    String,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import SKEW, Base, UtcDateTime, table_of
from core.store.database import Executor, insert_new
from core.store.prepared import Prepared

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class InboxState(StrEnum):
    """Where an event stands."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"  # our bug, given up after several tries; the person was told
    EXPIRED = "expired"  # too old when we could have worked on it; the person was told


_NEW = text("state = 'new'")


class InboxRow(Base):
    """One event of one channel. The index holds only what is unanswered, which is what is looked for."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_unanswered", "received_at", "key", postgresql_where=_NEW, sqlite_where=_NEW),)

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    event: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_id: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8), default=InboxState.NEW)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    reply: Mapped[bytes | None] = mapped_column(LargeBinary)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_T = table_of(InboxRow)


def event_place(key: str) -> str:
    """The vault's place of an inbox row's event."""
    return f"inbox.event:{key}"


def reply_place(key: str) -> str:
    """The vault's place of an inbox row's reply."""
    return f"inbox.reply:{key}"


_RECORD = Prepared(
    lambda on: insert_new(on, InboxRow),
    ("key", "channel", "event", "received_at", "request_id", "state", "attempts"),
)
_FINISH = Prepared(
    update(_T)
    .where(_T.c.key == bindparam("row"))
    .values(reply=bindparam("answer"), state=bindparam("end"), finished_at=bindparam("at"))
)


def record(executor: Executor, *, key: str, channel: str, event: bytes, request_id: str, now: datetime) -> None:
    """Write the event down; a repetition finds it there and changes nothing."""
    values = {
        "key": key,
        "channel": channel,
        "event": event,
        "received_at": now,
        "request_id": request_id,
        "state": InboxState.NEW.value,
        "attempts": 0,
    }
    _RECORD.run(executor, values)


def finish(executor: Executor, key: str, reply: bytes, state: InboxState, now: datetime) -> None:
    """Store the sealed reply and the end state, in the transaction that did the work."""
    _FINISH.run(executor, {"row": key, "answer": reply, "end": state.value, "at": now})


def event_of(session: Session, key: str) -> bytes | None:
    """The sealed event that was recorded under `key`; None if it was purged."""
    return session.scalars(select(InboxRow.event).where(InboxRow.key == key)).one_or_none()


def request_of(session: Session, key: str) -> str | None:
    """The request that recorded the event under `key`; None if there is none."""
    return session.scalars(select(InboxRow.request_id).where(InboxRow.key == key)).one_or_none()


def forget(session: Session, key: str, nothing: bytes) -> None:
    """Overwrite the event with a sealed nothing: it held what may not be kept."""
    session.execute(update(InboxRow).where(InboxRow.key == key).values(event=nothing))


def count_attempt(session: Session, key: str) -> int:
    """One more failed attempt at this event; the number of attempts so far."""
    statement = (
        update(InboxRow).where(InboxRow.key == key).values(attempts=InboxRow.attempts + 1).returning(InboxRow.attempts)
    )
    return session.scalars(statement).one()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that has no reply yet."""

    received_at: datetime
    key: str
    channel: str


_WAITING = (
    select(InboxRow.received_at, InboxRow.key, InboxRow.channel)
    .where(InboxRow.state == literal_column("'new'"))  # as the index has it
    .order_by(InboxRow.received_at, InboxRow.key)
)


def unanswered(
    session: Session, before: datetime, *, after: Waiting | None = None, limit: int = 100
) -> Sequence[Waiting]:
    """Events received before `before` that have no reply, oldest first; those behind `after`."""
    statement = _WAITING.where(InboxRow.received_at < before).limit(limit)
    if after is not None:
        place = tuple_(InboxRow.received_at, InboxRow.key)
        statement = statement.where(place > (after.received_at, after.key))
    return [Waiting(*row) for row in session.execute(statement)]


def ahead(session: Session, now: datetime, limit: int = 100) -> Sequence[Waiting]:
    """Events without a reply that were received in the future: by a clock that ran ahead."""
    statement = _WAITING.where(InboxRow.received_at > now + SKEW).limit(limit)
    return [Waiting(*row) for row in session.execute(statement)]


def newest(session: Session, now: datetime) -> datetime:
    """When the last event came; long ago if none did. Events come through a door that compares the platform's clock
    with ours: unlike other times that we write down, these were right (those of the future excepted)."""
    credible = InboxRow.received_at.between(LONG_AGO, now + SKEW)
    return session.scalar(select(func.max(InboxRow.received_at)).where(credible)) or LONG_AGO


def purge(session: Session, before: datetime, batch: int = 500) -> int:
    """Forget up to `batch` answered events received before `before`; how many were forgotten. Called until it is none:
    short transactions, because a long one would keep taps waiting."""
    old = select(InboxRow.key).where(InboxRow.state != InboxState.NEW, InboxRow.received_at < before).limit(batch)
    return int(session.execute(delete(InboxRow).where(InboxRow.key.in_(old))).rowcount)  # type: ignore[attr-defined]
