"""Handed in anew, an application is decided on anew; and what was paid out stays so."""

from dataclasses import replace

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, FORM, PAY, SECOND, THREE, flow, rules_with
from sqlalchemy import select, update

from core.leads.marking import set_grade
from core.leads.models import Lead
from core.leads.tags import Tagging
from core.loans import deciding, queries, service
from core.loans.at_hand import Wish
from core.loans.belonging import follow
from core.loans.bottlenecks import Pick, bottlenecks
from core.loans.cost import Cost
from core.loans.events import AmountLowered
from core.loans.flows import Approve, Case, Condition, Decision, Handle, Mode, Parallel, Resume, Wait, Who
from core.loans.forms import Document, FieldKind, FormField
from core.loans.models import Disbursement
from core.loans.outcomes import (
    ChangedSince,
    Decided,
    Dropped,
    LeadOver,
    NobodyToNudge,
    NoReturnThere,
    Started,
    TooLateToTakeBack,
    Withdrawn,
)
from core.loans.outside import event_came
from core.loans.progress import progress
from core.loans.tasks import saw
from core.loans.visits import VisitKind

pytestmark = ON_ONE_DATABASE
MONEY = replace(SECOND, money=True, mode=Mode.ANY)
AFTER = Approve("file", "归档", "payout", "won", "lost", (THREE,), mode=Mode.ANY)


def raised(at: Desk, fen: int = 4_000_000_000) -> None:
    at.firm.do(service.fill, "batu", at.number, "amount", fen, at.rules)


def paid(firm: Firm) -> list[int]:
    with firm.store.read() as session:
        return list(session.scalars(select(Disbursement.amount_fen).order_by(Disbursement.id)))


def test_an_agreement_of_the_round_before_is_not_taken_back(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, MONEY, PAY, withdraw_until="won"))
    at.do("approver 同意")
    at.do("lina 同意")
    assert isinstance(at.do("batu 撤回"), Withdrawn)
    raised(at)
    at.do("batu 提交")
    assert isinstance(at.do("lina 取回"), TooLateToTakeBack)
    assert at.stands == "first: approver"


def test_how_far_it_came_in_the_round_before_does_not_keep_it_from_being_withdrawn(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, MONEY, PAY, withdraw_until="second"))
    at.do("approver 同意")
    assert isinstance(at.do("batu 撤回"), TooLateToTakeBack)
    at.do("lina 退回 start")
    at.do("batu 提交")
    assert isinstance(at.do("batu 撤回"), Withdrawn)
    at.do("batu 提交")
    at.do("approver 同意")
    assert at.do("batu 撤回") == TooLateToTakeBack(at.number, None)


def signed(firm: Firm, until: str) -> Desk:
    """To be signed by its officer after 复审, and held before 放款 for the contract."""
    sign = Handle("sign", "签约", "second", "pay", (Who(submitter=True),))
    of = flow(replace(FIRST, next="sign"), sign, PAY, withdraw_until=until)
    rules = replace(rules_with(of), forms=(replace(FORM, documents=(Document("contract", "合同", stage="payout"),)),))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    at.do("approver 同意")
    return at


@pytest.mark.parametrize("until", ["sign", "pay", ""])
def test_what_waits_for_its_officer_alone_can_be_withdrawn(firm: Firm, until: str) -> None:
    """Nobody else could end it."""
    at = signed(firm, until)
    assert at.stands == "sign: batu"
    assert at.do("batu 催办") == NobodyToNudge(at.number), "but himself"
    assert isinstance(at.do("batu 撤回"), Withdrawn)


def test_to_stand_before_a_node_is_not_to_have_come_there(firm: Firm) -> None:
    at = signed(firm, "pay")
    sign = at.task_of("batu")
    at.do("batu 办理")
    assert at.stands == "pay: batu", "he is asked for the contract"
    assert isinstance(firm.do(deciding.decide, "batu", sign, Wish(Decision.TAKE_BACK), at.rules), Decided)
    assert isinstance(at.do("batu 转交 zhang"), Decided)
    assert at.stands == "sign: zhang"
    assert isinstance(at.do("batu 撤回"), Withdrawn)


