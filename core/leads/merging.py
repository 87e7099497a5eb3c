"""合并客户: somebody who was entered twice becomes one customer again, with all that hangs on him.

The customer who goes stays as a row that says into whom he went: so his phone, his ID number and his name still find
him, they stay unique without a second table, and a merge is undone by taking that word back. His leads go to the
customer who is kept. Where both have an open lead the later one is closed, and its arrivals, follow-ups, tags and
reveals go to the other; its own history of owners stays with it.

Both customers, and all who were merged into them, are locked first, then their leads: two merges, a merge and a claim,
a merge and an arrival come one after the other.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, func, insert, or_, select, update

from core.leads.merged import HANGING, Merge, MergeItem, Moved
from core.leads.models import Customer, Lead, LeadState, LeadTag, subject
from core.leads.outcomes import NoSuchLead, NotAllowed, NotYours
from core.people import queries as people
from core.people.policy import Actor, Verb, may, may_touch
from core.store.base import table_of
from core.store.unit import Unit

_C, _L, _TAG = table_of(Customer), table_of(Lead), table_of(LeadTag)
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
    come, and `next_contact` that of the one that goes on."""

    lead_id: int
    other_id: int
    leads: int
    into: int | None = None
    closes: int | None = None
    counts: dict[Moved, int] = field(default_factory=dict)
    owners: dict[int, int | None] = field(default_factory=dict)
    agreed: datetime | None = None
    next_contact: datetime | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """It is done, as `plan` says; `merge_id` is the number by which it can be undone."""

    merge_id: int
    plan: MergePlan


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two customers, the kept one first, and all their leads. `firm`: an open lead of the kept one goes on whatever
    the other has."""

    kept: int
    gone: int
    leads: list[Row[Any]]
    firm: bool = False

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


def plan_merge(unit: Unit, actor: Actor, lead_id: int, other_id: int) -> MergePlan | MergeRefusal:
    """What 合并客户 would do, to be shown before it is confirmed. Changes nothing."""
    pair = _permitted(unit, actor, lead_id, other_id, _pair(unit, lead_id, other_id))
    return _plan(unit, pair, lead_id, other_id) if isinstance(pair, _Pair) else pair


def merge_customers(unit: Unit, actor: Actor, lead_id: int, other_id: int) -> Merged | MergeRefusal:
    """合并客户: the customer of the lead `other_id` goes into that of `lead_id`, with everything."""
    pair = _permitted(unit, actor, lead_id, other_id, _held(unit, lead_id, other_id))
    return _carry_out(unit, actor, pair, lead_id, other_id) if isinstance(pair, _Pair) else pair


def join_customers(unit: Unit, actor: Actor, lead_id: int, other_id: int) -> Merged | SameCustomer | BothAtWork:
    """As `merge_customers`, where a number that both have proves that they are one: nobody has to permit it, and so it
    takes no lead out of anybody's hands who had it under that number: the open lead of `lead_id`'s customer goes on,
    however late it came. BothAtWork: the other one's cannot be closed."""
    pair = _held(unit, lead_id, other_id)
    if isinstance(pair, NoSuchLead) or pair.kept == pair.gone:
        return SameCustomer(lead_id, other_id)
    pair = replace(pair, firm=True)
    if len(pair.open) == 2 and is_at_work(pair.open[1]):
        return BothAtWork(*(lead.id for lead in pair.open))
    return _carry_out(unit, actor, pair, lead_id, other_id)


def _carry_out(unit: Unit, actor: Actor, pair: _Pair, lead_id: int, other_id: int) -> Merged:
    plan = _plan(unit, pair, lead_id, other_id)
    clocks = _close(unit, pair) if plan.closes is not None else None
    merge_id = _begin(unit, actor, pair, plan, clocks)
    _move_customer(unit, merge_id, pair)
    if plan.into is not None and plan.closes is not None:
        _move_hanging(unit, merge_id, plan.closes, plan.into)
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


