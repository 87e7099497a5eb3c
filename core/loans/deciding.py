"""The one door for everything that is done with a task (`decide`): who may, whether it is his turn, whether it is what
he was shown. What each verb then does stands in `verbs`.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from core.loans import taking_back, tasks
from core.loans.acting_for import acts_on
from core.loans.at_hand import AtHand, Wish
from core.loans.eligible import is_vote, may_cast, may_override, own_to, posts_wanted, voters
from core.loans.flows import Approve, Decision, Handle
from core.loans.models import (
    OFFICERS,
    UNDECIDED,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    task_subject,
)
from core.loans.node_fields import put_in
from core.loans.outcomes import (
    AlreadyVoted,
    ChangedSince,
    Decided,
    FilledIn,
    NeedsReason,
    NoPost,
    NoSuchTask,
    NotOffered,
    NotYourTask,
    NotYourTurn,
    OfficersTask,
    OwnApplication,
    TaskOver,
    TaskRefusal,
)
from core.loans.routing import held_for, tell, waiting_for
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.loans.sight import may_look_at
from core.loans.task_queries import settled_by, withdrawn_by
from core.loans.verbs import VERBS, may_take_back, overrides
from core.people.policy import Actor
from core.store.base import table_of
from core.store.unit import Unit

_T, _S = table_of(Task), table_of(StepRow)
_WHOSE = select(_T.c.application_id).where(_T.c.id == bindparam("task"))
_TASK = select(_T).where(_T.c.id == bindparam("task"))
_STEP = select(_S).where(_S.c.id == bindparam("step"))
_MAY_NOT_ADD = (TaskKind.BEFORE.value, TaskKind.AFTER.value, TaskKind.DELEGATE.value)
_COUNTS = frozenset({Decision.AGREE, Decision.REFUSE, Decision.SIGN_AFTER})
_BOUND = _COUNTS | {Decision.RETURN}
"""What is decided on what was shown: it is no more what it was, if that has changed since."""
_WANTS_POST = _COUNTS | {Decision.RETURN, Decision.SIGN_BEFORE, Decision.DELEGATE, Decision.DROP_SIGNER}
"""What is left is to hand it on. To drop a signer may complete a vote."""


def decide(unit: Unit, actor: Actor, task_id: int, wish: Wish, rules: LoanRules) -> Decided | TaskRefusal:
    """Do what `wish` says with the task of this number. Done twice, the second time is `TaskOver`."""
    at = _at_hand(unit, actor, task_id, rules)
    if not isinstance(at, AtHand):
        return at
    refused = _refused(at, wish)
    if refused is not None:
        return refused
    done = VERBS[wish.decision](at, wish)
    if not isinstance(done, Decided):
        return done
    run = at.run
    tell(run)
    waits = waiting_for(run)
    return replace(
        done,
        for_id=at.for_id,
        waiting_for=waits,
        stage=run.flow.stage_name(run.row.stage),
        ended=run.row.state == State.ENDED.value,
        lacking=held_for(run) if run.owner_id in waits else (),  # whose the papers are to send
    )


def may_decide(unit: Unit, actor: Actor, task_id: int, wish: Wish, rules: LoanRules) -> TaskRefusal | None:
    """Why he cannot do this with the task, whatever else he would still have to say; None if he can: then what is
    missing can be asked for."""
    at = _at_hand(unit, actor, task_id, rules)
    refused = _refused(at, wish) if isinstance(at, AtHand) else at
    return None if isinstance(refused, NeedsReason) else refused


def wants_reason(unit: Unit, actor: Actor, task_id: int, wish: Wish, rules: LoanRules) -> bool:
    """Can he do this with the task if he says why, and only then?"""
    at = _at_hand(unit, actor, task_id, rules)
    return isinstance(at, AtHand) and isinstance(_refused(at, replace(wish, reason="")), NeedsReason)


def fill_in(unit: Unit, actor: Actor, task_id: int, key: str, value: Any, rules: LoanRules) -> FilledIn | TaskRefusal:
    """Fill in a field of the task's node, or another value than stands there, and decide nothing: as long as it is his
    to decide, and of what was paid out also after it."""
    at = _at_hand(unit, actor, task_id, rules)
    if not isinstance(at, AtHand):
        return at
    agrees = Decision.AGREE
    refused = (_own(at, agrees) or _uncounted(at, agrees)) if _is_paid(at) else _refused(at, Wish(agrees))
    if refused is not None and not isinstance(refused, NeedsReason):  # it is asked for with the decision
        return refused
    done = put_in(at, key, value)
    if isinstance(done, FilledIn):
        tell(at.run)
    return done


def _is_paid(at: AtHand) -> bool:
    """Was this the task at which money is paid out, and is it done?"""
    paid = isinstance(at.node, Handle) and at.node.payout and at.step.state == StepState.PASSED.value
    return paid and at.task.state == TaskState.DONE.value and at.task.kind == TaskKind.HANDLE.value


def by_itself(run: Run, task_id: int, wish: Wish) -> Decided | TaskRefusal:
    """Done by nobody, as the flow says when the time is over. Who calls it tells of it in the end (`routing.tell`)."""
    task = run.unit.connection.execute(_TASK, {"task": task_id}).one()
    at = _located(run, task, None)
    if not isinstance(at, AtHand):
        return at
    if wish.decision is Decision.REFUSE and isinstance(at.node, Approve) and not at.node.refused:
        return NotOffered(task.id, wish.decision)  # a refusal leads nowhere there
    return _over(at, wish.decision) or VERBS[wish.decision](at, wish)


def _at_hand(unit: Unit, actor: Actor, task_id: int, rules: LoanRules) -> AtHand | TaskRefusal:
    """The task with its application, held, if it is his, or he acts on it in somebody's place."""
    whose = unit.connection.execute(_WHOSE, {"task": task_id}).scalar()
    run = hold(unit, whose, rules, actor) if whose is not None else None
    if run is None:
        return NoSuchTask(task_id)
    task = run.unit.connection.execute(_TASK, {"task": task_id}).one()
    for_id = None if task.person_id == actor.id else task.person_id
    if not acts_on(run.unit.connection, actor, task, run.unit.now):
        run.unit.record(actor.id, "loan:denied", task_subject(task_id))
        if not may_look_at(run.unit.connection, actor, run.id, run.owner_id, run.unit.now):
            return NoSuchTask(task_id)
        over = task.state not in UNDECIDED
        return _is_over(run, task) if over else NotYourTask(task_id, task.person_id)
    return _located(run, task, for_id)


