"""批量关怀: what is kept of it. A care is a text that is suggested for a segment; a task is one lead in it.

Whose a task is stands nowhere: it is its lead's owner's of now, so it goes with the lead. It is open as long as nobody
ticked it off, nobody followed up since the care began, and the care has not lapsed.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from core.leads.models import IS_OPEN, Lead
from core.store.base import Base, BigId, UtcDateTime, table_of


class Care(Base):
    """One care: `segment` as `pack_segment` writes it, its text sealed. Before `begun_at` it is a draft that its
    `by_id` has not confirmed; after `until` its tasks lapse. A draft with `until` was dropped, or has given way to a
    newer one; it stays, so that its number never means another."""

    __tablename__ = "care"
    __table_args__ = (Index(None, "by_id", "begun_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    segment: Mapped[str] = mapped_column(Text)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def care_text_place(care_id: int | str) -> str:
    """The vault's place of what a care suggests."""
    return f"care.text:{care_id}"


class CareTask(Base):
    """One lead in a care, once. `done_by` ticked it off."""

    __tablename__ = "care_task"
    __table_args__ = (Index(None, "lead_id", "care_id"),)

    care_id: Mapped[int] = mapped_column(ForeignKey("care.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


CARE, TASK, _L = table_of(Care), table_of(CareTask), table_of(Lead)
IS_TASK = and_(CARE.c.id == TASK.c.care_id, _L.c.id == TASK.c.lead_id)
FOLLOWED = and_(_L.c.last_follow_up_at.is_not(None), _L.c.last_follow_up_at > CARE.c.begun_at)
IS_DONE = or_(TASK.c.done_at.is_not(None), FOLLOWED)
IS_OPEN_TASK = and_(
    IS_OPEN,
    TASK.c.done_at.is_(None),
    or_(_L.c.last_follow_up_at.is_(None), _L.c.last_follow_up_at <= CARE.c.begun_at),
)
"""Over care, task and lead together; that it has not lapsed comes on top."""


def tasks_subject(care_id: int, owner_id: int) -> str:
    """How the cards are found that list one owner's tasks in a care."""
    return f"care:{care_id}:{owner_id}"


def subject_of(care_id: int) -> str:
    """How a care is named in the audit log and on cards."""
    return f"care:{care_id}"
