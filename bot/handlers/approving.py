"""待办, 同意, 驳回, 退回, 转交, 委派, 加签, 减签, 取回, 抄送, 催办: typed, and tapped on a task's card."""

import re
from datetime import timedelta

from bot.call import Call, Reply
from bot.handlers.filling import current
from bot.handlers.task_answers import fill_beside, to_people
from bot.handlers.task_deeds import (
    TO_PEOPLE,
    ask_people,
    ask_reason,
    cannot,
    card_of,
    do,
    do_for_reason,
    do_or_why,
    fields_wanted,
    over_for_good,
    task_now,
)
from bot.phrases.answers import denies
from bot.phrases.asked_task import names_another, split_task
from bot.phrases.numbers import beginnings, read_number, read_numbered
from bot.phrases.second_thoughts import Doubt, asks, depends, no_reason, second_thought
from cards.loan_actions import (
    AskReturn,
    DecideTask,
    NudgeApplication,
    ReturnTask,
    ShowTask,
    ShowTaskFields,
    ShowTodo,
)
from cards.texts import applying as applying_texts
from cards.texts import approving as texts
from cards.texts import decision_reasons
from core.loans import service, todo
from core.loans.at_hand import Wish
from core.loans.flows import Decision
from core.loans.models import subject, task_subject
from core.loans.outcomes import Hurried, NoSuchApplication, NoSuchTask
from core.loans.standing_in import principals_of
from core.loans.task_queries import (
    BackTo,
    back_from,
    came_again,
    decides_now,
    his_last,
    is_payout,
    just_before,
    last_agreed,
    other_nodes,
    pays_out_now,
    waits_for_others,
)
from jobs.task_screens import fields_face, return_face, todo_face

_TO = re.compile("(?:退回?)?(?:到|给)? *")
_JUST_NOW = timedelta(minutes=10)
_DECIDING = (Decision.AGREE, Decision.SIGN_AFTER, Decision.REFUSE, Decision.RETURN)
_START = frozenset({"提交人", "申请人", "客户经理", "提交", "发起人"})


def has_to_decide(call: Call) -> bool:
    """Is it of use to this person to be told how one decides?"""
    return decides_now(call.unit.connection, call.actor.id)


def has_to_pay_out(call: Call) -> bool:
    """Is it of use to this person to be told how a payout is noted?"""
    return pays_out_now(call.unit.connection, call.actor.id)


def has_to_wait(call: Call) -> bool:
    """Has he an application that others have?"""
    return waits_for_others(call.unit.connection, call.actor.id)


def show_todo(call: Call) -> Reply:
    """待办: all that waits for this person, in pages; 待办 T88 opens one, 待办 A203 his task there."""
    if call.text[:1] in "TtＴAaＡ" and split_task(call.text) is not None:
        named = _task_named(call, Decision.AGREE)
        return named if isinstance(named, Reply) else _show(call, named[0])
    return Reply(show=todo_face(read_number(call.text) or 1))


def turn_page(call: Call, action: ShowTodo) -> Reply:  # noqa: ARG001
    """下一页."""
    return Reply(change=todo_face(action.page))


def show(call: Call, action: ShowTask) -> Reply:
    """A line of 待办: the task, on a card of its own."""
    return _show(call, action.task)


def _show(call: Call, task_id: int) -> Reply:
    task = task_now(call, task_id)
    if task is None:
        call.unit.record(call.actor.id, "loan:denied", task_subject(task_id))
        return Reply(say=texts.task_refused(NoSuchTask(task_id), call.words()), refresh=True)
    return Reply(show=card_of(call, task_id))


def show_fields(call: Call, action: ShowTaskFields) -> Reply:
    """详情 on the task's card: a card of its own; its pages turn there."""
    if task_now(call, action.task) is None:
        call.unit.record(call.actor.id, "loan:denied", task_subject(action.task))
        return Reply(say=texts.NO_TASK_CARD, refresh=True)
    return (
        Reply(change=fields_face(action.task, action.page)) if action.page else Reply(show=fields_face(action.task, 1))
    )


