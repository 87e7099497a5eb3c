"""The applications of a leaver: each goes where its lead goes, with its stage and its history.

It goes along with the lead itself (`core/loans/belonging.py`). Here it is counted and told of, and what does not hang
on a lead of the leaver's is given on.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.handover.kinds import Back, Came, Errand, Item, Result, Returned, Survey
from core.handover.models import Aim
from core.leads.models import Lead, LeadState
from core.loans.belonging import Belongs, at_work, at_work_of, give
from core.loans.models import subject
from core.people.holding import hold
from core.people.policy import Verb, may
from core.store.base import table_of
from core.store.unit import Unit

_L = table_of(Lead)


class ApplicationKind:
    """Applications under way, and loans that are being paid back. It stands behind the leads: when its turn comes, they
    have gone."""

    key = "application"
    follows = True

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """All of them. What stays with its lead is counted there."""
        return Survey(self.key, len(at_work_of(unit.connection, errand.leaver_id)))

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """The oldest first."""
        return [Item(number) for number in at_work_of(unit.connection, errand.leaver_id)]

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """With whoever has its lead now; one whose lead is closed to the receiver."""
        to = hold(unit, errand.to) if errand.to is not None else None  # people before applications, as everywhere
        one = at_work(unit.connection, item.record_id)
        if one is None:
            return Result(Came.GONE, why="closed")
        if one.owner_id != errand.leaver_id:
            return Result(Came.GIVEN, one.owner_id)
        lead = _lead(unit, one)
        if lead.state == LeadState.OPEN:
            if lead.owner_id is None:
                return Result(Came.POOLED, pool=lead.pool)
            return self._give(unit, errand, one, lead.owner_id)
        if errand.aim is not Aim.PERSON:
            return Result(Came.KEPT)
        if to is None or not may(to, Verb.APPLY):
            return Result(Came.KEPT, why="no_receiver")
        return self._give(unit, errand, one, to.id)

    def _give(self, unit: Unit, errand: Errand, one: Belongs, to_id: int) -> Result:
        if to_id == errand.leaver_id:
            return Result(Came.KEPT)
        give(unit, one.number, to_id, errand.rules.loans)
        _record(unit, errand, one.number, to_id)
        return Result(Came.GIVEN, to_id)

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:
        """With its lead; one that went alone if it is still with whom it was given to."""
        one = at_work(unit.connection, item.record_id)
        if one is None:
            return Back(Returned.SINCE)
        lead = _lead(unit, one)
        is_open = lead.state == LeadState.OPEN
        if one.owner_id == errand.leaver_id:
            there = not is_open or lead.owner_id == errand.leaver_id
            return Back(Returned.BACK) if there else Back(Returned.SINCE, lead.owner_id)
        if one.owner_id != result.to_id or (is_open and lead.owner_id == one.owner_id):
            return Back(Returned.SINCE, one.owner_id)
        give(unit, one.number, errand.leaver_id, errand.rules.loans)
        _record(unit, errand, one.number, errand.leaver_id)
        return Back(Returned.BACK)


def _lead(unit: Unit, one: Belongs) -> Any:
    return unit.connection.execute(select(_L.c.owner_id, _L.c.state, _L.c.pool).where(_L.c.id == one.lead_id)).one()


def _record(unit: Unit, errand: Errand, number: int, to_id: int) -> None:
    unit.record(errand.by_id, "loan:hand_over", subject(number), new=to_id, handover=errand.number)
