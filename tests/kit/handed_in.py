"""Applications of the sample company that run through the shipped flow, without typing: for tests of what is shown of
them. The form asks for no papers here."""

from dataclasses import replace

from sqlalchemy import select

from core.loans import deciding, service
from core.loans.deciding import Wish
from core.loans.flows import Decision
from core.loans.models import Task, TaskState
from core.loans.outcomes import Started, Submitted
from core.loans.rules import LoanRules
from kit.company import Company

FILLED = {
    "term": "36",
    "purpose": "装修",
    "id_number": "150102199003070012",
    "marriage": "未婚",
    "work": "受薪",
    "monthly_income": 1_200_000,
    "monthly_debts": 100_000,
    "overdue_now": 0,
    "overdue_two_years": "0",
}


def without_papers(company: Company) -> LoanRules:
    """The company asks for no papers from now on; its rules of loans."""
    now = company.runtime.company
    forms = tuple(replace(form, documents=()) for form in now.loans.forms)
    company.runtime.in_force.hold(replace(now, forms=forms))
    return company.runtime.company.loans


def hand_in(
    company: Company, by: str, amount_fen: int = 10_000_000, name: str = "刘志强", phone: str = "13947100001"
) -> int:
    """An application of `by` over so much, handed in; its number."""
    rules = without_papers(company)
    lead = company.lead(name, phone, by=by, product="credit")
    actor = company.person(by).actor
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        started = service.start(unit, actor, lead, "credit", FILLED | {"amount": amount_fen}, rules)
        assert isinstance(started, Started), started
        assert started.wrong == (), started
        handed_in = service.submit(unit, actor, started.application_id, rules)
        assert isinstance(handed_in, Submitted), handed_in
    return started.application_id


def hand_in_again(company: Company, by: str, number: int) -> None:
    """What came back to its officer."""
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        came = service.submit(unit, company.person(by).actor, number, company.runtime.company.loans)
        assert isinstance(came, Submitted), came
    company.settle()


def decide(company: Company, who: str, number: int, decision: Decision = Decision.AGREE, node: str = "") -> object:
    """`who` decides on the application by his open task; what came of it."""
    actor, rules = company.person(who).actor, company.runtime.company.loans
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        his = (Task.application_id == number, Task.person_id == actor.id, Task.state == TaskState.OPEN.value)
        task = unit.session.scalars(select(Task.id).where(*his)).one()
        reason = "材料不齐" if decision is not Decision.AGREE else ""
        came = deciding.decide(unit, actor, task, Wish(decision, reason=reason, node=node), rules)
    company.settle()
    return came
