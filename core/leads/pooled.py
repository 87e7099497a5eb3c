"""Reads about what waits in the pools: each shows the viewer what he may claim there, or look after.

What comes back is plain data, masked at the least. Money in fen, times in UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from core.leads.access import hidden_from, may_claim_from
from core.leads.models import IS_POOLED, Customer, Lead
from core.leads.ownership import passes
from core.leads.pools import Hidden, Pool, Pools
from core.leads.queries import PAGE, last_page, merged_phones, opened_customer, shown_before_claim
from core.leads.rules import gate_of
from core.people.policy import Actor
from core.privacy import Vault, mask_name

COUNTED = 100  # more waiting leads than this are said as 「99+」: counting a million on every look is no use to anybody
_Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class PooledLead:
    """A lead that waits. Name and phone are masked; what its pool hides is empty or None. Not `readable`: what is
    sealed of its customer does not open, and is stars."""

    id: int
    name: str
    phone: str | None
    region: str | None
    product: str | None
    amount_fen: int | None
    channel: str
    pooled_at: datetime
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Coming:
    """Leads that have just come into a pool and are not free to be claimed yet: how many, counted up to 100, and when
    the first of them is."""

    count: int
    first_at: datetime


@dataclass(frozen=True, slots=True)
class PoolPage:
    """One page of a pool. `waiting` is counted up to 100. `beyond`: a page behind the last was asked for, and this is
    the last. `hidden` is what the leads do not show yet; `coming` what may be claimed later."""

    pool: Pool
    page: int
    waiting: int
    leads: tuple[PooledLead, ...]
    beyond: bool = False
    hidden: frozenset[Hidden] = frozenset()
    coming: Coming | None = None

    @property
    def more(self) -> bool:
        """True if there are leads on the next page (where counting stopped: if this one is full)."""
        return self.page * PAGE < self.waiting or (self.waiting >= COUNTED and len(self.leads) == PAGE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many leads wait in a pool, counted up to 100."""

    pool: Pool
    count: int


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looks at the pools of the company, at a time: he is shown what he may claim now, or all of a pool if he
    looks after it."""

    viewer: Actor
    pools: Pools
    now: datetime

    def waiting(self, pool: Pool) -> _Condition:
        """What he is shown of `pool`, as a condition over `lead`."""
        if not may_claim_from(self.viewer, pool):
            return and_(IS_POOLED, Lead.pool == pool.key)
        gate = gate_of(self.pools, pool, self.now)
        return and_(IS_POOLED, passes(gate.pool, gate.waited_since, gate.not_had_after, self.viewer.id))

    def coming(self, pool: Pool) -> tuple[_Condition, timedelta] | None:
        """What he may claim later, since it has come less than a freeze ago, and how long that is; None if nothing is
        kept from him so."""
        gate = gate_of(self.pools, pool, self.now)
        if gate.waited_since >= self.now or not may_claim_from(self.viewer, pool):
            return None
        come = and_(Lead.pooled_at > gate.waited_since, passes(gate.pool, self.now, gate.not_had_after, self.viewer.id))
        return and_(IS_POOLED, come), self.now - gate.waited_since


def every_waiting(session: Session, vault: Vault, look: Look, pool: Pool, most: int) -> tuple[PooledLead, ...]:
    """What waits in `pool`, as `pool_page` shows it, at most so many."""
    return _pooled_leads(session, vault, look.waiting(pool), hidden_from(look.viewer, pool), 1, most)


def pool_page(session: Session, vault: Vault, look: Look, pool: Pool, page: int) -> PoolPage:
    """Page `page` (from 1) of what waits in `pool`, the newest first; the last page if there are fewer. What is hidden
    from the viewer is not in it."""
    waiting, hidden = look.waiting(pool), hidden_from(look.viewer, pool)
    leads = _pooled_leads(session, vault, waiting, hidden, page)
    beyond = page > 1 and not leads
    if beyond:
        page = last_page(_count(session, waiting, page * PAGE))
        leads = _pooled_leads(session, vault, waiting, hidden, page)
    count = _count(session, waiting, COUNTED)
    return PoolPage(pool, page, count, leads, beyond, hidden, _coming(session, look, pool))


def count_waiting(session: Session, look: Look, pools: Iterable[Pool]) -> tuple[Waiting, ...]:
    """How many leads wait in each of `pools`, in their order."""
    return tuple(Waiting(pool, _count(session, look.waiting(pool), COUNTED)) for pool in pools)


def _coming(session: Session, look: Look, pool: Pool) -> Coming | None:
    coming = look.coming(pool)
    if coming is None:
        return None
    condition, freeze = coming
    first = session.scalar(select(func.min(Lead.pooled_at)).where(condition))
    return Coming(_count(session, condition, COUNTED), first + freeze) if first else None


def _pooled_leads(
    session: Session, vault: Vault, waiting: _Condition, hidden: frozenset[Hidden], page: int, size: int = PAGE
) -> tuple[PooledLead, ...]:
    rows = session.execute(
        select(
            Lead.id,
            Lead.customer_id,
            Lead.region,
            Lead.product,
            Lead.amount_fen,
            Lead.channel,
            Lead.pooled_at,
            Customer.name,
            Customer.phone,
        )
        .join(Customer, Customer.id == Lead.customer_id)
        .where(waiting)
        .order_by(Lead.pooled_at.desc(), Lead.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    merged = merged_phones(session, vault, [row.customer_id for row in rows if row.phone is None])
    return tuple(_pooled_lead(vault, hidden, row, merged.get(row.customer_id, ())) for row in rows)


def _pooled_lead(
    vault: Vault, hidden: frozenset[Hidden], row: Row[*tuple[Any, ...]], merged: Sequence[str]
) -> PooledLead:
    person = opened_customer(vault, row.customer_id, row.name, row.phone, merged)
    return PooledLead(
        id=row.id,
        pooled_at=row.pooled_at,
        readable=person.readable,
        **shown_before_claim(
            hidden,
            name=mask_name(person.name),
            phone=person.masked_phone(),
            region=row.region,
            product=row.product,
            amount_fen=row.amount_fen,
            channel=row.channel,
        ),
    )


def waiting_by_pool(session: Session) -> dict[str, int]:
    """How many leads wait, by the key of their pool: also of pools that the configuration no longer has."""
    rows = session.execute(select(Lead.pool, func.count()).where(IS_POOLED).group_by(Lead.pool).order_by(Lead.pool))
    return {row[0]: row[1] for row in rows}


def _count(session: Session, waiting: _Condition, most: int) -> int:
    some = select(Lead.id).where(waiting).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
