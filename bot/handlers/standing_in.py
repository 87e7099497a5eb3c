"""代理 李娜 到 12-31, 取消代理, 代理."""

import re
from functools import partial

from bot.call import Call, Reply
from bot.handlers.colleagues import may_have_tasks, person_named
from bot.phrases.numbers import normal_text
from bot.phrases.periods import NoPeriod, beside_period, read_period
from cards.texts import chat
from cards.texts import standing_in as texts
from core.loans import standing_in
from core.loans.standing_in import NoStandIn
from core.people import queries as people

_FROM_TO = re.compile(r"\s*(从|自|到|至|截止到?|直到)\s*(?=[0-9一二三四五六七八九十今明后大本这下周星年月])")
_OFF = re.compile(r"(?:取消|结束|停止|不用|不用了|解除)[了。!！]*")


def stand_in(call: Call) -> Reply:
    """代理: who stands in for whom; with a name and a day a colleague does for oneself."""
    text = normal_text(call.text).removeprefix("给").removeprefix("由").lstrip(" @")
    if not text:
        return _list(call)
    if _OFF.fullmatch(text):
        return end(call)
    text = _FROM_TO.sub(r" \1 ", text)
    found, rest = person_named("代理", text, people.everybody(call.unit.session), meant=partial(may_have_tasks, call))
    if isinstance(found, str):
        return Reply(say=found)
    period = read_period(rest, call.unit.now)
    if isinstance(period, NoPeriod):
        return Reply(say=texts.until_when(found.name, period.why))
    beside = beside_period(rest, call.unit.now)
    if beside:
        send = texts.command(found.name, period.since, period.until, call.unit.now)
        by_yes = call.suggest(send)
        return Reply(say=chat.not_kept("设代理", beside, send, by_yes=by_yes), asks=by_yes)
    outcome = standing_in.let_stand_in(call.unit, call.actor, found.id, period.since, period.until)
    named = outcome.person_id if isinstance(outcome, NoStandIn) else outcome.stand_in_id
    return Reply(say=texts.arranged(outcome, call.words(named)))


def end(call: Call) -> Reply:
    """取消代理: he is back."""
    outcome = standing_in.end_standing_in(call.unit, call.actor)
    return Reply(say=texts.ended(outcome, call.words(*outcome.stand_in_ids)))


def _list(call: Call) -> Reply:
    arranged = standing_in.arranged_with(call.unit, call.actor.id)
    named = [person for one in arranged for person in (one.person_id, one.stand_in_id)]
    return Reply(say=texts.listed(arranged, call.words(*named)))
