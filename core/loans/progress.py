"""进度: where an application is, how it came there, and where it goes from there. Reads only."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calendar import WorkingCalendar
from core.expressions import Fact, names_in
from core.leads.lending import borrowing_of
from core.loans import forms
from core.loans.ahead import Ahead, Decide, Place, case_of, way_ahead
from core.loans.cost import Cost, NoRate
from core.loans.definitions import flow_of, form_of
from core.loans.financing import SAYS_COST, YEARLY_RATE, cost_now
from core.loans.flows import Decision, Flow, Parallel, StageType
from core.loans.loan_now import LoanNow, loan_now
from core.loans.models import (
    LIVE,
    Application,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskState,
    What,
    values_place,
)
from core.loans.pausing import Pause, paused_now
from core.loans.returning import resumes_at
from core.loans.routing import is_as_returned, papers_there
from core.loans.rules import LoanRules
from core.loans.run import about
from core.loans.service import NUDGE_EVERY
from core.loans.sight import hidden_from, may_look_at, may_see_loan, may_work_on, with_what_tells
from core.loans.todo import Opinion, opinions
from core.loans.visits import Rows, Visit, visits
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor
from core.privacy import Vault
from core.risk.record import said_by
from core.store.base import table_of

_A, _S, _T, _H = table_of(Application), table_of(StepRow), table_of(Task), table_of(Happening)


@dataclass(frozen=True, slots=True)
class Progress:
    """An application's way: what lies behind it (`visits`, the last ones where it is now) and `ahead` of it. `spent` is
    all the working time since it was begun, `rounds` how often it was handed in, `day` how long a working day is.
    `may_nudge`: the viewer may ask who has it to hurry, now; `nudged_at` is when somebody last did. `paused`: why its
    clock stands still; `cost`: what the loan costs a year (None: not known yet), warned of above `cost_line`; `loan`:
    how it is paid back, as far as he may see it; `against`: who sent it back or refused it, and why, as long as nobody
    has decided since; `lacking`: the papers for want of which it stands still."""

    number: int
    lead_id: int
    owner_id: int
    product: str
    amount_fen: int | None
    state: State
    stage: str
    won: bool
    created_at: datetime
    ended_at: datetime | None
    spent: timedelta
    day: timedelta
    rounds: int
    visits: tuple[Visit, ...]
    ahead: tuple[Ahead, ...]
    may_nudge: bool
    nudged_at: datetime | None
    paused: Pause | None = None
    cost: Cost | NoRate | None = None
    cost_line: Decimal = forms.COST_LINE
    loan: LoanNow | None = None
    against: Opinion | None = None
    lacking: tuple[str, ...] = ()

    @property
    def here(self) -> tuple[Visit, ...]:
        """Where it is now: one place, or one in each branch; none when it is over."""
        return tuple(visit for visit in self.visits if visit.left_at is None)


def progress(
    session: Session, vault: Vault, viewer: Actor, number: int, rules: LoanRules, now: datetime
) -> Progress | None:
    """How far the application is; None if there is none that `viewer` may know of."""
    row = session.execute(select(_A).where(_A.c.id == number)).one_or_none()
    if row is None or not may_look_at(session.connection(), viewer, number, row.owner_id, now):
        return None
    rows = _rows(session, row)
    flow = flow_of(session.connection(), row.flow)
    form = form_of(session.connection(), row.form)
    hidden = with_what_tells(form, hidden_from(session.connection(), viewer, number, row.owner_id, flow, now))
    facts = cache(lambda: _facts(session, vault, row, form, rules, now))
    sees_loan = may_see_loan(session.connection(), viewer, number, row.owner_id, now)
    nudged = [line.at for line in rows.history if line.what == What.NUDGED.value]
    return Progress(
        number=number,
        lead_id=row.lead_id,
        owner_id=row.owner_id,
        product=row.product,
        amount_fen=row.amount_fen,
        state=State(row.state),
        stage=flow.stage_name(row.stage),
        won=row.state == State.ENDED.value and row.stage_type == StageType.WON.value,
        created_at=row.created_at,
        ended_at=row.ended_at,
        spent=rules.calendar.between(row.created_at, row.ended_at or now),
        day=rules.calendar.usual_day,
        rounds=sum(line.what == What.SUBMITTED.value for line in rows.history),
        visits=visits(rows, flow, rules.calendar, now),
        ahead=_ahead(session, rows, flow, lambda node: case_of(node, form.names, facts()), rules.calendar, now),
        may_nudge=_may_nudge(session, viewer, rows, nudged, rules, now),
        nudged_at=nudged[-1] if nudged else None,
        paused=paused_now(session, number),
        cost=None if hidden & SAYS_COST else _cost(session, vault, row, flow, facts, now),
        cost_line=form.cost_line,
        loan=loan_now(session.connection(), number, now) if sees_loan else None,
        against=_held_against(opinions(session, vault, number, flow)),
        lacking=_lacking(session, rows, form, facts, hidden),
    )


def _cost(
    session: Session, vault: Vault, row: Any, flow: Flow, facts: Callable[[], Collection[str]], now: datetime
) -> Cost | NoRate | None:
    values = _values(vault, row)
    if values.get(YEARLY_RATE) is None:  # of most that are under way nobody said yet what they cost
        return None
    return cost_now(session.connection(), row.id, values, facts(), flow.demanded_later, day_of(now))


def _held_against(decided: Sequence[Opinion]) -> Opinion | None:
    return decided[-1] if decided and decided[-1].decision in (Decision.RETURN, Decision.REFUSE) else None


def _rows(session: Session, row: Any) -> Rows:
    steps, tasks, history = (
        session.execute(select(table).where(table.c.application_id == row.id).order_by(table.c.id)).all()
        for table in (_S, _T, _H)
    )
    return Rows(row, steps, tasks, history)


def _may_nudge(
    session: Session, viewer: Actor, rows: Rows, nudged: list[datetime], rules: LoanRules, now: datetime
) -> bool:
    """As `service.nudge` decides."""
    row = rows.application
    others = any(task.state == TaskState.OPEN.value and task.person_id != viewer.id for task in rows.tasks)
    if row.state != State.RUNNING.value or not others:
        return False
    if nudged and now < rules.calendar.add(nudged[-1], NUDGE_EVERY):
        return False
    return may_work_on(session.connection(), viewer, row.owner_id)


def _ahead(
    session: Session, rows: Rows, flow: Flow, decide: Decide, calendar: WorkingCalendar, now: datetime
) -> tuple[Ahead, ...]:
    row = rows.application
    if row.state not in [state.value for state in LIVE]:
        return ()
    if row.state == State.RUNNING.value:
        places = _places(rows, flow, now, lambda step: is_as_returned(session.connection(), row, step.came_from))
    else:
        places = [Place(resumes_at(session.connection(), row) or flow.start.next, now)]
    return way_ahead(flow, places, decide, calendar)


def _places(rows: Rows, flow: Flow, now: datetime, resumes: Callable[[Any], bool]) -> list[Place]:
    """From where it goes on: behind each node at which it waits, or before it, if it is held there. What is late
    already is thought to be done now. `resumes`: does it go on from this step where it was returned from, as
    `routing.leave` has it?"""
    nodes = {step.id: flow.node(step.node) for step in rows.steps}
    found = []
    for step in rows.steps:
        node, joins = nodes[step.id], _joins(step.branch, nodes)
        if step.state == StepState.HELD.value:
            found.append(Place(step.node, now, joins))
        elif step.state == StepState.OPEN.value and node.kind in ("approve", "handle", "wait"):
            at = max(step.due_at, now) if step.due_at is not None else None
            found.append(Place(step.resume_at if step.resume_at and resumes(step) else node.next, at, joins))
    return found


def _joins(branch: str, nodes: dict[int, Any]) -> tuple[str, ...]:
    """Where the branches meet in which something lies, by its `branch` (see `StepRow`), the outermost first."""
    outer = [nodes[int(part.partition(".")[0])] for part in branch.split("/") if part]
    return tuple(node.join for node in outer if isinstance(node, Parallel))


def _values(vault: Vault, row: Any) -> dict[str, Any]:
    """What is filled in."""
    found: dict[str, Any] = json.loads(vault.open(values_place(row.id), row.values))
    return found


def _facts(
    session: Session, vault: Vault, row: Any, form: forms.Form, rules: LoanRules, now: datetime
) -> Mapping[str, Fact | None]:
    """What conditions go by, as it is filled in now."""
    lead = borrowing_of(session.connection(), row.lead_id, rules.tagging, now)
    submitter = people.colleague(session.connection(), row.owner_id)
    known = (
        about(row.product, lead, submitter) | said_by(session.connection(), row.screened_id) if lead is not None else {}
    )
    return forms.facts(form, _values(vault, row), known)


def _lacking(
    session: Session,
    rows: Rows,
    form: forms.Form,
    facts: Callable[[], Mapping[str, Fact | None]],
    hidden: Collection[str],
) -> tuple[str, ...]:
    """The papers without which it does not enter the stage before which it is held, but those that tell of what is
    hidden."""
    row, stages = rows.application, {step.stage for step in rows.steps if step.state == StepState.HELD.value}
    if not stages:
        return ()
    there = papers_there(session.connection(), row.id, row.lead_id)
    wanted = (each for each in forms.documents(form, row.product, facts()) if each.stage in stages)
    return tuple(each.name for each in wanted if each.key not in there and not names_in(each.when) & set(hidden))
