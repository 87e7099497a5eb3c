"""延期, 保护, 取消保护, and the superior's answer."""

from bot.call import Call, Reply
from cards import texts
from cards.lead_actions import AskExtension, DecideExtension
from core.leads.deferrals import ask_extension, decide_extension, protect, unprotect
from core.leads.models import Deferral
from core.leads.outcomes import Asked, Extended, NotExtended, Protected, Unprotected


def ask(call: Call) -> Reply:
    """延期 L1: the superior is asked for more time."""
    number, _ = call.numbered()
    return _ask(call, number)


def ask_tapped(call: Call, action: AskExtension) -> Reply:
    """申请延期 on a card."""
    return _ask(call, action.lead)


def _ask(call: Call, lead_id: int) -> Reply:
    outcome = ask_extension(call.unit, call.actor, lead_id, call.company.recycling)
    if isinstance(outcome, Asked):
        return Reply(say=texts.extension_asked(outcome, call.words(outcome.person_id)))
    return Reply(say=call.refusal(outcome), refresh=True)


def decide(call: Call, action: DecideExtension) -> Reply:
    """同意 or 不同意 on the question's card, which then says what was answered."""
    unit = call.unit
    outcome = decide_extension(unit, call.actor, action.number, call.company.recycling, grant=bool(action.grant))
    if isinstance(outcome, Extended | NotExtended):
        asked = unit.session.get_one(Deferral, action.number)
        words = call.words(asked.owner_id)
        return Reply(say=texts.extension_decided(outcome, words.names[asked.owner_id], words), refresh=True)
    return Reply(say=call.refusal(outcome), refresh=True)


def protect_lead(call: Call) -> Reply:
    """保护 L1: it does not fall for a time."""
    number, _ = call.numbered()
    outcome = protect(call.unit, call.actor, number, call.company.recycling)
    if isinstance(outcome, Protected):
        return Reply(say=texts.protected(outcome, call.words()))
    return Reply(say=call.refusal(outcome))


def unprotect_lead(call: Call) -> Reply:
    """取消保护 L1."""
    number, _ = call.numbered()
    outcome = unprotect(call.unit, call.actor, number)
    return Reply(say=texts.unprotected(outcome) if isinstance(outcome, Unprotected) else call.refusal(outcome))
