"""What is typed next after a tap or a command about a task: the reason, the colleagues, what is filled in."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.call import Call, Reply
from bot.handlers.colleagues import colleagues_named, colleagues_of
from bot.handlers.task_deeds import (
    ask_field,
    do,
    do_for_reason,
    do_or_why,
    field_of,
    left_to_pay,
    left_undone,
    refused,
    task_now,
)
from bot.phrases.answers import agrees, gives_up, nods
from bot.phrases.beside import Filler, says_not_done, told_beside, wants_it_not
from bot.phrases.filling_words import Said, read_wish
from bot.phrases.form_answers import Answer, read_answer
from bot.phrases.named_value import named_values
from bot.phrases.numbers import folded
from bot.phrases.repaid import about_a_sum, payout_day, payout_sum, without_payout_words
from bot.phrases.second_thoughts import Doubt, second_thought
from cards import texts as chat
from cards.texts import approving as texts
from cards.texts import decision_reasons
from cards.texts.chat import not_kept
from cards.texts.form_fields import FIRST_QUESTION
from core.loans import forms
from core.loans.at_hand import Wish
from core.loans.deciding import fill_in
from core.loans.flows import Decision, Handle
from core.loans.forms import AMOUNT, FieldKind, FormField
from core.loans.outcomes import CannotAct, FilledIn, NeedsFields
from core.loans.payout import wrong_payout
from core.loans.todo import TaskNow
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Verb, may

_ONE_ONLY = (Decision.TRANSFER, Decision.DELEGATE)
_EMPTY = re.compile(r"(?:不填|没有|无|跳过|不用填)[。.!！]*")


def _asked_task(call: Call) -> int:
    return int(str(call.asked["task"]))


def _wish(call: Call) -> Wish:
    shown = call.asked.get("shown")
    decision = Decision(str(call.asked.get("decision", Decision.AGREE.value)))
    to_ids = tuple(int(str(one)) for one in _list(call, "to"))
    return Wish(decision, shown=str(shown) if shown else None, to_ids=to_ids)


def _list(call: Call, name: str) -> list[Any]:
    found = call.asked.get(name)
    return found if isinstance(found, list) else []


def reason_given(call: Call) -> Reply:
    """The answer to why. A mere 「好的」, an emoji or a second thought is none."""
    wish = replace(_wish(call), reason=call.text, node=str(call.asked.get("node") or ""))
    return do_for_reason(call, _asked_task(call), wish, asked=True)


def people_given(call: Call) -> Reply:
    """The answer to whom. Who is nobody, or several, is asked for again."""
    about = f"T{_asked_task(call)}"
    thought = second_thought(call.text)
    if thought is Doubt.TAKEN_BACK:
        return _left(call)
    if thought is not None:
        return Reply(say=chat.says_nothing(call.text, about, "同事姓名"), asks=True)
    return to_people(call, _asked_task(call), _wish(call), call.text)


def to_people(call: Call, task_id: int, wish: Wish, text: str) -> Reply:
    """Do it with the colleagues named in `text`; the sentence that says why it is nobody, and the question stays."""
    found, reason = _colleagues(call, task_id, wish.decision, text)
    if isinstance(found, str):
        return Reply(say=found, asks=True)
    doubt = second_thought(reason) if reason else None
    if reason and wants_it_not(reason, texts.WORDS[wish.decision]):
        doubt = Doubt.TAKEN_BACK
    if doubt is Doubt.TAKEN_BACK:
        if call.asked.get("task") == task_id:
            call.end_dialog()
        return Reply(say=left_undone(task_id, wish.decision, reason))
    if doubt is Doubt.WAITS and "看" not in reason:  # 「孟克 看看」 asks him to
        return Reply(say=decision_reasons.not_done(task_id, wish.decision, reason, doubt.value), asks=True)
    return do_or_why(call, task_id, replace(wish, to_ids=tuple(found), reason=reason or wish.reason))


def _colleagues(call: Call, task_id: int, decision: Decision, text: str) -> tuple[Sequence[int] | str, str]:
    """The numbers of those who are named, and what stands behind; or what is said of the first who is nobody."""
    found = colleagues_named(call, f"{texts.WORDS[decision]} T{task_id}", text, one_only=decision in _ONE_ONLY)
    if isinstance(found, str):
        return found, ""
    for person_id in found:
        to = people.by_id(call.unit.session, call.unit.channel, person_id)
        if to is None or not may(to, Verb.WORK_TASKS):
            return texts.task_refused(CannotAct(task_id, person_id, "no_tasks"), call.words(person_id)), ""
    return list(found), " ".join(filter(None, found.values()))


def fill_beside(call: Call, task_id: int, wish: Wish, wanted: Sequence[FormField]) -> Reply:
    """Done, with what is to be filled in there (`wanted`) as far as it is said beside it (「年利率 18% 服务费 3万」; of
    a payout how much and when: 「49.5万 今天」). What is not said, or does not fit, is asked for; what is left is the
    remark."""
    task = task_now(call, task_id)
    if task is None:
        return Reply(say=texts.NO_TASK_CARD)
    found, rest = named_values(wish.reason, wanted, lambda each: each.label)
    payout = isinstance(task.node, Handle) and task.node.payout
    if payout and not found:
        found, rest = _payout_said(wish.reason, wanted, call.unit.now)
    given: dict[str, Any] = {}
    wrong, named = "", []
    twice = {each.key for each, _ in found if [other for other, _ in found].count(each) > 1}
    for field, said in found:
        value, beside = _value_beside(call, task, field, said)
        if isinstance(value, Reply):
            wrong = wrong or value.say
        elif value is not None and field.key not in twice:  # of two it is asked which
            given[field.key] = value
            named.append(f"{field.label} {said.removesuffix(beside).strip()}")
            rest = f"{rest} {beside}".strip()
    rest = told_beside(rest, Filler.LENT) if payout else rest
    fen = next((given[each.key] for each in wanted if each.kind is FieldKind.MONEY and each.key in given), None)
    if payout and rest and fen is not None:  # it may be another sum than was paid, or say that nothing was
        on = next((given[each.key] for each in wanted if each.kind is FieldKind.DATE and each.key in given), "")
        send = f"放款 T{task_id} {Decimal(fen) / 100}元 {on}".strip()
        by_yes = call.suggest(send)
        return Reply(say=not_kept("记放款", rest, send, by_yes=by_yes), asks=by_yes)
    if says_not_done(rest):
        send = " ".join(("完成", f"T{task_id}", *named))
        by_yes = call.suggest(send)
        return Reply(say=not_kept("办完", rest, send, by_yes=by_yes), asks=by_yes)
    wish = replace(wish, reason=rest, values=given)
    left = [each.key for each in wanted if each.key not in given]
    if not left:
        return do(call, task_id, wish)
    asked = ask_field(call, task_id, wish, left, given, of=len(wanted))
    return replace(asked, say=f"{wrong}\n{asked.say}") if wrong else asked


def _value_beside(call: Call, task: TaskNow, field: FormField, said: str) -> tuple[Any, str]:
    """The value (as `value_typed` has it), and the words behind it that are none of it: 「5% 合同已签」."""
    whole = value_typed(call, task, field, said) if said else None
    first, _, behind = said.partition(" ")
    if not isinstance(whole, Reply) or not behind:
        return whole, ""
    value = value_typed(call, task, field, first)
    return (whole, "") if isinstance(value, Reply) else (value, behind.strip())


def _payout_said(text: str, wanted: Sequence[FormField], now: datetime) -> tuple[list[tuple[FormField, str]], str]:
    """The sum and the day of a payout, each for its field, and what else is said that is more than fillers. A sum that
    stands alone is read as the answer to its question is: 「9万8千」; 10 is asked about."""
    on, left = payout_day(text, day_of(now))
    money = next((each for each in wanted if each.kind is FieldKind.MONEY), None)
    day = [(each, str(on)) for each in wanted if each.kind is FieldKind.DATE and on is not None]
    alone = without_payout_words(left)
    read = read_answer(money, alone, now) if money is not None and alone else None
    if money is not None and (isinstance(read, Answer) or (read is not None and read.why == "unit")):
        return [(money, alone), *day], about_a_sum(alone)
    fen, beside = payout_sum(left)
    if money is None or fen is None:
        return day, text if on is None else beside
    return [(money, f"{Decimal(fen) / 100}元"), *day], beside


def field_given(call: Call) -> Reply:
    """The answer to a field that is filled in at this node; then the next is asked for, or it is done."""
    if gives_up(call.text):
        return _left(call)
    task_id, task = _asked_task(call), task_now(call, _asked_task(call))
    left: list[str] = _list(call, "left")
    field = field_of(task, left[0]) if task is not None and left else None
    if task is None or field is None:
        call.end_dialog()
        return Reply(say=texts.NO_TASK_CARD)
    before = call.asked.get("given")
    given = dict(before) if isinstance(before, dict) else {}
    if read_wish(call.text) is Said.BACK:
        return _question_before(call, task_id, left, given)
    value = _value(call, task, field)
    if isinstance(value, Reply):
        return value
    given[field.key] = value  # written with the decision: another one who has the node may have said something else
    stays = value is not None and not _waits_for_the_decision(task, field)
    if stays and value != task.application.values.get(field.key):  # should he leave now
        outcome = fill_in(call.unit, call.actor, task_id, field.key, value, call.company.loans)
        if isinstance(outcome, NeedsFields):  # the question stays open, as the answer says
            return Reply(say=texts.task_field_wrong(outcome.fields[0]), asks=True)
        if not isinstance(outcome, FilledIn):
            call.end_dialog()
            return refused(call, outcome)
    wish = replace(_wish(call), reason=str(call.asked.get("reason") or ""), values=given)
    call.end_dialog()
    if left[1:]:
        return ask_field(call, task_id, wish, left[1:], given, of=int(str(call.asked.get("of", 1))))
    return do(call, task_id, wish)


def _question_before(call: Call, task_id: int, left: list[str], given: dict[str, Any]) -> Reply:
    """上一题: the question before is asked again."""
    if not given:
        return Reply(say=FIRST_QUESTION, asks=True)
    key = next(reversed(given))
    del given[key]
    wish = replace(_wish(call), reason=str(call.asked.get("reason") or ""))
    return ask_field(call, task_id, wish, [key, *left], given, of=int(str(call.asked.get("of", 1))))


def _waits_for_the_decision(task: TaskNow, field: FormField) -> bool:
    """Is it nothing before he has decided: an amount, for all decide on the same; and what was paid out, for it is who
    says so that paid it."""
    return field.key == AMOUNT or (isinstance(task.node, Handle) and task.node.payout)


def _value(call: Call, task: TaskNow, field: FormField) -> Any:
    """The value that was typed, None for none; a reply that asks again if it is none that fits."""
    proposed = call.asked.get("offered")  # what he was asked about, though something else stands there by now
    if proposed is not None and (agrees(call.text) or nods(call.text)):
        return proposed
    return value_typed(call, task, field, call.text)


def value_typed(call: Call, task: TaskNow, field: FormField, text: str) -> Any:
    """The value for a field of a task's node that is typed, None for none; a reply that asks again if it is none that
    fits."""
    if not field.required and _EMPTY.fullmatch(folded(text)):
        return None
    read = read_answer(field, text, call.unit.now, colleagues_of(call, field), near=True)
    if not isinstance(read, Answer):
        return Reply(say=texts.task_field_not_read(field, read.why, read.said, read.among), asks=True)
    wrong = forms.wrong(field, read.value, day_of(call.unit.now))
    if wrong is None and isinstance(task.node, Handle) and task.node.payout:
        whole = task.application
        since = whole.submitted_at or whole.created_at
        most = whole.amount_fen if task.over else left_to_pay(call, task)
        wrong = wrong_payout(field, read.value, most, since, call.unit.now)
    return Reply(say=texts.task_field_wrong(wrong), asks=True) if wrong is not None else read.value


def _left(call: Call) -> Reply:
    call.end_dialog()
    return Reply(say=texts.NOT_DECIDED)