def _located(run: Run, task: Any, for_id: int | None) -> AtHand | TaskRefusal:
    if task.kind in OFFICERS:
        amends = task.kind == TaskKind.AMEND.value
        return OfficersTask(task.id, run.id, amends) if task.state == TaskState.OPEN.value else _is_over(run, task)
    step = run.unit.connection.execute(_STEP, {"step": task.step_id}).one()
    node = run.flow.node(step.node)
    if not isinstance(node, Approve | Handle):
        return NoSuchTask(task.id)
    return AtHand(run, task, step, node, for_id)


def _refused(at: AtHand, wish: Wish) -> TaskRefusal | None:
    """Why it cannot be done, or None. Who stands in for somebody decides as little on his own application as he would
    for himself; nor does he to whom it came with its lead, but he can hand the task on."""
    task, node, decision = at.task, at.node, wish.decision
    own = _own(at, decision)
    if own is not None:
        return own
    if decision is not Decision.TAKE_BACK and (stands := _over(at, decision)) is not None:
        return stands
    counted = _uncounted(at, decision)
    if counted is not None:
        return counted
    if isinstance(node, Approve) and decision not in node.verbs:
        return NotOffered(task.id, decision)
    if isinstance(node, Handle) and decision in (Decision.REFUSE, Decision.SIGN_BEFORE, Decision.SIGN_AFTER):
        return NotOffered(task.id, decision)
    adds = decision in (Decision.SIGN_BEFORE, Decision.SIGN_AFTER, Decision.DELEGATE)
    if adds and task.kind in _MAY_NOT_ADD:
        return NotOffered(task.id, decision)
    if task.kind == TaskKind.DELEGATE.value and decision is Decision.RETURN:  # he was asked what he thinks, no more
        return NotOffered(task.id, decision)
    shown = wish.shown or task.shown
    if decision in _BOUND and shown not in (None, at.run.row.shown):
        return ChangedSince(task.id)
    reasons = node.reasons if isinstance(node, Approve) else frozenset({Decision.RETURN})
    if overrides(at, decision):
        reasons |= {Decision.AGREE}
    why = Decision.AGREE if decision is Decision.SIGN_AFTER else decision  # which agrees, and asks others beside
    if {why, decision} & reasons and not wish.reason.strip():
        return NeedsReason(task.id, decision)
    return None


