"""The contacts that a leaver has agreed: each goes with its lead, and comes back with it.

A move from hand to hand keeps it by itself; by rule it is put where it was, and in a pool it lapses, since nobody would
keep it. Those that are overdue go along too: the new owner sees them first in 我的客户.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from core.handover.kinds import Back, Came, Errand, Item, Result, Returned, Survey
from core.leads.models import IS_OPEN, Lead, LeadState
from core.store.base import table_of
from core.store.unit import Unit

_L = table_of(Lead)


class ReminderKind:
    """Agreed next contacts, by the numbers of their leads. It stands behind the leads: when its turn comes, they have
    gone."""

    key = "reminder"
    follows = True

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """All, and those whose time is over."""
        late = func.count().filter(_L.c.next_contact_at <= unit.now)
        total, overdue = unit.connection.execute(select(func.count(), late).where(*_his(errand))).one()
        return Survey(self.key, total, late=overdue)

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """The earliest first, each with its time."""
        wanted = select(_L.c.id, _L.c.next_contact_at).where(*_his(errand)).order_by(_L.c.next_contact_at, _L.c.id)
        return [Item(row.id, row.next_contact_at.isoformat()) for row in unit.connection.execute(wanted)]

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """With whoever has the lead now."""
        lead = _lead(unit, item.record_id)
        if lead.state != LeadState.OPEN:
            return Result(Came.GONE, lead.owner_id, why="closed")
        if lead.owner_id == errand.leaver_id:
            return Result(Came.KEPT)
        if lead.owner_id is None:
            return Result(Came.LAPSED, pool=lead.pool)
        _agree(unit, item, lead.owner_id)
        return Result(Came.GIVEN, lead.owner_id)

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:  # noqa: ARG002
        """As it was, unless another was agreed since."""
        lead = _lead(unit, item.record_id)
        if lead.state != LeadState.OPEN or lead.owner_id != errand.leaver_id:
            return Back(Returned.SINCE, lead.owner_id)
        _agree(unit, item, lead.owner_id)
        return Back(Returned.BACK)


def _his(errand: Errand) -> tuple[Any, ...]:
    return _L.c.owner_id == errand.leaver_id, IS_OPEN, _L.c.next_contact_at.is_not(None)


def _lead(unit: Unit, lead_id: int) -> Any:
    return unit.connection.execute(select(_L.c.owner_id, _L.c.state, _L.c.pool).where(_L.c.id == lead_id)).one()


def _agree(unit: Unit, item: Item, owner_id: int) -> None:
    """The contact stands again where none stands any more."""
    if item.memo is None:
        return
    lapsed = (_L.c.id == item.record_id, _L.c.owner_id == owner_id, _L.c.next_contact_at.is_(None))
    values = {"next_contact_at": datetime.fromisoformat(item.memo), "revision": _L.c.revision + 1}
    unit.connection.execute(update(_L).where(*lapsed).values(values))
