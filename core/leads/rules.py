"""The rules of leads as pure functions: numbers and times in, a decision out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calendar import day_start
from core.leads.outcomes import LimitReached, Rule
from core.leads.pools import Pool, Pools
from core.people.policy import Actor

_EVER = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Gate:
    """Out of `pool` may go what has waited there since `waited_since` or longer, to who has not had it after
    `not_had_after`."""

    pool: str
    waited_since: datetime
    not_had_after: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person has used of the limits: claims since midnight and leads held now, in all and by pool key."""

    claimed_today: dict[str, int]
    held: dict[str, int]


def claim_limit(
    pools: Pools, pool: Pool, person: Actor, usage: Usage, lead_id: int, now: datetime
) -> LimitReached | None:
    """The first limit that stops one more claim from `pool` by `person`, or None.

    The company's limits come first, then the pool's: whoever would be stopped by both hears of the wider one. Of the
    company's rules for what may be held the lowest that binds this person counts. A limit that was lowered takes
    nothing from anybody: it stops only one more. A day's claims free at the next midnight in China; held leads only
    when one is handed back or closed.
    """
    midnight = day_start(now) + timedelta(days=1)
    claimed, held = sum(usage.claimed_today.values()), sum(usage.held.values())
    in_pool = usage.claimed_today.get(pool.key, 0), usage.held.get(pool.key, 0)
    rule = pools.holding_rule(person)
    whose, most = (rule.whose(person), rule.most) if rule else ("", None)
    checks: tuple[tuple[Rule, str | None, str, int, int | None, datetime | None], ...] = (
        ("daily_claims", None, "", claimed, pools.daily_claims, midnight),
        ("holding", None, whose, held, most, None),
        ("daily_claims", pool.key, "", in_pool[0], pool.daily_claims, midnight),
        ("holding", pool.key, "", in_pool[1], pool.holding, None),
    )
    for name, key, who, used, limit, frees_at in checks:
        if limit is not None and used >= limit:
            return LimitReached(lead_id, name, key, used, limit, frees_at, who)
    return None


def reveal_limit(
    pools: Pools, pool: Pool | None, today: Sequence[str | None], lead_id: int, now: datetime
) -> LimitReached | None:
    """The first limit that stops one more full phone number, or None. `today` are the pools (None: none) of the leads
    whose numbers the person asked for today; `pool` is where this one waits."""
    midnight = day_start(now) + timedelta(days=1)
    whose: tuple[tuple[str | None, int, int | None], ...] = ((None, len(today), pools.daily_reveals),)
    if pool is not None:
        whose = (*whose, (pool.key, sum(key == pool.key for key in today), pool.daily_reveals))
    for key, used, limit in whose:
        if limit is not None and used >= limit:
            return LimitReached(lead_id, "daily_reveals", key, used, limit, midnight)
    return None


def check_limit(pools: Pools, used: int, now: datetime) -> LimitReached | None:
    """What stops one more number from being checked for duplicates by who has checked `used` of them today, or None."""
    if pools.daily_checks is None or used < pools.daily_checks:
        return None
    return LimitReached(0, "daily_checks", None, used, pools.daily_checks, day_start(now) + timedelta(days=1))


def media_limit(pools: Pools, used: int, now: datetime) -> LimitReached | None:
    """What stops one more picture or file from being kept for who has sent `used` of them today, or None."""
    if pools.daily_media is None or used < pools.daily_media:
        return None
    return LimitReached(0, "daily_media", None, used, pools.daily_media, day_start(now) + timedelta(days=1))


def gate_of(pools: Pools, pool: Pool, now: datetime) -> Gate:
    """What a lead in `pool` must have behind it now to be claimed; the longer of the company's and the pool's rules."""
    freeze, cooldown = max(pools.freeze, pool.freeze), max(pools.cooldown, pool.cooldown)
    # Without a rule every time passes, one that a clock ahead of ours has written too.
    return Gate(pool.key, now - freeze if freeze else now + _EVER, now - cooldown if cooldown else now + _EVER)
