"""What somebody who has a task may ask beside it: where it can go back to, and which was his last. Change nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from core.loans.definitions import flow_of
from core.loans.flows import Approve, Decision, Flow, Handle
from core.loans.models import (
    HAS_THE_NODE,
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
from core.loans.returning import places_behind
from core.risk.names import RISK
from core.risk.policy import SUGGESTED, Suggestion
from core.risk.record import said_by
from core.store.base import table_of
from core.store.database import Executor

_MOVES = tuple(
    what.value
    for what in (What.SUBMITTED, What.AGREED, What.HANDLED, What.RETURNED, What.CALLED, What.SUPPLIED, What.TAKEN_BACK)
)
"""What brings an application to a step."""
_A, _S, _T, _H = table_of(Application), table_of(StepRow), table_of(Task), table_of(Happening)


@dataclass(frozen=True, slots=True)
class BackTo:
    """A node to which an application can be returned. `start`: to its submitter."""

    node: str
    name: str
    start: bool


def is_open(executor: Executor, task_id: int) -> bool:
    """Can something be done at this task, or will it be its turn?"""
    state = executor.execute(select(_T.c.state).where(_T.c.id == task_id)).scalar()
    return state in UNDECIDED


def is_to_be_handled(executor: Executor, task_id: int) -> bool:
    """Is something done at this task, rather than decided?"""
    return executor.execute(select(_T.c.kind).where(_T.c.id == task_id)).scalar() == TaskKind.HANDLE.value


def is_override(executor: Executor, task_id: int) -> bool:
    """Does who agrees at this task override what the risk rules suggest?"""
    wanted = select(_A.c.screened_id, _A.c.flow, _S.c.node, _T.c.kind).select_from(_T).join(_S, _S.c.id == _T.c.step_id)
    row = executor.execute(wanted.join(_A, _A.c.id == _T.c.application_id).where(_T.c.id == task_id)).one_or_none()
    node = flow_of(executor, row.flow).node(row.node) if row is not None else None
    if row is None or row.kind not in HAS_THE_NODE or not isinstance(node, Approve) or not node.overrides:
        return False
    return said_by(executor, row.screened_id)[RISK] == SUGGESTED[Suggestion.REFUSE]


def is_payout(executor: Executor, task_id: int) -> bool:
    """Is this the task of a node at which money is paid out?"""
    wanted = select(_A.c.flow, _S.c.node).select_from(_T).join(_S, _S.c.id == _T.c.step_id)
    row = executor.execute(wanted.join(_A, _A.c.id == _T.c.application_id).where(_T.c.id == task_id)).one_or_none()
    node = flow_of(executor, row.flow).node(row.node) if row is not None else None
    return isinstance(node, Handle) and node.payout


def was_filled_in(executor: Executor, application_id: int, node: str, task_id: int) -> bool:
    """Did somebody else fill in fields at this node, or he himself before it was this task's turn, or before it was
    taken back?"""
    step = select(_T.c.step_id).where(_T.c.id == task_id).scalar_subquery()
    came = and_(_H.c.step_id == step, _H.c.what == What.ENTERED.value)
    back = and_(_H.c.task_id == task_id, _H.c.what == What.TAKEN_BACK.value)
    begins = select(func.max(_H.c.id)).where(_H.c.application_id == application_id, or_(came, back)).scalar_subquery()
    changed = (_H.c.application_id == application_id, _H.c.node == node, _H.c.what == What.CHANGED.value)
    filled = (*changed, or_(_H.c.id < begins, _H.c.task_id != task_id))
    return executor.execute(select(_H.c.id).where(*filled).limit(1)).first() is not None


def back_from(executor: Executor, task_id: int) -> list[BackTo]:
    """Where the task's application can be returned to, the submitter first; nothing if there is no such task."""
    columns = (_A.c.id, _A.c.flow, _T.c.step_id)
    row = executor.execute(select(*columns).join(_T, _T.c.application_id == _A.c.id).where(_T.c.id == task_id)).first()
    if row is None:
        return []
    flow: Flow = flow_of(executor, row.flow)
    step = executor.execute(select(_S).where(_S.c.id == row.step_id)).one()
    found = places_behind(executor, row.id, flow, step)
    return [BackTo(place.node, flow.node(place.node).name, place.node == flow.start.key) for place in found]


def last_agreed(session: Session, person_id: int, application_id: int) -> int | None:
    """The number of the task of this application to which he agreed last, for himself or for somebody."""
    his = or_(_T.c.person_id == person_id, _T.c.acted_by_id == person_id)
    agreed = (_T.c.application_id == application_id, _T.c.state == TaskState.DONE.value)
    wanted = select(_T.c.id).where(his, *agreed, _T.c.decision == Decision.AGREE.value)
    return session.execute(wanted.order_by(_T.c.acted_at.desc(), _T.c.id.desc())).scalar()


