"""Whose a task is: his own, of somebody for whom he stands in, or a payout of somebody who has left since."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.loans.definitions import flow_of
from core.loans.eligible import posts_for
from core.loans.flows import Handle
from core.loans.models import Application, Disbursement, StepRow, Task, TaskKind, TaskState
from core.loans.sight import may_look_at
from core.loans.standing_in import principals_of
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor, Role
from core.store.base import table_of
from core.store.database import Executor

_A, _S, _T, _D, _P = (table_of(each) for each in (Application, StepRow, Task, Disbursement, Person))


def acts_on(executor: Executor, actor: Actor, task: Any, at: datetime) -> bool:
    """Is this task (its row) his, or of somebody for whom he acts then? What somebody paid out who has left since is
    everybody's who has the post for it, has had no vote on it and may see it: else nobody could correct it any more."""
    if task.person_id == actor.id or task.person_id in principals_of(executor, actor.id, at):
        return True
    done = task.kind == TaskKind.HANDLE.value and task.state == TaskState.DONE.value
    if not done or people.colleague(executor, task.person_id) is not None:
        return False
    wanted = select(_A.c.flow, _A.c.owner_id, _S.c.node).join(_S, _S.c.application_id == _A.c.id)
    of = executor.execute(wanted.where(_S.c.id == task.step_id)).one()
    node = flow_of(executor, of.flow).node(of.node)
    if not isinstance(node, Handle) or not node.payout or _decided(executor, actor, task.application_id):
        return False
    posts = posts_for(node) or {Role.ADMIN}
    return bool(posts & actor.roles) and may_look_at(executor, actor, task.application_id, of.owner_id, at)


def _decided(executor: Executor, actor: Actor, application_id: int) -> bool:
    """Had he a vote on whether it is paid out?"""
    his = (_T.c.application_id == application_id, _T.c.acted_by_id == actor.id, _T.c.decision.is_not(None))
    votes = select(_T.c.id).where(*his, _T.c.kind != TaskKind.HANDLE.value)
    return executor.execute(votes.limit(1)).first() is not None


def left_behind(executor: Executor, application_id: int) -> int | None:
    """The task by which somebody paid out for this application who has left since, the newest; None if there is
    none."""
    gone = (_P.c.left_at.is_not(None), _T.c.state == TaskState.DONE.value, _T.c.kind == TaskKind.HANDLE.value)
    paid = select(_T.c.id).join(_D, _D.c.step_id == _T.c.step_id).join(_P, _P.c.id == _T.c.person_id)
    return executor.execute(
        paid.where(_D.c.application_id == application_id, *gone).order_by(_T.c.id.desc()).limit(1)
    ).scalar()
