"""How much is whose: counts of open leads, without what stands in them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.leads.models import IS_OPEN, Lead


def open_leads(session: Session, owner_ids: Iterable[int]) -> dict[int, int]:
    """How many open leads each of these people has; who has none is left out."""
    statement = select(Lead.owner_id, func.count()).where(Lead.owner_id.in_(owner_ids), IS_OPEN).group_by(Lead.owner_id)
    return {owner_id: count for owner_id, count in session.execute(statement) if owner_id is not None}


def still_owned(session: Session, owner_id: int, lead_ids: Sequence[int]) -> list[int]:
    """Those of the leads that this person has and that are open, in the order given."""
    wanted = select(Lead.id).where(Lead.id.in_(lead_ids), Lead.owner_id == owner_id, IS_OPEN)
    owned = set(session.scalars(wanted))
    return [lead_id for lead_id in lead_ids if lead_id in owned]
