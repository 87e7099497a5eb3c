"""The inbox: every event is a row before any work is done, so that nothing is lost and nothing done twice.

The event is sealed and forgotten after a set time; the key stays exactly as long. The reply is stored in the same
transaction as the work, so a repeated event gets the answer the first one got.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, SmallInteger, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import Base, UtcDateTime
from core.store.database import insert_new


class InboxState(StrEnum):
    """Where an event stands."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"  # our bug, given up after several tries; the person was told
    EXPIRED = "expired"  # too old when we could have worked on it; the person was told


class InboxRow(Base):
    """One event of one channel."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "state", "received_at"),)

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    event: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_id: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8), default=InboxState.NEW)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    reply: Mapped[bytes | None] = mapped_column(LargeBinary)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def event_place(key: str) -> str:
    """The vault's place of an inbox row's event."""
    return f"inbox.event:{key}"


def reply_place(key: str) -> str:
    """The vault's place of an inbox row's reply."""
    return f"inbox.reply:{key}"


def record(session: Session, *, key: str, channel: str, event: bytes, request_id: str, now: datetime) -> bool:
    """Write the event down. False if it is there already: a repetition."""
    values = {
        "key": key,
        "channel": channel,
        "event": event,
        "received_at": now,
        "request_id": request_id,
        "state": InboxState.NEW,
        "attempts": 0,
    }
    return bool(session.execute(insert_new(session, InboxRow).values(values)).rowcount)  # type: ignore[attr-defined]


def lock(session: Session, key: str) -> InboxRow | None:
    """The row, locked for this transaction (waits for a twin at work); None if it was purged."""
    statement = select(InboxRow).where(InboxRow.key == key).with_for_update()
    return session.scalars(statement).one_or_none()


def finish(session: Session, key: str, reply: bytes, state: InboxState, now: datetime) -> None:
    """Store the sealed reply and the end state, in the transaction that did the work."""
    session.execute(update(InboxRow).where(InboxRow.key == key).values(reply=reply, state=state, finished_at=now))


def forget(session: Session, key: str, nothing: bytes) -> None:
    """Overwrite the event with a sealed nothing: it held what may not be kept."""
    session.execute(update(InboxRow).where(InboxRow.key == key).values(event=nothing))


def count_attempt(session: Session, key: str) -> int:
    """One more failed attempt at this event; the number of attempts so far."""
    statement = (
        update(InboxRow).where(InboxRow.key == key).values(attempts=InboxRow.attempts + 1).returning(InboxRow.attempts)
    )
    return session.scalars(statement).one()


def unanswered(session: Session, before: datetime, limit: int = 100) -> Sequence[tuple[str, str, datetime]]:
    """Events received before `before` that have no reply: (key, channel, received_at), oldest first."""
    statement = (
        select(InboxRow.key, InboxRow.channel, InboxRow.received_at)
        .where(InboxRow.state == InboxState.NEW, InboxRow.received_at < before)
        .order_by(InboxRow.received_at)
        .limit(limit)
    )
    return [(key, channel, at) for key, channel, at in session.execute(statement)]


def purge(session: Session, before: datetime) -> int:
    """Forget answered events received before `before`; how many were forgotten."""
    statement = delete(InboxRow).where(InboxRow.state != InboxState.NEW, InboxRow.received_at < before)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
