"""A task at hand: what is wanted of it, its row with its step, node and application, and what is noted of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from core.loans.flows import Decision, Manned
from core.loans.forms import Values
from core.loans.models import Task, TaskState, What, opinion_place
from core.loans.run import Run
from core.store.base import table_of

_T = table_of(Task)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done with a task. `shown`: the digest of what he was shown, where it counts (None: he typed,
    and means what he was shown of the task last). `to_ids`: to whom, of what goes to people; `node`: where to, of a
    return; `values`: what he filled in."""

    decision: Decision
    shown: str | None = None
    reason: str = ""
    to_ids: tuple[int, ...] = ()
    node: str = ""
    values: Values | None = None


@dataclass(slots=True)
class AtHand:
    """A task at hand: its row, the node, and for whom it is done (None: he has it himself)."""

    run: Run
    task: Any
    step: Any
    node: Manned
    for_id: int | None

    @property
    def holder_id(self) -> int:
        """Whose task it is."""
        return int(self.task.person_id)

    def note(self, what: What, **more: Any) -> None:
        """A line of the history about this task; `more` as `Run.note` has it."""
        self.run.note(what, step_id=self.step.id, task_id=self.task.id, node=self.node.key, for_id=self.for_id, **more)

    def write(self, wish: Wish, state: TaskState = TaskState.DONE) -> None:
        """The task's row after what was done with it."""
        run = self.run
        reason = wish.reason.strip()
        values = {
            "state": state.value,
            "decision": wish.decision.value,
            "opinion": run.unit.vault.seal(opinion_place(self.task.id), reason) if reason else None,
            "shown": run.row.shown,
            "screened_id": run.row.screened_id,
            "acted_by_id": run.by.id if run.by is not None else None,
            "acted_at": run.unit.now,
        }
        run.unit.connection.execute(update(_T).where(_T.c.id == self.task.id).values(values))
        run.closed.append(self.task.id)
