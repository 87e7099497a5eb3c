"""预审, 重新评估: what the risk rules found in an application, and asked about it once more."""

from bot.call import Call, Reply
from bot.handlers import approving
from bot.handlers.filling import current
from bot.phrases.application_numbers import split_application
from cards.loan_actions import ScreenAgain, ShowScreening
from cards.texts import applying as applying_texts
from cards.texts import reports as report_texts
from cards.texts import risk as texts
from core.loans.outcomes import NoSuchApplication
from core.loans.queries import ApplicationNow
from core.loans.screening import Again, NoRules, screen_again
from core.people.policy import Verb
from jobs.screening_screens import screening_face


def has_any(call: Call) -> bool:
    """Is there anything of which this person may want to know what was found?"""
    return approving.has_to_decide(call) or approving.has_to_wait(call)


def show(call: Call) -> Reply:
    """预审 A203."""
    found = split_application(call.text)
    return _shown(call, found[0]) if found is not None else Reply(say=texts.WHICH)


def turn_page(call: Call, action: ShowScreening) -> Reply:
    """预审 on a card; 上一页, 下一页."""
    reply = _shown(call, action.number, max(action.page, 1))
    if reply.show is None:
        return Reply(say=reply.say, refresh=True)
    return Reply(change=reply.show) if action.page else reply


def _shown(call: Call, number: int, page: int = 1) -> Reply:
    now = _seen(call, number)
    if isinstance(now, Reply):
        return now
    if now.screening is None:
        rules = call.company.risk.of(now.product)
        return Reply(say=texts.not_screened(number) if rules is not None else texts.NO_RULES)
    return Reply(show=screening_face(number, page))


def _seen(call: Call, number: int) -> ApplicationNow | Reply:
    now = current(call, number)
    if now is not None:
        return now
    call.unit.record(call.actor.id, f"{Verb.SEE_APPLICATION}:none", "application")
    return Reply(say=applying_texts.refused(NoSuchApplication(number), call.words()), refresh=True)


def again(call: Call) -> Reply:
    """重新评估 A203."""
    found = split_application(call.text)
    return _again(call, found[0]) if found is not None else Reply(say=texts.WHICH)


def again_tapped(call: Call, action: ScreenAgain) -> Reply:
    """重新评估 on the card: it shows what was found now."""
    reply = _again(call, action.number)
    return Reply(say=reply.say, change=reply.show) if reply.show is not None else Reply(say=reply.say, refresh=True)


def _again(call: Call, number: int) -> Reply:
    outcome = screen_again(call.unit, call.actor, number, call.company.loans)
    match outcome:
        case Again(assessed, asked):
            same = "" if assessed.new else texts.same_as_before(assessed.decision.at, call.unit.now)
            names = [each.provider.name for each in asked]
            said = f"{same}{report_texts.asking_now(names)}" if names else same
            return Reply(say=said, show=screening_face(number))
        case NoRules():
            return Reply(say=texts.NO_RULES)
        case _:
            return Reply(say=applying_texts.refused(outcome, call.words()), refresh=True)
