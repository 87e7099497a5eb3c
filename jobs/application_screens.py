"""The screens of 进件 as its officer works on it. See `jobs/screens.py`."""

from cards.model import Card
from cards.views import application as views
from cards.views import papers as paper_views
from cards.views.repayment import loan_line
from core.loans import loan_now, queries, reporting, todo
from core.loans.applicant import own_of
from core.loans.flows import Decision
from core.loans.forms import FieldKind
from core.loans.models import LIVE, State, subject
from core.loans.papers import offered
from core.loans.queries import ApplicationNow
from core.loans.sight import may_see_loan, may_work_on
from core.loans.taking_back import too_late_to_withdraw
from core.loans.todo import Opinion
from core.people import queries as people
from core.privacy import mask_id_number, mask_phone
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs

_TO_FILL = (State.DRAFT, State.RETURNED)


def _now(stage: Stage, number: int) -> ApplicationNow | None:
    return queries.application(stage.session, stage.vault, stage.viewer, number, stage.company.tagging, stage.now)


def _works(stage: Stage, now: ApplicationNow) -> bool:
    return may_work_on(stage.session.connection(), stage.viewer, now.owner_id)


def _customer(stage: Stage, lead_id: int) -> str:
    found = briefs(stage, [lead_id]).get(lead_id)
    return found.name if found is not None else ""


def _application(stage: Stage, args: Args) -> Card | Superseded:
    now = _now(stage, args["application"])
    if now is None:
        return Superseded()
    against = _against(stage, now)
    names = people.names(stage.session, views.people_of(now, against))
    works, connection = _works(stage, now), stage.session.connection()
    running = works and now.state is State.RUNNING
    withdrawable = running and too_late_to_withdraw(connection, now.number, now.flow) is None
    to_bring = _reports_to_bring(stage, now.number) if now.state in _TO_FILL else 0
    seen = views.Seen(now, _customer(stage, now.lead_id), names, against, works, withdrawable, to_bring)
    return views.application_card(seen, stage.now)


def _reports_to_bring(stage: Stage, number: int) -> int:
    connection = stage.session.connection()
    seen = reporting.seen_by(connection, stage.vault, stage.viewer, number, stage.company.loans, stage.now)
    return len(reporting.to_bring(seen.reports)) if seen is not None else 0


def _against(stage: Stage, now: ApplicationNow) -> Opinion | None:
    """The last return of what came back, and what ended that which was refused."""
    told = todo.opinions(stage.session, stage.vault, now.number, now.flow)
    if now.state is State.ENDED:
        return told[-1] if told and told[-1].decision is Decision.REFUSE else None
    return next((each for each in reversed(told) if each.decision is Decision.RETURN), None)


def _question(stage: Stage, args: Args) -> Card | Superseded:
    """The question, as long as its answer may be written down; then it is the application."""
    now = _now(stage, args["application"])
    each = next((one for one in now.fields if one.field.key == args["field"]), None) if now is not None else None
    if now is None or each is None or now.state not in _TO_FILL or not _works(stage, now):
        return _application(stage, args)
    own = own_of(stage.session, stage.vault, stage.viewer, now, each.field)
    masked = "" if own is None else mask_phone(own) if each.field.kind is FieldKind.PHONE else mask_id_number(own)
    return views.question_card(now, each, masked, people.names(stage.session, views.people_of(now)))


def _fields(stage: Stage, args: Args) -> Card | Superseded:
    now = _now(stage, args["application"])
    if now is None or now.state not in _TO_FILL or not _works(stage, now):
        return _application(stage, args)
    return views.fields_card(now, args["page"], people.names(stage.session, views.people_of(now)))


def _filled(stage: Stage, args: Args) -> Card | Superseded:
    now = _now(stage, args["application"])
    if now is None:
        return Superseded()
    names = people.names(stage.session, views.people_of(now))
    return views.whole_card(now, args["page"], _customer(stage, now.lead_id), names)


def _drop(stage: Stage, args: Args) -> Card | Superseded:
    now = _now(stage, args["application"])
    if now is None or now.state not in _TO_FILL or not _works(stage, now):
        return _application(stage, args)
    return views.drop_card(now, _customer(stage, now.lead_id))


def _papers(stage: Stage, args: Args) -> Card | Superseded:
    now = _now(stage, args["application"])
    if now is None or now.state not in LIVE or not now.papers or not _works(stage, now):
        return _application(stage, args)
    return paper_views.papers_card(now)


def _paper(stage: Stage, args: Args) -> Card | Superseded:
    now = _now(stage, args["application"])
    each = next((one for one in now.papers if one.document.key == args["paper"]), None) if now is not None else None
    if now is None or each is None or now.state not in LIVE or not _works(stage, now):
        return _papers(stage, args)
    offer = offered(stage.session.connection(), stage.vault, stage.viewer.id, now.number, each.document.key, stage.now)
    return paper_views.paper_card(now, each, offer)


APPLICATION_SCREENS: dict[str, Screen] = {
    "application": _application,
    "app_question": _question,
    "app_fields": _fields,
    "app_filled": _filled,
    "app_drop": _drop,
    "app_papers": _papers,
    "app_paper": _paper,
}


def live_line(stage: Stage, lead_id: int) -> str:
    """The lead's application that is under way, else its loan, in a line of its card; empty if there is none that the
    viewer may know of."""
    live = queries.live_of_lead(stage.session, lead_id)
    if live is None:
        return _lent_line(stage, lead_id)
    now = _now(stage, live[0])
    return views.live_line(now, people.names(stage.session, views.people_of(now))) if now is not None else ""


def _lent_line(stage: Stage, lead_id: int) -> str:
    """The same of a loan that is paid back."""
    number = loan_now.newest_of_lead(stage.session.connection(), lead_id)
    owner = queries.owner_and_product(stage.session, number) if number is not None else None
    connection = stage.session.connection()
    if number is None or owner is None or not may_see_loan(connection, stage.viewer, number, owner[0], stage.now):
        return ""
    loan = loan_now.loan_now(connection, number, stage.now)
    return loan_line(loan) if loan is not None else ""


def application_face(number: int) -> Face:
    """进件: the application."""
    return Face("application", {"application": number}, (subject(number),))


def question_face(number: int, key: str) -> Face:
    """A question. It is not found when the application changes: each answer would change every question before it."""
    return Face("app_question", {"application": number, "field": key})


def fields_face(number: int, page: int = 1) -> Face:
    """修改."""
    return Face("app_fields", {"application": number, "page": page})


def filled_face(number: int, page: int) -> Face:
    """详情. It is found when the application changes, to be as it is then."""
    return Face("app_filled", {"application": number, "page": page}, (subject(number),))


def drop_face(number: int) -> Face:
    """放弃, asked once more."""
    return Face("app_drop", {"application": number}, (subject(number),))


def papers_face(number: int) -> Face:
    """补材料."""
    return Face("app_papers", {"application": number}, (subject(number),))


def paper_face(number: int, key: str) -> Face:
    """One paper of the checklist."""
    return Face("app_paper", {"application": number, "paper": key}, (subject(number),))
