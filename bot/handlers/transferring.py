"""转移 of one lead or several, with or without the old owner looking on; 取消查看."""

from collections.abc import Sequence
from dataclasses import replace

from bot.call import Call, Reply
from bot.handlers.colleagues import colleague, person_named
from bot.phrases.numbers import leads_first, no_number_of_a_lead, read_lead_numbers
from bot.phrases.reading_until import NoDay, ReadUntil, reading_until
from cards import texts
from cards.lead_actions import TransferTicked
from cards.views.transfers import CHECKLIST
from core.leads import queries, readers
from core.leads.outcomes import CannotReceive, SameOwner, Transferred
from core.leads.transfers import MOST_AT_ONCE, TransferOutcome, end_reading, transfer_leads
from core.people import queries as people
from core.people.policy import Actor, Verb, may
from jobs.transfer_screens import pick_face


def transfer(call: Call) -> Reply:
    """转移 L1 [L2 L3] [部门] 姓名 [原因] [可查看至 12-31]: to one colleague; of several with one name the department
    tells which."""
    numbers, rest = leads_first(call.text)
    if not numbers:
        wrong = no_number_of_a_lead(call.text)
        return Reply(say=texts.wrong_number(wrong) if wrong else texts.TRANSFER_WHICH)
    if len(numbers) > MOST_AT_ONCE:
        return Reply(say=texts.too_many_to_transfer(MOST_AT_ONCE, len(numbers)))
    command = f"转移 {' '.join(f'L{number}' for number in numbers)}"
    if not rest:
        return Reply(say=texts.transfer_to_whom(command))
    until, rest = reading_until(rest, call.unit.now)
    if isinstance(until, NoDay):
        return Reply(say=texts.read_until_when(gone=until.gone))
    if until is not None and until.moment > call.unit.now + readers.LONGEST:
        return Reply(say=texts.READ_TOO_LONG)
    to, reason = colleague(call, command, rest.removeprefix("给").lstrip(" @"))
    if not isinstance(to, Actor):
        return Reply(say=to)
    return _transfer(call, numbers, to, reason, until)


def pick(call: Call) -> Reply | None:
    """转移 李四, without a number: the own leads, to be ticked for this colleague; None if it is no colleague's name,
    or there are none."""
    rest = call.text.removeprefix("给").lstrip(" @")
    found, reason = person_named("转移", rest, people.everybody(call.unit.session), strict=True)
    if isinstance(found, str) or reason or found.id == call.actor.id or not may(call.actor, Verb.FOLLOW):
        return None
    if not queries.own_first(call.unit.session, call.unit.vault, call.actor, 1):
        return None
    if not _works_leads(call, found.id):
        return Reply(say=texts.cannot_receive(found.name))
    return Reply(show=pick_face(found.id))


def transfer_ticked(call: Call, action: TransferTicked) -> Reply:
    """转给 on the card with his leads: those that are ticked. What is left stays on the card."""
    numbers = read_lead_numbers(" ".join(call.selected.get(CHECKLIST, ())))
    to = people.by_id(call.unit.session, call.unit.channel, action.to)
    if to is None:
        return Reply(say=texts.RECEIVER_GONE, refresh=True)
    if not numbers or len(numbers) > MOST_AT_ONCE:
        return Reply(say=texts.TICK_TO_GIVE, refresh=True)
    return replace(_transfer(call, numbers, to, "", None), refresh=True)


def _works_leads(call: Call, person_id: int) -> bool:
    to = people.by_id(call.unit.session, call.unit.channel, person_id)
    return to is not None and may(to, Verb.FOLLOW)


def _transfer(call: Call, numbers: Sequence[int], to: Actor, reason: str, until: ReadUntil | None) -> Reply:
    outcomes = transfer_leads(
        call.unit,
        call.actor,
        numbers,
        to,
        call.company.pools,
        reason,
        read_until=until.moment if until else None,
    )
    for outcome in outcomes:
        if isinstance(outcome, Transferred):
            call.end_dialog_about(outcome.lead_id)
    if len(outcomes) == 1:
        return Reply(say=_one(call, outcomes[0], to))
    told = [call.in_sight(outcome) for outcome in outcomes]
    return Reply(say=texts.transferred_many(numbers, told, to, call.words_for(*told)))


def _one(call: Call, outcome: TransferOutcome, to: Actor) -> str:
    match outcome:
        case Transferred():
            return texts.transferred(outcome, to.name, call.words(outcome.from_id))
        case CannotReceive():
            return texts.cannot_receive(to.name)
        case SameOwner():
            return texts.same_owner(outcome, "" if to.id == call.actor.id else to.name)
        case _:
            return call.refusal(outcome)


def read_no_more(call: Call) -> Reply:
    """取消查看 L1: who had it looks into it no longer."""
    number, _ = call.numbered()
    ended = end_reading(call.unit, call.actor, number)
    if not isinstance(ended, list):
        return Reply(say=call.refusal(ended))
    names = people.names(call.unit.session, ended)
    return Reply(say=texts.reading_ended(number, [names[one] for one in ended if one in names]))
