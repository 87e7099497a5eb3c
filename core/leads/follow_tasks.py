"""跟进任务: what an automation wants the owner of a lead to do, and how it ends.

Whose a task is stands nowhere: it is its lead's owner's of now, so it goes with the lead. It is open until a follow-up
is logged, or it is ticked off. Its number (`F5`) is its id.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, and_, case, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.leads.events import FollowTaskOpened, FollowTaskTicked
from core.leads.models import IS_OPEN, Lead
from core.leads.outcomes import NotAllowed
from core.people.policy import Actor, Verb, may
from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.database import Executor, among
from core.store.unit import Unit

_UNDONE = text("done_at IS NULL")


class FollowTask(Base):
    """One task on a lead, opened by the automation rule `rule`. `text` is the company's own, of nobody in particular.
    `done_by` ticked it off, or followed up."""

    __tablename__ = "follow_task"
    __table_args__ = (Index("ix_follow_task_undone", "lead_id", "id", postgresql_where=_UNDONE, sqlite_where=_UNDONE),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    rule: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))


_T, _L = table_of(FollowTask), table_of(Lead)
_OF_LEAD = _L.c.id == _T.c.lead_id
IS_OPEN_FOLLOW_TASK = and_(IS_OPEN, _T.c.done_at.is_(None))
"""Over task and lead together."""


def follow_task_subject(number: int) -> str:
    """How the cards of a task are found."""
    return f"follow_task:{number}"


@dataclass(frozen=True, slots=True)
class FollowTaskNow:
    """A task as it stands. `done_at`: when it was ticked off or followed up. It is over too if its lead was closed."""

    number: int
    lead_id: int
    owner_id: int | None
    rule: str
    text: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class FollowTaskDone:
    """It was ticked off now."""

    number: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class FollowTaskOver:
    """There is no such open task of his (any more); nothing changed."""

    number: int


def open_follow_task(unit: Unit, lead_id: int, rule: str, what: str, due_at: datetime | None) -> int | None:
    """A task for the owner of the lead, who is told; its number. None: nobody has the lead, or a task of this rule is
    open on it. The lead is held, so that of two at once one opens it."""
    owned = select(_L.c.owner_id).where(_L.c.id == lead_id, IS_OPEN, _L.c.owner_id.is_not(None)).with_for_update()
    owner_id = unit.connection.execute(owned).scalar()
    there = select(_T.c.id).join(_L, _OF_LEAD).where(_T.c.lead_id == lead_id, _T.c.rule == rule, IS_OPEN_FOLLOW_TASK)
    if owner_id is None or unit.connection.execute(there).first() is not None:
        return None
    row = {"lead_id": lead_id, "rule": rule, "text": what, "opened_at": unit.now, "due_at": due_at}
    number = int(unit.connection.execute(insert(_T).values(row).returning(_T.c.id)).scalar_one())
    unit.record(None, "follow_task:open", follow_task_subject(number), lead=lead_id, rule=rule)
    unit.happened(FollowTaskOpened(number, lead_id, owner_id))
    return number


def tick_follow_task(unit: Unit, actor: Actor, number: int) -> FollowTaskDone | FollowTaskOver | NotAllowed:
    """已完成: by the lead's owner. However often it is tapped: the UPDATE says who ticked it off."""
    if not may(actor, Verb.FOLLOW):
        unit.record(actor.id, f"{Verb.FOLLOW}:denied", follow_task_subject(number))
        return NotAllowed(Verb.FOLLOW)
    mine = select(_T.c.id).join(_L, _OF_LEAD).where(_T.c.id == number, IS_OPEN_FOLLOW_TASK, _L.c.owner_id == actor.id)
    done = update(_T).where(_T.c.id.in_(mine), _T.c.done_at.is_(None)).values(done_at=unit.now, done_by=actor.id)
    lead_id = unit.connection.execute(done.returning(_T.c.lead_id)).scalar()
    if lead_id is None:
        return FollowTaskOver(number)
    unit.record(actor.id, "follow_task:done", follow_task_subject(number))
    unit.happened(FollowTaskTicked(number))
    return FollowTaskDone(number, lead_id)


def end_followed(unit: Unit, actor: Actor, lead_id: int) -> None:
    """Somebody followed up: what was to be done on the lead is done."""
    undone = update(_T).where(_T.c.lead_id == lead_id, _T.c.done_at.is_(None))
    for number in unit.connection.scalars(undone.values(done_at=unit.now, done_by=actor.id).returning(_T.c.id)).all():
        unit.happened(FollowTaskTicked(number))


def follow_task(executor: Executor, number: int) -> FollowTaskNow | None:
    """The task as it stands; None if there is none. Not for the eyes of who may not see its lead."""
    found = _now(executor, _T.c.id == number)
    return found[0] if found else None


def open_follow_tasks(session: Session, viewer: Actor, now: datetime) -> list[FollowTaskNow]:
    """The open tasks on the leads of `viewer`, what is due first coming first."""
    mine = _now(session, and_(IS_OPEN_FOLLOW_TASK, _L.c.owner_id == viewer.id))
    return sorted(mine, key=lambda task: (task.due_at is None, task.due_at or now, task.number))


def open_on_leads(executor: Executor, lead_ids: Collection[int]) -> list[FollowTaskNow]:
    """The open tasks on these leads."""
    return _now(executor, and_(IS_OPEN_FOLLOW_TASK, among(executor, _L.c.id, lead_ids)))


def _now(executor: Executor, which: ColumnElement[bool]) -> list[FollowTaskNow]:
    task = (_T.c.id, _T.c.lead_id, _L.c.owner_id, _T.c.rule, _T.c.text, _T.c.opened_at, _T.c.due_at, _T.c.done_at)
    is_open = case((IS_OPEN_FOLLOW_TASK, True), else_=False)
    rows = executor.execute(select(*task, is_open).join(_L, _OF_LEAD).where(which).order_by(_T.c.id))
    return [FollowTaskNow(*row) for row in rows]
