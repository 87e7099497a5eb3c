"""What somebody who has a task sees: the task with its application, and all his tasks. Reads only."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.leads.tags import Tagging
from core.loans.acting_for import acts_on
from core.loans.definitions import flow_of
from core.loans.flows import Approve, Decision, Flow, Handle, Manned
from core.loans.forms import PAYOUT_KINDS, FieldKind, FormField
from core.loans.models import (
    UNDECIDED,
    Application,
    Happening,
    StepRow,
    Task,
    TaskKind,
    TaskState,
    What,
    opinion_place,
)
from core.loans.queries import ApplicationNow, for_eyes, whole_application
from core.loans.sight import hidden_from, sees_reports
from core.loans.standing_in import principals_of
from core.loans.task_queries import own_vote_beside, withdrawn_by
from core.people.policy import Actor
from core.privacy import Vault
from core.store.base import table_of

_A, _S, _T, _H = table_of(Application), table_of(StepRow), table_of(Task), table_of(Happening)
_NOT_TYPED = {FieldKind.COMPUTED, FieldKind.FILE}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody decided on an application so far: at which node, what, why, and for whom if he stood in; of which
    `kind` his task was. `void`: it was agreed to what its submitter took back since (撤回)."""

    node: str
    decision: Decision
    person_id: int
    by_id: int | None
    at: datetime
    reason: str
    kind: TaskKind = TaskKind.DECIDE
    void: bool = False


@dataclass(frozen=True, slots=True)
class TaskNow:
    """A task, with its application as its holder may see it. `mine`: the viewer has it himself; else he stands in for
    `person_id`. `asked_by`: who added its holder. `over`: nobody can act on it any more. `unmanned`: it came to him for
    want of anybody whom the flow names. `waits_for`: who comes first, where it is not his turn; `has_added`:
    he wanted it so; `withdrawn_by`: who took the application back, where it is not needed for that. `seats`: so many
    decide together here; `own_vote`: the viewer's own task there, if this one is not his: he has one vote."""

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
    withdrawn_by: int | None = None
    seats: int = 1
    own_vote: int | None = None

    @property
    def over(self) -> bool:
        """Can nobody act on it any more?"""
        return self.state not in UNDECIDED

    @property
    def fillable(self) -> tuple[FormField, ...]:
        """The fields that who has it may fill in or correct now, as its node wants them: what must be filled in there
        is required. After a payout what was paid out, and when."""
        node, form = self.node, self.application.form
        if node is None or self.kind not in (TaskKind.HANDLE, TaskKind.DECIDE):
            return ()
        paid = self.state is TaskState.DONE and isinstance(node, Handle) and node.payout
        kinds = PAYOUT_KINDS if paid else tuple(set(FieldKind) - _NOT_TYPED)
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


def task(session: Session, vault: Vault, viewer: Actor, number: int, tagging: Tagging, now: datetime) -> TaskNow | None:
    """The task, or None if it neither is nor was `viewer`'s or of somebody in whose place he acts (`acts_on`)."""
    row = session.execute(select(_T).where(_T.c.id == number)).one_or_none()
    if row is None or not acts_on(session.connection(), viewer, row, now):
        return None
    of = session.execute(select(_A).where(_A.c.id == row.application_id)).one()
    step = session.execute(select(_S).where(_S.c.id == row.step_id)).one()
    whole = whole_application(session, vault, of, tagging, now)
    node = whole.flow.node(step.node)
    if isinstance(node, Approve | Handle):
        hidden = node.hidden
    else:  # it was his as its officer's, which he may be no more
        hidden = hidden_from(session.connection(), viewer, of.id, of.owner_id, whole.flow, now)
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
        application=for_eyes(whole, hidden, reports=sees_reports(session.connection(), viewer, whole.owner_id)),
        opinions=opinions(session, vault, row.application_id, whole.flow),
        unmanned=_came_for_want(session, row),
        seats=session.execute(select(func.count(_T.c.seat.distinct())).where(_T.c.step_id == row.step_id)).scalar_one(),
        own_vote=own_vote_beside(session.connection(), row, viewer.id),
        withdrawn_by=withdrawn_by(session.connection(), row) if row.state == TaskState.CANCELLED.value else None,
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


def opinions(session: Session, vault: Vault, number: int, flow: Flow) -> tuple[Opinion, ...]:
    """What people decided so far, the first one first."""
    decided = (_T.c.application_id == number, _T.c.decision.is_not(None), _T.c.kind != TaskKind.AMEND.value)
    rows = session.execute(
        select(_T, _S.c.node).join(_S, _S.c.id == _T.c.step_id).where(*decided).order_by(_T.c.acted_at, _T.c.id)
    )
    taken_back = (_H.c.application_id == number, _H.c.what == What.WITHDRAWN.value)
    last = session.scalar(select(func.max(_H.c.at)).where(*taken_back))
    found = []
    for row in rows:
        reason = vault.open(opinion_place(row.id), row.opinion) if row.opinion else ""
        name = flow.node(row.node).name
        by_id, kind = row.acted_by_id, TaskKind(row.kind)
        decision = Decision(row.decision)
        void = decision is Decision.AGREE and last is not None and row.acted_at <= last
        found.append(Opinion(name, decision, row.person_id, by_id, row.acted_at, reason, kind, void))
    return tuple(found)


def of_person(session: Session, viewer: Actor, now: datetime) -> list[TaskLine]:
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
