"""What can be done with a task: 同意 驳回 退回 转交 委派 前加签 后加签 减签 取回 抄送 (to agree to what is
not decided but done is 办理). One door for all of them
(`decide`): who may, whether it is his turn, whether it is what he was shown.

Exactly what each does, for every way of deciding together, stands in `tests/unit/loans/test_verbs.py`, a row each.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, update

from core.loans import forms, returning, tasks
from core.loans.events import Copied
from core.loans.flows import Approve, Decision, Handle, Manned
from core.loans.forms import Values
from core.loans.models import (
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
    opinion_place,
)
from core.loans.outcomes import (
    CannotAct,
    ChangedSince,
    Decided,
    NeedsFields,
    NeedsReason,
    NoReturnThere,
    NoSuchTask,
    NotOffered,
    NotYourTask,
    NotYourTurn,
    OwnApplication,
    TaskOver,
    TaskRefusal,
    TooLateToTakeBack,
)
from core.loans.payout import pay_out
from core.loans.routing import add_task, enter, leave, open_task, stage_name, tell, waiting_for
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.loans.standing_in import principals_of
from core.loans.voting import Seat
from core.people import queries as people
from core.people.policy import Actor
from core.store.base import table_of
from core.store.unit import Unit

_T, _S = table_of(Task), table_of(StepRow)
_WHOSE = select(_T.c.application_id).where(_T.c.id == bindparam("task"))
_TASK = select(_T).where(_T.c.id == bindparam("task"))
_STEP = select(_S).where(_S.c.id == bindparam("step"))
_MAY_NOT_ADD = (TaskKind.BEFORE.value, TaskKind.AFTER.value, TaskKind.DELEGATE.value)
_COUNTS = frozenset({Decision.AGREE, Decision.REFUSE, Decision.SIGN_AFTER})
_LEAVES_TASK_OPEN = frozenset({Decision.COPY, Decision.DROP_SIGNER, Decision.SIGN_AFTER})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done with a task. `shown`: the digest of what he was shown, where it counts (None: he typed,
    and sees it in the answer). `to_ids`: to whom, of what goes to people; `node`: where to, of a return; `values`: what
    he filled in."""

    decision: Decision
    shown: str | None = None
    reason: str = ""
    to_ids: tuple[int, ...] = ()
    node: str = ""
    values: Values | None = None


@dataclass(slots=True)
class _At:
    """A task at hand: its row, the node, and for whom it is done (None: he has it himself)."""

    run: Run
    task: Any
    step: Any
    node: Manned
    for_id: int | None

    @property
    def holder_id(self) -> int:
        return int(self.task.person_id)


def decide(unit: Unit, actor: Actor, task_id: int, wish: Wish, rules: LoanRules) -> Decided | TaskRefusal:
    """Do what `wish` says with the task of this number. Done twice, the second time is `TaskOver`."""
    whose = unit.connection.execute(_WHOSE, {"task": task_id}).scalar()
    run = hold(unit, whose, rules, actor) if whose is not None else None
    if run is None:
        return NoSuchTask(task_id)
    at = _at(run, actor, task_id)
    if not isinstance(at, _At):
        return at
    refused = _refused(at, wish)
    if refused is not None:
        return refused
    done = _VERBS[wish.decision](at, wish)
    if not isinstance(done, Decided):
        return done
    tell(run)
    return replace(
        done,
        for_id=at.for_id,
        waiting_for=waiting_for(run),
        stage=stage_name(run.flow, run.row.stage),
        ended=run.row.state == State.ENDED.value,
    )


def may_decide(unit: Unit, actor: Actor, task_id: int, wish: Wish, rules: LoanRules) -> TaskRefusal | None:
    """Why he cannot do this with the task, whatever else he would still have to say; None if he can: then what is
    missing can be asked for."""
    whose = unit.connection.execute(_WHOSE, {"task": task_id}).scalar()
    run = hold(unit, whose, rules, actor) if whose is not None else None
    if run is None:
        return NoSuchTask(task_id)
    at = _at(run, actor, task_id)
    refused = _refused(at, wish) if isinstance(at, _At) else at
    return None if isinstance(refused, NeedsReason) else refused


def by_itself(run: Run, task_id: int, wish: Wish) -> Decided | TaskRefusal:
    """Done by nobody, as the flow says when the time is over. Who calls it tells of it in the end (`routing.tell`)."""
    task = run.unit.connection.execute(_TASK, {"task": task_id}).one()
    at = _located(run, task, None)
    if not isinstance(at, _At):
        return at
    return _over(at, wish.decision) or _VERBS[wish.decision](at, wish)


