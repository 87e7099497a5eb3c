"""What a notice about a task's deadline says of it. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calendar import Length
from core.loans.definitions import flow_of
from core.loans.flows import Approve
from core.loans.models import Application, StepRow, Task, TaskState
from core.loans.timing import deadline_of
from core.store.base import table_of
from core.store.database import Executor

_A, _S, _T = table_of(Application), table_of(StepRow), table_of(Task)


@dataclass(frozen=True, slots=True)
class TaskDeadline:
    """An open task with a deadline: at which node (its name), whose, and over how much it is. `decides`: something is
    to be decided there, and not done. `within`: how long there was."""

    number: int
    application_id: int
    name: str
    person_id: int
    due_at: datetime
    product: str
    amount_fen: int | None
    decides: bool = True
    within: Length | None = None


def task_deadline(session: Session, number: int) -> TaskDeadline | None:
    """The task, or None if nobody can act on it any more, or its clock stands still."""
    of_task = (_T.c.application_id, _T.c.person_id, _T.c.due_at, _S.c.node, _S.c.within)
    wanted = (
        select(*of_task, _A.c.product, _A.c.amount_fen, _A.c.flow)
        .join(_S, _S.c.id == _T.c.step_id)
        .join(_A, _A.c.id == _T.c.application_id)
    )
    open_task = (_T.c.id == number, _T.c.state == TaskState.OPEN.value, _T.c.due_at.is_not(None))
    row = session.execute(wanted.where(*open_task)).one_or_none()
    if row is None:
        return None
    connection = session.connection()
    node = flow_of(connection, row.flow).node(row.node)
    deadline = deadline_of(connection, row.flow, row.node, row.within)
    about = (row.person_id, row.due_at, row.product, row.amount_fen)
    within = deadline.within if deadline is not None else None
    return TaskDeadline(number, row.application_id, node.name, *about, isinstance(node, Approve), within)


def node_name(executor: Executor, task_id: int) -> str:
    """What the node of a task is called."""
    wanted = select(_S.c.node, _A.c.flow).select_from(_T).join(_S, _S.c.id == _T.c.step_id)
    row = executor.execute(wanted.join(_A, _A.c.id == _T.c.application_id).where(_T.c.id == task_id)).one()
    return flow_of(executor, row.flow).node(row.node).name
