"""跟进任务: what an automation wants the owner of a lead to do, and how it ends.

Whose a task is stands nowhere: it is its lead's owner's of now, so it goes with the lead. It is open as long as nobody
ticked it off and nobody followed up since it was opened. Its number (`F5`) is its id.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, and_, insert, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.leads.events import FollowTaskOpened, FollowTaskTicked
from core.leads.models import IS_OPEN, Lead, LeadState
from core.leads.outcomes import NotAllowed
from core.people.policy import Actor, Verb, may
from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.database import Executor
from core.store.unit import Unit

_UNDONE = text("done_at IS NULL")


class FollowTask(Base):
    """One task on a lead, opened by the automation rule `rule`. `text` is the company's own, of nobody in particular.
    `done_by` ticked it off."""

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
IS_OPEN_FOLLOW_TASK = and_(
    IS_OPEN,
    _T.c.done_at.is_(None),
    or_(_L.c.last_follow_up_at.is_(None), _L.c.last_follow_up_at <= _T.c.opened_at),
)
"""Over task and lead together."""


def follow_task_subject(number: int) -> str:
    """How the cards of a task are found."""
    return f"follow_task:{number}"


@dataclass(frozen=True, slots=True)
class FollowTaskNow:
    """A task as it stands. `ended_at`: when it was ticked off or followed up; None while it is open, or if its lead
    was closed."""

    number: int
    lead_id: int
    owner_id: int | None
    rule: str
    text: str
    opened_at: datetime
    due_at: datetime | None
    is_open: bool
    ended_at: datetime | None


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


def follow_task(executor: Executor, number: int) -> FollowTaskNow | None:
    """The task as it stands; None if there is none. Not for the eyes of who may not see its lead."""
    found = _now(executor, _T.c.id == number)
    return found[0] if found else None


def open_follow_tasks(session: Session, viewer: Actor, now: datetime) -> list[FollowTaskNow]:
    """The open tasks on the leads of `viewer`, what is due first coming first."""
    mine = _now(session, and_(IS_OPEN_FOLLOW_TASK, _L.c.owner_id == viewer.id))
    return sorted(mine, key=lambda task: (task.due_at is None, task.due_at or now, task.number))


def open_on_lead(executor: Executor, lead_id: int) -> list[int]:
    """The numbers of the open tasks on a lead."""
    return [task.number for task in _now(executor, and_(IS_OPEN_FOLLOW_TASK, _L.c.id == lead_id))]


def undone_on_lead(executor: Executor, lead_id: int) -> list[int]:
    """The numbers of those on a lead that nobody ticked off, whether it was followed up or not."""
    wanted = select(_T.c.id).where(_T.c.lead_id == lead_id, _T.c.done_at.is_(None))
    return list(executor.scalars(wanted.order_by(_T.c.id)))


def _now(executor: Executor, which: ColumnElement[bool]) -> list[FollowTaskNow]:
    columns = (_T.c.id, _T.c.lead_id, _L.c.owner_id, _T.c.rule, _T.c.text, _T.c.opened_at, _T.c.due_at, _T.c.done_at)
    state = (_L.c.state, _L.c.last_follow_up_at)
    rows = executor.execute(select(*columns, *state).join(_L, _OF_LEAD).where(which).order_by(_T.c.id))
    found = []
    for number, lead_id, owner_id, rule, what, opened_at, due_at, done_at, lead_state, followed_at in rows:
        followed = followed_at if followed_at is not None and followed_at > opened_at else None
        ended = min((each for each in (done_at, followed) if each is not None), default=None)
        is_open = lead_state == LeadState.OPEN and ended is None
        found.append(FollowTaskNow(number, lead_id, owner_id, rule, what, opened_at, due_at, is_open, ended))
    return found
