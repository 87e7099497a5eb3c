"""A month as a whole: whose each deal is, by which plan, and that nothing of it is lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from core.commission.plans import Base, Bounds, Counted, Facts, Part, Plan, Scope
from core.commission.settling import Line, Paid, Settlement, settle
from core.commission.tiers import Step, Style, Tiers, flat

BATU, ZHANG, LINA = 1, 2, 3
OFFICER = Facts("batu", "客户经理", "呼和浩特/一部", "house", "抖音")
LEADER = Facts("lina", "经理", "呼和浩特/一部", None, None)
ONE = flat(Decimal("0.01"))


def paid(number: int, fen: int, officer: int = BATU, day: int = 5, fee: int = 0, **facts: Any) -> Paid:
    account = {BATU: "batu", ZHANG: "zhang"}[officer]
    of = replace(OFFICER, account=account, **facts)
    return Paid(number, 100 + number, date(2026, 11, day), fen, fee, fee - 5_000, officer, of)


def plan(key: str = "p", tiers: Tiers = ONE, **more: Any) -> Plan:
    return Plan(key, key, f"{key}1", tiers, **more)


def settled(plans: list[Plan], *payouts: Paid, led: bool = True) -> Settlement:
    leaders = {BATU: LINA, ZHANG: LINA} if led else {}
    return settle(plans, payouts, leaders, {LINA: LEADER})


def said(lines: tuple[Line, ...]) -> list[tuple[int, Part, int]]:
    return [(line.person_id, line.part, line.fen) for line in lines]


SHARES = {Part.OFFICER: Decimal("0.7"), Part.HELPER: Decimal("0.2"), Part.LEADER: Decimal("0.1")}


def test_a_share_that_nobody_had_is_his_who_handled_it() -> None:
    found = settled([plan(shares=SHARES)], paid(1, 10_001))
    assert said(found.lines) == [(BATU, Part.OFFICER, 70), (BATU, Part.OFFICER, 20), (LINA, Part.LEADER, 10)]
    alone = settled([plan(shares=SHARES)], paid(1, 10_001), led=False)
    assert alone.totals() == {BATU: 100}


def test_each_persons_deals_reach_a_step_by_themselves() -> None:
    steps = Tiers(Style.WHOLE, (Step(0, Decimal("0.01")), Step(20_000, Decimal("0.02"))))
    of = plan(tiers=steps, counted=Counted.PERIOD)
    found = settled([of], paid(1, 10_000), paid(2, 10_000, ZHANG), paid(3, 10_000, ZHANG))
    assert found.totals() == {BATU: 100, ZHANG: 400}


def test_what_it_is_of() -> None:
    fees, margins = plan("fees", base=Base.FEE), plan("margins", base=Base.MARGIN)
    assert settled([fees], paid(1, 10_000_000, fee=300_000)).totals() == {BATU: 3_000}
    assert settled([margins], paid(1, 10_000_000, fee=300_000)).totals() == {BATU: 2_950}


def test_each_deal_by_the_plan_of_its_product_and_the_others_are_told() -> None:
    house = plan("house", scope=Scope(products=frozenset({"house"})))
    found = settled([house], paid(1, 10_000), paid(2, 10_000, product="car"))
    assert found.totals() == {BATU: 100}
    assert [each.number for each in found.without] == [2]


def test_a_plan_that_changes_in_the_month_pins_what_was_earned_before() -> None:
    old, new = plan("old", until=date(2026, 11, 14)), plan("new", flat(Decimal("0.02")), since=date(2026, 11, 15))
    found = settled([old, new], paid(1, 10_000, day=14), paid(2, 10_000, day=15))
    assert [(line.chosen.plan.version, line.fen) for line in found.lines] == [("old1", 100), ("new1", 200)]


def test_a_leader_earns_on_all_of_his_team_beside_what_they_earn() -> None:
    steps = Tiers(Style.WHOLE, (Step(0, Decimal("0.001")), Step(30_000, Decimal("0.002"))))
    over = plan("over", steps, team=True, counted=Counted.PERIOD)
    found = settled([plan(), over], paid(1, 10_000), paid(2, 20_000, ZHANG))
    assert found.totals() == {BATU: 100, ZHANG: 200, LINA: 60}
    assert settled([plan(), over], paid(1, 10_000), led=False).totals() == {BATU: 100}


def test_the_guarantee_is_a_line_of_its_own() -> None:
    found = settled([plan(period=Bounds(least_fen=500))], paid(1, 10_000))
    assert [(line.paid and line.paid.number, line.fen) for line in found.lines] == [(1, 100), (None, 400)]


def test_the_lines_of_a_deal_are_what_it_earns() -> None:
    payouts = [paid(n, 12_345 * n + 7) for n in range(1, 20)]
    found = settled([plan(shares=SHARES)], *payouts)
    for each in payouts:
        lines = [line for line in found.lines if line.paid == each]
        assert lines[0].earning is not None
        assert sum(line.fen for line in lines) == lines[0].earning.fen
