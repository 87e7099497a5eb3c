"""撤销合并: a merge is taken back within its time, row by row as it was written down.

What came since stays where it is: a follow-up, an arrival, a tag, another owner. What would have to be undone against
somebody's later work is refused, with the reason.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, case, func, literal, or_, select, update

from core.calendar import WorkingCalendar
from core.leads import needs, ownership, standing
from core.leads.cared import TASK
from core.leads.merged import HANGING, REVERSIBLE, Merge, MergeItem, Moved
from core.leads.merging import lock_customers, refusal_over
from core.leads.models import IS_OPEN, Customer, FollowUp, How, Lead, LeadState, LeadTag, subject
from core.leads.moving import tell_of_tasks
from core.leads.outcomes import NotAllowed, NotYours
from core.leads.questions import ask_anew
from core.people.holding import hold, hold_number
from core.people.policy import Actor, Verb, may
from core.store.base import UtcDateTime, table_of
from core.store.unit import Unit

_C, _L, _TAG = table_of(Customer), table_of(Lead), table_of(LeadTag)
_M, _I, _F = table_of(Merge), table_of(MergeItem), table_of(FollowUp)
_USUAL = WorkingCalendar()
_TIMES = ("next_contact_at", "last_follow_up_at", "idle_since")


@dataclass(frozen=True, slots=True)
class NoSuchMerge:
    """There was no merge of this number."""

    merge_id: int


@dataclass(frozen=True, slots=True)
class AlreadyUndone:
    """It was taken back at `at`."""

    merge_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TooLate:
    """It could be taken back until `until`."""

    merge_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class MergedSince:
    """One of the two customers was merged again since, by the merge `later_id`, which must be taken back first."""

    merge_id: int
    later_id: int


@dataclass(frozen=True, slots=True)
class CameSince:
    """The lead `closed_id` would be open again, and its customer has a new open one since: `lead_id`."""

    merge_id: int
    closed_id: int
    lead_id: int


UnmergeRefusal: TypeAlias = NotAllowed | NotYours | NoSuchMerge | AlreadyUndone | TooLate | MergedSince | CameSince


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The two are two again. `reopened` is the lead that is open again; `owners` are those of the leads that are open
    now, by their numbers. If the reopened one's owner, `left`, works here no more, it waits in the pool `pool`."""

    merge_id: int
    lead_id: int
    other_id: int
    reopened: int | None
    owners: dict[int, int | None]
    left: int | None = None
    pool: str | None = None


def unmerge_customers(
    unit: Unit, actor: Actor, merge_id: int, calendar: WorkingCalendar = _USUAL
) -> Unmerged | UnmergeRefusal:
    """撤销合并: put everything back that the merge moved. The lead that is opened again has as much time left as it
    had, by the clock and by working time as `calendar` counts it."""
    if not may(actor, Verb.MERGE):
        unit.record(actor.id, f"{Verb.MERGE}:denied", "customer")
        return NotAllowed(Verb.MERGE)
    merge = unit.connection.execute(select(_M).where(_M.c.id == merge_id)).one_or_none()
    if merge is None:
        return NoSuchMerge(merge_id)
    actor, left = _holding_people(unit, actor, merge.closed_lead_id)
    lock_customers(unit, [merge.kept_id, merge.gone_id])
    merge = unit.connection.execute(select(_M).where(_M.c.id == merge_id).with_for_update()).one()
    theirs = _leads(unit, merge)
    named, his = [merge.lead_id, merge.other_lead_id], merge.by_id == actor.id
    refused = refusal_over(unit, actor, named, theirs, pooled=his) or _stands(unit, merge)
    if refused is not None:
        return refused
    _put_back(unit, merge)
    closed = next((lead for lead in theirs if lead.id == merge.closed_lead_id), None)
    pool = _reopen(unit, actor, merge, closed, calendar, left=left is not None) if closed is not None else None
    unit.connection.execute(update(_M).where(_M.c.id == merge_id).values(undone_at=unit.now, undone_by_id=actor.id))
    about = {"merge": merge_id, "other": merge.other_lead_id, "reopened": merge.closed_lead_id}
    unit.record(actor.id, "customer:unmerge", subject(merge.lead_id), **about)
    owners = {
        lead.id: None if lead is closed and left else lead.owner_id
        for lead in theirs
        if lead.state == LeadState.OPEN or lead is closed
    }
    return Unmerged(merge_id, merge.lead_id, merge.other_lead_id, merge.closed_lead_id, owners, left, pool)


