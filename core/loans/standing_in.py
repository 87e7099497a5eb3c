"""代理: somebody acts for a colleague who is away, for a time. The colleague stays responsible, and hears of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import delete, insert, or_, select, update

from core.loans.eligible import can_stand_in
from core.loans.events import StandInArranged, StandInLost, StandInOver
from core.loans.models import StandIn
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor
from core.store.base import table_of
from core.store.database import Executor, among
from core.store.unit import Unit

_T, _P = table_of(StandIn), table_of(Person)


@dataclass(frozen=True, slots=True)
class StandsIn:
    """From `since` until `until` the one acts for the other."""

    person_id: int
    stand_in_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StandInEnded:
    """Nobody acts for him any more; `stand_in_ids` did."""

    stand_in_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoStandIn:
    """This person cannot: it is he himself, or he has left, or has no post for it; or the time is over before it
    began."""

    person_id: int
    why: str


StandInOutcome: TypeAlias = StandsIn | NoStandIn


def principals_of(executor: Executor, person_id: int, at: datetime) -> frozenset[int]:
    """For whom this person acts then: what who has left had to do goes to others, whoever stood in for him."""
    now = (_T.c.since <= at, _T.c.until > at, _T.c.stand_in_id == person_id, _P.c.left_at.is_(None))
    return frozenset(executor.scalars(select(_T.c.person_id).join(_P, _P.c.id == _T.c.person_id).where(*now)))


def stand_ins_of(unit: Unit, person_id: int) -> list[int]:
    """Who acts for this person now, the last one arranged first."""
    return stand_ins(unit, [person_id]).get(person_id, [])


def stand_ins(unit: Unit, people_ids: Collection[int]) -> dict[int, list[int]]:
    """The same of several people at once, by number; who has nobody is left out."""
    now = (_T.c.since <= unit.now, _T.c.until > unit.now, among(unit.connection, _T.c.person_id, list(people_ids)))
    found: dict[int, dict[int, None]] = {}
    for row in unit.connection.execute(select(_T.c.person_id, _T.c.stand_in_id).where(*now).order_by(_T.c.id.desc())):
        found.setdefault(row.person_id, {})[row.stand_in_id] = None
    return {person: list(stand_in) for person, stand_in in found.items()}


def arranged_with(unit: Unit, person_id: int) -> list[StandsIn]:
    """Who acts for this person, and for whom he does: now, or some time ahead; the first to begin first."""
    with_him = or_(_T.c.person_id == person_id, _T.c.stand_in_id == person_id)
    columns = (_T.c.person_id, _T.c.stand_in_id, _T.c.since, _T.c.until)
    ahead = (_T.c.until > unit.now, _T.c.until > _T.c.since)
    rows = unit.connection.execute(select(*columns).where(with_him, *ahead).order_by(_T.c.since, _T.c.id))
    return [StandsIn(*row) for row in rows]


def let_stand_in(unit: Unit, actor: Actor, to_id: int, since: datetime, until: datetime) -> StandInOutcome:
    """`actor` is away, and `to_id` acts for him. One that was arranged before for some of this time ends when this
    begins, and goes on when this is over; what is over before, or begins after it, stays."""
    if to_id == actor.id:
        return NoStandIn(to_id, "self")
    stand_in = people.colleague(unit.connection, to_id)
    if stand_in is None:
        return NoStandIn(to_id, "left")
    if not can_stand_in(stand_in, actor):
        return NoStandIn(to_id, "no_post")
    if until <= max(since, unit.now):
        return NoStandIn(to_id, "over")
    earlier = (_T.c.person_id == actor.id, _T.c.until > since, _T.c.since < until)
    cut = unit.connection.execute(select(_T.c.stand_in_id, _T.c.until).where(*earlier)).all()
    unit.connection.execute(delete(_T).where(*earlier, _T.c.since >= since))  # it has not begun, and does not any more
    unit.connection.execute(update(_T).where(*earlier).values(until=since))
    before = tuple(sorted({row.stand_in_id for row in cut} - {to_id}))
    for row in (row for row in cut if row.until > until):
        rest = {"person_id": actor.id, "stand_in_id": row.stand_in_id, "since": until, "until": row.until}
        unit.connection.execute(insert(_T).values(**rest, by_id=actor.id))
    values = {"person_id": actor.id, "stand_in_id": to_id, "since": since, "until": until, "by_id": actor.id}
    unit.connection.execute(insert(_T).values(values))
    unit.record(actor.id, "loan:stand_in", f"person:{actor.id}", to=to_id, until=until.isoformat())
    go_on = tuple(sorted({row.stand_in_id for row in cut if row.until > until} - {to_id}))
    unit.happened(StandInArranged(actor.id, to_id, since, until, before, go_on))
    return StandsIn(actor.id, to_id, since, until)


def end_standing_in(unit: Unit, actor: Actor) -> StandInEnded:
    """He is back."""
    mine = (_T.c.person_id == actor.id, _T.c.until > unit.now)
    ended = update(_T).where(*mine).values(until=unit.now).returning(_T.c.stand_in_id)
    gone = tuple(unit.connection.scalars(ended).all())
    if gone:
        unit.record(actor.id, "loan:stand_in:end", f"person:{actor.id}")
        unit.happened(StandInOver(actor.id, gone))
    return StandInEnded(gone)


def end_of_leaver(unit: Unit, person_id: int, by_id: int | None) -> None:
    """He has left, and what he had goes to others: nobody acts for him any more, nor he for anybody. `by_id` ordered it
    (None: at the terminal)."""
    with_him = or_(_T.c.person_id == person_id, _T.c.stand_in_id == person_id)
    ended = update(_T).where(with_him, _T.c.until > unit.now).values(until=unit.now)
    rows = unit.connection.execute(ended.returning(_T.c.person_id, _T.c.stand_in_id)).all()
    if not rows:
        return
    unit.record(by_id, "loan:stand_in:end", f"person:{person_id}")
    for_him = tuple(sorted({row.stand_in_id for row in rows if row.person_id == person_id}))
    lost = tuple(sorted({row.person_id for row in rows if row.stand_in_id == person_id}))
    if for_him:
        unit.happened(StandInOver(person_id, for_him))
    if lost:
        unit.happened(StandInLost(person_id, lost))
