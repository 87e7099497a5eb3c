"""Who is told of hand-overs: who got something, once of all of it, and who ordered it. See `jobs/notices.py`."""

from core.handover import queries
from core.handover.events import HandoverEnded, HandoverUndone
from core.handover.models import subject
from core.handover.service import still_permitted
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.store import post
from core.store.issued import Face
from core.store.unit import Unit
from jobs.handover_screens import handover_face
from jobs.reach import show


def ended(unit: Unit, event: HandoverEnded) -> None:
    """The new owners, and the cards on which it is followed. Where who ordered it may not look at it any more, those
    who decide for the leaver now: what could not go waits for them."""
    leaver_id, by_id, _ = queries.people_of(unit.session, event.number)
    for person_id, got in queries.given_to(unit.session, event.number).items():
        if got.get("lead"):
            show(unit, ReminderKind.HANDOVER, person_id, Face("handed", {"number": event.number}))
    _bring_up_to_date(unit, event.number, by_id)
    if by_id is not None and not still_permitted(unit, by_id, leaver_id):
        for person_id in _instead(unit, leaver_id):
            show(unit, ReminderKind.HANDOVER, person_id, handover_face(event.number))


def _instead(unit: Unit, leaver_id: int) -> list[int]:
    """Who sees to a leaver where who ordered his hand-over cannot: his superior, or the administrators."""
    superior = people.superior_of(unit.session, leaver_id)
    if superior is not None and still_permitted(unit, superior, leaver_id):
        return [superior]
    return people.administrators(unit.session)


def undone(unit: Unit, event: HandoverUndone) -> None:
    """Those from whom something went back, and the cards on which it is followed."""
    _, by_id, undone_by_id = queries.people_of(unit.session, event.number)
    for person_id in queries.went_back(unit.session, event.number):
        show(unit, ReminderKind.HANDOVER, person_id, Face("taken", {"number": event.number}))
    _bring_up_to_date(unit, event.number, undone_by_id or by_id)


def _bring_up_to_date(unit: Unit, number: int, by_id: int | None) -> None:
    """The cards that show it; whoever ordered it and has none that can be changed gets a fresh one."""
    left = post.refresh_all(unit, subject(number), over={"handover": handover_face(number)})
    if by_id is not None and by_id in left:
        show(unit, ReminderKind.HANDOVER, by_id, handover_face(number))
