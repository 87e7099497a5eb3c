"""The table of 导出: each file that somebody wanted, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class State(StrEnum):
    """Where an export is. It ends as one of the last four."""

    WANTED = "wanted"  # a relay makes it
    WAITING = "waiting"  # somebody has to permit it
    PERMITTED = "permitted"  # a relay makes it
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"  # never written: it waits, and nobody may permit it any more, for it was asked for too long ago
    DROPPED = "dropped"  # `why`: nothing to export, too much, no right any more, nobody to permit it, not to be sent


class Export(Base):
    """A file that `person_id` wanted: of what (`kind`, with the `screen` and `args` that show it; ids and words of the
    company alone), and as what it is `called`. `approver_id` was asked (last `rung_at`) to permit its `rows`, by the
    rights in `scope`; `by_id` decided, and permitted so many (`permitted`). Of the file that was made: its `rows`, its
    `size` in bytes and its SHA-256."""

    __tablename__ = "export"
    __table_args__ = (
        Index(None, "person_id", "asked_at"),
        Index(None, "asked_at"),
        Index(None, "approver_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    screen: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    called: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    why: Mapped[str | None] = mapped_column(String(12))
    scope: Mapped[str | None] = mapped_column(String(300))
    rows: Mapped[int | None] = mapped_column(Integer)
    permitted: Mapped[int | None] = mapped_column(Integer)
    size: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approver_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    rung_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def subject(number: int) -> str:
    """How cards and the audit log call an export."""
    return f"export:{number}"
