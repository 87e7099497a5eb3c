"""The 关怀 tasks of a leaver: whose a task is stands nowhere but at its lead, so each goes where the lead goes.

In a pool nobody sees to it; it is there again for who claims the lead, as long as its care has not lapsed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from core.handover.kinds import Back, Came, Errand, Item, Result, Returned, Survey
from core.leads.cared import CARE, IS_OPEN_TASK, IS_TASK, TASK
from core.leads.models import Lead
from core.store.base import table_of
from core.store.unit import Unit

_L = table_of(Lead)


class CareKind:
    """Open tasks, by the numbers of their leads; the memo is the care's number. It stands behind the leads: when its
    turn comes, they have gone."""

    key = "care"
    follows = True

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """All that are open."""
        return Survey(self.key, unit.connection.execute(select(func.count()).where(*_his(unit, errand))).scalar_one())

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """The oldest care first."""
        wanted = select(TASK.c.lead_id, TASK.c.care_id).where(*_his(unit, errand))
        rows = unit.connection.execute(wanted.order_by(TASK.c.care_id, TASK.c.lead_id))
        return [Item(row.lead_id, str(row.care_id)) for row in rows]

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """With whoever has the lead now."""
        task = _open(unit, item)
        if task is None:
            return Result(Came.GONE, why="done")
        if task.owner_id == errand.leaver_id:
            return Result(Came.KEPT)
        return Result(Came.GIVEN, task.owner_id) if task.owner_id is not None else Result(Came.LAPSED, pool=task.pool)

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:  # noqa: ARG002
        """With its lead."""
        task = _open(unit, item)
        if task is None or task.owner_id != errand.leaver_id:
            return Back(Returned.SINCE, task.owner_id if task is not None else None)
        return Back(Returned.BACK)


def _his(unit: Unit, errand: Errand) -> tuple[Any, ...]:
    return IS_TASK, IS_OPEN_TASK, CARE.c.until > unit.now, _L.c.owner_id == errand.leaver_id


def _open(unit: Unit, item: Item) -> Any:
    """The task, if nobody has done it."""
    one = (TASK.c.lead_id == item.record_id, TASK.c.care_id == int(item.memo or 0))
    wanted = select(_L.c.owner_id, _L.c.pool).where(IS_TASK, IS_OPEN_TASK, CARE.c.until > unit.now, *one)
    return unit.connection.execute(wanted).one_or_none()
