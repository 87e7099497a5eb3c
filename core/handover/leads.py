"""The leads of a leaver.

To a colleague as many go as he may hold, the most urgent first: those with an application or a loan, then those with an
agreed contact, then those that were worked on last. What is beyond that waits in its pool, where the others find it;
but what has an application or an unsettled loan goes into no pool: it stays the leaver's, in sight of those over him,
until somebody has room. By rule, each lead is given out as a waiting one would be, at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, func, select

from core.handover.kinds import MOVED, Back, Came, Errand, Item, Result, Returned, Survey, Why
from core.handover.models import Aim
from core.leads import ownership, standing
from core.leads.assigned import leave_queue, tell_no_more
from core.leads.assigning import assign_leads
from core.leads.candidates import gather
from core.leads.claiming import held_by, room_for
from core.leads.models import IS_AT_WORK, IS_OPEN, How, Lead, LeadState, Ownership, subject
from core.leads.pools import Pool
from core.leads.questions import ask_anew
from core.leads.rules import Usage, claim_limit
from core.leads.standing import Clocks
from core.leads.unassigned import COLUMNS, unassigned
from core.people.holding import hold, hold_roles
from core.people.policy import Verb, may, roles_may
from core.store.base import table_of
from core.store.unit import Unit

TERMINAL = "people hand-over"
"""Stands in the history as the rule, where it was ordered at the terminal and no person can be named."""

_L, _O = table_of(Lead), table_of(Ownership)
_WANTED = (*COLUMNS, _L.c.owner_id, _L.c.state, _L.c.disbursed_at, IS_AT_WORK.label("at_work"))


class LeadKind:
    """Open leads."""

    key = "lead"
    follows = False

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """Counts, as if all were handed over at this moment."""
        rows = unit.connection.execute(_his(errand)).all()
        if errand.aim is not Aim.PERSON:
            return Survey(self.key, len(rows), kept=sum(bool(row.at_work) for row in rows))
        beyond = _beyond(unit, errand, rows)
        kept = sum(bool(row.at_work) for row in beyond)
        return Survey(self.key, len(rows), beyond=len(beyond) - kept, kept=kept)

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """The most urgent first."""
        return [Item(row.id) for row in unit.connection.execute(_his(errand))]

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """Where the errand says; see the module for what does not fit."""
        lead: Any = unit.connection.execute(select(*_WANTED).where(_L.c.id == item.record_id)).one()
        if lead.state != LeadState.OPEN or lead.owner_id != errand.leaver_id:
            return Result(Came.GONE, lead.owner_id, why="closed" if lead.state != LeadState.OPEN else "")
        was = standing.clocks(unit, lead.id)
        done = self._where_it_belongs(unit, errand, lead)
        return replace(done, memo=was.packed()) if was is not None and done.came in MOVED else done

    def _where_it_belongs(self, unit: Unit, errand: Errand, lead: Row[Any]) -> Result:
        match errand.aim:
            case Aim.PERSON:
                return self._to_person(unit, errand, lead)
            case Aim.POOL:
                return self._to_pool(unit, errand, lead)
            case Aim.RULE:
                return self._by_rule(unit, errand, lead)

    def _to_person(self, unit: Unit, errand: Errand, lead: Row[Any]) -> Result:
        to = hold(unit, errand.to) if errand.to is not None else None  # people before leads, as everywhere
        if to is None or not may(to, Verb.FOLLOW):
            return Result(Came.KEPT, why="no_receiver")
        counts = lead.disbursed_at is None
        limit = room_for(unit, to, errand.rules.pools, lead.pool, lead.id) if counts else None
        if limit is not None:
            return replace(self._to_pool(unit, errand, lead, "full"), limit=limit)
        if not self._move(unit, errand, lead, How.TRANSFER, to.id):
            return self.hand_over(unit, errand, Item(lead.id))
        return Result(Came.GIVEN, to.id, mark=_mark(unit, lead.id))

    def _to_pool(self, unit: Unit, errand: Errand, lead: Row[Any], why: Why = "") -> Result:
        if lead.at_work:
            return Result(Came.KEPT, why=why or "at_work")
        pool = errand.rules.pools.place(lead.region, lead.product).key
        if not self._move(unit, errand, lead, How.RELEASE, None, pool):
            return self.hand_over(unit, errand, Item(lead.id))
        return Result(Came.POOLED, pool=pool, why=why, mark=_mark(unit, lead.id))

    def _by_rule(self, unit: Unit, errand: Errand, lead: Row[Any]) -> Result:
        assignment, pools = errand.rules.assignment, errand.rules.pools
        if lead.at_work:
            return Result(Came.KEPT, why="at_work")
        pool = pools.place(lead.region, lead.product).key
        rule = None if assignment.paused else assignment.rule_for(replace(unassigned(lead), pool=pool))
        if rule is None:
            return self._to_pool(unit, errand, lead, "paused" if assignment.paused else "no_rule")
        gather(unit, [rule], pools)  # people before leads, as everywhere
        pooled = self._to_pool(unit, errand, lead, "nobody")
        if pooled.came is not Came.POOLED:
            return pooled
        done = assign_leads(unit, assignment, pools, errand.rules.version, [lead.id])
        if not done.given:
            return pooled
        tell_no_more(unit, [lead.id])
        return Result(Came.GIVEN, done.given[0].person_id, mark=_mark(unit, lead.id))

    def _move(
        self, unit: Unit, errand: Errand, lead: Row[Any], how: How, to_id: int | None, pool: str | None = None
    ) -> bool:
        change = ownership.Move(
            lead.id,
            how,
            errand.by_id,
            from_id=errand.leaver_id,
            to_id=to_id,
            pool=pool,
            rule=TERMINAL if errand.by_id is None else None,
            one_of_many=True,
        )
        if not ownership.move(unit, change):
            return False
        where = {"new": to_id} if to_id is not None else {"pool": pool}
        told = {"old": errand.leaver_id, "handover": errand.number, **where}
        unit.record(errand.by_id, f"lead:{how}", subject(lead.id), **told)
        return True

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:
        """If it is still where the hand-over put it: with the follow-ups that were written since, and with as much time
        left as the leaver had. To one who works here, but no leads, it does not go back."""
        works_leads = _works_leads(unit, errand)  # people before leads, as everywhere
        held = select(_L.c.owner_id, _L.c.state).where(_L.c.id == item.record_id).with_for_update()
        lead = unit.connection.execute(held).one()
        if lead.state != LeadState.OPEN or _mark(unit, item.record_id) != result.mark or not works_leads:
            return Back(Returned.SINCE, lead.owner_id)
        how = How.TRANSFER if lead.owner_id is not None else How.ASSIGN
        change = ownership.Move(
            item.record_id,
            how,
            errand.by_id,
            from_id=lead.owner_id,
            to_id=errand.leaver_id,
            rule=TERMINAL if errand.by_id is None else None,
            one_of_many=True,
        )
        if not ownership.move(unit, change):
            raise RuntimeError("a lead that was held here changed hands")
        leave_queue(unit, [item.record_id])
        moved = {"old": lead.owner_id, "new": errand.leaver_id, "handover": errand.number}
        unit.record(errand.by_id, f"lead:{how}", subject(item.record_id), **moved)
        if item.memo:
            standing.take_up(unit, item.record_id, Clocks.unpacked(item.memo), errand.rules.calendar)
            ask_anew(unit, item.record_id)
        return Back(Returned.BACK)


def _works_leads(unit: Unit, errand: Errand) -> bool:
    """False of somebody who has another post since. One who has left gets back what was his: those over him see it."""
    roles = hold_roles(unit, errand.leaver_id)
    return roles is None or roles_may(roles, Verb.FOLLOW)


def _his(errand: Errand) -> Any:
    """His open leads, the most urgent first."""
    return (
        select(*_WANTED)
        .where(_L.c.owner_id == errand.leaver_id, IS_OPEN)
        .order_by(
            IS_AT_WORK.desc(),
            _L.c.next_contact_at.is_(None),
            func.coalesce(_L.c.last_follow_up_at, _L.c.owned_at).desc(),
            _L.c.id,
        )
    )


def _beyond(unit: Unit, errand: Errand, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those that the receiver may not hold any more, when they come in this order."""
    if errand.to is None or not may(errand.to, Verb.FOLLOW):
        return list(rows)
    pools = errand.rules.pools
    usage, beyond = Usage(claimed_today={}, held=held_by(unit, errand.to)), []
    for row in rows:
        pool = pools.by_key(row.pool) or Pool(row.pool, row.pool)
        if row.disbursed_at is not None:
            continue
        if claim_limit(pools, pool, errand.to, usage, row.id, unit.now) is not None:
            beyond.append(row)
        else:
            usage.held[row.pool] = usage.held.get(row.pool, 0) + 1
    return beyond


def _mark(unit: Unit, lead_id: int) -> int:
    """The row of the history that says where the lead is now."""
    current = select(_O.c.id).where(_O.c.lead_id == lead_id, _O.c.until.is_(None))
    return int(unit.connection.execute(current).scalar_one())
