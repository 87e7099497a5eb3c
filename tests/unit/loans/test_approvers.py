"""Who is responsible, by each way that a flow names people: a row each, and what comes where it finds nobody."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from firm import Firm
from flows_kit import Desk
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, FORM, PAY, flow, rules_with
from sqlalchemy import select

from core.loans import choosing, service
from core.loans.flows import Who
from core.loans.forms import FieldKind, FormField
from core.loans.models import Task
from core.loans.outcomes import CannotChoose, Chosen, Started
from core.people.models import Person

pytestmark = ON_ONE_DATABASE
GUIDE = FormField("guide", "带教", FieldKind.PERSON)
OLD_GUIDE = FormField("old_guide", "原带教", FieldKind.PERSON, shown_when="term > 99")


@dataclass(frozen=True)
class Case:
    """These ways of a node, by whom it is handed in, and who has it then (accounts, in their order). `more` is filled
    in, `chosen` named by the submitter, `money` hangs on it."""

    who: tuple[Who, ...]
    has: str
    by: str = "batu"
    money: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    chosen: str = ""


CASES = {
    "by account, in the order as written": Case((Who(people=("wang", "lina")),), "wang lina"),
    "who left is nobody": Case((Who(people=("gone", "lina")),), "lina"),
    "by post": Case((Who(role="approver"),), "approver"),
    "by post, of a department and those below": Case((Who(role="officer", department="呼和浩特"),), "lina zhang wang"),
    "by post, of his own department": Case((Who(role="officer", department="="),), "lina zhang"),
    "the head of his department": Case((Who(head=True),), "lina"),
    "his superior": Case((Who(superior=1),), "lina"),
    "two above him": Case((Who(superior=2),), "boss"),
    "himself, where nothing is decided over him: his superior": Case((Who(submitter=True),), "lina"),
    "who stands in a field": Case((Who(field="guide"),), "zhang", more={"guide": "zhang"}),
    "an empty field is nobody": Case((Who(field="guide"),), "admin"),
    "a field that is not asked for is nobody": Case((Who(field="old_guide"),), "admin", more={"old_guide": "zhang"}),
    "whom he chose": Case((Who(chosen=True),), "wang zhang", chosen="wang zhang"),
    "where its condition holds": Case((Who(people=("wang",), when="term > 12"), Who(people=("lina",))), "wang lina"),
    "not where it does not": Case((Who(people=("wang",), when="term > 99"), Who(people=("lina",))), "lina"),
    "several ways, each person once": Case((Who(role="approver"), Who(people=("approver", "lina"))), "approver lina"),
    "never the submitter": Case((Who(people=("batu", "wang")),), "wang"),
    "in his place comes his superior": Case((Who(people=("batu",)),), "lina"),
    "not where money hangs on it: the administrators": Case((Who(people=("batu",)),), "admin", money=True),
    "nobody found": Case((Who(people=("nobody",)),), "admin"),
}


@pytest.mark.parametrize("name", CASES)
def test_who_has_it(firm: Firm, name: str) -> None:
    case = CASES[name]
    node = replace(FIRST, who=case.who, next="pay", money=case.money)
    form = replace(FORM, fields=(*FORM.fields, GUIDE, OLD_GUIDE))
    rules = replace(rules_with(flow(node, PAY)), forms=(form,))
    more = {key: firm.who(account).id for key, account in case.more.items()}
    lead = firm.add(case.by)
    begun = firm.do(service.start, case.by, lead, None, {"amount": 80_000_000, "term": "36"} | more, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    if case.chosen:
        people = tuple(firm.who(one).id for one in case.chosen.split())
        assert isinstance(firm.do(choosing.choose, case.by, at.number, "first", people, rules), Chosen)
    at.do(f"{case.by} 提交")
    assert has_it(at) == case.has


def test_not_his_superior_who_handed_it_in_for_him(firm: Firm) -> None:
    """李娜 filled it in as the owner's stand-in would: she decides on it no more than he does."""
    rules = rules_with(flow(replace(FIRST, who=(Who(people=("batu",)),), next="pay"), PAY))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("lina 提交")
    assert has_it(at) == "admin"


def test_who_is_to_hand_it_in_chooses_himself_for_nothing(firm: Firm) -> None:
    """Nor does anybody else who looks after it choose himself."""
    rules = rules_with(flow(replace(FIRST, who=(Who(chosen=True),), next="pay", money=True), PAY))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    for by, who in (("batu", "batu"), ("lina", "lina"), ("lina", "batu")):
        came = firm.do(choosing.choose, by, begun.application_id, "first", (firm.who(who).id,), rules)
        assert isinstance(came, CannotChoose), (by, who)
        assert came.why == "submitter", (by, who)


def has_it(at: Desk) -> str:
    """Who has the node, in the order of their seats."""
    with at.firm.store.read() as session:
        wanted = select(Person.wecom_userid).join(Task, Task.person_id == Person.id)
        return " ".join(session.scalars(wanted.where(Task.application_id == at.number).order_by(Task.seat, Task.id)))
