"""合并客户: somebody who was entered twice becomes one customer again, with all that hangs on him.

The customer who goes stays as a row that says into whom he went: so his phone, his ID number and his name still find
him, they stay unique without a second table, and a merge is undone by taking that word back. His leads go to the
customer who is kept. Where both have an open lead the later one is closed, and its arrivals, follow-ups, tags,
reveals, files, comments and care tasks go to the other, and what that one does not say of the customer's needs; its own
history of owners, and who may look at it, stay with it.

Both customers, and all who were merged into them, are locked first, then their leads: two merges, a merge and a claim,
a merge and an arrival come one after the other.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, func, insert, or_, select, update

from core.leads import moving, needs, standing
from core.leads.merged import HANGING, Merge, Moved
from core.leads.models import Customer, Lead, LeadState, LeadTag, subject
from core.leads.outcomes import NoSuchLead, NotAllowed, NotYours
from core.leads.tags import Tagging
from core.people import queries as people
from core.people.holding import hold
from core.people.policy import Actor, Verb, may, may_touch
from core.store.base import table_of
from core.store.unit import Unit

_C, _L, _TAG = table_of(Customer), table_of(Lead), table_of(LeadTag)
_NO_GROUPS = Tagging()
_CLOCKS = ("next_contact_at", "last_follow_up_at", "idle_since", "contacted")


@dataclass(frozen=True, slots=True)
class SameCustomer:
    """Both leads are one customer's already."""

    lead_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class BothAtWork:
    """Each of the two open leads has an application under way, or a loan that was paid out: neither can be closed."""

    lead_id: int
    other_id: int


MergeRefusal: TypeAlias = NotAllowed | NoSuchLead | NotYours | SameCustomer | BothAtWork


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge of the customer of `other_id` into that of `lead_id` moves: how many `leads`, and where both have an
    open lead, `closes` (which is closed), `into` (which goes on) and how much of each kind goes to it. `owners` are
    those of the open leads. `agreed` is the next contact that was agreed on the one that is closed, if it is still to
    come, and `next_contact` that of the one that goes on. `filled` are the needs that it gets from the other."""

    lead_id: int
    other_id: int
    leads: int
    into: int | None = None
    closes: int | None = None
    counts: dict[Moved, int] = field(default_factory=dict)
    owners: dict[int, int | None] = field(default_factory=dict)
    agreed: datetime | None = None
    next_contact: datetime | None = None
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """It is done, as `plan` says; `merge_id` is the number by which it can be undone."""

    merge_id: int
    plan: MergePlan


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two customers, the kept one first, and all their leads. `firm`: an open lead of the kept one goes on whatever
    the other has. `tagging`: what the company's tags are, and which of them a lead has one at a time."""

    kept: int
    gone: int
    leads: list[Row[Any]]
    firm: bool = False
    tagging: Tagging = _NO_GROUPS

    def of(self, customer: int) -> list[Row[Any]]:
        return [lead for lead in self.leads if lead.customer_id == customer]

    @property
    def open(self) -> list[Row[Any]]:
        """Their open leads, at most two, that first which goes on: one with an application or a loan before one
        without, then the earlier one."""
        found = [lead for lead in self.leads if lead.state == LeadState.OPEN]
        return sorted(found, key=lambda lead: (self._gives_way(lead), not is_at_work(lead), lead.created_at, lead.id))

    def _gives_way(self, lead: Row[Any]) -> bool:
        return self.firm and lead.customer_id != self.kept


def is_at_work(lead: Row[Any]) -> bool:
    """Has the lead an application under way, or a loan that was paid out?"""
    return bool(lead.live_application or lead.disbursed_at)


def plan_merge(
    unit: Unit, actor: Actor, lead_id: int, other_id: int, tagging: Tagging = _NO_GROUPS
) -> MergePlan | MergeRefusal:
    """What 合并客户 would do, to be shown before it is confirmed. Changes nothing."""
    pair = _permitted(unit, actor, lead_id, other_id, _pair(unit, lead_id, other_id))
    return _plan(unit, replace(pair, tagging=tagging), lead_id, other_id) if isinstance(pair, _Pair) else pair


def merge_customers(
    unit: Unit, actor: Actor, lead_id: int, other_id: int, tagging: Tagging = _NO_GROUPS
) -> Merged | MergeRefusal:
    """合并客户: the customer of the lead `other_id` goes into that of `lead_id`, with everything."""
    actor = hold(unit, actor)
    pair = _permitted(unit, actor, lead_id, other_id, _held(unit, lead_id, other_id))
    if not isinstance(pair, _Pair):
        return pair
    return _carry_out(unit, actor, replace(pair, tagging=tagging), lead_id, other_id)