def _holding_people(unit: Unit, actor: Actor, lead_id: int | None) -> tuple[Actor, int | None]:
    """`actor`, and the owner of the lead that was closed (whom it keeps while it is), are held, so that neither leaves
    meanwhile: the one with his rights of now, and the other's number if he has left already. In the order of their
    numbers, and before customers and leads, as everywhere."""
    owner: int | None = unit.connection.execute(select(_L.c.owner_id).where(_L.c.id == lead_id)).scalar()
    if owner is None or owner == actor.id:
        return hold(unit, actor), None
    if owner < actor.id:
        works_here = hold_number(unit, owner)
        return hold(unit, actor), None if works_here else owner
    actor = hold(unit, actor)
    return actor, None if hold_number(unit, owner) else owner


def _leads(unit: Unit, merge: Row[Any]) -> list[Row[Any]]:
    """The leads that were open in the merge, and those by which the customers were named; held."""
    numbers = {merge.lead_id, merge.other_lead_id, merge.into_lead_id, merge.closed_lead_id} - {None}
    return list(unit.connection.execute(select(_L).where(_L.c.id.in_(numbers)).order_by(_L.c.id).with_for_update()))


def _stands(unit: Unit, merge: Row[Any]) -> UnmergeRefusal | None:
    """Why it cannot be taken back, or None."""
    if merge.undone_at is not None:
        return AlreadyUndone(merge.id, merge.undone_at)
    if unit.now >= merge.at + REVERSIBLE:
        return TooLate(merge.id, merge.at + REVERSIBLE)
    both = (merge.kept_id, merge.gone_id)
    later = unit.connection.scalar(
        select(_M.c.id)
        .where(_M.c.id > merge.id, _M.c.undone_at.is_(None), or_(_M.c.kept_id.in_(both), _M.c.gone_id.in_(both)))
        .order_by(_M.c.id.desc())
        .limit(1)
    )
    if later is not None:
        return MergedSince(merge.id, later)
    return _cannot_reopen(unit, merge) if merge.closed_lead_id is not None else None


def _cannot_reopen(unit: Unit, merge: Row[Any]) -> CameSince | None:
    moved = select(_I.c.row_id).where(_I.c.merge_id == merge.id, _I.c.what == Moved.LEAD.value)
    if merge.closed_lead_id not in set(unit.connection.scalars(moved)):  # it stayed with the customer who is kept
        came = select(_L.c.id).where(_L.c.customer_id == merge.kept_id, IS_OPEN, _L.c.id.not_in(moved))
        new = unit.connection.scalar(came)
        if new is not None:
            return CameSince(merge.id, merge.closed_lead_id, new)
    return None


def _put_back(unit: Unit, merge: Row[Any]) -> None:
    """Everything to where it was. Leads go back before the closed one is opened: a customer has one open lead."""
    rows: dict[tuple[Moved, int | None], list[Any]] = defaultdict(list)
    for item in unit.connection.execute(select(_I).where(_I.c.merge_id == merge.id)):
        what = Moved(item.what)
        rows[what, item.was].append(item.tag if what == Moved.TAG else item.row_id)
    for (what, was), moved in rows.items():
        _back(unit, merge, what, was, moved)


def _reopen(
    unit: Unit, actor: Actor, merge: Row[Any], closed: Row[Any], calendar: WorkingCalendar, *, left: bool
) -> str | None:
    """The lead that was closed is open, and the other one goes on without it. If its owner has `left`: the pool in
    which it waits for somebody else."""
    state = {"state": LeadState.OPEN.value, "closed_at": None, "revision": _L.c.revision + 1}
    unit.connection.execute(update(_L).where(_L.c.id == closed.id).values(state))
    _put_clocks_back(unit, merge, calendar)
    needs.take_back(unit, actor, merge)
    standing.falls_anew(unit, merge.into_lead_id)
    if left:
        return _into_pool(unit, actor, closed)
    standing.go_on(unit, closed, calendar)
    ask_anew(unit, closed.id)
    return None


