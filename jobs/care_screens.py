"""The screens of 批量关怀. See `jobs/screens.py`."""

from cards import saying
from cards.model import Card
from cards.views import caring as views
from core.leads.care_queries import CareNow, care_now, care_progress, tasks_of
from core.leads.caring import leads_for
from core.people import queries as people
from core.people.policy import Verb, may
from jobs.stage import Args, Screen, Stage, Superseded, briefs, name_of


def _care(stage: Stage, args: Args) -> Card | Superseded:
    """To who began it, or is about to: the draft, then how far it has come."""
    care = care_now(stage.session, stage.vault, args["care"])
    if care is None or (care.begun_at is None and care.until is not None):
        return views.dropped_card(args["care"])
    if care.by_id != stage.viewer.id or not may(stage.viewer, Verb.CARE):
        return Superseded()
    if care.begun_at is None:
        company = stage.company
        leads = leads_for(stage.session, stage.viewer, care.segment, company.tagging, company.care, stage.now)
        return views.plan_card(care, len(leads), len({owner for _, owner in leads}))
    return _progress(stage, care)


def _progress(stage: Stage, care: CareNow) -> Card:
    progress = care_progress(stage.session, care.number)
    names = people.names(stage.session, [share.owner_id for share in progress.shares])
    shares = [
        (names.get(share.owner_id, "同事") if share.owner_id else "公海（没有归属人）", share.done, share.total)
        for share in progress.shares
    ]
    return views.progress_card(care, progress, shares, stage.now)


def _care_tasks(stage: Stage, args: Args) -> Card | Superseded:
    """What is left for the viewer: leads that are his now, whoever had them when it began."""
    care = care_now(stage.session, stage.vault, args["care"])
    if care is None or care.begun_at is None:
        return Superseded()
    open_now = tasks_of(stage.session, stage.viewer, care.number, stage.now)
    if not open_now:
        return views.tasks_done_card(care, stage.now)
    shown = open_now[: views.PAGE]
    found = briefs(stage, shown)
    by = "您" if care.by_id == stage.viewer.id else saying.short_name(name_of(stage, care.by_id))
    return views.tasks_card(care, [found[number] for number in shown if number in found], len(open_now), by)


CARE_SCREENS: dict[str, Screen] = {"care": _care, "care_tasks": _care_tasks}
