"""回收: the leads that are due go back into their pools.

The rules (`recycling.py`) are turned round for the database: a lead falls when what it is reckoned from is not later
than a cutoff, the latest moment from which the time would be over now. The same condition finds the leads and stands
in the UPDATE, so a follow-up in the last second wins.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, literal_column, null, select, true
from sqlalchemy.orm import Session

from core.calendar import Length, WorkingCalendar
from core.leads import ownership
from core.leads.events import Fallen, LeadsFell
from core.leads.models import Deferral, FallWarning, Lead, LeadState, subject
from core.leads.pools import Pools
from core.leads.recycling import Held, Lapse, Recycling, RecyclingRule
from core.store.base import UtcDateTime, table_of
from core.store.database import among, insert_new
from core.store.unit import Unit

BATCH = 2000  # leads in one transaction: a tap waits for no longer one

_L, _D, _W = table_of(Lead), table_of(Deferral), table_of(FallWarning)
# Written out, not bound: only then do both databases see that the partial indexes fit.
_MAY_FALL = and_(_L.c.state == literal_column("'open'"), _L.c.owner_id.is_not(None), ~_L.c.live_application)
# Of leads that are named by their numbers: PostgreSQL would walk the whole partial index of what may fall for each
# batch (measured: 50,000 leads among a million took 7 times the floor). With a text put behind, it does not fit.
_NAMED_MAY_FALL = and_(
    _L.c.state.concat("") == LeadState.OPEN.value, _L.c.owner_id.is_not(None), ~_L.c.live_application
)
_SINCE = {
    Lapse.FIRST_CONTACT: _L.c.owned_at,
    Lapse.FOLLOW_UP: _L.c.idle_since,
    Lapse.APPLICATION: _L.c.owned_at,
    Lapse.DISBURSEMENT: _L.c.owned_at,
    Lapse.SETTLED: _L.c.settled_at,
}
_NOT_DONE: dict[Lapse, ColumnElement[bool]] = {
    Lapse.FIRST_CONTACT: and_(_L.c.disbursed_at.is_(None), ~_L.c.contacted),
    Lapse.FOLLOW_UP: _L.c.disbursed_at.is_(None),
    Lapse.APPLICATION: and_(_L.c.disbursed_at.is_(None), _L.c.applied_at.is_(None)),
    Lapse.DISBURSEMENT: _L.c.disbursed_at.is_(None),
    Lapse.SETTLED: _L.c.settled_at.is_not(None),
}
"""What must be so besides the time, for each lapse: as `recycling.since_when` says it of one lead."""
_ITS_OWNERS = and_(_D.c.lead_id == _L.c.id, _D.c.owner_id == _L.c.owner_id, _D.c.at >= _L.c.owned_at)
_HELD = (
    _L.c.pool,
    _L.c.product,
    _L.c.grade,
    _L.c.owned_at,
    _L.c.idle_since,
    _L.c.contacted,
    _L.c.applied_at,
    _L.c.disbursed_at,
    _L.c.settled_at,
    _L.c.live_application,
    select(func.max(_D.c.until)).where(_ITS_OWNERS).correlate(_L).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class DueLead:
    """A lead whose time was over when it was looked for."""

    id: int
    owner_id: int
    pool: str
    product: str | None
    grade: str | None
    region: str | None


def due_leads(session: Session, recycling: Recycling, lapse: Lapse, at: datetime, limit: int) -> list[DueLead]:
    """Up to `limit` leads whose time for `lapse` is over, the oldest first."""
    condition = is_over(recycling, lapse, at)
    if condition is None:
        return []
    wanted = select(_L.c.id, _L.c.owner_id, _L.c.pool, _L.c.product, _L.c.grade, _L.c.region).where(condition)
    return [DueLead(*row) for row in session.execute(wanted.order_by(_SINCE[lapse]).limit(limit)).all()]


def let_fall(unit: Unit, leads: Sequence[DueLead], recycling: Recycling, pools: Pools, lapse: Lapse) -> list[Fallen]:
    """Those of `leads` whose time is over still go into the pools where they belong; each is audited. Who is being
    worked on at this moment stays, and is looked at again another time."""
    condition = is_over(recycling, lapse, unit.now, may_fall=_NAMED_MAY_FALL)
    if condition is None:
        return []
    by_rule = ownership.fall(unit, _grouped(_not_worked_on(unit, leads), recycling, pools, lapse), condition)
    grabs = {rule.name for rule in recycling.rules if rule.grab}
    admins = {pool.key: pool.admins for pool in pools.pools}
    for rule, fallen in by_rule.items():
        for one in fallen:
            unit.record(None, "lead:recycle", subject(one.lead_id), owner=one.old_id, pool=one.pool, rule=rule)
        unit.happened(LeadsFell(tuple(fallen), rule, rule in grabs, admins))
    return [one for fallen in by_rule.values() for one in fallen]


def _not_worked_on(unit: Unit, leads: Sequence[DueLead]) -> Sequence[DueLead]:
    """The leads, locked here. (SQLite's one writer is us.)"""
    if unit.connection.dialect.name != "postgresql":
        return leads
    wanted = select(_L.c.id).where(among(unit.connection, _L.c.id, [lead.id for lead in leads]))
    locked = set(unit.connection.scalars(wanted.order_by(_L.c.id).with_for_update(skip_locked=True)))
    return [lead for lead in leads if lead.id in locked]


def is_over(
    recycling: Recycling, lapse: Lapse, at: datetime, may_fall: ColumnElement[bool] = _MAY_FALL
) -> ColumnElement[bool] | None:
    """The time for `lapse` is over at `at`, as a condition over `lead`; None if no rule says when. The twin of
    `recycling.due`. `may_fall` is how to say that the lead may fall at all."""
    rules = recycling.of(lapse)
    cutoffs = [rule.within.before(recycling.calendar, at) if rule.within else None for rule in rules]
    latest = max((cutoff for cutoff in cutoffs if cutoff is not None), default=None)
    if latest is None:
        return None
    fitting = [(_fits(rule), _moment(cutoff)) for rule, cutoff in zip(rules, cutoffs, strict=True)]
    since = _SINCE[lapse]
    held = exists().where(_ITS_OWNERS, _D.c.until > at).correlate(_L)
    in_time = and_(since <= latest, since <= case(*fitting, else_=null()))
    return and_(may_fall, in_time, _NOT_DONE[lapse], ~held)


def _moment(cutoff: datetime | None) -> ColumnElement[Any]:
    return null() if cutoff is None else literal(cutoff, UtcDateTime())


def _fits(rule: RecyclingRule) -> ColumnElement[bool]:
    given = ((_L.c.pool, rule.pools), (_L.c.product, rule.products), (_L.c.grade, rule.grades))
    return and_(true(), *(column.in_(values) for column, values in given if values))


def _grouped(leads: Sequence[DueLead], recycling: Recycling, pools: Pools, lapse: Lapse) -> ownership.Falling:
    """The leads by the rule that takes them, and by the pool into which they go."""
    alike: dict[tuple[str, str | None, str | None, str | None], list[int]] = defaultdict(list)
    for lead in leads:
        alike[lead.pool, lead.product, lead.grade, lead.region].append(lead.id)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    rules, place = recycling.of(lapse), cache(pools.place)
    for (pool, product, grade, region), lead_ids in alike.items():
        rule = next(rule for rule in rules if rule.takes(pool, product, grade))
        groups[rule.name, place(region, product).key] += lead_ids
    return groups


def warn(unit: Unit, recycling: Recycling, limit: int = BATCH) -> list[tuple[int, int]]:
    """The leads (with their owners) that fall soon and of which the owner was not told yet: by each warning of the
    rules once, and by a nearer one without the further ones. From here on he counts as told. Empty: nobody is left."""
    told: dict[int, int] = {}
    for lapse in Lapse:
        over = is_over(recycling, lapse, unit.now)
        for length in sorted(recycling.warnings, key=lambda one: one.after(recycling.calendar, unit.now)):
            soon = is_over(recycling, lapse, length.after(recycling.calendar, unit.now))
            if over is not None and soon is not None and len(told) < limit:
                told |= _newly_told(unit, lapse, and_(soon, ~over), _seconds(length), limit - len(told))
    return list(told.items())


def _seconds(length: Length) -> int:
    """How near a warning is, to tell one from another: a working hour is counted as an hour."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return int((replace(length, working=False).after(WorkingCalendar(), start) - start).total_seconds())


def _newly_told(unit: Unit, lapse: Lapse, soon: ColumnElement[bool], seconds: int, limit: int) -> dict[int, int]:
    since = _SINCE[lapse]
    known = exists().where(
        _W.c.lead_id == _L.c.id, _W.c.lapse == lapse.value, _W.c.since == since, _W.c.seconds <= seconds
    )
    rows = unit.connection.execute(
        select(_L.c.id, _L.c.owner_id, since).where(soon, ~known.correlate(_L)).order_by(since).limit(limit)
    ).all()
    told = {}
    for lead_id, owner_id, begun in rows:
        values = {"lead_id": lead_id, "lapse": lapse.value, "since": begun, "seconds": seconds}
        statement = insert_new(unit.session, FallWarning).values(values).returning(FallWarning.lead_id)
        if unit.session.scalar(statement) is not None:
            told[lead_id] = owner_id
    return told


def held(session: Session, lead_ids: Sequence[int]) -> dict[int, Held]:
    """What decides when these leads fall, by number; those that nobody has, or that are closed, are left out."""
    here = (_L.c.id.in_(lead_ids), _L.c.owner_id.is_not(None), _L.c.state == LeadState.OPEN.value)
    rows = session.execute(select(_L.c.id, *_HELD).where(*here))
    return {row[0]: Held(*row[1:]) for row in rows}
