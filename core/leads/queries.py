"""Reads about leads: what the cards show. Each takes the viewer, and shows him what the policy lets him see.

What comes back is plain data: masked unless a docstring says otherwise. Money in fen, times in UTC.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.leads.access import hidden_from, seen_in_lists, with_owner
from core.leads.models import IS_OPEN, Customer, Lead, LeadState, name_place, phone_place
from core.leads.pools import Hidden, Pools
from core.people.policy import Actor, Verb, may
from core.privacy import Unreadable, Vault, mask_name, mask_phone, name_key, normal_phone
from core.store.base import table_of

PAGE = 5
_C = table_of(Customer)
_EMPTY: dict[str, object] = {"name": "", "phone": "", "other_phones": (), "channel": "", "touches": ()}
_MOST_URGENT = (Lead.next_contact_at.is_(None), Lead.next_contact_at, Lead.owned_at.desc(), Lead.id.desc())
STARS = "***"  # for what does not open, as a mask hides what it does not know


@dataclass(frozen=True, slots=True)
class OwnLead:
    """One line of 我的客户. `due` is when the next contact was agreed; `readable` as in `PooledLead`. `owner` is
    somebody else who has it, empty for the viewer himself; since `idle_since` he has not followed up."""

    id: int
    name: str
    product: str | None
    amount_fen: int | None
    grade: str | None
    due: datetime | None
    last_follow_up_at: datetime | None
    readable: bool = True
    tags: tuple[str, ...] = ()
    owner: str = ""
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One page of a person's own leads: overdue and due first, then those without a date. `beyond` as in `PoolPage`."""

    page: int
    total: int
    overdue: int
    today: int
    leads: tuple[OwnLead, ...]
    beyond: bool = False


