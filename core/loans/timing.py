"""The clocks of tasks and steps as they stand in the database: written when a task is opened, when a clock is stopped
or goes on, when a rung was done, and when the company's calendar changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from core.calendar import Length, WorkingCalendar
from core.loans import deadlines
from core.loans.deadline_models import PauseRow, RungRow
from core.loans.deadlines import Reached, RungAt, Stop
from core.loans.definitions import flow_of
from core.loans.flows import Approve, Deadline, Handle
from core.loans.models import Application, StepRow, StepState, Task, TaskState
from core.loans.rules import LoanRules
from core.people import queries as people
from core.privacy import digest
from core.store.base import table_of
from core.store.database import among
from core.store.unit import Unit

_A, _T, _S = table_of(Application), table_of(Task), table_of(StepRow)
_P, _R = table_of(PauseRow), table_of(RungRow)
_CLOCK = (
    *(_T.c.id, _T.c.application_id, _T.c.step_id, _T.c.person_id, _T.c.since),
    *(_S.c.node, _S.c.within, _A.c.flow),
)
_TIMED = (
    update(_T)
    .where(_T.c.id == bindparam("task"))
    .values(due_at=bindparam("due"), next_at=bindparam("next"), timed_by=bindparam("by"))
)
_STEP_TIMED = update(_S).where(_S.c.id == bindparam("step")).values(due_at=bindparam("due"))
_FOUND_SINCE = _T.c.since.is_not(None)


@dataclass(frozen=True, slots=True)
class Clock:
    """A task's clock: its deadline and its ladder (None, and no rung: it stands still), and which of the rungs were
    come to."""

    task_id: int
    application_id: int
    step_id: int
    person_id: int
    since: datetime
    due_at: datetime | None
    ladder: tuple[RungAt, ...]
    done: frozenset[int]

    def reached(self, calendar: WorkingCalendar, now: datetime) -> Reached:
        """What its ladder has come to."""
        return deadlines.reached(calendar, self.ladder, self.done, self.since, now)


def mark(rules: LoanRules) -> str:
    """The digest of what deadlines are reckoned by."""
    return _mark(rules.calendar, tuple(sorted(rules.away.items())))


@lru_cache(maxsize=16)
def _mark(calendar: WorkingCalendar, away: tuple[tuple[str, tuple[Stop, ...]], ...]) -> str:
    return digest(repr(calendar), repr(away))[:16]


def clocks(connection: Connection, rules: LoanRules, task_ids: Collection[int]) -> list[Clock]:
    """The clocks of these tasks, as they are by the calendar, the leave and the pauses of now; in the order of their
    numbers. Those without a deadline, and those whose turn never came, are left out."""
    wanted = select(*_CLOCK).join(_S, _S.c.id == _T.c.step_id).join(_A, _A.c.id == _T.c.application_id)
    open_steps = (_S.c.state == StepState.OPEN.value, _FOUND_SINCE, among(connection, _T.c.id, list(task_ids)))
    timed = [
        (row, deadline)
        for row in connection.execute(wanted.where(*open_steps).order_by(_T.c.id)).all()
        if (deadline := deadline_of(connection, row.flow, row.node, row.within)) is not None
    ]
    stops = pauses(connection, {row.application_id for row, _ in timed})
    rungs_done = _done(connection, [row.id for row, _ in timed])
    away = _away(connection, rules, {row.person_id for row, _ in timed})
    return [
        _clock(row, deadline, rules.calendar, stops.get(row.step_id, ()), away.get(row.person_id, ()), rungs_done)
        for row, deadline in timed
    ]


def deadline_of(connection: Connection, flow: str, node: str, within: str | None) -> Deadline | None:
    """The deadline at a node of the flow with this digest; where a step of it has time of its own (`StepRow.within`),
    that, with the node's ladder."""
    found = flow_of(connection, flow).node(node)
    if not isinstance(found, Approve | Handle):
        return None
    if within is None:
        return found.deadline
    return Deadline(Length.unpacked(within), found.deadline.ladder if found.deadline is not None else ())


def _clock(
    row: Any,
    deadline: Deadline,
    calendar: WorkingCalendar,
    paused: Sequence[Stop],
    away: Sequence[Stop],
    done: Mapping[int, frozenset[int]],
) -> Clock:
    stops = (*paused, *away)
    due_at = deadlines.due(calendar, stops, row.since, deadline.within)
    ladder = tuple(deadlines.rungs(calendar, stops, due_at, deadline)) if due_at is not None else ()
    known = done.get(row.id, frozenset())
    return Clock(row.id, row.application_id, row.step_id, row.person_id, row.since, due_at, ladder, known)


