"""Which waiting leads are to be given out by themselves, the oldest first: those that nobody could take and whose time
to be looked at again has come, and those that were never looked at.

The latter are found by walking through the pools, from the oldest to the newest. A walk remembers where it was: of a
million leads that no rule takes, none is looked at in every round. What was written late, by a long transaction, lies
behind it; so it goes back a little each time, and begins anew now and then.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from core.leads.assigned import IS_QUEUED, AssignmentRow
from core.leads.assignment_rules import Assignment, Language, Rule, Unassigned
from core.leads.models import IS_POOLED, Lead
from core.leads.pools import Pools
from core.regions import significant
from core.store.base import table_of

GOES_BACK = timedelta(minutes=2)  # no transaction lasts for longer
BEGINS_ANEW = timedelta(minutes=10)

_L, _A = table_of(Lead), table_of(AssignmentRow)
COLUMNS = (_L.c.id, _L.c.pool, _L.c.region, _L.c.product, _L.c.channel, _L.c.language, _L.c.grade)
_Place = tuple[datetime, int]


def unassigned(row: Any) -> Unassigned:
    """The lead in a row of `COLUMNS`."""
    language = Language(row.language) if row.language else None
    return Unassigned(row.id, row.pool, row.region, row.product, row.channel, language, row.grade)


@dataclass(slots=True)
class Walk:
    """A walk through all pools by one configuration; another one begins another walk."""

    assignment: Assignment
    pools: Pools
    _places: dict[str, _Place] = field(default_factory=dict)
    _began: datetime | None = None

    def next(self, session: Session, now: datetime, limit: int) -> list[int]:
        """Up to `limit` leads to be looked at, the oldest first; those on which no rule can be decided by the database
        alone among them. Empty: for now none is left."""
        if self._began is None or not self._began <= now < self._began + BEGINS_ANEW:
            self._places, self._began = {}, now
        found: list[tuple[datetime, int, str | None]] = [(*place, None) for place in _queued(session, now, limit)]
        ended: list[str] = []
        for pool in self.pools.pools:
            fits = _fits(self.assignment, pool.key)
            if fits is not None:
                places = _new(session, pool.key, fits, self._places.get(pool.key), limit)
                found += [(*place, pool.key) for place in places]
                ended += [pool.key] if len(places) < limit else []
        taken = sorted(found, key=lambda each: each[:2])[:limit]
        for since, lead_id, key in taken:
            if key is not None:
                self._places[key] = (since, lead_id)
        if len(taken) < limit:
            self._places |= dict.fromkeys(ended, (now - GOES_BACK, 0))
        return [lead_id for _, lead_id, _ in taken]


def _queued(session: Session, now: datetime, limit: int) -> list[_Place]:
    due = and_(IS_QUEUED, _A.c.retry_at <= now)
    if session.scalar(select(_A.c.id).where(due).limit(1)) is None:
        return []
    rows = session.execute(select(_A.c.since, _A.c.lead_id).where(due).order_by(_A.c.since, _A.c.lead_id).limit(limit))
    return [(row.since, row.lead_id) for row in rows]


def _new(session: Session, pool: str, fits: ColumnElement[bool], after: _Place | None, limit: int) -> list[_Place]:
    known = select(_A.c.id).where(IS_QUEUED, _A.c.lead_id == _L.c.id).correlate(_L)
    wanted = select(_L.c.pooled_at, _L.c.id).where(IS_POOLED, _L.c.pool == pool, fits, ~known.exists())
    if after is not None:
        since, last = after
        wanted = wanted.where(_L.c.pooled_at >= since, or_(_L.c.pooled_at > since, _L.c.id > last))
    rows = session.execute(wanted.order_by(_L.c.pooled_at, _L.c.id).limit(limit))
    return [(row.pooled_at, row.id) for row in rows]


def _fits(assignment: Assignment, pool: str) -> ColumnElement[bool] | None:
    """Some rule takes the lead of this pool, channels aside (those are compared as people write them); None if no rule
    takes any lead of it."""
    rules = [] if assignment.paused else [rule for rule in assignment.rules if not rule.paused]
    conditions = [_takes(rule) for rule in rules if not rule.pools or pool in rule.pools]
    return or_(*conditions) if conditions else None


def _takes(rule: Rule) -> ColumnElement[bool]:
    named = ((_L.c.product, rule.products), (_L.c.language, rule.languages), (_L.c.grade, rule.grades))
    regions = [_begins(_L.c.region, significant(prefix)) for prefix in rule.regions]
    return and_(
        true(), *(column.in_(values) for column, values in named if values), *([or_(*regions)] if regions else [])
    )


def _begins(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    return func.substr(column, 1, len(prefix)) == prefix
