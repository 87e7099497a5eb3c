"""The screens of deadlines: a task that is due, and one of somebody below. See `jobs/screens.py`."""

from datetime import datetime, timedelta

from cards.model import Card
from cards.views import deadline as views
from core.loans.deadlines import spent
from core.loans.models import task_subject
from core.loans.standing_in import principals_of
from core.loans.task_deadlines import TaskDeadline, task_deadline
from core.loans.timing import away_of
from core.people import queries as people
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, name_of


def _due(stage: Stage, args: Args) -> Card | Superseded:
    """To who has it, or stands in for him; once it is decided, paused or somebody else's there is nothing to say."""
    task = task_deadline(stage.session, args["task"])
    his = {stage.viewer.id, *principals_of(stage.session.connection(), stage.viewer.id, stage.now)}
    if task is None or task.person_id not in his:
        return Superseded()
    above = name_of(stage, args["above"]) if args.get("above") else ""
    return views.task_due_card(task, _left(stage, task), _should(args), stage.now, above)


def _late_below(stage: Stage, args: Args) -> Card | Superseded:
    """To the superior of who has it, as long as he is."""
    task = task_deadline(stage.session, args["task"])
    if task is None or people.superior_of(stage.session, task.person_id) != stage.viewer.id:
        return Superseded()
    who = name_of(stage, task.person_id)
    return views.task_late_below_card(task, who, _left(stage, task), _should(args), stage.now)


def _left(stage: Stage, task: TaskDeadline) -> timedelta:
    """As the deadline is counted: in working time, without the leave of who has it, if nothing else is said."""
    rules = stage.company.loans
    if task.within is not None and not task.within.working:
        return task.within.span(rules.calendar, stage.now, task.due_at)
    if task.due_at < stage.now:
        return -spent(
            rules.calendar, away_of(stage.session.connection(), rules, task.person_id), task.due_at, stage.now
        )
    return spent(rules.calendar, away_of(stage.session.connection(), rules, task.person_id), stage.now, task.due_at)


def _should(args: Args) -> datetime | None:
    return datetime.fromisoformat(args["should"]) if args.get("should") else None


DEADLINE_SCREENS: dict[str, Screen] = {"task_due": _due, "task_late_below": _late_below}


def due_face(task_id: int, should_at: datetime | None, above: int | None = None) -> Face:
    """A task that is due. `should_at`: when this should have been told, if it is late; `above`: who was told too."""
    return Face("task_due", _args(task_id, should_at) | {"above": above}, (task_subject(task_id),))


def late_below_face(task_id: int, should_at: datetime | None) -> Face:
    """The same to the superior of who has it."""
    return Face("task_late_below", _args(task_id, should_at), (task_subject(task_id),))


def _args(task_id: int, should_at: datetime | None) -> dict[str, object]:
    return {"task": task_id, "should": should_at.isoformat() if should_at is not None else None}
