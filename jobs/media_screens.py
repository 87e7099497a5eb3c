"""The screens of 附件. See `jobs/screens.py`."""

from cards.model import Card
from cards.views import media as views
from core.leads import media
from core.leads.models import subject
from core.loans.papers import names_of
from core.people import queries as people
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs

SORT_SCREEN = "sort_media"


def _sort(stage: Stage, args: Args) -> Card | Superseded:  # noqa: ARG001
    """The question, as long as something waits for the answer."""
    count = media.unsorted_count(stage.session, stage.viewer.id)
    if not count:
        return views.sorted_card()
    recent = media.recent_leads(stage.session, stage.viewer.id, views.MOST_LEADS)
    found = briefs(stage, recent)
    return views.sort_card(count, [found[lead] for lead in recent if lead in found])


def _media(stage: Stage, args: Args) -> Card | Superseded:
    page = media.kept_page(stage.session, stage.vault, stage.viewer, args["lead"], args["page"])
    if page is None or not page.count:
        return Superseded()
    names = people.names(stage.session, [each.who for each in page.items])
    papers = names_of(stage.session.connection(), [each.id for each in page.items])
    return views.media_card(page, names, stage.now, papers)


MEDIA_SCREENS: dict[str, Screen] = {SORT_SCREEN: _sort, "media": _media}


def unsorted_subject(person_id: int) -> str:
    """Under which the question is found that asks this person where something belongs."""
    return f"unsorted:{person_id}"


def sort_face(person_id: int) -> Face:
    """The question where it belongs."""
    return Face(SORT_SCREEN, {}, (unsorted_subject(person_id),))


def media_face(lead_id: int, page: int = 1) -> Face:
    """附件 of a lead."""
    return Face("media", {"lead": lead_id, "page": page}, (subject(lead_id),))
