"""跟进: a contact logged, and the next one understood from what was written."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.call import Call, Reply
from bot.phrases.answers import (
    agrees,
    agrees_nothing,
    calls_off,
    denies,
    gives_up,
    is_undecided,
    leaves_unchanged,
    nods,
)
from bot.phrases.changes import OFF_TOO
from bot.phrases.courtesies import courtesy
from bot.phrases.numbers import lead_in, split_number
from bot.phrases.ways import read_way
from bot.phrases.when import Found, Nothing, Past, Unclear, find_time
from bot.phrases.when_answered import find_answered_time
from cards import texts
from cards.lead_actions import ChooseWay, WriteFollowUp
from core.leads.contact_outcomes import NothingLogged, WaySet
from core.leads.outcomes import Logged
from core.leads.service import log_follow_up, may_follow, set_next_contact, set_way
from core.leads.ways import Way
from core.store import dialogs
from jobs.follow_up_screens import ask_face

ASKED_AGAIN = 2
"""How often a time that was not understood is asked for again; then it is left."""

WAY_MAY_COME = timedelta(hours=1)
"""So long after a follow-up was written a tap may say by what it was made."""
_A_NOTE = 5
"""So many characters that are no time, where one was asked for, say something that may be worth keeping."""

_PAST = "已经过去"
_NO_TIME = "不是时间"
_ALSO_CALLED_OFF = "又说不约，以哪个为准？"
_OWN_WORD = re.compile(r"(?:写?跟进|记录)[ :：,，]+")


def follow(call: Call) -> Reply:
    """跟进 L1 内容; without content it is asked for."""
    number, content = call.numbered()
    if not any(map(str.isalnum, content)):
        return _ask(call, number)
    call.end_dialog_about(number)
    return _log(call, number, content)


def follow_tapped(call: Call, action: WriteFollowUp) -> Reply:
    """写跟进 on a card: the content comes with the next message. The question is a card too: by what the contact was
    made can be tapped there."""
    asked = _ask(call, action.lead)
    return replace(asked, say="", show=ask_face(action.lead, call.unit.now)) if asked.asks else asked


def choose_way(call: Call, action: ChooseWay) -> Reply:
    """电话, 微信 … on that card: of what is still to be written, or was just written."""
    lead_id, way, unit = action.lead, Way(action.way), call.unit
    if not _is_asked(call, lead_id):
        outcome = set_way(unit, call.actor, lead_id, way, unit.now - WAY_MAY_COME)
        if isinstance(outcome, WaySet):
            return Reply(say=texts.way_set(outcome), refresh=True)
        if not isinstance(outcome, NothingLogged):
            return Reply(say=call.refusal(outcome), refresh=True)
    refused = may_follow(unit, call.actor, lead_id)
    if refused is not None:
        return Reply(say=call.refusal(refused), refresh=True)
    call.ask("follow_up", lead=lead_id, way=way.value)
    return Reply(change=ask_face(lead_id, unit.now, way), asks=True)


def _is_asked(call: Call, lead_id: int) -> bool:
    unit = call.unit
    asked = dialogs.current(unit.connection, unit.vault, call.actor.id, unit.channel, unit.now)
    return asked is not None and asked.kind == "follow_up" and asked.args.get("lead") == lead_id


def _ask(call: Call, lead_id: int) -> Reply:
    return call.ask_about("follow_up", lead_id, may_follow(call.unit, call.actor, lead_id), texts.ask_follow_up)


def content_given(call: Call) -> Reply:
    """The answer to 写跟进. A mere 「好的」 or emoji is none."""
    if courtesy(call.text) is not None or not any(map(str.isalnum, call.text)):
        return Reply(say=texts.says_nothing(call.text, f"L{call.asked_lead}", "跟进内容"), asks=True)
    call.end_dialog()
    if gives_up(call.text):
        return Reply(say=texts.CANCELLED)
    said = call.asked.get("way")
    content = _OWN_WORD.sub("", call.text, count=1)
    return _log(call, call.asked_lead, content, way=Way(str(said)) if said else None, waited_for=True)


def _log(call: Call, lead_id: int, content: str, *, way: Way | None = None, waited_for: bool = False) -> Reply:
    """Written down at once; a time that is past or unclear is then asked about, never guessed. `way` is what was
    tapped; else the text may begin with it."""
    told, rest = read_way(content)
    way, content = (way or told), rest
    when, off = find_time(content, call.unit.now), calls_off(content)
    found = when if isinstance(when, Found) and not off else None
    at = found.at if found else None
    outcome = log_follow_up(call.unit, call.actor, lead_id, content, at, way)
    if not isinstance(outcome, Logged):
        return Reply(say=f"{texts.NOT_LOGGED if waited_for else ''}{call.refusal(outcome)}")
    if off and (isinstance(when, Found) or (isinstance(when, Unclear) and when.why == OFF_TOO)):
        return _ask_time(call, outcome, Unclear(when.phrase, _ALSO_CALLED_OFF))
    if off:
        return _call_off(call, outcome)
    if found:
        return Reply(say=texts.logged(outcome, call.words(), has_clock=found.has_clock, agreed=outcome.replaced))
    match when:
        case Unclear():
            return _ask_time(call, outcome, when)
        case Past(_, phrase, told=False):
            return _ask_time(call, outcome, Unclear(phrase, _PAST))
        case Past() if not outcome.kept:
            call.ask("next_contact", lead=lead_id, again=ASKED_AGAIN, report=True)
            return Reply(say=texts.ask_time_after_report(lead_id), asks=True)
        case _ if outcome.kept:
            return Reply(say=texts.logged_as_agreed(outcome, call.words()))
        case _:
            return Reply(say=texts.logged(outcome, call.words()))


def _call_off(call: Call, outcome: Logged) -> Reply:
    if not outcome.kept or outcome.next_contact_at is None:
        return Reply(say=texts.logged(outcome, call.words()))
    off = set_next_contact(call.unit, call.actor, outcome.lead_id, None)
    if not isinstance(off, Logged):
        return Reply(say=call.refusal(off))
    return Reply(say=texts.called_off(outcome.lead_id, outcome.next_contact_at, call.words()))


def _ask_time(call: Call, outcome: Logged, when: Unclear) -> Reply:
    agreed = outcome.next_contact_at if outcome.kept else None
    _wait(call, outcome.lead_id, ASKED_AGAIN, when.phrase, when.proposal, agreed)
    say = texts.ask_time(outcome.lead_id, when.written, when.why, call.words(), proposal=when.proposal, agreed=agreed)
    return Reply(say=say, asks=True)


def _wait(
    call: Call, lead_id: int, again: int, phrase: str, proposal: datetime | None, agreed: datetime | None
) -> None:
    """Take the next message as the time. `phrase` is what the question is about: the answer may name only what it
    lacks; `agreed` is what stands meanwhile."""
    times = {"proposal": proposal, "agreed": agreed}
    said = {name: at.isoformat() for name, at in times.items() if at is not None}
    call.ask("next_contact", lead=lead_id, again=again, phrase=phrase, **said)


def time_given(call: Call) -> Reply:
    """The answer to the question for the next contact time."""
    lead_id, proposal, agreed = call.asked_lead, _asked_time(call, "proposal"), _asked_time(call, "agreed")
    if gives_up(call.text):
        call.end_dialog()
        return Reply(say=time_left(call))
    if agrees_nothing(call.text):
        return _set(call, lead_id, None)
    if agreed and leaves_unchanged(call.text):
        return _leave(call)
    if proposal and proposal > call.unit.now and (agrees(call.text) or nods(call.text)):
        return _set(call, lead_id, proposal)
    if is_undecided(call.text):
        return _leave(call)
    when = find_answered_time(_asked_about(call), call.text, call.unit.now, proposal)
    match when:
        case Found(at):
            return _set(call, lead_id, at, has_clock=when.has_clock)
        case Past(_, phrase):
            return _ask_again(call, lead_id, Unclear(phrase, _PAST))
        case Unclear(phrase):
            return _ask_again(call, lead_id, when, about=phrase)
        case Nothing() if call.asked.get("report"):  # who only told of a call is asked once, and not pressed
            return _leave(call, _not_kept(call))
        case Nothing():
            return _ask_again(call, lead_id, Unclear(call.text, _NO_TIME), denied=bool(proposal and denies(call.text)))


def _not_kept(call: Call) -> str:
    """What is said of an answer that names no time and tells something: it is not written down, and how it would be."""
    if len(call.text) < _A_NOTE or courtesy(call.text) or agrees(call.text) or denies(call.text):
        return ""
    other = lead_in(call.text)
    begins = split_number(call.text) if other is not None and call.text[:1] in "Ll" else None
    number, content = begins or (other or call.asked_lead, call.text)
    return texts.not_kept(call.text, number, content)


def time_left(call: Call) -> str:
    """What is said when the question for the time is left by 取消: the follow-up is kept, and which time stands."""
    return texts.leave_time(call.asked_lead, call.words(), agreed=_asked_time(call, "agreed"))


def _asked_about(call: Call) -> str:
    """The phrase of the follow-up that the question is about."""
    return str(call.asked.get("phrase", ""))


def _asked_time(call: Call, name: str) -> datetime | None:
    said = call.asked.get(name)
    return datetime.fromisoformat(str(said)) if said else None


def _ask_again(call: Call, lead_id: int, when: Unclear, *, about: str = "", denied: bool = False) -> Reply:
    left = int(str(call.asked.get("again", 0)))
    not_kept = _not_kept(call) if when.why == _NO_TIME else ""
    if not left:
        return _leave(call, not_kept)
    agreed = _asked_time(call, "agreed")
    _wait(call, lead_id, left - 1, about or _asked_about(call), when.proposal, agreed)
    if denied:
        return Reply(say=texts.ask_another_time(agreed=agreed), asks=True)
    if when.why == _NO_TIME and (not_kept or courtesy(call.text) or nods(call.text)):
        kind = courtesy(call.text) or ""
        return Reply(say=f"{not_kept}{texts.ask_still(lead_id, kind, agreed=agreed)}", asks=True)
    again = texts.ask_time_again(when.written, when.why, call.words(), proposal=when.proposal, agreed=agreed)
    return Reply(say=again, asks=True)


def _leave(call: Call, before: str = "") -> Reply:
    call.end_dialog()
    return Reply(say=before + time_left(call))


def _set(call: Call, lead_id: int, at: datetime | None, *, has_clock: bool = True) -> Reply:
    call.end_dialog()
    outcome = set_next_contact(call.unit, call.actor, lead_id, at)
    if not isinstance(outcome, Logged):
        return Reply(say=call.refusal(outcome))
    agreed = _asked_time(call, "agreed")
    if at:
        return Reply(say=texts.logged(outcome, call.words(), has_clock=has_clock, agreed=agreed))
    return Reply(say=texts.no_next_contact(lead_id, call.words(), agreed=agreed))
