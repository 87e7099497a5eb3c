"""Who is told when a task has come to a rung of its ladder. See `jobs/notices.py`."""

from cards.texts import deadlines as texts
from core.loans.events import RungReached
from core.loans.flows import Rung
from core.loans.standing_in import stand_ins_of
from core.loans.task_deadlines import node_name
from core.people import queries as people
from core.store.unit import Unit
from jobs.deadline_screens import due_face, late_below_face
from jobs.reach import say, show

_TAKES_AWAY = (Rung.REASSIGN, Rung.AGREE, Rung.REFUSE)


def rung_reached(unit: Unit, event: RungReached) -> None:
    """Who has the task, and who stands in for him; his superior, where the flow says so. What was taken from him he is
    told in words, for its card is no longer his."""
    if event.possible and event.does in _TAKES_AWAY:
        _tell_it_went(unit, event)
        return
    should_at = event.should_at if event.late else None
    for person_id in dict.fromkeys((event.person_id, *stand_ins_of(unit, event.person_id))):
        show(unit, person_id, due_face(event.task_id, should_at))
    if event.does is Rung.SUPERIOR and event.superior_id is not None:
        show(unit, event.superior_id, late_below_face(event.task_id, should_at))


def _tell_it_went(unit: Unit, event: RungReached) -> None:
    to = people.names(unit.session, [event.superior_id]).get(event.superior_id or 0, "")
    node = node_name(unit.connection, event.task_id)
    say(unit, event.person_id, texts.went_on(event.application_id, node, event.does, to))
