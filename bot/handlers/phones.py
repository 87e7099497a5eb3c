"""补手机 L1 手机号: the phone of a customer who came out of a messenger without one."""

from bot.call import Call, Reply
from bot.handlers.duplicates import read_whole_number
from bot.phrases.answers import denies, gives_up
from bot.phrases.entry_problems import Problem
from cards import texts
from cards.lead_actions import AddPhone
from core.leads.duplicates import Number, told_of_lead
from core.leads.phones import Joined, PhoneGiven, PhoneNoted, add_phone, may_add_phone
from jobs.screens import lead_face


def add(call: Call) -> Reply:
    """补手机 L1 13800001111; without the phone it is asked for."""
    number, said = call.numbered()
    if not said:
        return _ask(call, number)
    phone = _read(said)
    if not isinstance(phone, str):
        asked = _ask(call, number)
        return phone if asked.asks else asked
    call.end_dialog_about(number)
    return _give(call, number, phone)


def add_tapped(call: Call, action: AddPhone) -> Reply:
    """补手机号 on a card: the phone comes with the next message."""
    return _ask(call, action.lead)


def _ask(call: Call, lead_id: int) -> Reply:
    return call.ask_about("phone", lead_id, may_add_phone(call.unit, call.actor, lead_id), texts.ask_phone)


def phone_given(call: Call) -> Reply:
    """The answer to 补手机号. What is no phone is asked for again; the question stays open."""
    if gives_up(call.text) or denies(call.text):
        call.end_dialog()
        return Reply(say=texts.NO_PHONE_ADDED)
    phone = _read(call.text)
    if not isinstance(phone, str):
        return phone
    call.end_dialog()
    return _give(call, call.asked_lead, phone)


def _read(said: str) -> str | Reply:
    number = read_whole_number(said)
    match number:
        case Number("phone", phone):
            return phone
        case Problem():
            return Reply(say=number.text, forget=number.kind == "bank_card", asks=True)
        case _:
            return Reply(say=texts.PHONE_WHOLE, asks=True)


def _give(call: Call, lead_id: int, phone: str) -> Reply:
    outcome = add_phone(call.unit, call.actor, lead_id, phone, call.company.pools, call.company.tagging)
    match outcome:
        case PhoneGiven():
            return Reply(say=texts.phone_given(outcome))
        case PhoneNoted():
            return Reply(say=texts.phone_noted(outcome, call.unit.now))
        case Joined():
            found = told_of_lead(call.unit, call.actor, outcome.into, call.company.pools)
            mine = outcome.owner_id == call.actor.id
            said = texts.joined(outcome, found, call.words(outcome.owner_id))
            return Reply(say=said, show=lead_face(outcome.into) if mine else None)
        case _:
            return Reply(say=call.refusal(outcome), refresh=True)
