"""Reads about applications and tasks: what cards show, as the viewer may see it. Change nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.expressions import names_in
from core.leads.lending import borrowing_of
from core.leads.tags import Tagging
from core.loans import forms
from core.loans.choosing import Choice, choices
from core.loans.cost import Cost, NoRate
from core.loans.definitions import flow_of, form_of, number_of
from core.loans.financing import SAYS_COST, cost_now
from core.loans.flows import Approve, Decision, Flow, Handle, Manned
from core.loans.forms import Document, FieldKind, Form, FormField
from core.loans.models import (
    LIVE,
    Application,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
    opinion_place,
    values_place,
)
from core.loans.pausing import Pause, paused_now
from core.loans.routing import papers_there
from core.loans.run import about
from core.loans.sight import hidden_from, may_look_at
from core.loans.standing_in import principals_of
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor
from core.privacy import Vault
from core.store.base import table_of

_A, _S, _T = table_of(Application), table_of(StepRow), table_of(Task)
_H = table_of(Happening)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One node where the application waits: for whom (nobody: for something outside), since when, until when."""

    node: str
    name: str
    people: tuple[int, ...]
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A field that is shown, with what stands in it (None: nothing)."""

    field: FormField
    value: Any


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the checklist, and how many pictures or files of it are there. `later`: no stage asks for it
    before the one after the next."""

    document: Document
    count: int
    later: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationNow:
    """An application as it stands. `asked_for` are the fields whose condition holds. `submitted_by_id` handed it in:
    it may be another one's since. `shown` is the digest of what a decision is bound to; `computed` the values of the
    computed fields, by key; `version` which version of its flow it runs on; `cost` what the loan costs a year (None:
    not known yet); `paused` why its clock stands still (None: it goes); `choices` whom its submitter names, as long as
    he can."""

    number: int
    lead_id: int
    owner_id: int
    product: str
    amount_fen: int | None
    term_months: int | None
    state: State
    stage: str
    stage_since: datetime
    created_at: datetime
    submitted_at: datetime | None
    ended_at: datetime | None
    shown: str
    form: Form
    flow: Flow
    version: int
    fields: tuple[Filled, ...]
    computed: dict[str, float]
    papers: tuple[Paper, ...]
    waiting: tuple[Waiting, ...]
    values: dict[str, Any]
    cost: Cost | NoRate | None = None
    paused: Pause | None = None
    choices: tuple[Choice, ...] = ()
    submitted_by_id: int | None = None
    asked_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody decided on an application so far: at which node, what, why, and for whom if he stood in; of which
    `kind` his task was."""

    node: str
    decision: Decision
    person_id: int
    by_id: int | None
    at: datetime
    reason: str
    kind: TaskKind = TaskKind.DECIDE


_NOT_TYPED = {FieldKind.COMPUTED, FieldKind.FILE}


@dataclass(frozen=True, slots=True)
class TaskNow:
    """A task, with its application as its holder may see it. `mine`: the viewer has it himself; else he stands in for
    `person_id`. `asked_by`: who added its holder. `over`: nobody can act on it any more. `unmanned`: it came to him for
    want of anybody whom the flow names. `waits_for`: who comes first, where it is not his turn; `has_added`:
    he wanted it so."""

    number: int
    kind: TaskKind
    state: TaskState
    node: Manned | None
    name: str
    person_id: int
    opened_at: datetime
    due_at: datetime | None
    asked_by: int | None
    decision: Decision | None
    acted_by_id: int | None
    acted_at: datetime | None
    application: ApplicationNow
    opinions: tuple[Opinion, ...]
    unmanned: bool = False
    waits_for: tuple[int, ...] = ()
    has_added: bool = False

    @property
    def over(self) -> bool:
        """Can nobody act on it any more?"""
        return self.state not in (TaskState.OPEN, TaskState.WAITING)

    @property
    def fillable(self) -> tuple[FormField, ...]:
        """The fields that who has it may fill in or correct now, as its node wants them: what must be filled in there
        is required. After a payout what was paid out, and when."""
        node, form = self.node, self.application.form
        if node is None or self.kind not in (TaskKind.HANDLE, TaskKind.DECIDE):
            return ()
        paid = self.state is TaskState.DONE and isinstance(node, Handle) and node.payout
        kinds = (FieldKind.MONEY, FieldKind.DATE) if paid else tuple(set(FieldKind) - _NOT_TYPED)
        if not paid and self.state is not TaskState.OPEN:
            return ()
        fields = (form.field(key) for key in node.editable)
        return tuple(
            replace(each, required=each.required or each.key in node.must)
            for each in fields
            if each is not None and each.kind in kinds and each.key in self.application.asked_for
        )


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in a list."""

    number: int
    kind: TaskKind
    name: str
    person_id: int
    application_id: int
    lead_id: int
    product: str
    amount_fen: int | None
    opened_at: datetime
    due_at: datetime | None


