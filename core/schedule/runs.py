"""The runs of timed jobs: a row for each slot of a job, unique, from when it is planned to what came of it.

Who plans, begins, counts and ends is the leader of the moment, who shows his fencing number in the same transaction
(`core/store/shared.py`); anybody may ask for a run (`ask`), which the leader then carries out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Index,
    Integer,
    Select,
    String,
    and_,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.schedule.timed import Slot
from core.store.base import SKEW, Base, UtcDateTime
from core.store.database import Executor, insert_new

_LONGEST = timedelta(days=8)  # longer than any run may be caught up
Damaged: TypeAlias = Callable[[str, str], object]
"""Hears of which job, and of which slot of it, there is a row that cannot be read."""


class State(StrEnum):
    """How a run stands. DONE and SKIPPED are ends."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"


class Why(StrEnum):
    """Why a run was skipped: nobody began it in time, or its job was taken out of the schedule before it began."""

    MISSED = "missed"
    REMOVED = "removed"


class JobRun(Base):
    """One slot of a job: `slot` is its day (`2026-11-24`). `by_hand`: somebody has asked for it, whatever the schedule
    says. `fence`: the number of the leader who began it, or went on with it last. `sent`: how many messages were put
    on their way; `left_out`: for how many it was too late."""

    __tablename__ = "job_run"
    __table_args__ = (Index(None, "state"), Index(None, "due_at"))

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(String(20), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spread_seconds: Mapped[int] = mapped_column(Integer)
    by_hand: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(8))
    why: Mapped[str | None] = mapped_column(String(8))
    fence: Mapped[int | None] = mapped_column(BigInteger)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was read, see `JobRun`."""

    slot: Slot
    state: State
    by_hand: bool
    why: Why | None
    fence: int | None
    began_at: datetime | None
    ended_at: datetime | None
    sent: int
    left_out: int

    @property
    def last_turn(self) -> datetime:
        """From when on nobody's turn is still to come."""
        return self.slot.due_at + self.slot.spread

    @property
    def late(self) -> timedelta:
        """How long after its time it was begun."""
        return max(self.began_at - self.slot.due_at, timedelta(0)) if self.began_at else timedelta(0)


def plan(session: Session, slots: Iterable[Slot], now: datetime) -> list[Slot]:
    """Write a row for each slot that has none, as due; as skipped where it is too late by `now`: which these are."""
    missed = []
    for slot in slots:
        too_late = slot.closes_at <= now
        values = _fresh(slot) | (_skipped(Why.MISSED, now) if too_late else {})
        written = session.scalar(insert_new(session, JobRun).values(values).returning(JobRun.slot))
        if written is not None and too_late:
            missed.append(slot)
    return missed


def plan_anew(
    session: Session, slot_of: Callable[[str, date], Slot | None], now: datetime, damaged: Damaged
) -> list[Slot]:
    """Let what has not begun go by the schedule of now, of which `slot_of` gives a job's turn on a day (None: there is
    none). Which are skipped, because they are not in it any more.

    Back into it come those that were skipped because they were not in it, and those that a clock skipped which ran
    ahead: their time is still to come.
    """
    by_error = and_(JobRun.state == State.SKIPPED, JobRun.ended_at > now + SKEW)
    back = and_(JobRun.state == State.SKIPPED, JobRun.why == Why.REMOVED, JobRun.due_at > now - _LONGEST)
    meant = JobRun.by_hand.is_(False), or_(JobRun.state == State.DUE, by_error, back)
    removed = []
    for row, run in _readable(session, select(JobRun.job, JobRun.slot).where(*meant), damaged):
        slot = slot_of(row.job, run.slot.day)
        if slot is not None and (row.state == State.DUE or slot.closes_at > now):
            _set(row, _fresh(slot))
        elif slot is None and row.state == State.DUE:
            removed.append(run.slot)
            _set(row, _skipped(Why.REMOVED, now))
    session.flush()
    return removed


def ask(session: Session, slot: Slot) -> Run | None:
    """Let the job be done for this slot, by hand: once, also if it has a row that waits or was skipped. None: it will
    be; else the run that is under way or done already."""
    fresh = _fresh(slot) | {"by_hand": True}
    if session.scalar(insert_new(session, JobRun).values(fresh).returning(JobRun.slot)) is not None:
        return None
    waits = JobRun.state.in_([State.DUE, State.SKIPPED])
    asked = update(JobRun).where(_is(slot), waits).values(fresh).returning(JobRun.slot)
    return None if session.scalar(asked) is not None else find(session, slot.job, slot.day)


