"""我的客户, 客户, 电话, 释放."""

from bot.call import Call, Reply
from bot.handlers import follow_up
from bot.handlers.colleagues import names_only
from bot.phrases.answers import gives_up
from bot.phrases.courtesies import without_kindness
from bot.phrases.lead_questions import asks_for_lead
from bot.phrases.need import tight_names
from bot.phrases.numbers import beginnings, lead_in, split_number
from bot.phrases.release_answers import confirmed_reason, doubt
from bot.phrases.second_thoughts import Doubt
from cards import texts
from cards.lead_actions import LookAgain, OpenMine, ReleaseLead, RevealPhone, ShowLead, ShowMine
from core.leads import access, queries
from core.leads.models import LeadState, subject
from core.leads.outcomes import Released, Revealed
from core.leads.reveals import reveal_phone
from core.leads.service import may_release, owned, release_lead
from core.leads.whole import Lead360, lead_360
from core.people.policy import Verb, may_touch
from jobs.screens import found_face, lead_face, mine_face, phone_face

MOST_FOUND = 6
_ON_NO_CARD = frozenset({Verb.COMMENT, Verb.SEE_MEDIA, Verb.ATTACH, Verb.PROTECT, Verb.EXPLAIN})


def turn_page(call: Call, action: ShowMine) -> Reply:  # noqa: ARG001
    """下一页."""
    return Reply(change=mine_face(action.page))


def open_mine(call: Call, action: OpenMine) -> Reply:  # noqa: ARG001
    """我的客户 on a notice, which stays."""
    return Reply(show=mine_face())


def find(call: Call) -> Reply:
    """客户 L1|手机号|姓名: the 360 card; several of one name are listed."""
    text = without_kindness(call.text)
    number, beside = asks_for_lead(text), split_number(text)
    unit = call.unit
    if number is not None:
        found = [number] if access.may_see(unit.connection, call.actor, number, call.company.pools, unit.now) else []
    else:
        found = list(queries.find_leads(unit.session, unit.vault, call.actor, text, unit.now, limit=MOST_FOUND + 1))
    if not found and number is None and beside is not None and lead_in(text) is not None:
        return Reply(say=texts.number_only("客户", *beside))
    if not found:
        unit.record(call.actor.id, "lead:see:none", "lead", by="number" if number else "words")
        return Reply(say=texts.nobody(call.actor))
    if len(found) == 1:
        return _show(call, found[0])
    return Reply(show=found_face(found[:MOST_FOUND], more=len(found) > MOST_FOUND))


def without_number(word: str, verb: Verb, usage: str, call: Call) -> Reply:
    """跟进, 释放, 等级 and others with a customer's name or phone where the lead's number belongs: that is looked up
    among the leads to which this person may do just that (nobody else's is told of), else the `usage` is said."""
    unit = call.unit
    for said, rest in beginnings(tight_names(call.text)):
        found = queries.find_leads(unit.session, unit.vault, call.actor, said, unit.now, limit=MOST_FOUND)
        numbers = [number for number in found if _may_do(call, verb, number)]
        if numbers:
            send = texts.with_number(word, numbers[0], rest)
            by_yes = len(numbers) == 1 and bool(send) and call.suggest(send)
            return Reply(say=texts.point_out(word, said, numbers, send, by_yes=by_yes), asks=by_yes)
    unit.record(call.actor.id, "lead:see:none", "lead", by="words")
    said = beginnings(tight_names(call.text))[-1][0]
    named = lead_in(call.text) is None and (verb is not Verb.MARK or not said[:1].isascii())
    nobody = texts.no_customer_of_yours(said) + "\n" if named else ""
    return Reply(say=f"{nobody}{usage}")


def follow(call: Call) -> Reply:
    """跟进 L1 内容. Who may not write on this lead but may hand it on is told so: he is whom the others would ask."""
    number, _ = call.numbered()
    reply = follow_up.follow(call)
    if call.actor.scope(Verb.TRANSFER) <= call.actor.scope(Verb.FOLLOW):
        return reply
    lead = _whole(call, number)
    if lead is None or lead.owner_id is None or Verb.FOLLOW in lead.verbs or Verb.TRANSFER not in lead.verbs:
        return reply
    return Reply(say=texts.hand_on_instead(number, call.words(lead.owner_id).colleague(lead.owner_id)))


