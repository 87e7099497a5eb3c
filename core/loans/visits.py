"""The stretches of an application's way, one behind the other: where it was, how long in working time, who did what."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.calendar import WorkingCalendar
from core.loans.flows import Decision, Flow, Wait
from core.loans.models import StepState, TaskKind, TaskState, What

_DECIDED = (What.AGREED.value, What.REFUSED.value)


class VisitKind(StrEnum):
    """What a stretch of the way was: filled in before it was handed in, at a node, changed after it came back, or
    held before a node for want of papers."""

    DRAFT = "draft"
    NODE = "node"
    AMEND = "amend"
    PAPERS = "papers"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody decided there; `by_id` acted (None: nobody had to, he had agreed before, or by the clock: his time
    was over). `counts`: it is no mere opinion that somebody was asked for (委派)."""

    person_id: int
    by_id: int | None
    decision: Decision
    counts: bool = True
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """An application at a node, once. `nth` counts its times there, from 1. `spent` is working time, until now while
    it is there (`left_at` None); `people` then have it, the first of them until `due_at`. `late` is the working time
    past the deadline, if any. `votes` are in the order in which they were given. `does` is the kind of the node.
    `told_by` passed on what it waited for (收到; None: a machine did); `withdrawn_by` took the application back from
    there, `taken_back_by` what he had agreed to before it. `awaits`: what has to come from outside."""

    kind: VisitKind
    node: str
    name: str
    state: StepState
    entered_at: datetime
    left_at: datetime | None
    due_at: datetime | None = None
    people: tuple[int, ...] = ()
    votes: tuple[Vote, ...] = ()
    does: str = "start"
    spent: timedelta = timedelta(0)
    late: timedelta = timedelta(0)
    nth: int = 1
    told_by: int | None = None
    withdrawn_by: int | None = None
    taken_back_by: int | None = None
    awaits: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """An application's own row, and those of its steps, tasks and history, the first first."""

    application: Any
    steps: Sequence[Any]
    tasks: Sequence[Any]
    history: Sequence[Any]


def visits(rows: Rows, flow: Flow, calendar: WorkingCalendar, now: datetime) -> tuple[Visit, ...]:
    """All of its way, the first first. A node that only parts into branches is no stop, but where it was held before
    it for want of papers; nor is their meeting."""
    stops = [_stop(rows, flow, step) for step in rows.steps if _is_stop(flow, step, rows.tasks)]
    times: Counter[tuple[VisitKind, str]] = Counter()
    found = []
    for visit in sorted([*_drafts(rows, flow), *stops], key=lambda each: each.entered_at):
        times[visit.kind, visit.node] += 1
        until = visit.left_at or now
        late = calendar.between(visit.due_at, until) if visit.due_at and visit.due_at < until else timedelta(0)
        spent = calendar.between(visit.entered_at, until)
        found.append(replace(visit, spent=spent, late=late, nth=times[visit.kind, visit.node]))
    return tuple(found)


def _is_stop(flow: Flow, step: Any, tasks: Sequence[Any]) -> bool:
    if step.state == StepState.JOINED.value:
        return False
    return flow.node(step.node).kind != "parallel" or any(task.step_id == step.id for task in tasks)


def _drafts(rows: Rows, flow: Flow) -> Iterator[Visit]:
    """The times before it was handed in: no step is written of them."""
    since: datetime | None = None
    for line in rows.history:
        if line.what in (What.STARTED.value, What.WITHDRAWN.value):
            since = line.at
        elif line.what in (What.SUBMITTED.value, What.DROPPED.value) and since is not None:
            given_up = line.what == What.DROPPED.value
            yield _draft(flow, since, line.at, line.by_id or rows.application.owner_id, given_up=given_up)
            since = None
    if since is not None:
        yield _draft(flow, since, None, rows.application.owner_id)


def _draft(flow: Flow, since: datetime, until: datetime | None, person_id: int, *, given_up: bool = False) -> Visit:
    over = StepState.CANCELLED if given_up else StepState.PASSED
    state = StepState.OPEN if until is None else over
    return Visit(VisitKind.DRAFT, flow.start.key, flow.start.name, state, since, until, people=(person_id,))


def _stop(rows: Rows, flow: Flow, step: Any) -> Visit:
    tasks, node = [task for task in rows.tasks if task.step_id == step.id], flow.node(step.node)
    has = [task.person_id for task in tasks if task.state == TaskState.OPEN.value]
    voted = [task for task in tasks if task.decision is not None and task.state == TaskState.DONE.value]
    voted.sort(key=lambda task: task.acted_at or step.entered_at)
    called = [line for line in rows.history if line.what == What.CALLED.value and line.step_id == step.id]
    withdrawn = [line for line in rows.history if line.what == What.WITHDRAWN.value and line.at == step.left_at]
    cancelled = step.state == StepState.CANCELLED.value
    back = (line for line in rows.history if cancelled and line.what == What.TAKEN_BACK.value)
    taken_back = [line for line in back if line.at == step.left_at]
    return Visit(
        told_by=called[-1].by_id if called else None,
        withdrawn_by=withdrawn[-1].by_id if withdrawn else None,
        taken_back_by=taken_back[-1].by_id if taken_back else None,
        kind=_kind(flow, step, tasks),
        node=step.node,
        name=node.name,
        does=node.kind,
        awaits=node.event if isinstance(node, Wait) else "",
        state=StepState(step.state),
        entered_at=step.entered_at,
        left_at=step.left_at,
        due_at=min(
            (task.due_at for task in tasks if task.state == TaskState.OPEN.value and task.due_at), default=step.due_at
        ),
        people=tuple(dict.fromkeys(has)),
        votes=tuple(_vote(rows, task) for task in voted),
    )


def _vote(rows: Rows, task: Any) -> Vote:
    counts = task.kind != TaskKind.DELEGATE.value
    # Of who had agreed before nothing is noted: nothing happened.
    noted = any(line.task_id == task.id and line.by_id is None and line.what in _DECIDED for line in rows.history)
    by_clock = task.acted_by_id is None and noted
    return Vote(task.person_id, task.acted_by_id, Decision(task.decision), counts, by_clock)


def _kind(flow: Flow, step: Any, tasks: Sequence[Any]) -> VisitKind:
    if step.node == flow.start.key:
        return VisitKind.AMEND if tasks else VisitKind.REPORTS
    if step.state == StepState.HELD.value or any(task.kind == TaskKind.PAPERS.value for task in tasks):
        return VisitKind.PAPERS
    return VisitKind.NODE
