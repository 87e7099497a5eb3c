"""The one place where a lead changes hands.

Claim, assign, release, recycle and transfer all come through `move`: one conditional UPDATE decides, so that of any
number of people who try at once exactly one wins; the history, the clocks and the event follow in the transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from core.leads.events import OwnerChanged
from core.leads.models import How, Lead, LeadState, Ownership
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Move:
    """A change of owner. `from_id` None means out of a pool (one of `from_pools`, if given); `to_id` None means into
    the pool `pool`. `pool` None keeps the lead's pool."""

    lead_id: int
    how: How
    by_id: int
    from_id: int | None
    to_id: int | None
    pool: str | None = None
    from_pools: Collection[str] | None = None
    reason: str = ""


def move(unit: Unit, change: Move) -> bool:
    """Carry out `change` if the lead is still open and where the change takes it from; False if it is not."""
    owner = Lead.owner_id.is_(None) if change.from_id is None else Lead.owner_id == change.from_id
    condition = [Lead.id == change.lead_id, Lead.state == LeadState.OPEN, owner]
    if change.from_pools is not None:
        condition.append(Lead.pool.in_(change.from_pools))
    pooled = change.to_id is None
    values: dict[str, Any] = {
        "owner_id": change.to_id,
        "owned_at": None if pooled else unit.now,
        "pooled_at": unit.now if pooled else None,
        "next_contact_at": None,
        "revision": Lead.revision + 1,
    }
    if change.pool is not None:
        values["pool"] = change.pool
    pool = unit.session.scalar(update(Lead).where(*condition).values(values).returning(Lead.pool))
    if pool is None:
        return False
    unit.session.execute(
        update(Ownership).where(Ownership.lead_id == change.lead_id, Ownership.until.is_(None)).values(until=unit.now)
    )
    begin(unit, change, pool)
    unit.happened(OwnerChanged(change.lead_id, change.from_id, change.to_id, change.how, change.by_id, change.reason))
    return True


def begin(unit: Unit, change: Move, pool: str) -> None:
    """Write the history row that says who has the lead from now on."""
    unit.session.execute(
        insert(Ownership).values(
            lead_id=change.lead_id,
            owner_id=change.to_id,
            pool=pool,
            how=change.how,
            by_id=change.by_id,
            reason=change.reason,
            since=unit.now,
        )
    )
