"""The screen of 报告: the outside reports of an application. See `jobs/screens.py`."""

from cards import saying
from cards.model import Card
from cards.views.reports import reports_card
from core.loans import reporting
from core.loans.forms import AMOUNT
from core.loans.models import subject
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs


def reports_face(number: int) -> Face:
    """报告 of an application."""
    return Face("app_reports", {"application": number}, (subject(number),))


def _reports(stage: Stage, args: Args) -> Card | Superseded:
    number, executor = args["application"], stage.session.connection()
    seen = reporting.seen_by(executor, stage.vault, stage.viewer, number, stage.company.loans, stage.now)
    if seen is None or not seen.reports:
        return Superseded()
    of = seen.subject
    customer = briefs(stage, [of.lead_id]).get(of.lead_id)
    need = saying.need(of.product, of.values.get(AMOUNT))
    about = f"{customer.name} {need}" if customer is not None else need
    sees = seen.sees_figures
    return reports_card(number, about, seen.reports, stage.now, works_on=seen.works_on, sees_figures=sees)


REPORT_SCREENS: dict[str, Screen] = {"app_reports": _reports}
