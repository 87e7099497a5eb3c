"""Something is done with a task, or asked for what it still needs: a reason, a colleague, what is filled in there."""

from dataclasses import replace
from typing import Any

from bot.call import Call, Reply
from bot.handlers.colleagues import names_only
from bot.handlers.filling import current, works_on
from bot.phrases.answers import gives_up
from bot.phrases.second_thoughts import Doubt, confirms, no_reason
from cards import texts as chat
from cards.texts import approving as texts
from cards.texts import decision_reasons, voting
from cards.texts.form_fields import what_is_wrong
from cards.views.form_values import value_said
from core.leads.queries import customer_name
from core.loans import todo
from core.loans.at_hand import Wish
from core.loans.deciding import decide, may_decide, wants_reason
from core.loans.flows import Decision, Handle
from core.loans.forms import PAYOUT_KINDS, FieldKind, FormField
from core.loans.loan_now import lent
from core.loans.models import LIVE, TaskKind
from core.loans.outcomes import (
    ChangedSince,
    Decided,
    NeedsFields,
    NeedsReason,
    NotOffered,
    TaskRefusal,
    TooLateToTakeBack,
)
from core.loans.task_queries import added_to, is_override, is_to_be_handled, own_vote_left, was_filled_in
from core.loans.tasks import saw
from core.loans.todo import TaskNow
from core.moments import day_of
from core.privacy import normal_name
from core.store.issued import Face
from jobs.task_screens import task_face

TO_PEOPLE = frozenset({Decision.TRANSFER, Decision.DELEGATE, Decision.SIGN_BEFORE, Decision.SIGN_AFTER, Decision.COPY})
_ON_THE_CARD = frozenset({Decision.AGREE, Decision.REFUSE, Decision.TAKE_BACK})


def do(call: Call, task_id: int, wish: Wish, *, tapped: bool = False) -> Reply:
    """Do it. What a tap on the task's card did stands on that card; else it is said."""
    outcome = decide(call.unit, call.actor, task_id, wish, call.company.loans)
    match outcome:
        case Decided():
            return _done(call, outcome, tapped=tapped)
        case NeedsReason():
            return ask_reason(call, task_id, wish)
        case NeedsFields(fields=fields):
            given = dict(wish.values or {})
            asked = ask_field(call, task_id, wish, [each.key for each in fields], given, of=len(fields))
            filled = [each for each in fields if given.get(each.key) not in (None, "", [])]
            return replace(asked, say=f"{what_is_wrong(filled[0])}。{asked.say}") if filled else asked
        case _:
            if isinstance(outcome, NotOffered) and wish.decision is Decision.DROP_SIGNER:
                return _nobody_dropped(call, wish, outcome)
            return refused(call, outcome, tapped=tapped)


def _nobody_dropped(call: Call, wish: Wish, outcome: NotOffered) -> Reply:
    """What is said to 减签 of who was not added; where he was, the flow does not let it be done here."""
    added = added_to(call.unit.connection, outcome.task_id)
    if added and (not wish.to_ids or set(added) & set(wish.to_ids)):
        return refused(call, outcome)
    names = call.words(*added, *wish.to_ids).names
    dropped, waited = ([names.get(one, "同事") for one in each] for each in (wish.to_ids, added))
    return Reply(say=texts.nobody_to_drop(outcome.task_id, dropped, waited))


def _done(call: Call, outcome: Decided, *, tapped: bool) -> Reply:
    if call.asked.get("task") == outcome.task_id:
        call.end_dialog()
    if tapped and outcome.decision in _ON_THE_CARD:
        return Reply(change=task_face(outcome.task_id))
    task = task_now(call, outcome.task_id)
    words = call.words(*outcome.to_ids, *outcome.waiting_for, outcome.for_id)
    said = texts.decided(outcome, words, task.kind if task else TaskKind.DECIDE)
    own = _own_vote_gone(call, outcome)
    return Reply(say=said + (voting.own_vote_gone(own) if own is not None else ""), refresh=tapped)


def _own_vote_gone(call: Call, outcome: Decided) -> int | None:
    """His own task at the same node, which he cannot decide any more since he has voted for a colleague."""
    voted = outcome.decision in (Decision.AGREE, Decision.REFUSE, Decision.SIGN_AFTER)
    if outcome.for_id is None or not voted:
        return None
    return own_vote_left(call.unit.connection, outcome.task_id, call.actor.id)


def refused(call: Call, outcome: TaskRefusal, *, tapped: bool = False) -> Reply:
    """Why nothing was done, and where what was shown has changed since, the card of now."""
    said = _not_to_be_had(call, outcome) or texts.task_refused(outcome, call.words_for(outcome))
    now = card_of(call, outcome.task_id) if isinstance(outcome, ChangedSince) else None
    return Reply(say=said, show=now if not tapped else None, refresh=True)


