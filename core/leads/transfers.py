"""转移 of several leads at once: each decided by itself, with a result of its own; the people told once of all."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from core.leads import readers
from core.leads.events import LeadsTransferred
from core.leads.outcomes import CannotReceive, NoRoom, NotAMember, Refused, SameOwner, Transferred
from core.leads.pools import Pools
from core.leads.service import Owned, reachable, transfer_lead
from core.people.policy import Actor, Verb
from core.store.unit import Unit

MOST_AT_ONCE = 20
"""So many at once by a message: each is a few statements of the transaction in which it is answered."""

TransferOutcome: TypeAlias = Transferred | SameOwner | CannotReceive | NotAMember | NoRoom | Refused


def transfer_leads(
    unit: Unit,
    actor: Actor,
    lead_ids: Sequence[int],
    to: Actor,
    pools: Pools,
    reason: str = "",
    *,
    read_until: datetime | None = None,
) -> list[TransferOutcome]:
    """转移: give these leads to a colleague. What cannot be given stops no other; one outcome a lead, in the order
    given. Said again, it changes nothing: what he has is `SameOwner`."""
    several = len(set(lead_ids)) > 1
    outcomes: dict[int, TransferOutcome] = {}
    for lead_id in sorted(set(lead_ids)):  # one order for all: two people with the same numbers cannot deadlock
        outcomes[lead_id] = transfer_lead(
            unit, actor, lead_id, to, pools, reason, read_until=read_until, one_of_many=several
        )
    moved = tuple((one.lead_id, one.from_id) for one in outcomes.values() if isinstance(one, Transferred))
    if several and moved:
        unit.happened(LeadsTransferred(moved, to.id, actor.id))
    return [outcomes[lead_id] for lead_id in lead_ids]


def end_reading(unit: Unit, actor: Actor, lead_id: int) -> list[int] | Refused:
    """取消查看: who gave the lead away looks into it no longer; whom that concerns. By who may give it on."""
    lead = reachable(unit, actor, Verb.TRANSFER, lead_id)
    return readers.end_reading(unit, [lead_id], actor.id) if isinstance(lead, Owned) else lead
