"""领取: a lead is taken out of its pool, and what may stand against that: rights, freeze, cooldown, limits.

One conditional UPDATE decides (`ownership.move`); everything else here says why it did not, or would not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, literal, select

from core.calendar import day_start
from core.leads import ownership
from core.leads.access import may_claim_from, pools_to_claim_from
from core.leads.models import IS_IN_HAND, How, Lead, LeadState, Ownership, subject
from core.leads.outcomes import (
    AlreadyYours,
    Claimed,
    ClaimOutcome,
    ClaimRefusal,
    Closed,
    CoolingDown,
    Frozen,
    LimitReached,
    NoSuchLead,
    NotAllowed,
    NotYourPool,
    TakenBy,
)
from core.leads.pools import Pool, Pools
from core.leads.rules import Usage, claim_limit, gate_of
from core.people.holding import hold
from core.people.policy import Actor, Verb, may
from core.store.base import table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_L, _O = table_of(Lead), table_of(Ownership)
_STANDING = Prepared(
    select(_L.c.state, _L.c.pool, _L.c.owner_id, _L.c.owned_at, _L.c.pooled_at, _O.c.how)
    .outerjoin(_O, and_(_O.c.lead_id == _L.c.id, _O.c.until.is_(None)))
    .where(_L.c.id == bindparam("lead"))
)
_LAST_HAD = Prepared(
    select(func.max(_O.c.until)).where(_O.c.lead_id == bindparam("lead"), _O.c.owner_id == bindparam("person"))
)
_USAGE = Prepared(
    select(literal("claimed"), _O.c.pool, func.count())
    .where(_O.c.owner_id == bindparam("person"), _O.c.how == How.CLAIM.value, _O.c.since >= bindparam("day"))
    .group_by(_O.c.pool)
    .union_all(
        select(literal("held"), _L.c.pool, func.count())
        .where(_L.c.owner_id == bindparam("person"), IS_IN_HAND)
        .group_by(_L.c.pool)
    )
)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a lead is, and since when."""

    state: str
    pool: str
    owner_id: int | None
    owned_at: datetime
    pooled_at: datetime
    how: str


def claim_leads(unit: Unit, actor: Actor, lead_ids: Sequence[int], pools: Pools) -> list[ClaimOutcome]:
    """领取: take the leads out of their pools, each by itself; one outcome a lead, in the order given.

    The limits are counted from the history in this transaction, with the person's row locked, so two claims at once
    by one person cannot both take the last place.
    """
    actor = hold(unit, actor)
    if not may(actor, Verb.CLAIM):
        unit.record(actor.id, "lead:claim:denied", "pool", leads=list(lead_ids))
        return [NotAllowed(Verb.CLAIM) for _ in lead_ids]
    usage = _usage(unit, actor)
    outcomes: dict[int, ClaimOutcome] = {}
    for lead_id in sorted(set(lead_ids)):  # one order for all: two people with the same ticks cannot deadlock
        outcomes[lead_id] = outcome = _claim(unit, actor, lead_id, pools, usage)
        if isinstance(outcome, Claimed):
            unit.record(actor.id, "lead:claim", subject(lead_id))
        if isinstance(outcome, NotYourPool):
            unit.record(actor.id, "lead:claim:denied", subject(lead_id), pool=outcome.pool)
    return [outcomes[lead_id] for lead_id in lead_ids]


def why_not(unit: Unit, actor: Actor, lead_id: int, pools: Pools) -> ClaimRefusal | None:
    """Why `actor` could not claim this lead now, or None if he could: to offer it only then."""
    if not may(actor, Verb.CLAIM):
        return NotAllowed(Verb.CLAIM)
    return _why_not(unit, actor, lead_id, pools, _usage(unit, actor))


def taken_by(unit: Unit, actor: Actor, lead_id: int) -> TakenBy | None:
    """Who has this lead, for somebody to whom it was offered and who comes too late; None if he may claim nothing any
    more, or nobody else was faster."""
    row = _STANDING.row(unit.connection, {"lead": lead_id}) if may(actor, Verb.CLAIM) else None
    lead = _Standing(*row) if row is not None else None
    if lead is None or lead.state != LeadState.OPEN or lead.owner_id in (None, actor.id):
        return None
    return TakenBy(lead_id, lead.owner_id, lead.owned_at, lead.how == How.CLAIM)