@pytest.mark.parametrize("until", ["", "second"])
@pytest.mark.parametrize("held", [True, False])
def test_what_nobody_has_can_be_withdrawn(firm: Firm, until: str, held: bool) -> None:
    """It is held for a paper, or waits for the bank, and the customer wants it no more."""
    papers = (Document("contract", "合同", stage="second"),) if held else ()
    waits = Wait("bank", "等银行", "first", "second", "批复")
    of = flow(replace(FIRST, next="bank"), waits, SECOND, PAY, withdraw_until=until)
    rules = replace(rules_with(of), forms=(replace(FORM, documents=papers),))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    if until:
        assert at.stands == "first: approver"
    at.do("approver 同意")
    assert at.stands == "bank:"
    if held:
        firm.do(event_came, "batu", at.number, "批复", rules)
        assert at.stands == "second: batu"
    assert isinstance(at.do("batu 撤回"), Withdrawn)
    assert isinstance(at.do("batu 放弃"), Dropped)
    assert at.stands == "dropped"


def test_what_is_held_before_branches_says_where_it_is(firm: Firm) -> None:
    one, two = (Who(people=("lina",)),), (Who(people=("zhang",)),)
    left = Approve("left", "左", "second", "pay", "lost", one)
    right = Approve("right", "右", "second", "pay", "lost", two)
    fork = Parallel("fork", "分头", "second", ("left", "right"), "pay")
    form = replace(FORM, documents=(Document("contract", "合同", stage="second"),))
    rules = replace(rules_with(flow(replace(FIRST, next="fork"), fork, left, right, PAY)), forms=(form,))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    for line in ("batu 提交", "approver 同意"):
        at.do(line)
    with firm.store.read() as session:
        looks = (session, firm.store.vault, firm.who("batu"), at.number)
        way = progress(*looks, rules, firm.store.clock())
        now = queries.application(*looks, rules.tagging, firm.store.clock())
    assert way is not None
    assert [(visit.name, visit.kind) for visit in way.here] == [("分头", VisitKind.PAPERS)]
    with firm.store.read() as session:
        found = bottlenecks(session, firm.who("admin"), Pick(), firm.store.clock())
    assert [(spot.name, spot.count) for spot in found.nodes] == [("分头", 1)]
    assert now is not None
    assert [(each.name, each.held) for each in now.waiting] == [("分头", True)]


def test_what_is_held_for_a_paper_that_is_wanted_no_more_goes_on(firm: Firm) -> None:
    """The lead has another grade by then."""
    papers = (Document("big", "大额说明", when='grade == "A"', stage="second"),)
    rules = replace(rules_with(flow(FIRST, SECOND, PAY)), forms=(replace(FORM, documents=papers),))
    firm.store.listen(lambda unit, event: follow(unit, event, rules))
    lead = firm.add("batu")
    firm.do(set_grade, "batu", lead, "A", Tagging())
    begun = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    at.do("batu 提交")
    at.do("approver 同意")
    assert at.stands == "second: batu"
    firm.do(set_grade, "batu", lead, "B", Tagging())
    assert at.stands == "second: lina wang zhang"


def test_also_where_a_branch_beside_it_says_so(firm: Firm) -> None:
    kind = FormField("kind", "类型", FieldKind.CHOICE, choices=("大", "小"))
    papers = (Document("big", "大额说明", when='kind == "大"', stage="second"),)
    form = replace(FORM, fields=(*FORM.fields, kind), documents=papers)
    left = Approve("left", "左", "first", "pay", "lost", (Who(people=("lina",)),), editable=("kind",))
    right = Approve("right", "右", "first", "right2", "lost", (Who(people=("zhang",)),))
    right2 = Approve("right2", "右二", "second", "pay", "lost", (Who(people=("wang",)),))
    fork = Parallel("fork", "并行", "first", ("left", "right"), "pay")
    rules = replace(rules_with(flow(replace(FIRST, next="fork"), fork, left, right, right2, PAY)), forms=(form,))
    said = {"amount": 80_000_000, "term": "36", "kind": "大"}
    begun = firm.do(service.start, "batu", firm.add("batu"), None, said, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    for line in ("batu 提交", "approver 同意", "zhang 同意"):
        at.do(line)
    assert at.stands == "left: lina | right2: batu"
    small = Wish(Decision.AGREE, values={"kind": "小"})
    assert isinstance(firm.do(deciding.decide, "lina", at.task_of("lina"), small, rules), Decided)
    assert at.stands == "right2: wang"
    at.do("wang 同意")
    assert at.stands == "pay: finance"


def test_less_than_was_applied_for_is_told_to_its_officer(firm: Firm) -> None:
    heard: list[object] = []
    firm.store.listen(lambda _, event: heard.append(event))
    at = desk(firm, flow(replace(FIRST, editable=("amount", "term")), SECOND, PAY))
    told = AmountLowered(at.number, firm.who("batu").id, firm.who("approver").id, "初审", 80_000_000, 60_000_000)
    task, agree = at.task_of("approver"), Wish(Decision.AGREE, values={"term": "24"})
    firm.do(deciding.fill_in, "approver", task, "term", "12", at.rules)
    firm.do(deciding.fill_in, "approver", task, "amount", 60_000_000, at.rules)
    assert [event for event in heard if isinstance(event, AmountLowered)] == [told]
    firm.do(deciding.decide, "approver", task, replace(agree, values={"amount": 50_000_000}), at.rules)
    lower = replace(told, before_fen=60_000_000, amount_fen=50_000_000)
    assert [event for event in heard if isinstance(event, AmountLowered)] == [told, lower]


def test_what_is_another_by_then_does_not_resume_where_it_was(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, replace(MONEY, resume=Resume.THERE), PAY))
    at.do("approver 同意")
    at.do("lina 退回 start")
    raised(at)
    at.do("batu 提交")
    assert at.stands == "first: approver"


