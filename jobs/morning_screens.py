"""The screens of 早报. See `jobs/screens.py`."""

from datetime import datetime, timedelta

from cards.model import Card
from cards.views import morning as views
from cards.views import recycling as fall_views
from core.calendar import CHINA
from core.leads import morning
from core.leads.access import pools_to_claim_from
from core.leads.queries import Brief
from core.leads.recycling import Due
from core.people.policy import Verb, may
from core.store.issued import Face
from jobs.fall_screens import soon
from jobs.follow_task_screens import follow_tasks_of
from jobs.stage import Args, Screen, Stage, Superseded, briefs, legible

_MOST_LISTED = 5
_SOON = timedelta(days=1)


def _morning(stage: Stage, args: Args) -> Card | Superseded:
    """The day's card, on its day. Who has nothing to do gets none, unless he has asked for it."""
    today = stage.now.astimezone(CHINA).date().isoformat()
    if args["day"] != today or not may(stage.viewer, Verb.FOLLOW):
        return Superseded()
    calendar = stage.company.recycling.calendar
    day = morning.morning(stage.session, stage.vault, stage.viewer, calendar, stage.now)
    day = morning.with_due(day, tuple(legible(lead) for lead in day.due))
    falling = _falling(stage)
    tasks = follow_tasks_of(stage)
    if day.is_empty and not falling and not tasks and not args.get("asked"):
        return Superseded()
    pool = next(iter(pools_to_claim_from(stage.viewer, stage.company.pools)), None)
    first = falling[0][1] if falling else None
    return views.morning_card(stage.viewer.name, day, len(falling), first, pool, stage.now, tasks)


def _falling(stage: Stage) -> list[tuple[Brief, Due]]:
    return soon(stage, morning.own_leads(stage.session, stage.viewer.id), least=_SOON)


def _my_falling(stage: Stage, args: Args) -> Card | Superseded:  # noqa: ARG001
    falling = _falling(stage)
    if not falling:
        return views.none_falling_card()
    return fall_views.warnings_card(falling[:_MOST_LISTED], len(falling), stage.now)


def _new_leads(stage: Stage, args: Args) -> Card | Superseded:  # noqa: ARG001
    since = morning.last_workday_start(stage.company.recycling.calendar, stage.now)
    fresh = morning.fresh_leads(stage.session, stage.viewer.id, since)
    found = briefs(stage, fresh[:_MOST_LISTED])
    return views.fresh_card([found[lead] for lead in fresh if lead in found], len(fresh), stage.now)


MORNING_SCREENS: dict[str, Screen] = {"morning": _morning, "my_falling": _my_falling, "new_leads": _new_leads}
LISTS = {
    views.FALLING: Face("my_falling", {}),
    views.FRESH: Face("new_leads", {}),
    views.TASKS: Face("follow_tasks", {}),
}
"""What the buttons of the card open, by what stands in them."""


def morning_face(now: datetime, *, asked: bool = False) -> Face:
    """早报 of the day of now; `asked` for by a word."""
    day = now.astimezone(CHINA).date().isoformat()
    return Face("morning", {"day": day, **({"asked": 1} if asked else {})})
