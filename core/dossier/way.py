"""The way of the application: the nodes it was at, who had what to do and decided what, why, and in how much time."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.automation.models import RunRow
from core.dossier.reading import Named, Opened, Reading, Who
from core.loans.deadline_models import Came, PauseRow, RungRow
from core.loans.flows import Decision, Rung
from core.loans.models import (
    Happening,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
    opinion_place,
    subject,
)
from core.store.base import table_of

_H, _P, _R, _T, _RUN = (table_of(each) for each in (Happening, PauseRow, RungRow, Task, RunRow))


@dataclass(frozen=True, slots=True)
class Stop:
    """The application at a node, once (held: before it, for papers); `left_at` None: it is there. `branch`: in which
    branches of which parallel steps; `came_from`: the step before it; `within`: the time that a rule gave instead of
    the flow."""

    step: int
    node: Named
    stage: Named
    state: StepState
    entered_at: datetime
    left_at: datetime | None
    due_at: datetime | None
    branch: str
    came_from: int | None
    resume_at: Named | None
    within: str | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A task: whose it was, what he decided and why. `acted_by` decided it, in his place if it is another; None of what
    was decided: it went by itself. `for_task`: to whose task he was added. `risk_decision`: what the risk rules had
    said when it was decided; `shown` the digest of what it was decided on (amount, product, customer, ID number)."""

    number: str
    step: int
    node: Named
    kind: TaskKind
    state: TaskState
    person: Who | None
    decision: Decision | None
    reason: Opened
    acted_by: Who | None
    acted_at: datetime | None
    opened_at: datetime
    since: datetime | None
    due_at: datetime | None
    seat: int
    for_task: str | None
    risk_decision: int | None
    shown: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was done: by whom (None: by itself), in whose place, with whom (to), at which node."""

    at: datetime
    what: What
    by: Who | None
    instead_of: Who | None
    to: Who | None
    node: Named | None
    step: int | None
    task: str | None


@dataclass(frozen=True, slots=True)
class Halt:
    """The clock of a node stood still (`until` None: stands still)."""

    since: datetime
    until: datetime | None
    node: Named
    reason: str
    by: Who | None
    until_by: Who | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A rung of a deadline's ladder that was come to: what it does, and what came of it; `to` is who was told, or has
    the task since, beside its holder."""

    at: datetime
    task: str
    person: Who | None
    does: Rung
    came: Came
    due_at: datetime
    to: Who | None


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed of a rule of automation, by its kind, what came of it, and the word or number that goes with it."""

    kind: str
    came: str
    what: str


@dataclass(frozen=True, slots=True)
class RuleRun:
    """A rule of automation was done for the application or its lead."""

    at: datetime
    rule: str
    subject: str
    came_by: str
    did: tuple[Deed, ...]


def steps(reading: Reading) -> list[Stop]:
    """Where it was, the first first."""
    return [
        Stop(
            row.id,
            reading.node(row.node),
            reading.stage(row.stage),
            StepState(row.state),
            row.entered_at,
            row.left_at,
            row.due_at,
            row.branch,
            row.came_from,
            reading.node(row.resume_at) if row.resume_at else None,
            row.within,
        )
        for row in reading.steps
    ]


def tasks(reading: Reading) -> list[Duty]:
    """Who had what to do, the first first."""
    return [_duty(reading, row) for row in reading.tasks]


def _duty(reading: Reading, row: Any) -> Duty:
    return Duty(
        number=f"T{row.id}",
        step=row.step_id,
        node=_node_of(reading, row.step_id),
        kind=TaskKind(row.kind),
        state=TaskState(row.state),
        person=reading.who(row.person_id, row.acted_at or row.opened_at),
        decision=Decision(row.decision) if row.decision else None,
        reason=reading.words(opinion_place(row.id), row.opinion),
        acted_by=reading.who(row.acted_by_id, row.acted_at),
        acted_at=row.acted_at,
        opened_at=row.opened_at,
        since=row.since,
        due_at=row.due_at,
        seat=row.seat,
        for_task=f"T{row.parent_id}" if row.parent_id else None,
        risk_decision=row.screened_id,
        shown=row.shown,
    )


def history(reading: Reading) -> list[Line]:
    """All that was done, in the order in which it was."""
    return [
        Line(
            row.at,
            What(row.what),
            reading.who(row.by_id, row.at),
            reading.who(row.for_id, row.at),
            reading.who(row.to_id, row.at),
            reading.node(row.node) if row.node else _node_of(reading, row.step_id) if row.step_id else None,
            row.step_id,
            f"T{row.task_id}" if row.task_id else None,
        )
        for row in reading.rows(_H)
    ]


def pauses(reading: Reading) -> list[Halt]:
    """When its clock stood still, the first first."""
    return [
        Halt(
            row.since,
            row.until,
            _node_of(reading, row.step_id),
            row.reason,
            reading.who(row.by_id, row.since),
            reading.who(row.until_by_id, row.until),
        )
        for row in reading.rows(_P)
    ]


def reminders(reading: Reading) -> list[Reminder]:
    """What was done because time was running out, the first first."""
    wanted = select(_R, _T.c.person_id).join(_T, _T.c.id == _R.c.task_id).where(_T.c.application_id == reading.number)
    return [
        Reminder(
            row.at,
            f"T{row.task_id}",
            reading.who(row.person_id, row.at),
            Rung(row.does),
            Came(row.came),
            row.due_at,
            reading.who(row.to_id, row.at),
        )
        for row in reading.session.execute(wanted.order_by(_R.c.at, _R.c.task_id, _R.c.rung))
    ]


def automation(reading: Reading) -> list[RuleRun]:
    """What rules of automation did for it and its lead, as long as that is kept, the first first."""
    own = subject(reading.number)
    about = (own, f"lead:{reading.lead_id}")
    rows = reading.session.execute(select(_RUN).where(_RUN.c.subject.in_(about)).order_by(_RUN.c.id))
    return [
        RuleRun(
            row.at,
            row.rule,
            f"A{reading.number}" if row.subject == own else f"L{reading.lead_id}",
            row.came_by,
            tuple(Deed(kind, came, reading.text(str(what))) for kind, came, what in json.loads(row.did)),
        )
        for row in rows
    ]


def _node_of(reading: Reading, step_id: int) -> Named:
    key = next((row.node for row in reading.steps if row.id == step_id), "")
    return reading.node(key)
