"""录入: a customer and a lead, from one line."""

from dataclasses import replace

from bot.call import Call, Reply
from bot.phrases.entry_problems import Problem
from bot.phrases.need import Entry, read_entry
from bot.phrases.when import Found, find_time
from cards import saying, texts
from core.leads.intake import NewLead, add_lead
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.whole import lead_360
from core.people import queries as people
from core.privacy import mask_name, name_key
from jobs.screens import lead_face

_ENTERED_BY_HAND = "手工录入"
_MOST_SUGGESTED = 60  # so much of a note is put into a follow-up to send


def add(call: Call) -> Reply:
    """录入 姓名 手机号 [需求]: a customer and a lead."""
    entry = read_entry(call.text)
    if isinstance(entry, Problem):
        return Reply(say=entry.text, forget=entry.kind == "bank_card")
    new = NewLead(
        name=entry.name,
        phone=entry.phone,
        channel=entry.channel or _ENTERED_BY_HAND,
        id_number=entry.id_number,
        credit_code=entry.credit_code,
        product=entry.product,
        amount_fen=entry.amount_fen,
        region=entry.region_code,
        note=entry.note,
        language=entry.language,
    )
    outcome = add_lead(call.unit, call.actor, new, call.company.pools)
    match outcome:
        case Added():
            said = texts.added(
                outcome,
                new,
                call.words(),
                loose=entry.loose,
                called=entry.called,
                unread=entry.unread,
                beside_name=entry.beside_name,
            )
            said += _not_agreed(call, outcome, entry)
            return Reply(say=said, show=lead_face(outcome.lead_id) if outcome.owner_id is not None else None)
        case AlreadyOpen(lead_id, owner_id, _):
            department = people.department_of(call.unit.session, owner_id) if owner_id else None
            stored = call.customer(lead_id)
            entry = _named_as(stored, entry)
            other_name = not _may_be(stored, entry.name)
            words, wanted = call.words(owner_id), "" if _is_known(call, lead_id, entry) else _wanted(entry)
            said = texts.already_open(
                outcome,
                stored,
                department,
                words,
                other_name=other_name,
                wanted=wanted,
                new=new,
                left_to=_decides_for_leaver(call, owner_id),
            )
            return Reply(say=said, show=lead_face(lead_id) if owner_id == call.actor.id else None)
        case _:
            return Reply(say=call.refusal(outcome))


def _decides_for_leaver(call: Call, owner_id: int | None) -> int | None:
    """Who decides for this owner, if he has left; None if he works here, or there is none."""
    if owner_id is None or people.works_here(call.unit.connection, owner_id):
        return None
    return people.superior_of(call.unit.session, owner_id)


def _named_as(masked: str, entry: Entry) -> Entry:
    """`entry`; with the word beside its name as a part of it, if only that may be the name behind this mask."""
    whole = entry.name + entry.beside_name
    if not entry.beside_name or _may_be(masked, entry.name) or not _may_be(masked, whole):
        return entry
    note = " ".join(word for word in entry.note.split() if word != entry.beside_name)
    return replace(entry, name=whole, note=note)


def _may_be(masked: str, name: str) -> bool:
    """May `name` be the one behind this mask, dots, spaces and case aside? Of somebody else's customer no more is
    compared than is shown: an exact comparison would tell by and by what he is called."""
    shown, typed = name_key(masked), name_key(name)
    alike = len(shown) == len(typed) and all(one in ("*", other) for one, other in zip(shown, typed, strict=True))
    return alike or masked == mask_name(name)


def _wanted(entry: Entry) -> str:
    """The need as it was understood, and the note: 「房抵50万 急用」; empty if none was written."""
    need = saying.need(entry.product, entry.amount_fen) if entry.product or entry.amount_fen else ""
    return " ".join(filter(None, (need, saying.language(entry.language), entry.note)))


def _is_known(call: Call, lead_id: int, entry: Entry) -> bool:
    """Does `entry` say nothing of the need that does not stand on the lead already, for its owner to read?"""
    unit = call.unit
    lead = lead_360(unit.session, unit.vault, call.actor, lead_id, call.company.pools, unit.now)
    if lead is None or not lead.mine:
        return False
    said = (entry.product, entry.amount_fen, entry.language)
    stored = (lead.product, lead.amount_fen, lead.language)
    same = all(new in (None, old) for new, old in zip(said, stored, strict=True))
    return same and set(entry.note.split()) <= set(lead.note.split())


def _not_agreed(call: Call, outcome: Added, entry: Entry) -> str:
    """A time in the note is no appointment: what to send for one. A mere yes does it, if nothing else is asked."""
    when = find_time(entry.note, call.unit.now)
    if not isinstance(when, Found):
        return ""
    if outcome.owner_id != call.actor.id:
        return texts.not_agreed(when.phrase)
    content = entry.note if len(entry.note) <= _MOST_SUGGESTED else when.phrase
    follow = f"跟进 L{outcome.lead_id} {content}"
    return texts.not_agreed(when.phrase, follow, by_yes=call.suggest(follow))
