"""How a customer and a lead come into being: by hand now, by file and API later, all through `add_lead`.

Two people who enter one phone at the same instant make one customer and one lead: the unique indexes decide, not a
look beforehand.
"""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from core.leads import ownership
from core.leads.claiming import room_for, why_not
from core.leads.events import CustomerCameAgain
from core.leads.models import (
    IS_OPEN,
    Customer,
    How,
    Lead,
    LeadState,
    Touch,
    id_number_place,
    name_place,
    note_place,
    phone_place,
    subject,
)
from core.leads.outcomes import Added, AlreadyOpen, NotAllowed
from core.leads.pools import Pools
from core.people.policy import Actor, Verb, may
from core.privacy import Vault, name_key
from core.store.base import new_id
from core.store.database import insert_new
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class NewLead:
    """What is known of an arrival, in normal form (`core.privacy.normal`). Money in fen, region by code."""

    name: str
    phone: str
    channel: str
    id_number: str | None = None
    product: str | None = None
    amount_fen: int | None = None
    region: str | None = None
    note: str = ""


def add_lead(unit: Unit, actor: Actor, new: NewLead, pools: Pools) -> Added | AlreadyOpen | NotAllowed:
    """录入: the customer (found again by phone or ID number) and an open lead.

    An officer who enters somebody owns the lead, unless he holds as many as he may: then it waits in its pool, as it
    does when others enter it. If the customer has an open lead, the arrival is noted on that one and its owner rung.
    """
    if not may(actor, Verb.ADD_LEAD):
        unit.record(actor.id, "lead:add:denied", "lead")
        return NotAllowed(Verb.ADD_LEAD)
    pool = pools.place(new.region, new.product)
    customer_id = customer_of(unit, new)
    full = room_for(unit, actor, pools, pool.key) if may(actor, Verb.FOLLOW) else None
    owner_id = actor.id if may(actor, Verb.FOLLOW) and full is None else None
    lead_id = _open_lead(unit, customer_id, new, pool.key, owner_id)
    if lead_id is None:
        return _touch_open(unit, actor, customer_id, new, pools)
    how = How.ENTER
    ownership.begin(unit, ownership.Move(lead_id, how, actor.id, from_id=None, to_id=owner_id), pool.key)
    unit.session.add(Touch(lead_id=lead_id, channel=new.channel, at=unit.now, by_id=actor.id))
    unit.record(actor.id, "lead:add", subject(lead_id), channel=new.channel, pool=pool.key, owner=owner_id)
    return Added(lead_id, owner_id, pool.key, full)


def customer_of(unit: Unit, new: NewLead) -> int:
    """The id of the customer with this phone or ID number; made if there is none. Safe against another insert."""
    vault = unit.vault
    found = unit.session.scalar(
        select(Customer.id).where(Customer.phone_index.in_(vault.indexes("customer.phone", new.phone)))
    )
    if found is None and new.id_number:
        indexes = vault.indexes("customer.id_number", new.id_number)
        found = unit.session.scalar(select(Customer.id).where(Customer.id_number_index.in_(indexes)))
    if found is not None:
        return found
    values = customer_values(vault, new) | {"created_at": unit.now}
    made: int | None = unit.session.scalar(insert_new(unit.session, Customer).values(values).returning(Customer.id))
    return made if made is not None else customer_of(unit, new)  # another transaction was faster: it is there now


def customer_values(vault: Vault, new: NewLead) -> dict[str, object]:
    """The columns of a new customer: sealed values bound to a fresh id, and their blind indexes."""
    customer_id = new_id()
    given, dot, _ = new.name.partition("·")
    return {
        "id": customer_id,
        "name": vault.seal(name_place(customer_id), new.name),
        "name_index": vault.index("customer.name", name_key(new.name)),
        "given_name_index": vault.index("customer.name", name_key(given)) if dot else None,
        "phone": vault.seal(phone_place(customer_id), new.phone),
        "phone_index": vault.index("customer.phone", new.phone),
        "id_number": vault.seal(id_number_place(customer_id), new.id_number) if new.id_number else None,
        "id_number_index": vault.index("customer.id_number", new.id_number) if new.id_number else None,
    }


def _open_lead(unit: Unit, customer_id: int, new: NewLead, pool: str, owner_id: int | None) -> int | None:
    """Insert the lead unless the customer has an open one (None then)."""
    values = {
        "customer_id": customer_id,
        "state": LeadState.OPEN,
        "pool": pool,
        "owner_id": owner_id,
        "owned_at": unit.now if owner_id is not None else None,
        "pooled_at": unit.now if owner_id is None else None,
        "idle_since": unit.now if owner_id is not None else None,
        "product": new.product,
        "amount_fen": new.amount_fen,
        "region": new.region,
        "channel": new.channel,
        "created_at": unit.now,
        "revision": 1,
    }
    made: int | None = unit.session.scalar(insert_new(unit.session, Lead).values(values).returning(Lead.id))
    if made is not None and new.note:  # bound to the lead's number, which only the insert gives
        note = unit.vault.seal(note_place(made), new.note)
        unit.session.execute(update(Lead).where(Lead.id == made).values(note=note))
    return made


def _touch_open(unit: Unit, actor: Actor, customer_id: int, new: NewLead, pools: Pools) -> AlreadyOpen:
    lead = unit.session.execute(
        select(Lead.id, Lead.owner_id, Lead.pool).where(Lead.customer_id == customer_id, IS_OPEN)
    ).one()
    unit.session.execute(insert(Touch).values(lead_id=lead.id, channel=new.channel, at=unit.now, by_id=actor.id))
    unit.record(actor.id, "lead:touch", subject(lead.id), channel=new.channel)
    if lead.owner_id != actor.id:
        unit.happened(CustomerCameAgain(lead.id, lead.owner_id, new.channel, actor.id))
    stop = why_not(unit, actor, lead.id, pools) if lead.owner_id is None else None
    return AlreadyOpen(lead.id, lead.owner_id, lead.pool, stop)
