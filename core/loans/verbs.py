"""What each verb does with a task at hand, a function each: 同意 驳回 退回 转交 委派 前加签 后加签 减签 取回 抄送 (to
agree to what is not decided but done is 办理). Whether it may be done is asked before, at the one door (`deciding`).

Exactly what each does, for every way of deciding together, stands in `tests/unit/loans/test_verbs.py`, a row each.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from core.loans import node_fields, returning, taking_back, tasks, timing
from core.loans.at_hand import AtHand, Wish
from core.loans.eligible import has_post, may_sign, own_to, voters
from core.loans.events import Copied
from core.loans.flows import Approve, Decision, Handle, Mode
from core.loans.models import (
    ASKED_FIRST,
    HAS_THE_NODE,
    UNDECIDED,
    State,
    Task,
    TaskKind,
    TaskState,
    What,
    subject,
)
from core.loans.outcomes import (
    CannotAct,
    Decided,
    NeedsReason,
    NoReturnThere,
    NotOffered,
    NotYourTask,
    PaidAlready,
    TaskRefusal,
    TooLateToTakeBack,
)
from core.loans.passing_on import to_who_can, went_along
from core.loans.payout import is_paid_out, pay_out
from core.loans.routing import add_task, enter, leave, open_task
from core.loans.run import Run
from core.loans.screening import is_against, screen
from core.loans.voting import Seat
from core.people import queries as people
from core.risk.record import Why
from core.store.base import table_of

_T = table_of(Task)


def _agree(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    filled = node_fields.fill(at, wish)
    if filled is not None:
        return filled
    if overrides(at, Decision.AGREE) and not wish.reason.strip():  # by what he filled in just now
        return NeedsReason(at.task.id, Decision.AGREE)
    at.write(wish)
    overrode = _note_override(at, Decision.AGREE)
    at.note(What.HANDLED if at.task.kind == TaskKind.HANDLE.value else What.AGREED)
    paid = None
    if isinstance(at.node, Handle) and at.node.payout and at.task.kind == TaskKind.HANDLE.value:
        paid = pay_out(at.run, at.step.id, at.node)
        screen(at.run, Why.CHANGED)
    return replace(_after(at, wish), paid=paid, overrode=overrode)


def _refuse(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    if is_paid_out(at.run) and at.task.kind != TaskKind.DELEGATE.value:  # of which nothing hangs on what he thinks
        return PaidAlready(at.task.id, at.run.id)
    at.write(wish)
    at.note(What.REFUSED)
    return _after(at, wish)


def overrides(at: AtHand, decision: Decision) -> bool:
    """Does he agree to what the risk rules suggest to refuse, where that is for him to decide? Who was added signs
    beside him, and overrides nothing."""
    agrees = decision in (Decision.AGREE, Decision.SIGN_AFTER) and at.task.kind in HAS_THE_NODE
    return agrees and isinstance(at.node, Approve) and at.node.overrides and is_against(at.run)


def _note_override(at: AtHand, decision: Decision) -> bool:
    overrode = overrides(at, decision)
    if overrode:
        by_id = at.run.by.id if at.run.by is not None else None
        at.run.unit.record(by_id, "risk:overridden", subject(at.run.id), task=at.task.id)
    return overrode


def _after(at: AtHand, wish: Wish) -> Decided:
    """What a decision brings about: the step goes on, with who asked first where all have answered, or is over."""
    run, task = at.run, at.task
    if wish.decision is Decision.REFUSE and task.kind != TaskKind.DELEGATE.value:
        tasks.close_seat(run, at.step.id, task.seat)
    if run.row.state == State.RUNNING.value:
        came = tasks.settle(run, at.step.id, at.node)
        if came is not Seat.OPEN:
            enter(run, leave(run, at.step.id, at.node, refused=came is Seat.REFUSED))
    return Decided(task.id, run.id, wish.decision)


def _return(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    run = at.run
    if wish.node not in {place.node for place in returning.places(run, at.step)}:
        return NoReturnThere(at.task.id, wish.node)
    at.write(wish)
    at.note(What.RETURNED)
    returning.send_back(run, at.step, at.node, wish.node)
    return Decided(at.task.id, run.id, wish.decision, node=wish.node)


def _transfer(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """转交: it is the other's for good, and he decides in this one's place."""
    refused = _cannot(at, wish.to_ids[:1], wish.decision)
    if refused is not None:
        return refused
    (to,) = wish.to_ids[:1]
    at.write(wish, TaskState.MOVED)
    if at.run.by is None and _has_it_already(at, to):  # the first of them decides: nobody is asked twice
        at.note(What.TRANSFERRED, to_id=to)
        return Decided(at.task.id, at.run.id, wish.decision, to_ids=(to,))
    kind = TaskKind(at.task.kind)
    since = at.task.since if at.run.by is not None else None  # what was too late with one begins anew with the other
    number = add_task(at.run, at.step.id, to, kind, seat=at.task.seat, parent_id=at.task.parent_id, since=since)
    asked = update(_T).where(_T.c.parent_id == at.task.id).values(parent_id=number)
    at.run.unit.connection.execute(asked)  # whose answers he goes by now
    at.note(What.TRANSFERRED, to_id=to)
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=(to,))


def _has_it_already(at: AtHand, person_id: int) -> bool:
    """Is it this person's turn at the same node, of which the first decision counts?"""
    if at.task.kind not in HAS_THE_NODE or (isinstance(at.node, Approve) and at.node.mode is not Mode.ANY):
        return False  # who was added to somebody's seat is waited for there
    here = tasks.of_step(at.run, at.step.id)
    return any(
        one.person_id == person_id and one.kind in HAS_THE_NODE and one.state == TaskState.OPEN.value for one in here
    )


