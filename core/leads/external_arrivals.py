"""客户联系: a customer was added by an officer in a messenger, was changed by him there, or one removed the other.

The customer may be known already: by the same contact of another officer, or by a phone that the officer noted with
him. Then it is the same customer, and his open lead the same lead (撞单): the arrival is noted on it, its owner rung,
and nothing changes hands. Everything about one contact comes one after the other: his row is held first.
"""

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select, update

from core.leads import external
from core.leads.arriving import NewLead, arrive, prepare
from core.leads.claiming import room_for
from core.leads.duplicates import Number, count_as_checked, look_up
from core.leads.events import CustomerCameAgain, CustomerChanged, FriendGone
from core.leads.external import GoneBy, Held
from core.leads.models import IS_OPEN, Customer, Lead, name_place, subject
from core.leads.outcomes import Added, AlreadyOpen, HasPhone, LimitReached, PhoneElsewhere
from core.leads.phones import Joined, PhoneNoted, PhoneOutcome, give_phone, note_phone
from core.leads.pools import Pools
from core.leads.queries import opened_name
from core.leads.tags import Tagging
from core.people.holding import hold
from core.people.policy import Actor, Verb, may
from core.privacy import name_key
from core.store.base import table_of
from core.store.unit import Unit

_C, _L = table_of(Customer), table_of(Lead)


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact as the platform knows him, in normal form. `nickname` is what he calls himself, `remark` what the
    officer calls him (empty: nothing else); `phones` are those that the officer noted with him. `channel` and `product`
    come from the QR code, whose word is `state`; `way` is the platform's number of how he came."""

    userid: str
    nickname: str
    channel: str
    phones: tuple[str, ...] = ()
    remark: str = ""
    note: str = ""
    product: str | None = None
    state: str = ""
    way: int | None = None

    @property
    def name(self) -> str:
        """What he is called here: as the officer calls him, else as he calls himself."""
        return self.remark or self.nickname


@dataclass(frozen=True, slots=True)
class Befriended:
    """A new lead of the officer who added the customer. `over`: he has more now than the rules let him claim; he keeps
    it all the same, because nobody else can write to this customer. `noted`: his phone was only written down."""

    lead_id: int
    owner_id: int
    pool: str
    over: LimitReached | None = None
    noted: PhoneNoted | None = None


Taken: TypeAlias = Befriended | Added | AlreadyOpen | PhoneOutcome | HasPhone | PhoneElsewhere
"""What came of it: a lead of the officer's, one that waits in a pool (nobody who works leads added him), a customer who
was known, or the phone of one whom the officer had already."""


def contact_added(unit: Unit, actor: Actor | None, new: NewContact, pools: Pools, tagging: Tagging) -> Taken | None:
    """An officer (None: somebody who does not work with us) has the customer among his contacts now. None: nothing is
    new."""
    actor = hold(unit, actor) if actor is not None else None
    contact = external.hold_contact(unit, new.userid, make=True)
    if contact is None:
        raise AssertionError("a contact that was just made is not there")
    if actor is None:
        return _arrived(unit, None, contact, new, pools, tagging) if contact.customer_id is None else None
    if external.is_followed(unit, contact, actor.id):
        return _changed(unit, actor, contact, new, pools, tagging)
    external.follow(unit, contact, actor.id, new.way, new.state)
    return _arrived(unit, actor, contact, new, pools, tagging)


def contact_changed(unit: Unit, actor: Actor, new: NewContact, pools: Pools, tagging: Tagging) -> Taken | None:
    """An officer noted something with his contact. Of one who was there before he was told of to us nothing is made."""
    actor = hold(unit, actor)  # people before contacts, as above
    contact = external.hold_contact(unit, new.userid)
    if contact is None or not external.is_followed(unit, contact, actor.id):
        return None
    return _changed(unit, actor, contact, new, pools, tagging)


def contact_gone(unit: Unit, person_id: int, userid: str, by: GoneBy) -> bool:
    """One of the two removed the other. Noted; of what the customer did the owner of his lead is told. False: it was
    known, or he was no contact."""
    contact = external.hold_contact(unit, userid)
    if contact is None or contact.customer_id is None or not external.unfollow(unit, contact, person_id, by):
        return False
    wanted = select(_L.c.id, _L.c.owner_id).where(_L.c.customer_id == contact.customer_id, IS_OPEN)
    lead = unit.connection.execute(wanted).first()
    unit.record(person_id, f"contact:gone:{by}", subject(lead.id) if lead else "lead")
    if lead is not None and lead.owner_id is not None and by == "customer":
        unit.happened(FriendGone(lead.id, lead.owner_id, person_id))
    return True


