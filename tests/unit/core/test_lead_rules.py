"""Limits of claiming: the wider rule is told first, at the limit it stops, and each says when it frees."""

from datetime import UTC, datetime

import pytest

from core.leads.outcomes import (
    AlreadyYours,
    Claimed,
    ClaimOutcome,
    Closed,
    LimitReached,
    NoSuchLead,
    NotAllowed,
    NotYourPool,
    TakenBy,
    pack_outcome,
    unpack_outcome,
)
from core.leads.pools import Pool, Pools
from core.leads.rules import Usage, claim_limit
from core.people.policy import Verb

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
MIDNIGHT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # the next one there


def limit(
    firm: tuple[int | None, int | None],
    pool: tuple[int | None, int | None],
    claimed: dict[str, int] | None = None,
    held: dict[str, int] | None = None,
) -> tuple[str, str | None, int, int, datetime | None] | None:
    here = Pool("a", "甲", daily_claims=pool[0], holding=pool[1])
    pools = Pools((here, Pool("b", "乙")), "a", daily_claims=firm[0], holding=firm[1])
    found = claim_limit(pools, here, Usage(claimed or {}, held or {}), 7, NOW)
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
    found = claim_limit(Pools((here,), "a", daily_claims=1), here, Usage({"a": 1}, {}), 7, now)
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
        Closed(1),
        NoSuchLead(1),
        NotAllowed(Verb.CLAIM),
    ],
)
def test_an_outcome_survives_a_cards_arguments(outcome: ClaimOutcome) -> None:
    assert unpack_outcome(pack_outcome(outcome)) == outcome