def card_of(call: Call, task_id: int) -> Face:
    """The task's card, which is shown to him now: what he types next is about what stands there."""
    saw(call.unit, task_id, call.actor.id)
    return task_face(task_id)


def _not_to_be_had(call: Call, outcome: TaskRefusal) -> str:
    """What is said to 取回 of what has come to its end, so that nobody can return it any more, and of what is not
    decided, or not any more. Empty: it is something else."""
    match outcome:
        case TooLateToTakeBack(application_id=number):
            return over_for_good(call, number)
        case NotOffered(task_id=task_id, decision=Decision.TAKE_BACK):
            task = task_now(call, task_id)
            if task is not None and not task.over:
                return texts.not_decided_yet(task_id)
            return over_for_good(call, task.application.number) if task is not None else ""
        case _:
            return ""


def over_for_good(call: Call, number: int) -> str:
    """That this application is over, and what can be done; empty if it is not, or may not be known of."""
    now = current(call, number)
    if now is None or now.state in LIVE:
        return ""
    return texts.over_for_good(now, own=works_on(call, now))


def task_now(call: Call, task_id: int) -> TaskNow | None:
    """The task, as who asks may see it."""
    unit = call.unit
    return todo.task(unit.session, unit.vault, call.actor, task_id, call.company.tagging, unit.now)


def cannot(call: Call, task_id: int, wish: Wish, *, tapped: bool = False) -> Reply | None:
    """What is said if this cannot be done whatever else is told; None if what is missing can be asked for."""
    outcome = may_decide(call.unit, call.actor, task_id, wish, call.company.loans)
    return refused(call, outcome, tapped=tapped) if outcome is not None else None


def do_for_reason(call: Call, task_id: int, wish: Wish, *, asked: bool = False, wanted: bool = False) -> Reply:
    """Do it for the reason that was typed, unless that is none: who takes the decision back in its place has nothing
    done, and who only hesitates is asked on. What speaks of the decision itself is one if he says so. `asked`: it
    answers the question why; `wanted`: it stands beside what might be done without, elsewhere."""
    first = str(call.asked.get("first") or "") if asked else ""
    word = texts.WORDS[wish.decision]
    if first and confirms(wish.reason.removesuffix(first), word):  # 「是的，客户取消」; said again it is no yes
        call.end_dialog()
        return do(call, task_id, replace(wish, reason=first))
    thought = no_reason(wish.reason, word, asked=asked or wanted) if wish.reason else None
    if thought is None and (names_only(call, wish.reason) or _is_the_customer(call, task_id, wish.reason)):
        thought = Doubt.NOTHING  # it was meant for another question, or says which task
    against = thought is None and wanted and _overrides(call, task_id, wish)  # he may not know that it is one
    if thought is None and not against:
        if asked:
            call.end_dialog()
        return do(call, task_id, wish)
    if thought is Doubt.TAKEN_BACK:
        if call.asked.get("task") == task_id:
            call.end_dialog()
        return Reply(say=left_undone(task_id, wish.decision, wish.reason))
    bare = replace(wish, reason="")
    stopped = cannot(call, task_id, bare)
    if stopped is not None:
        if asked:  # it is decided anew, on the card of now
            call.end_dialog()
        return stopped
    doubted = wish.reason if against or thought is Doubt.UNSURE else first if thought is Doubt.NOTHING else ""
    ask_reason(call, task_id, bare, first=doubted)  # he has his half hour again
    if doubted:
        overrides = _overrides(call, task_id, wish)
        question = decision_reasons.ask_whether_reason(task_id, wish.decision, doubted, against=overrides)
        return Reply(say=question, show=card_of(call, task_id) if against else None, asks=True)
    if thought is None or thought is Doubt.NOTHING:
        return Reply(say=chat.says_nothing(wish.reason, f"T{task_id}", "原因"), asks=True)
    return Reply(
        say=decision_reasons.ask_task_reason_again(task_id, wish.decision, wish.reason, thought.value), asks=True
    )


def _overrides(call: Call, task_id: int, wish: Wish) -> bool:
    agrees = wish.decision in (Decision.AGREE, Decision.SIGN_AFTER)
    return agrees and is_override(call.unit.connection, task_id)


def _is_the_customer(call: Call, task_id: int, text: str) -> bool:
    task = task_now(call, task_id)
    if task is None:
        return False
    name = customer_name(call.unit.session, call.unit.vault, task.application.lead_id)
    return name is not None and normal_name(text) == normal_name(name)


