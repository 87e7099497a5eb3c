"""撤回授权: the customer takes back what he authorised. Nothing more is asked about him, for none of his applications,
and what waits for a report goes on without it, or back to its officer."""

from dataclasses import dataclass

from core.loans.events import ApplicationChanged
from core.loans.outcomes import NoSuchApplication
from core.loans.own import own
from core.loans.report_subject import applications_of
from core.loans.reported import fell_through, look_again
from core.loans.rules import LoanRules
from core.moments import day_of
from core.people.policy import Actor
from core.risk import consent, reports
from core.risk.consent import Ended
from core.risk.reports import ReportState
from core.store.unit import Unit

TAKEN_BACK = "客户撤回了授权"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The customer of the application took back what he had authorised for these purposes."""

    application_id: int
    purposes: tuple[str, ...]


def withdraw(unit: Unit, actor: Actor, number: int, rules: LoanRules) -> Withdrawn | NoSuchApplication:
    """Whoever may work on the application does it."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    his = applications_of(unit.connection, run.lead.customer_id)
    there = consent.standing(unit.connection, unit.vault, his, day_of(unit.now))
    consent.end(unit, actor.id, there, Ended.WITHDRAWN)
    for report in reports.awaited(unit.connection, unit.vault, his):
        fell_through(unit, report, ReportState.STOPPED, TAKEN_BACK, rules)
    for each in his if there else ():
        look_again(unit, each, rules)
    if there:
        unit.happened(ApplicationChanged(run.id, run.row.lead_id))
    return Withdrawn(number, tuple(dict.fromkeys(each.purpose for each in there)))
