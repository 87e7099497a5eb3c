"""What a rule of automation does with a lead in nobody's name: gives it to a colleague, or back into its pool, and says
until when its owner is to contact the customer.

The new owner is not held as `service.transfer_lead` holds him: people come before leads in the order of locks, and the
lead is at hand already when a rule hears of it. So two rules at one instant can give him one lead too many.
"""

from datetime import datetime
from typing import TypeAlias

from sqlalchemy import or_, update

from core.leads import ownership
from core.leads.claiming import room_for
from core.leads.models import IS_OPEN, How, Lead, LeadState, subject
from core.leads.outcomes import AtWork, CannotReceive, Closed, NoRoom, NoSuchLead, NotAMember, SameOwner, Transferred
from core.leads.pools import Pools
from core.leads.service import owned
from core.people.policy import Actor, Verb, may
from core.store.base import table_of
from core.store.unit import Unit

_L = table_of(Lead)

Given: TypeAlias = Transferred | SameOwner | CannotReceive | NotAMember | NoRoom | Closed | NoSuchLead


def give_by_rule(unit: Unit, rule: str, lead_id: int, to: Actor, pools: Pools) -> Given:
    """The lead is `to`'s from now on. Nobody gets more than the rules let him hold, and out of a pool only its members
    get one."""
    lead = owned(unit.connection, lead_id)
    if lead is None:
        return NoSuchLead(lead_id)
    if lead.state != LeadState.OPEN:
        return Closed(lead_id)
    pool = pools.by_key(lead.pool)
    if lead.owner_id == to.id:
        return SameOwner(lead_id, to.id)
    if not may(to, Verb.FOLLOW):
        return CannotReceive(lead_id, to.id)
    if lead.owner_id is None and pool is not None and not pool.has_member(to):
        return NotAMember(lead_id, pool.key, to.id)
    full = room_for(unit, to, pools, lead.pool, lead_id)
    if full is not None:
        return NoRoom(lead_id, to.id, full)
    change = ownership.Move(lead_id, How.TRANSFER, None, from_id=lead.owner_id, to_id=to.id, rule=rule)
    if not ownership.move(unit, change):
        return give_by_rule(unit, rule, lead_id, to, pools)  # it changed hands between our two looks
    unit.record(None, "lead:transfer", subject(lead_id), old=lead.owner_id, new=to.id, rule=rule)
    return Transferred(lead_id, to.id, lead.owner_id)


def pool_by_rule(unit: Unit, rule: str, lead_id: int, pools: Pools) -> bool | Closed | NoSuchLead | AtWork:
    """The lead goes back into the pool its region and product belong to, from where the assignment rules give it on;
    False if it waits in one already."""
    lead = owned(unit.connection, lead_id)
    if lead is None:
        return NoSuchLead(lead_id)
    if lead.state != LeadState.OPEN:
        return Closed(lead_id)
    if lead.owner_id is None:
        return False
    if lead.at_work:
        return AtWork(lead_id)
    pool = pools.place(lead.region, lead.product)
    change = ownership.Move(lead_id, How.RECYCLE, None, from_id=lead.owner_id, to_id=None, pool=pool.key, rule=rule)
    if not ownership.move(unit, change):
        return pool_by_rule(unit, rule, lead_id, pools)
    unit.record(None, "lead:recycle", subject(lead_id), owner=lead.owner_id, pool=pool.key, rule=rule)
    return True


def contact_by(unit: Unit, rule: str, lead_id: int, at: datetime) -> bool:
    """The owner is to contact the customer by `at`, unless something earlier is agreed that is still ahead; False if it
    is, or nobody has the lead."""
    later = or_(_L.c.next_contact_at.is_(None), _L.c.next_contact_at > at, _L.c.next_contact_at <= unit.now)
    wanted = update(_L).where(_L.c.id == lead_id, IS_OPEN, _L.c.owner_id.is_not(None), later)
    changed = wanted.values(next_contact_at=at, revision=_L.c.revision + 1).returning(_L.c.id)
    if unit.connection.execute(changed).scalar() is None:
        return False
    unit.record(None, "lead:next_contact", subject(lead_id), at=at.isoformat(), rule=rule)
    return True
