"""The screens of those who decide on applications: a task, all that is filled in, 退回, 待办, and news. See
`jobs/screens.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cards.model import Card
from cards.texts.approving import opinion_said
from cards.views import task as views
from cards.views import todo as todo_views
from core.loans import queries, todo
from core.loans.applicant import is_another_than_known, known_elsewhere
from core.loans.forms import FieldKind
from core.loans.loan_now import lent
from core.loans.models import task_subject
from core.loans.outside import awaited_by
from core.loans.queries import ApplicationNow
from core.loans.task_queries import back_from
from core.loans.todo import TaskNow
from core.people import queries as people
from core.store.issued import Face
from jobs.export_screens import export_questions
from jobs.follow_task_screens import follow_tasks_of
from jobs.stage import Args, Screen, Stage, Superseded, briefs, name_of


def _task_of(stage: Stage, args: Args) -> tuple[TaskNow, views.Beside] | None:
    """The task with what stands beside it; None if it is none of the viewer's."""
    tagging = stage.company.tagging
    task = todo.task(stage.session, stage.vault, stage.viewer, args["task"], tagging, stage.now)
    if task is None:
        return None
    hurried = name_of(stage, args["hurried_by"]) if args.get("hurried_by") else ""
    names = people.names(stage.session, _named(task))
    mine = task.person_id == stage.viewer.id
    connection, whole = stage.session.connection(), task.application
    known = None if task.over else known_elsewhere(connection, stage.vault, whole)
    other = None if known is None else known.lead_id or 0
    differs = not task.over and is_another_than_known(connection, stage.vault, whole)
    customer, did_it = _customer(stage, task.application.lead_id), task.acted_by_id == stage.viewer.id
    return task, views.Beside(customer, names, mine, hurried, _late(stage, task), other, differs, did_it)


def _late(stage: Stage, task: TaskNow) -> timedelta:
    """By how much the task is beyond its deadline, as that is counted: in working time, if nothing else is said."""
    if task.due_at is None or task.due_at >= stage.now:
        return timedelta(0)
    calendar, deadline = stage.company.loans.calendar, task.node.deadline if task.node is not None else None
    if deadline is None:
        return calendar.between(task.due_at, stage.now)
    return deadline.within.span(calendar, task.due_at, stage.now)


def _named(task: TaskNow) -> set[int | None]:
    whole = task.application
    found: set[int | None] = {task.person_id, task.acted_by_id, task.asked_by, task.withdrawn_by}
    found |= {whole.owner_id, whole.submitted_by_id}
    for opinion in task.opinions:
        found |= {opinion.person_id, opinion.by_id}
    found |= {one for each in whole.waiting for one in each.people}
    found |= set(task.waits_for)
    found |= {whole.paused.by_id} if whole.paused is not None else set()
    return found | {each.value for each in whole.fields if each.field.kind is FieldKind.PERSON}


def _customer(stage: Stage, lead_id: int) -> str:
    """The customer's name, as the viewer may see it."""
    found = briefs(stage, [lead_id]).get(lead_id)
    return found.name if found is not None else ""


def _task(stage: Stage, args: Args) -> Card | Superseded:
    found = _task_of(stage, args)
    return views.task_card(*found, stage.now) if found else Superseded()


def _fields(stage: Stage, args: Args) -> Card | Superseded:
    found = _task_of(stage, args)
    return views.fields_card(found[0], args["page"], found[1]) if found else Superseded()


def _return(stage: Stage, args: Args) -> Card | Superseded:
    """As long as something can be done with the task; then it is the task's card."""
    found = _task_of(stage, args)
    if found is None:
        return Superseded()
    task, beside = found
    places = back_from(stage.session.connection(), task.number)
    return (
        views.task_card(task, beside, stage.now) if task.over or not places else views.return_card(task, places, beside)
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """All that waits for somebody, with the names of customers by lead (as he may see them) and of colleagues."""

    lines: list[todo_views.Line]
    customers: dict[int, str]
    names: Mapping[int, str]


def all_that_waits(stage: Stage) -> Waits:
    """What waits at applications, on his leads, and for the outside, in one list: what is due first comes first."""
    tasks = todo.of_person(stage.session, stage.viewer, stage.now)
    awaited = awaited_by(stage.session, stage.viewer.id)
    asked = export_questions(stage)
    waiting: list[todo_views.Line] = [*tasks, *follow_tasks_of(stage), *awaited, *asked]
    lines = sorted(waiting, key=lambda one: (one.due_at is None, one.due_at or stage.now))
    leads = briefs(stage, [line.lead_id for line in lines if line.lead_id])
    names = people.names(stage.session, [task.person_id for task in tasks])
    return Waits(lines, {number: brief.name for number, brief in leads.items()}, names)


def _todo(stage: Stage, args: Args) -> Card | Superseded:
    all_, viewer = all_that_waits(stage), stage.viewer.id
    return todo_views.todo_card(all_.lines, args["page"], all_.customers, all_.names, viewer, stage.now)


def _whole(stage: Stage, number: int) -> ApplicationNow | None:
    return queries.application(stage.session, stage.vault, stage.viewer, number, stage.company.tagging, stage.now)


def _copied(stage: Stage, args: Args) -> Card | Superseded:
    whole = _whole(stage, args["application"])
    if whole is None:
        return Superseded()
    by, owner = name_of(stage, args["by"]), name_of(stage, whole.owner_id)
    return todo_views.copied_card(whole, _customer(stage, whole.lead_id), by, owner, _at(args))


def _ended(stage: Stage, args: Args) -> Card | Superseded:
    """To the officer, with the last that was decided."""
    whole = _whole(stage, args["application"])
    if whole is None or whole.ended_at is None:
        return Superseded()
    said = todo.opinions(stage.session, stage.vault, whole.number, whole.flow)
    last = said[-1] if said else None
    names = people.names(stage.session, [last.person_id, last.by_id] if last else [])
    told = opinion_said(last, names, stage.now) if last else ""
    customer = _customer(stage, whole.lead_id)
    paid_out = lent(stage.session.connection(), whole.number)
    won = bool(args["won"])
    return todo_views.ended_card(whole, customer, won=won, said=told, now=stage.now, paid_out=paid_out)


def _at(args: Args) -> datetime:
    return datetime.fromisoformat(args["at"])


def task_face(task_id: int, hurried_by: int | None = None) -> Face:
    """A task; with who just asked for haste. Found by the task alone, not by its application: a card can be changed a
    few times only, and that is kept for what becomes of the task. A decision on what has changed meanwhile is refused
    all the same."""
    args = {"task": task_id} | ({"hurried_by": hurried_by} if hurried_by is not None else {})
    return Face("task", args, (task_subject(task_id),))


def fields_face(task_id: int, page: int) -> Face:
    """详情."""
    return Face("task_fields", {"task": task_id, "page": page})


def return_face(task_id: int) -> Face:
    """退回: where to."""
    return Face("task_return", {"task": task_id}, (task_subject(task_id),))


def todo_face(page: int = 1) -> Face:
    """待办."""
    return Face("todo", {"page": page})


TASK_SCREENS: dict[str, Screen] = {
    "task": _task,
    "task_fields": _fields,
    "task_return": _return,
    "todo": _todo,
    "copied": _copied,
    "loan_ended": _ended,
}