def last_page(count: int, size: int = PAGE) -> int:
    """The number of the last page of so many leads, `size` on each; of none it is 1."""
    return max(-(-count // size), 1)


def shown_before_claim(hidden: Collection[Hidden], **values: Any) -> dict[str, Any]:
    """The values of a lead without those that are `hidden`: empty instead, or None for what may be unknown."""
    gone = {*hidden, *(["touches"] if Hidden.CHANNEL in hidden else [])}
    gone |= {"other_phones"} if Hidden.PHONE in hidden else set()
    return {name: _EMPTY.get(name) if name in gone else value for name, value in values.items()}


def customer_name(session: Session, vault: Vault, lead_id: int) -> str | None:
    """The name of a lead's customer in full; None if it does not open. Not for anybody's eyes: to compare with."""
    row = session.execute(
        select(Customer.id, Customer.name).join(Lead, Lead.customer_id == Customer.id).where(Lead.id == lead_id)
    ).one()
    return opened_name(vault, row.id, row.name)


def opened_name(vault: Vault, customer_id: int, sealed: bytes) -> str | None:
    """A customer's name; as `opened`."""
    return opened(vault, name_place(customer_id), sealed)


class Opened(NamedTuple):
    """A customer's name and phone: stars for what does not open (then not `readable`), None for a phone that nobody
    knows yet. `others` are more phones of his."""

    name: str
    phone: str | None
    readable: bool
    others: tuple[str, ...] = ()

    def masked_phone(self) -> str | None:
        """The phone as it is shown to who may not see it in full."""
        return None if self.phone is None else mask_phone(self.phone)

    def masked_others(self) -> tuple[str, ...]:
        """The others likewise."""
        return tuple(mask_phone(number) for number in self.others)


def opened_customer(
    vault: Vault, customer_id: int, name: bytes, phone: bytes | None, merged: Sequence[str] = ()
) -> Opened:
    """Name and phone of a customer out of his row. `merged` are his phones by `merged_phones`: where his own row has
    none, he is called by the first of them."""
    called = opened_name(vault, customer_id, name)
    if phone is None:
        return Opened(called or STARS, next(iter(merged), None), called is not None, tuple(merged[1:]))
    number = opened(vault, phone_place(customer_id), phone)
    return Opened(called or STARS, number or STARS, called is not None and number is not None, tuple(merged))


def merged_phones(session: Session, vault: Vault, customer_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The phones of those who were merged into these customers, and so are they: a merge leaves each phone in the row
    it was in. In full, the first entered first; stars for one that does not open."""
    if not customer_ids:
        return {}
    rows = session.execute(
        select(_C.c.merged_into_id, _C.c.id, _C.c.phone)
        .where(_C.c.merged_into_id.in_(customer_ids), _C.c.phone.is_not(None))
        .order_by(_C.c.created_at, _C.c.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for kept, gone, phone in rows:
        found[kept] = (*found.get(kept, ()), opened(vault, phone_place(gone), phone) or STARS)
    return found


def opened(vault: Vault, place: str, sealed: bytes) -> str | None:
    """What is sealed; None if it does not open: one value that was damaged, or copied from another row, spoils its own
    line, and not what stands beside it."""
    try:
        return vault.open(place, sealed)
    except Unreadable:
        return None


def own_page(
    session: Session, vault: Vault, viewer: Actor, page: int, now: datetime, tomorrow: datetime, size: int = PAGE
) -> OwnPage:
    """Page `page` (from 1) of the leads `viewer` owns, `size` on each; the last page if there are fewer. `tomorrow` is
    the next midnight in China."""
    mine = (Lead.owner_id == viewer.id, IS_OPEN)
    total, overdue, today = session.execute(
        select(
            func.count(),
            func.count(case((Lead.next_contact_at <= now, 1))),
            func.count(case((and_(Lead.next_contact_at > now, Lead.next_contact_at < tomorrow), 1))),
        ).where(*mine)
    ).one()
    last = last_page(total, size)
    beyond, page = page > last, min(page, last)
    rows = session.execute(
        select(Lead, Customer.name)
        .join(Customer, Customer.id == Lead.customer_id)
        .where(*mine)
        .order_by(*_MOST_URGENT)
        .offset((page - 1) * size)
        .limit(size)
    )
    leads = tuple(_own_lead(lead, opened_name(vault, lead.customer_id, name)) for lead, name in rows)
    return OwnPage(page, total, overdue, today, leads, beyond)


def own_first(session: Session, vault: Vault, viewer: Actor, limit: int) -> tuple[OwnLead, ...]:
    """The first `limit` of the leads `viewer` owns, in the order of 我的客户."""
    rows = session.execute(
        select(Lead, Customer.name)
        .join(Customer, Customer.id == Lead.customer_id)
        .where(Lead.owner_id == viewer.id, IS_OPEN)
        .order_by(*_MOST_URGENT)
        .limit(limit)
    )
    return tuple(_own_lead(lead, opened_name(vault, lead.customer_id, name)) for lead, name in rows)


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
        idle_since=lead.idle_since,
    )


def find_leads(
    session: Session, vault: Vault, viewer: Actor, words: str, now: datetime, limit: int = 8
) -> Sequence[int]:
    """The numbers of leads that `viewer` may see, whose customer has this phone or this name (or, of a name with `·`,
    this first part), dots and spaces aside. Open ones first, the newest first. Never a part of a phone: that would be
    fishing."""
    whose = func.coalesce(Customer.merged_into_id, Customer.id)
    statement = (
        with_owner()
        .where(Lead.customer_id.in_(select(whose).where(_named(vault, words))), seen_in_lists(viewer, now))
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


@dataclass(frozen=True, slots=True)
class Brief:
    """A lead in one line: for results and notices. In full only for its owner. `phone` is None if nobody knows it yet.
    `readable` as in `PooledLead`."""

    id: int
    name: str
    phone: str | None
    product: str | None
    amount_fen: int | None
    owner_id: int | None
    mine: bool
    readable: bool = True


def going_on_elsewhere(session: Session, leads: Iterable[Lead], viewer: Actor) -> set[int]:
    """Those of the leads that are closed while their customer has another one open that is not `viewer`'s: what is
    known of the customer there (after a merge it may be another name and another phone) is not for the eyes of who had
    this one."""
    closed = {lead.id: lead.customer_id for lead in leads if lead.state != LeadState.OPEN}
    if not closed:
        return set()
    others = (Lead.customer_id.in_(set(closed.values())), IS_OPEN, Lead.owner_id.is_distinct_from(viewer.id))
    theirs = set(session.scalars(select(Lead.customer_id).where(*others)))
    return {lead_id for lead_id, customer_id in closed.items() if customer_id in theirs}


def briefs(session: Session, vault: Vault, viewer: Actor, lead_ids: Sequence[int], pools: Pools) -> dict[int, Brief]:
    """Leads in one line each, by number; name and phone in full for those that are `viewer`'s own, else masked. What
    the pool of a waiting lead hides is stars or None, unless the viewer may see every lead."""
    rows = session.execute(
        select(Lead, Customer).join(Customer, Customer.id == Lead.customer_id).where(Lead.id.in_(lead_ids))
    ).all()
    merged = merged_phones(session, vault, [customer.id for _, customer in rows if customer.phone is None])
    elsewhere = going_on_elsewhere(session, (lead for lead, _ in rows), viewer)
    found = {}
    for lead, customer in rows:
        mine = lead.owner_id == viewer.id and may(viewer, Verb.SEE_PHONE)
        full = mine and lead.id not in elsewhere
        person = opened_customer(vault, customer.id, customer.name, customer.phone, merged.get(customer.id, ()))
        hidden = hidden_from(viewer, pools.by_key(lead.pool)) if lead.owner_id is None else frozenset()
        found[lead.id] = Brief(
            id=lead.id,
            name=STARS if Hidden.NAME in hidden else person.name if full else mask_name(person.name),
            phone=STARS if Hidden.PHONE in hidden else person.phone if full else person.masked_phone(),
            product=None if Hidden.PRODUCT in hidden else lead.product,
            amount_fen=None if Hidden.AMOUNT in hidden else lead.amount_fen,
            owner_id=lead.owner_id,
            mine=mine,
            readable=person.readable,
        )
    return found