def _arrived(unit: Unit, actor: Actor | None, contact: Held, new: NewContact, pools: Pools, tagging: Tagging) -> Taken:
    """The lead, or the arrival on the one there is; and the contact is its customer's."""
    works = actor is not None and may(actor, Verb.ADD_LEAD) and may(actor, Verb.FOLLOW)
    owner_id = actor.id if actor is not None and works else None
    over = room_for(unit, actor, pools, pools.place(None, new.product).key) if actor is not None and works else None
    phone, stop = _phone_of(unit, actor, new, pools) if contact.customer_id is None else (None, None)
    lead = NewLead(new.name, phone if stop is None else None, new.channel, product=new.product, note=new.note)
    arrival = prepare(unit.vault, lead, contact.customer_id)
    (outcome,) = arrive(unit, [arrival], pools, by_id=actor.id if actor else None, owner_id=owner_id)
    if contact.customer_id is None:
        whose = select(_L.c.customer_id).where(_L.c.id == outcome.lead_id)
        external.belongs_to(unit, contact, unit.connection.execute(whose).scalar_one())
    if isinstance(outcome, Added):
        noted = note_phone(unit, actor, outcome.lead_id, phone, stop) if actor and phone and stop else None
        if actor is None or owner_id is None:
            return outcome
        given = _changed(unit, actor, contact, new, pools, tagging)  # one who was known
        if isinstance(given, Joined):
            return given
        noted = given if isinstance(given, PhoneNoted) else noted
        return Befriended(outcome.lead_id, owner_id, outcome.pool, over, noted)
    if actor is None or outcome.owner_id != actor.id:
        unit.happened(CustomerCameAgain(outcome.lead_id, outcome.owner_id, new.channel, actor.id if actor else None))
        return outcome
    return _changed(unit, actor, contact, new, pools, tagging) or outcome


def _phone_of(unit: Unit, actor: Actor | None, new: NewContact, pools: Pools) -> tuple[str | None, LimitReached | None]:
    """Of the phones that were noted with a contact, one by which somebody is known, else the first. Each that is looked
    up counts as one that the officer checked; what stops it, if none could be."""
    first = None
    for phone in new.phones:
        number = Number("phone", phone)
        stop = count_as_checked(unit, actor, number, pools, None) if actor is not None else None
        if stop is not None:
            return (first, None) if first else (phone, stop)
        if look_up(unit.connection, unit.vault, number):
            return phone, None
        first = first or phone
    return first, None


def _changed(unit: Unit, actor: Actor, contact: Held, new: NewContact, pools: Pools, tagging: Tagging) -> Taken | None:
    """What the officer noted, if the lead is his own: the name, and the phone of one who has none yet. From somebody
    else's note nothing of a customer is changed."""
    mine = (_L.c.owner_id == actor.id, IS_OPEN, _L.c.customer_id == contact.customer_id)
    wanted = select(_L.c.id, _C.c.phone_index).join(_C, _C.c.id == _L.c.customer_id).where(*mine)
    lead = unit.connection.execute(wanted).first()
    if lead is None or contact.customer_id is None:
        return None
    phone, _ = _phone_of(unit, actor, new, pools) if lead.phone_index is None else (None, None)
    outcome = give_phone(unit, actor, lead.id, phone, pools, tagging) if phone else None
    if not isinstance(outcome, Joined) and _rename(unit, contact.customer_id, new):
        unit.record(actor.id, "customer:name", subject(lead.id))
        unit.happened(CustomerChanged(lead.id))
    return outcome


def _rename(unit: Unit, customer_id: int, new: NewContact) -> bool:
    """One who is called here as he calls himself is called as the officer does, once he does."""
    sealed = unit.connection.execute(select(_C.c.name).where(_C.c.id == customer_id)).scalar_one()
    if not new.remark or opened_name(unit.vault, customer_id, sealed) != new.nickname or new.remark == new.nickname:
        return False
    given, dot, _ = new.remark.partition("·")
    index = unit.vault.index
    values = {
        "name": unit.vault.seal(name_place(customer_id), new.remark),
        "name_index": index("customer.name", name_key(new.remark)),
        "given_name_index": index("customer.name", name_key(given)) if dot else None,
    }
    same = (_C.c.id == customer_id, _C.c.name == sealed)
    return unit.connection.execute(update(_C).where(*same).values(values).returning(_C.c.id)).scalar() is not None
