"""暂停, 继续: the clock of an application stands still while it waits for somebody outside, for a reason that its flow
lists. Who stopped it, why and since when can be seen by everybody who sees the application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.loans import timing
from core.loans.deadline_models import PauseRow
from core.loans.events import ClockWentOn, TasksChanged
from core.loans.models import State, StepRow, StepState, Task, What, subject
from core.loans.outcomes import NoSuchApplication, NotNow
from core.loans.routing import tell, waiting_for
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.loans.sight import may_look_at, may_work_on
from core.loans.standing_in import principals_of
from core.people.policy import Actor
from core.store.base import table_of
from core.store.unit import Unit

_P, _S, _T = table_of(PauseRow), table_of(StepRow), table_of(Task)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock of a node stood still (`until` None: stands still): why, since when, by whom, until when."""

    node: str
    reason: str
    since: datetime
    by_id: int
    until: datetime | None
    until_by_id: int | None


@dataclass(frozen=True, slots=True)
class Paused:
    """The clock stands still."""

    application_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on since it stood still from `since`; `due_at` is the next deadline."""

    application_id: int
    reason: str
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PausedAlready:
    """It stands still: by whom, since when, why."""

    application_id: int
    reason: str
    by_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class NoSuchReason:
    """It may be stopped for these reasons only; none: never."""

    application_id: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoClock:
    """Nothing that it waits for has a deadline."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NotPaused:
    """Its clock does not stand still."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NotYours:
    """It is for its officer and for those who have it now (`waiting_for`) to stop its clock."""

    application_id: int
    waiting_for: tuple[int, ...]


PauseRefusal: TypeAlias = NoSuchApplication | NotNow | NotYours | NoClock
PauseOutcome: TypeAlias = Paused | PausedAlready | NoSuchReason | PauseRefusal
ResumeOutcome: TypeAlias = Resumed | NotPaused | PauseRefusal


def pause(unit: Unit, actor: Actor, number: int, reason: str, rules: LoanRules) -> PauseOutcome:
    """暂停: all nodes where it is now stand still, also that to which another branch has come since an earlier 暂停.
    `reason` as the flow lists it, or a beginning that fits one only."""
    run = _held(unit, actor, number, rules)
    if not isinstance(run, Run):
        return run
    steps = _timed(run)
    if not steps:
        return NoClock(number)
    found = _reason(run, reason)
    if found is None:
        return NoSuchReason(number, run.flow.pauses)
    stands = _open_pauses(run)
    still = {each.step_id for each in stands}
    steps = [step for step in steps if step.id not in still]
    if not steps:
        return PausedAlready(number, stands[0].reason, stands[0].by_id, stands[0].since)
    values = {"application_id": number, "reason": found, "since": unit.now, "by_id": actor.id}
    unit.connection.execute(insert(_P), [values | {"step_id": step.id} for step in steps])
    tasks = _changed(run, [step.id for step in steps], What.PAUSED)
    if tasks:
        unit.happened(TasksChanged(number, tuple(task.id for task in tasks), actor.id))
    return Paused(number, found)


def resume(unit: Unit, actor: Actor, number: int, rules: LoanRules) -> ResumeOutcome:
    """继续: the clock goes on with as much time as was left."""
    run = _held(unit, actor, number, rules)
    if not isinstance(run, Run):
        return run
    stands = _open_pauses(run)
    if not stands:
        return NotPaused(number)
    ended = update(_P).where(_P.c.id.in_([each.id for each in stands]))
    unit.connection.execute(ended.values(until=unit.now, until_by_id=actor.id))
    tasks = _changed(run, [each.step_id for each in stands], What.RESUMED)
    if tasks:
        unit.happened(ClockWentOn(number, tuple((task.id, task.person_id) for task in tasks)))
    due_at = min((task.due_at for task in tasks if task.due_at is not None), default=None)
    return Resumed(number, stands[0].reason, min(each.since for each in stands), due_at)


def _held(unit: Unit, actor: Actor, number: int, rules: LoanRules) -> Run | PauseRefusal:
    run = hold(unit, number, rules, actor)
    if run is None or not may_look_at(unit.connection, actor, number, run.owner_id, unit.now):
        return NoSuchApplication(number)
    if run.row.state != State.RUNNING.value:
        return NotNow(number, State(run.row.state))
    has_it = {actor.id, *principals_of(unit.connection, actor.id, unit.now)} & set(waiting_for(run))
    if not has_it and not may_work_on(unit.connection, actor, run.owner_id):
        unit.record(actor.id, "loan:denied", subject(number))
        return NotYours(number, waiting_for(run))
    return run


def _reason(run: Run, said: str) -> str | None:
    """The reason that was meant; None if it is none of the flow's, or could be several."""
    meant = [each for each in run.flow.pauses if said and (each == said or said in each)]
    return said if said in meant else meant[0] if len(meant) == 1 else None


def _timed(run: Run) -> list[Any]:
    """The open steps that have a deadline."""
    here = (_S.c.application_id == run.id, _S.c.state == StepState.OPEN.value)
    columns = (_S.c.id, _S.c.node, _S.c.within)
    steps = run.unit.connection.execute(select(*columns).where(*here).order_by(_S.c.id)).all()
    flow = run.row.flow
    return [one for one in steps if timing.deadline_of(run.unit.connection, flow, one.node, one.within) is not None]


def _open_pauses(run: Run) -> list[Any]:
    here = (_P.c.application_id == run.id, _P.c.until.is_(None), _S.c.state == StepState.OPEN.value)
    wanted = select(_P).join(_S, _S.c.id == _P.c.step_id).where(*here).order_by(_P.c.id)
    return list(run.unit.connection.execute(wanted).all())


def _changed(run: Run, steps: list[int], what: What) -> Sequence[Any]:
    """Reckon the clocks of these steps anew; the tasks there that somebody can act on."""
    connection = run.unit.connection
    tasks = timing.open_tasks(connection, steps)
    timing.time_steps(connection, run.rules, steps)
    timing.arm(connection, run.rules, tasks, run.unit.now)
    run.note(what)
    tell(run)
    columns = (_T.c.id, _T.c.person_id, _T.c.due_at)
    return connection.execute(select(*columns).where(_T.c.id.in_(tasks)).order_by(_T.c.id)).all()


def pauses_of(session: Session, number: int) -> tuple[Pause, ...]:
    """All pauses of an application, the first first. One of a node that it has left ended then, at the latest."""
    columns = (_S.c.node, _P.c.reason, _P.c.since, _P.c.by_id, _P.c.until, _P.c.until_by_id, _S.c.left_at)
    rows = session.execute(
        select(*columns).join(_S, _S.c.id == _P.c.step_id).where(_P.c.application_id == number).order_by(_P.c.id)
    )
    return tuple(Pause(*row[:4], row.until or row.left_at, row.until_by_id) for row in rows)


def paused_now(session: Session, number: int) -> Pause | None:
    """The pause for which its clock stands still now; None if it does not."""
    return next((each for each in pauses_of(session, number) if each.until is None), None)
