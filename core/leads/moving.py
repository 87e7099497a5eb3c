"""The rows that a merge moves, each written down with it: so `unmerging.py` puts them back one by one."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from core.leads.cared import TASK
from core.leads.events import CareTasksMoved
from core.leads.merged import HANGING, MergeItem, Moved
from core.leads.models import Customer, Lead, LeadTag
from core.leads.tags import MOST_TAGS, Tagging
from core.store.base import table_of
from core.store.unit import Unit

_C, _L, _TAG = table_of(Customer), table_of(Lead), table_of(LeadTag)


def new_tags(unit: Unit, closed_id: int, into_id: int, tagging: Tagging) -> list[str]:
    """The tags of the one that the other has not, and can have: of a group it keeps the one that it has, and it gets no
    more than a lead may have."""
    has = set(unit.connection.scalars(select(_TAG.c.tag).where(_TAG.c.lead_id == into_id)))
    wanted = unit.connection.scalars(select(_TAG.c.tag).where(_TAG.c.lead_id == closed_id).order_by(_TAG.c.tag))
    new = [tag for tag in wanted if tag not in has and has.isdisjoint(tagging.group_of(tag))]
    return new[: max(0, MOST_TAGS - len(has))]


def move_customer(unit: Unit, merge_id: int, kept: int, gone: int) -> None:
    """The customer, those who were merged into him before, and his leads."""
    all_gone = [gone, *unit.connection.scalars(select(_C.c.id).where(_C.c.merged_into_id == gone))]
    unit.connection.execute(update(_C).where(_C.c.id.in_(all_gone)).values(merged_into_id=kept))
    note(unit, merge_id, [(Moved.CUSTOMER, each, None if each == gone else gone) for each in all_gone])
    leads = update(_L).where(_L.c.customer_id == gone).values(customer_id=kept)
    moved = unit.connection.scalars(leads.returning(_L.c.id)).all()
    note(unit, merge_id, [(Moved.LEAD, each, gone) for each in moved])


def move_hanging(unit: Unit, merge_id: int, closed_id: int, into_id: int, tagging: Tagging) -> None:
    """What hangs on the closed lead goes to the other one."""
    for what, table in HANGING.items():
        there = update(table).where(table.c.lead_id == closed_id).values(lead_id=into_id).returning(table.c.id)
        note(unit, merge_id, [(what, each, closed_id) for each in unit.connection.scalars(there)])
    tags = new_tags(unit, closed_id, into_id, tagging)
    unit.connection.execute(
        update(_TAG).where(_TAG.c.lead_id == closed_id, _TAG.c.tag.in_(tags)).values(lead_id=into_id)
    )
    rows = [{"merge_id": merge_id, "what": Moved.TAG.value, "tag": tag, "was": closed_id} for tag in tags]
    if rows:
        unit.connection.execute(insert(table_of(MergeItem)), rows)


def move_tasks(unit: Unit, merge_id: int, closed_id: int, into_id: int) -> None:
    """Its tasks in cares in which the other one has none: a lead is in a care once."""
    there = select(TASK.c.care_id).where(TASK.c.lead_id == into_id)
    moved = update(TASK).where(TASK.c.lead_id == closed_id, TASK.c.care_id.not_in(there)).values(lead_id=into_id)
    cares = sorted(unit.connection.scalars(moved.returning(TASK.c.care_id)))
    note(unit, merge_id, [(Moved.CARE_TASK, each, closed_id) for each in cares])
    tell_of_tasks(unit, cares, [closed_id, into_id])


def tell_of_tasks(unit: Unit, cares: Sequence[int], lead_ids: Sequence[int]) -> None:
    """Tasks in these cares went from one of these leads to another: their owners' cards, and who watches, show it."""
    wanted = select(_L.c.owner_id).where(_L.c.id.in_(lead_ids), _L.c.owner_id.is_not(None)).distinct()
    owners = tuple(sorted(unit.connection.scalars(wanted)))
    for care in cares:
        unit.happened(CareTasksMoved(care, owners))


def note(unit: Unit, merge_id: int, moved: list[tuple[Moved, int, int | None]]) -> None:
    """Write down what was moved: its kind, its number, and to what it belonged."""
    rows = [{"merge_id": merge_id, "what": what.value, "row_id": row, "was": was} for what, row, was in moved]
    if rows:
        unit.connection.execute(insert(table_of(MergeItem)), rows)
