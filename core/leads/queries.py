"""Reads about leads: what the cards show. Each takes the viewer, and shows him what the policy lets him see.

What comes back is plain data: masked unless a docstring says otherwise. Money in fen, times in UTC.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from core.leads.models import IS_OPEN, IS_POOLED, Customer, Lead, LeadState, name_place, phone_place
from core.leads.ownership import passes
from core.leads.pools import Hidden, Pool, Pools
from core.leads.rules import Gate
from core.people.models import Department, Person
from core.people.policy import Actor, Verb, may, may_touch, owner_filter
from core.privacy import Unreadable, Vault, mask_name, mask_phone, name_key, normal_phone
from core.store.database import Executor

PAGE = 5
_EMPTY: dict[str, object] = {"name": "", "phone": "", "channel": "", "touches": ()}
COUNTED = 100  # more waiting leads than this are said as 「99+」: counting a million on every look is no use to anybody

STARS = "***"  # for what does not open, as a mask hides what it does not know


@dataclass(frozen=True, slots=True)
class PooledLead:
    """A lead that waits. Name and phone are masked; what its pool hides is empty or None. Not `readable`: what is
    sealed of its customer does not open, and is stars."""

    id: int
    name: str
    phone: str
    region: str | None
    product: str | None
    amount_fen: int | None
    channel: str
    pooled_at: datetime
    readable: bool = True


@dataclass(frozen=True, slots=True)
class PoolPage:
    """One page of a pool. `waiting` is counted up to 100. `beyond`: a page behind the last was asked for, and this is
    the last."""

    pool: Pool
    page: int
    waiting: int
    leads: tuple[PooledLead, ...]
    beyond: bool = False

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
class OwnLead:
    """One line of 我的客户. `due` is when the next contact was agreed; `readable` as in `PooledLead`."""

    id: int
    name: str
    product: str | None
    amount_fen: int | None
    grade: str | None
    due: datetime | None
    last_follow_up_at: datetime | None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One page of a person's own leads: overdue and due first, then those without a date. `beyond` as in `PoolPage`."""

    page: int
    total: int
    overdue: int
    today: int
    leads: tuple[OwnLead, ...]
    beyond: bool = False


Condition = ColumnElement[bool]


def waiting_for(viewer: Actor, gate: Gate) -> Condition:
    """What waits in the gate's pool and `viewer` may claim now."""
    return and_(IS_POOLED, passes(gate.pool, gate.waited_since, gate.not_had_after, viewer.id))


def waiting_in(pool: Pool) -> Condition:
    """All that waits in `pool`, for who looks after it."""
    return and_(IS_POOLED, Lead.pool == pool.key)


def pool_page(session: Session, vault: Vault, pool: Pool, waiting: Condition, page: int) -> PoolPage:
    """Page `page` (from 1) of the leads that are `waiting` in `pool`, the newest first; the last page if there are
    fewer. What the pool hides is not in it."""
    leads = _pooled_leads(session, vault, pool, waiting, page)
    beyond = page > 1 and not leads
    if beyond:
        page = last_page(_count(session, waiting, page * PAGE))
        leads = _pooled_leads(session, vault, pool, waiting, page)
    return PoolPage(pool, page, _count(session, waiting, COUNTED), leads, beyond)


def count_waiting(session: Session, pools: Iterable[tuple[Pool, Condition]]) -> tuple[Waiting, ...]:
    """How many leads are waiting in each of `pools`, in their order."""
    return tuple(Waiting(pool, _count(session, waiting, COUNTED)) for pool, waiting in pools)


