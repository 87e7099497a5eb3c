"""Who is told of 关怀. See `jobs/notices.py`."""

from core.leads.care_queries import care_now
from core.leads.cared import subject_of
from core.leads.events import CareBegun, CareTicked
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
        show(unit, owner_id, care_tasks_face(event.number))
        say(unit, owner_id, care.text)


def care_ticked(unit: Unit, event: CareTicked) -> None:
    """Who began it, and watches."""
    post.refresh_newest(unit, subject_of(event.number), care_face(event.number).screen)
