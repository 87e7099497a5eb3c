"""Where an application goes: into a node, out of it, through what decides by itself, to its end.

A node where nobody has to do anything is passed in the same transaction. What comes and goes is told of once, at the
end (`tell`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import bindparam, func, insert, literal, select, true, update

from core.leads import lending, media
from core.loans import approvers, forms, timing
from core.loans.acting import act
from core.loans.ahead import case_of
from core.loans.definitions import flow_of
from core.loans.events import (
    ApplicationChanged,
    ApplicationEnded,
    Copied,
    OutsideAwaited,
    StageEntered,
    TasksChanged,
    TasksOpened,
)
from core.loans.flows import (
    Act,
    Approve,
    Condition,
    Copy,
    Decision,
    End,
    Handle,
    Manned,
    Mode,
    Node,
    Parallel,
    StageType,
    Start,
    Wait,
)
from core.loans.forms import AMOUNT, Document
from core.loans.models import (
    UNDECIDED,
    ApplicationDocument,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
)
from core.loans.run import Run
from core.loans.voting import Seat, on_turn, outcome
from core.risk.names import SAID
from core.risk.record import says_the_same
from core.store.base import UtcDateTime, table_of
from core.store.database import Executor

_S, _T, _D = table_of(StepRow), table_of(Task), table_of(ApplicationDocument)
_H = table_of(Happening)
_BOUND = frozenset({AMOUNT, "product"})
_HAVE_IT = (
    select(_T.c.person_id)
    .where(_T.c.application_id == bindparam("application"), _T.c.state == TaskState.OPEN.value)
    .distinct()
    .order_by(_T.c.person_id)
)
MOST_NODES = 100
"""So many nodes are passed in one go at most. A flow that is checked passes a person in every circle; this is for one
that was not."""


class EndlessFlow(RuntimeError):
    """A flow goes round without a person in it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An application's coming to the node `node`: in which branch of parallel nodes (`StepRow.branch`), from which step
    (None: it is handed in), and where it goes from that node instead of on (`resume_at`; empty: on)."""

    node: str
    branch: str = ""
    came_from: int | None = None
    resume_at: str = ""


def enter(run: Run, entry: Entry) -> None:
    """The application comes to a node, and goes on until people have it, or it waits for something, or it has ended.

    Raises:
        EndlessFlow: it would go on for ever.
    """
    todo = [entry]
    for _ in range(MOST_NODES):
        if not todo:
            return
        todo += _pass(run, todo.pop(0))
    raise EndlessFlow(f"{run.flow.key} at {entry.node}")


def _pass(run: Run, entry: Entry) -> list[Entry]:
    """Where it goes from there at once; nothing: it stays."""
    key, branch = entry.node, entry.branch
    node = run.flow.node(key)
    if branch and key == _parallel(run, branch)[1].join:
        return _meet(run, key, branch)
    if run.row.stage != node.stage and missing_documents(run, node.stage):
        return _hold(run, node, entry)
    set_stage(run, node.stage)

    def onward(to: str) -> Entry:
        return Entry(to, branch, entry.came_from)

    match node:
        case Start():
            return [onward(node.next)]
        case Condition():
            return [onward(_case(run, node))]
        case Copy():
            told = tuple(approvers.to_copy(run, node))
            for person_id in told:
                run.note(What.COPIED, node=key, to_id=person_id)
            run.unit.happened(Copied(run.id, told, None))
            return [onward(node.next)]
        case Act():
            run.note(What.ENTERED, node=key)
            act(run, node)
            return [onward(node.next)]
        case Parallel():
            step = _step(run, node, replace(entry, resume_at=""))
            return [Entry(to, f"{branch}{step}.{number}/", step) for number, to in enumerate(node.branches)]
        case Wait():
            _step(run, node, entry)
            run.unit.happened(OutsideAwaited(run.id, run.owner_id))
            return []
        case Approve() | Handle():
            return _man(run, node, entry)
        case End():
            _end(run, node)
            return []
        case _:
            assert_never(node)


def missing_documents(run: Run, stage: str) -> tuple[Document, ...]:
    """The papers without which it does not enter this stage."""
    if not run.flow.holds_before(stage):
        return ()
    documents = forms.documents(run.form, run.row.product, run.facts())
    wanted = tuple(each for each in documents if each.stage == stage)
    there = papers_there(run.unit.connection, run.id, run.row.lead_id) if wanted else {}
    return tuple(each for each in wanted if each.key not in there)


def missing_to_hand_in(run: Run, node: str) -> tuple[Document, ...]:
    """The papers without which it is not handed in to come to this node: those of its stage, and those of the stages
    before it that it has been at, which may have been taken off since."""
    order = [each.key for each in run.flow.stages]
    to = run.flow.node(node).stage
    been = run.unit.connection.scalars(select(_S.c.stage).where(_S.c.application_id == run.id).distinct()).all()
    before = [each for each in order[: order.index(to)] if each in been]
    return tuple(document for stage in (*before, to) for document in missing_documents(run, stage))


def has_been_at(run: Run, stage: str) -> bool:
    """Has it entered this stage since it was handed in first?"""
    there = (_S.c.application_id == run.id, _S.c.stage == stage, _S.c.state != StepState.HELD.value)
    return run.unit.connection.execute(select(_S.c.id).where(*there).limit(1)).first() is not None


def papers_there(executor: Executor, application_id: int, lead_id: int) -> Counter[str]:
    """Of each paper, by its key, how many pictures and files are there: what turned out unfit to be kept is none."""
    rows = executor.execute(select(_D.c.key, _D.c.medium_id).where(_D.c.application_id == application_id)).all()
    kept = media.of_lead(executor, lead_id, [row.medium_id for row in rows])
    return Counter(row.key for row in rows if row.medium_id in kept)


def _hold(run: Run, node: Node, entry: Entry) -> list[Entry]:
    """It stands before the node until the papers are there; its officer is asked for them."""
    step = _step(run, node, entry, state=StepState.HELD)
    add_task(run, step, run.owner_id, TaskKind.PAPERS)
    return []


def held_for(run: Run) -> tuple[Document, ...]:
    """The papers for want of which it stands before a node."""
    stages = dict.fromkeys(row.stage for row in _held(run))
    return tuple(document for stage in stages for document in missing_documents(run, stage))


def _held(run: Run) -> Sequence[Any]:
    """Where it stands before a node for want of papers. (At its start it waits for reports: `going.py`.)"""
    held = (_S.c.application_id == run.id, _S.c.state == StepState.HELD.value, _S.c.node != run.flow.start.key)
    return run.unit.connection.execute(select(_S).where(*held).order_by(_S.c.id)).all()


def release_held(run: Run) -> bool:
    """What stood before a node for want of papers goes on, where none is missing any more; whether anything did."""
    went_on = False
    for row in _held(run):
        if missing_documents(run, row.stage):
            continue
        over = {"state": StepState.CANCELLED.value, "left_at": run.unit.now}
        run.unit.connection.execute(update(_S).where(_S.c.id == row.id).values(over))
        close_tasks(run, row.id, TaskState.DONE)
        enter(run, Entry(row.node, row.branch, row.came_from, row.resume_at))
        went_on = True
    return went_on


def _case(run: Run, node: Condition) -> str:
    to = case_of(node, run.form.names, run.facts())
    if to is None:
        raise EndlessFlow(f"{run.flow.key}: no case of {node.key} holds")
    return to


def set_stage(run: Run, key: str) -> None:
    """The application is at this stage now."""
    stage = run.flow.stage(key)
    if run.row.stage != stage.key:
        run.change(stage=stage.key, stage_type=stage.type.value, stage_since=run.unit.now)
        run.unit.happened(StageEntered(run.id, run.row.lead_id, stage.key))


def _step(run: Run, node: Node, entry: Entry, state: StepState = StepState.OPEN) -> int:
    due = None
    if state is StepState.OPEN and isinstance(node, Approve | Handle) and node.deadline is not None:
        due = node.deadline.within.after(run.rules.calendar, run.unit.now)
    values = {
        "application_id": run.id,
        "node": node.key,
        "stage": node.stage,
        "branch": entry.branch,
        "state": state.value,
        "came_from": entry.came_from,
        "resume_at": entry.resume_at,
        "entered_at": run.unit.now,
        "due_at": due,
    }
    step = int(run.unit.connection.execute(insert(_S).values(values).returning(_S.c.id)).scalar_one())
    run.note(What.ENTERED, step_id=step, node=node.key)
    return step


def _man(run: Run, node: Manned, entry: Entry) -> list[Entry]:
    """Whose it is gets a task. Where all that is asked was agreed to before, it goes on at once."""
    step = _step(run, node, entry)
    found = approvers.responsible(run, node, step)
    mode, ratio = (node.mode, node.ratio) if isinstance(node, Approve) else (Mode.ANY, 100)
    before = approvers.agreed_before(run, node, entry.came_from) if isinstance(node, Approve) else frozenset()
    seats = [Seat.AGREED if one in before else Seat.OPEN for one in found]
    turn = on_turn(mode, seats)
    kind = TaskKind.DECIDE if isinstance(node, Approve) else TaskKind.HANDLE
    for seat, person_id in enumerate(found):
        if seats[seat] is Seat.AGREED:
            _agreed(run, step, person_id, seat)
        else:
            state = TaskState.OPEN if seat in turn else TaskState.WAITING
            add_task(run, step, person_id, kind, seat=seat, state=state)
    if outcome(mode, ratio, seats) is Seat.AGREED:
        close_tasks(run, step)
        return [leave(run, step, node)]
    return []


def add_task(
    run: Run,
    step: int,
    person_id: int,
    kind: TaskKind,
    *,
    seat: int = 0,
    parent_id: int | None = None,
    state: TaskState = TaskState.OPEN,
    since: datetime | None = None,
) -> int:
    """A task for this person at a step; its number. Its time counts from `since`, else from when it is his turn."""
    values = {
        "application_id": run.id,
        "step_id": step,
        "person_id": person_id,
        "kind": kind.value,
        "state": state.value,
        "seat": seat,
        "parent_id": parent_id,
        "shown": run.row.shown,
        "opened_at": run.unit.now,
        "since": since or (run.unit.now if state is TaskState.OPEN else None),
    }
    number = int(run.unit.connection.execute(insert(_T).values(values).returning(_T.c.id)).scalar_one())
    if state is TaskState.OPEN:
        run.opened[number] = person_id
    return number


def _agreed(run: Run, step: int, person_id: int, seat: int) -> None:
    values = {
        "application_id": run.id,
        "step_id": step,
        "person_id": person_id,
        "kind": TaskKind.DECIDE.value,
        "state": TaskState.DONE.value,
        "seat": seat,
        "decision": Decision.AGREE.value,
        "shown": run.row.shown,
        "opened_at": run.unit.now,
        "acted_at": run.unit.now,
    }
    run.unit.connection.execute(insert(_T).values(values))


def open_task(run: Run, task_id: int, person_id: int) -> None:
    """It is this task's turn now; again, if it was before: its time goes on."""
    since = func.coalesce(_T.c.since, literal(run.unit.now, UtcDateTime()))
    opened = {"state": TaskState.OPEN.value, "opened_at": run.unit.now, "since": since, "shown": run.row.shown}
    run.unit.connection.execute(update(_T).where(_T.c.id == task_id).values(opened))
    run.opened[task_id] = person_id


