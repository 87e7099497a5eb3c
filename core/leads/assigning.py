"""自动分配: leads that wait in a pool go to people by the company's rules, many in one transaction.

1. The turns of the rules are held, and the people, and then the leads: what is counted and what is chosen stays true
   to the commit. A lead that somebody is claiming at this moment is left out before anything is chosen for it, so
   nobody's turn is charged for it.
2. For each lead, the oldest first, `Chooser` decides by the numbers as they stand after the one before it.
3. One UPDATE gives all of them out; turns, decisions and audit entries follow.

A lead that nobody can take waits in the queue (`assigned`). What was found for one is found for all that are alike.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.leads import ownership
from core.leads.assigned import keep_given, keep_turns, keep_waiting, leave_queue, tell_given, tell_once
from core.leads.assignment import Chooser
from core.leads.assignment_outcomes import Chosen, Nobody
from core.leads.assignment_rules import Assignment
from core.leads.candidates import Staff, gather, remember_who_had_them
from core.leads.events import LeadsAssigned, NobodyEligible
from core.leads.models import IS_POOLED, Lead, subject
from core.leads.ownership import Given
from core.leads.pools import Pools
from core.leads.unassigned import COLUMNS, Walk, unassigned
from core.store.base import table_of
from core.store.unit import Unit

BATCH = 200  # leads in one transaction, at most: a tap waits for no longer one
_MOST_LOOKS = 8_000  # at one person for one lead, likewise
MOST_TOLD = 2_000  # likewise, of which the new owners are told

_L = table_of(Lead)


@dataclass(slots=True)
class Round:
    """What became of some leads: those that were given, and those for which there was nobody."""

    given: list[Chosen] = field(default_factory=list)
    nobody: list[Nobody] = field(default_factory=list)


@dataclass(slots=True)
class _Alike:
    """Leads for which there is nobody, for the same reasons: when each came into its pool."""

    nobody: Nobody
    pool: str
    since: dict[int, datetime]


def assign_waiting(unit: Unit, assignment: Assignment, pools: Pools, version: str, limit: int = BATCH) -> Round:
    """Give out up to `limit` of the waiting leads that a rule takes, the oldest first. `version` is the
    configuration's. For one go; who comes again keeps a `Walk` and calls `assign_leads`."""
    found = Walk(assignment, pools).next(unit.session, unit.now, limit)
    return assign_leads(unit, assignment, pools, version, found)


def batch_of(assignment: Assignment) -> int:
    """So many leads are given out in one transaction: fewer where a rule has many people."""
    most = max((len(rule.people) for rule in assignment.rules), default=1)
    return max(1, min(BATCH, _MOST_LOOKS // most))


def assign_leads(unit: Unit, assignment: Assignment, pools: Pools, version: str, lead_ids: Sequence[int]) -> Round:
    """Give out these leads, as far as they still wait, a rule takes them and somebody can. Each that is given is
    audited; the new owners are told by `tell_owners`. `NobodyEligible` tells once of a rule by which nobody can take a
    lead, until none waits by it any more."""
    ruled = {row.id: assignment.rule_for(unassigned(row)) for row in _waiting(unit, lead_ids)}
    leave_queue(unit, [lead_id for lead_id in lead_ids if ruled.get(lead_id) is None])
    rules = {rule.key: rule for rule in ruled.values() if rule is not None}
    if not rules:
        return Round()
    staff = gather(unit, list(rules.values()), pools)
    rows = [row for row in _waiting(unit, list(ruled), hold=True) if rules.get(_key(assignment, row))]
    remember_who_had_them(unit, staff, [unassigned(row) for row in rows])
    given, waiting = _decide(staff, assignment, rows, version)
    _give(unit, staff, given, version)
    for alike in waiting:
        keep_waiting(unit, version, alike.nobody, alike.since)
    _tell_of_nobody(unit, waiting, pools)
    return Round(given, [alike.nobody for alike in waiting for _ in alike.since])


def tell_owners(unit: Unit) -> int:
    """Tell of what was given (`LeadsAssigned`), many leads together, so that nobody gets a card for each; how many were
    told of. What is not told for whatever reason is told the next time."""
    given = tell_given(unit, MOST_TOLD)
    if given:
        unit.happened(LeadsAssigned(tuple(given)))
    return len(given)


def _key(assignment: Assignment, row: Any) -> str:
    rule = assignment.rule_for(unassigned(row))
    return rule.key if rule else ""


def _waiting(unit: Unit, lead_ids: Sequence[int], *, hold: bool = False) -> Sequence[Any]:
    """Those of the leads that wait in a pool, the oldest first; with `hold` those that nobody else is working on, and
    nobody else from here to the commit."""
    wanted = select(*COLUMNS, _L.c.pooled_at).where(_L.c.id.in_(lead_ids), IS_POOLED).order_by(_L.c.pooled_at, _L.c.id)
    return unit.connection.execute(wanted.with_for_update(skip_locked=True, of=_L) if hold else wanted).all()


def _decide(
    staff: Staff, assignment: Assignment, rows: Sequence[Any], version: str
) -> tuple[list[Chosen], list[_Alike]]:
    given: list[Chosen] = []
    waiting: dict[tuple[object, ...], _Alike] = {}
    choosers: dict[str, Chooser] = {}
    for row in rows:
        lead = unassigned(row)
        rule = assignment.rule_for(lead)
        if rule is None:
            continue
        # In this transaction people only get fuller: where there was nobody, there is nobody for the next one.
        alike = (rule.key, lead.pool, lead.region, lead.product, lead.language, staff.cooled(rule, lead))
        if alike in waiting:
            waiting[alike].since[lead.id] = row.pooled_at
            continue
        if rule.key not in choosers:
            choosers[rule.key] = Chooser(rule, staff.now, version)
        decision = choosers[rule.key].choose(lead, staff.of(rule, lead))
        if isinstance(decision, Chosen):
            given.append(decision)
            staff.gave(decision, lead.pool)
        else:
            waiting[alike] = _Alike(decision, lead.pool, {lead.id: row.pooled_at})
    return given, list(waiting.values())


def _give(unit: Unit, staff: Staff, given: Sequence[Chosen], version: str) -> None:
    if not given:
        return
    gifts = [Given(one.lead_id, one.person_id, one.name) for one in given]
    done = ownership.give(unit, gifts)
    if len(done) != len(gifts):
        raise RuntimeError("a lead that was held here changed hands")
    keep_turns(unit, {key: staff.turns[key] for key in {one.rule for one in given}})
    keep_given(unit, version, given)
    for one in given:
        unit.record(None, "lead:assign", subject(one.lead_id), new=one.person_id, rule=one.rule, version=version[:12])


def _tell_of_nobody(unit: Unit, waiting: Sequence[_Alike], pools: Pools) -> None:
    stuck: dict[str, list[str]] = defaultdict(list)
    for alike in waiting:
        stuck[alike.nobody.rule].append(alike.pool)
    for rule in sorted(tell_once(unit, stuck)) if stuck else ():
        keys = tuple(dict.fromkeys(stuck[rule]))
        admins = {account for key in keys if (pool := pools.by_key(key)) for account in pool.admins}
        unit.happened(NobodyEligible(rule, keys, frozenset(admins)))