def settled_by(executor: Executor, task: Any) -> Any:
    """The task by whose decision this one (its row) was not needed any more: they ended in one transaction; None: it
    was none."""
    settles = (Decision.AGREE.value, Decision.REFUSE.value, Decision.RETURN.value)
    at_once = (_T.c.application_id == task.application_id, _T.c.acted_at == task.acted_at, _T.c.decision.in_(settles))
    return executor.execute(select(_T).where(*at_once).order_by(_T.c.id.desc()).limit(1)).one_or_none()


def withdrawn_by(executor: Executor, task: Any) -> int | None:
    """Who took the application back (撤回), if that is why this task (its row) was not needed any more."""
    mine = (_H.c.application_id == task.application_id, _H.c.what == What.WITHDRAWN.value, _H.c.at == task.acted_at)
    return executor.execute(select(_H.c.by_id).where(*mine).limit(1)).scalar()


def own_vote_beside(executor: Executor, task: Any, person_id: int) -> int | None:
    """The number of the task that this person has to decide himself beside this one (its row) of another's, which is a
    vote as well: his vote for the other is the only one he has. None: he has none there."""
    if task.person_id == person_id or task.kind not in VOTES:
        return None
    undecided = _T.c.state.in_(UNDECIDED)
    his = (_T.c.step_id == task.step_id, _T.c.person_id == person_id, _T.c.kind.in_(VOTES))
    return executor.execute(select(_T.c.id).where(*his, undecided).order_by(_T.c.id)).scalar()


def own_vote_left(executor: Executor, task_id: int, person_id: int) -> int | None:
    """The same of a task by its number."""
    task = executor.execute(select(_T).where(_T.c.id == task_id)).one_or_none()
    return own_vote_beside(executor, task, person_id) if task is not None else None


def other_nodes(executor: Executor, task_id: int, places: Collection[BackTo]) -> frozenset[str]:
    """What the nodes of the task's flow are called to which it cannot be returned: who names one means it."""
    row = executor.execute(select(_A.c.flow).join(_T, _T.c.application_id == _A.c.id).where(_T.c.id == task_id)).first()
    names = {node.name for node in flow_of(executor, row.flow).nodes} if row is not None else set()
    return frozenset(names - {place.name for place in places})


def his_latest_agreed(session: Session, person_id: int) -> int | None:
    """The number of the task to which he agreed last of all, of what is under way still."""
    agreed = (_T.c.acted_by_id == person_id, _T.c.state == TaskState.DONE.value)
    wanted = select(_T.c.id).join(_A, _A.c.id == _T.c.application_id)
    running = (
        _T.c.decision == Decision.AGREE.value,
        _A.c.state == State.RUNNING.value,
        _T.c.kind != TaskKind.AMEND.value,
    )
    return session.scalars(wanted.where(*agreed, *running).order_by(_T.c.acted_at.desc(), _T.c.id.desc())).first()


def his_last(session: Session, whose: Collection[int], application_id: int, decision: Decision) -> int | None:
    """The number of the task of these people that is meant at this application: of 减签 the one to which others were
    added who have not decided, else the newest that is open, else the newest."""
    of_his = (_T.c.application_id == application_id, _T.c.person_id.in_(whose))
    if decision is Decision.DROP_SIGNER:
        added = _T.alias("added")
        undecided = added.c.state.in_(UNDECIDED)
        asked = select(_T.c.id).join(added, added.c.parent_id == _T.c.id).where(*of_his, undecided)
        found = session.scalars(asked.order_by(_T.c.id.desc())).first()
        if found is not None:
            return int(found)
    is_open = case((_T.c.state == TaskState.OPEN.value, 1), else_=0)
    return session.scalars(select(_T.c.id).where(*of_his).order_by(is_open.desc(), _T.c.id.desc())).first()


def added_to(executor: Executor, task_id: int) -> list[int]:
    """Who was added to this task (加签, 委派) and has not decided yet."""
    undecided = _T.c.state.in_(UNDECIDED)
    return list(executor.scalars(select(_T.c.person_id).where(_T.c.parent_id == task_id, undecided).order_by(_T.c.id)))


def came_again(executor: Executor, task_id: int) -> bool:
    """Had who has this open task another one of the same application before, that ended without him, and with another
    amount, product or applicant than there is now? Not of what he has agreed to by now, and took back."""
    before = _T.alias("before")
    same = (before.c.application_id == _T.c.application_id, before.c.person_id == _T.c.person_id)
    other = before.c.shown.is_distinct_from(_A.c.shown)
    ended = (before.c.id < _T.c.id, before.c.state == TaskState.CANCELLED.value, other)
    joined = select(before.c.id).join(_T, and_(*same)).join(_A, _A.c.id == _T.c.application_id)
    seen = exists().where(_H.c.task_id == _T.c.id, _H.c.what == What.TAKEN_BACK.value)
    wanted = joined.where(_T.c.id == task_id, _T.c.state == TaskState.OPEN.value, ~seen)
    return executor.execute(wanted.where(*ended).limit(1)).first() is not None


