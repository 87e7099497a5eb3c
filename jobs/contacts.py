"""客户联系: the relay asks the platform for a contact, and what it answers becomes a lead.

What is to be asked is an outbox row, written with the event: leased, tried again and visible as every message is. What
follows from the answer is done in the transaction that ends the row, so it is done once, whoever dies in between.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from cards import saying, texts
from cards.channel import Channel, Contact, Fault, NoContact
from config.company import Company
from core.leads.duplicates import told_of_lead
from core.leads.external_arrivals import Befriended, NewContact, Taken, contact_added, contact_changed
from core.leads.models import subject
from core.leads.outcomes import Added, AlreadyOpen, HasPhone, PhoneElsewhere
from core.leads.phones import Joined, PhoneGiven, PhoneNoted, PhoneOutcome
from core.manners.kinds import ReminderKind, as_reminder
from core.people import queries as people
from core.people.policy import Actor, Verb, may
from core.privacy import Vault, mask_numbers, normal_name, normal_phone, tidy
from core.store import outbox, post
from core.store.issued import Face
from core.store.outbox import OutboxRow
from core.store.unit import Unit

CHANNEL = "企业微信"
"""Where a customer comes from whose QR code nobody has named."""
_NAME, _NOTE = 30, 400  # characters kept
_CAME = as_reminder(ReminderKind.LEAD_CAME)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The contact that is to be looked at, as `member` has him, and why; `state` is what the event said."""

    contact: str
    member: str
    why: Literal["added", "changed"]
    state: str = ""


def ask_for(unit: Unit, person_id: int | None, wanted: Wanted) -> None:
    """Have the platform asked for a contact, because of this person."""
    index = unit.vault.index("external_contact.userid", wanted.contact)
    post.ask_contact(unit, unit.channel, person_id, index, json.dumps(asdict(wanted), ensure_ascii=False))


def wanted_by(vault: Vault, row: OutboxRow) -> Wanted:
    """What the row asks for."""
    return Wanted(**json.loads(vault.open(outbox.body_place(row.dedupe_key), row.body or b"")))


def fetch(vault: Vault, channel: Channel, row: OutboxRow) -> Contact | NoContact | Fault:
    """Ask."""
    wanted = wanted_by(vault, row)
    return channel.contact(wanted.contact, wanted.member)


def take(unit: Unit, row: OutboxRow, found: Contact, company: Company) -> None:
    """What follows from the answer to `row`: the lead, or what is new of one, and who is told."""
    wanted = wanted_by(unit.vault, row)
    actor = people.by_userid(unit.connection, row.channel, wanted.member)
    new = _normal(wanted, found, company)
    if wanted.why == "added":
        outcome = contact_added(unit, actor, new, company.pools, company.tagging)
    else:
        outcome = contact_changed(unit, actor, new, company.pools, company.tagging) if actor is not None else None
    if actor is not None and outcome is not None:
        _tell(unit, row.channel, actor, outcome, company)


def _normal(wanted: Wanted, found: Contact, company: Company) -> NewContact:
    """The contact in normal form. The event's word of the QR code counts before the contact's, which may be of another
    time. A remark with a number in it is a note and no name."""
    state = wanted.state or tidy(found.state)[:_NAME]
    channel = company.channels.by_state(state)
    nickname = _name(found.name) or saying.NAMELESS
    remark = _name(found.remark)
    called = remark if remark != nickname and not any(char.isdigit() for char in remark) else ""
    said = {
        "company": tidy(found.company),
        "remark": "" if called or remark == nickname else tidy(found.remark),
        "description": tidy(found.description),
        "state": "" if channel else state,
    }
    return NewContact(
        userid=wanted.contact,
        nickname=nickname,
        channel=channel.name if channel else CHANNEL,
        phones=tuple(dict.fromkeys(filter(None, map(normal_phone, found.phones)))),
        remark=called,
        note=mask_numbers(texts.contact_note(**said))[:_NOTE],
        product=channel.product if channel else None,
        state=state,
        way=found.way,
    )


def _name(text: str) -> str:
    return normal_name(normal_name(text)[:_NAME])


def _tell(unit: Unit, channel: str, actor: Actor, outcome: Taken, company: Company) -> None:
    """The officer, at once: the customer's card, or why there is none."""
    match outcome:
        case Befriended():
            over = [outcome.over.used, outcome.over.limit] if outcome.over else None
            post.show(unit, channel, actor.id, new_face(outcome.lead_id, over), _CAME)
            if outcome.noted is not None:
                post.say(unit, channel, actor.id, texts.phone_noted(outcome.noted, unit.now), _CAME)
        case PhoneGiven(new=False) | PhoneNoted(new=False):
            return  # as it stood there already
        case _:
            post.say(unit, channel, actor.id, _said(unit, actor, outcome, company), _CAME)


def new_face(lead_id: int, over: list[int] | None = None) -> Face:
    """A new customer out of the messenger. `over`: so many the officer had already, of so many."""
    return Face("new_contact", {"lead": lead_id, "over": over}, (subject(lead_id),))


def _said(
    unit: Unit,
    actor: Actor,
    outcome: Added | AlreadyOpen | PhoneOutcome | HasPhone | PhoneElsewhere,
    company: Company,
) -> str:
    owner_id = outcome.owner_id if isinstance(outcome, AlreadyOpen | Joined) else None
    words = texts.Words(people.names(unit.session, [owner_id]), company.pools, unit.now, actor)
    match outcome:
        case Added():
            return texts.contact_waits(outcome, words)
        case AlreadyOpen() if not may(actor, Verb.CHECK):
            return texts.CONTACT_NOTED
        case AlreadyOpen():
            return texts.contact_known(told_of_lead(unit, actor, outcome.lead_id, company.pools), words)
        case Joined():
            return texts.joined(outcome, told_of_lead(unit, actor, outcome.into, company.pools), words)
        case PhoneGiven():
            return texts.phone_given(outcome)
        case PhoneNoted():
            return texts.phone_noted(outcome, unit.now)
        case HasPhone() | PhoneElsewhere():
            return texts.refusal(outcome, words)
