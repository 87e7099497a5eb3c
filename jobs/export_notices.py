"""What people are sent because of exports: the file, the question whether it may be, and what came of it."""

from core.exports import queries, service
from core.exports.models import State, subject
from core.exports.outcomes import ExportAsked, ExportChanged, ExportDue, Why
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.store import post
from core.store.unit import Unit
from jobs.export_screens import export_face
from jobs.reach import show

_TOLD = (State.WAITING, State.REFUSED, State.DROPPED)  # of what was sent the file tells


def due(unit: Unit, event: ExportDue) -> None:
    """It is to be made, for where he asked, or where he is reached; for who has left it comes to nothing."""
    here = unit.channel if unit.asker == event.person_id else None
    channel = here or people.reachable_on(unit.connection, event.person_id)
    if channel is not None:
        post.export(unit, channel, event.person_id, event.number)
    else:
        service.drop(unit, event.number, Why.NOT_HIS)


def asked(unit: Unit, event: ExportAsked) -> None:
    """Who has to permit it."""
    show(unit, ReminderKind.EXPORT, event.approver_id, export_face(event.number))


def changed(unit: Unit, event: ExportChanged) -> None:
    """The cards about it, and who waits to hear of it."""
    post.refresh_all(unit, subject(event.number))
    row = queries.find(unit.connection, event.number)
    if event.told is not None and row.state in _TOLD:
        show(unit, ReminderKind.EXPORT, event.told, export_face(event.number))