def agree(call: Call) -> Reply:
    """同意 T88 [意见]; of what is done and not decided, that it is."""
    return _typed(Decision.AGREE, call)


def pay_out(call: Call) -> Reply:
    """放款 A203 [50万] [今天]: the task at which money is paid out is done, and what was paid when."""
    found = _task_named(call, Decision.AGREE)
    if isinstance(found, Reply):
        return found
    task_id, said = found
    if not is_payout(call.unit.connection, task_id):
        shown = card_of(call, task_id) if task_now(call, task_id) is not None else None
        return Reply(say=texts.not_at_payout(task_id), show=shown)
    return (
        _no_consent(task_id, said, paid=True)
        or _asked_again(call, task_id, "放款", said)
        or _agree(call, task_id, Wish(Decision.AGREE, reason=said))
    )


def refuse(call: Call) -> Reply:
    """驳回 T88 原因."""
    return _typed(Decision.REFUSE, call)


def give_back(call: Call) -> Reply:
    """退回 T88 [节点] 原因."""
    return _typed(Decision.RETURN, call)


def hand_on(call: Call) -> Reply:
    """转交 T88 姓名 [原因]."""
    return _typed(Decision.TRANSFER, call)


def delegate(call: Call) -> Reply:
    """委派 T88 姓名."""
    return _typed(Decision.DELEGATE, call)


def sign_before(call: Call) -> Reply:
    """加签 T88 姓名、姓名: these first, then oneself."""
    return _typed(Decision.SIGN_BEFORE, call)


def sign_after(call: Call) -> Reply:
    """后加签 T88 姓名、姓名: oneself, and these after."""
    return _typed(Decision.SIGN_AFTER, call)


def drop_signer(call: Call) -> Reply:
    """减签 T88 [姓名]."""
    return _typed(Decision.DROP_SIGNER, call)


def take_back(call: Call) -> Reply:
    """取回 T88, 取回 A203."""
    return _typed(Decision.TAKE_BACK, call)


def copy(call: Call) -> Reply:
    """抄送 T88 姓名、姓名."""
    return _typed(Decision.COPY, call)


def _typed(decision: Decision, call: Call) -> Reply:
    found = _task_named(call, decision)
    if isinstance(found, Reply):
        return found
    task_id, rest = found
    stopped = _no_consent(task_id, rest) if decision is Decision.AGREE else None
    if stopped is None and decision in _DECIDING:
        stopped = _asked_again(call, task_id, texts.WORDS[decision], rest)
    if stopped is not None:
        return stopped
    if decision is Decision.AGREE:
        return _agree(call, task_id, Wish(decision, reason=rest))
    if decision is Decision.RETURN:
        return _return(call, task_id, rest)
    if decision in TO_PEOPLE or (decision is Decision.DROP_SIGNER and rest):
        wish = Wish(decision)
        return (
            to_people(call, task_id, wish, rest)
            if rest
            else cannot(call, task_id, wish) or ask_people(call, task_id, wish)
        )
    return do_for_reason(call, task_id, Wish(decision, reason=rest))


def _no_consent(task_id: int, comment: str, *, paid: bool = False) -> Reply | None:
    """Of 同意 (`paid`: 放款) with 「算了」, 「等一下」, 「还是驳回吧」 or 「吗」 behind it: nothing is done."""
    thought = no_reason(comment, texts.WORDS[Decision.AGREE], asked=False) if comment else None
    thought = Doubt.TAKEN_BACK if denies(comment) else Doubt.ASKS if asks(comment) else thought
    thought = Doubt.WAITS if thought is None and depends(comment) else thought
    if thought in (None, Doubt.NOTHING):
        return None
    return Reply(say=decision_reasons.not_done(task_id, Decision.AGREE, comment, thought.value, paid=paid))


