"""Who is told when a task has come to a rung of its ladder. See `jobs/notices.py`."""

from collections.abc import Iterator, Sequence

from cards.texts import deadlines as texts
from core.loans.events import RungReached, RungsReached
from core.loans.flows import ACTS, Rung
from core.loans.standing_in import stand_ins
from core.loans.task_deadlines import node_name
from core.loans.task_queries import open_there
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.store.issued import Face
from core.store.unit import Unit
from jobs.deadline_screens import due_face, late_below_face
from jobs.reach import say, show_several


def rungs_reached(unit: Unit, event: RungsReached) -> None:
    """Who has each task, and who stands in for him; his superior, where the flow says so. What was taken from him he is
    told in words, for its card is no longer his."""
    instead = stand_ins(unit, {rung.person_id for rung in event.rungs})
    cards: list[tuple[ReminderKind, int, Face]] = []
    for rung in event.rungs:
        if rung.possible and rung.does in ACTS:
            _tell_it_went(unit, rung)
        else:
            cards += _cards(rung, instead.get(rung.person_id, []))
    show_several(unit, cards)


def _cards(rung: RungReached, instead: Sequence[int]) -> Iterator[tuple[ReminderKind, int, Face]]:
    should_at = rung.should_at if rung.late else None
    above = rung.to_id if rung.does is Rung.SUPERIOR else None
    for person_id in dict.fromkeys((rung.person_id, *instead)):
        yield ReminderKind.DEADLINE, person_id, due_face(rung.task_id, should_at, above)
    if above is not None:
        yield ReminderKind.BELOW, above, late_below_face(rung.task_id, should_at)


def _tell_it_went(unit: Unit, event: RungReached) -> None:
    to = people.names(unit.session, [event.to_id]).get(event.to_id or 0, "")
    node = node_name(unit.connection, event.task_id)
    still = open_there(unit.connection, event.application_id, event.person_id)
    say(unit, ReminderKind.DEADLINE, event.person_id, texts.went_on(event.application_id, node, event.does, to, still))