def application(
    session: Session, vault: Vault, viewer: Actor, number: int, tagging: Tagging, now: datetime
) -> ApplicationNow | None:
    """The application, or None if there is none that `viewer` may know of."""
    row = session.execute(select(_A).where(_A.c.id == number)).one_or_none()
    if row is None or not may_look_at(session.connection(), viewer, number, row.owner_id):
        return None
    whole = _application(session, vault, row, tagging, now)
    return _for_eyes(whole, hidden_from(session.connection(), viewer, number, row.owner_id, whole.flow))


def _application(session: Session, vault: Vault, row: Any, tagging: Tagging, now: datetime) -> ApplicationNow:
    form, flow = form_of(session.connection(), row.form), flow_of(session.connection(), row.flow)
    values = json.loads(vault.open(values_place(row.id), row.values))
    lead = borrowing_of(session.connection(), row.lead_id, tagging, now)
    submitter = people.colleague(session.connection(), row.owner_id)
    known = about(row.product, lead, submitter) if lead is not None else {}
    facts = forms.facts(form, values, known)
    shown = forms.shown(form, values, known)
    visible = [each for each in shown if each.key not in flow.filled_later or values.get(each.key)]
    there = papers_there(session.connection(), row.id, row.lead_id)
    return ApplicationNow(
        number=row.id,
        lead_id=row.lead_id,
        owner_id=row.owner_id,
        submitted_by_id=row.submitted_by_id,
        asked_for=frozenset(each.key for each in shown),
        product=row.product,
        amount_fen=row.amount_fen,
        term_months=row.term_months,
        state=State(row.state),
        stage=next((stage.name for stage in flow.stages if stage.key == row.stage), row.stage),
        stage_since=row.stage_since,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        shown=row.shown,
        form=form,
        flow=flow,
        version=number_of(session.connection(), row.flow),
        fields=tuple(Filled(each, values.get(each.key)) for each in visible),
        computed={each.key: number for each in form.fields if isinstance(number := facts.get(each.key), float)},
        papers=tuple(
            Paper(each, there[each.key], _is_later(flow, row.stage, each))
            for each in forms.documents(form, row.product, facts)
        ),
        waiting=_waiting(session, row.id, flow),
        values=values,
        cost=cost_now(session.connection(), row.id, values, day_of(now)),
        paused=paused_now(session, row.id),
        choices=choices(flow, row.resume_at or flow.start.next, form.names, facts, values)
        if row.state in (State.DRAFT.value, State.RETURNED.value)
        else (),
    )


def _is_later(flow: Flow, stage: str, document: Document) -> bool:
    """Whether a paper is asked for only before a stage that lies beyond the next one: the signed contract, of what is
    being examined."""
    order = [each.key for each in flow.stages]
    if document.stage not in order or stage not in order:
        return False
    return order.index(document.stage) > order.index(stage) + 1