def _may_do(call: Call, verb: Verb, lead_id: int) -> bool:
    """May he do it to this lead? What stands on no card is asked of the policy; of a closed lead there is only what is
    kept to be looked at."""
    if verb in _ON_NO_CARD:
        row = owned(call.unit.connection, lead_id)
        open_or_seen = row is not None and (row.state == LeadState.OPEN or verb is Verb.SEE_MEDIA)
        return row is not None and open_or_seen and may_touch(call.actor, verb, row.owner_id, row.department)
    lead = _whole(call, lead_id)
    return lead is not None and verb in lead.verbs


def _whole(call: Call, lead_id: int) -> Lead360 | None:
    unit = call.unit
    return lead_360(unit.session, unit.vault, call.actor, lead_id, call.company.pools, unit.now)


def reveal(call: Call) -> Reply:
    """电话 L1: the full phone number, counted."""
    number, _ = call.numbered()
    return _reveal(call, number)


def reveal_tapped(call: Call, action: RevealPhone) -> Reply:
    """看电话 on a card: the number on a card of its own, so that the lead's card can go on being looked at."""
    return _reveal(call, action.lead)


def _reveal(call: Call, lead_id: int) -> Reply:
    outcome = reveal_phone(call.unit, call.actor, lead_id, call.company.pools)
    if isinstance(outcome, Revealed):
        return Reply(show=phone_face(lead_id))
    return Reply(say=call.refusal(outcome), refresh=True)


def show(call: Call, action: ShowLead) -> Reply:
    """详情 on a card: a card of its own, so that the list stays."""
    return _show(call, action.lead)


def look_again(call: Call, action: LookAgain) -> Reply:
    """刷新 on the card of a lead that one can only look at: the card as it is now, and why it has no other button."""
    _looked(call, action.lead)
    return Reply(say=texts.standing(action.lead, _whole(call, action.lead), call.words()), refresh=True)


def _show(call: Call, lead_id: int) -> Reply:
    _looked(call, lead_id)
    return Reply(show=lead_face(lead_id))


def _looked(call: Call, lead_id: int) -> None:
    """Seeing a full phone number is recorded when it is asked for; the relay shows it only if it is still allowed."""
    unit = call.unit
    seen = access.may_see(unit.connection, call.actor, lead_id, call.company.pools, unit.now)
    unit.record(call.actor.id, "lead:see" if seen else "lead:see:denied", subject(lead_id))


def release(call: Call) -> Reply:
    """释放 L1 原因; without a reason it is asked for."""
    number, reason = call.numbered()
    if not reason:
        return _ask_reason(call, number)
    refused = may_release(call.unit, call.actor, number)
    if refused is not None:
        return Reply(say=call.refusal(refused))
    call.end_dialog_about(number)
    return _release_for(call, number, reason, with_number=True)


def release_tapped(call: Call, action: ReleaseLead) -> Reply:
    """释放 on a card: the reason comes with the next message."""
    return _ask_reason(call, action.lead)


def _ask_reason(call: Call, lead_id: int) -> Reply:
    return call.ask_about("release_reason", lead_id, may_release(call.unit, call.actor, lead_id), texts.ask_reason)


def release_reason(call: Call) -> Reply:
    """The answer to the question for the reason. What may have been meant otherwise is asked about once."""
    lead_id, first, now = call.asked_lead, call.asked.get("first"), call.unit.now
    call.end_dialog()
    if first is not None:
        confirmed = confirmed_reason(call.text, str(first), now)
        return Reply(say=texts.NOT_RELEASED) if confirmed is None else _release(call, lead_id, confirmed)
    return _release_for(call, lead_id, call.text)


def _release_for(call: Call, lead_id: int, reason: str, *, with_number: bool = False) -> Reply:
    """Release for a reason as it was first written, with the command or after the question: one that takes the release
    back releases nothing, and one that may do so is asked about."""
    if gives_up(reason):
        return Reply(say=texts.NOT_RELEASED)
    doubted = doubt(reason, call.unit.now, with_number=with_number)
    if doubted is None and names_only(call, reason):
        doubted = Doubt.NOTHING
    if doubted is not None:
        call.ask("release_reason", lead=lead_id, first=reason)
        return Reply(say=texts.ask_reason_again(lead_id, reason, doubted.value), asks=True)
    return _release(call, lead_id, reason)


def _release(call: Call, lead_id: int, reason: str) -> Reply:
    outcome = release_lead(call.unit, call.actor, lead_id, reason, call.company.pools)
    if isinstance(outcome, Released):
        return Reply(say=texts.released(outcome, call.words()))
    return Reply(say=call.refusal(outcome))
