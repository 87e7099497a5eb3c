"""The rules of leads as pure functions: numbers and times in, a decision out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.calendar import day_start
from core.leads.outcomes import LimitReached
from core.leads.pools import Pool, Pools


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person has used of the limits: claims since midnight and leads held now, in all and by pool key."""

    claimed_today: dict[str, int]
    held: dict[str, int]


def claim_limit(pools: Pools, pool: Pool, usage: Usage, lead_id: int, now: datetime) -> LimitReached | None:
    """The first limit that stops one more claim from `pool`, or None.

    The company's limits come first, then the pool's: whoever would be stopped by both hears of the wider one.
    A day's claims free at the next midnight in China; held leads only when one is handed back or closed.
    """
    midnight = day_start(now) + timedelta(days=1)
    claimed, held = sum(usage.claimed_today.values()), sum(usage.held.values())
    in_pool = usage.claimed_today.get(pool.key, 0), usage.held.get(pool.key, 0)
    checks: tuple[tuple[Literal["daily_claims", "holding"], str | None, int, int | None, datetime | None], ...] = (
        ("daily_claims", None, claimed, pools.daily_claims, midnight),
        ("holding", None, held, pools.holding, None),
        ("daily_claims", pool.key, in_pool[0], pool.daily_claims, midnight),
        ("holding", pool.key, in_pool[1], pool.holding, None),
    )
    for rule, whose, used, limit, frees_at in checks:
        if limit is not None and used >= limit:
            return LimitReached(lead_id, rule, whose, used, limit, frees_at)
    return None
