"""The application that somebody works on as its officer, or above him: held, or none that he may know of."""

from core.loans.models import subject
from core.loans.outcomes import NoSuchApplication
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.loans.sight import may_work_on
from core.people.policy import Actor
from core.store.unit import Unit


def own(unit: Unit, actor: Actor, number: int, rules: LoanRules) -> Run | NoSuchApplication:
    """The application, held, if `actor` may work on it. Who may not is audited."""
    run = hold(unit, number, rules, actor)
    if run is None or not may_work_on(unit.connection, actor, run.owner_id):
        unit.record(actor.id, "loan:denied", subject(number))
        return NoSuchApplication(number)
    return run
