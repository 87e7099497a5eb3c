"""Who sees an application, what the flow hides from whom, and what tells of that."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, FORM, PAY, SECOND, flow, rules_with

from core.leads.tags import Tagging
from core.loans import aftercare, queries, service, todo
from core.loans.aftercare_outcomes import LoanHidden, Planned
from core.loans.belonging import give
from core.loans.financing import SAYS_COST
from core.loans.flows import Mode, Who
from core.loans.forms import Document, FieldKind, FormField
from core.loans.outcomes import (
    Decided,
    Started,
)
from core.loans.progress import progress
from core.loans.repayment import Method, Rate, Terms
from core.loans.sight import may_look_at, may_see_loan

pytestmark = ON_ONE_DATABASE


def test_what_tells_of_a_hidden_field_is_hidden_too(firm: Firm) -> None:
    """Reckoned from it, or there only where it says so."""
    income = FormField("income", "月收入", FieldKind.MONEY)
    since = FormField("since", "发薪起", FieldKind.TEXT, shown_when="income > 5000")
    tax = Document("tax", "完税证明", when="income > 5000", stage="second")
    ratio = FormField("ratio", "收入比", FieldKind.COMPUTED, formula="amount / income")
    more = FormField("more", "再算", FieldKind.COMPUTED, formula="ratio * 2")
    form = replace(FORM, fields=(*FORM.fields, income, ratio, more, since), documents=(tax, Document("id", "身份证")))
    rules = replace(rules_with(flow(replace(FIRST, hidden=("income",)), SECOND, PAY)), forms=(form,))
    lead = firm.add("batu")
    given = {"amount": 80_000_000, "term": "36", "income": 1_000_000, "since": "三月"}
    begun = firm.do(service.start, "batu", lead, None, given, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    with firm.store.read() as session:
        looks = (session, firm.store.vault, firm.who("approver"), at.task_of("approver"))
        seen = todo.task(*looks, rules.tagging, firm.store.clock())
    assert seen is not None
    assert [one.field.key for one in seen.application.fields] == ["amount", "term"]
    assert not {"income", "ratio", "more"} & set(seen.application.computed)
    assert [one.document.key for one in seen.application.papers] == ["id"]
    assert shown_to(at, "approver") == ["amount", "term"], "nor by looking at the whole application"
    whole = ["amount", "term", "income", "ratio", "more", "since"]
    assert shown_to(at, "lina") == shown_to(at, "batu") == whole
    assert shown_to(at, "finance") == whole, "hidden at another one's node"
    at.do("approver 同意")
    assert lacks(at, "batu") == ("完税证明",)
    assert lacks(at, "approver") == ()


def lacks(at: Desk, who: str) -> tuple[str, ...]:
    with at.firm.store.read() as session:
        store = at.firm.store
        seen = progress(session, store.vault, at.firm.who(who), at.number, at.rules, store.clock())
    assert seen is not None
    return seen.lacking


def test_nor_is_how_it_is_paid_back_told_where_the_rate_is_hidden_with_another_field(firm: Firm) -> None:
    """It is asked for only where the income says so."""
    income = FormField("income", "月收入", FieldKind.MONEY)
    rate = FormField("yearly_rate", "年利率", FieldKind.PERCENT, shown_when="income > 5000")
    form = replace(FORM, fields=(*FORM.fields, income, rate))
    rules = replace(rules_with(flow(replace(FIRST, hidden=("income",)), SECOND, PAY)), forms=(form,))
    given = {"amount": 80_000_000, "term": "36", "income": 900_000, "yearly_rate": "0.12"}
    begun = firm.do(service.start, "batu", firm.add("batu"), None, given, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    with firm.store.read() as session:
        sees = {
            who: may_see_loan(session.connection(), firm.who(who), at.number, at.row.owner_id, firm.store.clock())
            for who in ("batu", "lina", "approver")
        }
    assert sees == {"batu": True, "lina": True, "approver": False}


@pytest.mark.parametrize("hidden", sorted(SAYS_COST))
def test_what_a_loan_costs_is_hidden_with_what_it_is_reckoned_from(firm: Firm, hidden: str) -> None:
    rate = FormField("yearly_rate", "年利率", FieldKind.PERCENT)
    fees = tuple(FormField(key, key, FieldKind.MONEY) for key in sorted(SAYS_COST - {"amount", "term", "yearly_rate"}))
    form = replace(FORM, fields=(*FORM.fields, rate, *fees))
    rules = replace(rules_with(flow(replace(FIRST, hidden=(hidden,)), SECOND, PAY)), forms=(form,))
    given = {"amount": 80_000_000, "term": "36", "yearly_rate": "0.12"}
    begun = firm.do(service.start, "batu", firm.add("batu"), None, given, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    told = {}
    for who in ("approver", "batu"):
        with firm.store.read() as session:
            looks = (session, firm.store.vault, firm.who(who), at.number)
            found = progress(*looks, rules, firm.store.clock())
            card = queries.application(*looks, rules.tagging, firm.store.clock())
        assert found is not None
        assert card is not None
        told[who] = (found.cost is not None, card.cost is not None)
    assert told == {"approver": (False, False), "batu": (True, True)}
    with firm.store.read() as session:
        looks = (session, firm.store.vault, firm.who("approver"), at.task_of("approver"))
        task = todo.task(*looks, rules.tagging, firm.store.clock())
    assert task is not None
    assert task.application.cost is None, "nor on the card by which he decides"


def test_who_was_its_officer_sees_no_more_by_the_task_he_had(firm: Firm) -> None:
    """What its officer of now fills in is hidden at every node."""
    secret = FormField("secret", "负债", FieldKind.TEXT)
    nodes = [replace(each, hidden=("secret",)) for each in (FIRST, SECOND, PAY)]
    rules = replace(rules_with(flow(*nodes)), forms=(replace(FORM, fields=(*FORM.fields, secret)),))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    for line in ("batu 提交", "approver 退回 start"):
        at.do(line)
    amend = at.task_of("batu")
    firm.do(service.fill, "batu", at.number, "secret", "三笔", rules)

    def seen() -> dict[str, object]:
        with firm.store.read() as session:
            found = todo.task(session, firm.store.vault, firm.who("batu"), amend, Tagging(), firm.store.clock())
        assert found is not None
        return dict(found.application.values)

    assert seen()["secret"] == "三笔"
    at.do("batu 提交")
    firm.work(lambda unit: give(unit, at.number, firm.who("zhou").id, rules))
    assert "secret" not in seen()


def test_who_has_had_nothing_of_it_sees_what_a_node_of_his_post_shows(firm: Firm) -> None:
    """Whatever other nodes show to others."""
    income = FormField("income", "月收入", FieldKind.MONEY)
    pay = replace(PAY, hidden=("income",))
    other = replace(PAY, key="file", name="归档", next="won", payout=False, who=(Who(people=("boss",)),))
    of = flow(replace(FIRST, next="pay"), replace(pay, next="file"), other)
    rules = replace(rules_with(of), forms=(replace(FORM, fields=(*FORM.fields, income)),))
    given = {"amount": 80_000_000, "term": "36", "income": 1_000_000}
    begun = firm.do(service.start, "batu", firm.add("batu"), None, given, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    assert shown_to(at, "finance") == ["amount", "term"], "by his post, before it is his"
    assert shown_to(at, "approver") == ["amount", "term", "income"]
    at.do("approver 抄送 zhou")
    assert shown_to(at, "zhou") == ["amount", "term", "income"], "not hidden at every node"


def test_how_it_is_paid_back_is_hidden_with_what_was_paid_out(firm: Firm) -> None:
    hiding = replace(FIRST, next="pay", hidden=("paid",))
    at = desk(firm, flow(hiding, PAY))
    at.do("approver 同意")
    at.do("finance 办理")
    owner = firm.who("batu").id

    def sees(who: str) -> bool:
        with firm.store.read() as session:
            return may_see_loan(session.connection(), firm.who(who), at.number, owner, firm.store.clock())

    assert {who: sees(who) for who in ("approver", "finance", "batu", "lina", "zhou")} == {
        "approver": False,
        "finance": True,
        "batu": True,
        "lina": True,
        "zhou": False,
    }


def test_nothing_is_recorded_by_who_does_not_see_how_it_is_paid_back(firm: Firm) -> None:
    """Though his post is for it: he would learn from the answer what the flow hides from him."""
    at = desk(firm, flow(replace(FIRST, next="pay"), replace(PAY, hidden=("term",))))
    at.do("approver 同意")
    at.do("finance 办理")
    terms = Terms(at.row.amount_fen, Method.INTEREST_ONLY, Rate(Decimal("0.12")), 12, date(2026, 12, 24))
    hidden = LoanHidden(at.number)
    assert firm.do(aftercare.set_plan, "finance", at.number, terms) == hidden
    assert isinstance(firm.do(aftercare.set_plan, "batu", at.number, terms), Planned)
    assert firm.do(aftercare.pay_back, "finance", at.number, 100) == hidden
    assert firm.do(aftercare.take_back_repayment, "finance", at.number) == hidden
    assert firm.do(aftercare.give_grace, "finance", at.number, terms.first, terms.first) == hidden


def shown_to(at: Desk, who: str) -> list[str]:
    with at.firm.store.read() as session:
        looks = (session, at.firm.store.vault, at.firm.who(who), at.number)
        seen = queries.application(*looks, at.rules.tagging, at.firm.store.clock())
    assert seen is not None
    return [one.field.key for one in seen.fields]


def test_who_stands_in_sees_what_he_decides_on(firm: Firm, clock: Clock) -> None:
    """While he does, and later what he decided on: of another department, he would see nothing of it."""
    hiding = replace(SECOND, hidden=("term",))
    at = desk(firm, flow(FIRST, replace(hiding, mode=Mode.ANY), replace(PAY, hidden=("term", "income"))))
    other = desk(firm, flow(FIRST, SECOND, PAY))
    for each in (at, other):
        each.do("approver 同意")

    def sees(at: Desk) -> bool:
        with firm.store.read() as session:
            looks = (session.connection(), firm.who("zhou"), at.number, at.row.owner_id)
            return may_look_at(*looks, firm.store.clock())

    assert (sees(at), sees(other)) == (False, False)
    at.do("lina 代理 zhou")
    assert (sees(at), sees(other)) == (True, True)
    assert shown_to(at, "zhou") == shown_to(at, "wang") == ["amount"]
    assert isinstance(at.do("lina/zhou 同意"), Decided)
    clock.go(days=3)
    assert (sees(at), sees(other)) == (True, False)
    assert shown_to(at, "zhou") == ["amount"]
