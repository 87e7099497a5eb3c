"""跟进: a contact logged, and the next one understood from what was written."""

from datetime import datetime

from bot.call import Call, Reply
from bot.handlers.leads import split_number
from bot.phrases.when import Found, Nothing, Past, Unclear, When, find_time
from cards import texts
from cards.actions import WriteFollowUp
from core.leads.outcomes import Logged
from core.leads.service import log_follow_up, may_follow, set_next_contact

NO_APPOINTMENT = frozenset({"不约", "不用", "不需要", "没有", "无", "暂不"})
_PAST = "已经过去"


def follow(call: Call) -> Reply:
    """跟进 L1 内容; without content it is asked for."""
    number, content = split_number(call.text)
    return _log(call, number, content) if content else _ask(call, number)


def follow_tapped(call: Call, action: WriteFollowUp) -> Reply:
    """写跟进 on a card: the content comes with the next message."""
    return _ask(call, action.lead)


def _ask(call: Call, lead_id: int) -> Reply:
    refused = may_follow(call.unit, call.actor, lead_id)
    if refused is not None:
        return Reply(say=call.refusal(refused))
    call.ask("follow_up", lead=lead_id)
    return Reply(say=texts.ask_follow_up(lead_id, call.customer(lead_id)))


def content_given(call: Call) -> Reply:
    """The answer to 写跟进."""
    call.end_dialog()
    return _log(call, int(str(call.asked["lead"])), call.text)


def _log(call: Call, lead_id: int, content: str) -> Reply:
    """Written down at once; a time that is past or unclear is then asked about, never guessed."""
    when = find_time(content, call.unit.now)
    outcome = log_follow_up(call.unit, call.actor, lead_id, content, when.at if isinstance(when, Found) else None)
    if not isinstance(outcome, Logged):
        return Reply(say=call.refusal(outcome))
    doubt = _doubt(when)
    if doubt is None:
        return Reply(say=texts.logged(outcome, call.words()))
    call.ask("next_contact", lead=lead_id)
    return Reply(say=texts.ask_time(lead_id, *doubt))


def time_given(call: Call) -> Reply:
    """The answer to the question for the next contact time."""
    lead_id = int(str(call.asked["lead"]))
    if call.text in NO_APPOINTMENT:
        call.end_dialog()
        return Reply(say=texts.NO_NEXT_CONTACT)
    when = find_time(call.text, call.unit.now)
    if isinstance(when, Found):
        return _set(call, lead_id, when.at)
    doubt = _doubt(when) or (call.text, "不是时间")
    return Reply(say=texts.ask_time_again(*doubt))


def _set(call: Call, lead_id: int, at: datetime) -> Reply:
    call.end_dialog()
    outcome = set_next_contact(call.unit, call.actor, lead_id, at)
    if isinstance(outcome, Logged):
        return Reply(say=texts.logged(outcome, call.words()))
    return Reply(say=call.refusal(outcome))


def _doubt(when: When) -> tuple[str, str] | None:
    """The phrase and what is wrong with it, or None where nothing is to be asked."""
    match when:
        case Past(_, phrase):
            return phrase, _PAST
        case Unclear(phrase, why):
            return phrase, why
        case Found() | Nothing():
            return None
