"""The verbs of 导出: ask for a file, permit or refuse it; and what becomes of it while it is made and sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from core.exports.queries import readable, within
from core.exports.rules import ExportRules
from core.people import queries as people
from core.people.holding import hold
from core.people.policy import Actor, Role, Scope, Verb, may, may_touch
from core.store.base import table_of
from core.store.issued import Face
from core.store.unit import Unit

CALLED = 80
RING_AGAIN = timedelta(hours=1)
"""So long after a question (or a file that should have come) asking again does something."""
TO_MAKE = (State.WANTED, State.PERMITTED)
_E = table_of(Export)


def request(
    unit: Unit, actor: Actor, kind: ExportKind, face: Face, called: str, rules: ExportRules
) -> Wanted | AlreadyWanted | EnoughToday | ClosedList | MayNot:
    """导出: what `face` shows is wanted as a file, `called` so (the company's words alone). The same again while it has
    not come is the same; after an hour whoever has to permit it is asked again, and what should have come is made
    anew."""
    actor = hold(unit, actor)  # two messages at once are one, and both are counted
    if not may(actor, Verb.EXPORT):
        unit.record(actor.id, f"{Verb.EXPORT}:denied", "export", list=kind.value)
        return MayNot(Verb.EXPORT)
    if rules.is_closed(kind, actor):
        return ClosedList(kind)
    waiting = _under_way(unit, actor.id, face, unit.now - rules.good_for)
    if waiting is not None:
        return AlreadyWanted(waiting.id, _asked_again(unit, waiting))
    if _today(unit, actor.id) >= rules.daily:
        return EnoughToday(rules.daily)
    values = {
        "person_id": actor.id,
        "kind": kind.value,
        "screen": face.screen,
        "args": face.args,
        "called": called[:CALLED],
        "state": State.WANTED.value,
        "asked_at": unit.now,
        "rung_at": unit.now,
    }
    number = int(unit.connection.execute(insert(_E).values(values).returning(_E.c.id)).scalar_one())
    unit.record(actor.id, "export:ask", subject(number), list=kind.value)
    unit.happened(ExportDue(number, actor.id))
    return Wanted(number)


def _today(unit: Unit, person_id: int) -> int:
    """How many he has asked for today; what came to nothing does not count."""
    today = within(_E.c.asked_at, day_start(unit.now), unit.now)
    his = (_E.c.person_id == person_id, today, _E.c.state != State.DROPPED.value)
    return unit.connection.execute(select(func.count()).where(*his)).scalar() or 0


def _under_way(unit: Unit, person_id: int, face: Face, since: datetime) -> Any:
    """The same, as long as it has not come."""
    states = [state.value for state in (*TO_MAKE, State.WAITING)]
    open_ = (_E.c.state.in_(states), _E.c.asked_at >= since)
    his = select(_E.c.id).where(_E.c.person_id == person_id, _E.c.screen == face.screen, *open_)
    rows = readable(unit.connection, his.order_by(_E.c.id.desc()))
    return next((row for row in rows if row.args == face.args), None)


def _asked_again(unit: Unit, row: Any) -> int | None:
    """Who has to permit it: whoever decides for him now; None if nobody has to."""
    long_ago = row.rung_at is None or row.rung_at <= unit.now - RING_AGAIN
    if row.state != State.WAITING:
        if long_ago and _turn(unit, row.id, TO_MAKE, {"rung_at": unit.now}):
            unit.happened(ExportDue(row.id, row.person_id))
        return None
    superior = people.superior_of(unit.session, row.person_id)
    if superior is None or (superior == row.approver_id and not long_ago):
        return int(row.approver_id)
    _pass(unit, row, superior, row.person_id)
    return superior


def _pass(unit: Unit, row: Any, to_id: int, by_id: int | None) -> None:
    """He has to permit it from now on, or is asked once more."""
    if _turn(unit, row.id, (State.WAITING,), {"approver_id": to_id, "rung_at": unit.now}):
        unit.record(by_id, "export:pass", subject(row.id), approver=to_id)
        unit.happened(ExportAsked(row.id, row.person_id, to_id))
        if to_id != row.approver_id:
            unit.happened(ExportChanged(row.id, None))


def ask_others(unit: Unit, approver_id: int) -> None:
    """This person has left: what waited for his answer waits for whoever decides now; where there is nobody, it comes
    to nothing."""
    his = (_E.c.approver_id == approver_id, _E.c.state == State.WAITING.value)
    for row in readable(unit.connection, select(_E.c.id).where(*his).order_by(_E.c.id)):
        superior = people.superior_of(unit.session, row.person_id)
        if superior is not None:
            _pass(unit, row, superior, None)
        else:
            _drop(unit, row.id, (State.WAITING,), Why.NOBODY)


def decide(
    unit: Unit, actor: Actor, number: int, rules: ExportRules, *, permit: bool
) -> Decided | DecidedBefore | MayNot:
    """同意 or 不同意, by the superior of who wants it or who else looks after his exports; never by himself. The first
    answer counts. What is permitted is so many rows, by the rights of then: another list asks again."""
    actor = hold(unit, actor)
    row = unit.connection.execute(select(_E).where(_E.c.id == number)).one_or_none()
    if row is None:
        return DecidedBefore(number, None, there=False)
    if row.person_id == actor.id and row.state != State.WAITING:
        return DecidedBefore(number, None)  # his own that waits for nobody: that he may not decide on it is not why
    if not may_decide(unit.session, actor, row.person_id):
        unit.record(actor.id, f"{Verb.PERMIT_EXPORT}:denied", subject(number))
        return MayNot(Verb.PERMIT_EXPORT)
    values = {"by_id": actor.id, "decided_at": unit.now}
    if permit:
        values |= {"state": State.PERMITTED.value, "permitted": _E.c.rows, "rung_at": unit.now}
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
    """May he permit what this person wants to export? Never his own; beside the superior whoever looks after it from
    above: of his own department not another manager's, and an administrator's only another administrator."""
    if actor.id == person_id or not people.works_here(session, actor.id):
        return False
    if actor.id == people.superior_of(session, person_id):
        return True
    other = people.colleague(session, person_id)
    if other is None or not may_touch(actor, Verb.PERMIT_EXPORT, person_id, other.department):
        return False
    if actor.scope(Verb.PERMIT_EXPORT) == Scope.ALL:
        return True
    return Role.ADMIN not in other.roles and (
        other.department != actor.department or Role.MANAGER not in other.roles
    )  # fmt: skip


def wait(unit: Unit, number: int, rows: int, scope: str) -> None:
    """It has so many rows that somebody has to permit it, by the rights in `scope`: he is asked. If there is nobody, it
    is dropped."""
    person = _person(unit, number)
    superior = people.superior_of(unit.session, person)
    if superior is None:
        drop(unit, number, Why.NOBODY, rows)
        return
    values = {"state": State.WAITING.value, "rows": rows, "scope": scope, "approver_id": superior, "rung_at": unit.now}
    if _turn(unit, number, TO_MAKE, values | {"by_id": None, "permitted": None}):
        unit.record(person, "export:wait", subject(number), rows=rows, approver=superior)
        unit.happened(ExportAsked(number, person, superior))
        unit.happened(ExportChanged(number, person))


def drop(unit: Unit, number: int, why: Why, rows: int | None = None) -> None:
    """It comes to nothing, and he is told why. `rows`: how many it had, where that is not known yet."""
    _drop(unit, number, TO_MAKE, why, rows)


def _drop(unit: Unit, number: int, from_: tuple[State, ...], why: Why, rows: int | None = None) -> None:
    values: dict[str, Any] = {"state": State.DROPPED.value, "why": why.value, "ended_at": unit.now}
    counted = {"rows": rows} if rows is not None else {}
    if _turn(unit, number, from_, values | counted):
        unit.record(None, "export:drop", subject(number), why=why.value, **counted)
        unit.happened(ExportChanged(number, _person(unit, number)))


@dataclass(frozen=True, slots=True)
class File:
    """A file that was made: its rows, its size in bytes, its SHA-256, by which rights, and of how many rows somebody
    has permitted it (None: nobody had to)."""

    rows: int
    size: int
    sha256: str
    scope: str
    permitted: int | None


def made(unit: Unit, number: int, file: File) -> None:
    """The file is made, and about to be sent: it is written down before, because it may arrive without our hearing of
    it."""
    values = {"rows": file.rows, "size": file.size, "sha256": file.sha256}
    if _turn(unit, number, TO_MAKE, values | {"scope": file.scope, "permitted": file.permitted}):
        unit.record(_person(unit, number), "export:make", subject(number), **values)


def sent(unit: Unit, number: int) -> None:
    """The platform has taken it."""
    if _turn(unit, number, TO_MAKE, {"state": State.SENT.value, "ended_at": unit.now}):
        unit.record(_person(unit, number), "export:send", subject(number))
        unit.happened(ExportChanged(number, None))


def _person(unit: Unit, number: int) -> int:
    """Who wants it."""
    return int(unit.connection.execute(select(_E.c.person_id).where(_E.c.id == number)).scalar_one())


def _turn(
    unit: Unit, number: int, from_: tuple[State, ...], values: dict[str, Any], *conditions: ColumnElement[bool]
) -> bool:
    states = [state.value for state in from_]
    still = update(_E).where(_E.c.id == number, _E.c.state.in_(states), *conditions)
    return unit.connection.execute(still.values(values)).rowcount > 0
