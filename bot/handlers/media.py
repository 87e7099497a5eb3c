"""附件: what people send is kept with a lead, and can be seen again."""

import re

from bot.call import Call, Reply
from bot.handlers.filling import current, works_on
from bot.inbound import Sent
from cards import texts
from cards.lead_actions import AttachMedia, LeaveMedia, SendMedium, ShowMedia
from cards.texts import papers as paper_texts
from core.leads import media as kept
from core.leads.contact_outcomes import Attached, NoSuchMedium, NothingToAttach, Received, Sending
from core.leads.merged import merged_into
from core.leads.models import LeadState
from core.leads.outcomes import LimitReached, NotAllowed
from core.leads.service import owned
from core.loans.queries import live_of_lead
from jobs.media_screens import media_face, sort_face

_PLACE = re.compile(r"(?:第|附件|#|＃)?\s*([0-9]{1,6})\s*(?:个|号|张)?")


def received(call: Call, sent: Sent) -> Reply:
    """A picture or file: it belongs to the lead whose follow-up is being written; else it is asked where."""
    asked = call.asked.get("lead")
    lead_id = int(str(asked)) if asked is not None else None
    outcome = kept.receive(call.unit, call.actor, sent.kind, sent.media_id, lead_id, call.company.pools)
    if not isinstance(outcome, Received):
        return not_received(call, outcome)
    return sorted_to(call, outcome) if outcome.lead_id is not None else unsorted(call, outcome)


def not_received(call: Call, outcome: NotAllowed | LimitReached) -> Reply:
    """Why it is not kept."""
    return Reply(say=texts.not_allowed(outcome.verb) if isinstance(outcome, NotAllowed) else call.refusal(outcome))


def sorted_to(call: Call, outcome: Received) -> Reply:
    """It is kept with the lead that was clear."""
    return Reply(say=texts.medium_received(outcome, call.customer(outcome.lead_id or 0)))


def unsorted(call: Call, outcome: Received) -> Reply:
    """It waits for being told where it belongs."""
    return Reply(say=texts.more_unsorted(outcome)) if outcome.before else Reply(show=sort_face(call.actor.id))


def attach(call: Call) -> Reply:
    """存到 L1024: all that was sent without a lead goes there."""
    number, _ = call.numbered()
    return _attach(call, number)


def attach_tapped(call: Call, action: AttachMedia) -> Reply:
    """A lead on the card that asks where it belongs."""
    return _attach(call, action.lead)


def _attach(call: Call, lead_id: int) -> Reply:
    outcome = kept.attach(call.unit, call.actor, lead_id)
    match outcome:
        case Attached():
            said = texts.attached(outcome, call.customer(lead_id))
            return Reply(say=said + _also_a_paper(call, lead_id), refresh=True)
        case NothingToAttach():
            return Reply(say=texts.NOTHING_TO_ATTACH, refresh=True)
        case _:
            return Reply(say=call.refusal(outcome), refresh=True)


def _also_a_paper(call: Call, lead_id: int) -> str:
    """Where the lead's application still wants papers, how what was sent is made one."""
    live = live_of_lead(call.unit.session, lead_id)
    now = current(call, live[0]) if live is not None else None
    if now is None or not works_on(call, now) or all(each.count for each in now.papers):
        return ""
    call.suggest(f"补材料 A{now.number}")
    return paper_texts.also_a_paper(now.number)


def leave(call: Call, action: LeaveMedia) -> Reply:  # noqa: ARG001
    """不用保存."""
    return Reply(say=texts.left_unsorted(kept.leave(call.unit, call.actor)), refresh=True)


def leave_typed(call: Call) -> Reply | None:
    """The same typed, while something waits for its lead; None if nothing does: the words mean something else."""
    count = kept.leave(call.unit, call.actor)
    return Reply(say=texts.left_unsorted(count)) if count else None


def show(call: Call) -> Reply:
    """附件 L1024: what is kept there; 附件 L1024 2: that one is sent."""
    number, rest = call.numbered()
    if not rest:
        return _list(call, number, 1)
    place = _PLACE.fullmatch(rest)
    if place is None:
        return Reply(say=texts.usage("附件", "附件 编号 序号", f"附件 L{number} 2"))
    outcome = kept.ask_for(call.unit, call.actor, number, int(place[1]))
    match outcome:
        case Sending():
            return Reply(say=texts.sending(outcome))
        case NoSuchMedium(count=0):
            return Reply(say=_nothing(call, number))
        case NoSuchMedium():
            return Reply(say=texts.no_such_medium(outcome))
        case _:
            return Reply(say=call.refusal(outcome))


def turn_page(call: Call, action: ShowMedia) -> Reply:
    """更早的: another page on the same card."""
    listed = _list(call, action.lead, action.page)
    return Reply(say=listed.say, change=listed.show, refresh=listed.show is None)


def _list(call: Call, lead_id: int, page: int) -> Reply:
    refused = kept.may_list(call.unit, call.actor, lead_id)
    if refused is not None:
        return Reply(say=call.refusal(refused))
    found = kept.kept_page(call.unit.session, call.unit.vault, call.actor, lead_id, page)
    if found is None or not found.count:
        return Reply(say=_nothing(call, lead_id, found.coming if found else 0))
    return Reply(show=media_face(lead_id, found.page))


def _nothing(call: Call, lead_id: int, coming: int = 0) -> str:
    """There is nothing, or not here any more."""
    lead = owned(call.unit.connection, lead_id)
    if coming or lead is None or lead.state == LeadState.OPEN:
        return texts.no_media(lead_id, coming)
    into = merged_into(call.unit.connection, lead_id)
    return texts.no_media_any_more(lead_id, into, seen=into is not None and call.may_see(into))


def send(call: Call, action: SendMedium) -> Reply:
    """看: it is sent."""
    outcome = kept.ask_for_medium(call.unit, call.actor, action.medium)
    match outcome:
        case Sending():
            return Reply()
        case NoSuchMedium(lead_id=lead_id, count=0) if lead_id:
            return Reply(say=_nothing(call, lead_id), refresh=True)
        case NoSuchMedium():
            return Reply(say=texts.no_such_medium(outcome), refresh=True)
        case _:
            return Reply(say=call.refusal(outcome), refresh=True)