def _waiting(session: Session, number: int, flow: Flow) -> tuple[Waiting, ...]:
    here = (_S.c.application_id == number, _S.c.state.in_((StepState.OPEN.value, StepState.HELD.value)))
    has = (_T.c.application_id == number, _T.c.state == TaskState.OPEN.value)
    holders: dict[int, list[int]] = {}
    for row in session.execute(select(_T.c.step_id, _T.c.person_id).where(*has).order_by(_T.c.id)):
        holders.setdefault(row.step_id, []).append(row.person_id)
    found = []
    for row in session.execute(select(_S).where(*here).order_by(_S.c.id)):
        if flow.node(row.node).kind == "parallel":
            continue
        who = tuple(dict.fromkeys(holders.get(row.id, [])))
        found.append(Waiting(row.node, flow.node(row.node).name, who, row.entered_at, row.due_at))
    return tuple(found)


def task(session: Session, vault: Vault, viewer: Actor, number: int, tagging: Tagging, now: datetime) -> TaskNow | None:
    """The task, or None if it is not `viewer`'s, nor of somebody for whom he stands in, nor was."""
    row = session.execute(select(_T).where(_T.c.id == number)).one_or_none()
    if row is None or (
        row.person_id != viewer.id and row.person_id not in principals_of(session.connection(), viewer.id, now)
    ):
        return None
    of = session.execute(select(_A).where(_A.c.id == row.application_id)).one()
    step = session.execute(select(_S).where(_S.c.id == row.step_id)).one()
    whole = _application(session, vault, of, tagging, now)
    node = whole.flow.node(step.node)
    parent = session.execute(select(_T.c.person_id).where(_T.c.id == row.parent_id)).scalar() if row.parent_id else None
    return TaskNow(
        number=row.id,
        kind=TaskKind(row.kind),
        state=TaskState(row.state),
        node=node if isinstance(node, Approve | Handle) else None,
        name=node.name,
        person_id=row.person_id,
        opened_at=row.opened_at,
        due_at=row.due_at,
        asked_by=parent,
        decision=Decision(row.decision) if row.decision else None,
        acted_by_id=row.acted_by_id,
        acted_at=row.acted_at,
        application=_for_eyes(whole, node.hidden) if isinstance(node, Approve | Handle) else whole,
        opinions=opinions(session, vault, row.application_id, whole.flow),
        unmanned=_came_for_want(session, row),
        **(_first(session, row) if row.state == TaskState.WAITING.value else {}),
    )


def _first(session: Session, task: Any) -> dict[str, Any]:
    """Who is to act before it is this task's turn: whom its holder has added, else whose turn it is at the node."""
    here = (_T.c.step_id == task.step_id, _T.c.state == TaskState.OPEN.value)
    rows = session.execute(select(_T.c.person_id, _T.c.parent_id).where(*here).order_by(_T.c.id)).all()
    added = [row.person_id for row in rows if row.parent_id == task.id]
    waits_for = tuple(dict.fromkeys(added or [row.person_id for row in rows]))
    return {"waits_for": waits_for, "has_added": bool(added)}


def _came_for_want(session: Session, task: Any) -> bool:
    """Did the step find nobody, and was it not handed on to him?"""
    given = (_H.c.what == What.TRANSFERRED.value) & (_H.c.to_id == task.person_id)
    told = (
        _H.c.application_id == task.application_id,
        _H.c.step_id == task.step_id,
        (_H.c.what == What.NOBODY.value) | given,
    )
    return set(session.scalars(select(_H.c.what).where(*told))) == {What.NOBODY.value}


