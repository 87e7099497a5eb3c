"""The screens of 等级 and 标签. See `jobs/screens.py`."""

from cards.model import Card
from cards.views import marking as views
from cards.views.lead import lead_card
from core.leads.tagged import mark_history
from core.leads.tags import picture
from core.leads.whole import Lead360
from core.people.policy import Verb
from jobs.fall_screens import falls
from jobs.stage import Args, Screen, Stage, Superseded, legible, whole_of


def _marks(stage: Stage, args: Args) -> Card | Superseded:
    lead = whole_of(stage, args["lead"])
    if lead is None or Verb.MARK not in lead.verbs:
        return _instead(stage, lead)
    history = mark_history(stage.session, lead.id)
    return views.marks_card(legible(lead), stage.company.tagging, history, stage.now)


def _tags(stage: Stage, args: Args) -> Card | Superseded:
    lead, tagging = whole_of(stage, args["lead"]), stage.company.tagging
    offered = tagging.for_card(stage.viewer)
    if lead is None or Verb.MARK not in lead.verbs or not offered:
        return _instead(stage, lead)
    history = mark_history(stage.session, lead.id)
    seen = picture(tagging, stage.viewer, lead.marks)
    return views.tags_card(legible(lead), offered, history, seen, stage.now)


def _instead(stage: Stage, lead: Lead360 | None) -> Card | Superseded:
    """What there is to see of a lead that the viewer may not mark, or not any more."""
    return lead_card(legible(lead), stage.now, falls(stage, lead)) if lead else Superseded()


MARK_SCREENS: dict[str, Screen] = {"marks": _marks, "tags": _tags}