def join_customers(
    unit: Unit, actor: Actor, lead_id: int, other_id: int, tagging: Tagging
) -> Merged | SameCustomer | BothAtWork:
    """As `merge_customers`, where a number that both have proves that they are one: nobody has to permit it, and so it
    takes no lead out of anybody's hands who had it under that number: the open lead of `lead_id`'s customer goes on,
    however late it came. BothAtWork: the other one's cannot be closed."""
    pair = _held(unit, lead_id, other_id)
    if isinstance(pair, NoSuchLead) or pair.kept == pair.gone:
        return SameCustomer(lead_id, other_id)
    pair = replace(pair, firm=True, tagging=tagging)
    if len(pair.open) == 2 and is_at_work(pair.open[1]):
        return BothAtWork(*(lead.id for lead in pair.open))
    return _carry_out(unit, actor, pair, lead_id, other_id)


def _carry_out(unit: Unit, actor: Actor, pair: _Pair, lead_id: int, other_id: int) -> Merged:
    plan = _plan(unit, pair, lead_id, other_id)
    before = _close(unit, actor, pair) if plan.closes is not None else {}
    merge_id = _begin(unit, actor, pair, plan, before)
    moving.move_customer(unit, merge_id, pair.kept, pair.gone)
    if plan.into is not None and plan.closes is not None:
        moving.move_hanging(unit, merge_id, plan.closes, plan.into, pair.tagging)
        moving.move_tasks(unit, merge_id, plan.closes, plan.into)
        held = standing.hold_as_well(unit, *pair.open)
        moving.note(unit, merge_id, [(Moved.DEFERRAL, each, plan.closes) for each in held])
        standing.falls_anew(unit, plan.into)
    told = {what.value: count for what, count in plan.counts.items() if count}
    about = {"into": pair.kept, "gone": pair.gone, "closed": plan.closes}
    unit.record(actor.id, Verb.MERGE.value, subject(lead_id), merge=merge_id, other=other_id, **about, **told)
    return Merged(merge_id, plan)


def _permitted(unit: Unit, actor: Actor, lead_id: int, other_id: int, pair: _Pair | NoSuchLead) -> _Pair | MergeRefusal:
    """The two, if `actor` may merge them: he must be over the owners of both, and of the leads that are open. A refusal
    of a right is audited."""
    refused = refusal_over(unit, actor, [lead_id, other_id], pair.open if isinstance(pair, _Pair) else [])
    if refused is not None or isinstance(pair, NoSuchLead):
        return refused or pair
    if pair.kept == pair.gone:
        return SameCustomer(lead_id, other_id)
    if len(pair.open) == 2 and all(map(is_at_work, pair.open)):
        return BothAtWork(*(lead.id for lead in pair.open))
    return pair


def refusal_over(
    unit: Unit, actor: Actor, lead_ids: list[int], leads: list[Row[Any]], *, pooled: bool = False
) -> NotAllowed | NotYours | None:
    """Why `actor` may not merge, or part, what belongs to the owners of these leads, by number or as they are; None if
    he may. It is audited. `pooled`: what waits in a pool by now, and is nobody's, stands in nobody's way."""
    if not may(actor, Verb.MERGE):
        unit.record(actor.id, f"{Verb.MERGE}:denied", "customer")
        return NotAllowed(Verb.MERGE)
    named = unit.connection.execute(select(_L.c.id, _L.c.owner_id).where(_L.c.id.in_(lead_ids)).order_by(_L.c.id)).all()
    for lead in [*named, *leads]:
        if pooled and lead.owner_id is None:
            continue
        department = people.department_of(unit.connection, lead.owner_id) if lead.owner_id else None
        if not may_touch(actor, Verb.MERGE, lead.owner_id, department):
            unit.record(actor.id, f"{Verb.MERGE}:denied", subject(lead.id))
            return NotYours(lead.id, lead.owner_id)
    return None


def _pair(unit: Unit, lead_id: int, other_id: int) -> _Pair | NoSuchLead:
    whose = _whose(unit, lead_id, other_id)
    return whose if isinstance(whose, NoSuchLead) else _with_leads(unit, *whose, lock=False)


def _held(unit: Unit, lead_id: int, other_id: int) -> _Pair | NoSuchLead:
    """The two and their leads, held until the transaction ends; looked up again if they went elsewhere while we waited
    for somebody else."""
    whose = _whose(unit, lead_id, other_id)
    while not isinstance(whose, NoSuchLead):
        lock_customers(unit, whose)
        now = _whose(unit, lead_id, other_id)
        if now == whose:
            return _with_leads(unit, *whose, lock=True)
        whose = now
    return whose


def _whose(unit: Unit, lead_id: int, other_id: int) -> tuple[int, int] | NoSuchLead:
    """The customers of the two leads."""
    rows = unit.connection.execute(select(_L.c.id, _L.c.customer_id).where(_L.c.id.in_([lead_id, other_id])))
    whose = {row.id: row.customer_id for row in rows}
    missing = next((number for number in (lead_id, other_id) if number not in whose), None)
    return (whose[lead_id], whose[other_id]) if missing is None else NoSuchLead(missing)


def _with_leads(unit: Unit, kept: int, gone: int, *, lock: bool) -> _Pair:
    leads = select(_L).where(_L.c.customer_id.in_([kept, gone])).order_by(_L.c.id)
    return _Pair(kept, gone, list(unit.connection.execute(leads.with_for_update() if lock else leads)))


