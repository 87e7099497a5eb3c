"""Applications in the sample company, for scenarios that begin where one is handed in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.loans import deciding, service
from core.loans.at_hand import Wish
from core.loans.flows import Decision
from core.loans.models import Application, StepRow, Task, TaskState
from core.loans.outcomes import Started, Submitted
from core.people.models import Person
from core.risk.policy import Policy
from kit.company import Colleague, Company
from kit.filled import filled


def without_papers(company: Company) -> None:
    """The shipped form, of which no paper stops anything."""
    now = company.runtime.company
    forms = tuple(replace(form, documents=()) for form in now.forms)
    company.runtime.in_force.hold(replace(now, forms=forms))


def challenge(company: Company, change: Callable[[Policy], Policy] = lambda policy: policy) -> None:
    """A challenger beside the policy of each product, and `change`d from it."""
    now = company.runtime.company
    challengers = tuple(replace(change(each), challenger=("other",)) for each in now.risk.policies)
    company.runtime.in_force.hold(replace(now, risk=replace(now.risk, challengers=challengers)))


def hand_in(
    company: Company,
    by: str = "batu",
    phone: str = "13947100001",
    *,
    name: str = "刘志强",
    product: str = "house",
    **more: Any,
) -> int:
    """An application for a lead of his, filled in (`more` in place of the usual) and handed in; its number. What is to
    be sent is sent."""
    without_papers(company)
    lead, actor = company.lead(name, phone, by=by), company.person(by).actor
    rules = company.runtime.company.loans
    with company.runtime.store.unit(request_id=f"in-{phone}") as unit:
        started = service.start(unit, actor, lead, product, filled(product, **more), rules)
        assert isinstance(started, Started), started
        assert started.wrong == (), started
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
    cards = [card for card in who.heard_since().cards if title in card.title]
    assert cards, [card.title for card in who.heard_since().cards]
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
