"""The screens of 跟进 and 评论. See `jobs/screens.py`."""

from datetime import datetime

from cards.model import Card
from cards.views import comments as comment_views
from cards.views import follow_up as views
from cards.views.lead import lead_card
from core.leads import comments
from core.leads.models import subject
from core.leads.service import last_by
from core.leads.ways import Way
from core.leads.whole import lead_360
from core.people.policy import Verb, may
from core.store.issued import Face
from jobs.fall_screens import falls
from jobs.stage import Args, Screen, Stage, Superseded, briefs, legible


def _ask_follow_up(stage: Stage, args: Args) -> Card | Superseded:
    """The question, until it is answered; then for a way of which nobody spoke, and at last it is the lead's card."""
    lead_id = args["lead"]
    found = briefs(stage, [lead_id]).get(lead_id)
    if found is None or found.owner_id != stage.viewer.id or not may(stage.viewer, Verb.FOLLOW):
        return Superseded()
    last = last_by(stage.session, stage.viewer.id, lead_id)
    logged = last is not None and last.at >= datetime.fromisoformat(args["at"])
    if last is not None and logged and last.way:
        whole = lead_360(stage.session, stage.vault, stage.viewer, lead_id, stage.company.pools, stage.now)
        return lead_card(legible(whole), stage.now, falls(stage, whole)) if whole else Superseded()
    return views.ask_card(found, Way(args["way"]) if args["way"] else None, logged=logged)


def _comment(stage: Stage, args: Args) -> Card | Superseded:
    """As long as the viewer may look into its lead."""
    said = comments.said(stage.session, stage.vault, stage.viewer, args["comment"])
    lead = briefs(stage, [said.lead_id]).get(said.lead_id) if said else None
    return comment_views.comment_card(lead, said, stage.now) if said and lead else Superseded()


FOLLOW_UP_SCREENS: dict[str, Screen] = {"ask_follow_up": _ask_follow_up, "comment": _comment}


def ask_face(lead_id: int, asked_at: datetime, way: Way | None = None) -> Face:
    """写跟进: the question, as it was asked at `asked_at`."""
    return Face("ask_follow_up", {"lead": lead_id, "at": asked_at.isoformat(), "way": way}, (subject(lead_id),))