def _claim(unit: Unit, actor: Actor, lead_id: int, pools: Pools, usage: Usage) -> ClaimOutcome:
    """Try first, explain afterwards: the UPDATE itself says from where, and what, may be claimed now."""
    gates = [
        gate_of(pools, pool, unit.now)
        for pool in pools_to_claim_from(actor, pools)
        if claim_limit(pools, pool, actor, usage, lead_id, unit.now) is None
    ]
    change = ownership.Move(lead_id, How.CLAIM, actor.id, from_id=None, to_id=actor.id, gates=gates)
    pool = ownership.move(unit, change) if gates else None
    if pool is None:
        refusal = _why_not(unit, actor, lead_id, pools, usage)
        # Nothing against it: it was handed back between our two looks.
        return refusal if refusal is not None else _claim(unit, actor, lead_id, pools, usage)
    usage.claimed_today[pool] = usage.claimed_today.get(pool, 0) + 1
    usage.held[pool] = usage.held.get(pool, 0) + 1
    return Claimed(lead_id)


def _why_not(unit: Unit, actor: Actor, lead_id: int, pools: Pools, usage: Usage) -> ClaimRefusal | None:
    row = _STANDING.row(unit.connection, {"lead": lead_id})
    if row is None:
        return NoSuchLead(lead_id)
    lead = _Standing(*row)
    if lead.state != LeadState.OPEN:
        return Closed(lead_id)
    if lead.owner_id is not None:
        mine = lead.owner_id == actor.id
        claimed = lead.how == How.CLAIM
        return AlreadyYours(lead_id, lead.owned_at) if mine else TakenBy(lead_id, lead.owner_id, lead.owned_at, claimed)
    pool = pools.by_key(lead.pool)
    if pool is None or not may_claim_from(actor, pool):
        return NotYourPool(lead_id, lead.pool)
    waits = opens(unit.connection, actor, lead_id, pool, lead.pooled_at, pools, unit.now)
    return waits or claim_limit(pools, pool, actor, usage, lead_id, unit.now)


def opens(
    executor: Executor, actor: Actor, lead_id: int, pool: Pool, pooled_at: datetime, pools: Pools, now: datetime
) -> Frozen | CoolingDown | None:
    """What keeps `actor` for a time from this lead, which waits in `pool` since `pooled_at`; None if nothing does. Of
    several what lasts longest, since it is told when it frees."""
    gate = gate_of(pools, pool, now)
    waits: list[Frozen | CoolingDown] = []
    if pooled_at > gate.waited_since:
        length = now - gate.waited_since
        waits.append(Frozen(lead_id, pool.key, _hours(length), pooled_at + length))
    had = _LAST_HAD.row(executor, {"lead": lead_id, "person": actor.id})
    if had is not None and had[0] is not None and had[0] > gate.not_had_after:
        length = now - gate.not_had_after
        waits.append(CoolingDown(lead_id, pool.key, had[0], _hours(length), had[0] + length))
    return max(waits, key=lambda wait: wait.frees_at, default=None)


def _hours(length: timedelta) -> float:
    return length / timedelta(hours=1)


def _usage(unit: Unit, person: Actor) -> Usage:
    usage = Usage(claimed_today={}, held={})
    for kind, pool, count in _USAGE.rows(unit.connection, {"person": person.id, "day": day_start(unit.now)}):
        (usage.claimed_today if kind == "claimed" else usage.held)[pool] = count
    return usage


def held_by(unit: Unit, person: Actor) -> dict[str, int]:
    """How many leads this person has in hand, by pool, as it is now; nobody is kept from changing it."""
    counted = {"person": person.id, "day": day_start(unit.now)}
    return {pool: count for kind, pool, count in _USAGE.rows(unit.connection, counted) if kind == "held"}


def room_for(unit: Unit, person: Actor, pools: Pools, pool_key: str, lead_id: int = 0) -> LimitReached | None:
    """Why `person`, who is held, may not hold one more lead of this pool, or None. For leads got without claiming:
    nothing is counted of a day's claims, and of a pool that is gone the company's limits hold."""
    pool = pools.by_key(pool_key) or Pool(pool_key, pool_key)
    held = Usage(claimed_today={}, held=_usage(unit, person).held)
    return claim_limit(pools, pool, person, held, lead_id, unit.now)
