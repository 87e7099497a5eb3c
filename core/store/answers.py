"""What was answered to a request from outside, by the key that its sender gave it: asked again, it is answered alike.

The row is written in the transaction that does the work, so that there is an answer exactly if the work was done.
Rows are kept: a key is good for one request for ever.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import SmallInteger, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, UtcDateTime
from core.store.database import Executor, insert_new


class AnswerRow(Base):
    """One request. `digest` is that of its content, which is not kept; the answer holds no personal data."""

    __tablename__ = "api_answer"

    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to the request with this key, whose content had this digest."""

    digest: str
    status: int
    body: str


def begin(executor: Executor, sender: str, key: str, digest: str, now: datetime) -> Answered | None:
    """Take the key for a request: None if it is this transaction's to work on (`finish` it), else what was answered to
    the one that had the key before. One that is at work on it at this moment is waited for."""
    values = {"sender": sender, "key": key, "digest": digest, "status": 0, "body": "", "at": now}
    mine = insert_new(executor, AnswerRow).values(values).returning(AnswerRow.key)
    if executor.execute(mine).scalar() is not None:
        return None
    here = (AnswerRow.sender == sender, AnswerRow.key == key)
    row = executor.execute(select(AnswerRow.digest, AnswerRow.status, AnswerRow.body).where(*here)).one()
    return Answered(row.digest, row.status, row.body)


def finish(executor: Executor, sender: str, key: str, status: int, body: str) -> None:
    """Store the answer, in the transaction that did the work."""
    here = (AnswerRow.sender == sender, AnswerRow.key == key)
    executor.execute(update(AnswerRow).where(*here).values(status=status, body=body))