def _asked_again(call: Call, task_id: int, word: str, rest: str) -> Reply | None:
    """Of 同意, 放款, 驳回 … (`word`) by an application's number, where it was taken from him and came again, or an
    earlier step of it was passed just now, by him or by another one: what he means may be what he saw then, which may
    be another amount; or it is the same once more, by an impatient thumb. The card of now is shown, and a mere yes
    does it."""
    named = split_task(call.text)
    if named is None or named[0] == "T":
        return None
    connection, send = call.unit.connection, f"{word} T{task_id} {rest}".strip()
    before = just_before(connection, task_id, call.actor.id, call.unit.now - _JUST_NOW)
    if before is None and not came_again(connection, task_id):
        return None
    suggested = f"{call.asked.get('suggested') or ''} "
    if before is None and suggested.startswith(f"{word} T{task_id} "):  # he has seen the card, and means it
        return None
    number, by_yes = named[1], call.suggest(send)
    said = texts.came_again(number, send, by_yes=by_yes)
    if before is not None:
        who = "您" if before.by_id == call.actor.id else f"{call.words(before.by_id).names.get(before.by_id, '同事')} "
        said = texts.came_on(number, before.task_id, who, task_id, send, by_yes=by_yes)
    return Reply(say=said, show=card_of(call, task_id), asks=by_yes)


def _task_named(call: Call, decision: Decision) -> tuple[int, str] | Reply:
    """Which task is meant: by its number; or by its application's, where it is the only one of his."""
    found = split_task(call.text)
    if found is None:
        return Reply(say=texts.WHICH_TASK)
    letter, number, rest = found
    if names_another(rest):  # it would be taken for a comment, and he would believe that both are done
        return Reply(say=texts.one_at_a_time(texts.WORDS[decision], f"{letter}{number}"))
    if letter == "T":
        return number, rest
    unit = call.unit
    if decision is Decision.TAKE_BACK:
        last = last_agreed(unit.session, call.actor.id, number)
        over = over_for_good(call, number)
        return (last, rest) if last is not None else Reply(say=over or texts.no_task_of_yours(number))
    lines = [line for line in todo.of_person(unit.session, call.actor, unit.now) if line.application_id == number]
    if len(lines) > 1:
        return Reply(say=texts.several_tasks(number, [one.number for one in lines]))
    if lines and decision is not Decision.DROP_SIGNER:
        return lines[0].number, rest
    whose = {call.actor.id, *principals_of(unit.connection, call.actor.id, unit.now)}
    last = his_last(unit.session, whose, number, decision)
    return (last, rest) if last is not None else Reply(say=_none_is_his(call, number))


def _none_is_his(call: Call, number: int) -> str:
    now = current(call, number)
    if now is None:
        call.unit.record(call.actor.id, "loan:denied", subject(number))
        return applying_texts.refused(NoSuchApplication(number), call.words())
    people = [one for each in now.waiting for one in each.people]
    return texts.none_is_yours(now, call.words(*people).names)


def _agree(call: Call, task_id: int, wish: Wish, *, tapped: bool = False) -> Reply:
    """Where something is done and filled in, that is asked for first."""
    wanted = fields_wanted(call, task_id)
    if not wanted:
        return do_or_why(call, task_id, wish, tapped=tapped)
    return cannot(call, task_id, wish, tapped=tapped) or fill_beside(call, task_id, wish, wanted)


def _return(call: Call, task_id: int, rest: str, *, asked: bool = False, before: str = "") -> Reply:
    """退回 T88 [节点] 原因. `asked`: it answers the question where to, and only a place does; `before`: the reason that
    was said without a place."""
    stopped = cannot(call, task_id, Wish(Decision.RETURN))
    if stopped is not None:
        return stopped
    places = back_from(call.unit.connection, task_id)
    if not places:
        return Reply(say=texts.nothing_to_return(task_id))
    place, reason = _place(call, task_id, places, rest, asked=asked)
    if place is None:
        call.ask("task_place", task=task_id, reason=before or ("" if asked or reason else rest))
        where = texts.ask_where(task_id, places, reason, rest if asked and not reason else "")
        return Reply(say=where, show=return_face(task_id), asks=True)
    reason = reason or before
    wish = Wish(Decision.RETURN, node=place.node, reason=reason)
    return do_for_reason(call, task_id, wish) if reason else ask_reason(call, task_id, wish)