def last_page(count: int) -> int:
    """The number of the last page of so many leads; of none it is 1."""
    return max(-(-count // PAGE), 1)


def _pooled_leads(session: Session, vault: Vault, pool: Pool, waiting: Condition, page: int) -> tuple[PooledLead, ...]:
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
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return tuple(_pooled_lead(vault, pool, row) for row in rows)


def _pooled_lead(vault: Vault, pool: Pool, row: Row[*tuple[Any, ...]]) -> PooledLead:
    name, phone = _name(vault, row.customer_id, row.name), _phone(vault, row.customer_id, row.phone)
    return PooledLead(
        id=row.id,
        pooled_at=row.pooled_at,
        readable=None not in (name, phone),
        **shown_before_claim(
            pool.hidden,
            name=mask_name(name or STARS),
            phone=mask_phone(phone or STARS),
            region=row.region,
            product=row.product,
            amount_fen=row.amount_fen,
            channel=row.channel,
        ),
    )


def shown_before_claim(hidden: Collection[Hidden], **values: Any) -> dict[str, Any]:
    """The values of a lead without those that are `hidden`: empty instead, or None for what may be unknown."""
    gone = {*hidden, *(["touches"] if Hidden.CHANNEL in hidden else [])}
    return {name: _EMPTY.get(name) if name in gone else value for name, value in values.items()}


def waiting_by_pool(session: Session) -> dict[str, int]:
    """How many leads wait, by the key of their pool: also of pools that the configuration no longer has."""
    rows = session.execute(select(Lead.pool, func.count()).where(IS_POOLED).group_by(Lead.pool).order_by(Lead.pool))
    return {row[0]: row[1] for row in rows}


def _count(session: Session, waiting: Condition, most: int) -> int:
    some = select(Lead.id).where(waiting).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _name(vault: Vault, customer_id: int, sealed: bytes) -> str | None:
    return opened(vault, name_place(customer_id), sealed)


def _phone(vault: Vault, customer_id: int, sealed: bytes) -> str | None:
    return opened(vault, phone_place(customer_id), sealed)


def opened(vault: Vault, place: str, sealed: bytes) -> str | None:
    """What is sealed; None if it does not open: one value that was damaged, or copied from another row, spoils its own
    line, and not what stands beside it."""
    try:
        return vault.open(place, sealed)
    except Unreadable:
        return None


def own_page(session: Session, vault: Vault, viewer: Actor, page: int, now: datetime, tomorrow: datetime) -> OwnPage:
    """Page `page` (from 1) of the leads `viewer` owns; the last page if there are fewer. `tomorrow` is the next
    midnight in China."""
    mine = (Lead.owner_id == viewer.id, IS_OPEN)
    total, overdue, today = session.execute(
        select(
            func.count(),
            func.count(case((Lead.next_contact_at <= now, 1))),
            func.count(case((and_(Lead.next_contact_at > now, Lead.next_contact_at < tomorrow), 1))),
        ).where(*mine)
    ).one()
    beyond = page > last_page(total)
    page = min(page, last_page(total))
    rows = session.execute(
        select(Lead, Customer.name)
        .join(Customer, Customer.id == Lead.customer_id)
        .where(*mine)
        .order_by(Lead.next_contact_at.is_(None), Lead.next_contact_at, Lead.owned_at.desc(), Lead.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    leads = tuple(_own_lead(lead, _name(vault, lead.customer_id, name)) for lead, name in rows)
    return OwnPage(page, total, overdue, today, leads, beyond)


def _own_lead(lead: Lead, name: str | None) -> OwnLead:
    return OwnLead(
        id=lead.id,
        name=name or STARS,
        product=lead.product,
        amount_fen=lead.amount_fen,
        grade=lead.grade,
        due=lead.next_contact_at,
        last_follow_up_at=lead.last_follow_up_at,
        readable=name is not None,
    )


def _with_owner() -> Select[int, int | None, str, str, str | None]:
    """Leads with their owners, for `owner_filter`."""
    return (
        select(Lead.id, Lead.owner_id, Lead.state, Lead.pool, Department.path)
        .outerjoin(Person, Person.id == Lead.owner_id)
        .outerjoin(Department, Department.id == Person.department_id)
    )


def find_leads(session: Session, vault: Vault, viewer: Actor, words: str, limit: int = 8) -> Sequence[int]:
    """The numbers of leads that `viewer` may see, whose customer has this phone or this name (or, of a name with `·`,
    this first part), dots and spaces aside. Open ones first, the newest first. Never a part of a phone: that would be
    fishing."""
    statement = (
        _with_owner()
        .where(
            Lead.customer_id.in_(select(Customer.id).where(_named(vault, words))), owner_filter(viewer, Verb.SEE_LEAD)
        )
        .order_by(Lead.state.desc(), Lead.id.desc())
        .limit(limit)
    )
    return [row.id for row in session.execute(statement)]


def _named(vault: Vault, words: str) -> ColumnElement[bool]:
    phone = normal_phone(words)
    if phone:
        return Customer.phone_index.in_(vault.indexes("customer.phone", phone))
    indexes = vault.indexes("customer.name", name_key(words))
    return or_(Customer.name_index.in_(indexes), Customer.given_name_index.in_(indexes))


_STANDING = _with_owner().where(Lead.id == bindparam("lead"))


def may_see(executor: Executor, viewer: Actor, lead_id: int, pools: Pools) -> bool:
    """May `viewer` look at this lead: by the scope of his roles, or because it waits in a pool that is open to him."""
    row = executor.execute(_STANDING, {"lead": lead_id}).one_or_none()
    if row is None:
        return False
    if row.owner_id is None and row.state == LeadState.OPEN and may(viewer, Verb.SEE_POOL):
        pool = pools.by_key(row.pool)
        is_open = pool is not None and (pool.is_open_to(viewer) or pool.is_run_by(viewer))
        return is_open or may_touch(viewer, Verb.SEE_LEAD, None, None)
    return may_touch(viewer, Verb.SEE_LEAD, row.owner_id, row.path)


@dataclass(frozen=True, slots=True)
class Brief:
    """A lead in one line: for results and notices. In full only for its owner. `readable` as in `PooledLead`."""

    id: int
    name: str
    phone: str
    product: str | None
    amount_fen: int | None
    owner_id: int | None
    mine: bool
    readable: bool = True


def briefs(session: Session, vault: Vault, viewer: Actor, lead_ids: Sequence[int], pools: Pools) -> dict[int, Brief]:
    """Leads in one line each, by number; name and phone in full for those that are `viewer`'s own, else masked. What
    the pool of a waiting lead hides is stars or None, unless the viewer may see every lead."""
    everything = may_touch(viewer, Verb.SEE_LEAD, None, None)
    rows = session.execute(
        select(Lead, Customer).join(Customer, Customer.id == Lead.customer_id).where(Lead.id.in_(lead_ids))
    )
    found = {}
    for lead, customer in rows:
        mine = lead.owner_id == viewer.id and may(viewer, Verb.SEE_PHONE)
        sealed = _name(vault, customer.id, customer.name), _phone(vault, customer.id, customer.phone)
        name, phone = (value or STARS for value in sealed)
        pool = pools.by_key(lead.pool) if lead.owner_id is None and not everything else None
        hidden = pool.hidden if pool else frozenset()
        found[lead.id] = Brief(
            id=lead.id,
            name=STARS if Hidden.NAME in hidden else name if mine else mask_name(name),
            phone=STARS if Hidden.PHONE in hidden else phone if mine else mask_phone(phone),
            product=None if Hidden.PRODUCT in hidden else lead.product,
            amount_fen=None if Hidden.AMOUNT in hidden else lead.amount_fen,
            owner_id=lead.owner_id,
            mine=mine,
            readable=None not in sealed,
        )
    return found