def _delegate(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """委派: the other says what he thinks, and it comes back."""
    refused = _cannot(at, wish.to_ids[:1], wish.decision)
    if refused is not None:
        return refused
    (to,) = wish.to_ids[:1]
    _wait(at)
    add_task(at.run, at.step.id, to, TaskKind.DELEGATE, **_his_seat(at))
    at.note(What.DELEGATED, to_id=to)
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=(to,))


def _sign_before(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """前加签: all of these agree first, then it is his turn again."""
    refused = _cannot(at, wish.to_ids, wish.decision)
    if refused is not None:
        return refused
    _wait(at)
    for to in wish.to_ids:
        add_task(at.run, at.step.id, to, TaskKind.BEFORE, **_his_seat(at))
        at.note(What.SIGNER_BEFORE, to_id=to)
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=wish.to_ids)


def _sign_after(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """后加签: he agrees, and all of these have to as well before it counts."""
    refused = _cannot(at, wish.to_ids, wish.decision) or node_fields.fill(at, wish)
    if refused is not None:
        return refused
    if overrides(at, Decision.SIGN_AFTER) and not wish.reason.strip():  # by what he filled in just now
        return NeedsReason(at.task.id, Decision.SIGN_AFTER)
    for to in wish.to_ids:
        add_task(at.run, at.step.id, to, TaskKind.AFTER, **_his_seat(at))
        at.note(What.SIGNER_AFTER, to_id=to)
    _note_override(at, Decision.SIGN_AFTER)
    at.write(replace(wish, decision=Decision.AGREE))
    at.note(What.AGREED)
    done = _after(at, wish)
    return replace(done, to_ids=wish.to_ids)


def _drop_signer(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """减签: those whom he added and who have not decided are not asked any more."""
    run = at.run
    added = (_T.c.parent_id == at.task.id, _T.c.state.in_(UNDECIDED))
    rows = run.unit.connection.execute(select(_T).where(*added)).all()
    gone = [row for row in rows if not wish.to_ids or row.person_id in wish.to_ids]
    if not gone:
        return NotOffered(at.task.id, wish.decision)
    if run.by is not None and run.by.id in {row.person_id for row in gone}:  # in whose place he does it
        return NotOffered(at.task.id, wish.decision)
    for row in gone:
        values = {"state": TaskState.CANCELLED.value, "acted_at": run.unit.now}
        run.unit.connection.execute(update(_T).where(_T.c.id == row.id).values(values))
        run.closed.append(row.id)
        at.note(What.SIGNER_DROPPED, to_id=row.person_id)
    done = _after(at, wish)
    return replace(done, to_ids=tuple(row.person_id for row in gone))


def _copy(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """抄送: these see it, and have nothing to do."""
    if not wish.to_ids:
        return NotOffered(at.task.id, wish.decision)
    for to in wish.to_ids:
        at.note(What.COPIED, to_id=to)
    by_id = at.run.by.id if at.run.by is not None else None
    at.run.unit.happened(Copied(at.run.id, wish.to_ids, by_id))
    return Decided(at.task.id, at.run.id, wish.decision, to_ids=wish.to_ids)


def _take_back(at: AtHand, wish: Wish) -> Decided | TaskRefusal:
    """取回: what he agreed to is undecided again, as long as nobody acted upon it."""
    run, task = at.run, at.task
    if went_along(run, task, at.node, task.opened_at):
        return NotYourTask(task.id, run.owner_id)
    if not _is_agreed_to(at):
        return NotOffered(task.id, wish.decision)
    acted = taking_back.acted_since(run, at.step, task)
    if acted is not None:
        return TooLateToTakeBack(run.id, acted.by_id, acted.here, acted.back)
    taking_back.reopen(run, at.step, at.node, task.seat)
    cleared = {"decision": None, "opinion": None, "acted_by_id": None, "acted_at": None, "since": None}
    run.unit.connection.execute(update(_T).where(_T.c.id == task.id).values(cleared))
    timing.begin_anew(run.unit.connection, [task.id])
    open_task(run, task.id, task.person_id)
    _waits_again(run, task)
    to_who_can(run, at.step)
    at.note(What.TAKEN_BACK)
    return Decided(task.id, run.id, wish.decision)


def _waits_again(run: Run, task: Any) -> None:
    """Who had asked him first (前加签, 委派) waits for him again: what his card says of the answer is no more."""
    if task.kind not in ASKED_FIRST:
        return
    asked = (_T.c.id == task.parent_id, _T.c.state == TaskState.OPEN.value)
    waits = update(_T).where(*asked).values(state=TaskState.WAITING.value).returning(_T.c.id)
    for number in run.unit.connection.scalars(waits).all():
        run.opened.pop(number, None)
        run.closed.append(number)


def may_take_back(at: AtHand) -> bool:
    """Is it something that can be taken back, as long as nobody acted upon it?"""
    return _is_agreed_to(at) and not went_along(at.run, at.task, at.node, at.task.opened_at)


def _is_agreed_to(at: AtHand) -> bool:
    task = at.task
    agreed = task.state == TaskState.DONE.value and task.decision == Decision.AGREE.value
    offered = not isinstance(at.node, Approve) or Decision.TAKE_BACK in at.node.verbs
    paid = isinstance(at.node, Handle) and at.node.payout
    return agreed and offered and task.acted_by_id is not None and not paid


def _his_seat(at: AtHand) -> dict[str, Any]:
    """What somebody who is added to his task gets from it: nobody gains time by asking others."""
    return {"seat": at.task.seat, "parent_id": at.task.id, "since": at.task.since}


def _wait(at: AtHand) -> None:
    waits = update(_T).where(_T.c.id == at.task.id).values(state=TaskState.WAITING.value)
    at.run.unit.connection.execute(waits)
    at.run.closed.append(at.task.id)


def _cannot(at: AtHand, to_ids: tuple[int, ...], decision: Decision) -> CannotAct | NotOffered | None:
    """Why one of these cannot have it, or None."""
    if not to_ids:
        return NotOffered(at.task.id, decision)
    here = tasks.of_step(at.run, at.step.id)
    at_it = {task.person_id for task in here if task.state in UNDECIDED}
    acting = at.run.by.id if at.run.by is not None else at.holder_id
    for to in to_ids:
        person = people.colleague(at.run.unit.connection, to)
        if person is None:
            return CannotAct(at.task.id, to, "left")
        if to in (at.holder_id, acting):
            return CannotAct(at.task.id, to, "self")
        if to in at_it and not (at.run.by is None and _has_it_already(at, to)):
            return CannotAct(at.task.id, to, "has_it")
        if decision is not Decision.DELEGATE and to in voters(here):  # of whom an opinion can be asked still
            return CannotAct(at.task.id, to, "voted")
        if to in own_to(at.node, at.run.submitters):
            return CannotAct(at.task.id, to, "submitter")
        if decision is Decision.TRANSFER and not has_post(person, at.node):
            return CannotAct(at.task.id, to, "no_post")
        if decision in (Decision.SIGN_BEFORE, Decision.SIGN_AFTER) and not may_sign(person, at.node):
            return CannotAct(at.task.id, to, "no_post")
    return None


VERBS: dict[Decision, Callable[[AtHand, Wish], Decided | TaskRefusal]] = {
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
