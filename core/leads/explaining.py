"""为什么分给我: how a lead came to who has it, or why it waits; for its owner, those above him, who runs the pool."""

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select

from core.leads import assigned
from core.leads.assigned import Waiting
from core.leads.assignment_outcomes import Chosen, Nobody
from core.leads.assignment_rules import Assignment
from core.leads.models import Lead, LeadState, subject
from core.leads.outcomes import Closed, NoSuchLead, NotAllowed, NotYours, Refused
from core.leads.pools import Pools
from core.leads.unassigned import COLUMNS, unassigned
from core.leads.whole import Step, last_step
from core.people import queries as people
from core.people.policy import Actor, Scope, Verb, may, may_touch
from core.store.base import table_of
from core.store.unit import Unit

_L = table_of(Lead)


@dataclass(frozen=True, slots=True)
class OtherwiseGiven:
    """It was no rule by which the owner got it; `last` is how he did."""

    last: Step


@dataclass(frozen=True, slots=True)
class NoRule:
    """It waits, and no rule takes it."""


@dataclass(frozen=True, slots=True)
class NextRound:
    """It waits, the rule named `rule` takes it, and it was not looked at yet."""

    rule: str


@dataclass(frozen=True, slots=True)
class Paused:
    """It waits, and nothing is given out by itself at present."""


Explained: TypeAlias = Chosen | Nobody | OtherwiseGiven | NoRule | NextRound | Paused


def explain(unit: Unit, actor: Actor, lead_id: int, assignment: Assignment, pools: Pools) -> Explained | Refused:
    """What `actor` may know of it; a refusal of a right is audited."""
    row = unit.connection.execute(select(*COLUMNS, _L.c.owner_id, _L.c.state).where(_L.c.id == lead_id)).first()
    if row is None:
        return NoSuchLead(lead_id)
    department = people.department_of(unit.connection, row.owner_id) if row.owner_id is not None else None
    pool = pools.by_key(row.pool)
    runs_it = pool is not None and pool.is_run_by(actor) and may(actor, Verb.EXPLAIN)
    if not runs_it and not may_touch(actor, Verb.EXPLAIN, row.owner_id, department):
        unit.record(actor.id, f"{Verb.EXPLAIN}:denied", subject(lead_id))
        return NotYours(lead_id, row.owner_id) if may(actor, Verb.EXPLAIN) else NotAllowed(Verb.EXPLAIN)
    if row.owner_id is not None:
        last = last_step(unit.session, unit.vault, lead_id, pools)
        found = assigned.why_given(unit.session, lead_id)
        return found or (OtherwiseGiven(last) if last else NoSuchLead(lead_id))
    if row.state != LeadState.OPEN:
        return Closed(lead_id)
    if assignment.paused or not assignment.rules:
        return Paused()
    rule = assignment.rule_for(unassigned(row))
    waits = assigned.why_waiting(unit.session, lead_id)
    if rule is None:
        return NoRule()
    return waits or NextRound(rule.name)


def queued_in(actor: Actor, pools: Pools) -> list[str]:
    """The keys of the pools of which `actor` is shown what waits for somebody: those that he runs; for administrators
    all."""
    everything = actor.scope(Verb.SEE_QUEUE) == Scope.ALL
    return [pool.key for pool in pools.pools if everything or pool.is_run_by(actor)]


def sees_queue(actor: Actor, pools: Pools) -> bool:
    """Is there anything of which `actor` could be shown what waits?"""
    return bool(queued_in(actor, pools)) or actor.scope(Verb.SEE_QUEUE) == Scope.ALL


def queue_of(unit: Unit, actor: Actor, pools: Pools) -> list[Waiting] | None:
    """What waits because nobody can take it, in the pools that `actor` looks after; None if he looks after none."""
    if sees_queue(actor, pools):
        return assigned.queue(unit.connection, queued_in(actor, pools))
    unit.record(actor.id, f"{Verb.SEE_QUEUE}:none", "assignment")
    return None
