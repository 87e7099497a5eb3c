"""The screen of 预审: what the risk rules found. See `jobs/screens.py`."""

from cards import saying
from cards.model import Card
from cards.views.risk import screening_card
from core.loans import queries
from core.loans.models import LIVE, subject
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs


def screening_face(number: int, page: int = 1) -> Face:
    """预审 of an application."""
    return Face("screening", {"application": number, "page": page}, (subject(number),))


def _screening(stage: Stage, args: Args) -> Card | Superseded:
    tagging = stage.company.tagging
    whole = queries.application(stage.session, stage.vault, stage.viewer, args["application"], tagging, stage.now)
    if whole is None or whole.screening is None:
        return Superseded()
    customer = briefs(stage, [whole.lead_id]).get(whole.lead_id)
    need = saying.need(whole.product, whole.amount_fen)
    about = f"{customer.name} {need}" if customer is not None else need
    wanted = stage.company.providers.asked_for(whole.product)
    providers = {provider.key: provider.name for provider, _ in wanted}
    live = whole.state in LIVE
    return screening_card(whole.screening, about, args["page"], stage.now, live=live, providers=providers)


SCREENING_SCREENS: dict[str, Screen] = {"screening": _screening}
