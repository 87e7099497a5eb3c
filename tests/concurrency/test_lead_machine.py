"""Any order of adding, importing, claiming, releasing, transferring, recycling, assigning, merging and taking a merge
back: the outcome is what a dictionary would say, the invariants hold, and nobody sees what is not his."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from kit.clock import Clock
from kit.databases import fresh_sqlite
from kit.invariants import assert_kept
from sqlalchemy import select

from bot.peoplefile import read_people
from bot.sandbox.seed import PEOPLE_FILE
from core.calendar import Length, Unit, WorkingCalendar
from core.leads import queries
from core.leads.assigning import assign_waiting
from core.leads.assignment_rules import Assignment, Member, Method, Rule
from core.leads.claiming import claim_leads
from core.leads.intake import NewLead, add_lead, take_in
from core.leads.merging import Merged, SameCustomer, merge_customers
from core.leads.models import Lead
from core.leads.outcomes import (
    Added,
    AlreadyOpen,
    AlreadyYours,
    Claimed,
    Closed,
    NotYours,
    Released,
    SameOwner,
    Transferred,
)
from core.leads.pools import Pool, Pools
from core.leads.recycle import due_leads, let_fall
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from core.leads.service import release_lead, transfer_lead
from core.leads.unmerging import AlreadyUndone, MergedSince, NoSuchMerge, Unmerged, unmerge_customers
from core.leads.whole import lead_360
from core.people import queries as people
from core.people.policy import Actor
from core.people.service import import_people
from core.privacy import Vault
from core.store.database import Database
from core.store.unit import Store

FOLDER = Path(tempfile.mkdtemp(prefix="tuoling-machine-", dir="/tmp"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)  # also of who only collects the tests
POOLS = Pools((Pool("all", "全区池"),), "all")
RULES = Recycling(WorkingCalendar(), (RecyclingRule("一分钟", Lapse.FOLLOW_UP, Length(1, Unit.MINUTE)),))
EVERYBODY = Rule("all", "轮流", Method.ROUND_ROBIN, (Member("batu"), Member("zhangsan"), Member("zhoumin")))
OFFICERS = st.sampled_from(["batu", "zhangsan", "zhoumin"])
PHONES = st.integers(0, 5).map(lambda number: f"1394710000{number}")


@dataclass
class Union:
    """A merge that stands: whose phones and leads went to whom, and which of two open leads was closed for which."""

    kept: int
    gone: int
    phones: list[str]
    leads: list[int]
    closed: int
    into: int
    at: datetime


class LeadMachine(RuleBasedStateMachine):
    """Three officers and their manager over six customers."""

    leads = Bundle("leads")
    merges = Bundle("merges")

    @initialize()
    def open_company(self) -> None:
        self.clock = Clock()
        self.database = Database(fresh_sqlite(FOLDER, FOLDER / "template.db"))
        self.store = Store(self.database, Vault(b"k" * 32), clock=self.clock)
        with self.store.unit(request_id="test") as unit:
            import_people(unit, read_people(PEOPLE_FILE))
        self.owners: dict[int, int | None] = {}
        self.since: dict[int, datetime] = {}
        self.closed: set[int] = set()
        # A customer is called by the lead that he came with.
        self.customer_of: dict[int, int] = {}
        self.customer_with: dict[str, int] = {}
        self.open_of: dict[int, int] = {}
        self.unions: dict[int, Union] = {}

    def actor(self, userid: str) -> Actor:
        """The person with the rights of now."""
        with self.store.read() as session:
            found = people.by_userid(session, "wecom", userid)
        assert found is not None
        return found

    @rule(target=leads, by=OFFICERS, phone=PHONES)
    def add(self, by: str, phone: str) -> int:
        actor, known = self.actor(by), self.lead_of(phone)
        with self.store.unit(request_id="test") as unit:
            outcome = add_lead(unit, actor, NewLead("刘志强", phone, "抖音"), POOLS)
        if known is not None:
            assert outcome == AlreadyOpen(known, self.owners[known], "all")
            return known
        return self.came(phone, outcome, actor.id)

    def lead_of(self, phone: str) -> int | None:
        """The open lead of the customer with this phone."""
        return self.open_of[self.customer_with[phone]] if phone in self.customer_with else None

    def came(self, phone: str, outcome: object, owner: int | None) -> int:
        """Somebody new has a lead."""
        assert isinstance(outcome, Added)
        lead = outcome.lead_id
        self.customer_with[phone] = self.customer_of[lead] = self.open_of[lead] = lead
        self.has(lead, owner)
        return lead

    def has(self, lead: int, owner: int | None) -> None:
        """From now on `owner` has the lead."""
        self.owners[lead] = owner
        self.since[lead] = self.clock.now

    @rule(target=leads, phone=PHONES)
    def arrive(self, phone: str) -> int:
        """By file or API: nobody's yet."""
        known = self.lead_of(phone)
        with self.store.unit(request_id="test") as unit:
            outcome = take_in(unit, NewLead("刘志强", phone, "抖音"), POOLS)
        if known is None:
            return self.came(phone, outcome, None)
        assert outcome.lead_id == known
        return known

    @rule(target=merges, lead=leads, other=leads)
    def merge(self, lead: int, other: int) -> int:
        """The customer of `other` goes into that of `lead`; of the two open leads the earlier one goes on."""
        kept, gone = self.customer_of[lead], self.customer_of[other]
        with self.store.unit(request_id="test") as unit:
            outcome = merge_customers(unit, self.actor("wuyun"), lead, other)
        if kept == gone:
            assert isinstance(outcome, SameCustomer)
            return 0
        assert isinstance(outcome, Merged)
        both = {self.open_of[kept], self.open_of[gone]}
        assert outcome.plan.into is not None
        assert outcome.plan.closes is not None
        assert {outcome.plan.into, outcome.plan.closes} == both
        phones = [phone for phone, whose in self.customer_with.items() if whose == gone]
        moved = [each for each, whose in self.customer_of.items() if whose == gone]
        union = Union(kept, gone, phones, moved, outcome.plan.closes, outcome.plan.into, self.clock.now)
        self.unions[outcome.merge_id] = union
        self.place(union, kept)
        self.open_of[kept] = union.into
        self.closed.add(union.closed)
        if self.owners[union.into] is not None and self.owners[union.into] == self.owners[union.closed]:
            self.since[union.into] = max(self.since[union.into], self.since[union.closed])
        return outcome.merge_id

    def place(self, union: Union, customer: int) -> None:
        """What the union moved belongs to this customer."""
        self.customer_with |= dict.fromkeys(union.phones, customer)
        self.customer_of |= dict.fromkeys(union.leads, customer)

    @rule(number=merges)
    def unmerge(self, number: int) -> None:
        """A merge is taken back, unless one of its customers was merged again since."""
        with self.store.unit(request_id="test") as unit:
            outcome = unmerge_customers(unit, self.actor("wuyun"), number)
        union = self.unions.get(number)
        if union is None:
            assert isinstance(outcome, NoSuchMerge | AlreadyUndone)
            return
        later = [each for each in self.unions if each > number and self._touches(self.unions[each], union)]
        if later:
            assert isinstance(outcome, MergedSince)
            return
        assert isinstance(outcome, Unmerged)
        assert outcome.reopened == union.closed
        del self.unions[number]
        self.place(union, union.gone)
        self.closed.discard(union.closed)
        self.since[union.closed] += max(timedelta(0), self.clock.now - union.at)  # closed, its owner's time stood still
        self.open_of |= {self.customer_of[each]: each for each in (union.into, union.closed)}
        with self.store.read() as session:  # a time that came with the merge goes with it, if nothing else came since
            idle = session.scalar(select(Lead.idle_since).where(Lead.id == union.into))
        if self.owners[union.into] is not None:
            assert idle is not None
            assert idle <= self.since[union.into]
            self.since[union.into] = idle

    @staticmethod
    def _touches(later: Union, union: Union) -> bool:
        return bool({later.kept, later.gone} & {union.kept, union.gone})

    @rule()
    def recycle(self) -> None:
        """What was idle for a minute falls, and nothing else."""
        now = self.clock.now
        idle = {
            lead
            for lead, owner in self.owners.items()
            if owner is not None and lead not in self.closed and self.since[lead] <= now - timedelta(minutes=1)
        }
        with self.store.read() as session:
            due = due_leads(session, RULES, Lapse.FOLLOW_UP, now, 100)
        with self.store.unit(request_id="test") as unit:
            fallen = let_fall(unit, due, RULES, POOLS, Lapse.FOLLOW_UP)
        assert {one.lead_id for one in fallen} == idle
        for lead in idle:
            self.has(lead, None)

    @rule()
    def assign(self) -> None:
        """All that waits is given to the three, in whatever order is fair."""
        with self.store.unit(request_id="test") as unit:
            given = assign_waiting(unit, Assignment((EVERYBODY,)), POOLS, "v1").given
        waiting = {lead for lead, owner in self.owners.items() if owner is None}
        assert {one.lead_id for one in given} == waiting - self.closed
        for one in given:
            self.has(one.lead_id, one.person_id)

    @rule(by=OFFICERS, lead=leads)
    def claim(self, by: str, lead: int) -> None:
        actor, owner = self.actor(by), self.owners[lead]
        with self.store.unit(request_id="test") as unit:
            (outcome,) = claim_leads(unit, actor, [lead], POOLS)
        if lead in self.closed:
            assert outcome == Closed(lead)
        elif owner is None:
            assert outcome == Claimed(lead)
            self.has(lead, actor.id)
        elif owner == actor.id:
            assert isinstance(outcome, AlreadyYours)
        else:
            assert (outcome.lead_id, outcome.owner_id) == (lead, owner)  # type: ignore[union-attr]

    @rule(by=OFFICERS, lead=leads)
    def release(self, by: str, lead: int) -> None:
        actor, owner = self.actor(by), self.owners[lead]
        with self.store.unit(request_id="test") as unit:
            outcome = release_lead(unit, actor, lead, "联系不上", POOLS)
        if owner == actor.id and lead in self.closed:
            assert outcome == Closed(lead)
        elif owner == actor.id:
            assert outcome == Released(lead, "all")
            self.has(lead, None)
        else:
            assert isinstance(outcome, NotYours)

    @rule(by=st.sampled_from(["batu", "lina", "wuyun"]), to=OFFICERS, lead=leads)
    def transfer(self, by: str, to: str, lead: int) -> None:
        actor, receiver, owner = self.actor(by), self.actor(to), self.owners[lead]
        with self.store.unit(request_id="test") as unit:
            outcome = transfer_lead(unit, actor, lead, receiver, POOLS)
        if isinstance(outcome, Transferred):
            assert owner != receiver.id
            assert lead not in self.closed
            self.has(lead, receiver.id)
        else:
            assert isinstance(outcome, SameOwner | NotYours | Closed)
            assert isinstance(outcome, Closed) <= (lead in self.closed)
            free = by == "wuyun" and owner != receiver.id and lead not in self.closed
            assert not free, "the administrator may give away anything"

    @rule(seconds=st.integers(-5, 5))
    def time_passes(self, seconds: int) -> None:
        """The host's clock may also be set back a little."""
        self.clock.go(seconds=seconds)

    @rule(minutes=st.integers(1, 2))
    def minutes_pass(self, minutes: int) -> None:
        self.clock.go(minutes=minutes)

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as session:
            assert dict(session.execute(select(Lead.id, Lead.owner_id)).all()) == self.owners
        assert_kept(self.store, settled=False)

    @invariant()
    def nobody_sees_what_is_not_his(self) -> None:
        """An officer looks at what waits and at what he has, and at nothing else; a phone in full is that of a customer
        who is his: the open lead's owner's, and nobody's while it waits. By card, by list and by search alike."""
        if not hasattr(self, "store"):
            return
        for userid in ("batu", "zhangsan", "zhoumin"):
            viewer = self.actor(userid)
            with self.store.read() as session:
                for lead, owner in self.owners.items():
                    waits = owner is None and lead not in self.closed
                    goes_on = self.open_of[self.customer_of[lead]]
                    in_full = owner == viewer.id and self.owners[goes_on] == viewer.id
                    card = lead_360(session, self.store.vault, viewer, lead, POOLS, self.clock.now)
                    assert (card is not None) == (waits or owner == viewer.id), (userid, lead)
                    line = queries.briefs(session, self.store.vault, viewer, [lead], POOLS)[lead]
                    for shown in filter(None, (card, line)):
                        assert (shown.phone in self.customer_with) == in_full, (userid, lead, shown)
                        assert card is None or in_full or not set(card.other_phones) & set(self.customer_with)
                for phone in self.customer_with:
                    found = queries.find_leads(session, self.store.vault, viewer, phone, self.clock.now)
                    assert {self.owners[lead] for lead in found} <= {viewer.id}, (userid, phone)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()


LeadMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
TestLeadMachine = LeadMachine.TestCase