def lock_customers(unit: Unit, customer_ids: Sequence[int]) -> None:
    """Hold these customers and all who were merged into them: nobody merges them, or brings them a lead, meanwhile."""
    theirs = or_(_C.c.id.in_(customer_ids), _C.c.merged_into_id.in_(customer_ids))
    unit.connection.execute(select(_C.c.id).where(theirs).order_by(_C.c.id).with_for_update()).all()


def _plan(unit: Unit, pair: _Pair, lead_id: int, other_id: int) -> MergePlan:
    leads, owners = len(pair.of(pair.gone)), {lead.id: lead.owner_id for lead in pair.open}
    if len(pair.open) < 2:
        return MergePlan(lead_id, other_id, leads, owners=owners)
    into, closes = pair.open
    counts = {
        what: unit.connection.scalar(select(func.count()).where(table.c.lead_id == closes.id)) or 0
        for what, table in HANGING.items()
    }
    counts[Moved.TAG] = len(moving.new_tags(unit, closes.id, into.id, pair.tagging))
    agreed = closes.next_contact_at if _is_ahead(closes.next_contact_at, unit.now) else None
    next_contact = _next_contact(pair, unit.now)
    filled = needs.lacking(unit, into, closes)
    return MergePlan(lead_id, other_id, leads, into.id, closes.id, counts, owners, agreed, next_contact, filled)


def _is_ahead(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _next_contact(pair: _Pair, now: datetime) -> datetime | None:
    """The next contact on the lead that goes on: the customer was told of a time, and keeps it whoever calls him. Of
    two times that are still to come it is the earlier one; but where nobody permitted the merge, that which its owner
    agreed himself stays. In a pool nobody keeps it."""
    into, closes = pair.open
    mine: datetime | None = into.next_contact_at
    other: datetime | None = closes.next_contact_at
    if into.owner_id is None or (pair.firm and _is_ahead(mine, now) and into.owner_id != closes.owner_id):
        return mine
    if into.owner_id == closes.owner_id:
        return _latest(min, mine, other)
    ahead = [moment for moment in (mine, other) if moment is not None and moment > now]
    return min(ahead, default=mine)


def _close(unit: Unit, actor: Actor, pair: _Pair) -> dict[str, str | None]:
    """Close the later lead. What the other one was before: its times, and what it did not say, each in JSON."""
    into, closes = pair.open
    _change(unit, closes.id, state=LeadState.CLOSED.value, closed_at=unit.now)
    before = {name: getattr(into, name) for name in _CLOCKS}
    said = needs.filled(unit, into, closes)
    times = _joined(into, closes) | _agreed(pair, unit.now)
    _change(unit, into.id, **times, **said)
    if "grade" in said:
        needs.note_grade(unit, actor, into.id, said["grade"], None)
    clocks = json.dumps(before | {"revision": into.revision + 1}, default=datetime.isoformat)
    return {"clocks": clocks, "needs": needs.kept(unit, into, said)}


def _agreed(pair: _Pair, now: datetime) -> dict[str, Any]:
    """The next contact of the lead that goes on. Of a time that came from the other lead its owner, who has both, may
    have been reminded there."""
    into, closes = pair.open
    at = _next_contact(pair, now)
    told = into.owner_id == closes.owner_id and at is not None and closes.reminded_for == at
    return {"next_contact_at": at, "reminded_for": at if told else into.reminded_for}


def _joined(into: Row[Any], closes: Row[Any]) -> dict[str, Any]:
    """The times of a lead to which another one's follow-ups came. What its owner did for the customer on the other lead
    he did for this one; what somebody else did keeps nobody from losing it."""
    after = {"last_follow_up_at": _latest(max, into.last_follow_up_at, closes.last_follow_up_at)}
    if into.owner_id is None or into.owner_id != closes.owner_id:
        return after
    return after | {
        "idle_since": _latest(max, into.idle_since, closes.idle_since),
        "contacted": into.contacted or closes.contacted,
    }


def _latest(which: Callable[..., datetime], *times: datetime | None) -> datetime | None:
    return which((each for each in times if each is not None), default=None)


def _change(unit: Unit, lead_id: int, **values: Any) -> None:
    unit.connection.execute(update(_L).where(_L.c.id == lead_id).values(revision=_L.c.revision + 1, **values))


def _begin(unit: Unit, actor: Actor, pair: _Pair, plan: MergePlan, before: dict[str, str | None]) -> int:
    values = {
        "kept_id": pair.kept,
        "gone_id": pair.gone,
        "lead_id": plan.lead_id,
        "other_lead_id": plan.other_id,
        "into_lead_id": plan.into,
        "closed_lead_id": plan.closes,
        "by_id": actor.id,
        "at": unit.now,
        **before,
    }
    made = unit.connection.execute(insert(table_of(Merge)).values(values).returning(Merge.id))
    return int(made.scalar_one())
