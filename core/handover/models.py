"""Tables of hand-overs: one row a hand-over, one a record that goes with it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime

REVERSIBLE = timedelta(hours=24)
"""So long after it was confirmed may a hand-over be taken back."""


class Aim(StrEnum):
    """Where to: a colleague, the pools, or whom the assignment rules choose."""

    PERSON = "person"
    POOL = "pool"
    RULE = "rule"


class State(StrEnum):
    """Proposed: shown, and not confirmed; it may be dropped. Running: the leaver has no access any more, and record
    after record is moved. Undoing: those that were moved go back, one after the other."""

    PROPOSED = "proposed"
    DROPPED = "dropped"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class ItemState(StrEnum):
    """Whether a record was looked at. Skipped: the hand-over was taken back before its turn came."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"


AT_WORK = text("state IN ('running', 'undoing')")
_WAITING = text("state = 'waiting'")


class Handover(Base):
    """What `leaver_id` has goes to `to_id`, into the pools, or by the rules. `surveys` (JSON) are the counts that were
    shown. `cut_access`: he was marked as gone with it (else he had left before). `by_id` None: at the terminal.
    At most one a leaver is at work. Its number is its id (`H3`)."""

    __tablename__ = "handover"
    __table_args__ = (
        Index("uq_handover_at_work", "leaver_id", unique=True, postgresql_where=AT_WORK, sqlite_where=AT_WORK),
        Index(None, "by_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    leaver_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    aim: Mapped[str] = mapped_column(String(10))
    to_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10))
    surveys: Mapped[str] = mapped_column(Text)
    cut_access: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HandoverItem(Base):
    """One record (`record_id` of its `kind`), and what became of it. `memo` is what its kind needed to remember before;
    `mark` by what it is seen whether the record was touched since. `came`, `to_id`, `pool`, `why` and `detail` (JSON)
    are the result, see `kinds.Result`; `back` and `back_to_id` that of taking it back, see `kinds.Back`."""

    __tablename__ = "handover_item"
    __table_args__ = (
        Index(None, "handover_id", "id"),
        Index("ix_handover_item_waiting", "handover_id", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(BigInteger)
    memo: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    came: Mapped[str | None] = mapped_column(String(10))
    to_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    pool: Mapped[str | None] = mapped_column(String(30))
    why: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[str | None] = mapped_column(Text)
    mark: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    back: Mapped[str | None] = mapped_column(String(10))
    back_to_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


def subject(handover_id: int) -> str:
    """How a hand-over is named in the audit log and on issued cards."""
    return f"handover:{handover_id}"
