"""Who is told of 跟进任务, and what automation has to say to owners. See `jobs/notices.py`."""

from collections.abc import Mapping

from cards.texts.automation import told_by_rule
from core.leads.events import FollowTaskOpened, FollowTaskTicked, OwnerTold
from core.leads.follow_tasks import follow_task_subject, open_on_leads
from core.manners.kinds import ReminderKind
from core.store import post
from core.store.unit import Unit
from jobs.follow_task_screens import follow_task_face
from jobs.reach import say, show


def opened(unit: Unit, event: FollowTaskOpened) -> None:
    """The owner."""
    show(unit, ReminderKind.FOLLOW_TASK, event.owner_id, follow_task_face(event.number, event.lead_id))


def ticked(unit: Unit, event: FollowTaskTicked) -> None:
    """The cards that show it as open."""
    post.refresh_all(unit, follow_task_subject(event.number))


def told(unit: Unit, event: OwnerTold) -> None:
    """The owner."""
    say(unit, ReminderKind.FOLLOW_TASK, event.owner_id, told_by_rule(event.lead_id, event.text, event.application_id))


def tasks_came(unit: Unit, new_owners: Mapping[int, int]) -> None:
    """Who has these leads now: the tasks that are open on them are his."""
    for task in open_on_leads(unit.connection, new_owners) if new_owners else ():
        show(unit, ReminderKind.FOLLOW_TASK, new_owners[task.lead_id], follow_task_face(task.number, task.lead_id))
