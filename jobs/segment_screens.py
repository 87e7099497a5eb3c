"""The screen of 部门客户. See `jobs/screens.py`."""

from dataclasses import replace

from cards.model import Card
from cards.views import segments as views
from core.leads.segments import segment_page, to_token, unpack_segment
from core.people.policy import Verb, may
from jobs.stage import Args, Screen, Stage, Superseded, legible


def _segment(stage: Stage, args: Args) -> Card | Superseded:
    segment, viewer = unpack_segment(args["segment"]), stage.viewer
    if not may(viewer, Verb.SEGMENT):
        return Superseded()
    page = segment_page(stage.session, stage.vault, viewer, segment, args["page"], stage.company.tagging, stage.now)
    page = replace(page, leads=tuple(legible(lead) for lead in page.leads))
    owns, cares = may(viewer, Verb.FOLLOW), may(viewer, Verb.CARE)
    return views.segment_card(page, to_token(segment), stage.now, owns_leads=owns, may_care=cares)


SEGMENT_SCREENS: dict[str, Screen] = {"segment": _segment}
