"""补手机号: the phone of a customer who was only known by something else, such as a contact in a messenger.

A phone is one customer's. If it is somebody's already, the two are one person, entered twice: they are merged
(`merging.py`, so it can be undone), and the lead that was there under that phone goes on in the hands it is in. Who
brings a phone gets no lead by it that he could not get otherwise; and what he learns by it he would learn by 查重, so
it counts to the same quota. Beyond that the phone is only written down, for him and for those over him.
"""

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core.leads import comments
from core.leads.claiming import claim_leads
from core.leads.duplicates import Known, Number, count_as_checked, look_up
from core.leads.events import CustomerCameAgain, CustomerChanged, LeadJoined
from core.leads.merging import Merged, join_customers
from core.leads.models import Customer, Lead, phone_place, subject
from core.leads.outcomes import Claimed, ClaimRefusal, HasPhone, LimitReached, PhoneElsewhere, PhoneRefusal
from core.leads.pools import Pools
from core.leads.service import Owned, reachable
from core.leads.tags import Tagging
from core.people.holding import hold
from core.people.policy import Actor, Verb
from core.store.base import table_of
from core.store.unit import Unit

_C, _L = table_of(Customer), table_of(Lead)


@dataclass(frozen=True, slots=True)
class PhoneGiven:
    """The customer has his phone now. `new`: he had not had it before."""

    lead_id: int
    new: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """The phone was another customer's: they are one now, by the merge `merge_id`. The lead that goes on is `into`,
    which `owner_id` has, or which waits in `pool`; then `stop` says why the person could not claim it. It is `lead_id`
    itself if the other had no open lead."""

    lead_id: int
    merge_id: int
    into: int
    owner_id: int | None
    pool: str
    stop: ClaimRefusal | None = None


@dataclass(frozen=True, slots=True)
class PhoneNoted:
    """The phone stands among the comments on the lead, and nobody has looked whose it is: `stop` says how many numbers
    the person has checked today. `new`: it had not stood there before."""

    lead_id: int
    stop: LimitReached
    new: bool = True


PhoneOutcome: TypeAlias = PhoneGiven | Joined | PhoneNoted


def add_phone(
    unit: Unit, actor: Actor, lead_id: int, phone: str, pools: Pools, tagging: Tagging
) -> PhoneOutcome | PhoneRefusal:
    """补手机号: the phone (in normal form) of this lead's customer."""
    actor = hold(unit, actor)  # he is counted
    lead = reachable(unit, actor, Verb.ADD_PHONE, lead_id)
    return give_phone(unit, actor, lead_id, phone, pools, tagging) if isinstance(lead, Owned) else lead


def may_add_phone(unit: Unit, actor: Actor, lead_id: int) -> PhoneRefusal | None:
    """Why `actor` may not give this lead's customer a phone, or None if he may: asked before he types it."""
    lead = reachable(unit, actor, Verb.ADD_PHONE, lead_id)
    if not isinstance(lead, Owned):
        return lead
    return HasPhone(lead_id) if _customer(unit, lead_id)[1] else None


def give_phone(
    unit: Unit, actor: Actor, lead_id: int, phone: str, pools: Pools, tagging: Tagging
) -> PhoneOutcome | HasPhone | PhoneElsewhere:
    """The same without asking for the right: who calls it has looked (his own lead), and holds the person."""
    customer_id, has = _customer(unit, lead_id)
    known = look_up(unit.connection, unit.vault, Number("phone", phone))
    if known is not None and known.customer_id == customer_id:
        return PhoneGiven(lead_id, new=False)
    if has:
        return HasPhone(lead_id)
    stop = count_as_checked(unit, actor, Number("phone", phone), pools, lead_id)
    if stop is not None:
        return note_phone(unit, actor, lead_id, phone, stop)
    if known is not None:
        return _join(unit, actor, lead_id, known, pools, tagging)
    if not _write(unit, customer_id, phone):
        return give_phone(unit, actor, lead_id, phone, pools, tagging)  # somebody else changed it between our two looks
    unit.record(actor.id, Verb.ADD_PHONE.value, subject(lead_id))
    unit.happened(CustomerChanged(lead_id))
    return PhoneGiven(lead_id)


