"""Slots: a row for each time that a scheduled job was done, so that of several schedulers one does it, once."""

from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import Base, UtcDateTime
from core.store.database import Executor, insert_new


class SlotRow(Base):
    """The job `job` was done for `slot`: a day (`2026-11-24`), and where it is done for each person apart his number
    behind it (`2026-11-24:17`)."""

    __tablename__ = "job_slot"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def take(executor: Executor, job: str, slot: str, now: datetime) -> bool:
    """True for the first who asks; the job is done in the same transaction, or the slot is free again."""
    values = {"job": job, "slot": slot, "at": now}
    taken = insert_new(executor, SlotRow).values(values).returning(SlotRow.slot)
    return executor.execute(taken).scalar() is not None


def taken(session: Session, job: str, beginning: str) -> frozenset[str]:
    """The slots of the job that begin so and are taken."""
    mine = select(SlotRow.slot).where(SlotRow.job == job, SlotRow.slot.startswith(beginning, autoescape=True))
    return frozenset(session.scalars(mine))


def purge(session: Session, before: datetime) -> None:
    """Forget what was done before `before`."""
    session.execute(delete(SlotRow).where(SlotRow.at < before))
