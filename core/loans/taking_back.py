"""撤回 and 取回: what was handed in, or agreed to, is taken back, as long as nobody acted upon it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, exists, func, select, update

from core.loans import tasks, timing
from core.loans.flows import Approve, Decision, Flow, Handle, Manned, Mode
from core.loans.models import (
    ASKED_FIRST,
    UNDECIDED,
    VOTES,
    Application,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
)
from core.loans.outcomes import TooLateToTakeBack
from core.loans.payout import paid_at
from core.loans.routing import cancel_steps, set_stage
from core.loans.run import Run
from core.loans.voting import Seat
from core.store.base import table_of
from core.store.database import Executor

_A, _S, _T, _H = (table_of(each) for each in (Application, StepRow, Task, Happening))
_AGREEMENTS = (What.AGREED.value, What.HANDLED.value)
_ANEW = (What.SUBMITTED.value, What.CALLED.value)


def too_late_to_withdraw(executor: Executor, number: int, flow: Flow) -> TooLateToTakeBack | None:
    """Why its submitter may not take an application back any more; None if he may. Where nobody else has it (it is held
    for papers, waits for something outside, or for himself) he always may, before a payout: else nobody could end
    it."""
    if paid_at(executor, number) is not None:
        return TooLateToTakeBack(number, None)
    his = select(_A.c.owner_id).where(_A.c.id == number).scalar_subquery()
    theirs = (_T.c.application_id == number, _T.c.state.in_(UNDECIDED), _T.c.person_id != his)
    if executor.execute(select(_T.c.id).where(*theirs).limit(1)).first() is None:
        return None
    mine = _H.c.application_id == number
    since = select(func.max(_H.c.id)).where(mine, _H.c.what == What.SUBMITTED.value).scalar_subquery()
    if flow.withdraw_until:
        held = exists().where(_T.c.step_id == _H.c.step_id, _T.c.kind == TaskKind.PAPERS.value)  # it stood before it
        entered = (mine, _H.c.id > since, _H.c.what == What.ENTERED.value, ~held)
        reached = (*entered, _H.c.node == flow.withdraw_until)
        there = executor.execute(select(_H.c.id).where(*reached).limit(1)).first()
        return TooLateToTakeBack(number, None) if there is not None else None
    later = select(_H.c.task_id).where(mine, _H.c.id > since, _H.c.task_id.is_not(None))  # not by a clock, set back
    acted = (_T.c.application_id == number, _T.c.acted_by_id.is_not(None), _T.c.id.in_(later))
    others = select(_T.c.acted_by_id).where(*acted, _T.c.kind != TaskKind.AMEND.value)
    by_id = executor.execute(others.order_by(_T.c.acted_at)).scalar()
    return TooLateToTakeBack(number, by_id) if by_id is not None else None


def what_ends(executor: Executor, number: int, owner_id: int) -> tuple[bool, bool]:
    """What is void when it is withdrawn now: have others than its officer tasks of it, and did anybody agree to it
    since it was handed in last?"""
    theirs = (_T.c.application_id == number, _T.c.state.in_(UNDECIDED), _T.c.person_id != owner_id)
    mine = _H.c.application_id == number
    since = select(func.max(_H.c.id)).where(mine, _H.c.what == What.SUBMITTED.value).scalar_subquery()
    agreed = (mine, _H.c.id > since, _H.c.what == What.AGREED.value)
    asked = executor.execute(select(_T.c.id).where(*theirs).limit(1)).first()
    return asked is not None, executor.execute(select(_H.c.id).where(*agreed).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Acted:
    """Something was done since; by whom, if it did not just go on by itself; `here`: what, if it ended this step;
    `back`: as `TooLateToTakeBack` has it."""

    by_id: int | None
    here: Decision | None = None
    back: Literal["", "returned", "withdrawn"] = ""


def acted_since(run: Run, step: Any, task: Any) -> Acted | None:
    """What was done upon what this task agreed to; None if nothing was."""
    if run.row.state != State.RUNNING.value:
        return _with_submitter(run)
    if step.state in (StepState.RETURNED.value, StepState.REFUSED.value):
        return _ended(run, step)
    anew = _came_since(run, task) or _used_by_who_asked(run, task) or _refused_beside(run, task)
    anew = anew or _passed_without(run, step, task)
    if anew is not None:
        return anew
    later = (_T.c.application_id == run.id, _T.c.acted_by_id.is_not(None), _T.c.id != task.id)
    behind = (_S.c.id > step.id, _S.c.branch.startswith(step.branch, autoescape=True))
    decided = select(_T.c.acted_by_id).join(_S, _S.c.id == _T.c.step_id).where(*later, *behind)
    by_id = run.unit.connection.execute(decided.order_by(_T.c.acted_at.desc())).scalar()
    if by_id is not None:
        return Acted(by_id)
    return Acted(None) if _went_on_beyond(run, step) else _voted_behind(run, step, task)


def _with_submitter(run: Run) -> Acted:
    """Who brought it back to its submitter, and how."""
    ways = {What.RETURNED.value: "returned", What.WITHDRAWN.value: "withdrawn"}
    came = (_H.c.application_id == run.id, _H.c.what.in_(ways))
    row = run.unit.connection.execute(select(_H.c.by_id, _H.c.what).where(*came).order_by(_H.c.id.desc())).first()
    if row is None or run.row.state not in (State.DRAFT.value, State.RETURNED.value):
        return Acted(None)
    return Acted(row.by_id, back="returned" if row.what == What.RETURNED.value else "withdrawn")


def _ended(run: Run, step: Any) -> Acted:
    """Who returned or refused at this step, last."""
    what = Decision.RETURN if step.state == StepState.RETURNED.value else Decision.REFUSE
    here = (_T.c.step_id == step.id, _T.c.decision == what.value)
    wanted = select(_T.c.acted_by_id).where(*here).order_by(_T.c.acted_at.desc())
    return Acted(run.unit.connection.execute(wanted).scalar(), what)


def _used_by_who_asked(run: Run, task: Any) -> Acted | None:
    """Has he decided on the strength of this answer who had asked for it?"""
    if task.parent_id is None or task.kind == TaskKind.AFTER.value:
        return None
    asked = (_T.c.id == task.parent_id, _T.c.state == TaskState.DONE.value)
    row = run.unit.connection.execute(select(_T.c.acted_by_id).where(*asked)).one_or_none()
    return Acted(row.acted_by_id) if row is not None else None


def _refused_beside(run: Run, task: Any) -> Acted | None:
    """Has somebody who was added to the same vote refused? Then that is what the vote says."""
    beside = (_T.c.step_id == task.step_id, _T.c.seat == task.seat, _T.c.kind.in_(VOTES), _T.c.id != task.id)
    refused = (_T.c.decision == Decision.REFUSE.value, _T.c.state == TaskState.DONE.value)
    row = run.unit.connection.execute(select(_T.c.acted_by_id).where(*beside, *refused)).first()
    return Acted(row.acted_by_id, Decision.REFUSE) if row is not None else None


def _passed_without(run: Run, step: Any, task: Any) -> Acted | None:
    """Was the step passed by others, so that it would be without this one too? Then nothing hung on it, and to open it
    again would undo what they decided."""
    node = run.flow.node(step.node)
    if step.state != StepState.PASSED.value or not isinstance(node, Approve | Handle):
        return None
    others = [one for one in tasks.of_step(run, step.id) if one.id != task.id]
    not_asked = set(run.unit.connection.scalars(_dropped(step)))
    gone = [one for one in others if one.state == TaskState.CANCELLED.value and one.acted_at == step.left_at]
    asked_again = [one for one in gone if one.person_id not in not_asked]
    open_again = [_Undecided(one.seat, one.kind) for one in (task, *asked_again)]
    decided = [one for one in others if one not in asked_again]
    if tasks.together(node, [*decided, *open_again]) is not Seat.AGREED:
        return None
    agreed = [one for one in others if one.decision == Decision.AGREE.value and one.acted_at is not None]
    votes = [one for one in agreed if one.kind != TaskKind.DELEGATE.value]
    return Acted(sorted(votes, key=lambda one: one.acted_at)[-1].acted_by_id if votes else None)


def _dropped(step: Any) -> Select[Any]:
    """Who was dropped (减签) as this step (its row) was passed by that: he is not asked again."""
    dropped = (_H.c.step_id == step.id, _H.c.what == What.SIGNER_DROPPED.value, _H.c.at == step.left_at)
    return select(_H.c.to_id).where(*dropped)


@dataclass(frozen=True, slots=True)
class _Undecided:
    """A task as it would be if it were asked again."""

    seat: int
    kind: str
    state: str = TaskState.OPEN.value
    decision: str | None = None


def _came_since(run: Run, task: Any) -> Acted | None:
    """Was it handed in anew since, or something told from outside?"""
    mine = (_H.c.application_id == run.id, _H.c.task_id == task.id, _H.c.what.in_(_AGREEMENTS))
    agreed = select(func.max(_H.c.id)).where(*mine).scalar_subquery()
    later = (_H.c.application_id == run.id, _H.c.id > agreed, _H.c.what.in_(_ANEW))
    row = run.unit.connection.execute(select(_H.c.id).where(*later).limit(1)).first()
    return Acted(None) if row is not None else None


def _went_on_beyond(run: Run, step: Any) -> bool:
    """Did all branches meet, so that it went on behind them?"""
    if not step.branch:
        return False
    outer = int(step.branch.rstrip("/").rpartition("/")[2].partition(".")[0])
    state = run.unit.connection.execute(select(_S.c.state).where(_S.c.id == outer)).scalar_one()
    return bool(state != StepState.OPEN.value)


def _voted_behind(run: Run, step: Any, task: Any) -> Acted | None:
    """Of 依次: has the next one decided on the strength of this vote?"""
    node = run.flow.node(step.node)
    if not isinstance(node, Approve) or node.mode is not Mode.SEQUENCE:
        return None
    behind = (_T.c.step_id == step.id, _T.c.seat > task.seat, _T.c.acted_by_id.is_not(None))
    by_id = run.unit.connection.execute(select(_T.c.acted_by_id).where(*behind)).scalar()
    return Acted(by_id) if by_id is not None else None


def reopen(run: Run, step: Any, node: Manned, seat: int) -> None:
    """The step is open again, at this seat, and what came of its being passed is not. The deadline of the step is as it
    was; who is asked again has his own time: he could not act while it was passed."""
    cancel_steps(run, step.branch, but=step.id)
    joined = (_S.c.application_id == run.id, _S.c.branch == step.branch, _S.c.state == StepState.JOINED.value)
    run.unit.connection.execute(update(_S).where(*joined).values(state=StepState.CANCELLED.value))
    back = {"state": StepState.OPEN.value, "left_at": None}
    run.unit.connection.execute(update(_S).where(_S.c.id == step.id).values(back))
    set_stage(run, node.stage)
    put_off = _put_off(run, step, node, seat)
    numbers = [one.id for one in put_off]
    waits = {"state": TaskState.WAITING.value, "since": None}  # his time begins when it is his turn
    run.unit.connection.execute(update(_T).where(_T.c.id.in_(numbers)).values(waits))
    timing.begin_anew(run.unit.connection, numbers)
    run.closed += [one.id for one in put_off if one.state == TaskState.OPEN.value]
    _ask_again(run, step, node)


def _put_off(run: Run, step: Any, node: Manned, seat: int) -> Sequence[Any]:
    """Of 依次: those behind this seat, whose turn it is no more; who has asked somebody first, too."""
    if not isinstance(node, Approve) or node.mode is not Mode.SEQUENCE:
        return ()
    behind = (_T.c.step_id == step.id, _T.c.seat > seat, _T.c.state.in_(UNDECIDED))
    return run.unit.connection.execute(select(_T).where(*behind)).all()


def _ask_again(run: Run, step: Any, node: Manned) -> None:
    """The others whom nobody had to ask any more when the step was passed."""
    if (isinstance(node, Approve) and node.mode is Mode.SEQUENCE) or step.left_at is None:
        return
    gone = (_T.c.step_id == step.id, _T.c.state == TaskState.CANCELLED.value, _T.c.acted_at == step.left_at)
    not_needed = (*gone, _T.c.person_id.not_in(_dropped(step)))
    opened = {
        "state": TaskState.OPEN.value,
        "acted_at": None,
        "opened_at": run.unit.now,
        "shown": run.row.shown,
        "since": run.unit.now,
    }
    again = update(_T).where(*not_needed).values(opened)
    back = run.unit.connection.execute(again.returning(_T.c.id, _T.c.person_id, _T.c.parent_id, _T.c.kind)).all()
    timing.begin_anew(run.unit.connection, [row.id for row in back])
    asked = {row.parent_id for row in back if row.kind in ASKED_FIRST}  # it is not their turn who asked these
    for row in back:
        if row.id in asked:
            waits = update(_T).where(_T.c.id == row.id).values(state=TaskState.WAITING.value)
            run.unit.connection.execute(waits)
        else:
            run.opened[row.id] = row.person_id