def _at(run: Run, actor: Actor, task_id: int) -> _At | TaskRefusal:
    task = run.unit.connection.execute(_TASK, {"task": task_id}).one()
    for_id = None if task.person_id == actor.id else task.person_id
    if for_id is not None and for_id not in principals_of(run.unit, actor.id):
        run.unit.record(actor.id, "loan:denied", f"task:{task_id}")
        return NotYourTask(task_id, task.person_id)
    return _located(run, task, for_id)


def _located(run: Run, task: Any, for_id: int | None) -> _At | NoSuchTask:
    step = run.unit.connection.execute(_STEP, {"step": task.step_id}).one()
    node = run.flow.node(step.node)
    if not isinstance(node, Approve | Handle):
        return NoSuchTask(task.id)
    return _At(run, task, step, node, for_id)


def _refused(at: _At, wish: Wish) -> TaskRefusal | None:
    """Why it cannot be done, or None. Who stands in for somebody decides as little on his own application as he would
    for himself; nor does he to whom it came with its lead, but he can hand the task on."""
    task, node, decision = at.task, at.node, wish.decision
    own = at.run.by is not None and at.run.by.id == at.run.owner_id
    if own and node.money and (at.for_id is not None or decision in _COUNTS):
        return OwnApplication(task.id, at.run.id, at.holder_id)
    if decision is not Decision.TAKE_BACK and (stands := _over(at, decision)) is not None:
        return stands
    if isinstance(node, Approve) and decision not in node.verbs:
        return NotOffered(task.id, decision)
    if isinstance(node, Handle) and decision in (Decision.REFUSE, Decision.SIGN_BEFORE, Decision.SIGN_AFTER):
        return NotOffered(task.id, decision)
    adds = decision in (Decision.SIGN_BEFORE, Decision.SIGN_AFTER, Decision.DELEGATE)
    if adds and task.kind in _MAY_NOT_ADD:
        return NotOffered(task.id, decision)
    if decision in (Decision.AGREE, Decision.REFUSE) and wish.shown not in (None, at.run.row.shown):
        return ChangedSince(task.id)
    reasons = node.reasons if isinstance(node, Approve) else frozenset({Decision.RETURN})
    if decision in reasons and not wish.reason.strip():
        return NeedsReason(task.id, decision)
    return None


def _over(at: _At, decision: Decision) -> TaskRefusal | None:
    """Is it too late, or too early?"""
    task = at.task
    if task.state == TaskState.OPEN.value:
        return None
    added = [one for one in tasks.of_step(at.run, at.step.id) if one.parent_id == task.id]
    waiting = [one.person_id for one in added if one.state == TaskState.OPEN.value]
    may_drop = decision is Decision.DROP_SIGNER and (waiting or task.state == TaskState.WAITING.value)
    if may_drop and at.step.state == StepState.OPEN.value:
        return None
    if task.state == TaskState.WAITING.value:
        return NotYourTurn(task.id, tuple(waiting))
    return TaskOver(task.id, task.acted_by_id, Decision(task.decision) if task.decision else None, task.acted_at)


def _write(at: _At, wish: Wish, state: TaskState = TaskState.DONE) -> None:
    """The task's row after what was done with it."""
    run = at.run
    reason = wish.reason.strip()
    values = {
        "state": state.value,
        "decision": wish.decision.value,
        "opinion": run.unit.vault.seal(opinion_place(at.task.id), reason) if reason else None,
        "shown": run.row.shown,
        "acted_by_id": run.by.id if run.by is not None else None,
        "acted_at": run.unit.now,
    }
    run.unit.connection.execute(update(_T).where(_T.c.id == at.task.id).values(values))
    run.closed.append(at.task.id)


def _note(at: _At, what: What, **more: Any) -> None:
    at.run.note(what, step_id=at.step.id, task_id=at.task.id, node=at.node.key, for_id=at.for_id, **more)


def _agree(at: _At, wish: Wish) -> Decided | TaskRefusal:
    filled = _fill(at, wish)
    if filled is not None:
        return filled
    _write(at, wish)
    _note(at, What.HANDLED if at.task.kind == TaskKind.HANDLE.value else What.AGREED)
    if isinstance(at.node, Handle) and at.node.payout and at.task.kind == TaskKind.HANDLE.value:
        pay_out(at.run, at.step.id, at.node)
    return _after(at, wish)


def _refuse(at: _At, wish: Wish) -> Decided | TaskRefusal:
    _write(at, wish)
    _note(at, What.REFUSED)
    return _after(at, wish)