def brought_here(executor: Executor, task_id: int, person_id: int, since: datetime) -> int | None:
    """The number of the task of the same application to which this person agreed since then, and so brought it to the
    step of this one; None if it came there by anything else, or nothing is to be decided or done by this one."""
    of = select(_T.c.application_id).where(_T.c.id == task_id).scalar_subquery()
    step = select(_T.c.step_id).where(_T.c.id == task_id).scalar_subquery()
    entered = (_H.c.application_id == of, _H.c.step_id == step, _H.c.what == What.ENTERED.value)
    came = executor.scalar(select(func.max(_H.c.id)).where(*entered))
    now = (_T.c.id == task_id, _T.c.state == TaskState.OPEN.value)
    kind = executor.scalar(select(_T.c.kind).where(*now))
    if came is None or kind not in (*VOTES, TaskKind.HANDLE.value):
        return None
    moves = (_H.c.application_id == of, _H.c.id < came, _H.c.what.in_(_MOVES))
    row = executor.execute(select(_H).where(*moves).order_by(_H.c.id.desc()).limit(1)).first()
    if row is None or row.what not in (What.AGREED.value, What.HANDLED.value):
        return None
    return row.task_id if row.by_id == person_id and row.at >= since else None


@dataclass(frozen=True, slots=True)
class Before:
    """A task of the same application that was done by this person just before another one came to him."""

    task_id: int
    by_id: int


def just_before(executor: Executor, task_id: int, person_id: int, since: datetime) -> Before | None:
    """What was done since then that brought the application to the step of this task of his: he agreed to an earlier
    one himself, or another one did, so that his own was not needed any more. Who names the application may mean that
    one still."""
    own = brought_here(executor, task_id, person_id, since)
    if own is not None:
        return Before(own, person_id)
    now = (_T.c.id == task_id, _T.c.state == TaskState.OPEN.value, _T.c.kind.in_((*VOTES, TaskKind.HANDLE.value)))
    of = select(_T.c.application_id).where(*now).scalar_subquery()
    whose = select(_T.c.person_id).where(*now).scalar_subquery()  # he may stand in for somebody
    his = (_T.c.application_id == of, _T.c.person_id == whose, _T.c.id < task_id, _T.c.acted_at >= since)
    gone = (_T.c.state == TaskState.CANCELLED.value, _S.c.state == StepState.PASSED.value)
    anew = (_H.c.application_id == of, _H.c.what == What.SUBMITTED.value)
    since_handed_in = _T.c.acted_at >= select(func.max(_H.c.at)).where(*anew).scalar_subquery()
    wanted = select(_T).join(_S, _S.c.id == _T.c.step_id).where(*his, *gone, since_handed_in)
    row = executor.execute(wanted.order_by(_T.c.id.desc()).limit(1)).first()
    done = settled_by(executor, row) if row is not None else None
    return Before(row.id, done.acted_by_id) if row is not None and done is not None else None


def decides_now(executor: Executor, person_id: int) -> bool:
    """Has he anything to decide, or somebody's question to answer?"""
    deciding = (TaskKind.DECIDE.value, TaskKind.BEFORE.value, TaskKind.AFTER.value, TaskKind.DELEGATE.value)
    his = (_T.c.person_id == person_id, _T.c.state == TaskState.OPEN.value, _T.c.kind.in_(deciding))
    return executor.execute(select(_T.c.id).where(*his).limit(1)).first() is not None


def pays_out_now(executor: Executor, person_id: int) -> bool:
    """Has he anything to pay out?"""
    handles = (_T.c.person_id == person_id, _T.c.state == TaskState.OPEN.value, _T.c.kind == TaskKind.HANDLE.value)
    return any(is_payout(executor, number) for number in executor.scalars(select(_T.c.id).where(*handles)).all())


def waits_for_others(executor: Executor, owner_id: int) -> bool:
    """Has he an application that is under way?"""
    his = (_A.c.owner_id == owner_id, _A.c.state == State.RUNNING.value)
    return executor.execute(select(_A.c.id).where(*his).limit(1)).first() is not None


def open_there(executor: Executor, application_id: int, person_id: int) -> int | None:
    """His newest open task of this application; None if he has none."""
    his = (_T.c.application_id == application_id, _T.c.person_id == person_id, _T.c.state == TaskState.OPEN.value)
    return executor.scalars(select(_T.c.id).where(*his).order_by(_T.c.id.desc()).limit(1)).first()


def holders_of(executor: Executor, application_id: int) -> list[int]:
    """Who has an open task of this application."""
    there = (_T.c.application_id == application_id, _T.c.state == TaskState.OPEN.value)
    return list(executor.scalars(select(_T.c.person_id).where(*there).order_by(_T.c.id)))


def open_of(executor: Executor, person_id: int) -> list[int]:
    """His open tasks."""
    his = (_T.c.person_id == person_id, _T.c.state == TaskState.OPEN.value)
    return list(executor.scalars(select(_T.c.id).where(*his).order_by(_T.c.id)))
