"""The tables of what colleagues say about a lead (评论), and to whom."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class Comment(Base):
    """A sentence about a lead. Sealed: people write what they know. It is no contact: no clock of the lead's moves."""

    __tablename__ = "comment"
    __table_args__ = (Index(None, "lead_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CommentMention(Base):
    """Somebody who is named in a comment with @."""

    __tablename__ = "comment_mention"
    __table_args__ = (Index(None, "person_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), primary_key=True, autoincrement=False)


def comment_place(comment_id: int | str) -> str:
    """The vault's place of what a comment says."""
    return f"comment.content:{comment_id}"
