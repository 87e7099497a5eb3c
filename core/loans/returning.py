"""退回: an application goes back the way it came."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from core.loans.events import ApplicationReturned
from core.loans.flows import Approve, Decision, Flow, Handle, Manned, Resume
from core.loans.models import (
    UNDECIDED,
    Application,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
)
from core.loans.payout import paid_at
from core.loans.routing import Entry, add_task, cancel_steps, close_tasks, enter, is_as_returned, set_stage
from core.loans.run import Run
from core.store.base import table_of
from core.store.database import Executor

_A, _S, _T, _H = (table_of(each) for each in (Application, StepRow, Task, Happening))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application may be returned to: a node where it was before, and in which branch that was."""

    node: str
    branch: str


def places(run: Run, step: Any) -> list[Place]:
    """The nodes to which the application may go back from this step, the start first. Not what lies in a branch beside
    it: that is not behind it."""
    return places_behind(run.unit.connection, run.id, run.flow, step)


def places_behind(executor: Executor, application_id: int, flow: Flow, step: Any) -> list[Place]:
    """The same, for who only reads."""
    passed = (_S.c.application_id == application_id, _S.c.state == StepState.PASSED.value, _S.c.id < step.id)
    rows = executor.execute(select(_S.c.node, _S.c.branch).where(*passed).order_by(_S.c.id)).all()
    found = {flow.start.key: ""}
    for row in rows:
        if isinstance(flow.node(row.node), Approve | Handle) and step.branch.startswith(row.branch):
            found[row.node] = row.branch
    found.pop(step.node, None)
    if paid_at(executor, application_id) is not None:  # what was paid out is not undone by going back before it
        behind = _nodes_since(executor, application_id, paid_at(executor, application_id))
        found = {node: branch for node, branch in found.items() if node in behind}
    return [Place(node, branch) for node, branch in found.items()]


def _nodes_since(executor: Executor, application_id: int, step: int | None) -> frozenset[str]:
    wanted = select(_S.c.node).where(_S.c.application_id == application_id, _S.c.id > (step or 0))
    return frozenset(executor.scalars(wanted))


def resumes_at(executor: Executor, application: Any) -> str:
    """The node at which an application that came back (its row) goes on when it is handed in again; empty: from the
    start, as where it is not as it was returned."""
    resumes = application.resume_at and is_as_returned(executor, application)
    return str(application.resume_at) if resumes else ""


def send_back(run: Run, step: Any, node: Manned, key: str) -> None:
    """From this step to the node `key`, one of `places`. What is open in what lies behind that node is open no more;
    deadlines begin anew with the new step. It resumes at this node if that says so and its branch still runs."""
    place = next(each for each in places(run, step) if each.node == key)
    left = {"state": StepState.RETURNED.value, "left_at": run.unit.now}
    run.unit.connection.execute(update(_S).where(_S.c.id == step.id).values(left))
    close_tasks(run, step.id)
    cancel_steps(run, place.branch)
    resumes = node.resume is Resume.THERE and place.branch == step.branch
    resume_at = node.key if resumes else ""
    by_id = run.by.id if run.by is not None else None
    run.unit.happened(ApplicationReturned(run.id, run.owner_id, by_id, to_start=key == run.flow.start.key))
    if key == run.flow.start.key:
        to_submitter(run, step.id, resume_at)
        return
    enter(run, Entry(key, place.branch, step.id, resume_at))


def to_submitter(run: Run, step_id: int, resume_at: str) -> None:
    """It is its submitter's again, from this step; when he hands it in, it goes on at `resume_at` (empty: at the
    start)."""
    start = run.flow.start
    run.change(state=State.RETURNED.value, resume_at=resume_at)
    set_stage(run, start.stage)
    values = {
        "application_id": run.id,
        "node": start.key,
        "stage": start.stage,
        "branch": "",
        "state": StepState.OPEN.value,
        "came_from": step_id,
        "entered_at": run.unit.now,
    }
    number = int(run.unit.connection.execute(insert(_S).values(values).returning(_S.c.id)).scalar_one())
    add_task(run, number, run.owner_id, TaskKind.AMEND)


def amended(run: Run) -> None:
    """It is handed in again: the task to amend it is done, if there is one."""
    open_start = (_S.c.application_id == run.id, _S.c.node == run.flow.start.key, _S.c.state == StepState.OPEN.value)
    for step in run.unit.connection.scalars(select(_S.c.id).where(*open_start)).all():
        done = {"state": TaskState.DONE.value, "decision": Decision.AGREE.value, "acted_at": run.unit.now}
        by_id = run.by.id if run.by is not None else None
        mine = (_T.c.step_id == step, _T.c.state.in_(UNDECIDED))
        gone = update(_T).where(*mine).values(**done, acted_by_id=by_id).returning(_T.c.id)
        run.closed += run.unit.connection.scalars(gone).all()
        passed = {"state": StepState.PASSED.value, "left_at": run.unit.now}
        run.unit.connection.execute(update(_S).where(_S.c.id == step).values(passed))