@pytest.mark.parametrize(("fen", "stands"), [(70_000_000, "mid: zhou"), (80_000_000, "second: lina wang zhang")])
def test_nor_where_it_was_changed_on_the_way_back(firm: Firm, fen: int, stands: str) -> None:
    """Who decides between has agreed to another sum."""
    first = replace(FIRST, next="mid", editable=("amount",))
    mid = Approve("mid", "中审", "first", "second", "lost", (Who(people=("zhou",)),))
    at = desk(firm, flow(first, mid, replace(SECOND, mode=Mode.ANY, resume=Resume.THERE), PAY))
    for line in ("approver 同意", "zhou 同意", "wang 退回 first"):
        assert isinstance(at.do(line), Decided), line
    task = at.task_of("approver")
    if fen != at.row.amount_fen:
        firm.do(deciding.fill_in, "approver", task, "amount", fen, at.rules)
    with firm.store.read() as session:
        now = firm.store.clock()
        ahead = progress(session, firm.store.vault, firm.who("batu"), at.number, at.rules, now)
    assert ahead is not None
    assert ahead.ahead[0].name == ("中审" if stands.startswith("mid") else "复审")
    at.do("approver 同意")
    assert at.stands == stands


def test_nor_where_a_branch_beside_it_was_returned_since(firm: Firm) -> None:
    """Between is who has to agree to the sum; what the other branch was returned with is another thing."""
    one, two = (Who(people=("lina",)),), (Who(people=("zhang",)),)
    left = Approve("left", "左", "first", "left2", "lost", one)
    left2 = Approve("left2", "左二", "first", "pay", "lost", one)
    right = Approve("right", "右", "first", "mid", "lost", two, editable=("amount",))
    mid = Approve("mid", "中", "first", "right2", "lost", (Who(people=("boss",)),))
    right2 = Approve("right2", "右二", "first", "pay", "lost", (Who(people=("wang",)),), resume=Resume.THERE)
    fork = Parallel("fork", "并行", "first", ("left", "right"), "pay")
    at = desk(firm, flow(replace(FIRST, next="fork"), fork, left, left2, right, mid, right2, PAY))
    for line in ("approver 同意", "zhang 同意", "boss 同意", "wang 退回 right", "lina 同意"):
        assert isinstance(at.do(line), Decided), line
    lowered = Wish(Decision.AGREE, values={"amount": 70_000_000})
    firm.do(deciding.fill_in, "zhang", at.task_of("zhang"), "amount", 70_000_000, at.rules)
    assert isinstance(at.do("lina 退回 left"), ChangedSince), "「金额太高」 of a card that shows the old one"
    with firm.store.unit(request_id="test", channel="wecom") as unit:
        saw(unit, at.task_of("lina"), firm.who("lina").id)
    assert isinstance(at.do("lina 退回 left"), Decided)
    with firm.store.read() as session:
        way = progress(session, firm.store.vault, firm.who("batu"), at.number, at.rules, firm.store.clock())
    assert way is not None
    assert "mid" in [each.node for each in way.ahead], "as it then goes"
    assert isinstance(firm.do(deciding.decide, "zhang", at.task_of("zhang"), lowered, at.rules), Decided)
    assert "mid: boss" in at.stands


