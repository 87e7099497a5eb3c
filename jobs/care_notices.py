"""Who is told of 关怀. See `jobs/notices.py`."""

from collections.abc import Mapping

from core.leads.care_queries import care_now, undone_among
from core.leads.cared import subject_of, tasks_subject
from core.leads.events import CareBegun, CareTasksMoved, CareTicked
from core.manners.kinds import ReminderKind
from core.store import post
from core.store.unit import Unit
from jobs.reach import say, show
from jobs.screens import care_face, care_tasks_face


def care_begun(unit: Unit, event: CareBegun) -> None:
    """Each owner: his tasks on a card, and the text in a message of its own, to be copied."""
    care = care_now(unit.session, unit.vault, event.number)
    if care is None:
        return
    for owner_id in event.owners:
        show(unit, ReminderKind.CARE, owner_id, care_tasks_face(event.number, owner_id))
        say(unit, ReminderKind.CARE, owner_id, care.text)


def care_ticked(unit: Unit, event: CareTicked) -> None:
    """Who began it, and watches."""
    post.refresh_newest(unit, subject_of(event.number), care_face(event.number).screen)


def tasks_moved(unit: Unit, event: CareTasksMoved) -> None:
    """The owners' lists of tasks, and who watches."""
    for owner_id in event.owners:
        post.refresh_all(unit, tasks_subject(event.number, owner_id))
    post.refresh_newest(unit, subject_of(event.number), care_face(event.number).screen)


def tasks_went(unit: Unit, old_owners: Mapping[int, int]) -> None:
    """The cards that list tasks on these leads for the owners whom they left: the phones on them are theirs no more."""
    if not old_owners:
        return
    gone = {(care, old_owners[lead]) for care, lead in undone_among(unit.connection, old_owners, unit.now)}
    for care, owner_id in sorted(gone):
        post.refresh_all(unit, tasks_subject(care, owner_id))
