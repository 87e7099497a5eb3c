"""到点提醒: the owner of a lead is told when the next contact is due, once for each time that was agreed."""

from datetime import timedelta

from sqlalchemy import update

from core.leads.events import ContactsDue
from core.leads.models import UNREMINDED, Lead
from core.store.base import table_of
from core.store.unit import Unit

LATE = timedelta(hours=12)  # after an outage; what is older stands in 我的客户 as overdue

_L = table_of(Lead)


def remind(unit: Unit) -> int:
    """Tell the owners of what is due now and was not told yet; of how many leads. Of several schedulers that do it at
    once one does: the UPDATE says who."""
    due = update(_L).where(UNREMINDED, _L.c.next_contact_at <= unit.now, _L.c.next_contact_at > unit.now - LATE)
    rows = unit.connection.execute(
        due.values(reminded_for=_L.c.next_contact_at).returning(_L.c.id, _L.c.owner_id, _L.c.next_contact_at)
    ).all()
    by_owner: dict[int, list[int]] = {}
    for row in sorted(rows, key=lambda row: (row.next_contact_at, row.id)):
        by_owner.setdefault(row.owner_id, []).append(row.id)
    for owner_id, lead_ids in by_owner.items():
        unit.happened(ContactsDue(owner_id, tuple(lead_ids)))
    return len(rows)
