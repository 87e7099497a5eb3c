"""收到: the outside has answered, and an application that waited for it goes on."""

from bot.call import Call, Reply
from bot.phrases.numbers import read_numbered
from cards.texts import outside as texts
from core.loans.outside import WentOn, event_came


def came(call: Call) -> Reply:
    """收到 A203 银行批复."""
    word, _, event = call.text.strip().partition(" ")
    number = read_numbered("A", word)
    if number is None or not event.strip():
        return Reply(say=texts.WHICH)
    outcome = event_came(call.unit, call.actor, number, event.strip().strip("「」"), call.company.loans)
    people = outcome.waiting_for if isinstance(outcome, WentOn) else ()
    return Reply(say=texts.came(outcome, call.words(*people)))
