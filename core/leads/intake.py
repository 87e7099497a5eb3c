"""Who brings a lead: a person by hand (录入), or a channel by itself. Files: `imported`; all through `arriving`."""

from core.leads.access import hidden_from, may_see
from core.leads.arriving import NewLead as NewLead
from core.leads.arriving import arrive, prepare
from core.leads.arriving import customer_of as customer_of
from core.leads.arriving import customer_values as customer_values
from core.leads.claiming import room_for, why_not
from core.leads.events import CustomerCameAgain
from core.leads.outcomes import Added, AlreadyOpen, NotAllowed
from core.leads.pools import Pools
from core.people.holding import hold
from core.people.policy import Actor, Verb, may
from core.store.unit import Unit


def add_lead(unit: Unit, actor: Actor, new: NewLead, pools: Pools) -> Added | AlreadyOpen | NotAllowed:
    """录入: the customer (found again by phone or ID number) and an open lead.

    An officer who enters somebody owns the lead, unless he holds as many as he may: then it waits in its pool, as it
    does when others enter it. If the customer has an open lead, the arrival is noted on that one and its owner rung.
    What of him was completed is told to who may see him.
    """
    actor = hold(unit, actor)
    if not may(actor, Verb.ADD_LEAD):
        unit.record(actor.id, "lead:add:denied", "lead")
        return NotAllowed(Verb.ADD_LEAD)
    works = may(actor, Verb.FOLLOW)
    full = room_for(unit, actor, pools, pools.place(new.region, new.product).key) if works else None
    owner_id = actor.id if works and full is None else None
    (outcome,) = arrive(unit, [prepare(unit.vault, new)], pools, by_id=actor.id, owner_id=owner_id)
    if isinstance(outcome, Added):
        return Added(outcome.lead_id, owner_id, outcome.pool, full)
    if outcome.owner_id != actor.id:
        unit.happened(CustomerCameAgain(outcome.lead_id, outcome.owner_id, new.channel, actor.id))
    stop = why_not(unit, actor, outcome.lead_id, pools) if outcome.owner_id is None else None
    completed = outcome.completed if _is_shown(unit, actor, outcome, pools) else ()
    return AlreadyOpen(outcome.lead_id, outcome.owner_id, outcome.pool, stop, completed)


def _is_shown(unit: Unit, actor: Actor, lead: AlreadyOpen, pools: Pools) -> bool:
    """May `actor` see the lead, and all of it?"""
    pool = pools.by_key(lead.pool) if lead.owner_id is None else None
    return not hidden_from(actor, pool) and may_see(unit.connection, actor, lead.lead_id, pools, unit.now)


def take_in(unit: Unit, new: NewLead, pools: Pools) -> Added | AlreadyOpen:
    """What a channel sends by itself: the lead waits in its pool. If the customer has an open lead, the arrival is
    noted on that one and its owner rung."""
    (outcome,) = arrive(unit, [prepare(unit.vault, new)], pools, by_id=None)
    if isinstance(outcome, AlreadyOpen):
        unit.happened(CustomerCameAgain(outcome.lead_id, outcome.owner_id, new.channel, None))
    return outcome