def pauses(connection: Connection, application_ids: Collection[int]) -> dict[int, tuple[Stop, ...]]:
    """When the clocks of the steps of these applications stood still, by step."""
    found: dict[int, list[Stop]] = defaultdict(list)
    if application_ids:
        here = among(connection, _P.c.application_id, list(application_ids))
        wanted = select(_P.c.step_id, _P.c.since, _P.c.until).where(here)
        for row in connection.execute(wanted.order_by(_P.c.id)):
            found[row.step_id].append(Stop(row.since, row.until))
    return {step: tuple(stops) for step, stops in found.items()}


def _done(connection: Connection, task_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if task_ids:
        for row in connection.execute(select(_R.c.task_id, _R.c.rung).where(among(connection, _R.c.task_id, task_ids))):
            found[row.task_id].add(row.rung)
    return {task: frozenset(rungs) for task, rungs in found.items()}


def away_of(connection: Connection, rules: LoanRules, person_id: int) -> tuple[Stop, ...]:
    """When this person is on leave."""
    return _away(connection, rules, (person_id,)).get(person_id, ())


def _away(connection: Connection, rules: LoanRules, person_ids: Collection[int]) -> dict[int, tuple[Stop, ...]]:
    if not rules.away or not person_ids:
        return {}
    accounts = people.accounts_of(connection, person_ids)
    return {person: rules.away[account] for person, account in accounts.items() if account in rules.away}


def write(connection: Connection, rules: LoanRules, found: Iterable[Clock], now: datetime) -> None:
    """Write these clocks into their tasks."""
    by = mark(rules)
    rows = [
        {"task": each.task_id, "due": each.due_at, "next": _next(rules.calendar, each, now), "by": by} for each in found
    ]
    if rows:
        connection.execute(_TIMED, rows)


def _next(calendar: WorkingCalendar, clock: Clock, now: datetime) -> datetime | None:
    """When the sweep has to look at it: at once, if a rung came due by what changed."""
    reached = clock.reached(calendar, now)
    missed = (*reached.do, *reached.overtaken, *reached.stale)
    return min(each.at for each in missed) if missed else reached.next_at


def arm(connection: Connection, rules: LoanRules, task_ids: Collection[int], now: datetime) -> None:
    """Reckon the clocks of these tasks, and write them."""
    if task_ids:
        write(connection, rules, clocks(connection, rules, task_ids), now)


def time_steps(connection: Connection, rules: LoanRules, step_ids: Collection[int]) -> None:
    """Reckon the deadlines of these open steps, and write them: without anybody's leave."""
    if not step_ids:
        return
    columns = (_S.c.id, _S.c.application_id, _S.c.node, _S.c.entered_at, _S.c.within, _A.c.flow)
    wanted = select(*columns).join(_A, _A.c.id == _S.c.application_id)
    here = (_S.c.state == StepState.OPEN.value, among(connection, _S.c.id, list(step_ids)))
    steps = connection.execute(wanted.where(*here).order_by(_S.c.id)).all()
    stops = pauses(connection, {row.application_id for row in steps})
    rows = []
    for row in steps:
        deadline = deadline_of(connection, row.flow, row.node, row.within)
        if deadline is not None:
            due_at = deadlines.due(rules.calendar, stops.get(row.id, ()), row.entered_at, deadline.within)
            rows.append({"step": row.id, "due": due_at})
    if rows:
        connection.execute(_STEP_TIMED, rows)


def begin_anew(connection: Connection, task_ids: Collection[int]) -> None:
    """These tasks have their whole time again, and so each rung comes once more; what was told before stands in the
    audit log."""
    connection.execute(delete(_R).where(among(connection, _R.c.task_id, list(task_ids))))


def open_tasks(connection: Connection, step_ids: Collection[int]) -> list[int]:
    """The tasks of these steps that somebody can act on."""
    wanted = select(_T.c.id).where(_T.c.step_id.in_(step_ids), _T.c.state == TaskState.OPEN.value).order_by(_T.c.id)
    return list(connection.scalars(wanted))


def give_time(unit: Unit, rules: LoanRules, application_id: int, within: Length) -> bool:
    """Where the application stands with people now, they have so long from when it came to them, whatever the flow
    says; False if it stands with nobody. Its ladder goes by that."""
    here = (_S.c.application_id == application_id, _S.c.state == StepState.OPEN.value)
    steps = unit.connection.execute(
        select(_S.c.id, _S.c.node, _A.c.flow).join(_A, _A.c.id == _S.c.application_id).where(*here).order_by(_S.c.id)
    ).all()
    packed = within.packed()
    manned = [row.id for row in steps if deadline_of(unit.connection, row.flow, row.node, packed) is not None]
    if not manned:
        return False
    unit.connection.execute(update(_S).where(_S.c.id.in_(manned)).values(within=packed))
    time_steps(unit.connection, rules, manned)
    arm(unit.connection, rules, open_tasks(unit.connection, manned), unit.now)
    return True