def _place(call: Call, task_id: int, places: list[BackTo], rest: str, *, asked: bool) -> tuple[BackTo | None, str]:
    """The place that the text begins with, and the reason behind it; the only one there is needs no name, unless it was
    `asked` for. No place, and the node that is named, where it cannot be returned to that."""
    others = other_nodes(call.unit.connection, task_id, places)
    for said, reason in beginnings(rest):
        said = _TO.sub("", said, count=1)
        for place in places:
            if said == place.name or (place.start and said in _START):
                return place, reason
        if said in others:
            return None, said
    return (places[0], rest) if len(places) == 1 and not asked else (None, "")


def place_given(call: Call) -> Reply:
    """The answer to where to."""
    task_id, before = int(str(call.asked["task"])), str(call.asked.get("reason") or "")
    call.end_dialog()
    if second_thought(call.text) is Doubt.TAKEN_BACK:
        return Reply(say=texts.NOT_DECIDED)
    return _return(call, task_id, call.text, asked=True, before=before)


def decide_tapped(call: Call, action: DecideTask) -> Reply:
    """同意, 驳回, 转交 … on the task's card: on what was shown there."""
    decision = Decision(action.decision)
    wish = Wish(decision, shown=action.shown)
    if decision is Decision.AGREE:
        return _agree(call, action.task, wish, tapped=True)
    if decision in TO_PEOPLE:
        return cannot(call, action.task, wish, tapped=True) or ask_people(call, action.task, wish)
    return do(call, action.task, wish, tapped=True)


def decide_late(call: Call, action: DecideTask) -> Reply | None:
    """A tap on a card that has changed since, as it does when another one votes: a decision is bound to what it was
    shown (`shown`) and to its task, not to the picture of the card, and core refuses what is no longer so."""
    return decide_tapped(call, action)


def ask_return(call: Call, action: AskReturn) -> Reply:
    """退回 on the task's card: where to, if there are several places."""
    wish = Wish(Decision.RETURN)
    stopped = cannot(call, action.task, wish, tapped=True)
    if stopped is not None:
        return stopped
    places = back_from(call.unit.connection, action.task)
    if len(places) == 1:
        return ask_reason(call, action.task, Wish(Decision.RETURN, node=places[0].node))
    call.ask("task_place", task=action.task)
    return Reply(show=return_face(action.task), asks=True)


def return_tapped(call: Call, action: ReturnTask) -> Reply:
    """One of those places: why is asked for."""
    asked = call.waiting_for("task_place")
    said = str(asked.get("reason") or "") if asked.get("task") == action.task else ""
    wish = Wish(Decision.RETURN, node=action.node, reason=said)
    stopped = cannot(call, action.task, wish, tapped=True)
    if stopped is not None or not said:
        return stopped or ask_reason(call, action.task, wish)
    call.end_dialog()
    return do_for_reason(call, action.task, wish)


def nudge(call: Call) -> Reply:
    """催办 A203."""
    number = read_numbered("A", call.text)
    return _nudge(call, number) if number is not None else Reply(say=texts.WHICH_TASK)


def nudge_tapped(call: Call, action: NudgeApplication) -> Reply:
    """催办 on an application's card."""
    return _nudge(call, action.number)


def _nudge(call: Call, number: int) -> Reply:
    outcome = service.nudge(call.unit, call.actor, number, call.company.loans)
    people = outcome.people if isinstance(outcome, Hurried) else ()
    return Reply(say=texts.nudged(outcome, call.words(*people)), refresh=True)
