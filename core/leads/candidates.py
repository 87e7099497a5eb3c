"""What the database knows of the people of assignment rules, for many leads in a few statements: how many leads each
holds and got today, whose turn it is, and what the limits of pools and company say."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from core.calendar import day_start
from core.leads.assigned import hold_turns
from core.leads.assignment import Candidate
from core.leads.assignment_outcomes import NEW, Chosen, Turn
from core.leads.assignment_rules import Rule, Unassigned
from core.leads.models import IS_IN_HAND, How, Lead, Ownership
from core.leads.outcomes import ClaimRefusal, CoolingDown, NotAllowed, NotYourPool
from core.leads.pools import Pool, Pools
from core.leads.rules import Usage, claim_limit, gate_of
from core.people.holding import hold_accounts
from core.people.policy import Actor, Verb, may
from core.people.queries import actors_by_accounts
from core.store.base import table_of
from core.store.unit import Unit

_L, _O = table_of(Lead), table_of(Ownership)


@dataclass(slots=True)
class Staff:
    """The people of some rules, as they stand in this transaction; brought on with each lead that is given."""

    pools: Pools
    now: datetime
    people: Mapping[str, Actor]
    turns: dict[str, dict[int, Turn]]
    held: dict[int, Counter[str]]
    in_hand: Counter[int]
    today: Counter[int]
    cooling: dict[tuple[int, int], CoolingDown] = field(default_factory=dict)
    _stops: dict[tuple[int, str], ClaimRefusal | None] = field(default_factory=dict)

    def of(self, rule: Rule, lead: Unassigned) -> list[Candidate]:
        """The candidates of `rule` for `lead`."""
        turns, in_hand, today = self.turns[rule.key], self.in_hand, self.today
        found = []
        for member in rule.people:
            person = self.people.get(member.account)
            if person is not None:
                number, blocked = person.id, self._blocked(person, lead)
                turn = turns.get(number, NEW)
                candidate = Candidate(
                    number, person.account, person.name, True, in_hand[number], today[number], turn, blocked
                )
                found.append(candidate)
        return found

    def cooled(self, rule: Rule, lead: Unassigned) -> frozenset[int]:
        """Those of the rule who had the lead not long ago."""
        people = (self.people.get(member.account) for member in rule.people)
        return frozenset(person.id for person in people if person and (lead.id, person.id) in self.cooling)

    def gave(self, chosen: Chosen, pool: str) -> None:
        """A lead of `pool` was given: what was counted goes on from there."""
        self.turns[chosen.rule] |= chosen.turns
        self.held[chosen.person_id][pool] += 1
        self.in_hand[chosen.person_id] += 1
        self.today[chosen.person_id] += 1
        for key in [key for key in self._stops if key[0] == chosen.person_id]:
            del self._stops[key]

    def _blocked(self, person: Actor, lead: Unassigned) -> ClaimRefusal | None:
        """What the pool and the company say against it; as a claim would hear it, but for what binds claims alone: a
        day's claims, the freeze, and that a pool is only assigned from."""
        key = (person.id, lead.pool)
        if key not in self._stops:
            self._stops[key] = self._stop(person, lead.pool)
        stop = self._stops[key]
        if stop is None:
            return self.cooling.get((lead.id, person.id)) if self.cooling else None
        return replace(stop, lead_id=lead.id) if isinstance(stop, NotYourPool) else stop

    def _stop(self, person: Actor, pool_key: str) -> ClaimRefusal | None:
        if not may(person, Verb.FOLLOW):
            return NotAllowed(Verb.FOLLOW)
        pool = self.pools.by_key(pool_key) or Pool(pool_key, pool_key)
        if not pool.has_member(person):
            return NotYourPool(0, pool_key)
        usage = Usage(claimed_today={}, held=self.held[person.id])
        return claim_limit(self.pools, pool, person, usage, 0, self.now)


def gather(unit: Unit, rules: Collection[Rule], pools: Pools) -> Staff:
    """The people of these rules, with the rules' turns and the people held to the commit: what is counted of them,
    nobody else changes meanwhile. (People are locked before leads everywhere.)"""
    turns = hold_turns(unit, {rule.key for rule in rules})
    accounts = {member.account for rule in rules for member in rule.people}
    hold_accounts(unit, accounts)
    people = {actor.account: actor for actor in actors_by_accounts(unit.connection, accounts)}
    ids = sorted(actor.id for actor in people.values())
    held = _held(unit, ids)
    in_hand = Counter({person: pools_held.total() for person, pools_held in held.items()})
    return Staff(pools, unit.now, people, turns, held, in_hand, _today(unit, ids))


def _held(unit: Unit, ids: Collection[int]) -> dict[int, Counter[str]]:
    counted = select(_L.c.owner_id, _L.c.pool, func.count()).where(_L.c.owner_id.in_(ids), IS_IN_HAND)
    held: dict[int, Counter[str]] = defaultdict(Counter)
    for person_id, pool, count in unit.connection.execute(counted.group_by(_L.c.owner_id, _L.c.pool)):
        held[person_id][pool] = count
    return held


def _today(unit: Unit, ids: Collection[int]) -> Counter[int]:
    wanted = (_O.c.owner_id.in_(ids), _O.c.how == How.ASSIGN.value, _O.c.since >= day_start(unit.now))
    counted = select(_O.c.owner_id, func.count()).where(*wanted).group_by(_O.c.owner_id)
    return Counter({row[0]: row[1] for row in unit.connection.execute(counted)})


def remember_who_had_them(unit: Unit, staff: Staff, leads: Iterable[Unassigned]) -> None:
    """Note in `staff` who had one of the leads so shortly ago that he does not get it again yet."""
    by_pool: dict[str, list[int]] = defaultdict(list)
    for lead in leads:
        by_pool[lead.pool].append(lead.id)
    for key, lead_ids in by_pool.items():
        pool = staff.pools.by_key(key)
        if pool is None:
            continue
        after = gate_of(staff.pools, pool, unit.now).not_had_after
        if after > unit.now:
            continue
        last = func.max(_O.c.until)
        had = select(_O.c.lead_id, _O.c.owner_id, last).where(_O.c.lead_id.in_(lead_ids), _O.c.owner_id.is_not(None))
        length = unit.now - after
        for lead_id, person_id, until in unit.connection.execute(
            had.group_by(_O.c.lead_id, _O.c.owner_id).having(last > after)
        ):
            hours = length / timedelta(hours=1)
            staff.cooling[lead_id, person_id] = CoolingDown(lead_id, key, until, hours, until + length)
