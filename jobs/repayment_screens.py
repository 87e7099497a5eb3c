"""The screens of 贷后. See `jobs/screens.py`."""

from datetime import date

from cards.model import Card
from cards.views import repayment as views
from core.loans import queries
from core.loans.aftercare import may_record
from core.loans.loan_now import LoanNow, loan_now
from core.loans.models import subject
from core.loans.overdue import late_loans
from core.loans.sight import may_see_loan
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Verb, may
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs


def _loan_of(stage: Stage, number: int) -> tuple[LoanNow, str, str, bool] | None:
    """The loan, its customer's name, its product, and whether the viewer may record what is paid back, if he may see
    it."""
    owner = queries.owner_and_product(stage.session, number)
    if owner is None or not may_see_loan(stage.session.connection(), stage.viewer, number, owner[0], stage.now):
        return None
    loan = loan_now(stage.session.connection(), number, stage.now)
    if loan is None:
        return None
    brief = briefs(stage, [loan.lead_id]).get(loan.lead_id)
    name = brief.name if brief is not None else f"L{loan.lead_id}"
    return loan, name, owner[1], may_record(stage.session.connection(), stage.viewer, owner[0])


def _loan(stage: Stage, args: Args) -> Card | Superseded:
    found = _loan_of(stage, args["number"])
    if found is None:
        return Superseded()
    loan, name, product, records = found
    return views.loan_card(loan, name, product, records=records)


def _plan(stage: Stage, args: Args) -> Card | Superseded:
    found = _loan_of(stage, args["number"])
    return Superseded() if found is None else views.plan_card(found[0], found[1], args["page"], day_of(stage.now))


def _due(stage: Stage, args: Args) -> Card | Superseded:
    """As long as it is not paid: a reminder of what was paid meanwhile says what is no longer true."""
    found, due = _loan_of(stage, args["number"]), date.fromisoformat(args["due"])
    if found is None or found[0].stands is None:
        return Superseded()
    parts = {part.instalment.due: part for part in found[0].stands.parts}
    if due not in parts or not parts[due].open_fen:
        return Superseded()
    return views.due_card(found[0], found[1], due, args["what"], day_of(stage.now), records=found[3])


def _late(stage: Stage, args: Args) -> Card | Superseded:
    """Of whom the viewer looks after now."""
    if not may(stage.viewer, Verb.REPAY):
        return Superseded()
    page = late_loans(stage.session, stage.viewer, args["page"], stage.now)
    found = briefs(stage, [line.lead_id for line in page.lines])
    customers = {number: brief.name for number, brief in found.items()}
    names = people.names(stage.session, [line.owner_id for line in page.lines])
    return views.late_card(page, customers, names, stage.viewer.id)


REPAYMENT_SCREENS: dict[str, Screen] = {"loan_late": _late, "loan": _loan, "loan_plan": _plan, "loan_due": _due}


def loan_face(number: int) -> Face:
    """How a loan stands."""
    return Face("loan", {"number": number}, (loan_subject(number),))


def plan_face(number: int, page: int) -> Face:
    """还款计划."""
    return Face("loan_plan", {"number": number, "page": page}, (loan_subject(number),))


def due_face(number: int, due: date, what: str) -> Face:
    """An instalment is due, or late."""
    return Face("loan_due", {"number": number, "due": due.isoformat(), "what": what}, (loan_subject(number),))


def late_face(page: int) -> Face:
    """逾期."""
    return Face("loan_late", {"page": page})


def loan_subject(number: int) -> str:
    """How the cards are found that show the loan of an application."""
    return f"{subject(number)}:loan"
