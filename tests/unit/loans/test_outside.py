"""Nodes where nobody has to do anything: what comes from outside, and what the flow does by itself."""

from dataclasses import replace

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.loan_flows import FIRST, FORM, PAY, SECOND, flow, rules_with

from core.leads.events import OwnerTold
from core.leads.kept import Medium
from core.loans import service
from core.loans.events import Copied
from core.loans.flows import Act, Case, Condition, Copy, Do, Wait, Who
from core.loans.forms import Document
from core.loans.models import ApplicationDocument
from core.loans.outcomes import Incomplete, NoSuchApplication, Started
from core.loans.outside import NotAwaited, WentOn, event_came
from core.loans.routing import EndlessFlow, release_held
from core.loans.run import hold
from core.store.base import new_id
from core.store.unit import Event, Unit

BANK = Wait("bank", "等银行", "second", "pay", "银行批复")


def waiting(firm: Firm) -> Desk:
    at = desk(firm, flow(replace(FIRST, next="bank"), BANK, PAY))
    at.do("approver 同意")
    return at


def came(at: Desk, event: str, by: str = "batu") -> object:
    return at.firm.do(event_came, by, at.number, event, at.rules)


def test_it_waits_until_the_outside_answers_once(firm: Firm) -> None:
    at = waiting(firm)
    assert at.stands == "bank:"
    assert came(at, "银行拒绝") == NotAwaited(at.number, "银行拒绝", ("银行批复",))
    assert came(at, "银行批复", "zhang") == NoSuchApplication(at.number)
    assert came(at, "银行批复") == WentOn(at.number, "银行批复", (firm.who("finance").id,), "放款")
    assert came(at, "银行批复") == NotAwaited(at.number, "银行批复", ())
    assert at.stands == "pay: finance"


def test_a_machine_may_tell_it(firm: Firm) -> None:
    at = waiting(firm)
    assert isinstance(firm.work(lambda unit: event_came(unit, None, at.number, "银行批复", at.rules)), WentOn)


def test_what_the_flow_does_by_itself(firm: Firm) -> None:
    told: list[Event] = []
    firm.store.listen(lambda _, event: told.append(event))
    does = (Do("grade", "A"), Do("tell", "请准备面签"), Do("tag", "没有这个标签"))
    act = Act("act", "标记", "first", "copy", does)
    copy = Copy("copy", "抄送", "first", "pay", (Who(role="manager"),))
    at = desk(firm, flow(replace(FIRST, next="act"), act, copy, PAY))
    at.do("approver 同意")
    lead = firm.lead(at.row.lead_id)
    assert lead.grade == "A"
    assert OwnerTold(lead.id, firm.who("batu").id, "请准备面签", at.number) in told
    assert [event.people for event in told if isinstance(event, Copied)] == [
        tuple(firm.who(one).id for one in ("boss", "lina", "bai"))
    ]
    assert at.stands == "pay: finance", "a tag that there is not stops nothing"


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_condition_sees_what_the_flow_did_before_it(firm: Firm, asked_before: bool) -> None:
    """Whether one before it has looked at the lead or not."""
    large = Condition("large", "大额", "first", (Case("mark", "amount > 1"), Case("mark")))
    mark = Act("mark", "标记", "first", "tier", (Do("grade", "A"),))
    tier = Condition("tier", "分级", "first", (Case("pay", "grade == 'A'"), Case("second")))
    at = desk(firm, flow(replace(FIRST, next="large" if asked_before else "mark"), large, mark, tier, SECOND, PAY))
    at.do("approver 同意")
    assert at.stands == "pay: finance"


def test_a_flow_that_goes_round_without_anybody_stops(firm: Firm) -> None:
    there, back = Act("a", "甲", "first", "b", ()), Act("b", "乙", "first", "a", ())
    at = desk(firm, flow(replace(FIRST, next="a"), there, back))
    with pytest.raises(EndlessFlow):
        at.do("approver 同意")
    assert at.stands == "first: approver", "nothing of it was done"


PAPERS = (
    Document("id_card", "身份证", stage="first"),
    Document("contract", "合同", stage="payout"),
    Document("licence", "营业执照", products=("business",), stage="first"),
)


def with_papers(firm: Firm) -> Desk:
    """A draft of 巴图's for which papers are wanted."""
    rules = rules_with(flow(replace(FIRST, next="pay"), PAY))
    rules = replace(rules, forms=(replace(FORM, documents=PAPERS),))
    lead = firm.add("batu")
    started = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(started, Started)
    return Desk(firm, rules, started.application_id)


def give(at: Desk, key: str) -> None:
    """A paper is there, and what stood still for want of it goes on."""
    batu = at.firm.who("batu")

    def work(unit: Unit) -> None:
        medium = Medium(
            id=new_id(),
            lead_id=at.row.lead_id,
            person_id=batu.id,
            channel="wecom",
            kind="image",
            state="kept",
            received_at=unit.now,
        )
        unit.session.add(medium)
        unit.session.flush()
        paper = {"application_id": at.number, "key": key, "medium_id": medium.id, "by_id": batu.id}
        unit.session.add(ApplicationDocument(**paper, at=unit.now))
        unit.session.flush()
        run = hold(unit, at.number, at.rules, batu)
        assert run is not None
        release_held(run)

    at.firm.work(work)


def test_it_is_not_handed_in_without_the_papers_of_the_first_stage(firm: Firm) -> None:
    at = with_papers(firm)
    refused = at.do("batu 提交")
    assert isinstance(refused, Incomplete)
    assert [paper.key for paper in refused.documents] == ["id_card"], "no licence for a house"
    give(at, "id_card")
    at.do("batu 提交")
    assert at.stands == "first: approver", at.said


def test_a_stage_is_not_entered_without_its_papers_and_the_decision_counts(firm: Firm) -> None:
    at = with_papers(firm)
    give(at, "id_card")
    at.do("batu 提交")
    at.do("approver 同意")
    assert at.stands == "pay: batu", "he is asked for the contract"
    assert at.row.stage == "first"
    give(at, "contract")
    assert at.stands == "pay: finance"
    assert at.row.stage == "payout"


def test_taken_back_while_it_stands_still(firm: Firm) -> None:
    at = with_papers(firm)
    give(at, "id_card")
    at.do("batu 提交")
    at.do("approver 同意")
    at.do("approver 取回")
    assert at.stands == "first: approver", at.said
    at.do("approver 同意")
    assert at.stands == "pay: batu"
