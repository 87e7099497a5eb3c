"""看电话: a full phone number shown, when he asks for it, to somebody whose lead it is not: counted and audited.

How many a person may ask for in a day is the company's rule and, for what waits in a pool, the pool's; from a pool
without such a rule the number comes with the claim only. Who asks again on the same day is not counted again, unless
there is a number by now that he was not shown: another customer was merged into this one since.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from core.calendar import day_start
from core.leads.access import may_claim_from, may_reveal, may_see, with_owner
from core.leads.claiming import opens
from core.leads.models import Customer, Lead, LeadState, Reveal, subject
from core.leads.outcomes import (
    Closed,
    LimitReached,
    NoPhoneYet,
    NoSuchLead,
    NotAllowed,
    NotYours,
    PhoneAfterClaim,
    Revealed,
    RevealRefusal,
)
from core.leads.pools import Pool, Pools
from core.leads.queries import merged_phones, opened_customer
from core.leads.rules import reveal_limit
from core.people.holding import hold
from core.people.policy import Actor, Verb, may
from core.privacy import Vault, mask_name
from core.store.base import UtcDateTime, table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_R = table_of(Reveal)
_TODAY = Prepared(
    select(_R.c.pool, _R.c.numbers).where(
        _R.c.person_id == bindparam("person"), _R.c.at >= bindparam("day", type_=UtcDateTime)
    )
)
_ONE = with_owner().where(Lead.id == bindparam("lead"))


@dataclass(frozen=True, slots=True)
class Phone:
    """A full phone number as it is shown to somebody who asked for it today, and the `others` of the customer. `used`
    are those he asked for today, of the company's `limit` (None: any number); both are None for his own lead.
    `claimable`: he may claim the lead."""

    id: int
    name: str
    phone: str
    used: int | None
    limit: int | None
    claimable: bool
    readable: bool = True
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Standing:
    owner_id: int | None
    state: str
    department: str | None
    pool: Pool | None


class _Today(NamedTuple):
    """What somebody asked for today: where each lead waited, and whose numbers he was shown, as customers were
    entered."""

    pools: list[str | None]
    numbers: frozenset[int]


def reveal_phone(unit: Unit, actor: Actor, lead_id: int, pools: Pools) -> Revealed | RevealRefusal:
    """看电话: note that `actor` is shown this lead's full number, today, if he may be. (`phone_shown` shows it.)"""
    actor = hold(unit, actor)
    lead = _reachable(unit, actor, lead_id, pools)
    if not isinstance(lead, _Standing):
        return lead
    numbers = _numbers(unit.connection, lead_id)
    if not numbers:
        return NoPhoneYet(lead_id, mine=lead.owner_id == actor.id)
    if lead.owner_id != actor.id:
        stop = _note(unit, actor, lead_id, numbers, lead.pool, pools)
        if stop is not None:
            return stop
    unit.record(actor.id, "lead:reveal", subject(lead_id))
    return Revealed(lead_id)


def _reachable(unit: Unit, actor: Actor, lead_id: int, pools: Pools) -> _Standing | RevealRefusal:
    """The lead, if `actor` may ask for its number; a refusal of a right is audited. A lead that he may not even see is
    to him as one that is not there."""
    lead = _standing(unit.connection, lead_id, pools)
    if lead is None and may(actor, Verb.REVEAL):
        unit.record(actor.id, "lead:reveal:none", subject(lead_id))
        return NoSuchLead(lead_id)
    if lead is None or not may_see(unit.connection, actor, lead_id, pools, unit.now):
        unit.record(actor.id, "lead:reveal:denied", subject(lead_id))
        return NoSuchLead(lead_id) if may(actor, Verb.REVEAL) else NotAllowed(Verb.REVEAL)
    if may_reveal(actor, lead.owner_id, lead.department, lead.pool):
        return lead if lead.state == LeadState.OPEN else Closed(lead_id)
    unit.record(actor.id, "lead:reveal:denied", subject(lead_id))
    if not may(actor, Verb.REVEAL):
        return NotAllowed(Verb.REVEAL)
    return PhoneAfterClaim(lead_id, lead.pool.key) if lead.pool else NotYours(lead_id, lead.owner_id)


def _numbers(executor: Executor, lead_id: int) -> frozenset[int]:
    """Who has a phone of the lead's customer and those who were merged into him: their ids."""
    whose = Lead.customer_id == func.coalesce(Customer.merged_into_id, Customer.id)
    wanted = select(Customer.id).join(Lead, whose).where(Lead.id == lead_id, Customer.phone_index.is_not(None))
    return frozenset(executor.execute(wanted).scalars())


def _note(
    unit: Unit, actor: Actor, lead_id: int, numbers: frozenset[int], pool: Pool | None, pools: Pools
) -> LimitReached | None:
    """Count it. The person is held: two at once cannot both take the last one."""
    today = _today(unit.connection, actor, unit.now)
    if numbers <= today.numbers:
        return None
    stop = reveal_limit(pools, pool, today.pools, lead_id, unit.now)
    if stop is None:
        about = {"pool": pool.key if pool else None, "numbers": ",".join(map(str, sorted(numbers)))}
        unit.session.execute(insert(Reveal).values(person_id=actor.id, lead_id=lead_id, at=unit.now, **about))
    return stop


def phone_shown(
    session: Session, vault: Vault, viewer: Actor, lead_id: int, pools: Pools, now: datetime
) -> Phone | None:
    """The full number of a lead, if `viewer` asked for it today (for all of them, where the customer has several), and
    may still be shown it; else None."""
    lead, today = _standing(session, lead_id, pools), _today(session, viewer, now)
    if lead is None or lead.state != LeadState.OPEN:
        return None
    mine = lead.owner_id == viewer.id
    if not may_reveal(viewer, lead.owner_id, lead.department, lead.pool) or not (
        mine or _numbers(session, lead_id) <= today.numbers
    ):
        return None
    row = session.execute(
        select(Customer.id, Customer.name, Customer.phone, Lead.pooled_at).join(Lead).where(Lead.id == lead_id)
    ).one()
    merged = merged_phones(session, vault, [row.id]).get(row.id, ())
    person = opened_customer(vault, row.id, row.name, row.phone, merged)
    if person.phone is None:  # a merge that had brought it was taken back
        return None
    return Phone(
        id=lead_id,
        name=person.name if mine else mask_name(person.name),
        phone=person.phone,
        used=None if mine else len(today.pools),
        limit=None if mine else pools.daily_reveals,
        claimable=_claimable(session, viewer, lead_id, lead, row.pooled_at, pools, now),
        readable=person.readable,
        others=person.others,
    )


def _claimable(
    executor: Executor,
    viewer: Actor,
    lead_id: int,
    lead: _Standing,
    pooled_at: datetime | None,
    pools: Pools,
    now: datetime,
) -> bool:
    if lead.pool is None or pooled_at is None or not may_claim_from(viewer, lead.pool):
        return False
    return opens(executor, viewer, lead_id, lead.pool, pooled_at, pools, now) is None


def _standing(executor: Executor, lead_id: int, pools: Pools) -> _Standing | None:
    row = executor.execute(_ONE, {"lead": lead_id}).one_or_none()
    if row is None:
        return None
    return _Standing(row.owner_id, row.state, row.path, pools.by_key(row.pool) if row.owner_id is None else None)


def _today(executor: Executor, person: Actor, now: datetime) -> _Today:
    rows = _TODAY.rows(executor, {"person": person.id, "day": day_start(now)})
    shown = (number for _, numbers in rows for number in numbers.split(",") if number)
    return _Today([pool for pool, _ in rows], frozenset(map(int, shown)))