def close_tasks(run: Run, step: int, state: TaskState = TaskState.CANCELLED) -> None:
    """Nobody needs the tasks of this step that are left, or (done) what they asked for is there."""
    left = (_T.c.step_id == step, _T.c.state.in_(UNDECIDED))
    gone = update(_T).where(*left).values(state=state.value, acted_at=run.unit.now).returning(_T.c.id)
    for number in run.unit.connection.scalars(gone).all():
        run.opened.pop(number, None)
        run.closed.append(number)


def leave(run: Run, step: int, node: Manned | Wait, *, refused: bool = False) -> Entry:
    """The step is over, and where it goes from there (see `enter`)."""
    state = StepState.REFUSED if refused else StepState.PASSED
    left = update(_S).where(_S.c.id == step).values(state=state.value, left_at=run.unit.now)
    row = run.unit.connection.execute(left.returning(_S.c.branch, _S.c.resume_at, _S.c.came_from)).one()
    if refused and isinstance(node, Approve):
        cancel_steps(run, "")
        return Entry(node.refused, came_from=step)
    resumes = row.resume_at and is_as_returned(run.unit.connection, run.row, row.came_from)
    return Entry(row.resume_at if resumes else node.next, row.branch, step)


def is_as_returned(executor: Executor, application: Any, step: int | None = None) -> bool:
    """Is what a decision is bound to the same as when it was returned last (its row), at `step` if that is said, and,
    where its flow goes by more than that, nothing changed and do the risk rules say the same? Else what was agreed to
    before is another, or it might pass by who has to decide now: it does not go on where it was."""
    there = _T.c.step_id == step if step is not None else true()
    returned = (_T.c.application_id == application.id, _T.c.decision == Decision.RETURN.value, there)
    decided = select(_T.c.shown, _T.c.screened_id).where(*returned).order_by(_T.c.id.desc()).limit(1)
    then = executor.execute(decided).first()
    if then is None or then.shown != application.shown:
        return False
    more = flow_of(executor, application.flow).goes_by - _BOUND
    if not more:
        return True
    risk = more & SAID.keys()
    if risk and not says_the_same(executor, then.screened_id, application.screened_id, risk):
        return False
    if more <= SAID.keys():
        return True
    mine = _H.c.application_id == application.id
    back = (mine, _H.c.what == What.RETURNED.value, _H.c.step_id == step if step is not None else true())
    last = select(func.max(_H.c.id)).where(*back).scalar_subquery()
    changed = select(_H.c.id).where(mine, _H.c.id > last, _H.c.what == What.CHANGED.value)
    return executor.execute(changed.limit(1)).first() is None


