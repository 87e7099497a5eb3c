"""暂停 A203 待客户补件, 继续 A203."""

from bot.call import Call, Reply
from bot.phrases.application_numbers import split_application
from cards.texts import pausing as texts
from core.loans.pausing import NotYours, Paused, PausedAlready, pause, resume
from core.people import queries as people


def pause_application(call: Call) -> Reply:
    """暂停: the clock of the application stands still, for one of the reasons of its flow."""
    number, reason = _numbered(call)
    outcome = pause(call.unit, call.actor, number, reason, call.company.loans)
    if isinstance(outcome, Paused):
        return Reply(say=texts.paused(outcome))
    return Reply(say=texts.not_paused(outcome, _names(call, outcome), call.unit.now))


def resume_application(call: Call) -> Reply:
    """继续: it goes on."""
    number, _ = _numbered(call)
    outcome = resume(call.unit, call.actor, number, call.company.loans)
    return Reply(say=texts.resumed(outcome, _names(call, outcome), call.unit.now))


def _numbered(call: Call) -> tuple[int, str]:
    """The number and what stands behind it. The command's form made sure that one is there."""
    split = split_application(call.text)
    if split is None:
        raise ValueError("a command without the number of an application came through")
    return split


def _names(call: Call, outcome: object) -> dict[int, str]:
    named: tuple[int, ...] = ()
    if isinstance(outcome, PausedAlready):
        named = (outcome.by_id,)
    elif isinstance(outcome, NotYours):
        named = outcome.waiting_for
    return people.names(call.unit.session, named)
