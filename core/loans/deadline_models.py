"""Tables of deadlines: when a clock stood still, and which rungs of which task's ladder were come to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class PauseRow(Base):
    """暂停: the clock of a step stands still from `since` until `until` (None: still), for a reason of the flow's."""

    __tablename__ = "loan_pause"
    __table_args__ = (Index(None, "application_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("loan_step.id"))
    reason: Mapped[str] = mapped_column(String(30))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


class Came(StrEnum):
    """What came of a rung. Impossible: it was its time, and nobody could be given the task, or it could not be decided
    so; no gateway, no phone: a short message was due, and none could go. In each of these its holder was reminded.
    Overtaken: a later one was due too. Stale: its time was long past."""

    DONE = "done"
    IMPOSSIBLE = "impossible"
    NO_GATEWAY = "no_gateway"
    NO_PHONE = "no_phone"
    OVERTAKEN = "overtaken"
    STALE = "stale"


class RungRow(Base):
    """A rung of a task's ladder that was come to, once: the `rung`-th of the flow, whose moment was `due_at`; `to_id`
    is the superior who was told, or has the task since."""

    __tablename__ = "loan_rung"

    task_id: Mapped[int] = mapped_column(ForeignKey("loan_task.id"), primary_key=True)
    rung: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    does: Mapped[str] = mapped_column(String(10))
    came: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
