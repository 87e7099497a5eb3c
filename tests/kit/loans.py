"""Applications in the sample company, for scenarios that begin where one is handed in."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.loans import service
from core.loans.models import Application, StepRow, Task
from core.loans.outcomes import Started, Submitted
from core.people.models import Person
from kit.company import Colleague, Company

FILLED: dict[str, Any] = {
    "amount": 50_000_000,
    "term": "36",
    "purpose": "经营周转",
    "id_number": "150102199003074512",
    "marriage": "未婚",
    "work": "企业主",
    "monthly_income": 3_000_000,
    "monthly_debts": 900_000,
    "overdue_now": 0,
    "overdue_two_years": "1",
    "house_region": "150102",
    "house_value": 100_000_000,
    "house_owed": 20_000_000,
    "company_code": "91150100MA0QGHTL9K",
}
"""Of a 房抵 over 50万, so that it goes through 复审."""


def without_papers(company: Company) -> None:
    """The shipped form, of which no paper stops anything."""
    now = company.runtime.company
    forms = tuple(replace(form, documents=()) for form in now.forms)
    company.runtime.in_force.hold(replace(now, forms=forms))


def hand_in(company: Company, by: str = "batu", phone: str = "13947100001", **more: Any) -> int:
    """An application for a lead of his, handed in; its number. What is to be sent is sent."""
    without_papers(company)
    lead, actor = company.lead(phone=phone, by=by), company.person(by).actor
    rules = company.runtime.company.loans
    with company.runtime.store.unit(request_id=f"in-{phone}") as unit:
        started = service.start(unit, actor, lead, "house", FILLED | more, rules)
        assert isinstance(started, Started), started
        came = service.submit(unit, actor, started.application_id, rules)
        assert isinstance(came, Submitted), came
    company.settle()
    return started.application_id


def open_task(company: Company, who: str) -> int:
    """The number of the newest open task of this person."""
    person = company.person(who).actor.id
    with company.runtime.store.read() as session:
        wanted = select(Task.id).where(Task.person_id == person, Task.state == "open")
        found = session.scalars(wanted.order_by(Task.id.desc())).first()
    assert found is not None, f"{who} has no open task"
    return found


def row(company: Company, number: int) -> Application:
    """The application's row."""
    with company.runtime.store.read() as session:
        return session.scalars(select(Application).where(Application.id == number)).one()


def newest_card(who: Colleague, title: str) -> Any:
    """The newest card in his chat whose title holds this."""
    cards = [card for card in who.heard_since(0).cards if title in card.title]
    assert cards, [card.title for card in who.heard_since(0).cards]
    return cards[-1]


def stands(company: Company, number: int) -> str:
    """Where it stands: its open nodes with who has them, in the order they came: `first_review: liufang chaolu`."""
    with company.runtime.store.read() as session:
        open_tasks = (Task.application_id == number, Task.state == "open")
        wanted = select(StepRow.node, Person.wecom_userid).join(Task, Task.step_id == StepRow.id)
        rows = session.execute(
            wanted.join(Person, Person.id == Task.person_id).where(*open_tasks).order_by(StepRow.id, Task.id)
        ).all()
    nodes: dict[str, list[str]] = {}
    for node, userid in rows:
        nodes.setdefault(node, []).append(userid)
    return " | ".join(f"{node}: {' '.join(who)}" for node, who in nodes.items())
