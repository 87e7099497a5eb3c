"""The verbs of 导出: ask for a file, permit or refuse it; and what becomes of it while it is made and sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from core.calendar import day_start
from core.exports.kinds import ExportKind
from core.exports.models import Export, State, subject
from core.exports.outcomes import (
    AlreadyWanted,
    ClosedList,
    Decided,
    DecidedBefore,
    EnoughToday,
    ExportAsked,
    ExportChanged,
    ExportDue,
    MayNot,
    Wanted,
    Why,
)
from core.exports.rules import ExportRules
from core.people import queries as people
from core.people.holding import hold
from core.people.policy import Actor, Verb, may, may_touch
from core.store.base import table_of
from core.store.issued import Face
from core.store.unit import Unit

CALLED = 80
_E = table_of(Export)
_TO_MAKE = (State.WANTED.value, State.PERMITTED.value)


def request(
    unit: Unit, actor: Actor, kind: ExportKind, face: Face, called: str, rules: ExportRules
) -> Wanted | AlreadyWanted | EnoughToday | ClosedList | MayNot:
    """导出: what `face` shows is wanted as a file, `called` so. The same again while it has not come is the same; if
    somebody else decides for him by now, the open question goes there."""
    actor = hold(unit, actor)  # two messages at once are one, and both are counted
    if not may(actor, Verb.EXPORT):
        unit.record(actor.id, f"{Verb.EXPORT}:denied", "export", list=kind.value)
        return MayNot(Verb.EXPORT)
    if kind in rules.closed:
        return ClosedList(kind)
    waiting = _under_way(unit, actor.id, face, unit.now - rules.good_for)
    if waiting is not None:
        return AlreadyWanted(waiting.id, _asked_again(unit, waiting))
    today = select(func.count()).where(_E.c.person_id == actor.id, _E.c.asked_at >= day_start(unit.now))
    if (unit.connection.execute(today).scalar() or 0) >= rules.daily:
        return EnoughToday(rules.daily)
    values = {
        "person_id": actor.id,
        "kind": kind.value,
        "screen": face.screen,
        "args": face.args,
        "called": called[:CALLED],
        "state": State.WANTED.value,
        "asked_at": unit.now,
    }
    number = int(unit.connection.execute(insert(_E).values(values).returning(_E.c.id)).scalar_one())
    unit.record(actor.id, "export:ask", subject(number), list=kind.value)
    unit.happened(ExportDue(number, actor.id))
    return Wanted(number)


def _under_way(unit: Unit, person_id: int, face: Face, since: datetime) -> Any:
    """The same, as long as it has not come."""
    open_ = (_E.c.state.in_([*_TO_MAKE, State.WAITING.value]), _E.c.asked_at >= since)
    his = select(_E).where(_E.c.person_id == person_id, _E.c.screen == face.screen, *open_)
    rows = unit.connection.execute(his.order_by(_E.c.id.desc())).all()
    return next((row for row in rows if row.args == face.args), None)


def _asked_again(unit: Unit, row: Any) -> int | None:
    """Who has to permit it: whoever decides for him now."""
    if row.state != State.WAITING:
        return None
    superior = people.superior_of(unit.session, row.person_id)
    if superior is None or superior == row.asked_id:
        return int(row.asked_id)
    still = update(_E).where(_E.c.id == row.id, _E.c.state == State.WAITING.value, _E.c.asked_id == row.asked_id)
    if unit.connection.execute(still.values(asked_id=superior)).rowcount:
        unit.record(row.person_id, "export:pass", subject(row.id), asked=superior)
        unit.happened(ExportAsked(row.id, row.person_id, superior))
    return superior


def decide(
    unit: Unit, actor: Actor, number: int, rules: ExportRules, *, permit: bool
) -> Decided | DecidedBefore | MayNot:
    """同意 or 不同意, by the superior of who wants it or who else looks after his exports; never by himself. The first
    answer counts. What is permitted is so many rows: a longer list asks again."""
    row = unit.connection.execute(select(_E).where(_E.c.id == number)).one_or_none()
    if row is None:
        return DecidedBefore(number, None)
    if not may_decide(unit.session, actor, row.person_id):
        unit.record(actor.id, f"{Verb.PERMIT_EXPORT}:denied", subject(number))
        return MayNot(Verb.PERMIT_EXPORT)
    values = {"by_id": actor.id, "decided_at": unit.now}
    if permit:
        values |= {"state": State.PERMITTED.value, "permitted": _E.c.rows}
    else:
        values |= {"state": State.REFUSED.value, "ended_at": unit.now}
    fresh = _E.c.asked_at >= unit.now - rules.good_for
    if not _turn(unit, number, (State.WAITING,), values, fresh):
        row = unit.connection.execute(select(_E).where(_E.c.id == number)).one()
        decided = None if row.state == State.WAITING else row.by_id
        return DecidedBefore(number, decided, permitted=row.state != State.REFUSED)
    unit.record(actor.id, "export:permit" if permit else "export:refuse", subject(number), rows=row.rows)
    unit.happened(ExportChanged(number, row.person_id))
    if permit:
        unit.happened(ExportDue(number, row.person_id))
    return Decided(number, row.person_id, permit)


def may_decide(session: Session, actor: Actor, person_id: int) -> bool:
    """May he permit what this person wants to export?"""
    if actor.id == person_id:
        return False
    department = people.department_of(session, person_id)
    return actor.id == people.superior_of(session, person_id) or may_touch(
        actor, Verb.PERMIT_EXPORT, person_id, department
    )


def wait(unit: Unit, number: int, rows: int) -> None:
    """It has so many rows that somebody has to permit it: he is asked. If there is nobody, it is dropped."""
    row = unit.connection.execute(select(_E.c.person_id).where(_E.c.id == number)).one()
    superior = people.superior_of(unit.session, row.person_id)
    if superior is None:
        drop(unit, number, Why.NOBODY)
        return
    values = {"state": State.WAITING.value, "rows": rows, "asked_id": superior, "by_id": None, "permitted": None}
    if _turn(unit, number, (State.WANTED, State.PERMITTED), values):
        unit.record(row.person_id, "export:wait", subject(number), rows=rows, asked=superior)
        unit.happened(ExportAsked(number, row.person_id, superior))
        unit.happened(ExportChanged(number, row.person_id))


def drop(unit: Unit, number: int, why: Why, rows: int | None = None) -> None:
    """It comes to nothing, and he is told why."""
    values = {"state": State.DROPPED.value, "why": why.value, "ended_at": unit.now, "rows": rows}
    if _turn(unit, number, (State.WANTED, State.PERMITTED), values):
        person = unit.connection.execute(select(_E.c.person_id).where(_E.c.id == number)).scalar_one()
        unit.record(None, "export:drop", subject(number), why=why.value, rows=rows)
        unit.happened(ExportChanged(number, person))


def made(unit: Unit, number: int, rows: int, size: int, sha256: str) -> None:
    """The file is made, and about to be sent: it is written down before, because it may arrive without our hearing of
    it."""
    person = unit.connection.execute(select(_E.c.person_id).where(_E.c.id == number)).scalar_one()
    values = {"rows": rows, "size": size, "sha256": sha256}
    if _turn(unit, number, (State.WANTED, State.PERMITTED), values):
        unit.record(person, "export:make", subject(number), **values)


def sent(unit: Unit, number: int) -> None:
    """The platform has taken it."""
    person = unit.connection.execute(select(_E.c.person_id).where(_E.c.id == number)).scalar_one()
    values = {"state": State.SENT.value, "ended_at": unit.now}
    if _turn(unit, number, (State.WANTED, State.PERMITTED), values):
        unit.record(person, "export:send", subject(number))
        unit.happened(ExportChanged(number, None))


def _turn(
    unit: Unit, number: int, from_: tuple[State, ...], values: dict[str, Any], *conditions: ColumnElement[bool]
) -> bool:
    states = [state.value for state in from_]
    still = update(_E).where(_E.c.id == number, _E.c.state.in_(states), *conditions)
    return unit.connection.execute(still.values(values)).rowcount > 0
