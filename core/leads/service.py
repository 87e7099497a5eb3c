"""The verbs on leads. One verb, one function, one transaction (the caller's unit), one audit entry.

Each takes the unit and the acting person, checks the policy, and answers with an outcome value. Refusals that touch a
right are audited too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from core.leads import ownership
from core.leads.claiming import room_for
from core.leads.contact_outcomes import NothingLogged, WaySet
from core.leads.events import FollowUpLogged
from core.leads.follow_tasks import end_followed
from core.leads.models import IS_AT_WORK, IS_OPEN, FollowUp, How, Lead, LeadState, content_place, subject
from core.leads.outcomes import (
    AtWork,
    CannotReceive,
    Closed,
    Logged,
    NoRoom,
    NoSuchLead,
    NotAllowed,
    NotAMember,
    NotYours,
    Refused,
    Released,
    SameOwner,
    Transferred,
)
from core.leads.pools import Pools
from core.leads.readers import let_read
from core.leads.ways import Way
from core.people.holding import hold
from core.people.models import Department, Person
from core.people.policy import Actor, Verb, may, may_touch
from core.store.base import new_id, table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_L, _P, _D = table_of(Lead), table_of(Person), table_of(Department)
_OWNED = Prepared(
    select(_L.c.state, _L.c.owner_id, _D.c.path, _L.c.pool, _L.c.region, _L.c.product, _L.c.next_contact_at, IS_AT_WORK)
    .outerjoin(_P, _P.c.id == _L.c.owner_id)
    .outerjoin(_D, _D.c.id == _P.c.department_id)
    .where(_L.c.id == bindparam("lead"))
)


@dataclass(frozen=True, slots=True)
class Owned:
    """A lead with its owner, as the policy needs them. `at_work`: an application of it is under way, or a loan is not
    paid back."""

    state: str
    owner_id: int | None
    department: str | None
    pool: str
    region: str | None
    product: str | None
    next_contact_at: datetime | None
    at_work: bool = False


def owned(executor: Executor, lead_id: int) -> Owned | None:
    """The lead as it is, None if there is none. Not for the eyes of who may not see it."""
    row = _OWNED.row(executor, {"lead": lead_id})
    return Owned(*row) if row else None


def reachable(unit: Unit, actor: Actor, verb: Verb, lead_id: int) -> Owned | Refused:
    """The lead, if `actor` may do `verb` to it; a refusal of a right is audited."""
    lead = owned(unit.connection, lead_id)
    if lead is None:
        return NoSuchLead(lead_id)
    if not may_touch(actor, verb, lead.owner_id, lead.department):
        unit.record(actor.id, f"{verb}:denied", subject(lead_id))
        return NotYours(lead_id, lead.owner_id) if may(actor, verb) else NotAllowed(verb)
    if lead.state != LeadState.OPEN:
        return Closed(lead_id)
    return lead


def hold_reachable(unit: Unit, actor: Actor, verb: Verb, lead_id: int) -> Owned | Refused:
    """As `reachable`; and until the transaction ends nobody closes the lead, as a merge does, nor gives it away: what
    is put to it stays with it, and whoever is told of it is who has it."""
    lead = reachable(unit, actor, verb, lead_id)
    if not isinstance(lead, Owned):
        return lead
    still = select(_L.c.id).where(_L.c.id == lead_id, IS_OPEN, _L.c.owner_id.is_not_distinct_from(lead.owner_id))
    if unit.connection.execute(still.with_for_update(key_share=True)).first() is not None:
        return lead
    return hold_reachable(unit, actor, verb, lead_id)  # it changed hands, or ended, between our two looks


def _assignable(unit: Unit, actor: Actor, lead_id: int, pools: Pools) -> Owned | None:
    """The lead, if it waits in a pool that `actor` looks after."""
    lead = owned(unit.connection, lead_id)
    if lead is None or lead.owner_id is not None or lead.state != LeadState.OPEN or not may(actor, Verb.TRANSFER):
        return None
    pool = pools.by_key(lead.pool)
    return lead if pool is not None and pool.is_run_by(actor) else None


def log_follow_up(
    unit: Unit, actor: Actor, lead_id: int, content: str, next_contact_at: datetime | None, way: Way | None = None
) -> Logged | Refused:
    """跟进: write down a contact, and when the next one is due. The time of the contact is the server's. `way` is by
    what it was made, None if nobody said.

    `next_contact_at` None says that none was named: one that was agreed before and is still ahead stays (「发了资料」
    does not cancel it; `set_next_contact` does).
    """
    lead = reachable(unit, actor, Verb.FOLLOW, lead_id)
    if not isinstance(lead, Owned):
        return lead
    agreed = lead.next_contact_at if lead.next_contact_at and lead.next_contact_at > unit.now else None
    kept = next_contact_at is None and agreed is not None
    due = agreed if kept else next_contact_at
    if not _note_contact(
        unit,
        lead_id,
        lead.owner_id,
        last_follow_up_at=unit.now,
        next_contact_at=due,
        contacted=True,
        idle_since=_later_of(unit.now),
    ):
        # It changed hands between our two looks.
        return log_follow_up(unit, actor, lead_id, content, next_contact_at, way)
    follow_up_id = new_id()
    unit.session.add(
        FollowUp(
            id=follow_up_id,
            lead_id=lead_id,
            person_id=actor.id,
            content=unit.vault.seal(content_place(follow_up_id), content),
            way=way,
            next_contact_at=next_contact_at,
            at=unit.now,
        )
    )
    unit.record(actor.id, "lead:follow", subject(lead_id), characters=len(content))
    unit.happened(FollowUpLogged(lead_id, actor.id))
    end_followed(unit, actor, lead_id)
    return Logged(lead_id, follow_up_id, due, kept, None if kept else agreed, way)


def _later_of(now: datetime) -> Any:
    """`now` for `idle_since`, or what stands there: another machine's clock, which wrote it, may be ahead of ours."""
    return case((_L.c.idle_since > now, _L.c.idle_since), else_=now)