def _after(at: _At, wish: Wish) -> Decided:
    """What a decision brings about: who was asked by it hears, and the step goes on or is over."""
    run, task = at.run, at.task
    if wish.decision is Decision.REFUSE and task.kind in (TaskKind.BEFORE.value, TaskKind.AFTER.value):
        tasks.close_seat(run, at.step.id, task.seat)
    elif task.kind in (TaskKind.BEFORE.value, TaskKind.DELEGATE.value):
        _back_to_who_asked(run, task)
    if run.row.state == State.RUNNING.value:
        came = tasks.settle(run, at.step.id, at.node)
        if came is not Seat.OPEN:
            enter(run, *_named(leave(run, at.step.id, at.node, refused=came is Seat.REFUSED)))
    return Decided(task.id, run.id, wish.decision)


def _named(there: tuple[str, str, int | None, str]) -> tuple[str, str, int | None]:
    return there[:3]


def _back_to_who_asked(run: Run, task: Any) -> None:
    """Once everybody who was asked first has answered, it is his turn who asked."""
    others = (_T.c.parent_id == task.parent_id, _T.c.kind.in_((TaskKind.BEFORE.value, TaskKind.DELEGATE.value)))
    undecided = (TaskState.OPEN.value, TaskState.WAITING.value)
    left = run.unit.connection.execute(select(_T.c.id).where(*others, _T.c.state.in_(undecided))).first()
    parent = run.unit.connection.execute(select(_T).where(_T.c.id == task.parent_id)).one()
    if left is None and parent.state == TaskState.WAITING.value:
        open_task(run, parent.id, parent.person_id)


def _fill(at: _At, wish: Wish) -> NeedsFields | None:
    """What has to be filled in at this node is, with what he gave."""
    run, node = at.run, at.node
    if not node.editable or at.task.kind not in (TaskKind.HANDLE.value, TaskKind.DECIDE.value):
        return None
    given = {key: value for key, value in (wish.values or {}).items() if key in node.editable}
    values = run.values | given
    about = run.about()
    wanted = [each for each in forms.shown(run.form, values, about) if each.key in node.editable]
    wrong = [
        forms.wrong(replace(each, required=each.required or each.key in node.must), values.get(each.key))
        for each in wanted
    ]
    found = tuple(each for each in wrong if each is not None)
    if found:
        return NeedsFields(at.task.id, found)
    if given:
        run.keep(values)
        _note(at, What.CHANGED)
    return None


def _return(at: _At, wish: Wish) -> Decided | TaskRefusal:
    run = at.run
    if wish.node not in {place.node for place in returning.places(run, at.step)}:
        return NoReturnThere(at.task.id, wish.node)
    _write(at, wish)
    _note(at, What.RETURNED)
    returning.send_back(run, at.step, at.node, wish.node)
    return Decided(at.task.id, run.id, wish.decision, node=wish.node)


def _transfer(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """转交: it is the other's for good, and he decides in this one's place."""
    refused = _cannot(at, wish.to_ids[:1])
    if refused is not None:
        return refused
    (to,) = wish.to_ids[:1]
    _write(at, wish, TaskState.MOVED)
    kind = TaskKind(at.task.kind)
    since = at.task.since if at.run.by is not None else None  # what was too late with one begins anew with the other
    add_task(at.run, at.step.id, to, kind, seat=at.task.seat, parent_id=at.task.parent_id, since=since)
    _note(at, What.TRANSFERRED, to_id=to)
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=(to,))


def _delegate(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """委派: the other says what he thinks, and it comes back."""
    refused = _cannot(at, wish.to_ids[:1])
    if refused is not None:
        return refused
    (to,) = wish.to_ids[:1]
    _wait(at)
    add_task(at.run, at.step.id, to, TaskKind.DELEGATE, **_his_seat(at))
    _note(at, What.DELEGATED, to_id=to)
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=(to,))


def _sign_before(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """前加签: all of these agree first, then it is his turn again."""
    refused = _cannot(at, wish.to_ids)
    if refused is not None:
        return refused
    _wait(at)
    for to in wish.to_ids:
        add_task(at.run, at.step.id, to, TaskKind.BEFORE, **_his_seat(at))
        _note(at, What.SIGNER_BEFORE, to_id=to)
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=wish.to_ids)


