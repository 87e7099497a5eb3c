"""Tasks that go to somebody else without their holder: he has left, or the application has come to be his own.

Unlike 转交 it takes tasks whose turn has not come, too, and nobody needs to be asked. Whose it is then has the whole
time that the node gives, as where the flow moves a late task on: who left gave him none of it to waste.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from core.loans.definitions import flow_of
from core.loans.eligible import may_cast, own_to, voters
from core.loans.flows import Approve, Decision, Handle, Manned, Node
from core.loans.models import OFFICERS, UNDECIDED, Application, Happening, StepRow, Task, TaskKind, TaskState, What
from core.loans.routing import add_task, tell
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.people import queries as people
from core.people.policy import Actor, Role
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_A, _S, _T, _H = (table_of(each) for each in (Application, StepRow, Task, Happening))


@dataclass(frozen=True, slots=True)
class Undecided:
    """A task that somebody has, whether its turn has come or not."""

    number: int
    application_id: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PassedOn:
    """`to_id` has it now, as the task `number`."""

    number: int
    to_id: int


@dataclass(frozen=True, slots=True)
class NotHis:
    """It was decided, or is nobody's any more; or it is in the hands of `holder_id`."""

    holder_id: int | None


@dataclass(frozen=True, slots=True)
class NobodyCan:
    """Nobody is there who could have it."""


def undecided_of(executor: Executor, person_id: int) -> list[Undecided]:
    """What he has at nodes, what is due first coming first. What is the officer's of an application of his own is left
    out: it goes where the application goes."""
    columns = (_T.c.id, _T.c.application_id, _T.c.kind, _T.c.due_at, _S.c.node, _A.c.owner_id, _A.c.flow)
    rows = executor.execute(
        select(*columns)
        .join(_S, _S.c.id == _T.c.step_id)
        .join(_A, _A.c.id == _T.c.application_id)
        .where(_T.c.person_id == person_id, _T.c.state.in_(UNDECIDED))
        .order_by(_T.c.due_at.is_(None), _T.c.due_at, _T.c.id)
    )
    return [
        Undecided(row.id, row.application_id, row.due_at)
        for row in rows
        if row.owner_id != person_id or not is_officers(row.kind, flow_of(executor, row.flow).node(row.node))
    ]


def is_officers(kind: str, node: Node) -> bool:
    """Does such a task belong to whoever has the application?"""
    return kind in OFFICERS or (
        kind == TaskKind.HANDLE.value and isinstance(node, Handle) and any(who.submitter for who in node.who)
    )


def pass_on(
    unit: Unit, task_id: int, from_id: int, receiver: Actor | None, roles: frozenset[Role], rules: LoanRules
) -> PassedOn | NotHis | NobodyCan:
    """The task of `from_id`, who had these `roles`, goes to the receiver if he has the post for it, else to who stands
    above `from_id`; never to one who may not decide there."""
    found = _held(unit, task_id, from_id, rules)
    if isinstance(found, NotHis):
        return found
    run, task, node = found
    first = [receiver.id] if receiver is not None and _has_the_post(receiver, roles, node) else []
    to_id = _first_that_can(run, task, node, [*first, *_above(unit, from_id)])
    return PassedOn(_move(run, task, to_id), to_id) if to_id is not None else NobodyCan()


def give_back(unit: Unit, task_id: int, from_id: int, to_id: int, rules: LoanRules) -> PassedOn | NotHis | NobodyCan:
    """The task that `from_id` got instead of `to_id` goes back to him, unless it was decided, or somebody was asked
    about it; nobody else gets it."""
    found = _held(unit, task_id, from_id, rules)
    if isinstance(found, NotHis):
        return found
    run, task, node = found
    asked = (_T.c.parent_id == task.id, _T.c.id > task.id)
    if unit.connection.execute(select(_T.c.id).where(*asked)).first() is not None:
        return NotHis(from_id)
    if _first_that_can(run, task, node, [to_id]) is None:
        return NobodyCan()
    return PassedOn(_move(run, task, to_id), to_id)


def _held(unit: Unit, task_id: int, from_id: int, rules: LoanRules) -> tuple[Run, Row[Any], Manned] | NotHis:
    whose = unit.connection.execute(select(_T.c.application_id).where(_T.c.id == task_id)).scalar()
    run = hold(unit, whose, rules, None) if whose is not None else None
    if run is None:
        return NotHis(None)
    task = unit.connection.execute(select(_T).where(_T.c.id == task_id)).one()
    node = run.flow.node(unit.connection.execute(select(_S.c.node).where(_S.c.id == task.step_id)).scalar_one())
    if task.state not in UNDECIDED or not isinstance(node, Approve | Handle):
        return NotHis(None)
    return (run, task, node) if task.person_id == from_id else NotHis(task.person_id)


def _move(run: Run, task: Row[Any], to_id: int) -> int:
    number = moved(run, task, to_id)
    tell(run)
    return number


