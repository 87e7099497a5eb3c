"""Reminders that are put off. See `jobs/screens.py`."""

from datetime import datetime

from cards.model import Card
from cards.views import reminders as views
from core.manners.rules import tomorrow_morning
from core.store.issued import Face
from jobs.digest_screens import Draw, still_true
from jobs.stage import Args, Screen, Stage, Superseded

ASKING, PUT_OFF = "snooze", "snoozed"


def snooze_face(of: Face) -> Face:
    """When the card is to come again."""
    return Face(ASKING, _about(of), of.subjects)


def snoozed_face(of: Face, again: str, until: datetime) -> Face:
    """The card comes again as `again` at that moment."""
    return Face(PUT_OFF, _about(of) | {"again": again, "until": until.isoformat()}, of.subjects)


def put_off_face(face: Face) -> Face:
    """What the card was before it was put off, or is if it was not."""
    return Face(face.args["of"], face.args["with"]) if face.screen in (ASKING, PUT_OFF) else face


def _about(of: Face) -> dict[str, object]:
    """The lead stands on top too: when that changes hands, the card becomes the lead's (`jobs/news.py`)."""
    lead = {"lead": of.args["lead"]} if "lead" in of.args else {}
    return {"of": of.screen, "with": of.args, **lead}


def snooze_screens(draw: Draw) -> dict[str, Screen]:
    """The screens, over all others."""

    def inner(stage: Stage, args: Args) -> tuple[Card | Superseded, bool]:
        face = Face(args["of"], args["with"])
        card = draw(stage, face)
        return card, not isinstance(card, Superseded) and still_true(stage, face, card)

    def asking(stage: Stage, args: Args) -> Card | Superseded:
        """What is done by now is not asked of."""
        card, open_still = inner(stage, args)
        if isinstance(card, Superseded) or not open_still:
            return card
        return views.snooze_card(card, tomorrow_morning(stage.company.recycling.calendar, stage.now), stage.now)

    def put_off(stage: Stage, args: Args) -> Card | Superseded:
        """Until it comes again, or is done."""
        card, open_still = inner(stage, args)
        until = datetime.fromisoformat(args["until"])
        if isinstance(card, Superseded) or not open_still or until <= stage.now:
            return card
        return views.snoozed_card(card, until, stage.now)

    return {ASKING: asking, PUT_OFF: put_off}
