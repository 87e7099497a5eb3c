"""Limits of claiming: the wider rule is told first, at the limit it stops, and each says when it frees."""

from datetime import UTC, datetime, timedelta

import pytest

from core.leads.outcomes import (
    AlreadyYours,
    Claimed,
    ClaimOutcome,
    Closed,
    CoolingDown,
    Frozen,
    LimitReached,
    NoSuchLead,
    NotAllowed,
    NotYourPool,
    TakenBy,
    pack_outcome,
    unpack_outcome,
)
from core.leads.pools import HoldingRule, Pool, Pools
from core.leads.rules import Gate, Usage, claim_limit, gate_of
from core.people.policy import Actor, Role, Verb

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
MIDNIGHT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # the next one there


BATU = Actor(3, "巴图", "包头/一部", frozenset({Role.OFFICER}), rank="初级", account="batu")


def everybody(most: int | None) -> tuple[HoldingRule, ...]:
    return () if most is None else (HoldingRule(most),)


def limit(
    firm: tuple[int | None, int | None],
    pool: tuple[int | None, int | None],
    claimed: dict[str, int] | None = None,
    held: dict[str, int] | None = None,
) -> tuple[str, str | None, int, int, datetime | None] | None:
    here = Pool("a", "甲", daily_claims=pool[0], holding=pool[1])
    pools = Pools((here, Pool("b", "乙")), "a", daily_claims=firm[0], holding=everybody(firm[1]))
    found = claim_limit(pools, here, BATU, Usage(claimed or {}, held or {}), 7, NOW)
    assert found is None or found.lead_id == 7
    return (found.rule, found.pool, found.used, found.limit, found.frees_at) if found else None


N = None


@pytest.mark.parametrize(
    ("firm", "pool", "claimed", "held", "found"),
    [
        ((N, N), (N, N), {"a": 999}, {"a": 999}, N),
        ((10, N), (N, N), {"a": 9}, {}, N),
        ((10, N), (N, N), {"a": 10}, {}, ("daily_claims", N, 10, 10, MIDNIGHT)),
        ((10, N), (N, N), {"a": 4, "b": 6}, {}, ("daily_claims", N, 10, 10, MIDNIGHT)),
        ((10, N), (N, N), {"a": 11}, {}, ("daily_claims", N, 11, 10, MIDNIGHT)),
        ((N, 80), (N, N), {}, {"a": 79}, N),
        ((N, 80), (N, N), {}, {"a": 40, "b": 40}, ("holding", N, 80, 80, N)),
        ((N, N), (3, N), {"a": 3}, {}, ("daily_claims", "a", 3, 3, MIDNIGHT)),
        ((N, N), (3, N), {"b": 3}, {}, N),
        ((N, N), (N, 5), {}, {"a": 5}, ("holding", "a", 5, 5, N)),
        ((N, N), (N, 5), {}, {"b": 5}, N),
        ((10, N), (3, N), {"a": 3, "b": 7}, {}, ("daily_claims", N, 10, 10, MIDNIGHT)),
        ((10, 80), (3, 5), {"a": 3}, {"a": 5}, ("daily_claims", "a", 3, 3, MIDNIGHT)),
        ((10, 80), (3, 5), {"a": 2}, {"a": 5}, ("holding", "a", 5, 5, N)),
        ((10, 80), (3, 5), {"a": 3, "b": 7}, {"a": 80}, ("daily_claims", N, 10, 10, MIDNIGHT)),
        ((0, N), (N, N), {}, {}, ("daily_claims", N, 0, 0, MIDNIGHT)),
        ((N, N), (N, 0), {}, {}, ("holding", "a", 0, 0, N)),
    ],
)
def test_limits(
    firm: tuple[int, int], pool: tuple[int, int], claimed: dict[str, int], held: dict[str, int], found: object
) -> None:
    assert limit(firm, pool, claimed, held) == found


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC), datetime(2026, 11, 24, 16, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), datetime(2026, 11, 25, 16, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), datetime(2027, 1, 1, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_days_claims_free_at_the_next_midnight_in_china(now: datetime, midnight: datetime) -> None:
    here = Pool("a", "甲")
    found = claim_limit(Pools((here,), "a", daily_claims=1), here, BATU, Usage({"a": 1}, {}), 7, now)
    assert found is not None
    assert found.frees_at == midnight


@pytest.mark.parametrize(
    "outcome",
    [
        Claimed(1),
        AlreadyYours(1, NOW),
        TakenBy(1, 2, NOW),
        NotYourPool(1, "a"),
        LimitReached(1, "daily_claims", None, 10, 10, MIDNIGHT),
        LimitReached(1, "holding", "a", 5, 5, None),
        LimitReached(1, "holding", None, 5, 5, None, "初级"),
        Frozen(1, "a", 2.0, MIDNIGHT),
        CoolingDown(1, "a", NOW, 168.0, MIDNIGHT),
        Closed(1),
        NoSuchLead(1),
        NotAllowed(Verb.CLAIM),
    ],
)
def test_an_outcome_survives_a_cards_arguments(outcome: ClaimOutcome) -> None:
    assert unpack_outcome(pack_outcome(outcome)) == outcome


ALL, JUNIOR = HoldingRule(80), HoldingRule(40, ranks=("初级", "见习"))
BAOTOU, HERSELF = HoldingRule(60, departments=("包头",)), HoldingRule(10, people=("lina",))


@pytest.mark.parametrize(
    ("rules", "binding"),
    [
        ((), None),
        ((ALL,), (80, "")),
        ((ALL, JUNIOR, BAOTOU, HERSELF), (40, "初级")),
        ((ALL, BAOTOU), (60, "包头")),
        ((HERSELF,), None),
        ((HoldingRule(30, people=("batu",)), JUNIOR), (30, "")),
        ((HoldingRule(70, departments=("包",)), ALL), (80, "")),
        ((HoldingRule(90, ranks=("初级",)), ALL), (80, "")),
    ],
)
def test_the_lowest_rule_that_binds_a_person_counts_and_says_whose_it_is(
    rules: tuple[HoldingRule, ...], binding: tuple[int, str] | None
) -> None:
    here = Pool("a", "甲")
    pools = Pools((here,), "a", holding=rules)
    for held in (9, 29, 39, 59, 79, 200):
        found = claim_limit(pools, here, BATU, Usage({}, {"a": held}), 7, NOW)
        if binding is None or held < binding[0]:
            assert found is None
        else:
            assert found == LimitReached(7, "holding", None, held, binding[0], None, binding[1])


def test_the_longer_of_the_companys_and_the_pools_times_counts() -> None:
    strict = Pool("a", "甲", cooldown=timedelta(days=7), freeze=timedelta(hours=1))
    pools = Pools((strict, Pool("b", "乙")), "b", cooldown=timedelta(days=3), freeze=timedelta(hours=2))
    assert gate_of(pools, strict, NOW) == Gate("a", NOW - timedelta(hours=2), NOW - timedelta(days=7))
    assert gate_of(pools, pools.pools[1], NOW) == Gate("b", NOW - timedelta(hours=2), NOW - timedelta(days=3))