def _into_pool(unit: Unit, actor: Actor, closed: Row[Any]) -> str | None:
    change = ownership.Move(closed.id, How.RELEASE, actor.id, from_id=closed.owner_id, to_id=None)
    pool = ownership.move(unit, change)
    unit.record(actor.id, "lead:release", subject(closed.id), owner=closed.owner_id, pool=pool)
    return pool


def _back(unit: Unit, merge: Row[Any], what: Moved, was: int | None, moved: list[Any]) -> None:
    """These rows, which belonged to `was`. A tag that was taken off since is off."""
    match what:
        case Moved.CUSTOMER:
            change = update(_C).where(_C.c.id.in_(moved)).values(merged_into_id=was)
        case Moved.LEAD:
            change = update(_L).where(_L.c.id.in_(moved)).values(customer_id=was)
        case Moved.TAG:
            here = _TAG.c.lead_id == merge.into_lead_id
            change = update(_TAG).where(here, _TAG.c.tag.in_(moved)).values(lead_id=was)
        case Moved.DEFERRAL:
            standing.hold_no_more(unit, moved)
            return
        case Moved.CARE_TASK:
            change = update(TASK).where(TASK.c.lead_id == merge.into_lead_id, TASK.c.care_id.in_(moved))
            change = change.values(lead_id=was)
            tell_of_tasks(unit, moved, [merge.into_lead_id, merge.closed_lead_id])
        case _:
            table = HANGING[what]
            change = update(table).where(table.c.id.in_(moved)).values(lead_id=was)
    unit.connection.execute(change)


def _put_clocks_back(unit: Unit, merge: Row[Any], calendar: WorkingCalendar) -> None:
    """The times of the lead that went on. What was done to it since counts, and then only the follow-ups that went
    back are no longer its own, nor the next contact, if it is still the one that came from the other lead."""
    leant_on = unit.connection.execute(select(_L).where(_L.c.id == merge.into_lead_id)).one()
    before = json.loads(merge.clocks)
    revision = before.pop("revision")
    values = before | {name: datetime.fromisoformat(before[name]) for name in _TIMES if before[name]}
    here = update(_L).where(_L.c.id == merge.into_lead_id).values(revision=_L.c.revision + 1)
    same = here.where(_L.c.revision == revision).values(values)
    if unit.connection.execute(same.returning(_L.c.id)).scalar() is None:
        last = select(func.max(_F.c.at)).where(_F.c.lead_id == merge.into_lead_id).scalar_subquery()
        own = _own_contacts(unit, merge, values)
        came = select(_L.c.next_contact_at).where(_L.c.id == merge.closed_lead_id).scalar_subquery()
        before_it = literal(values["next_contact_at"], UtcDateTime())
        still_there = case((_L.c.next_contact_at == came, before_it), else_=_L.c.next_contact_at)
        unit.connection.execute(here.values(last_follow_up_at=last, next_contact_at=still_there, **own))
    lent = select(_I.c.row_id).where(_I.c.merge_id == merge.id, _I.c.what == Moved.DEFERRAL.value)
    standing.stand_alone(unit, leant_on, merge.at, calendar, held=unit.connection.scalar(lent.limit(1)) is not None)


def _own_contacts(unit: Unit, merge: Row[Any], before: dict[str, Any]) -> dict[str, Any]:
    """Since when the lead that went on was left alone, and whether its customer was contacted: as `before` the merge,
    and by what its owner wrote since. In other hands than then it counts from those."""
    lead = unit.connection.execute(select(_L).where(_L.c.id == merge.into_lead_id)).one()
    if lead.owned_at is None or lead.owned_at > merge.at or before["idle_since"] is None:
        return {}
    since = select(func.max(_F.c.at)).where(
        _F.c.lead_id == lead.id, _F.c.person_id == lead.owner_id, _F.c.at > merge.at
    )
    last = unit.connection.scalar(since)
    idle_since = max(moment for moment in (before["idle_since"], lead.owned_at, last) if moment is not None)
    return {"idle_since": idle_since, "contacted": before["contacted"] or last is not None}
