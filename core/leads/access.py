"""Which pools a person may look into and claim from, which leads he may see, and what of them: the policy applied to
leads. Everything that shows or offers a lead asks here, so that no card shows more than another."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from core.leads.models import Lead, LeadState, Ownership
from core.leads.pools import Hidden, Pool, Pools
from core.leads.readers import is_read_by, reads_until
from core.people.models import Department, Person
from core.people.policy import Actor, Verb, may, may_touch, owner_filter
from core.store.database import Executor


def sees_everything(viewer: Actor) -> bool:
    """May `viewer` see every lead, also those that wait in a pool he has nothing to do with?"""
    return may_touch(viewer, Verb.SEE_LEAD, None, None)


def may_look_into(viewer: Actor, pool: Pool | None) -> bool:
    """May `viewer` see what waits in `pool`: if he works it, runs it, or sees every lead. In one that the company no
    longer has (None) only the last."""
    if not may(viewer, Verb.SEE_POOL):
        return False
    concerned = pool is not None and (pool.is_open_to(viewer) or pool.is_run_by(viewer))
    return concerned or sees_everything(viewer)


def pools_to_see(viewer: Actor, pools: Pools) -> tuple[Pool, ...]:
    """The pools that `viewer` may look into, in their order."""
    return tuple(pool for pool in pools.pools if may_look_into(viewer, pool))


def may_claim_from(viewer: Actor, pool: Pool) -> bool:
    """May `viewer` claim what waits in `pool`, by his post and by the pool's members?"""
    return may(viewer, Verb.CLAIM) and pool.is_open_to(viewer)


def pools_to_claim_from(viewer: Actor, pools: Pools) -> tuple[Pool, ...]:
    """The pools that `viewer` may claim from, in their order."""
    return tuple(pool for pool in pools.pools if may_claim_from(viewer, pool))


def may_reveal(viewer: Actor, owner_id: int | None, department: str | None, pool: Pool | None) -> bool:
    """May `viewer` ask for the full phone of a lead of this owner, or that waits in `pool` (if it lets anybody ask)?"""
    if owner_id is None and pool is not None and pool.daily_reveals and may(viewer, Verb.REVEAL):
        return may_look_into(viewer, pool)
    return may_touch(viewer, Verb.REVEAL, owner_id, department)


def hidden_from(viewer: Actor, pool: Pool | None) -> frozenset[Hidden]:
    """What `viewer` is not shown of a lead that waits in `pool`; nothing is hidden from who sees every lead."""
    return frozenset() if pool is None or sees_everything(viewer) else pool.hidden


def with_owner() -> Select[int, int | None, str, str, str | None]:
    """Leads with their owners: id, owner, state, pool, the owner's department path; for `owner_filter`."""
    return (
        select(Lead.id, Lead.owner_id, Lead.state, Lead.pool, Department.path)
        .outerjoin(Person, Person.id == Lead.owner_id)
        .outerjoin(Department, Department.id == Person.department_id)
    )


_ONE = with_owner().where(Lead.id == bindparam("lead"))


def may_see(executor: Executor, viewer: Actor, lead_id: int, pools: Pools, now: datetime) -> bool:
    """May `viewer` look at this lead: by the scope of his roles, because it waits in a pool he may look into, or
    because he had it and may read on for a time."""
    row = executor.execute(_ONE, {"lead": lead_id}).one_or_none()
    if row is None:
        return False
    if row.owner_id is None and row.state == LeadState.OPEN and may(viewer, Verb.SEE_POOL):
        return may_look_into(viewer, pools.by_key(row.pool))
    by_scope = may_touch(viewer, Verb.SEE_LEAD, row.owner_id, row.path)
    return by_scope or reads_until(executor, viewer, lead_id, now) is not None


def seen_in_lists(viewer: Actor, now: datetime) -> ColumnElement[bool]:
    """What `viewer` is shown of leads that somebody has, as a condition over the rows of `with_owner`."""
    return or_(owner_filter(viewer, Verb.SEE_LEAD), is_read_by(viewer, now))


_HAD_LAST = (
    select(Ownership.owner_id)
    .where(Ownership.lead_id == bindparam("lead"), Ownership.until.is_not(None))
    .order_by(Ownership.since.desc(), Ownership.id.desc())
    .limit(1)
)


def may_know_owner(executor: Executor, viewer: Actor, lead_id: int, pools: Pools, now: datetime) -> bool:
    """May `viewer` be told who has this lead, when he may do nothing to it: if he may look at it, or had it right
    before and wonders where it went. To everybody else it is as if there were none; who tries to claim one is told who
    was faster, whatever he may see."""
    had_last = executor.execute(_HAD_LAST, {"lead": lead_id}).scalar()
    return had_last == viewer.id or may_see(executor, viewer, lead_id, pools, now)