def note_phone(unit: Unit, actor: Actor, lead_id: int, phone: str, stop: LimitReached) -> PhoneNoted:
    """Write the phone down, and do nothing by which it could be told whether it is somebody's."""
    return PhoneNoted(lead_id, stop, comments.note(unit, actor, lead_id, phone))


def _customer(unit: Unit, lead_id: int) -> tuple[int, bool]:
    """The lead's customer, and whether he has a phone."""
    wanted = select(_C.c.id, _C.c.phone_index.is_not(None)).join(_L, _L.c.customer_id == _C.c.id)
    row = unit.connection.execute(wanted.where(_L.c.id == lead_id)).one()
    return row[0], bool(row[1])


def _write(unit: Unit, customer_id: int, phone: str) -> bool:
    """False if he has one by now, or went into another customer, or somebody brings a customer with this phone at this
    moment: the unique index tells, and nothing else of the transaction is lost by that."""
    sealed = unit.vault.seal(phone_place(customer_id), phone)
    values = {"phone": sealed, "phone_index": unit.vault.index("customer.phone", phone)}
    phoneless = (_C.c.id == customer_id, _C.c.phone_index.is_(None), _C.c.merged_into_id.is_(None))
    try:
        with unit.connection.begin_nested():
            written = unit.connection.execute(update(_C).where(*phoneless).values(values).returning(_C.c.id))
            return written.scalar() is not None
    except IntegrityError:
        return False


def _join(
    unit: Unit, actor: Actor, lead_id: int, known: Known, pools: Pools, tagging: Tagging
) -> PhoneOutcome | HasPhone | PhoneElsewhere:
    named_by = known.lead_id or _any_lead(unit, known.customer_id)
    outcome = join_customers(unit, actor, named_by, lead_id, tagging) if named_by is not None else None
    if outcome is None or not isinstance(outcome, Merged):
        return PhoneElsewhere(lead_id)
    was = unit.connection.execute(select(_L.c.owner_id, _L.c.channel).where(_L.c.id == lead_id)).one()
    unit.record(actor.id, Verb.ADD_PHONE.value, subject(lead_id), merge=outcome.merge_id)
    into = outcome.plan.into or lead_id
    stop = _claim(unit, actor, into, pools) if into != lead_id and was.owner_id == actor.id else None
    agreed = outcome.plan.agreed
    now = unit.connection.execute(select(_L.c.owner_id, _L.c.pool).where(_L.c.id == into)).one()
    if agreed is not None and was.owner_id == now.owner_id:  # he claimed it, and goes to see the customer as he said
        mine = update(_L).where(_L.c.id == into, _L.c.next_contact_at.is_(None))
        unit.connection.execute(mine.values(next_contact_at=agreed, revision=_L.c.revision + 1))
    if into != lead_id and now.owner_id != actor.id:
        unit.happened(CustomerCameAgain(into, now.owner_id, was.channel, actor.id))
    unit.happened(LeadJoined(lead_id, into, was.owner_id, now.owner_id, actor.id, agreed))
    return Joined(lead_id, outcome.merge_id, into, now.owner_id, now.pool, stop)


def _any_lead(unit: Unit, customer_id: int) -> int | None:
    last = select(_L.c.id).where(_L.c.customer_id == customer_id).order_by(_L.c.id.desc()).limit(1)
    return unit.connection.execute(last).scalar()


def _claim(unit: Unit, actor: Actor, lead_id: int, pools: Pools) -> ClaimRefusal | None:
    """He had the customer under his own lead, so he is the first to have this one, if it waits and he may claim it."""
    waits = select(_L.c.id).where(_L.c.id == lead_id, _L.c.owner_id.is_(None))
    if unit.connection.execute(waits).first() is None:
        return None
    (outcome,) = claim_leads(unit, actor, [lead_id], pools)
    return None if isinstance(outcome, Claimed) else outcome