def moved(run: Run, task: Row[Any], to_id: int) -> int:
    """The task is `to_id`'s, as a new one with its seat and its turn, whose number this is. Who was added to it is so
    to the new one. Who calls it tells of it in the end (`routing.tell`)."""
    connection = run.unit.connection
    gone = {"state": TaskState.MOVED.value, "decision": Decision.TRANSFER.value, "shown": run.row.shown}
    connection.execute(update(_T).where(_T.c.id == task.id).values(**gone, acted_at=run.unit.now))
    run.opened.pop(task.id, None)
    run.closed.append(task.id)
    kind, state = TaskKind(task.kind), TaskState(task.state)
    number = add_task(run, task.step_id, to_id, kind, seat=task.seat, parent_id=task.parent_id, state=state)
    connection.execute(update(_T).where(_T.c.parent_id == task.id).values(parent_id=number))
    node = connection.execute(select(_S.c.node).where(_S.c.id == task.step_id)).scalar_one()
    run.note(What.TRANSFERRED, step_id=task.step_id, task_id=task.id, node=node, to_id=to_id)
    return number


def to_new_officer(run: Run, was_id: int) -> None:
    """What the officer of before had to do for the application is the new one's, as it is; and what the new one had to
    decide on it others decide, for it is his own now. (Where nobody can, it stays: it is refused when he tries.)"""
    for task, node in _undecided_at(run):
        if task.person_id == was_id and is_officers(task.kind, node):
            _to_officer(run, task)
        elif task.person_id == run.owner_id and isinstance(node, Approve | Handle) and not _may_be_his(node, task):
            to_id = _first_that_can(run, task, node, _above(run.unit, run.owner_id))
            if to_id is not None:
                moved(run, task, to_id)


def _to_officer(run: Run, task: Row[Any]) -> None:
    """The task itself, as it is, is the officer's of now."""
    run.unit.connection.execute(update(_T).where(_T.c.id == task.id).values(person_id=run.owner_id))
    run.closed.append(task.id)
    if task.state == TaskState.OPEN.value:
        run.opened[task.id] = run.owner_id


def went_along(run: Run, task: Row[Any], node: Manned, since: datetime) -> bool:
    """Was this the officer's to do, and has another one got the application since then? It is not his any more."""
    if task.person_id == run.owner_id or not is_officers(task.kind, node):
        return False
    given = (_H.c.application_id == run.id, _H.c.what == What.GIVEN.value, _H.c.at >= since)
    gave = (*given, _H.c.for_id == task.person_id)
    return run.unit.connection.execute(select(_H.c.id).where(*gave).limit(1)).first() is not None


def to_who_can(run: Run, step: Row[Any]) -> None:
    """What is open again of this step, or waits again, of somebody who has left since, or whose own the application is
    by now, is another one's."""
    for task, node in _undecided_at(run):
        if task.step_id != step.id or not isinstance(node, Approve | Handle):
            continue
        if went_along(run, task, node, step.entered_at):
            _to_officer(run, task)
            continue
        own = task.person_id in own_to(node, run.submitters) and not is_officers(task.kind, node)
        if own or people.colleague(run.unit.connection, task.person_id) is None:
            to_id = _first_that_can(run, task, node, _above(run.unit, task.person_id))
            if to_id is not None:
                moved(run, task, to_id)


def _may_be_his(node: Manned, task: Row[Any]) -> bool:
    """May the officer have this task of his own application?"""
    return is_officers(task.kind, node) or not (isinstance(node, Approve) or node.money)


def _undecided_at(run: Run) -> list[tuple[Row[Any], Node]]:
    there = (_T.c.application_id == run.id, _T.c.state.in_(UNDECIDED))
    rows = run.unit.connection.execute(
        select(_T, _S.c.node).join(_S, _S.c.id == _T.c.step_id).where(*there).order_by(_T.c.id)
    ).all()
    return [(row, run.flow.node(row.node)) for row in rows]


def _has_the_post(receiver: Actor, roles: frozenset[Role], node: Manned) -> bool:
    named = {who.role for who in node.who if who.role}
    return bool(named & receiver.roles) or roles <= receiver.roles


def _above(unit: Unit, person_id: int) -> Iterable[int]:
    """Those above him, one after the other, and then the administrators."""
    seen: set[int] = {person_id}
    above = people.superior_of(unit.session, person_id)
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = people.superior_of(unit.session, above)
    yield from people.administrators(unit.session)


def _first_that_can(run: Run, task: Row[Any], node: Manned, candidates: Iterable[int]) -> int | None:
    """Not who has a task there already, or has voted, for he would have two votes; not the officer, nor who handed it
    in, where money hangs on it or it is decided; nor who has no post for it."""
    here = run.unit.connection.execute(select(_T).where(_T.c.step_id == task.step_id)).all()
    at_it = {one.person_id for one in here if one.state in UNDECIDED} | voters(here)
    barred = at_it | own_to(node, run.submitters)
    for one in candidates:
        person = people.colleague(run.unit.connection, one) if one not in barred else None
        if person is not None and may_cast(person, node, task.kind):
            return one
    return None
