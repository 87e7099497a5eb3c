"""One lead, whole: who, needs, where it came from, who had it, what was said, what is next."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from core.leads import media
from core.leads.access import hidden_from, may_claim_from, may_reveal, may_see
from core.leads.claiming import opens
from core.leads.comments import Said, last_said
from core.leads.external import Friend, friends_of
from core.leads.merged import merged_into
from core.leads.models import (
    Customer,
    FollowUp,
    How,
    Lead,
    LeadState,
    Ownership,
    Touch,
    content_place,
    note_place,
    reason_place,
)
from core.leads.outcomes import CoolingDown, Frozen
from core.leads.pools import Hidden, Pool, Pools
from core.leads.queries import STARS, going_on_elsewhere, merged_phones, opened, opened_customer, shown_before_claim
from core.leads.readers import reads_until
from core.leads.tagged import marks_of
from core.leads.tags import NO_TAGS, Mark, Tagging
from core.leads.ways import Way
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor, Verb, may_touch
from core.privacy import Vault, mask_name, mask_numbers


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the owner history. `who` and `owner_id` are None while it waited in the pool; `pool` is None if the
    company no longer has that one. `by` is who did it; `rule` the rule that did, where it was no person."""

    since: datetime
    until: datetime | None
    who: str | None
    pool: Pool | None
    how: How
    reason: str
    owner_id: int | None = None
    rule: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A follow-up; `way` is by what it was made, None if nobody said."""

    at: datetime
    who: str
    content: str
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Lead360:
    """All about a lead. Name and phones in full only for who may see them (`full`). `pool` is None if the company no
    longer has that one. Its pool may keep some things `hidden` until it is claimed: they are empty or None (a new field
    that it may keep goes through `shown_before_claim`). `phone` is None if nobody knows it yet; `other_phones` are
    those under which he was entered again; `friends` are those who have the customer in their messenger. `verbs` are
    what the viewer may do to it now; `opens` says what keeps him from claiming it for a time. `readable` as in
    `PooledLead`. `reads_until`: it was his, and he may look at it until then. `marks` are its tags, each with its rule
    if it is there by one. `into_id` is the lead into which it was merged.
    """

    id: int
    name: str
    phone: str | None
    full: bool
    mine: bool
    open: bool
    owner: str | None
    owner_id: int | None
    pool: Pool | None
    region: str | None
    product: str | None
    amount_fen: int | None
    channel: str
    note: str
    grade: str | None
    tags: tuple[str, ...]
    created_at: datetime
    owned_at: datetime | None
    next_contact_at: datetime | None
    touches: tuple[tuple[datetime, str], ...]
    history: tuple[Step, ...]
    contacts: tuple[Contact, ...]
    contact_count: int
    readable: bool = True
    hidden: frozenset[Hidden] = frozenset()
    verbs: frozenset[Verb] = frozenset()
    opens: Frozen | CoolingDown | None = None
    language: str | None = None
    friends: tuple[Friend, ...] = ()
    reads_until: datetime | None = None
    media_count: int = 0
    comments: tuple[Said, ...] = ()
    into_id: int | None = None
    marks: tuple[Mark, ...] = ()
    other_phones: tuple[str, ...] = ()

    @property
    def only_looked_at(self) -> bool:
        """The viewer may look, and ask for the phone, but do nothing to the lead."""
        return not self.verbs - {Verb.REVEAL}


def lead_360(
    session: Session,
    vault: Vault,
    viewer: Actor,
    lead_id: int,
    pools: Pools,
    now: datetime,
    tagging: Tagging = NO_TAGS,
) -> Lead360 | None:
    """Everything about one lead, or None if there is none that `viewer` may see. In a pool, neither notes nor
    follow-ups are shown, nor why it changed hands: they come with the lead to the person who claims it; nor a tag whose
    rule would tell what the pool hides."""
    if not may_see(session, viewer, lead_id, pools, now):
        return None
    lead, customer = _lead_and_customer(session, lead_id)
    department = people.department_of(session, lead.owner_id) if lead.owner_id else None
    full = may_touch(viewer, Verb.SEE_PHONE, lead.owner_id, department)
    full = full and not going_on_elsewhere(session, [lead], viewer)
    reads = reads_until(session, viewer, lead_id, now) if lead.owner_id != viewer.id else None
    inside = reads is not None or may_touch(viewer, Verb.SEE_LEAD, lead.owner_id, department)
    may_look_at_media = inside and may_touch(viewer, Verb.SEE_MEDIA, lead.owner_id, department)
    history = owner_history(session, vault, lead_id, pools)
    merged = merged_phones(session, vault, [customer.id]).get(customer.id, ())
    person = opened_customer(vault, customer.id, customer.name, customer.phone, merged)
    pool = pools.by_key(lead.pool)
    hidden = hidden_from(viewer, pool) if lead.owner_id is None else frozenset()
    wait = opens(session, viewer, lead_id, pool, lead.pooled_at, pools, now) if pool and lead.pooled_at else None
    shown = shown_before_claim(
        hidden,
        name=person.name if full else mask_name(person.name),
        phone=person.phone if full else person.masked_phone(),
        other_phones=person.others if full else person.masked_others(),
        region=lead.region,
        product=lead.product,
        amount_fen=lead.amount_fen,
        channel=lead.channel,
        touches=_touches(session, lead_id),
    )
    count = session.scalar(select(func.count()).where(FollowUp.lead_id == lead_id)) or 0
    telling = {rule.name for rule in tagging.rules if rule.tells & hidden}
    marks = tuple(each for each in marks_of(session, [lead_id], tagging, now)[lead_id] if each.rule not in telling)
    return Lead360(
        id=lead.id,
        full=full,
        mine=lead.owner_id == viewer.id,
        open=lead.state == LeadState.OPEN,
        owner=history[-1].who if history and lead.owner_id else None,
        owner_id=lead.owner_id,
        pool=pool,
        note=_note(vault, lead, phones_too=not full) if inside else "",
        grade=lead.grade,
        tags=tuple(mark.tag for mark in marks),
        marks=marks,
        created_at=lead.created_at,
        owned_at=lead.owned_at,
        next_contact_at=lead.next_contact_at,
        history=history if inside else tuple(replace(step, reason="") for step in history),
        contacts=_contacts(session, vault, lead_id, phones_too=not full) if inside else (),
        contact_count=count,
        readable=person.readable,
        hidden=hidden,
        verbs=_verbs(viewer, lead, department, pool, wait),
        opens=wait,
        language=lead.language,
        friends=friends_of(session, customer.id) if inside else (),
        reads_until=reads,
        comments=last_said(session, vault, lead_id, phones_too=not full) if inside else (),
        media_count=media.count_of(session, lead_id) if may_look_at_media else 0,
        into_id=merged_into(session, lead_id) if lead.state != LeadState.OPEN else None,
        **shown,
    )


def _verbs(
    viewer: Actor, lead: Lead, department: str | None, pool: Pool | None, wait: Frozen | CoolingDown | None
) -> frozenset[Verb]:
    """What the policy lets the viewer do; the verb itself asks again when it is done."""
    if lead.state != LeadState.OPEN:
        return frozenset()
    reveal = {Verb.REVEAL} if may_reveal(viewer, lead.owner_id, department, pool) else set()
    if lead.owner_id is None:
        claimable = pool is not None and wait is None and may_claim_from(viewer, pool)
        return frozenset(reveal | ({Verb.CLAIM} if claimable else set()))
    asked = (Verb.FOLLOW, Verb.RELEASE, Verb.TRANSFER, Verb.ADD_PHONE, Verb.MARK, Verb.APPLY)
    return frozenset(reveal | {verb for verb in asked if may_touch(viewer, verb, lead.owner_id, department)})


def _lead_and_customer(session: Session, lead_id: int) -> Row[Lead, Customer]:
    statement = select(Lead, Customer).join(Customer, Customer.id == Lead.customer_id).where(Lead.id == lead_id)
    return session.execute(statement).one()


def _note(vault: Vault, lead: Lead, *, phones_too: bool) -> str:
    if not lead.note:
        return ""
    return mask_numbers(opened(vault, note_place(lead.id), lead.note) or STARS, phones=phones_too)


def _touches(session: Session, lead_id: int) -> tuple[tuple[datetime, str], ...]:
    rows = session.execute(select(Touch.at, Touch.channel).where(Touch.lead_id == lead_id).order_by(Touch.at, Touch.id))
    return tuple((row.at, row.channel) for row in rows)


def _reason(vault: Vault, row: Ownership) -> str:
    return mask_numbers(opened(vault, reason_place(row.id), row.reason) or STARS) if row.reason else ""


def owner_history(session: Session, vault: Vault, lead_id: int, pools: Pools) -> tuple[Step, ...]:
    """Who had the lead, the first to the last; empty for an unknown lead. Not for the eyes of who may not see it."""
    by = aliased(Person)
    rows = session.execute(
        select(Ownership, Person.name, by.name)
        .outerjoin(Person, Person.id == Ownership.owner_id)
        .outerjoin(by, by.id == Ownership.by_id)
        .where(Ownership.lead_id == lead_id)
        .order_by(Ownership.since, Ownership.id)
    )
    return tuple(
        Step(
            since=row.since,
            until=row.until,
            who=name,
            pool=pools.by_key(row.pool),
            how=How(row.how),
            reason=_reason(vault, row),
            owner_id=row.owner_id,
            rule=row.rule or "",
            by=by_name or "",
        )
        for row, name, by_name in rows
    )


def last_step(session: Session, vault: Vault, lead_id: int, pools: Pools) -> Step | None:
    """The owner (or pool) of now, and how it came there; None for an unknown lead."""
    history = owner_history(session, vault, lead_id, pools)
    return history[-1] if history else None


def _contacts(session: Session, vault: Vault, lead_id: int, *, phones_too: bool, limit: int = 3) -> tuple[Contact, ...]:
    """The last follow-ups, newest first. What people typed may hold numbers: those are masked as everywhere."""
    rows = session.execute(
        select(FollowUp, Person.name)
        .join(Person, Person.id == FollowUp.person_id)
        .where(FollowUp.lead_id == lead_id)
        .order_by(FollowUp.at.desc(), FollowUp.id.desc())
        .limit(limit)
    )
    return tuple(
        Contact(
            row.at,
            name,
            mask_numbers(opened(vault, content_place(row.id), row.content) or STARS, phones=phones_too),
            Way(row.way) if row.way else None,
        )
        for row, name in rows
    )
