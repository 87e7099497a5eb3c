"""The screens of 自动分配. See `jobs/screens.py`."""

from cards import saying
from cards.model import Card
from cards.views import assigning as views
from core.leads import assigned
from core.leads.care_queries import tasks_among
from core.leads.explaining import queued_in
from core.leads.holdings import still_owned
from jobs.stage import Args, Screen, Stage, Superseded, briefs


def _many_received(stage: Stage, args: Args) -> Card | Superseded:
    """Those that are his still."""
    mine = still_owned(stage.session, stage.viewer.id, args["leads"])
    found = briefs(stage, mine[: views.MOST_LISTED])
    listed = [found[lead_id] for lead_id in mine if lead_id in found]
    cares = tasks_among(stage.session, stage.viewer, mine, stage.now)
    return views.many_received_card(listed, len(mine), stage.now, cares) if listed else Superseded()


def _nobody_eligible(stage: Stage, args: Args) -> Card | Superseded:
    """As long as some wait, in the pools that the viewer looks after: what `分配队列` shows him, no more."""
    keys = [key for key in queued_in(stage.viewer, stage.company.pools) if key in args["pools"]]
    waiting = [one for one in assigned.queue(stage.session, keys) if one.why.rule == args["rule"]]
    names = [saying.pool_name(stage.company.pools.by_key(one.pool)) for one in waiting]
    return views.nobody_card(waiting, names, stage.now) if waiting else Superseded()


ASSIGNMENT_SCREENS: dict[str, Screen] = {"many_received": _many_received, "nobody_eligible": _nobody_eligible}
