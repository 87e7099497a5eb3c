"""The screens of 超时回收: warnings, what fell, the question for more time. See `jobs/screens.py`."""

from collections import Counter
from datetime import datetime, timedelta

from cards import saying
from cards.model import Card
from cards.views import recycling as views
from cards.views.lead import lead_card
from core.leads.access import pools_to_see
from core.leads.models import Deferral
from core.leads.queries import Brief
from core.leads.recycle import held
from core.leads.recycling import Due, due
from core.leads.whole import Lead360
from core.people import queries as people
from jobs.stage import Args, Screen, Stage, Superseded, briefs, legible, name_of, whole_of


def falls(stage: Stage, lead: Lead360) -> Due | None:
    """When the lead falls, for the eyes of who has it; None for all others, or if it never does."""
    return _falls(stage, [lead.id]).get(lead.id) if lead.mine else None


def _falls(stage: Stage, lead_ids: list[int]) -> dict[int, Due]:
    rules = stage.company.recycling
    found = {number: due(rules, one) for number, one in held(stage.session, lead_ids).items()}
    return {number: one for number, one in found.items() if one is not None}


def _about_to_fall(stage: Stage, args: Args) -> Card | Superseded:
    """A warning, to who has the lead still; once he has done something it is the lead's card."""
    falling, rules = soon(stage, [args["lead"]]), stage.company.recycling
    if falling:
        ((lead, ends),) = falling
        return views.warning_card(lead, ends, stage.now, can_extend=rules.extension is not None)
    lead_now = whole_of(stage, args["lead"])
    if lead_now is None or not lead_now.mine:
        return Superseded()
    return lead_card(legible(lead_now), stage.now, falls(stage, lead_now))


def _many_about_to_fall(stage: Stage, args: Args) -> Card | Superseded:
    """Those that are still his and still about to fall: he may have done something meanwhile."""
    falling = soon(stage, args["leads"])
    return views.warnings_card(falling[: views.MOST_LISTED], len(falling), stage.now) if falling else Superseded()


def soon(stage: Stage, lead_ids: list[int], *, least: timedelta = timedelta(0)) -> list[tuple[Brief, Due]]:
    """Those of these leads that the viewer has and that fall soon, the first to fall first: within the longest time for
    which the company warns, and `least`."""
    rules = stage.company.recycling
    latest = max(stage.now + least, *(length.after(rules.calendar, stage.now) for length in rules.warnings), stage.now)
    ends = {number: one for number, one in _falls(stage, lead_ids).items() if stage.now < one.at <= latest}
    found = [lead for lead in briefs(stage, list(ends)).values() if lead.owner_id == stage.viewer.id]
    return sorted(((lead, ends[lead.id]) for lead in found), key=lambda one: one[1].at)


def _fallen(stage: Stage, args: Args) -> Card | Superseded:
    pools = stage.company.pools
    lines = [(number, saying.pool_name(pools.by_key(pool))) for number, pool in args["leads"]]
    return views.fallen_card(lines, args["count"], args["rule"], stage.now)


def _fallen_below(stage: Stage, args: Args) -> Card | Superseded:
    """The button opens the first of the pools that the viewer may look into, if there is one."""
    visible = {pool.key for pool in pools_to_see(stage.viewer, stage.company.pools)}
    pool = next((key for key in args["pools"] if key in visible), None)
    counts = Counter({int(person): count for person, count in args["people"].items()})
    names = people.names(stage.session, counts)
    lines = [(names.get(person, "同事"), count) for person, count in counts.most_common()]
    return views.fallen_below_card(lines, args["rule"], pool, stage.now)


def _extension(stage: Stage, args: Args) -> Card | Superseded:
    asked = stage.session.get(Deferral, args["number"])
    lead = briefs(stage, [asked.lead_id]).get(asked.lead_id) if asked else None
    if asked is None or lead is None:
        return Superseded()
    owner, ends = name_of(stage, asked.owner_id), _falls(stage, [lead.id]).get(lead.id)
    if asked.by_id is not None:
        until = f"延期到 {saying.at(asked.until, stage.now)}" if asked.until else "不同意"
        return views.decided_card(lead, owner, until)
    rule = stage.company.recycling.extension
    if lead.owner_id != asked.owner_id or ends is None or rule is None:
        return views.decided_card(lead, owner, "已不需要延期")
    until_then = rule.length.after(stage.company.recycling.calendar, max(ends.at, stage.now))
    return views.extension_card(lead, owner, ends, until_then, asked.id, stage.now)


def _extended(stage: Stage, args: Args) -> Card | Superseded:
    brief = briefs(stage, [args["lead"]]).get(args["lead"])
    if brief is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    until = datetime.fromisoformat(args["until"]) if args["until"] else None
    ends = _falls(stage, [brief.id]).get(brief.id)
    return views.extended_card(brief, name_of(stage, args["by"]), until, ends, stage.now)


FALL_SCREENS: dict[str, Screen] = {
    "about_to_fall": _about_to_fall,
    "many_about_to_fall": _many_about_to_fall,
    "fallen": _fallen,
    "fallen_below": _fallen_below,
    "extension": _extension,
    "extended": _extended,
}