def _note_contact(unit: Unit, lead_id: int, owner_id: int | None, **values: Any) -> bool:
    """Write contact times on the lead if it is still open and this owner's; False if it is not."""
    statement = (
        update(_L)
        .where(_L.c.id == lead_id, IS_OPEN, _L.c.owner_id.is_not_distinct_from(owner_id))
        .values(revision=_L.c.revision + 1, **values)
        .returning(_L.c.id)
    )
    return unit.connection.execute(statement).scalar() is not None


def may_follow(unit: Unit, actor: Actor, lead_id: int) -> Refused | None:
    """Why `actor` may not write follow-ups on this lead, or None if he may: asked before he types one."""
    lead = reachable(unit, actor, Verb.FOLLOW, lead_id)
    return None if isinstance(lead, Owned) else lead


def may_release(unit: Unit, actor: Actor, lead_id: int) -> Refused | AtWork | None:
    """Why `actor` may not hand this lead back, or None if he may: asked before he types the reason."""
    lead = reachable(unit, actor, Verb.RELEASE, lead_id)
    return _why_kept(lead_id, lead) if isinstance(lead, Owned) else lead


def _why_kept(lead_id: int, lead: Owned) -> NotYours | AtWork | None:
    """Why it cannot be handed back: nobody has it, or what is under way would wait in a pool for nobody."""
    if lead.owner_id is None:
        return NotYours(lead_id, None)
    return AtWork(lead_id) if lead.at_work else None


def set_next_contact(unit: Unit, actor: Actor, lead_id: int, at: datetime | None) -> Logged | Refused:
    """The next contact agreed for the last follow-up, given after it was written: a person was asked for it."""
    lead = reachable(unit, actor, Verb.FOLLOW, lead_id)
    if not isinstance(lead, Owned):
        return lead
    last = last_by(unit.session, actor.id, lead_id)
    if last is None:
        return NoSuchLead(lead_id)
    if not _note_contact(unit, lead_id, lead.owner_id, next_contact_at=at):
        return set_next_contact(unit, actor, lead_id, at)
    last.next_contact_at = at
    unit.record(actor.id, "lead:next_contact", subject(lead_id), at=at.isoformat() if at else None)
    return Logged(lead_id, last.id, at)


def last_by(session: Session, person_id: int, lead_id: int) -> FollowUp | None:
    """The last follow-up that this person has written on the lead, if any."""
    mine = select(FollowUp).where(FollowUp.lead_id == lead_id, FollowUp.person_id == person_id)
    return session.scalar(mine.order_by(FollowUp.at.desc(), FollowUp.id.desc()).limit(1))


