"""跟进: a contact logged, and the next one understood from what was written."""

import re
from datetime import datetime

from bot.call import Call, Reply
from bot.handlers.leads import split_number
from bot.phrases.answers import agrees_nothing, gives_up
from bot.phrases.when import Found, Nothing, Past, Unclear, find_time
from bot.phrases.when_answered import find_answered_time
from cards import texts
from cards.actions import WriteFollowUp
from core.leads.outcomes import Logged
from core.leads.service import log_follow_up, may_follow, set_next_contact

ASKED_AGAIN = 2
"""How often a time that was not understood is asked for again; then it is left."""

_PAST = "已经过去"
_NO_TIME = "不是时间"
_OWN_WORD = re.compile(r"(?:写?跟进|记录)[ :：,，]+")


def follow(call: Call) -> Reply:
    """跟进 L1 内容; without content it is asked for."""
    number, content = split_number(call.text)
    if not content:
        return _ask(call, number)
    call.end_dialog_about(number)
    return _log(call, number, content)


def follow_tapped(call: Call, action: WriteFollowUp) -> Reply:
    """写跟进 on a card: the content comes with the next message."""
    return _ask(call, action.lead)


def _ask(call: Call, lead_id: int) -> Reply:
    return call.ask_about("follow_up", lead_id, may_follow(call.unit, call.actor, lead_id), texts.ask_follow_up)


def content_given(call: Call) -> Reply:
    """The answer to 写跟进."""
    call.end_dialog()
    if gives_up(call.text):
        return Reply(say=texts.CANCELLED)
    return _log(call, int(str(call.asked["lead"])), _OWN_WORD.sub("", call.text, count=1))


def _log(call: Call, lead_id: int, content: str) -> Reply:
    """Written down at once; a time that is past or unclear is then asked about, never guessed."""
    when = find_time(content, call.unit.now)
    at = when.at if isinstance(when, Found) else None
    keeps = not agrees_nothing(content)
    outcome = log_follow_up(call.unit, call.actor, lead_id, content, at, keeps_agreed=keeps)
    if not isinstance(outcome, Logged):
        return Reply(say=call.refusal(outcome))
    match when:
        case Unclear(phrase, why):
            return _ask_time(call, outcome, phrase, why)
        case Past(_, phrase, told=False):
            return _ask_time(call, outcome, phrase, _PAST)
        case Past() if not outcome.kept:
            call.ask("next_contact", lead=lead_id, again=ASKED_AGAIN, report=True)
            return Reply(say=texts.ask_time_after_report(lead_id), asks=True)
        case Past() | Nothing() if outcome.kept:
            return Reply(say=texts.logged_as_agreed(outcome, call.words()))
        case _:
            return Reply(say=texts.logged(outcome, call.words()))


def _ask_time(call: Call, outcome: Logged, phrase: str, why: str) -> Reply:
    call.ask("next_contact", lead=outcome.lead_id, again=ASKED_AGAIN, phrase=phrase, kept=outcome.kept)
    return Reply(say=texts.ask_time(outcome.lead_id, phrase, why), asks=True)


def time_given(call: Call) -> Reply:
    """The answer to the question for the next contact time."""
    lead_id = int(str(call.asked["lead"]))
    if gives_up(call.text):
        call.end_dialog()
        return Reply(say=texts.CANCELLED)
    if agrees_nothing(call.text):
        return _set(call, lead_id, None)
    when = find_answered_time(_asked_about(call), call.text, call.unit.now)
    match when:
        case Found(at):
            return _set(call, lead_id, at)
        case Past(_, phrase, _):
            return _ask_again(call, lead_id, phrase, _PAST)
        case Unclear(phrase, why):
            return _ask_again(call, lead_id, phrase, why, about=phrase)
        case Nothing() if call.asked.get("report"):  # who only told of a call is asked once, and not pressed
            return _leave(call, lead_id)
        case Nothing():
            return _ask_again(call, lead_id, call.text, _NO_TIME)


def _asked_about(call: Call) -> str:
    """The phrase of the follow-up that the question is about: the answer may name only what it lacks."""
    return str(call.asked.get("phrase", ""))


def _ask_again(call: Call, lead_id: int, phrase: str, why: str, *, about: str = "") -> Reply:
    left = int(str(call.asked.get("again", 0)))
    if not left:
        return _leave(call, lead_id)
    kept = bool(call.asked.get("kept"))
    call.ask("next_contact", lead=lead_id, again=left - 1, phrase=about or _asked_about(call), kept=kept)
    return Reply(say=texts.ask_time_again(phrase, why), asks=True)


def _leave(call: Call, lead_id: int) -> Reply:
    call.end_dialog()
    return Reply(say=texts.leave_time(lead_id, kept=bool(call.asked.get("kept"))))


def _set(call: Call, lead_id: int, at: datetime | None) -> Reply:
    call.end_dialog()
    outcome = set_next_contact(call.unit, call.actor, lead_id, at)
    if not isinstance(outcome, Logged):
        return Reply(say=call.refusal(outcome))
    return Reply(say=texts.logged(outcome, call.words()) if at else texts.NO_NEXT_CONTACT)
