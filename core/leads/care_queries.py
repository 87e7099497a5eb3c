"""Reads about 批量关怀: the tasks that are open for somebody, and how far a care has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.leads.cared import CARE, IS_DONE, IS_OPEN_TASK, IS_TASK, TASK, care_text_place
from core.leads.models import IS_OPEN, Lead
from core.leads.queries import opened
from core.leads.segments import Segment, unpack_segment
from core.people.policy import Actor
from core.privacy import Vault, mask_numbers
from core.store.base import table_of
from core.store.database import Executor, among

_L = table_of(Lead)


@dataclass(frozen=True, slots=True)
class CareNow:
    """A care as it is now. `text` hides numbers of people, as everywhere."""

    number: int
    by_id: int
    segment: Segment
    text: str
    begun_at: datetime | None
    until: datetime | None


def care_now(session: Session, vault: Vault, number: int) -> CareNow | None:
    """The care, or None if there is none (any more)."""
    row = session.execute(select(CARE).where(CARE.c.id == number)).one_or_none()
    if row is None:
        return None
    text = mask_numbers(opened(vault, care_text_place(number), row.text) or "")
    return CareNow(number, row.by_id, unpack_segment(row.segment), text, row.begun_at, row.until)


def tasks_of(executor: Executor, viewer: Actor, number: int, now: datetime) -> list[int]:
    """The leads of `viewer` whose task in the care is open, by number."""
    mine = (IS_TASK, CARE.c.id == number, IS_OPEN_TASK, CARE.c.until > now, _L.c.owner_id == viewer.id)
    return list(executor.scalars(select(TASK.c.lead_id).where(*mine).order_by(TASK.c.lead_id)))


def tasks_among(executor: Executor, viewer: Actor, lead_ids: Collection[int], now: datetime) -> int:
    """Of so many of these leads, which are `viewer`'s, a task is open."""
    mine = (IS_TASK, IS_OPEN_TASK, CARE.c.until > now, _L.c.owner_id == viewer.id, TASK.c.lead_id.in_(lead_ids))
    return executor.scalar(select(func.count(TASK.c.lead_id.distinct())).where(*mine)) or 0


def undone_among(executor: Executor, lead_ids: Collection[int], now: datetime) -> list[tuple[int, int]]:
    """The tasks on these leads that nobody ticked off: care and lead each."""
    running = (CARE.c.id == TASK.c.care_id, CARE.c.until > now, TASK.c.done_at.is_(None))
    wanted = select(TASK.c.care_id, TASK.c.lead_id).where(*running, among(executor, TASK.c.lead_id, lead_ids))
    return [(care, lead) for care, lead in executor.execute(wanted)]


def cares_open_for(executor: Executor, viewer: Actor, now: datetime) -> list[int]:
    """The cares in which `viewer` has open tasks, the newest first."""
    mine = (IS_TASK, IS_OPEN_TASK, CARE.c.until > now, _L.c.owner_id == viewer.id)
    return list(executor.scalars(select(CARE.c.id).where(*mine).distinct().order_by(CARE.c.id.desc())))


def cares_begun_by(executor: Executor, viewer: Actor, limit: int = 5) -> list[int]:
    """The last cares that `viewer` began, the newest first."""
    mine = (CARE.c.by_id == viewer.id, CARE.c.begun_at.is_not(None))
    return list(executor.scalars(select(CARE.c.id).where(*mine).order_by(CARE.c.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Share:
    """How many tasks of a care are one owner's (None: of nobody, the leads wait in a pool), and how many are done."""

    owner_id: int | None
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a care has come: `void` are tasks of leads that were closed undone."""

    shares: tuple[Share, ...]
    void: int = 0

    @property
    def total(self) -> int:
        """All tasks."""
        return self.void + sum(share.total for share in self.shares)

    @property
    def done(self) -> int:
        """Those that are done."""
        return sum(share.done for share in self.shares)


def care_progress(session: Session, number: int) -> Progress:
    """The tasks by the owners of now, those with most left first."""
    void = case((IS_OPEN, 0), (IS_DONE, 0), else_=1)
    rows = session.execute(
        select(_L.c.owner_id, func.count(), func.sum(case((IS_DONE, 1), else_=0)), func.sum(void))
        .select_from(TASK)
        .join(CARE, CARE.c.id == TASK.c.care_id)
        .join(_L, _L.c.id == TASK.c.lead_id)
        .where(TASK.c.care_id == number)
        .group_by(_L.c.owner_id)
    ).all()
    shares = [Share(owner, count - voided, done) for owner, count, done, voided in rows if count > voided]
    ordered = sorted(shares, key=lambda share: (share.done - share.total, share.owner_id or 0))
    return Progress(tuple(ordered), sum(row[3] for row in rows))