def set_way(unit: Unit, actor: Actor, lead_id: int, way: Way, since: datetime) -> WaySet | NothingLogged | Refused:
    """By what the last follow-up was made, said after it was written: by who wrote it, and if that was not before
    `since`."""
    lead = reachable(unit, actor, Verb.FOLLOW, lead_id)
    if not isinstance(lead, Owned):
        return lead
    last = last_by(unit.session, actor.id, lead_id)
    if last is None or last.at < since:
        return NothingLogged(lead_id)
    last.way = way
    unit.record(actor.id, "lead:follow:way", subject(lead_id), way=way.value)
    unit.happened(FollowUpLogged(lead_id, actor.id, anew=False))
    return WaySet(lead_id, way)


def release_lead(unit: Unit, actor: Actor, lead_id: int, reason: str, pools: Pools) -> Released | Refused | AtWork:
    """释放: hand the lead back, into the pool its region and product belong to."""
    lead = reachable(unit, actor, Verb.RELEASE, lead_id)
    if not isinstance(lead, Owned):
        return lead
    kept = _why_kept(lead_id, lead)
    if kept is not None:
        return kept
    pool = pools.place(lead.region, lead.product)
    change = ownership.Move(
        lead_id, How.RELEASE, actor.id, from_id=lead.owner_id, to_id=None, pool=pool.key, reason=reason
    )
    if not ownership.move(unit, change):
        return release_lead(unit, actor, lead_id, reason, pools)
    unit.record(actor.id, "lead:release", subject(lead_id), owner=lead.owner_id, pool=pool.key, reason=_kept(reason))
    return Released(lead_id, pool.key)


def _held(unit: Unit, actor: Actor, to: Actor) -> tuple[Actor, Actor]:
    held = {person.id: hold(unit, person) for person in sorted((actor, to), key=lambda one: one.id)}
    return held[actor.id], held[to.id]


def _kept(reason: str) -> str:
    """What the audit log says of a reason: where it is to be read. What people wrote may be personal, and stands sealed
    in the lead's history, for those who may look into the lead."""
    return "history" if reason else ""


def transfer_lead(
    unit: Unit,
    actor: Actor,
    lead_id: int,
    to: Actor,
    pools: Pools,
    reason: str = "",
    *,
    read_until: datetime | None = None,
    one_of_many: bool = False,
) -> Transferred | SameOwner | CannotReceive | NotAMember | NoRoom | Refused:
    """转移: give the lead to a colleague who works leads himself. History, stage and follow-ups stay with it. Out of a
    pool its admins may give it too, to its members. Nobody gets more than the rules let him hold: a lead got from a
    colleague is one in hand like any other. Until `read_until` the old owner may look into it still. `one_of_many`: who
    calls tells both owners, of several at once."""
    actor, to = _held(unit, actor, to)
    given = _assignable(unit, actor, lead_id, pools) if to.id != actor.id else None  # to himself only by a claim
    lead = given or reachable(unit, actor, Verb.TRANSFER, lead_id)
    if not isinstance(lead, Owned):
        return lead
    pool = pools.by_key(lead.pool)
    if lead.owner_id is None and pool is not None and not pool.has_member(to):
        return NotAMember(lead_id, pool.key, to.id)
    if lead.owner_id == to.id:
        return SameOwner(lead_id, to.id)
    if not may(to, Verb.FOLLOW):
        return CannotReceive(lead_id, to.id)
    full = room_for(unit, to, pools, lead.pool, lead_id)
    if full is not None:
        return NoRoom(lead_id, to.id, full)
    how = How.TRANSFER if lead.owner_id is not None else How.ASSIGN
    change = ownership.Move(
        lead_id, how, actor.id, from_id=lead.owner_id, to_id=to.id, reason=reason, one_of_many=one_of_many
    )
    if not ownership.move(unit, change):
        return transfer_lead(unit, actor, lead_id, to, pools, reason, read_until=read_until, one_of_many=one_of_many)
    unit.record(actor.id, f"lead:{how}", subject(lead_id), old=lead.owner_id, new=to.id, reason=_kept(reason))
    reader = lead.owner_id if read_until is not None else None
    if reader is not None and read_until is not None:
        let_read(unit, lead_id, reader, read_until, actor.id)
    return Transferred(lead_id, to.id, lead.owner_id, read_until if reader is not None else None)
