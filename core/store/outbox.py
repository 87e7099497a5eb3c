"""The outbox: a message is a row first, written in the transaction that decided it.

A row does not hold what will be sent but which screen shows it and with which numbers: the relay renders it from the
state of the moment it is sent. Who may work on a row, and in which order, stands in `outbox_lease`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    delete,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import Base, BigId, UtcDateTime
from core.store.database import Executor, insert_new
from core.store.prepared import Prepared


class Kind(StrEnum):
    """What is to be done at the platform."""

    SHOW = "show"  # send the issued card `card_id`
    CHANGE = "change"  # change the issued card `card_id` where it hangs, or send it anew
    SAY = "say"  # send plain text
    CONTACT = "contact"  # ask for a contact (客户联系), and do what follows from the answer
    FETCH = "fetch"  # fetch from the platform what somebody sent: the medium whose number is the body
    FILE = "file"  # send the medium whose number is the body
    SMS = "sms"  # send a short message about the task whose number is the body
    SMS_LEAD = "sms-lead"  # send a short message about a lead: the body has its number and the words
    REPORT = "report"  # ask a provider for a report: the body has its number
    CALL = "call"  # call another system: the body has where and with what
    PICTURE = "picture"  # send the board that the body names as a picture; if that fails as text, and the picture later
    LATER = "later"  # the same picture, whose text was sent
    THERE = "there"  # send plain text to where the session leads that the code holds
    TELL = "tell"  # send plain text to a group
    EXPORT = "export"  # make the file whose number is the body, and send it


LATER, EXPORTS = "later", "export"
"""Turns of their own that a target has: what waits there holds up none of its messages."""


def own_turn(target: str, turn: str) -> str:
    """One of the turns of a target."""
    return f"{target}:{turn}"


def turns(target: str) -> tuple[str, ...]:
    """All turns of whose this one is: what goes out in any of them reaches the same person."""
    whose = target.removesuffix(f":{LATER}").removesuffix(f":{EXPORTS}")
    return whose, own_turn(whose, LATER), own_turn(whose, EXPORTS)


class Priority(IntEnum):
    """Whose turn it is where rows queue, within one target and among all. What somebody waits for comes before what
    comes by itself."""

    ANSWER = 0  # what somebody has just done, and all that is no reminder
    URGENT = 1  # a reminder that comes at any time
    REMINDER = 2


class OutboxState(StrEnum):
    """Every row ends as one of the last three; none is lost."""

    PENDING = "pending"
    HELD = "held"  # a reminder that waits until `next_try_at`, and then goes out by itself or on a card of several
    SENT = "sent"
    SUPERSEDED = "superseded"  # no longer true when it was to be sent, so it was not
    DEAD = "dead"  # given up: visible in metrics and `tuoling outbox`, can be sent again


class OutboxRow(Base):
    """One message to one person or group, or one question to the platform because of him (`person_id` 0 is nobody; of a
    group its `target` says which).
    `lease_until` in the future means that a relay is working on it. `put_at` is when
    `next_try_at` was decided: in the future, a clock that ran ahead decided it. `reminder` is the kind of reminder that
    it is (`core/manners/kinds.py`); None: an answer to what somebody did himself. `code` is what came with the event
    and lets the platform be answered: a tap's one-time code, a message's session; or the row's own upload."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_turn",
            "priority",
            "next_try_at",
            "id",  # what a job sends is due at one moment: without it PostgreSQL would sort all of that for each batch
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_held",
            "next_try_at",
            postgresql_where=text("state = 'held'"),
            sqlite_where=text("state = 'held'"),
        ),
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
    reminder: Mapped[str | None] = mapped_column(String(12))
    priority: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))

    @property
    def why(self) -> "Why":
        """Why it is sent: so is what goes out in its stead."""
        return Why(self.reminder, Priority(self.priority))


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
        *("maybe_sent", "next_try_at", "put_at", "created_at", "request_id", "reminder", "priority"),
    ),
)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a message is sent: which kind of reminder it is (None: an answer), and whose turn it is. It is not to come
    before `until`."""

    reminder: str | None = None
    priority: Priority = Priority.ANSWER
    until: datetime | None = None


ANSWER = Why()


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
    why: Why = ANSWER


def put(executor: Executor, message: Message, *, now: datetime, request_id: str) -> None:
    """Write the message in this transaction, unless its dedupe key exists already."""
    put_all(executor, [message], now=now, request_id=request_id)


def put_all(executor: Executor, messages: Sequence[Message], *, now: datetime, request_id: str) -> None:
    """The same of several, in their order."""
    _PUT.run_all(executor, [_row(message, now, request_id) for message in messages])


def _row(message: Message, now: datetime, request_id: str) -> dict[str, object]:
    return {
        "dedupe_key": message.dedupe_key,
        "channel": message.channel,
        "person_id": message.person_id,
        "target": message.target,
        "kind": message.kind.value,
        "card_id": message.card_id,
        "body": message.body,
        "code": message.code,
        "state": (OutboxState.PENDING if message.why.until is None else OutboxState.HELD).value,
        "attempts": 0,
        "maybe_sent": False,
        "next_try_at": message.why.until or now,
        "put_at": now,
        "created_at": now,
        "request_id": request_id,
        "reminder": message.why.reminder,
        "priority": int(message.why.priority),
    }


def forget_sessions(executor: Executor, target: str) -> None:
    """What waits for this person goes by no session of a message any more."""
    by_one = OutboxRow.kind.in_([Kind.SAY.value, Kind.SHOW.value])
    executor.execute(update(OutboxRow).where(OutboxRow.target == target, IS_PENDING, by_one).values(code=None))


def purge(session: Session, before: datetime, batch: int = 500) -> int:
    """Forget up to `batch` rows that ended before `before`, dead ones excepted; how many were forgotten."""
    ended = OutboxRow.state.in_([OutboxState.SENT, OutboxState.SUPERSEDED])
    old = select(OutboxRow.id).where(ended, OutboxRow.finished_at < before).limit(batch)
    return int(session.execute(delete(OutboxRow).where(OutboxRow.id.in_(old))).rowcount)  # type: ignore[attr-defined]
