"""A changed flow tried on what was handed in last month."""

from dataclasses import replace
from datetime import timedelta

from firm import Firm
from flows_kit import Desk, by_mode, desk, tiers
from kit.loan_flows import rules_with, within

from bot.trial_words import tried
from core.calendar import Length, Unit
from core.loans.flows import Case, Condition, Copy, Deadline, Flow, Flows, Mode, Rung, Step, Who
from core.loans.trial import Trial, try_flows


def trial(firm: Firm, of: Flow, days: int = 30) -> Trial:
    now = firm.store.clock()
    with firm.store.read() as session:
        return try_flows(session, firm.store.vault, rules_with(of), now - timedelta(days=days), now)


def three(firm: Firm) -> list[Desk]:
    return [desk(firm, tiers(), amount) for amount in (20_000_000, 80_000_000, 300_000_000)]


def with_case(when: str) -> Flow:
    """The tiers with another limit."""
    flow = tiers()
    tier = Condition("tier", "额度", "first", (Case("pay", when), Case("second")))
    return replace(flow, nodes=tuple(tier if node.key == "tier" else node for node in flow.nodes))


def test_the_same_flow_changes_nothing(firm: Firm) -> None:
    three(firm)
    assert trial(firm, tiers()) == Trial(3, ())
    assert list(tried(trial(firm, tiers()), 30)) == [
        "进件：最近 30 天提交的 3 笔，3 笔走法不变，0 笔会不同（假定每一步都同意）。"
    ]


def test_another_limit_sends_those_between_another_way(firm: Firm) -> None:
    _, middle, _ = three(firm)
    found = trial(firm, with_case("amount < 100万"))
    (other,) = found.others
    assert other.number == middle.number
    assert other.before == ("初审", "复审", "放款", "贷后")
    assert other.after == ("初审", "放款", "贷后")
    assert list(tried(found, 30))[1:] == [
        "  1 笔：初审 → 复审 → 放款 → 贷后",
        "    改为：初审 → 放款 → 贷后",
        f"    A{middle.number}（房抵80万）",
    ]


def test_other_people_at_a_node_are_told_of_with_how_many_come_there(firm: Firm) -> None:
    three(firm)
    flow = tiers()
    second = replace(flow.node("second"), who=(Who(people=("lina",)), Who(role="risk")), mode=Mode.ALL)  # type: ignore[call-arg]
    found = trial(firm, replace(flow, nodes=tuple(second if node.key == "second" else node for node in flow.nodes)))
    assert found.others == ()
    told = list(tried(found, 30))
    assert told[0].startswith("进件：最近 30 天提交的 3 笔，3 笔走法不变")
    assert told[1].startswith("  2 笔经过的「复审」办法变了：审批 · ")
    assert told[2] == "    改为：审批 · 会签 · 人员 lina · 岗位 风控"


def test_what_else_is_another_way_at_a_node_is_told_too(firm: Firm) -> None:
    three(firm)
    flow = tiers()
    first = replace(flow.node("first"), hidden=("amount",))  # type: ignore[call-arg]
    found = trial(firm, replace(flow, nodes=tuple(first if node.key == "first" else node for node in flow.nodes)))
    assert list(tried(found, 30))[2] == "    改为：人和时限不变，能看、能填的项目或可用的操作变了"


def test_what_is_done_at_the_deadline_is_told_too(firm: Firm) -> None:
    three(firm)
    flow, timed = tiers(), within(8)
    remind, text = Step(Rung.REMIND, Length(2, Unit.HOUR, working=True), before=True), Step(Rung.SMS)

    def with_first(deadline: Deadline) -> Flow:
        first = replace(flow.node("first"), deadline=deadline)  # type: ignore[call-arg]
        return replace(flow, nodes=tuple(first if node.key == "first" else node for node in flow.nodes))

    told = list(tried(trial(firm, with_first(replace(timed, ladder=(remind, text)))), 30))
    assert told[1].endswith(" · 到点什么也不做")
    assert told[2].endswith("时限 8工作小时 · 到点：到期前2工作小时 提醒、到期 短信")


def test_what_the_flow_does_by_itself_is_told_too(firm: Firm) -> None:
    """Who hears of it, and which grade the customer gets, is the company's business as well."""
    three(firm)
    flow = tiers()
    copy = Copy("copy", "知会风控", "first", "tier", (Who(role="risk"),))
    told = replace(flow, nodes=(*flow.nodes[:2], copy, *flow.nodes[2:]))
    first = replace(flow.node("first"), next="copy")  # type: ignore[call-arg]
    with_copy = replace(told, nodes=tuple(first if node.key == "first" else node for node in told.nodes))
    found = trial(firm, with_copy)
    assert {other.after[:2] for other in found.others if other.after} == {("初审", "知会风控")}
    assert len(found.others) == 3


def test_a_product_that_no_flow_takes_is_told(firm: Firm) -> None:
    three(firm)
    now = firm.store.clock()
    rules = replace(rules_with(tiers()), flows=Flows((replace(tiers(), products=("car",)),)))
    with firm.store.read() as session:
        found = try_flows(session, firm.store.vault, rules, now - timedelta(days=30), now)
    assert [one.after for one in found.others] == [None] * 3
    assert "没有流程收这个产品" in "\n".join(tried(found, 30))


def test_only_what_was_handed_in_since_then(firm: Firm) -> None:
    three(firm)
    firm.store.clock.go(days=31)  # type: ignore[attr-defined]
    assert trial(firm, by_mode(Mode.ALL)) == Trial(0, ())
    assert list(tried(Trial(0, ()), 30)) == ["进件：最近 30 天没有提交过进件，没有可以试的。"]
