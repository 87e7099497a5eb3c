"""Who is told when something happens: one function for each event, all listed at the end.

Called inside the transaction in which it happened, so a notice is sent exactly if the thing is true.
"""

from collections.abc import Callable
from typing import Any

from core.leads.events import CustomerCameAgain, FollowUpLogged, OwnerChanged
from core.leads.models import subject
from core.people import queries as people
from core.store import post
from core.store.issued import Face
from core.store.unit import Event, Unit
from jobs.screens import lead_face

# A notice that hangs in somebody's chat was true when it came; when the owner changes it becomes the lead's card, as it
# is to be seen then. One that was not sent yet stays a notice, and is not sent if it is no longer true.
_NEWS = ("received", "came_again")


def outlived(face: Face) -> Face:
    """What a card that hangs shows after its lead changed hands: news becomes the lead's card, all else stays."""
    return lead_face(face.args["lead"]) if face.screen in _NEWS else face


def _owner_changed(unit: Unit, event: OwnerChanged) -> None:
    """Old and new owner, unless they did it themselves; and the cards that still show the old state."""
    args = {"lead": event.lead_id, "by": event.by_id, "how": event.how}
    _tell(unit, event.new_id, event.by_id, Face("received", args, (subject(event.lead_id),)))
    _tell(unit, event.old_id, event.by_id, Face("lost", args))
    current = lead_face(event.lead_id)
    left = post.refresh_all(unit, subject(event.lead_id), over=dict.fromkeys(_NEWS, current))
    if event.old_id is not None and event.old_id in left and event.old_id == event.by_id:  # others were told just now
        _show(unit, event.old_id, current)


def _came_again(unit: Unit, event: CustomerCameAgain) -> None:
    face = Face("came_again", {"lead": event.lead_id, "channel": event.channel}, (subject(event.lead_id),))
    _tell(unit, event.owner_id, event.by_id, face)


def _follow_up_logged(unit: Unit, event: FollowUpLogged) -> None:
    post.refresh_newest(unit, subject(event.lead_id), lead_face(event.lead_id).screen)


def _tell(unit: Unit, person_id: int | None, by_id: int | None, face: Face) -> None:
    if person_id is not None and person_id != by_id:
        _show(unit, person_id, face)


def _show(unit: Unit, person_id: int, face: Face) -> None:
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.show(unit, channel, person_id, face)


NOTICES: dict[type[Event], Callable[[Unit, Any], None]] = {
    OwnerChanged: _owner_changed,
    CustomerCameAgain: _came_again,
    FollowUpLogged: _follow_up_logged,
}


def tell(unit: Unit, event: Event) -> None:
    """The listener for all events (`Store.listen`). An event nobody listens to is fine."""
    notice = NOTICES.get(type(event))
    if notice is not None:
        notice(unit, event)
