"""The ladder of a deadline: whoever has a task is reminded, by a short message too, his superior hears of it, the task
goes to him, or is decided by itself. Each rung once a task, and once more where its time begins anew.

The sweep finds tasks by `loan_task.next_at`, and looks again whether they are due by the calendar and the pauses of
now. Applications that somebody works on at this moment are left to the next sweep.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection, and_, insert, literal_column, select, update
from sqlalchemy.orm import Session

from core.loans import deadlines, tasks, timing
from core.loans.at_hand import Wish
from core.loans.deadline_models import Came, RungRow
from core.loans.deadlines import RungAt
from core.loans.deciding import by_itself
from core.loans.events import RungReached, RungsReached
from core.loans.flows import Decision, Rung
from core.loans.models import Application, Task, TaskState, subject
from core.loans.outcomes import Decided
from core.loans.routing import tell
from core.loans.rules import LoanRules
from core.loans.run import Run, hold, locked
from core.loans.standing_in import stand_ins_of
from core.loans.timing import Clock
from core.manners.kinds import ReminderKind, as_reminder
from core.people import phones
from core.people import queries as people
from core.store import post
from core.store.base import table_of
from core.store.database import among
from core.store.unit import Unit

_A, _T, _R = table_of(Application), table_of(Task), table_of(RungRow)
# Written out, not bound: only then do both databases see that the partial index fits.
_COMES_ON = and_(_T.c.state == literal_column("'open'"), _T.c.next_at.is_not(None))
_IS_OPEN = _T.c.state == literal_column("'open'")
PUT_OFF = timedelta(hours=1)
"""What cannot be worked on is looked at again so much later."""


def due_applications(session: Session, at: datetime, limit: int) -> list[int]:
    """The applications of which tasks have come to a rung, those of the longest due first; of up to `limit` tasks."""
    due = select(_T.c.application_id).where(_COMES_ON, _T.c.next_at <= at).order_by(_T.c.next_at).limit(limit)
    return list(dict.fromkeys(session.scalars(due)))


@dataclass(slots=True)
class _Climb:
    """One sweep over some applications, in one transaction; `runs` are those of which something is decided, `reached`
    what was come to, each with its step. `texting`: short messages can be sent."""

    unit: Unit
    rules: LoanRules
    holders: Collection[int]
    texting: bool
    runs: dict[int, Run] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)
    reached: list[tuple[int, RungReached]] = field(default_factory=list)
    _above: dict[int, int] | None = None

    def run(self, application_id: int) -> Run:
        """The application, held."""
        if application_id not in self.runs:
            held = hold(self.unit, application_id, self.rules, None)
            if held is None:
                raise LookupError(f"no application {application_id}")
            self.runs[application_id] = held
        return self.runs[application_id]

    def superior_of(self, person_id: int) -> int | None:
        """The superior of a holder; of all holders they are looked up at once."""
        if self._above is None:
            self._above = people.superiors(self.unit.session, self.holders)
        return self._above.get(person_id)

    def told(self) -> tuple[RungReached, ...]:
        """What to tell of: where a task went on at once from who had just got it, to whom it went in the end."""
        lasts: dict[tuple[int, int], int] = {}  # of a step and who had the task, to whom it went behind this
        told: list[RungReached] = []
        for step, one in reversed(self.reached):
            moved = one
            if one.does is Rung.REASSIGN and one.to_id is not None:
                lasts[(step, one.person_id)] = lasts.get((step, one.to_id), one.to_id)
                moved = replace(one, to_id=lasts[(step, one.person_id)])
            told.append(moved)
        return tuple(reversed(told))

    def is_over(self, clock: Clock) -> bool:
        """Was the task decided in this sweep?"""
        run = self.runs.get(clock.application_id)
        return run is not None and clock.task_id in run.closed


def climb(unit: Unit, application_ids: Collection[int], rules: LoanRules, *, texting: bool = False) -> int:
    """Do what is due of these applications; how many rungs were come to. `texting`: there is a gateway for short
    messages."""
    held = _hold(unit.connection, application_ids)
    due = (_COMES_ON, _T.c.next_at <= unit.now, among(unit.connection, _T.c.application_id, held))
    rows = unit.connection.execute(select(_T.c.id, _T.c.person_id).where(*due).order_by(_T.c.id)).all()
    at = _Climb(unit, rules, {row.person_id for row in rows}, texting)
    numbers = [row.id for row in rows]
    unit.connection.execute(update(_T).where(among(unit.connection, _T.c.id, numbers)).values(next_at=None))
    for clock in timing.clocks(unit.connection, rules, numbers):
        _come_to(at, clock)
    if at.rows:
        unit.connection.execute(insert(_R), at.rows)
    timing.arm(unit.connection, rules, numbers, unit.now)
    if at.reached:
        unit.happened(RungsReached(at.told()))
    for run in at.runs.values():
        if run.opened or run.closed:
            tell(run)
    return len(at.rows)


def _hold(connection: Connection, application_ids: Collection[int]) -> list[int]:
    """Those of the applications that nobody works on, locked here. (SQLite's one writer is us.)"""
    wanted = select(_A.c.id).where(among(connection, _A.c.id, list(application_ids))).order_by(_A.c.id)
    return list(connection.scalars(locked(wanted, skip_locked=True)))


def _come_to(at: _Climb, clock: Clock) -> None:
    reached = clock.reached(at.rules.calendar, at.unit.now)
    for came, overdue in ((Came.STALE, reached.stale), (Came.OVERTAKEN, reached.overtaken)):
        for rung in overdue:
            _write(at, clock, rung, came)
    for rung in reached.do:
        if at.is_over(clock):
            _write(at, clock, rung, Came.OVERTAKEN)
        else:
            _do(at, clock, rung)


def _do(at: _Climb, clock: Clock, rung: RungAt) -> None:
    does, to_id = rung.step.does, None
    match does:
        case Rung.REMIND:
            came = Came.DONE  # who has it is told of `reached`
        case Rung.SUPERIOR | Rung.REASSIGN:
            to_id = at.superior_of(clock.person_id) if does is Rung.SUPERIOR else _reassign(at, clock)
            came = Came.DONE if to_id is not None else Came.IMPOSSIBLE
        case Rung.SMS:
            came = _text(at, clock.person_id, clock.task_id)
        case Rung.AGREE | Rung.REFUSE:
            wish = Wish(Decision.AGREE if does is Rung.AGREE else Decision.REFUSE)
            done = by_itself(at.run(clock.application_id), clock.task_id, wish)
            came = Came.DONE if isinstance(done, Decided) else Came.IMPOSSIBLE
        case _:
            assert_never(does)
    _write(at, clock, rung, came, to_id)
    possible = came is Came.DONE
    late = deadlines.is_late(at.rules.calendar, rung, at.unit.now)
    about = (clock.application_id, clock.task_id, clock.person_id, does, to_id, rung.at)
    at.reached.append((clock.step_id, RungReached(*about, late=late, possible=possible)))


def _text(at: _Climb, person_id: int, task_id: int) -> Came:
    """A short message to who has the task, and to who stands in for him: to those who can be reached so."""
    if not at.texting:
        return Came.NO_GATEWAY
    reached = phones.with_phone(at.unit.connection, {person_id, *stand_ins_of(at.unit, person_id)})
    for one in sorted(reached):
        post.text(at.unit, one, task_id, as_reminder(ReminderKind.DEADLINE))
    return Came.DONE if reached else Came.NO_PHONE


def _reassign(at: _Climb, clock: Clock) -> int | None:
    """The task goes to its holder's superior, else to an administrator; to whom. None if none of them can have it."""
    run = at.run(clock.application_id)
    # Not to whom it was taken from before: two who stand above each other would have it in turn for ever.
    here = tasks.of_step(run, clock.step_id)
    seat = next(task.seat for task in here if task.id == clock.task_id)
    moved = (task for task in here if task.state == TaskState.MOVED.value and task.seat == seat)
    had = {task.person_id for task in moved if task.acted_by_id is None}
    for to_id in (one for one in _others(at, clock.person_id) if one not in had):
        if isinstance(by_itself(run, clock.task_id, Wish(Decision.TRANSFER, to_ids=(to_id,))), Decided):
            return to_id
    return None


def _others(at: _Climb, person_id: int) -> Iterable[int]:
    """Who is above him, then the administrators."""
    superior = at.superior_of(person_id)
    if superior is not None:
        yield superior
    yield from people.administrators(at.unit.session)


def _write(at: _Climb, clock: Clock, rung: RungAt, came: Came, to_id: int | None = None) -> None:
    does = rung.step.does.value
    values = {"task_id": clock.task_id, "rung": rung.number, "does": does, "came": came.value}
    at.rows.append(values | {"due_at": rung.at, "at": at.unit.now, "to_id": to_id})
    told = {"task": clock.task_id, "rung": rung.number, "does": does, "came": came.value}
    at.unit.record(None, "loan:rung", subject(clock.application_id), **told)


def put_off(unit: Unit, application_id: int) -> None:
    """What is due of an application that cannot be worked on waits, so that it does not hold up the others."""
    due = (_COMES_ON, _T.c.next_at <= unit.now, _T.c.application_id == application_id)
    unit.connection.execute(update(_T).where(*due).values(next_at=unit.now + PUT_OFF))


def retime(unit: Unit, rules: LoanRules, limit: int) -> int:
    """Reckon up to `limit` open tasks anew that go by another calendar than that of now; how many."""
    other = (_IS_OPEN, _T.c.timed_by.is_not(None), _T.c.timed_by != timing.mark(rules))
    columns = (_T.c.id, _T.c.application_id, _T.c.step_id)
    found = unit.connection.execute(select(*columns).where(*other).order_by(_T.c.id).limit(limit)).all()
    held = set(_hold(unit.connection, {row.application_id for row in found}))
    rows = [row for row in found if row.application_id in held]
    timing.time_steps(unit.connection, rules, {row.step_id for row in rows})
    timing.arm(unit.connection, rules, [row.id for row in rows], unit.now)
    return len(rows)