def test_nor_where_it_was_changed_before_the_branch_beside_it_was_returned(firm: Firm) -> None:
    """Of what the flow goes by, though no decision is bound to it."""
    one, two = (Who(people=("lina",)),), (Who(people=("zhang",)),)
    left = Approve("left", "左", "first", "left2", "lost", one)
    left2 = Approve("left2", "左二", "first", "pay", "lost", one)
    right = Approve("right", "右", "first", "mid", "lost", two, editable=("term",))
    mid = Approve("mid", "中", "first", "right2", "lost", (Who(people=("boss",)),))
    right2 = Approve("right2", "右二", "first", "pay", "lost", (Who(people=("wang",)),), resume=Resume.THERE)
    fork = Parallel("fork", "并行", "first", ("left", "right"), "tier")
    tier = Condition("tier", "期限", "first", (Case("pay", "term > 12"), Case("won")))
    at = desk(
        firm, flow(replace(FIRST, next="fork"), fork, *_joining("tier", left, left2, right, mid, right2), tier, PAY)
    )
    for line in ("approver 同意", "zhang 同意", "boss 同意", "wang 退回 right", "lina 同意"):
        assert isinstance(at.do(line), Decided), line
    firm.do(deciding.fill_in, "zhang", at.task_of("zhang"), "term", "24", at.rules)
    assert isinstance(at.do("lina 退回 left"), Decided)
    assert isinstance(at.do("zhang 同意"), Decided)
    assert "mid: boss" in at.stands


def _joining(join: str, *nodes: Approve) -> tuple[Approve, ...]:
    return tuple(replace(node, next=join) if node.next == "pay" else node for node in nodes)


def test_nor_where_what_the_flow_goes_by_may_have_changed(firm: Firm) -> None:
    """A longer term would have to pass by the board: who sent it back is not the first to see it."""
    board = Approve("board", "贷审会", "second", "second", "lost", (Who(people=("zhou",)),))
    long = Condition("long", "按期限", "first", (Case("board", "term > 120"), Case("second")))
    again = replace(SECOND, mode=Mode.ANY, resume=Resume.THERE)
    at = desk(firm, flow(replace(FIRST, next="long"), long, board, again, PAY))
    for line in ("approver 同意", "wang 退回 start", "batu 提交"):
        at.do(line)
    assert at.stands == "second: lina wang zhang", "nothing was changed"
    at.do("wang 退回 start")
    firm.do(service.fill, "batu", at.number, "term", "300", at.rules)
    at.do("batu 提交")
    assert at.stands == "first: approver"


def test_what_is_the_same_does(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, replace(MONEY, resume=Resume.THERE), PAY))
    at.do("approver 同意")
    at.do("lina 退回 start")
    at.do("batu 提交")
    assert at.stands.startswith("second")


def paid_out(firm: Firm, **more: object) -> Desk:
    """It was paid out, and is filed away now."""
    at = desk(firm, flow(replace(FIRST, next="pay"), replace(PAY, next="file"), AFTER, **more))
    at.do("approver 同意")
    at.do("finance 办理")
    assert at.stands.startswith("file")
    return at


def test_what_was_paid_out_is_not_withdrawn(firm: Firm) -> None:
    at = paid_out(firm, withdraw_until="won")
    assert isinstance(at.do("batu 撤回"), TooLateToTakeBack)
    assert paid(firm) == [80_000_000]


@pytest.mark.parametrize("to", ["start", "first", "pay"])
def test_nor_does_it_go_back_before_that(firm: Firm, to: str) -> None:
    at = paid_out(firm)
    assert isinstance(at.do(f"lina 退回 {to}"), NoReturnThere)
    assert paid(firm) == [80_000_000]


def test_what_came_from_outside_is_not_lost_by_a_taking_back(firm: Firm) -> None:
    from core.loans.outside import event_came

    wait = Wait("wait", "等批复", "second", "pay", "银行批复")
    at = desk(firm, flow(FIRST, replace(MONEY, next="wait"), wait, PAY))
    at.do("approver 同意")
    at.do("lina 同意")
    firm.do(event_came, "batu", at.number, "银行批复", at.rules)
    assert at.stands == "pay: finance"
    assert isinstance(at.do("lina 取回"), TooLateToTakeBack)


