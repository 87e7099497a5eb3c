"""预审: what the risk rules find comes with the application, by card, in words, with what could be done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.filled import filled
from kit.loans import decide, hand_in, newest_card, row, stands, without_papers
from kit.phones import PARTS
from sqlalchemy import select

from core.expressions import Kind
from core.loans import service
from core.loans.flows import Approve, Case, Condition, Decision, Flows
from core.loans.forms import Document
from core.loans.outcomes import Started
from core.loans.trial import try_flows
from core.risk.models import RiskDecision
from core.risk.policy import Rule, Severity
from core.store.audit import AuditRow

pytestmark = ON_ONE_DATABASE

DEEP_IN_DEBT = {"monthly_income": 1_800_000, "monthly_debts": 500_000}  # 18,000 a month, of which 5,000 go to debts


def decisions(company: Company) -> list[RiskDecision]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(RiskDecision).order_by(RiskDecision.id)))


def overrides(company: Company) -> int:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(AuditRow.action))).count("risk:overridden")


def test_what_passes_is_said_on_the_cards_alone(company: Company) -> None:
    number = hand_in(company)
    batu, liufang = company.person("batu"), company.person("liufang")
    assert [card.title for card in batu.heard_since().cards if "预审" in card.title] == []
    assert "预审：建议通过（评分 760 A）" in batu.say(f"进件 A{number}").card.whole
    assert "预审：建议通过（评分 760 A）" in newest_card(liufang, "初审").whole
    (decision,) = decisions(company)
    assert (decision.why, decision.suggestion, decision.score) == ("handed_in", "pass", 760)


def test_what_speaks_against_it_comes_as_a_card_with_what_could_be_done(company: Company) -> None:
    number = hand_in(company, **DEEP_IN_DEBT)
    batu, agula = company.person("batu"), company.person("agula")
    card = newest_card(batu, "预审")
    assert card.title == f"A{number} 预审 · 建议拒绝"
    assert (
        "[拒绝] 负债率（含本笔）114.82% > 70%：降低申请金额至 24万 以内，或期限延长到 96个月，可通过这一条"
        in card.whole
    )
    assert "是否放款由资方决定" in card.whole
    assert card.labels == ["重新评估", "报告", "进度"]
    on_task = newest_card(agula, "风控复核").whole
    assert "预审：建议拒绝（评分 680 B）：负债率（含本笔）114.82% > 70%" in on_task
    assert agula.say(f"预审 A{number}").card.title == card.title
    assert "降低" not in on_task, "to lower it is the officer's business"


def test_what_is_to_be_refused_is_looked_at_by_risk_and_overridden_with_a_reason(company: Company) -> None:
    """By who has the post; it is audited."""
    number = hand_in(company, **DEEP_IN_DEBT)
    assert stands(company, number) == "risk_review: agula"
    agula = company.person("agula")
    assert "请直接发送原因" in agula.say(f"同意 A{number}").text
    assert stands(company, number) == "risk_review: agula"
    assert agula.say("有其他资产证明").text.startswith("T1 已同意。")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert overrides(company) == 1
    assert "有其他资产证明" in newest_card(company.person("liufang"), "初审").whole


def test_what_the_flow_ends_is_said_to_have_ended(company: Company) -> None:
    """As the shipped flow says how: `to: refused`."""
    now = company.runtime.company
    (flow,) = now.flows.flows
    cases = (Case("refused", 'risk == "拒绝"'), Case("first_review"))
    nodes = tuple(replace(node, cases=cases) if isinstance(node, Condition) else node for node in flow.nodes[:2])
    ends = replace(flow, nodes=(*nodes, *flow.nodes[2:]))
    company.runtime.in_force.hold(replace(now, flows=Flows((ends,))))
    number = hand_in(company, **DEEP_IN_DEBT)
    assert row(company, number).state == "ended"
    batu = company.person("batu")
    said = batu.say(f"进度 A{number}").card.whole
    assert "未通过" in said
    second = hand_in(company, phone="13947100002", name="王芳")
    batu.say(f"撤回 A{second}")
    batu.say(f"修改 A{second} 月收入 1万")
    ended = f"A{second} 已提交，但不能往下走：已结束（未通过）。原因回复 预审 A{second} 查看。"
    assert batu.say(f"提交 A{second}").text == ended


NO_REASONS = [
    "!",
    "-",
    "原因：",
    "谢谢",
    "同意",
    "好",
    "了",
    "吧",
    "1",
    "ok",
    "👌",
    "没有",
    "无",
    "刘志强",
    "刘芳",
    "全部",
]


@pytest.mark.parametrize("said", NO_REASONS)
def test_no_override_without_a_reason(company: Company, said: str) -> None:
    """Beside 同意 it is looked at as the answer to why is."""
    number = hand_in(company, **DEEP_IN_DEBT)
    agula = company.person("agula")
    for typed in (f"同意 A{number} {said}", said, f"后加签 A{number} 孟克·苏和 {said}"):
        agula.say(typed)
        assert stands(company, number) == "risk_review: agula", typed
    agula.say(f"同意 {said}")
    agula.say("好")
    assert stands(company, number) == "risk_review: agula"
    assert overrides(company) == 0


def test_an_override_is_said_to_be_one(company: Company) -> None:
    number = hand_in(company, **DEEP_IN_DEBT)
    agula = company.person("agula")
    tapped = agula.tap(newest_card(agula, "风控复核"), "同意")
    assert tapped.text.startswith("预审建议拒绝。要同意 T1 请直接发送原因")
    agula.say("取消")
    said = agula.say(f"同意 A{number} 客户另有资产")
    assert said.text.startswith("还没有同意 T1：预审建议拒绝，「客户另有资产」作为同意的原因，记入操作日志。")
    assert "预审：建议拒绝" in said.card.whole
    assert agula.say("好").text.startswith("还没有同意 T1：预审建议拒绝")
    assert stands(company, number) == "risk_review: agula"
    said = agula.say("确认")
    assert said.text.startswith("T1 已同意。预审建议拒绝，您的原因已记入操作日志。")
    assert "客户另有资产" in newest_card(company.person("liufang"), "初审").whole


def test_papers_are_wanted_by_what_the_rules_say_now(company: Company) -> None:
    """A lower sum is let pass: nothing more is wanted then."""
    now = company.runtime.company
    more = Document("extra", "资产证明", stage="first_review", when='risk == "拒绝"')
    rules = replace(now, forms=tuple(replace(form, documents=(more,)) for form in now.forms)).loans
    batu, lead = company.person("batu"), company.lead("刘志强", "13947100001", by="batu")
    with company.runtime.store.unit(request_id="begun") as unit:
        started = service.start(unit, batu.actor, lead, "house", filled("house", **DEEP_IN_DEBT), rules)
    assert isinstance(started, Started)
    number = started.application_id
    assert "资产证明" in batu.say(f"提交 A{number}").text
    batu.say(f"修改 A{number} 申请金额 10万")
    assert "已提交" in batu.say(f"提交 A{number}").text


def test_who_only_decides_elsewhere_overrides_nothing(company: Company) -> None:
    """An 审批人 to whom risk gave the task may refuse it, or what is to be looked at agree to, but not override."""
    number = hand_in(company, **DEEP_IN_DEBT)
    looked_at = hand_in(company, phone="13947100002", name="王芳", overdue_two_years="5")
    agula, liufang = company.person("agula"), company.person("liufang")
    for each in (number, looked_at):
        agula.say(f"转交 A{each} 刘芳")
    refused = liufang.say(f"同意 A{number} 客户另有资产").text
    assert refused.startswith("T3 预审建议拒绝，同意要由风控（或主管、管理员）决定。")
    assert stands(company, number) == "risk_review: liufang"
    assert overrides(company) == 0
    liufang.say(f"同意 A{looked_at}")
    assert stands(company, looked_at) == "first_review: liufang chaolu"
    liufang.say(f"转交 A{number} 阿古拉")
    agula.say(f"同意 A{number} 客户另有资产")
    agula.say("确认")
    assert stands(company, number) == "first_review: liufang chaolu"


def test_what_speaks_against_it_anew_is_overridden_anew(company: Company) -> None:
    """Risk overrode the debts, and not what came after: it does not go on past risk."""
    number = hand_in(company, amount=310_000_000, monthly_income=10_000_000, monthly_debts=9_000_000)
    agula, batu = company.person("agula"), company.person("batu")
    agula.say(f"同意 A{number} 客户另有资产")
    agula.say("确认")
    decide(company, "liufang", number)
    decide(company, "agula", number, Decision.RETURN, node="start")
    company.clock.go(minutes=5)
    batu.say(f"修改 A{number} 当前逾期 30万")
    assert "退回前的预审：建议拒绝" in batu.say(f"进件 A{number}").card.whole
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "risk_review: agula"


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("同意 A{number}", "first_review: liufang chaolu"),
        ("后加签 A{number} 孟克·苏和", "risk_review: mengke"),
    ],
)
def test_what_is_filled_in_where_risk_agrees_is_asked_about_too(company: Company, typed: str, after: str) -> None:
    """By his own figures it is to be refused now."""
    now = company.runtime.company
    flow = now.flows.flows[0]
    filled = {"editable": ("service_fee",), "must": ("service_fee",)}
    nodes = tuple(
        replace(node, **filled) if isinstance(node, Approve) and node.key == "risk_review" else node
        for node in flow.nodes
    )
    company.runtime.in_force.hold(replace(now, flows=replace(now.flows, flows=(replace(flow, nodes=nodes),))))
    number = hand_in(company, overdue_two_years="5", yearly_rate="0.1")
    agula = company.person("agula")
    agula.say(f"{typed.format(number=number)}")
    assert "请直接发送原因" in agula.say("20万").text
    assert stands(company, number) == "risk_review: agula"
    agula.say("客户确认接受费用")
    assert stands(company, number) == after
    assert overrides(company) == 1


def test_a_field_that_is_of_another_kind_by_now_is_missing(company: Company) -> None:
    """The form of an application stays as it was, and the rules are those of now."""
    number = hand_in(company)
    now = company.runtime.company
    policies = tuple(
        replace(
            policy,
            names=tuple(
                replace(each, kind=Kind.TEXT) if each.name == "overdue_two_years" else each for each in policy.names
            ),
            score=None,
            rules=(Rule("many", "逾期多", 'overdue_two_years == "多"', Severity.REFUSE, "逾期多"),),
        )
        for policy in now.risk.policies
    )
    company.runtime.in_force.hold(replace(now, risk=replace(now.risk, policies=policies)))
    seen = company.person("batu").say(f"重新评估 A{number}").card
    assert "建议人工复核" in seen.title
    assert "逾期多：缺 近两年逾期次数" in seen.whole


def test_what_rules_said_that_are_no_more_counts_no_more(company: Company) -> None:
    number = hand_in(company, **DEEP_IN_DEBT)
    now, batu = company.runtime.company, company.person("batu")
    company.runtime.in_force.hold(replace(now, risk=replace(now.risk, policies=())))
    batu.say(f"撤回 A{number}")
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert "预审" not in newest_card(company.person("liufang"), "初审").whole
    assert "没有设风控规则" in batu.say(f"预审 A{number}").text


def test_after_the_payout_the_cost_is_what_was_paid_by(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    batu.say(f"完成 A{number} 年利率 12% 服务费 1万 其他一次性费用 0 每月费用 0")
    assert "建议通过" in batu.say(f"预审 A{number}").card.title
    company.person("hejing").say(f"放款 A{number} 2万 今天")
    seen = batu.say(f"预审 A{number}").card
    assert "建议拒绝" in seen.title
    assert "综合融资成本 69.09% > 24%" in seen.whole


def test_a_trial_goes_by_what_was_said_then(company: Company) -> None:
    """It passed when it was handed in, and was too dear by its fees later: it never was at 风控复核."""
    number = hand_in(company, product="credit")
    company.clock.go(hours=1)
    decide(company, "liufang", number)
    company.clock.go(hours=1)
    company.person("batu").say(f"完成 A{number} 年利率 20% 服务费 1万 其他一次性费用 0 每月费用 0")
    assert stands(company, number) == "final_review: agula"
    now = company.runtime.company
    flow = now.flows.flows[0]
    nodes = tuple(
        replace(node, cases=tuple(replace(case, to="payout") for case in node.cases))
        if isinstance(node, Condition) and node.key == "recheck"
        else node
        for node in flow.nodes
    )
    rules = replace(now, flows=replace(now.flows, flows=(replace(flow, nodes=nodes),))).loans
    store, at = company.runtime.store, company.clock.now
    with store.read() as session:
        (other,) = try_flows(session, store.vault, rules, at - timedelta(days=30), at).others
    assert other.before == ("初审", "签约", "放款前复核", "放款", "通知归属人", "贷后")
    assert other.after == ("初审", "签约", "放款", "通知归属人", "贷后")


def test_what_is_to_be_looked_at_is_agreed_to_without_a_reason(company: Company) -> None:
    number = hand_in(company, overdue_two_years="5")
    assert stands(company, number) == "risk_review: agula"
    assert company.person("agula").say(f"同意 A{number}").text.startswith("T1 已同意。")
    assert stands(company, number) == "first_review: liufang chaolu"


@pytest.mark.parametrize(
    ("changed", "goes_on"),
    [("贷款用途 装修", "joint_review"), ("每月还款 40万", "risk_review"), ("近两年逾期次数 5", "risk_review")],
)
@pytest.mark.parametrize("minutes", [5, 0, -4])  # a clock may be set back
def test_what_came_back_goes_on_unless_the_rules_say_another_thing(
    company: Company, changed: str, goes_on: str, minutes: int
) -> None:
    number = hand_in(company, amount=310_000_000)
    decide(company, "liufang", number)
    decide(company, "agula", number, Decision.RETURN, node="start")
    company.clock.go(minutes=minutes)
    batu = company.person("batu")
    batu.say(f"修改 A{number} {changed}")
    batu.say(f"提交 A{number}")
    assert stands(company, number).startswith(goes_on)


def test_too_dear_by_its_fees_it_comes_to_risk_before_the_payout(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    batu.say(f"完成 A{number} 年利率 20% 服务费 1万 其他一次性费用 0 每月费用 0")
    assert stands(company, number) == "final_review: agula"
    assert "综合融资成本 27.87% > 24%" in newest_card(company.person("agula"), "放款前复核").whole
    company.person("agula").say(f"驳回 A{number} 成本超标")
    assert "放款前复核" in batu.say(f"进度 A{number}").card.whole


@PARTS
def test_it_is_true_what_could_be_done(company: Company) -> None:
    """24万 is let through by the rule, 25万 is not."""
    number = hand_in(company, **DEEP_IN_DEBT)
    batu = company.person("batu")
    batu.say(f"撤回 A{number}")
    for amount, suggestion in (("25万", "建议拒绝"), ("24万", "建议人工复核")):
        batu.say(f"修改 A{number} 申请金额 {amount}")
        batu.say(f"提交 A{number}")
        assert suggestion in batu.say(f"预审 A{number}").card.title, amount
        batu.say(f"撤回 A{number}")


def test_asked_again_it_says_the_same_and_writes_nothing(company: Company) -> None:
    number = hand_in(company)
    batu = company.person("batu")
    company.clock.go(minutes=5)
    heard = batu.say(f"重新评估 A{number}")
    assert heard.text == "内容和规则都没有变，还是 今天 10:00 的结果。"
    assert batu.tap(heard.card, "重新评估").text == "内容和规则都没有变，还是 今天 10:05 的结果。".replace(
        "10:05", "10:00"
    )
    assert len(decisions(company)) == 1


def test_by_other_rules_it_is_asked_again_and_those_who_have_it_hear(company: Company) -> None:
    number = hand_in(company)
    now = company.runtime.company
    stricter = tuple(
        replace(
            policy,
            rules=tuple(
                replace(rule, when="overdue_two_years > 0") if rule.key == "overdue_many" else rule
                for rule in policy.rules
            ),
        )
        for policy in now.risk.policies
    )
    company.runtime.in_force.hold(replace(now, risk=replace(now.risk, policies=stricter)))
    liufang, batu = company.person("liufang"), company.person("batu")
    heard = batu.say(f"重新评估 A{number}")
    assert heard.card.title.endswith("建议拒绝")
    assert heard.card.rows["规则"].startswith("第2版")
    company.settle()
    assert newest_card(liufang, "预审").title.endswith("建议拒绝"), "she has it now"
    assert [each.why for each in decisions(company)] == ["handed_in", "asked"]


def test_what_is_changed_at_a_node_is_asked_about(company: Company) -> None:
    """With the fees the loan costs more than 24 % a year."""
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    batu.say(f"完成 A{number} 年利率 20% 服务费 1万 其他一次性费用 0 每月费用 0")
    card = batu.say(f"预审 A{number}").card
    assert card.title.endswith("建议拒绝")
    assert "综合融资成本 27.87% > 24%（金规〔2025〕9号）" in card.whole
    assert decisions(company)[-1].why == "changed"


def test_a_missing_value_is_no_pass_and_is_named(company: Company) -> None:
    number = hand_in(company, queries=None, monthly_income=0)
    card = company.person("batu").say(f"预审 A{number}").card
    assert card.title.endswith("建议人工复核")
    assert "[复核] 负债率：缺 负债率（含本笔），看不出来" in card.whole
    assert "[提醒] 征信查询多：缺 近三月查询次数，看不出来" in card.whole


def test_who_may_not_see_it_hears_of_none(company: Company) -> None:
    number = hand_in(company)
    stranger = company.person("zhangsan")
    for typed in (f"预审 A{number}", f"重新评估 A{number}"):
        assert "没有找到" in stranger.say(typed).text
    assert company.person("batu").say("预审").text.startswith("预审 请这样发")
    assert len(decisions(company)) == 1


def test_what_the_flow_hides_is_not_told_by_a_hit(company: Company) -> None:
    now = company.runtime.company
    nodes = tuple(
        replace(node, hidden=("monthly_income",)) if isinstance(node, Approve) and node.key == "risk_review" else node
        for node in now.flows.flows[0].nodes
    )
    flows = replace(now.flows, flows=(replace(now.flows.flows[0], nodes=nodes),))
    company.runtime.in_force.hold(replace(now, flows=flows))
    number = hand_in(company, **DEEP_IN_DEBT, overdue_two_years="5")
    agula = company.person("agula")
    card = agula.say(f"预审 A{number}").card
    assert card.title.endswith("建议拒绝"), "what is suggested is told"
    assert "负债率" not in card.whole
    assert "评分" not in card.whole
    assert "近两年逾期 5次，超过 3 次" in card.whole
    assert "另有 1 条按公司的规定不对您显示" in card.whole
    assert "114.82%" not in newest_card(agula, "风控复核").whole


def test_a_product_without_rules_has_no_screening(company: Company) -> None:
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, risk=replace(now.risk, policies=())))
    number = hand_in(company)
    batu = company.person("batu")
    assert batu.say(f"重新评估 A{number}").text == "这个产品没有设风控规则，没有预审建议。"
    assert batu.say(f"预审 A{number}").text == "这个产品没有设风控规则，没有预审建议。"
    assert "预审" not in batu.say(f"进件 A{number}").card.whole


@pytest.mark.parametrize("others", [1, 2])
def test_other_applications_of_the_customer_count(company: Company, others: int) -> None:
    """As they are handed in within 90 days, and refused."""
    without_papers(company)
    number = hand_in(company)
    liufang, batu = company.person("liufang"), company.person("batu")
    for _ in range(others):
        liufang.say(f"驳回 A{number} 用途不真实")
        liufang.say("确认")
        batu.say("进件 L1 房抵")
        number += 1
        batu.say(f"提交 A{number}")
    card = batu.say(f"预审 A{number}").card
    assert (f"近 90 天另有 {others}次 进件" in card.whole) == (others == 2)
    assert f"近 180 天有 {others}次 未通过" in card.whole
