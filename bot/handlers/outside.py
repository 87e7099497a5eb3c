"""收到: the outside has answered, and an application that waited for it goes on."""

from bot.call import Call, Reply
from bot.phrases.application_numbers import split_application
from cards.texts import outside as texts
from core.loans.outside import NotAwaited, WentOn, event_came


def came(call: Call) -> Reply:
    """收到 A203 银行批复; 收到 A203: what it waits for."""
    number, event = split_application(call.text) or (None, "")
    if number is None:
        return Reply(say=texts.WHICH)
    outcome = event_came(call.unit, call.actor, number, event.strip("「」"), call.company.loans)
    if isinstance(outcome, NotAwaited) and not event:  # what does it wait for?
        by_yes = len(outcome.awaited) == 1 and call.suggest(texts.send(number, outcome.awaited[0]))
        return Reply(say=texts.waits_for(outcome, by_yes=by_yes), asks=by_yes)
    people = outcome.waiting_for if isinstance(outcome, WentOn) else ()
    return Reply(say=texts.came(outcome, call.words(*people)))