def _own(at: AtHand, decision: Decision) -> OwnApplication | None:
    """Would he decide on what is his, or do what money hangs on there?"""
    by = at.run.by
    own = by is not None and by.id in own_to(at.node, at.run.submitters)
    if own and (at.for_id is not None or decision in (*_COUNTS, Decision.DROP_SIGNER)):  # which may complete a vote
        return OwnApplication(at.task.id, at.run.id, at.holder_id)
    return None


def _uncounted(at: AtHand, decision: Decision) -> AlreadyVoted | NoPost | None:
    """Why his vote does not count, or what money hangs on is not his to do: by the posts of now, and once for each."""
    by, task = at.run.by, at.task
    if by is None:
        return None
    unposted = decision in _WANTS_POST and not may_cast(by, at.node, task.kind)
    against = overrides(at, decision) and not may_override(by, at.node)
    if unposted or against:
        return NoPost(task.id, tuple(sorted(posts_wanted(at.node))), against=against)
    if is_vote(task, at.node, decision) and by.id in voters(tasks.of_step(at.run, at.step.id)):
        return AlreadyVoted(task.id, at.holder_id)
    return None


def _over(at: AtHand, decision: Decision) -> TaskRefusal | None:
    """Is it too late, or too early?"""
    task = at.task
    tells = decision is Decision.COPY and task.state == TaskState.DONE.value  # of what he has done he may still tell
    if task.state == TaskState.OPEN.value or tells:
        return None
    added = [one for one in tasks.of_step(at.run, at.step.id) if one.parent_id == task.id]
    waiting = [one.person_id for one in added if one.state == TaskState.OPEN.value]
    may_drop = decision is Decision.DROP_SIGNER and (waiting or task.state == TaskState.WAITING.value)
    if may_drop and at.step.state == StepState.OPEN.value:
        return None
    if task.state == TaskState.WAITING.value:
        return NotYourTurn(task.id, tuple(waiting))
    over = _is_over(at.run, task)
    return replace(over, back=may_take_back(at) and taking_back.acted_since(at.run, at.step, task) is None)


def _is_over(run: Run, task: Any) -> TaskOver:
    mine = (_T.c.application_id == run.id, _T.c.person_id == task.person_id, _T.c.state == TaskState.OPEN.value)
    now = run.unit.connection.execute(select(_T.c.id).where(*mine).order_by(_T.c.id.desc())).scalar()
    if task.decision:
        return TaskOver(task.id, task.acted_by_id, Decision(task.decision), task.acted_at, TaskKind(task.kind), now=now)
    settled = settled_by(run.unit.connection, task)
    if settled is not None:
        by, decision, kind = settled.acted_by_id, Decision(settled.decision), TaskKind(settled.kind)
        return TaskOver(task.id, by, decision, settled.acted_at, kind, now=now)
    return TaskOver(task.id, None, None, task.acted_at, now=now, withdrawn_by=withdrawn_by(run.unit.connection, task))
