"""Reads about applications: what cards show, as the viewer may see it (of tasks: `todo.py`). Change nothing."""

import json
from collections.abc import Collection, Sequence
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
from core.loans.flows import Flow
from core.loans.forms import Document, FieldKind, Form, FormField
from core.loans.models import (
    LIVE,
    Application,
    State,
    StepRow,
    StepState,
    Task,
    TaskState,
    values_place,
)
from core.loans.pausing import Pause, paused_now
from core.loans.returning import resumes_at
from core.loans.routing import papers_there
from core.loans.run import about
from core.loans.screened import ScreeningNow, screening, screening_for_eyes
from core.loans.sight import hidden_from, may_look_at, sees_reports, with_what_tells
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor
from core.privacy import Vault
from core.risk.record import said_by
from core.store.base import table_of

_A, _S, _T = table_of(Application), table_of(StepRow), table_of(Task)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One node where the application waits: for whom (nobody: for something outside), since when, until when. `held`:
    before it, for papers; `reports`: at its start, for outside reports."""

    node: str
    name: str
    people: tuple[int, ...]
    since: datetime
    due_at: datetime | None
    held: bool = False
    reports: bool = False


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
    he can; `enters`: the node to which it comes when it is handed in; `screening`: what the risk rules said last."""

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
    enters: str = ""
    restarts: bool = False
    submitted_by_id: int | None = None
    asked_for: frozenset[str] = frozenset()
    screening: ScreeningNow | None = None


def application(
    session: Session, vault: Vault, viewer: Actor, number: int, tagging: Tagging, now: datetime
) -> ApplicationNow | None:
    """The application, or None if there is none that `viewer` may know of."""
    row = session.execute(select(_A).where(_A.c.id == number)).one_or_none()
    if row is None or not may_look_at(session.connection(), viewer, number, row.owner_id, now):
        return None
    whole = whole_application(session, vault, row, tagging, now)
    hidden = hidden_from(session.connection(), viewer, number, row.owner_id, whole.flow, now)
    return for_eyes(whole, hidden, reports=sees_reports(session.connection(), viewer, row.owner_id))


def whole_application(session: Session, vault: Vault, row: Any, tagging: Tagging, now: datetime) -> ApplicationNow:
    """All of the application in this row, for whose eyes it ever is (`for_eyes`)."""
    form, flow = form_of(session.connection(), row.form), flow_of(session.connection(), row.flow)
    values = json.loads(vault.open(values_place(row.id), row.values))
    lead = borrowing_of(session.connection(), row.lead_id, tagging, now)
    submitter = people.colleague(session.connection(), row.owner_id)
    known = (
        about(row.product, lead, submitter) | said_by(session.connection(), row.screened_id) if lead is not None else {}
    )
    facts = forms.facts(form, values, known)
    shown = forms.shown(form, values, known)
    visible = [
        each for each in shown if each.key not in flow.filled_later or values.get(each.key) not in (None, "", [])
    ]
    there = papers_there(session.connection(), row.id, row.lead_id)
    resumes = resumes_at(session.connection(), row)
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
        stage=flow.stage_name(row.stage),
        stage_since=row.stage_since,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        shown=row.shown,
        form=form,
        flow=flow,
        version=number_of(session.connection(), row.flow),
        fields=tuple(Filled(each, values.get(each.key)) for each in visible),
        computed={
            each.key: number
            for each in form.fields
            if each.kind is FieldKind.COMPUTED and isinstance(number := facts.get(each.key), float)
        },
        papers=tuple(
            Paper(each, there[each.key], _is_later(flow, row.stage, each))
            for each in (_that_holds(flow, document) for document in forms.documents(form, row.product, facts))
        ),
        waiting=_waiting(session, row.id, flow),
        values=values,
        cost=cost_now(session.connection(), row.id, values, facts, flow.demanded_later, day_of(now)),
        paused=paused_now(session, row.id),
        screening=screening(session.connection(), vault, row.screened_id),
        restarts=bool(row.resume_at) and not resumes,
        enters=resumes or flow.start.next,
        choices=choices(flow, resumes or flow.start.next, form.names, facts, values)
        if row.state in (State.DRAFT.value, State.RETURNED.value)
        else (),
    )


def _that_holds(flow: Flow, document: Document) -> Document:
    """The paper, with the stage before which it is waited for, if it is before one."""
    return document if flow.holds_before(document.stage) else replace(document, stage="")


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
        if flow.node(row.node).kind == "parallel" and row.state != StepState.HELD.value:
            continue
        who = tuple(dict.fromkeys(holders.get(row.id, [])))
        held, start = row.state == StepState.HELD.value, row.node == flow.start.key
        name, since = flow.node(row.node).name, row.entered_at
        found.append(Waiting(row.node, name, who, since, row.due_at, held and not start, held and start))
    return tuple(found)


def for_eyes(whole: ApplicationNow, hidden: Collection[str], *, reports: bool) -> ApplicationNow:
    """Without the fields that are hidden, and what tells of them: what is reckoned from them, and the fields and papers
    that are there only if they say so (a marriage certificate tells that somebody is married). `reports`: he may see
    what the risk rules say by outside reports."""
    screening = whole.screening
    if screening is not None and not reports:
        learnt = {name for each in screening.reports for name in each.figures}
        whole = replace(whole, screening=screening_for_eyes(screening, whole.form, learnt))
    if not hidden:
        return whole
    hidden = with_what_tells(whole.form, hidden)
    left = tuple(each for each in whole.fields if each.field.key not in hidden)
    return replace(
        whole,
        fields=left,
        papers=tuple(each for each in whole.papers if not names_in(each.document.when) & hidden),
        computed={key: value for key, value in whole.computed.items() if key not in hidden},
        values={key: value for key, value in whole.values.items() if key not in hidden},
        cost=None if SAYS_COST & hidden else whole.cost,
        screening=screening_for_eyes(whole.screening, whole.form, hidden) if whole.screening is not None else None,
    )


def owner_and_product(session: Session, number: int) -> tuple[int, str] | None:
    """Whose application it is, and of which product; None if there is none of this number."""
    row = session.execute(select(_A.c.owner_id, _A.c.product).where(_A.c.id == number)).one_or_none()
    return (row.owner_id, row.product) if row is not None else None


def live_of_lead(session: Session, lead_id: int) -> tuple[int, State] | None:
    """The lead's application that is under way, and how it stands; None if there is none."""
    states = [state.value for state in LIVE]
    row = session.execute(
        select(_A.c.id, _A.c.state).where(_A.c.lead_id == lead_id, _A.c.state.in_(states))
    ).one_or_none()
    return (row.id, State(row.state)) if row is not None else None


def running_of_owner(session: Session, owner_id: int) -> list[int]:
    """The applications of this officer that others have now, the newest first."""
    mine = (_A.c.owner_id == owner_id, _A.c.state == State.RUNNING.value)
    return list(session.scalars(select(_A.c.id).where(*mine).order_by(_A.c.id.desc())))


def live_of_owner(session: Session, owner_id: int, states: Sequence[State] = LIVE) -> list[int]:
    """The applications of this officer that are under way, or that stand so, the newest first."""
    mine = (_A.c.owner_id == owner_id, _A.c.state.in_([state.value for state in states]))
    return list(session.scalars(select(_A.c.id).where(*mine).order_by(_A.c.id.desc())))