def refusal_over(unit: Unit, actor: Actor, lead_ids: list[int], leads: list[Row[Any]]) -> NotAllowed | NotYours | None:
    """Why `actor` may not merge, or part, what belongs to the owners of these leads, by number or as they are; None if
    he may. It is audited."""
    if not may(actor, Verb.MERGE):
        unit.record(actor.id, f"{Verb.MERGE}:denied", "customer")
        return NotAllowed(Verb.MERGE)
    named = unit.connection.execute(select(_L.c.id, _L.c.owner_id).where(_L.c.id.in_(lead_ids))).all()
    for lead in [*named, *leads]:
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
    counts[Moved.TAG] = len(_new_tags(unit, closes.id, into.id))
    agreed = closes.next_contact_at if _is_ahead(closes.next_contact_at, unit.now) else None
    next_contact = _next_contact(pair, unit.now)
    return MergePlan(lead_id, other_id, leads, into.id, closes.id, counts, owners, agreed, next_contact)


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


def _new_tags(unit: Unit, closed_id: int, into_id: int) -> list[str]:
    """The tags of the one that the other has not."""
    there = select(_TAG.c.tag).where(_TAG.c.lead_id == into_id)
    wanted = select(_TAG.c.tag).where(_TAG.c.lead_id == closed_id, _TAG.c.tag.not_in(there)).order_by(_TAG.c.tag)
    return list(unit.connection.scalars(wanted))


def _close(unit: Unit, pair: _Pair) -> str:
    """Close the later lead. The times of the other one, as they were, in JSON."""
    into, closes = pair.open
    _change(unit, closes.id, state=LeadState.CLOSED.value, closed_at=unit.now)
    before = {name: getattr(into, name) for name in _CLOCKS}
    _change(unit, into.id, next_contact_at=_next_contact(pair, unit.now), **_joined(into, closes))
    return json.dumps(before | {"revision": into.revision + 1}, default=datetime.isoformat)


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


def _begin(unit: Unit, actor: Actor, pair: _Pair, plan: MergePlan, clocks: str | None) -> int:
    values = {
        "kept_id": pair.kept,
        "gone_id": pair.gone,
        "lead_id": plan.lead_id,
        "other_lead_id": plan.other_id,
        "into_lead_id": plan.into,
        "closed_lead_id": plan.closes,
        "clocks": clocks,
        "by_id": actor.id,
        "at": unit.now,
    }
    made = unit.connection.execute(insert(table_of(Merge)).values(values).returning(Merge.id))
    return int(made.scalar_one())


def _move_customer(unit: Unit, merge_id: int, pair: _Pair) -> None:
    """The customer, those who were merged into him before, and his leads."""
    gone = [pair.gone, *unit.connection.scalars(select(_C.c.id).where(_C.c.merged_into_id == pair.gone))]
    unit.connection.execute(update(_C).where(_C.c.id.in_(gone)).values(merged_into_id=pair.kept))
    _note(unit, merge_id, [(Moved.CUSTOMER, each, None if each == pair.gone else pair.gone) for each in gone])
    leads = update(_L).where(_L.c.customer_id == pair.gone).values(customer_id=pair.kept)
    moved = unit.connection.scalars(leads.returning(_L.c.id)).all()
    _note(unit, merge_id, [(Moved.LEAD, each, pair.gone) for each in moved])


def _move_hanging(unit: Unit, merge_id: int, closed_id: int, into_id: int) -> None:
    """What hangs on the closed lead goes to the other one."""
    for what, table in HANGING.items():
        there = update(table).where(table.c.lead_id == closed_id).values(lead_id=into_id).returning(table.c.id)
        _note(unit, merge_id, [(what, each, closed_id) for each in unit.connection.scalars(there)])
    tags = _new_tags(unit, closed_id, into_id)
    unit.connection.execute(
        update(_TAG).where(_TAG.c.lead_id == closed_id, _TAG.c.tag.in_(tags)).values(lead_id=into_id)
    )
    rows = [{"merge_id": merge_id, "what": Moved.TAG.value, "tag": tag, "was": closed_id} for tag in tags]
    if rows:
        unit.connection.execute(insert(table_of(MergeItem)), rows)


def _note(unit: Unit, merge_id: int, moved: list[tuple[Moved, int, int | None]]) -> None:
    rows = [{"merge_id": merge_id, "what": what.value, "row_id": row, "was": was} for what, row, was in moved]
    if rows:
        unit.connection.execute(insert(table_of(MergeItem)), rows)
