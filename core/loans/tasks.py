"""The tasks of a step as votes: whose seat stands how, and whose turn it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from core.loans.flows import Approve, Decision, Manned, Mode
from core.loans.models import ASKED_FIRST, UNDECIDED, Application, Task, TaskKind, TaskState
from core.loans.routing import close_tasks, open_task
from core.loans.run import Run
from core.loans.voting import Seat, on_turn, outcome
from core.store.base import table_of
from core.store.unit import Unit

_A, _T = table_of(Application), table_of(Task)
_OF_STEP = select(_T).where(_T.c.step_id == bindparam("step")).order_by(_T.c.id)
_SEATED = (TaskKind.DECIDE.value, TaskKind.HANDLE.value, TaskKind.AMEND.value)


def saw(unit: Unit, task_id: int, person_id: int) -> None:
    """This person is shown the application of the task as it is now. If he has it, what he types from here on is about
    that; of what a stand-in has seen nothing is kept, and he decides on a changed one by its card."""
    now = select(_A.c.shown).where(_A.c.id == _T.c.application_id).scalar_subquery()
    is_open = (_T.c.id == task_id, _T.c.person_id == person_id, _T.c.state == TaskState.OPEN.value)
    unit.connection.execute(update(_T).where(*is_open).values(shown=now))


def of_step(run: Run, step: int) -> Sequence[Any]:
    """All tasks of a step, the first made first."""
    return run.unit.connection.execute(_OF_STEP, {"step": step}).all()


def seats(tasks: Sequence[Any]) -> list[Seat]:
    """How each seat of a step stands by its tasks. A refusal of anybody who was added to a seat is the seat's; it has
    agreed when its holder has, and everybody who was added to it."""
    count = max((task.seat for task in tasks), default=-1) + 1
    return [_seat([task for task in tasks if task.seat == number]) for number in range(count)]


def _seat(tasks: Sequence[Any]) -> Seat:
    counting = [task for task in tasks if task.kind != TaskKind.DELEGATE.value]
    if any(task.decision == Decision.REFUSE.value and task.state == TaskState.DONE.value for task in counting):
        return Seat.REFUSED
    votes = [task for task in counting if task.kind in _SEATED and task.state != TaskState.MOVED.value]
    agreed = any(task.decision == Decision.AGREE.value and task.state == TaskState.DONE.value for task in votes)
    left = any(task.kind not in _SEATED and task.state in UNDECIDED for task in counting)
    return Seat.AGREED if agreed and not left else Seat.OPEN


def together(node: Manned, tasks: Sequence[Any]) -> Seat:
    """How a step stands by these tasks of it."""
    mode, ratio = _mode(node)
    return outcome(mode, ratio, seats(tasks))


def _mode(node: Manned) -> tuple[Mode, int]:
    """How several decide there; what is done needs to be done once."""
    return (node.mode, node.ratio) if isinstance(node, Approve) else (Mode.ANY, 100)


def settle(run: Run, step: int, node: Manned) -> Seat:
    """How the step stands after a decision: over (its other tasks are closed), or open, and then whose turn it is is
    given theirs."""
    tasks = of_step(run, step)
    came = together(node, tasks)
    if came is not Seat.OPEN:
        close_tasks(run, step)
        return came
    turn = on_turn(_mode(node)[0], seats(tasks))
    for task in tasks:
        if task.state == TaskState.WAITING.value and task.seat in turn and not _added(tasks, task.id):
            open_task(run, task.id, task.person_id)  # who was added waits only where the turn went back before him
    return came


def close_seat(run: Run, step: int, seat: int) -> None:
    """This vote is cast: nobody else of the seat is asked any more."""
    left = (_T.c.step_id == step, _T.c.seat == seat, _T.c.state.in_(UNDECIDED))
    gone = update(_T).where(*left).values(state=TaskState.CANCELLED.value, acted_at=run.unit.now).returning(_T.c.id)
    run.closed += run.unit.connection.scalars(gone).all()


def _added(tasks: Sequence[Any], task_id: int) -> bool:
    """Are there any whom somebody added before this task, and who have not decided?"""
    return any(task.parent_id == task_id and task.kind in ASKED_FIRST and task.state in UNDECIDED for task in tasks)