def cancel_steps(run: Run, within: str, *, but: int | None = None) -> None:
    """All that is open in this branch ("": everywhere) is open no more."""
    still = _S.c.state.in_((StepState.OPEN.value, StepState.HELD.value))
    open_steps = select(_S.c.id, _S.c.branch).where(_S.c.application_id == run.id, still)
    for row in run.unit.connection.execute(open_steps).all():
        if row.id == but or not row.branch.startswith(within):
            continue
        gone = {"state": StepState.CANCELLED.value, "left_at": run.unit.now}
        run.unit.connection.execute(update(_S).where(_S.c.id == row.id).values(gone))
        close_tasks(run, row.id)


def _parallel(run: Run, branch: str) -> tuple[int, Parallel]:
    """The step that opened the innermost branch, and its node."""
    step = int(branch.rstrip("/").rpartition("/")[2].partition(".")[0])
    key = run.unit.connection.execute(select(_S.c.node).where(_S.c.id == step)).scalar_one()
    node = run.flow.node(key)
    if not isinstance(node, Parallel):
        raise TypeError(f"{key} is not parallel")
    return step, node


def _meet(run: Run, key: str, branch: str) -> list[Entry]:
    """One branch has come to where they meet; with the last one it goes on."""
    step, node = _parallel(run, branch)
    values = {"application_id": run.id, "node": key, "stage": node.stage, "branch": branch, "came_from": step}
    times = {"entered_at": run.unit.now, "left_at": run.unit.now, "state": StepState.JOINED.value}
    run.unit.connection.execute(insert(_S).values(values | times))
    joined = (_S.c.came_from == step, _S.c.state == StepState.JOINED.value)
    there = run.unit.connection.execute(select(func.count(_S.c.branch.distinct())).where(*joined)).scalar_one()
    if there < len(node.branches):
        return []
    passed = {"state": StepState.PASSED.value, "left_at": run.unit.now}
    outer = update(_S).where(_S.c.id == step).values(passed).returning(_S.c.branch)
    return [Entry(key, run.unit.connection.execute(outer).scalar_one(), step)]


def _end(run: Run, node: End) -> None:
    won = run.flow.stage(node.stage).type is StageType.WON
    cancel_steps(run, "")
    run.change(state=State.ENDED.value, ended_at=run.unit.now)
    run.note(What.ENDED, node=node.key)
    lending.application_ended(run.unit, run.row.lead_id, lost=not won)
    by_id = run.by.id if run.by is not None else None
    run.unit.happened(ApplicationEnded(run.id, run.row.lead_id, run.owner_id, won, by_id))


def tell(run: Run) -> None:
    """What came of it all, once: tasks that are over, tasks that are somebody's now, and that it stands elsewhere."""
    by_id = run.by.id if run.by is not None else None
    timing.arm(run.unit.connection, run.rules, run.opened, run.unit.now)
    if run.closed:
        run.unit.happened(TasksChanged(run.id, tuple(dict.fromkeys(run.closed)), by_id))
    if run.opened:
        run.unit.happened(TasksOpened(run.id, tuple(run.opened.items())))
    run.unit.happened(ApplicationChanged(run.id, run.row.lead_id))


def waiting_for(run: Run) -> tuple[int, ...]:
    """The people who have the application now, each once."""
    return tuple(run.unit.connection.scalars(_HAVE_IT, {"application": run.id}))