def test_on_a_lead_that_a_merge_has_closed_nothing_is_handed_in(firm: Firm) -> None:
    rules = rules_with(flow(FIRST, SECOND, PAY))
    lead = firm.add("batu")
    begun = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(state="closed"))
    assert firm.do(service.submit, "batu", begun.application_id, rules) == LeadOver(begun.application_id, lead)


def test_a_card_of_before_a_merge_of_customers_counts_no_more(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, SECOND, PAY))
    task, shown = at.task_of("approver"), at.row.shown
    other = firm.add("batu")
    with firm.store.database.write() as session:
        customer = session.scalars(select(Lead.customer_id).where(Lead.id == other)).one()
        session.execute(update(Lead).where(Lead.id == other).values(state="closed"))
        session.execute(update(Lead).where(Lead.id == at.row.lead_id).values(customer_id=customer))
    came = firm.do(deciding.decide, "approver", task, Wish(Decision.AGREE, shown=shown), at.rules)
    assert isinstance(came, ChangedSince)
    assert at.row.shown != shown
    now = firm.do(deciding.decide, "approver", task, Wish(Decision.AGREE, shown=at.row.shown), at.rules)
    assert isinstance(now, Decided)


def test_what_was_done_in_an_earlier_round_forbids_no_withdrawal(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, SECOND, PAY))
    for line in ("approver 同意", "lina 退回 start", "batu 提交"):
        at.do(line)
    assert isinstance(at.do("batu 撤回"), Withdrawn)


def test_a_refusal_waits_for_no_paper(firm: Firm) -> None:
    """Held for one, it could be taken back and handed in again."""
    form = replace(FORM, documents=(Document("slip", "拒单签字页", stage="refused"),))
    rules = replace(rules_with(flow(FIRST, SECOND, PAY)), forms=(form,))
    begun = firm.do(service.start, "batu", firm.add("batu"), None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)
    at = Desk(firm, rules, begun.application_id)
    for line in ("batu 提交", "approver 驳回"):
        at.do(line)
    assert at.stands == "ended refused"


def test_a_clock_that_was_set_back_lets_nothing_be_withdrawn(firm: Firm) -> None:
    at = desk(firm, flow(FIRST, SECOND, PAY))
    firm.store.clock.go(minutes=-30)  # type: ignore[attr-defined]
    at.do("approver 同意")
    assert isinstance(at.do("batu 撤回"), TooLateToTakeBack)


def test_what_is_not_asked_for_costs_nothing_and_none_is_shown(firm: Firm) -> None:
    """A fee that stood there before the broker was gone; and one of nothing, which was said."""
    broker = FormField("broker", "中介", FieldKind.TEXT)
    fee = FormField("service_fee", "服务费", FieldKind.MONEY, shown_when='broker == "有"')
    once = FormField("upfront_fee", "一次性费用", FieldKind.MONEY)
    rate = FormField("yearly_rate", "年利率", FieldKind.PERCENT)
    form = replace(FORM, fields=(*FORM.fields, broker, fee, once, rate))
    pay = replace(PAY, editable=(*PAY.editable, "upfront_fee", "service_fee"), must=("service_fee",))
    rules = replace(rules_with(flow(FIRST, SECOND, pay)), forms=(form,))
    said = {"amount": 10_000_000, "term": "12", "yearly_rate": "0.05", "broker": "有", "service_fee": 2_000_000}
    begun = firm.do(service.start, "batu", firm.add("batu"), None, said | {"upfront_fee": 0}, rules)
    assert isinstance(begun, Started)

    def fees() -> list[int]:
        """What is not in hand, by the application and by 进度; the fields of nothing that are shown."""
        viewer, now = firm.who("batu"), firm.store.clock()
        with firm.store.read() as session:
            whole = queries.application(session, firm.store.vault, viewer, begun.application_id, Tagging(), now)
            way = progress(session, firm.store.vault, viewer, begun.application_id, rules, now)
        assert whole is not None
        assert way is not None
        assert "upfront_fee" in [each.field.key for each in whole.fields]
        assert whole.computed == {}
        found = [each.cost for each in (whole, way)]
        return [10_000_000 - cost.in_hand_fen for cost in found if isinstance(cost, Cost)]

    assert fees() == [2_000_000, 2_000_000]
    firm.do(service.fill, "batu", begun.application_id, "broker", "无", rules)
    assert fees() == [0, 0]