def begin(executor: Executor, slot: Slot, fence: int, now: datetime) -> bool:
    """The leader `fence` begins the run, or goes on with what another one began; False if it has ended."""
    running = _is(slot), JobRun.state == State.RUNNING
    first = {"state": State.RUNNING, "fence": fence, "began_at": now}
    begun = update(JobRun).where(_is(slot), JobRun.state == State.DUE).values(first)
    if executor.execute(begun.returning(JobRun.slot)).scalar() is not None:
        return True
    taken_over = update(JobRun).where(*running).values(fence=fence).returning(JobRun.slot)
    return executor.execute(taken_over).scalar() is not None


def count_sent(executor: Executor, slot: Slot, fence: int) -> bool:
    """One more got his message from the leader `fence`; False if the run is not his any more."""
    mine = _is(slot), JobRun.state == State.RUNNING, JobRun.fence == fence
    counted = update(JobRun).where(*mine).values(sent=JobRun.sent + 1).returning(JobRun.sent)
    return executor.execute(counted).scalar() is not None


def end(executor: Executor, run: Run, now: datetime, *, left_out: int = 0) -> State | None:
    """The run is over: DONE, or SKIPPED if it never began; None if it had ended before."""
    slot, state = run.slot, State.DONE if run.state is State.RUNNING else State.SKIPPED
    ended: dict[str, Any] = {"state": state, "ended_at": now, "left_out": left_out}
    if state is State.SKIPPED:
        ended["why"] = Why.MISSED
    over = update(JobRun).where(_is(slot), JobRun.state == run.state).values(ended).returning(JobRun.slot)
    return state if executor.execute(over).scalar() is not None else None


def to_do(session: Session, now: datetime, damaged: Damaged) -> list[Run]:
    """The runs whose time has come and which have not ended, in the order of their times."""
    is_open = JobRun.state.in_([State.DUE, State.RUNNING])
    keys = select(JobRun.job, JobRun.slot).where(is_open, JobRun.due_at <= now).order_by(JobRun.due_at, JobRun.job)
    return [run for _, run in _readable(session, keys, damaged)]


def find(session: Session, job: str, day: date) -> Run | None:
    """The run of a job for a day."""
    row = session.get(JobRun, (job, day.isoformat()))
    return _run(row) if row is not None else None


def latest(session: Session, limit: int, damaged: Damaged) -> Sequence[Run]:
    """The runs that have begun or ended, the newest first."""
    begun = select(JobRun.job, JobRun.slot).where(JobRun.state != State.DUE)
    keys = begun.order_by(JobRun.due_at.desc(), JobRun.job).limit(limit)
    return [run for _, run in _readable(session, keys, damaged)]


def purge(session: Session, before: datetime) -> None:
    """Forget the runs that ended before `before`."""
    session.execute(delete(JobRun).where(JobRun.ended_at < before))


def _is(slot: Slot) -> ColumnElement[bool]:
    return and_(JobRun.job == slot.job, JobRun.slot == slot.key)


def _fresh(slot: Slot) -> dict[str, Any]:
    """The columns of a run that is due."""
    return {
        "job": slot.job,
        "slot": slot.key,
        "due_at": slot.due_at,
        "closes_at": slot.closes_at,
        "spread_seconds": int(slot.spread.total_seconds()),
        "by_hand": False,
        "state": State.DUE,
        "why": None,
        "fence": None,
        "began_at": None,
        "ended_at": None,
        "sent": 0,
        "left_out": 0,
    }


def _skipped(why: Why, now: datetime) -> dict[str, Any]:
    return {"state": State.SKIPPED, "why": why, "ended_at": now}


def _set(row: JobRun, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _readable(session: Session, keys: Select[str, str], damaged: Damaged) -> Iterator[tuple[JobRun, Run]]:
    """The rows with these keys, each read by itself: one that was damaged must not stop the others' jobs."""
    for job, slot in session.execute(keys).all():
        try:
            row = session.get(JobRun, (job, slot))
            found = (row, _run(row)) if row is not None else None
        except (ValueError, TypeError, OverflowError):
            damaged(job, slot)
            continue
        if found is not None:
            yield found


def _run(row: JobRun) -> Run:
    spread = timedelta(seconds=row.spread_seconds)
    return Run(
        Slot(row.job, date.fromisoformat(row.slot), row.due_at, row.closes_at, spread),
        State(row.state),
        row.by_hand,
        Why(row.why) if row.why else None,
        row.fence,
        row.began_at,
        row.ended_at,
        row.sent,
        row.left_out,
    )
