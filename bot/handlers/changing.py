"""修改: another value for what is filled in, of an application of one's own, or at the node of a task."""

from typing import Any

from bot.call import Call, Reply
from bot.handlers import applying
from bot.handlers.filling import current, works_on
from bot.handlers.task_answers import value_typed
from bot.handlers.task_deeds import refused, task_now
from bot.phrases.answers import gives_up
from bot.phrases.asked_task import split_task
from bot.phrases.named_value import partly_named_value
from bot.phrases.numbers import normal_text
from cards.loan_actions import FillTask
from cards.texts import approving as texts
from cards.views.form_values import value_said
from core.loans.acting_for import left_behind
from core.loans.deciding import fill_in
from core.loans.flows import Decision
from core.loans.forms import FieldKind, FormField
from core.loans.models import State, task_subject
from core.loans.outcomes import FilledIn, NeedsFields, NoSuchTask
from core.loans.standing_in import principals_of
from core.loans.task_queries import his_last
from core.loans.todo import TaskNow


def change(call: Call) -> Reply:
    """修改 A203 期限; 修改 T88 年利率, 修改 T88 年利率 4.9%. Of a colleague's application his own task is meant."""
    letter = normal_text(call.text).strip()[:1].upper()
    found = split_task(call.text) if letter in ("T", "A") else None
    if found is None:
        return applying.change(call)
    number = found[1] if letter == "T" else _task_of(call, found[1], found[2])
    return _change_task(call, number, found[2]) if number is not None else applying.change(call)


def _task_of(call: Call, application_id: int, said: str) -> int | None:
    """The newest task that he has, or had, of an application that he does not fill in himself (or, while others decide,
    at which stands what is named); where nothing is left to be changed at it, what somebody did there who has left."""
    now = current(call, application_id)
    own = now is not None and works_on(call, now)
    if now is None or (own and now.state is not State.RUNNING):
        return None
    whose = {call.actor.id, *principals_of(call.unit.connection, call.actor.id, call.unit.now)}
    his = his_last(call.unit.session, whose, application_id, Decision.AGREE)
    task = task_now(call, his) if his is not None else None
    fillable = task.fillable if task is not None else ()
    if fillable and (not own or partly_named_value(said, fillable, lambda each: each.label) is not None):
        return his
    return None if own else left_behind(call.unit.connection, application_id) or his


def change_tapped(call: Call, action: FillTask) -> Reply:
    """修改 on 详情."""
    return _change_task(call, action.task, "")


def _change_task(call: Call, task_id: int, said: str) -> Reply:
    task = task_now(call, task_id)
    if task is None:
        call.unit.record(call.actor.id, "loan:denied", task_subject(task_id))
        return Reply(say=texts.task_refused(NoSuchTask(task_id), call.words()), refresh=True)
    fields = task.fillable
    if not fields:
        return Reply(say=texts.nothing_to_fill(task_id), refresh=True)
    found = partly_named_value(said, fields, lambda each: each.label)
    if found is None and (said or len(fields) > 1):
        return Reply(say=texts.which_field(task_id, [(each.label, _stands(call, task, each)) for each in fields]))
    field, value = found or (fields[0], "")
    return _put(call, task, field, value) if value else _ask(call, task, field)


def _stands(call: Call, task: TaskNow, field: FormField) -> str:
    value: Any = task.application.values.get(field.key)
    names = call.words(value).names if field.kind is FieldKind.PERSON and value is not None else {}
    return value_said(field, value, names)


def _ask(call: Call, task: TaskNow, field: FormField) -> Reply:
    call.ask("task_change", task=task.number, field=field.key)
    return Reply(say=texts.ask_new_value(task.number, field, _stands(call, task, field)), asks=True)


def value_given(call: Call) -> Reply:
    """The answer: the new value."""
    task = task_now(call, int(str(call.asked["task"])))
    field = next((each for each in task.fillable if each.key == call.asked["field"]), None) if task else None
    if gives_up(call.text) or task is None or field is None:
        call.end_dialog()
        return Reply(say=texts.NOT_CHANGED if task is not None and field is not None else texts.NO_TASK_CARD)
    return _put(call, task, field, call.text)


def _put(call: Call, task: TaskNow, field: FormField, text: str) -> Reply:
    value = value_typed(call, task, field, text)
    if isinstance(value, Reply):
        call.ask("task_change", task=task.number, field=field.key)
        return value
    outcome = fill_in(call.unit, call.actor, task.number, field.key, value, call.company.loans)
    if isinstance(outcome, NeedsFields):  # the question stays open, as the answer says
        call.ask("task_change", task=task.number, field=field.key)
        return Reply(say=texts.task_field_wrong(outcome.fields[0]), asks=True)
    call.end_dialog()
    match outcome:
        case FilledIn():
            names = call.words(value).names if field.kind is FieldKind.PERSON else {}
            return Reply(say=texts.value_changed(outcome, field, value_said(field, value, names)), refresh=True)
        case _:
            return refused(call, outcome)
