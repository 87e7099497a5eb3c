"""The screens of 离职交接. See `jobs/screens.py`."""

from collections.abc import Sequence

from cards.model import Card
from cards.views import handover as views
from core.handover import queries
from core.handover.models import subject
from core.handover.queries import Line, Overview
from core.leads.care_queries import tasks_among
from core.leads.holdings import still_owned
from core.people import queries as people
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs, name_of


def _handover(stage: Stage, args: Args) -> Card | Superseded:
    """As it stands, for who may look at it now."""
    one = queries.overview(stage.session, stage.viewer, args["number"])
    if one is None:
        return Superseded()
    words = stage.words(one.leaver_id, one.to_id, *_people(one.odd))
    leaver, to = (words.names.get(number or 0, "") for number in (one.leaver_id, one.to_id))
    department = people.department_of(stage.session, one.leaver_id) or ""
    return views.handover_card(one, leaver, department, to, words, ask=bool(args.get("ask")))


def _items(stage: Stage, args: Args) -> Card | Superseded:
    one: Overview | None = queries.overview(stage.session, stage.viewer, args["number"], most_odd=0)
    if one is None:
        return Superseded()
    pages = max(-(-one.total // queries.PAGE), 1)
    page = min(max(args["page"], 1), pages)
    lines = queries.lines(stage.session, one.number, page)
    return views.items_card(one.number, lines, page, pages, stage.words(*_people(lines)))


def _people(lines: Sequence[Line]) -> list[int | None]:
    """Who is named in them: new owners, and whose limit it was."""
    results = [line.result.to_id for line in lines if line.result]
    return [*results, *(line.back.to_id for line in lines if line.back)]


def _handed(stage: Stage, args: Args) -> Card | Superseded:
    """Those that are his still."""
    got = queries.given_to(stage.session, args["number"]).get(stage.viewer.id, {})
    mine = still_owned(stage.session, stage.viewer.id, got.get("lead", []))
    found = briefs(stage, mine[: views.MOST_LISTED])
    listed = [found[lead_id] for lead_id in mine if lead_id in found]
    if not listed:
        return Superseded()
    leaver_id, by_id, _ = queries.people_of(stage.session, args["number"])
    reminders = len(set(got.get("reminder", [])) & set(mine))
    leaver, by = name_of(stage, leaver_id), name_of(stage, by_id)
    cares = tasks_among(stage.session, stage.viewer, mine, stage.now)
    return views.handed_card(listed, len(mine), reminders, leaver, by, stage.now, cares)


def _taken(stage: Stage, args: Args) -> Card | Superseded:
    """Those that are not his again."""
    gone = queries.went_back(stage.session, args["number"]).get(stage.viewer.id, [])
    his = set(still_owned(stage.session, stage.viewer.id, gone))
    left = [lead_id for lead_id in gone if lead_id not in his]
    if not left:
        return Superseded()
    leaver_id, _, by_id = queries.people_of(stage.session, args["number"])
    return views.taken_card(left, name_of(stage, leaver_id), name_of(stage, by_id), stage.now)


HANDOVER_SCREENS: dict[str, Screen] = {
    "handover": _handover,
    "handover_items": _items,
    "handed": _handed,
    "taken": _taken,
}


def handover_face(number: int, *, ask: bool = False) -> Face:
    """How a hand-over stands."""
    return Face("handover", {"number": number, "ask": int(ask)}, (subject(number),))


def items_face(number: int, page: int) -> Face:
    """明细."""
    return Face("handover_items", {"number": number, "page": page}, (subject(number),))
