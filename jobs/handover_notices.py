"""Who is told of hand-overs: who got something, once of all of it, and who ordered it. See `jobs/notices.py`."""

from core.handover import queries
from core.handover.events import HandoverEnded, HandoverUndone
from core.handover.models import subject
from core.store import post
from core.store.issued import Face
from core.store.unit import Unit
from jobs.handover_screens import handover_face
from jobs.reach import show


def ended(unit: Unit, event: HandoverEnded) -> None:
    """The new owners, and the cards on which it is followed."""
    _, by_id, _ = queries.people_of(unit.session, event.number)
    for person_id, got in queries.given_to(unit.session, event.number).items():
        if got.get("lead"):
            show(unit, person_id, Face("handed", {"number": event.number}))
    _bring_up_to_date(unit, event.number, by_id)


def undone(unit: Unit, event: HandoverUndone) -> None:
    """Those from whom something went back, and the cards on which it is followed."""
    _, by_id, undone_by_id = queries.people_of(unit.session, event.number)
    for person_id in queries.went_back(unit.session, event.number):
        show(unit, person_id, Face("taken", {"number": event.number}))
    _bring_up_to_date(unit, event.number, undone_by_id or by_id)


def _bring_up_to_date(unit: Unit, number: int, by_id: int | None) -> None:
    """The cards that show it; whoever ordered it and has none that can be changed gets a fresh one."""
    left = post.refresh_all(unit, subject(number), over={"handover": handover_face(number)})
    if by_id is not None and by_id in left:
        show(unit, by_id, handover_face(number))