def left_undone(task_id: int, decision: Decision, said: str) -> str:
    """What is said to who takes it back, with the words alone or with more."""
    return (
        texts.NOT_DECIDED
        if gives_up(said)
        else decision_reasons.not_done(task_id, decision, said, Doubt.TAKEN_BACK.value)
    )


def do_or_why(call: Call, task_id: int, wish: Wish, *, tapped: bool = False) -> Reply:
    """Do it. Where a reason is wanted, what was typed beside it has to be one."""
    if wish.reason and wants_reason(call.unit, call.actor, task_id, wish, call.company.loans):
        return do_for_reason(call, task_id, wish, wanted=True)
    return do(call, task_id, wish, tapped=tapped)


def ask_reason(call: Call, task_id: int, wish: Wish, first: str = "") -> Reply:
    """Ask why; `first` is what was answered and may be no reason."""
    place = ""
    task = task_now(call, task_id) if wish.node or wish.decision is Decision.REFUSE else None
    opinion = task is not None and task.kind is TaskKind.DELEGATE
    if task is not None and wish.node:
        place = task.application.flow.node(wish.node).name
        place = "提交人" if wish.node == task.application.flow.start.key else place
    to = list(wish.to_ids)
    about = {"task": task_id, "decision": wish.decision.value, "shown": wish.shown, "node": wish.node, "to": to}
    call.ask("task_reason", **about, first=first)
    against = _overrides(call, task_id, wish)
    said = decision_reasons.ask_task_reason(task_id, wish.decision, place, against=against, opinion=opinion)
    return Reply(say=said, asks=True)


def ask_people(call: Call, task_id: int, wish: Wish) -> Reply:
    """Ask to whom."""
    call.ask("task_people", task=task_id, decision=wish.decision.value, shown=wish.shown)
    return Reply(say=texts.ask_task_people(task_id, wish.decision), asks=True)


def field_of(task: TaskNow, key: str) -> FormField | None:
    """A field as the task's node wants it: what must be filled in there is required."""
    return next((each for each in task.fillable if each.key == key), None)


def fields_wanted(call: Call, task_id: int) -> list[FormField]:
    """What is to be filled in where something is done, and is not yet; all of it where it was filled in before: who
    took it back, or got it back, may have another value for each."""
    if not is_to_be_handled(call.unit.connection, task_id):  # most taps decide, and need not see the whole of it
        return []
    task = task_now(call, task_id)
    if task is None or task.node is None or task.kind is not TaskKind.HANDLE or task.over:
        return []
    values = task.application.values
    if isinstance(task.node, Handle) and task.node.payout:  # what is recorded as paid is what he says was
        all_paid = left_to_pay(call, task) == 0
        return [each for each in task.fillable if not (all_paid and each.kind in PAYOUT_KINDS)]
    if was_filled_in(call.unit.connection, task.application.number, task.node.key, task_id):
        return list(task.fillable)
    return [each for each in task.fillable if values.get(each.key) in (None, "", [])]


def ask_field(call: Call, task_id: int, wish: Wish, left: list[str], given: dict[str, Any], of: int) -> Reply:
    """Ask for the first of the fields that are `left`, of so many; `given` are those before."""
    task = task_now(call, task_id)
    field = field_of(task, left[0]) if task is not None else None
    if task is None or field is None:
        return Reply(say=texts.NO_TASK_CARD)
    about = {"task": task_id, "decision": wish.decision.value, "shown": wish.shown, "to": list(wish.to_ids)}
    proposed = _offered(call, task, field)
    call.ask("task_field", **about, reason=wish.reason, left=left, given=given, of=of, offered=proposed)
    names = call.words(proposed).names if field.kind is FieldKind.PERSON and proposed is not None else {}
    said = value_said(field, proposed, names) if proposed is not None else ""
    place = of - len(left) + 1
    question = texts.ask_task_field(task_id, field, said, place=place, of=of)
    return Reply(say=question, asks=True)


def left_to_pay(call: Call, task: TaskNow) -> int | None:
    """How much of what was agreed to is not paid out yet; None: nobody said how much that is."""
    agreed, paid = task.application.amount_fen, lent(call.unit.connection, task.application.number)
    return None if agreed is None else max(agreed - (paid[0] if paid is not None else 0), 0)


def _offered(call: Call, task: TaskNow, field: FormField) -> Any:
    """What a mere yes stands for: what stands there; where money is paid out, as much as was applied for, today."""
    stands = task.application.values.get(field.key)
    if stands not in (None, "", []):
        return stands
    if not isinstance(task.node, Handle) or not task.node.payout:
        return None
    if field.kind is FieldKind.MONEY:
        return left_to_pay(call, task) or None
    return day_of(call.unit.now).isoformat() if field.kind is FieldKind.DATE else None
