"""The table of boards that were made: what they showed then, and what is behind each of their numbers."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class BoardRow(Base):
    """A board that `person_id` asked for, or got by itself (None: it is a group's, and shows what the company sees).
    `wanted`, `board` and `behind` are JSON (`snapshots.py`). Never changed: what was sent can be sent again, and a
    number asked about later is the one that was shown. It names colleagues, and nobody else."""

    __tablename__ = "board"
    __table_args__ = (Index(None, "person_id", "id"), Index(None, "made_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    wanted: Mapped[str] = mapped_column(Text)
    board: Mapped[str] = mapped_column(Text)
    behind: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