def _sign_after(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """后加签: he agrees, and all of these have to as well before it counts."""
    refused = _cannot(at, wish.to_ids) or _fill(at, wish)
    if refused is not None:
        return refused
    for to in wish.to_ids:
        add_task(at.run, at.step.id, to, TaskKind.AFTER, **_his_seat(at))
        _note(at, What.SIGNER_AFTER, to_id=to)
    _write(at, replace(wish, decision=Decision.AGREE))
    _note(at, What.AGREED)
    done = _after(at, wish)
    return replace(done, to_ids=wish.to_ids)


def _drop_signer(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """减签: those whom he added and who have not decided are not asked any more."""
    run = at.run
    added = (_T.c.parent_id == at.task.id, _T.c.state.in_((TaskState.OPEN.value, TaskState.WAITING.value)))
    rows = run.unit.connection.execute(select(_T).where(*added)).all()
    gone = [row for row in rows if not wish.to_ids or row.person_id in wish.to_ids]
    if not gone:
        return NotOffered(at.task.id, wish.decision)
    for row in gone:
        values = {"state": TaskState.CANCELLED.value, "acted_at": run.unit.now}
        run.unit.connection.execute(update(_T).where(_T.c.id == row.id).values(values))
        run.closed.append(row.id)
        _note(at, What.SIGNER_DROPPED, to_id=row.person_id)
    if gone[0].kind in (TaskKind.BEFORE.value, TaskKind.DELEGATE.value):
        _back_to_who_asked(run, gone[0])
    done = _after(at, wish)
    return replace(done, to_ids=tuple(row.person_id for row in gone))


def _copy(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """抄送: these see it, and have nothing to do."""
    for to in wish.to_ids:
        _note(at, What.COPIED, to_id=to)
    by_id = at.run.by.id if at.run.by is not None else None
    at.run.unit.happened(Copied(at.run.id, wish.to_ids, by_id))
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=wish.to_ids)


def _take_back(at: _At, wish: Wish) -> Decided | TaskRefusal:
    """取回: what he agreed to is undecided again, as long as nobody acted upon it."""
    run, task = at.run, at.task
    agreed = task.state == TaskState.DONE.value and task.decision == Decision.AGREE.value
    if not agreed or task.acted_by_id is None or (isinstance(at.node, Handle) and at.node.payout):
        return NotOffered(task.id, wish.decision)
    acted = returning.acted_since(run, at.step, task)
    if acted is not None:
        return TooLateToTakeBack(run.id, acted.by_id)
    returning.reopen(run, at.step, at.node)
    cleared = {"decision": None, "opinion": None, "shown": None, "acted_by_id": None, "acted_at": None}
    run.unit.connection.execute(update(_T).where(_T.c.id == task.id).values(cleared))
    open_task(run, task.id, task.person_id)
    _note(at, What.TAKEN_BACK)
    return Decided(task.id, run.id, wish.decision)


def _his_seat(at: _At) -> dict[str, Any]:
    """What somebody who is added to his task gets from it: nobody gains time by asking others."""
    return {"seat": at.task.seat, "parent_id": at.task.id, "since": at.task.since}


def _wait(at: _At) -> None:
    waits = update(_T).where(_T.c.id == at.task.id).values(state=TaskState.WAITING.value)
    at.run.unit.connection.execute(waits)
    at.run.closed.append(at.task.id)


def _cannot(at: _At, to_ids: tuple[int, ...]) -> CannotAct | NotOffered | None:
    """Why one of these cannot have it, or None."""
    if not to_ids:
        return NotOffered(at.task.id, Decision.TRANSFER)
    at_it = {task.person_id for task in tasks.of_step(at.run, at.step.id) if task.state in ("open", "waiting")}
    for to in to_ids:
        if people.by_id(at.run.unit.connection, "wecom", to) is None:
            return CannotAct(at.task.id, to, "left")
        if to == at.holder_id:
            return CannotAct(at.task.id, to, "self")
        if to in at_it:
            return CannotAct(at.task.id, to, "has_it")
        if to == at.run.owner_id and at.node.money:
            return CannotAct(at.task.id, to, "submitter")
    return None


_VERBS: dict[Decision, Callable[[_At, Wish], Decided | TaskRefusal]] = {
    Decision.AGREE: _agree,
    Decision.REFUSE: _refuse,
    Decision.RETURN: _return,
    Decision.TRANSFER: _transfer,
    Decision.DELEGATE: _delegate,
    Decision.SIGN_BEFORE: _sign_before,
    Decision.SIGN_AFTER: _sign_after,
    Decision.DROP_SIGNER: _drop_signer,
    Decision.TAKE_BACK: _take_back,
    Decision.COPY: _copy,
}
