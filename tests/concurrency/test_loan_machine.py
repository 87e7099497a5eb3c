"""Any verbs in any order by anybody, on applications in every way of deciding together, with time passing and ladders
climbed between them: what must hold of applications holds after each."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from kit.clock import Clock
from kit.databases import fresh_sqlite
from kit.invariants import assert_kept
from kit.loan_flows import FIRST, PAY, SECOND, by_mode, flow, parallel, rules_with, tiers, within
from kit.loan_invariants import loans_kept
from sqlalchemy import select

from core.calendar import Length
from core.calendar import Unit as Hours
from core.leads.intake import NewLead, add_lead
from core.leads.outcomes import Added
from core.leads.pools import Pool, Pools
from core.loans import deciding, ladder, service, standing_in
from core.loans.at_hand import Wish
from core.loans.flows import Decision, Mode, Repeat, Resume, Rung, Step
from core.loans.models import Application, Task, TaskState
from core.loans.outcomes import Started
from core.people import queries as people
from core.people.policy import Actor
from core.people.service import PersonRow, import_people
from core.privacy import Vault
from core.store.database import Database
from core.store.unit import Store

FOLDER = Path(tempfile.mkdtemp(prefix="tuoling-loans-", dir="/tmp"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)  # also of who only collects the tests
POOLS = Pools((Pool("all", "全区池"),), "all")
ROLES = {"admin": "admin", "boss": "manager", "approver": "approver", "finance": "finance"}
STAFF = (*ROLES, "batu", "lina", "zhang", "wang", "zhou")
PEOPLE = [
    PersonRow(line, name, "一部", ROLES.get(name, "officer"), name, "", "", "") for line, name in enumerate(STAFF, 2)
]
ANYBODY = st.sampled_from(STAFF)
FOUR, EIGHT = (Length(hours, Hours.HOUR, working=True) for hours in (4, 8))
LADDER = (Step(Rung.REMIND), Step(Rung.REASSIGN, FOUR), Step(Rung.REFUSE, EIGHT))
LATE = replace(within(8), ladder=LADDER)
FLOWS = (
    by_mode(Mode.ALL, resume=Resume.THERE),
    by_mode(Mode.ANY),
    by_mode(Mode.RATIO),
    by_mode(Mode.SEQUENCE),
    parallel(),
    tiers(),
    flow(replace(FIRST, deadline=LATE), replace(SECOND, mode=Mode.ALL, deadline=LATE, repeat=Repeat.ONCE), PAY),
)
NODES = ("start", "first", "second", "left", "right", "right2", "pay")
VERBS = st.sampled_from([*Decision, Decision.AGREE, Decision.AGREE, Decision.AGREE])  # or few come far
WISHES = st.tuples(VERBS, st.lists(ANYBODY, max_size=2), st.sampled_from(NODES))


class LoanMachine(RuleBasedStateMachine):
    """Nine people and a few applications of two of them."""

    @initialize(of=st.sampled_from(FLOWS))
    def open_company(self, of: object) -> None:
        self.clock = Clock()
        self.database = Database(fresh_sqlite(FOLDER, FOLDER / "template.db"))
        self.store = Store(self.database, Vault(b"k" * 32), clock=self.clock)
        self.rules = rules_with(of)  # type: ignore[arg-type]
        self.phones = count(13947100000)
        with self.store.unit(request_id="test") as unit:
            import_people(unit, PEOPLE)
        self.begin("batu", 800_000)

    def actor(self, userid: str) -> Actor:
        """The person with the rights of now."""
        with self.store.read() as session:
            found = people.by_userid(session, "wecom", userid)
        assert found is not None
        return found

    def do(self, verb: Callable[..., object], by: Actor, *args: object) -> object:
        """One verb by one person, in a unit of its own."""
        with self.store.unit(request_id="test", channel="wecom") as unit:
            return verb(unit, by, *args)

    @rule(by=st.sampled_from(["batu", "lina"]), yuan=st.sampled_from([300_000, 800_000]))
    def begin(self, by: str, yuan: int) -> None:
        """Somebody hands in an application."""
        actor = self.actor(by)
        lead = self.do(add_lead, actor, NewLead("刘志强", str(next(self.phones)), "抖音", product="house"), POOLS)
        assert isinstance(lead, Added)
        given = {"amount": yuan * 100, "term": "36"}
        started = self.do(service.start, actor, lead.lead_id, None, given, self.rules)
        assert isinstance(started, Started)
        self.do(service.submit, actor, started.application_id, self.rules)

    @rule(which=st.integers(0, 9), late=st.booleans(), by=st.none() | ANYBODY, wish=WISHES)
    def decide(self, which: int, by: str | None, wish: tuple[Decision, list[str], str], *, late: bool) -> None:
        """Who has a task, or somebody else, does anything with it; `late`: it may be one that is over."""
        with self.store.read() as session:
            wanted = select(Task.id, Task.person_id).order_by(Task.id.desc())
            tasks = session.execute(wanted if late else wanted.where(Task.state == TaskState.OPEN)).all()
            holders = {person.id: person for person in people.actors(session)}
        if not tasks:
            return
        task, holder = tasks[which % len(tasks)]
        actor = self.actor(by) if by is not None else holders[holder]
        decision, to, node = wish
        to_ids = tuple(dict.fromkeys(self.actor(one).id for one in to))
        self.do(deciding.decide, actor, task, Wish(decision, reason="材料不齐", to_ids=to_ids, node=node), self.rules)

    @rule(
        which=st.integers(0, 9),
        by=st.sampled_from(["batu", "lina", "wang"]),
        verb=st.sampled_from([service.submit, service.submit, service.withdraw, service.drop, service.nudge]),
    )
    def submitter(self, which: int, by: str, verb: Callable[..., object]) -> None:
        """Hand in again, take back, give up, hurry."""
        self.do(verb, self.actor(by), self.one_of(which), self.rules)

    @rule(which=st.integers(0, 9), by=st.sampled_from(["batu", "lina"]), yuan=st.sampled_from([300_000, 800_000]))
    def fill(self, which: int, by: str, yuan: int) -> None:
        """Another amount, where it may be changed."""
        self.do(service.fill, self.actor(by), self.one_of(which), "amount", yuan * 100, self.rules)

    @rule(by=ANYBODY, to=ANYBODY)
    def stand_in(self, by: str, to: str) -> None:
        """Somebody acts for another one for a day."""
        until = self.clock.now + timedelta(days=1)
        self.do(standing_in.let_stand_in, self.actor(by), self.actor(to).id, self.clock.now, until)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        """And the scheduler does what is due."""
        self.clock.go(hours=hours)
        with self.store.read() as session:
            due = ladder.due_applications(session, self.clock.now, 100)
        with self.store.unit(request_id="deadlines") as unit:
            ladder.climb(unit, due, self.rules)

    def one_of(self, which: int) -> int:
        """An application."""
        with self.store.read() as session:
            numbers = session.scalars(select(Application.id).order_by(Application.id.desc())).all()
        return numbers[which % len(numbers)]

    @invariant()
    def all_is_kept(self) -> None:
        if hasattr(self, "store"):
            loans_kept(self.store)
            assert_kept(self.store, settled=False)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()


LoanMachine.TestCase.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)
TestLoanMachine = LoanMachine.TestCase
