"""Commission, worked out by hand: each row says what is earned of what, in yuan. Where a row has several deals, they
come in this order, a day after the other."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.commission.lines import Due, Kind, missing
from core.commission.plans import (
    Bounds,
    Cause,
    Clawback,
    Counted,
    Facts,
    Holdback,
    Plan,
    Scope,
    choose,
)
from core.commission.reckoning import Deal, Period, reckon
from core.commission.splits import split
from core.commission.tiers import Step, Style, Tiers, flat, rounded

FIRST = date(2026, 11, 1)
STEPS = (Step(0, Decimal("0.01")), Step(30_000_000, Decimal("0.012")), Step(80_000_000, Decimal("0.015")))
"""Up to 30 万 1 %, from there up to 80 万 1.2 %, from there 1.5 %."""
WHOLE, PROGRESSIVE = Tiers(Style.WHOLE, STEPS), Tiers(Style.PROGRESSIVE, STEPS)
ON_FEES = Tiers(Style.PROGRESSIVE, (Step(0, Decimal("0.10")), Step(10_000_000, Decimal("0.12"))))


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def plan(tiers: Tiers = WHOLE, **more: Any) -> Plan:
    return Plan("p", "方案", "v1", tiers, **more)


def deals(*yuan: str) -> list[Deal]:
    return [Deal(place, FIRST + timedelta(days=place), fen(each)) for place, each in enumerate(yuan)]


def earned(of: Plan, *yuan: str) -> list[Decimal]:
    """Of each deal, in yuan."""
    return [Decimal(each.fen) / 100 for each in reckon(of, deals(*yuan)).earnings]


TOGETHER = {"counted": Counted.PERIOD}

ONE_BY_ONE: Sequence[tuple[str, Plan, tuple[str, ...], tuple[str, ...]]] = [
    # 整额，按单笔
    ("nothing earns nothing", plan(), ("0",), ("0",)),
    ("in the first step", plan(), ("100000",), ("1000.00",)),
    ("a fen below the second step", plan(), ("299999.99",), ("3000.00",)),
    ("the second step begins with its bound", plan(), ("300000",), ("3600.00",)),
    ("a fen above its bound", plan(), ("300000.01",), ("3600.00",)),
    ("a fen below the third step", plan(), ("799999.99",), ("9600.00",)),
    ("the third step begins with its bound", plan(), ("800000",), ("12000.00",)),
    ("in the last step", plan(), ("1000000",), ("15000.00",)),
    ("each deal counts by itself", plan(), ("200000", "200000"), ("2000.00", "2000.00")),
    ("what is undone undoes its own", plan(), ("-300000",), ("-3600.00",)),
    # 超额累进，按单笔
    ("all of the first step", plan(PROGRESSIVE), ("300000",), ("3000.00",)),
    ("a fen of the second", plan(PROGRESSIVE), ("300000.01",), ("3000.00",)),
    ("3000 + 20 万 x 1.2 %", plan(PROGRESSIVE), ("500000",), ("5400.00",)),
    ("3000 + 50 万 x 1.2 %", plan(PROGRESSIVE), ("800000",), ("9000.00",)),
    ("9000 + 20 万 x 1.5 %", plan(PROGRESSIVE), ("1000000",), ("12000.00",)),
    ("3000 + 499999.99 x 1.2 %, rounded", plan(PROGRESSIVE), ("799999.99",), ("9000.00",)),
    ("undone step by step", plan(PROGRESSIVE), ("-500000",), ("-5400.00",)),
    # 整额，按本期累计
    ("one deal of the period", plan(**TOGETHER), ("200000",), ("2000.00",)),
    ("together they reach the second step", plan(**TOGETHER), ("200000", "100000"), ("2400.00", "1200.00")),
    ("together a fen below it", plan(**TOGETHER), ("200000", "99999.99"), ("2000.00", "1000.00")),
    ("the third step for all of them", plan(**TOGETHER), ("200000", "200000", "400000"),
     ("3000.00", "3000.00", "6000.00")),
    ("a refund that falls below the step", plan(**TOGETHER), ("500000", "-250000"), ("5000.00", "-2500.00")),
    ("a refund of all", plan(**TOGETHER), ("400000", "-400000"), ("4000.00", "-4000.00")),
    # 超额累进，按本期累计
    ("10 万 x 1 % + 10 万 x 1.2 %", plan(PROGRESSIVE, **TOGETHER), ("200000", "200000"), ("2000.00", "2200.00")),
    ("over two bounds at once", plan(PROGRESSIVE, **TOGETHER), ("200000", "200000", "600000"),
     ("2000.00", "2200.00", "7800.00")),
    ("from the bound on", plan(PROGRESSIVE, **TOGETHER), ("300000", "100000"), ("3000.00", "1200.00")),
    ("back over a bound: 20 万 x 1.2 % + 10 万 x 1 %", plan(PROGRESSIVE, **TOGETHER), ("500000", "-300000"),
     ("5400.00", "-3400.00")),
    ("small ones earn together what their sum does", plan(flat(Decimal("0.01"))), ("0.33", "0.33", "0.34"),
     ("0.00", "0.00", "0.00")),
    ("and to the fen, where they count together", plan(Tiers(Style.PROGRESSIVE, STEPS), **TOGETHER),
     ("0.33", "0.33", "0.34"), ("0.00", "0.01", "0.00")),
    ("half a fen is rounded up", plan(), ("0.50",), ("0.01",)),
    ("half a fen that is undone too", plan(), ("-0.50",), ("-0.01",)),
    # 服务费
    ("50 万 x 3 % = 1.5 万, x 12 %", plan(flat(Decimal("0.12"))), ("15000",), ("1800.00",)),
    ("12 万 of fees: 10000 + 2 万 x 12 %", plan(ON_FEES, **TOGETHER), ("60000", "60000"), ("6000.00", "6400.00")),
    # 固定、封顶、保底
    ("so much for each deal beside its rate", plan(fixed_fen=20_000), ("100000",), ("1200.00",)),
    ("and that is undone with it", plan(fixed_fen=20_000), ("-100000",), ("-1200.00",)),
    ("no deal, nothing fixed", plan(fixed_fen=20_000), ("0",), ("0",)),
    ("at most 5000 for a deal", plan(each=Bounds(most_fen=500_000)), ("1000000",), ("5000.00",)),
    ("at least 300 for a deal", plan(each=Bounds(least_fen=30_000)), ("10000",), ("300.00",)),
    ("as much is undone", plan(each=Bounds(least_fen=30_000)), ("-10000",), ("-300.00",)),
    ("no deal has no least", plan(each=Bounds(least_fen=30_000)), ("0",), ("0",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("of", "bases", "expected"), [row[1:] for row in ONE_BY_ONE], ids=[row[0] for row in ONE_BY_ONE]
)
def test_what_each_deal_earns(of: Plan, bases: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert earned(of, *bases) == [Decimal(each) for each in expected]


@pytest.mark.parametrize(
    ("bounds", "bases", "added"),
    [
        (Bounds(least_fen=fen("3000")), ("100000",), "2000"),
        (Bounds(least_fen=fen("3000")), (), "3000"),
        (Bounds(least_fen=fen("3000")), ("250000", "50000"), "0"),
        (Bounds(least_fen=fen("3000")), ("299999", "1"), "0"),
        (Bounds(most_fen=fen("8000")), ("250000", "250000", "299999.99"), "0"),
        (Bounds(most_fen=fen("8000")), ("250000", "250000", "250000", "250000"), "-2000"),
        (Bounds(fen("3000"), fen("8000")), ("-100000",), "4000"),
    ],
)
def test_a_guarantee_and_a_ceiling_of_the_period(bounds: Bounds, bases: tuple[str, ...], added: str) -> None:
    """1 % of each."""
    period = reckon(plan(flat(Decimal("0.01")), period=bounds), deals(*bases))
    assert period.bounded_fen == fen(added)
    assert bounds.least_fen is None or period.fen >= bounds.least_fen
    assert bounds.most_fen is None or period.fen <= bounds.most_fen


@pytest.mark.parametrize(
    ("yuan", "shares", "parts"),
    [
        ("100", ("0.6", "0.4"), ("60", "40")),
        ("100", ("0.34", "0.33", "0.33"), ("34", "33", "33")),
        ("0.01", ("0.5", "0.5"), ("0.01", "0")),
        ("100.01", ("0.7", "0.2", "0.1"), ("70.01", "20", "10")),
        ("100.01", ("0.1", "0.2", "0.7"), ("10", "20", "70.01")),
        ("-100.01", ("0.7", "0.2", "0.1"), ("-70.01", "-20", "-10")),
        ("0.02", ("0.4", "0.3", "0.3"), ("0.02", "0", "0")),
        ("2.50", ("0.4", "0.3", "0.2", "0.1"), ("1", "0.75", "0.50", "0.25")),
        ("5", ("1",), ("5",)),
    ],
)
def test_the_last_fen_goes_to_the_largest_share(yuan: str, shares: tuple[str, ...], parts: tuple[str, ...]) -> None:
    assert split(fen(yuan), [Decimal(each) for each in shares]) == tuple(fen(each) for each in parts)


@pytest.mark.parametrize("shares", [(), ("0.5", "0.4"), ("0.5", "0.6"), ("1", "0"), ("1.5", "-0.5")])
def test_shares_that_are_none(shares: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="add up to one"):
        split(100, [Decimal(each) for each in shares])


@pytest.mark.parametrize("begins", [(), (1,), (0, 0), (0, 30, 20)])
def test_steps_that_are_no_table(begins: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="each above the one before"):
        Tiers(Style.WHOLE, tuple(Step(each, Decimal(0)) for each in begins))


@pytest.mark.parametrize(
    ("yuan", "place", "missing_yuan"),
    [
        ("-5", 1, "300005"),
        ("0", 1, "300000"),
        ("299999.99", 1, "0.01"),
        ("300000", 2, "500000"),
        ("800000", 3, None),
        ("9000000", 3, None),
    ],
)
def test_how_far_it_is_to_the_next_step(yuan: str, place: int, missing_yuan: str | None) -> None:
    assert WHOLE.reached(fen(yuan)) == place
    assert WHOLE.to_next(fen(yuan)) == (fen(missing_yuan) if missing_yuan else None)


# Taking back and holding back.

DECLINING = (
    Clawback(frozenset({Cause.EARLY, Cause.REFUND}), 30, Decimal(1)),
    Clawback(frozenset({Cause.EARLY, Cause.REFUND}), 90, Decimal("0.5")),
    Clawback(frozenset({Cause.EARLY}), 180, Decimal("0.25")),
    Clawback(frozenset({Cause.DEFAULT}), 365, Decimal(1), outstanding=Decimal("0.5")),
    Clawback(frozenset({Cause.DEFAULT}), 365, Decimal("0.3")),
)


@pytest.mark.parametrize(
    ("cause", "age", "outstanding", "share"),
    [
        (Cause.EARLY, 0, "1", "1"),
        (Cause.EARLY, 30, "1", "1"),
        (Cause.EARLY, 31, "1", "0.5"),
        (Cause.EARLY, 90, "1", "0.5"),
        (Cause.EARLY, 91, "1", "0.25"),
        (Cause.EARLY, 180, "0", "0.25"),
        (Cause.EARLY, 181, "1", None),
        (Cause.REFUND, 90, "0", "0.5"),
        (Cause.REFUND, 91, "0", None),
        (Cause.DEFAULT, 1, "0.5", "1"),
        (Cause.DEFAULT, 1, "0.49", "0.3"),
        (Cause.DEFAULT, 366, "1", None),
    ],
)
def test_one_rule_says_how_much_is_taken_back(cause: Cause, age: int, outstanding: str, share: str | None) -> None:
    rule = plan(clawbacks=DECLINING).clawback(cause, age, Decimal(outstanding))
    assert (rule.share if rule else None) == (Decimal(share) if share else None)


@pytest.mark.parametrize(("cause", "age", "back"), [(Cause.EARLY, 31, "-617.28"), (Cause.EARLY, 91, "-308.64")])
def test_half_and_a_quarter_of_an_odd_sum_to_the_fen(cause: Cause, age: int, back: str) -> None:
    rule = plan(clawbacks=DECLINING).clawback(cause, age)
    assert rule is not None
    assert -rounded(fen("1234.56") * rule.share) == fen(back)


def test_what_is_held_back_comes_after_its_days() -> None:
    assert Holdback(Decimal("0.2"), 90).until(date(2026, 11, 30)) == date(2027, 2, 28)


# Which plan.

ANYBODY = Facts("batu", "客户经理", "呼和浩特/一部", "house", "抖音")


def named(key: str, **more: Any) -> Plan:
    scope = {name: frozenset(more.pop(name)) for name in list(more) if name in Scope.__dataclass_fields__}
    return Plan(key, key, f"{key}-v1", flat(Decimal("0.01")), scope=Scope(**scope), **more)


ALL = named("all")
ORDERED = (
    named("person", people=["batu"]),
    named("team", departments=["呼和浩特/一部"]),
    named("city", departments=["呼和浩特"]),
    named("rank", ranks=["客户经理"]),
    named("product", products=["house"]),
    named("channel", channels=["抖音"]),
    ALL,
)


@pytest.mark.parametrize("place", range(len(ORDERED)))
def test_the_most_specific_plan_counts_and_says_over_which(place: int) -> None:
    found = choose(reversed(ORDERED[place:]), ANYBODY, FIRST)
    assert found is not None
    assert found.plan is ORDERED[place]
    assert found.instead_of == ORDERED[place + 1 :]


@pytest.mark.parametrize(
    "other",
    [
        {"people": ["lina"]},
        {"departments": ["呼和浩特/二部"]},
        {"departments": ["呼和浩特/一"]},
        {"ranks": ["主管"]},
        {"products": ["car"]},
        {"channels": ["百度"]},
        {"people": ["batu"], "products": ["car"]},
        {"team": True},
    ],
)
def test_what_is_for_others_counts_not(other: dict[str, Any]) -> None:
    found = choose([named("other", **other), ALL], ANYBODY, FIRST)
    assert found is not None
    assert (found.plan, found.instead_of) == (ALL, ())


@pytest.mark.parametrize(
    ("day", "key"),
    [(14, "old"), (15, "new"), (30, "new")],
)
def test_a_plan_that_changes_in_the_middle_of_a_month(day: int, key: str) -> None:
    old, new = named("old", until=date(2026, 11, 14)), named("new", since=date(2026, 11, 15))
    found = choose([old, new], ANYBODY, date(2026, 11, day))
    assert found is not None
    assert found.plan.key == key


def test_where_none_fits_there_is_none_and_two_alike_are_a_mistake() -> None:
    assert choose([named("new", since=date(2026, 12, 1))], ANYBODY, FIRST) is None
    with pytest.raises(ValueError, match="fit alike"):
        choose([named("one", products=["house"]), named("two", products=["house", "car"])], ANYBODY, FIRST)


# What is written down.


def written(period: Period) -> dict[int, int]:
    return {each.deal.number: each.fen for each in period.earnings}


def test_earlier_deals_are_rated_anew_when_the_period_reaches_a_step() -> None:
    of = plan(**TOGETHER)
    first = reckon(of, deals("200000"))
    now = reckon(of, deals("200000", "100000"))
    due = [(each.kind, each.deal, Decimal(each.fen) / 100) for each in missing(now, written(first))]
    assert due == [(Kind.RERATE, 0, Decimal(400)), (Kind.EARN, 1, Decimal(1200))]


def test_progressively_nothing_is_rated_anew() -> None:
    of = plan(PROGRESSIVE, **TOGETHER)
    first = reckon(of, deals("200000"))
    now = reckon(of, deals("200000", "200000"))
    assert [(each.kind, each.fen) for each in missing(now, written(first))] == [(Kind.EARN, fen("2200"))]


def test_a_refund_after_closing_takes_the_step_back_in_the_period_in_which_it_comes() -> None:
    """What was closed stays; the later period has the refund at its own rate."""
    closed = reckon(plan(**TOGETHER), deals("300000"))
    after = reckon(plan(**TOGETHER), deals("100000", "-300000"))
    assert closed.fen == fen("3600")
    assert [each.fen for each in after.earnings] == [fen("1000"), fen("-3000")]


def test_a_deal_that_was_put_right_is_taken_back_and_the_guarantee_follows() -> None:
    of = plan(flat(Decimal("0.01")), period=Bounds(least_fen=fen("1500")))
    before = reckon(of, deals("100000", "100000"))
    now = reckon(of, deals("100000"))
    assert list(missing(now, written(before), before.bounded_fen)) == [
        Due(Kind.RERATE, -fen("1000"), 1),
        Due(Kind.BOUND, fen("500")),
    ]
