"""The table of boards that were made: what they showed then, and what is behind each of their numbers."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class BoardRow(Base):
    """A board that `person_id` asked for, or gets by itself (None: it is a group's, and shows what the company sees).
    `wanted`, `board` and `behind` are JSON (`snapshots.py`); the last two are empty until it is made, by whoever sends
    it first. `title`: what it is called, if not by its kind; `only`: what is picked, in words; its numbers go on behind
    those of the board `after_id`. Once made never changed: what was sent can be sent again, and a
    number asked about later is the one that was shown. It names colleagues, and nobody else. `seen_as`: by which rights
    it was made; with others it is not shown any more. `asked`: he asked for it; else it came by itself."""

    __tablename__ = "board"
    __table_args__ = (Index(None, "person_id", "id"), Index(None, "made_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    wanted: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(20))
    only: Mapped[str] = mapped_column(Text)
    after_id: Mapped[int | None] = mapped_column(BigInteger)
    board: Mapped[str | None] = mapped_column(Text)
    behind: Mapped[str | None] = mapped_column(Text)
    seen_as: Mapped[str] = mapped_column(String(220))
    asked: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
