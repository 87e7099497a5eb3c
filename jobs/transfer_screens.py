"""The screens of several leads that changed hands at once. See `jobs/screens.py`."""

from cards.model import Card
from cards.views import transfers as views
from core.leads import queries
from core.leads.care_queries import tasks_among
from core.leads.holdings import still_owned
from core.leads.readers import reads_until
from core.people import queries as people
from core.people.policy import Verb, may
from core.privacy import mask_colleague
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs, legible, name_of


def _many_given(stage: Stage, args: Args) -> Card | Superseded:
    """Those that are his still."""
    mine = still_owned(stage.session, stage.viewer.id, args["leads"])
    found = briefs(stage, mine[: views.MOST_LISTED])
    listed = [found[lead_id] for lead_id in mine if lead_id in found]
    by = name_of(stage, args["by"])
    cares = tasks_among(stage.session, stage.viewer, mine, stage.now)
    return views.many_given_card(listed, len(mine), by, stage.now, cares) if listed else Superseded()


def _many_lost(stage: Stage, args: Args) -> Card | Superseded:
    """Those that are not his again."""
    back = set(still_owned(stage.session, stage.viewer.id, args["leads"]))
    gone = [lead_id for lead_id in args["leads"] if lead_id not in back]
    found = briefs(stage, gone[: views.MOST_LISTED])
    listed = [found[lead_id] for lead_id in gone if lead_id in found]
    by, to = name_of(stage, args["by"]), mask_colleague(name_of(stage, args["to"]))
    if not listed:
        return Superseded()
    reads = reads_until(stage.session, stage.viewer, listed[0].id, stage.now)
    return views.many_lost_card(listed, len(gone), by, to, stage.now, reads)


def _pick(stage: Stage, args: Args) -> Card | Superseded:
    """As long as he has leads to give, and the colleague is there to take them."""
    to = people.colleague(stage.session, args["to"])
    mine = queries.own_first(stage.session, stage.vault, stage.viewer, views.MOST_PICKED)
    if to is None or not mine or not may(to, Verb.FOLLOW):
        return Superseded()
    return views.pick_card([legible(lead) for lead in mine], to.id, to.name)


def pick_face(to_id: int) -> Face:
    """The own leads, to be ticked for a colleague."""
    return Face("pick_for", {"to": to_id})


TRANSFER_SCREENS: dict[str, Screen] = {"many_given": _many_given, "many_lost": _many_lost, "pick_for": _pick}