def _for_eyes(whole: ApplicationNow, hidden: Sequence[str]) -> ApplicationNow:
    """Without the fields that are hidden, and what is reckoned from them."""
    if not hidden:
        return whole
    for each in whole.form.fields:  # what is reckoned stands behind what it is reckoned from
        if each.formula and names_in(each.formula) & set(hidden):
            hidden = (*hidden, each.key)
    left = tuple(each for each in whole.fields if each.field.key not in hidden)
    return replace(
        whole,
        fields=left,
        computed={key: value for key, value in whole.computed.items() if key not in hidden},
        values={key: value for key, value in whole.values.items() if key not in hidden},
        cost=None if SAYS_COST & set(hidden) else whole.cost,
    )


def opinions(session: Session, vault: Vault, number: int, flow: Flow) -> tuple[Opinion, ...]:
    """What people decided so far, the first one first."""
    decided = (_T.c.application_id == number, _T.c.decision.is_not(None), _T.c.kind != TaskKind.AMEND.value)
    rows = session.execute(
        select(_T, _S.c.node).join(_S, _S.c.id == _T.c.step_id).where(*decided).order_by(_T.c.acted_at, _T.c.id)
    )
    found = []
    for row in rows:
        reason = vault.open(opinion_place(row.id), row.opinion) if row.opinion else ""
        name = flow.node(row.node).name
        by_id, kind = row.acted_by_id, TaskKind(row.kind)
        found.append(Opinion(name, Decision(row.decision), row.person_id, by_id, row.acted_at, reason, kind))
    return tuple(found)


def todo(session: Session, viewer: Actor, now: datetime) -> list[TaskLine]:
    """待办: all that he can act on, his own and that of those for whom he stands in; what is due first comes first."""
    whose = {viewer.id, *principals_of(session.connection(), viewer.id, now)}
    columns = (_T.c.id, _T.c.kind, _S.c.node, _T.c.person_id, _A.c.id.label("application_id"), _A.c.lead_id)
    more = (_A.c.product, _A.c.amount_fen, _T.c.opened_at, _T.c.due_at, _A.c.flow)
    rows = session.execute(
        select(*columns, *more)
        .join(_S, _S.c.id == _T.c.step_id)
        .join(_A, _A.c.id == _T.c.application_id)
        .where(_T.c.person_id.in_(whose), _T.c.state == TaskState.OPEN.value)
        .order_by(_T.c.due_at.is_(None), _T.c.due_at, _T.c.id)
    ).all()
    return [
        TaskLine(
            row.id,
            TaskKind(row.kind),
            flow_of(session.connection(), row.flow).node(row.node).name,
            row.person_id,
            row.application_id,
            row.lead_id,
            row.product,
            row.amount_fen,
            row.opened_at,
            row.due_at,
        )
        for row in rows
    ]


def owner_and_product(session: Session, number: int) -> tuple[int, str] | None:
    """Whose application it is, and of which product; None if there is none of this number."""
    row = session.execute(select(_A.c.owner_id, _A.c.product).where(_A.c.id == number)).one_or_none()
    return (row.owner_id, row.product) if row is not None else None


def live_of_lead(session: Session, lead_id: int) -> tuple[int, State] | None:
    """The lead's application that is under way, and how it stands; None if there is none."""
    states = ("draft", "running", "returned")
    row = session.execute(
        select(_A.c.id, _A.c.state).where(_A.c.lead_id == lead_id, _A.c.state.in_(states))
    ).one_or_none()
    return (row.id, State(row.state)) if row is not None else None


def running_of_owner(session: Session, owner_id: int) -> list[int]:
    """The applications of this officer that others have now, the newest first."""
    mine = (_A.c.owner_id == owner_id, _A.c.state == State.RUNNING.value)
    return list(session.scalars(select(_A.c.id).where(*mine).order_by(_A.c.id.desc())))


def live_of_owner(session: Session, owner_id: int) -> list[int]:
    """The applications of this officer that are under way, the newest first."""
    mine = (_A.c.owner_id == owner_id, _A.c.state.in_([state.value for state in LIVE]))
    return list(session.scalars(select(_A.c.id).where(*mine).order_by(_A.c.id.desc())))
