"""The screens of 跟进任务. See `jobs/screens.py`."""

from cards.model import Card
from cards.views import follow_tasks as views
from core.leads.follow_tasks import FollowTaskNow, follow_task, follow_task_subject, open_follow_tasks
from core.leads.models import subject
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs

FOLLOW_TASK_SCREEN = "follow_task"


def _follow_task(stage: Stage, args: Args) -> Card | Superseded:
    """To the lead's owner of now."""
    task = follow_task(stage.session, args["task"])
    if task is None or task.owner_id != stage.viewer.id:
        return Superseded()
    lead = briefs(stage, [task.lead_id]).get(task.lead_id)
    if not task.is_open or lead is None:
        return views.follow_task_over_card(task, stage.now)
    return views.follow_task_card(task, lead, stage.now)


def _follow_tasks(stage: Stage, args: Args) -> Card | Superseded:  # noqa: ARG001
    tasks = open_follow_tasks(stage.session, stage.viewer, stage.now)
    found = briefs(stage, [task.lead_id for task in tasks[: views.PAGE]])
    shown = [(task, found[task.lead_id]) for task in tasks[: views.PAGE] if task.lead_id in found]
    return views.follow_tasks_card(shown, len(tasks), stage.now)


FOLLOW_TASK_SCREENS: dict[str, Screen] = {FOLLOW_TASK_SCREEN: _follow_task, "follow_tasks": _follow_tasks}


def follow_task_face(number: int, lead_id: int) -> Face:
    """跟进任务. It is found by its own number, and by its lead's: when that changes hands it is his no more."""
    return Face(FOLLOW_TASK_SCREEN, {"task": number, "lead": lead_id}, (follow_task_subject(number), subject(lead_id)))


def follow_tasks_of(stage: Stage) -> list[FollowTaskNow]:
    """The viewer's open tasks, what is due first coming first."""
    return open_follow_tasks(stage.session, stage.viewer, stage.now)
