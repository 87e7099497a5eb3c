"""The ladder at work: each rung once, to whom, late and stale ones; hands that change; calendars that change."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from firm import Firm
from flows_kit import Desk, desk, stands_in
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, flow
from sqlalchemy import select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from core.calendar import CHINA, DeclaredDay, Length, Unit, WorkingCalendar
from core.loans import ladder, timing
from core.loans.deadline_models import RungRow
from core.loans.deadlines import Stop
from core.loans.events import RungReached, RungsReached, TasksChanged
from core.loans.flows import Approve, Deadline, Flow, Mode, Rung, Step, Who
from core.loans.models import Application, StepRow, Task, TaskState
from core.loans.task_deadlines import task_deadline
from core.people.models import Person, own_phone_place
from core.store import unit as units
from core.store.outbox import Kind, OutboxRow, body_place
from jobs.deadlines import DeadlineSweep

if TYPE_CHECKING:
    from config.in_force import InForce


def hours(amount: int) -> Length:
    return Length(amount, Unit.HOUR, working=True)


def at(stamp: str) -> datetime:
    return datetime.strptime(f"2026-{stamp}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


USUAL = (Step(Rung.REMIND, hours(2), before=True), Step(Rung.SUPERIOR), Step(Rung.REASSIGN, hours(4)))
# Handed in on Tuesday 11-24 10:00: due on 11-25 10:30; the rungs come on 11-24 17:30, 11-25 10:30, 11-25 16:00.


def first(*steps: Step, node: Approve = FIRST) -> Flow:
    return flow(replace(node, next="pay", deadline=Deadline(hours(8), steps or USUAL)), PAY)


@dataclass(slots=True)
class Round:
    """An application whose deadlines are swept."""

    desk: Desk
    clock: Clock
    heard: list[RungReached] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk.firm.store.listen(self._hear)

    def _hear(self, _unit: units.Unit, event: units.Event) -> None:
        if isinstance(event, RungsReached):
            self.heard += event.rungs

    def sweep(self, stamp: str, *, texting: bool = False) -> str:
        """Sweep at this time; what was done, by rung: `remind superior!` (late), `agree?` (not possible)."""
        self.clock.now = at(stamp)
        self.heard.clear()
        with self.desk.firm.store.read() as session:
            due = ladder.due_applications(session, self.clock.now, 100)
        self.desk.firm.work(lambda unit: ladder.climb(unit, due, self.desk.rules, texting=texting))
        marks = [f"{each.does}{'!' if each.late else ''}{'' if each.possible else '?'}" for each in self.heard]
        return " ".join(marks)

    @property
    def rows(self) -> list[str]:
        """The rungs that were come to."""
        with self.desk.firm.store.read() as session:
            rows = session.scalars(select(RungRow).order_by(RungRow.task_id, RungRow.rung))
            return [f"{row.rung} {row.came}" for row in rows]

    @property
    def texts(self) -> list[tuple[str, int, str]]:
        """The short messages that wait in the outbox: the channel, to whom, about which task."""
        store = self.desk.firm.store
        with store.read() as session:
            rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == Kind.SMS).order_by(OutboxRow.id)).all()
        return [
            (row.channel, row.person_id, store.vault.open(body_place(row.dedupe_key), row.body or b"")) for row in rows
        ]

    def phone(self, who: str) -> None:
        """Give him a phone."""
        store, person_id = self.desk.firm.store, self.desk.firm.who(who).id
        sealed = store.vault.seal(own_phone_place(person_id), "13947100009")
        with store.database.write() as session:
            session.execute(update(Person).where(Person.id == person_id).values(phone=sealed))

    def task(self, who: str) -> Task:
        """The task that he has now."""
        with self.desk.firm.store.read() as session:
            mine = (Task.person_id == self.desk.firm.who(who).id, Task.state == TaskState.OPEN.value)
            return session.scalars(select(Task).where(*mine)).one()


@pytest.fixture
def round_(firm: Firm, clock: Clock) -> Round:
    return Round(desk(firm, first()), clock)


def test_each_rung_comes_once(round_: Round) -> None:
    task = round_.task("approver")
    assert (task.due_at, task.next_at) == (at("11-25 10:30"), at("11-24 17:30"))
    assert round_.sweep("11-24 17:29") == ""
    assert round_.sweep("11-24 17:30") == "remind"
    assert round_.sweep("11-24 17:31") == ""
    assert round_.sweep("11-25 10:30") == "superior"
    assert round_.heard[0].to_id == round_.desk.firm.who("admin").id  # nobody is above him
    assert round_.sweep("11-25 10:40") == ""
    assert round_.task("approver").next_at == at("11-25 16:00")
    assert round_.sweep("11-25 16:00") == "reassign"
    assert round_.desk.stands == "first: admin"
    assert round_.rows == ["0 done", "1 done", "2 done"]


def test_who_gets_it_by_itself_begins_anew(round_: Round) -> None:
    round_.sweep("11-25 16:00")
    task = round_.task("admin")
    assert (task.since, task.due_at, task.next_at) == (at("11-25 16:00"), at("11-26 16:30"), at("11-26 14:30"))
    assert round_.sweep("11-26 14:30") == "remind"


def test_of_several_at_once_the_last_is_done_and_said_to_be_late(round_: Round) -> None:
    assert round_.sweep("11-25 14:30") == "superior!"
    assert round_.rows == ["0 overtaken", "1 done"]


def test_what_is_long_past_is_not_done(round_: Round) -> None:
    assert round_.sweep("12-02 09:00") == ""
    assert round_.rows == ["0 stale", "1 stale", "2 stale"]
    assert round_.desk.stands == "first: approver"
    assert round_.task("approver").next_at is None


def test_who_decided_is_not_reminded(round_: Round) -> None:
    round_.desk.do("approver 同意")
    assert round_.sweep("11-25 16:00") == ""
    assert round_.rows == []


@ON_ONE_DATABASE
def test_who_hands_it_on_gains_no_time(firm: Firm, clock: Clock) -> None:
    round_ = Round(desk(firm, first()), clock)
    clock.now = at("11-25 10:00")
    round_.desk.do("approver 转交 zhou")
    assert round_.task("zhou").due_at == at("11-25 10:30")
    assert round_.sweep("11-25 10:30") == "superior"


@ON_ONE_DATABASE
def test_asking_somebody_first_gains_no_time(firm: Firm, clock: Clock) -> None:
    round_ = Round(desk(firm, first()), clock)
    clock.now = at("11-24 11:00")
    round_.desk.do("approver 前加签 zhou")
    assert round_.task("zhou").due_at == at("11-25 10:30")
    clock.now = at("11-24 15:00")
    round_.desk.do("zhou 同意")
    assert round_.task("approver").due_at == at("11-25 10:30")


@ON_ONE_DATABASE
def test_of_those_who_come_after_one_another_each_has_his_time(firm: Firm, clock: Clock) -> None:
    three = Who(people=("lina", "zhang"))
    round_ = Round(desk(firm, first(node=replace(FIRST, who=(three,), mode=Mode.SEQUENCE))), clock)
    clock.now = at("11-25 10:00")
    round_.desk.do("lina 同意")
    assert round_.task("zhang").due_at == at("11-26 10:30")


@ON_ONE_DATABASE
def test_a_return_begins_a_new_deadline(firm: Firm, clock: Clock) -> None:
    second = replace(FIRST, key="second", next="pay", deadline=Deadline(hours(8), USUAL))
    of = flow(replace(FIRST, next="second", deadline=Deadline(hours(8), USUAL)), second, PAY)
    round_ = Round(desk(firm, of), clock)
    assert round_.sweep("11-24 17:30") == "remind"
    round_.desk.do("approver 同意")
    clock.now = at("11-26 10:00")
    round_.desk.do("approver 退回 first")
    assert round_.task("approver").due_at == at("11-27 10:30")
    assert round_.sweep("11-26 17:30") == "remind"


@ON_ONE_DATABASE
def test_leave_is_left_out(firm: Firm, clock: Clock) -> None:
    at_desk = desk(firm, first())
    away = {"approver": (Stop(at("11-25 00:00"), at("11-26 00:00")),)}
    round_ = Round(replace(at_desk, rules=replace(at_desk.rules, away=away)), clock)
    clock.now = at("11-24 10:30")
    firm.work(lambda unit: ladder.retime(unit, round_.desk.rules, 10))
    assert round_.task("approver").due_at == at("11-26 10:30")
    assert round_.sweep("11-25 10:30") == "remind!"
    assert round_.sweep("11-26 10:30") == "superior"
    with firm.store.read() as session:
        assert session.scalars(select(StepRow.due_at).where(StepRow.node == "first")).one() == at("11-25 10:30")


@pytest.mark.parametrize(
    ("does", "stands"), [(Rung.AGREE, "pay: finance"), (Rung.REFUSE, "ended refused")], ids=["agree", "refuse"]
)
def test_the_flow_decides(firm: Firm, clock: Clock, does: Rung, stands: str) -> None:
    round_ = Round(desk(firm, first(Step(does))), clock)
    changed: list[TasksChanged] = []
    firm.store.listen(lambda _, event: changed.append(event) if isinstance(event, TasksChanged) else None)
    assert round_.sweep("11-25 10:30") == does.value
    assert round_.desk.stands == stands
    with firm.store.read() as session:
        task = session.scalars(select(Task).where(Task.decision == does.value)).one()
        assert (task.acted_by_id, task.acted_at) == (None, at("11-25 10:30"))
    assert [event.tasks for event in changed] == [(task.id,)], "whose card says by now that it is over"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("mode", "came", "stands"),
    [(Mode.ANY, "reassign reassign", "first: admin"), (Mode.ALL, "reassign reassign?", "first: admin finance")],
)
def test_of_several_who_go_to_one_superior_he_has_it_once(
    firm: Firm, clock: Clock, mode: Mode, came: str, stands: str
) -> None:
    """或签: the first decision counts, so one task is enough. 会签: each has a vote, and he has one."""
    both = replace(FIRST, who=(Who(people=("approver", "finance")),), mode=mode)
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=both)), clock)
    assert round_.sweep("11-25 10:30") == came
    assert round_.desk.stands == stands
    round_.desk.do("admin 同意")
    assert round_.desk.stands == ("pay: finance" if mode is Mode.ANY else "first: finance")


@ON_ONE_DATABASE
def test_who_is_late_together_with_his_superior_is_told_who_has_it_in_the_end(firm: Firm, clock: Clock) -> None:
    both = replace(FIRST, who=(Who(people=("lina", "boss")),), mode=Mode.ANY)
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=both)), clock)
    round_.sweep("11-25 10:30")
    has_it = round_.desk.stands.removeprefix("first: ")
    assert has_it not in ("lina", "boss")
    assert [each.to_id for each in round_.heard] == [firm.who(has_it).id] * 2


@ON_ONE_DATABASE
def test_what_went_on_before_is_another_task(firm: Firm, clock: Clock) -> None:
    """李娜's own goes to her superior first, then 张三's to her, who has it."""
    both = replace(FIRST, who=(Who(people=("lina", "zhang")),), mode=Mode.ANY)
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=both)), clock)
    round_.sweep("11-26 11:00")
    assert round_.desk.stands == "first: boss lina"
    assert [each.to_id for each in round_.heard] == [firm.who(one).id for one in ("boss", "lina")]


@pytest.mark.parametrize("asks", ["", "委派", "前加签"])
@pytest.mark.parametrize("does", [Rung.REFUSE, Rung.AGREE, Rung.REASSIGN])
def test_whose_turn_was_put_off_has_his_whole_time_when_it_is_his_again(
    firm: Firm, clock: Clock, does: Rung, asks: str
) -> None:
    """Else it would be decided in his name while he had hardly looked at it."""
    node = replace(FIRST, who=(Who(people=("lina", "zhang")),), mode=Mode.SEQUENCE)
    round_ = Round(desk(firm, first(Step(does), node=node)), clock)
    clock.now = at("11-24 10:00")
    round_.desk.do("lina 同意")
    if asks:
        round_.desk.do(f"zhang {asks} boss")
    clock.now = at("11-24 11:00")
    round_.desk.do("lina 取回")
    assert round_.sweep("11-25 11:00") == ""
    round_.desk.do("lina 同意")
    if asks:
        round_.desk.do("boss 同意")
    assert round_.sweep("11-25 11:01") == ""
    assert round_.desk.stands == "first: zhang"
    assert round_.task("zhang").due_at == at("11-26 11:30")


@ON_ONE_DATABASE
def test_it_goes_to_nobody_a_second_time(firm: Firm, clock: Clock) -> None:
    """Two who stand above each other would hand it to and fro for ever."""
    ids = {one: firm.who(one).id for one in ("lina", "boss")}
    with firm.store.database.write() as session:
        for one, above in (("lina", "boss"), ("boss", "lina")):
            session.execute(update(Person).where(Person.id == ids[one]).values(superior_id=ids[above]))
    node = replace(FIRST, who=(Who(people=("lina",)),))
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=node)), clock)
    stood = []
    for day in ("11-26", "11-28", "12-02", "12-04", "12-08"):
        round_.sweep(f"{day} 17:00")
        stood.append(round_.desk.stands.removeprefix("first: "))
    assert stood[0] == "boss"
    assert "lina" not in stood
    assert len(set(stood[-3:])) == 1, "and then it stays"


def above(firm: Firm, **of: str) -> None:
    with firm.store.database.write() as session:
        for one, superior in of.items():
            values = {"superior_id": firm.who(superior).id}
            session.execute(update(Person).where(Person.id == firm.who(one).id).values(values))


@ON_ONE_DATABASE
def test_whose_own_vote_was_moved_can_have_another_ones(firm: Firm, clock: Clock) -> None:
    above(firm, lina="boss", zhang="lina")
    both = replace(FIRST, who=(Who(people=("lina", "zhang")),), mode=Mode.ALL)
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=both)), clock)
    assert round_.sweep("11-25 10:30") == "reassign reassign"
    assert round_.desk.stands == "first: boss lina"


@ON_ONE_DATABASE
def test_who_handed_it_on_himself_can_have_it_again(firm: Firm, clock: Clock) -> None:
    above(firm, wang="lina")
    node = replace(FIRST, who=(Who(people=("lina",)),))
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=node)), clock)
    round_.desk.do("lina 转交 wang")
    assert round_.sweep("11-26 17:00").startswith("reassign")
    assert round_.desk.stands == "first: lina"


@ON_ONE_DATABASE
def test_what_was_decided_in_the_same_sweep_is_over(firm: Firm, clock: Clock) -> None:
    both = replace(FIRST, who=(Who(people=("approver", "finance")),), mode=Mode.ANY)
    round_ = Round(desk(firm, first(Step(Rung.AGREE), node=both)), clock)
    assert round_.sweep("11-25 10:30") == "agree"
    assert sorted(round_.rows) == ["0 done", "0 overtaken"]


def test_where_a_refusal_leads_nowhere_none_comes_by_itself(firm: Firm, clock: Clock) -> None:
    """As in a flow that began before such a rung was refused."""
    node = replace(FIRST, refused="")
    round_ = Round(desk(firm, first(Step(Rung.REFUSE), node=node)), clock)
    assert round_.sweep("11-25 10:30") == "refuse?"
    assert round_.desk.stands == "first: approver"
    assert round_.rows == ["0 impossible"]


def test_who_took_his_decision_back_has_his_ladder_again(firm: Firm, clock: Clock) -> None:
    """He has his whole time again: else its end would come in silence."""
    round_ = Round(desk(firm, first()), clock)
    assert (round_.sweep("11-24 17:30"), round_.sweep("11-25 10:30")) == ("remind", "superior")
    round_.desk.do("approver 同意")
    clock.now = at("11-26 09:30")
    round_.desk.do("approver 取回")
    assert round_.task("approver").due_at == at("11-27 10:00")
    assert [round_.sweep(f"11-{stamp}") for stamp in ("26 17:30", "27 10:00", "27 16:00")] == [
        "remind",
        "superior",
        "reassign",
    ]


def test_who_was_open_again_beside_him_has_it_too(firm: Firm, clock: Clock) -> None:
    node = replace(FIRST, who=(Who(people=("wang", "zhang")),), mode=Mode.ANY)
    round_ = Round(desk(firm, first(Step(Rung.REMIND), node=node)), clock)
    assert round_.sweep("11-25 10:30") == "remind remind"
    round_.desk.do("wang 同意")
    clock.now = at("11-26 09:30")
    round_.desk.do("wang 取回")
    assert round_.sweep("11-27 10:00") == "remind remind"


def test_who_took_his_decision_back_behind_the_deadline_keeps_it(firm: Firm, clock: Clock) -> None:
    node = replace(FIRST, who=(Who(people=("wang", "zhang")),), mode=Mode.ALL)
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=node)), clock)
    round_.desk.do("wang 同意")
    assert round_.sweep("11-25 17:00") == "reassign!"
    round_.desk.do("wang 取回")
    assert round_.sweep("11-25 17:05") == ""
    assert "wang" in round_.desk.stands


def test_where_nobody_else_can_have_it_he_is_reminded(firm: Firm, clock: Clock) -> None:
    alone = replace(FIRST, who=(Who(people=("admin",)),))
    round_ = Round(desk(firm, first(Step(Rung.REASSIGN), node=alone)), clock)
    assert round_.sweep("11-25 10:30") == "reassign?"
    assert round_.desk.stands == "first: admin"
    assert round_.rows == ["0 impossible"]


@pytest.fixture
def texted(firm: Firm, clock: Clock) -> Round:
    """The approver has 24 hours by the clock; then a short message is due."""
    by_the_clock = Deadline(Length(24, Unit.HOUR), (Step(Rung.SMS),))
    return Round(desk(firm, flow(replace(FIRST, next="pay", deadline=by_the_clock), PAY)), clock)


def test_a_short_message_is_due_once(texted: Round) -> None:
    texted.phone("approver")
    number = texted.task("approver").id
    assert texted.sweep("11-25 09:59", texting=True) == ""
    assert texted.sweep("11-25 11:00", texting=True) == "sms!"
    assert texted.sweep("11-25 12:00", texting=True) == ""
    assert texted.rows == ["0 done"]
    assert texted.texts == [("sms", texted.desk.firm.who("approver").id, str(number))]


def test_who_stands_in_gets_it_too(texted: Round) -> None:
    firm = texted.desk.firm
    zhou = firm.who("zhou")
    texted.phone("zhou")
    stands_in(firm, "approver", "zhou", days=3)
    assert texted.sweep("11-25 10:00", texting=True) == "sms"
    assert [person for _, person, _ in texted.texts] == [zhou.id], "who is away has no phone"


@ON_ONE_DATABASE
@pytest.mark.parametrize(("texting", "came"), [(True, "0 no_phone"), (False, "0 no_gateway")])
def test_where_no_short_message_can_go_he_is_reminded_all_the_same(texted: Round, texting: bool, came: str) -> None:
    if not texting:
        texted.phone("approver")
    assert texted.sweep("11-25 10:00", texting=texting) == "sms?"
    assert texted.rows == [came]
    assert texted.texts == []


def test_another_calendar_moves_all_that_is_open(round_: Round) -> None:
    """The company closes on the 25th."""
    closed = WorkingCalendar(special_days=(DeclaredDay(date(2026, 11, 25), False, "店庆"),))
    firm, before = round_.desk.firm, round_.desk.rules
    round_.desk.rules = replace(before, calendar=closed)
    assert firm.work(lambda unit: ladder.retime(unit, round_.desk.rules, 10)) == 1
    assert firm.work(lambda unit: ladder.retime(unit, round_.desk.rules, 10)) == 0
    task = round_.task("approver")
    assert (task.due_at, task.next_at) == (at("11-26 10:30"), at("11-24 17:30"))
    assert round_.sweep("11-24 17:30") == "remind"
    round_.desk.rules = before
    round_.clock.now = at("11-25 12:00")
    assert firm.work(lambda unit: ladder.retime(unit, before, 10)) == 1
    assert round_.sweep("11-25 12:00") == "superior!"
    with firm.store.read() as session:
        assert session.scalars(select(StepRow.due_at).where(StepRow.node == "first")).one() == at("11-25 10:30")


def test_the_sweep_looks_again(round_: Round) -> None:
    """What stands in `next_at` only says when to look."""
    with round_.desk.firm.store.database.write() as session:
        session.execute(update(Task).values(next_at=at("11-24 10:00")))
    assert round_.sweep("11-24 10:00") == ""
    assert round_.task("approver").next_at == at("11-24 17:30")


@ON_ONE_DATABASE
def test_what_cannot_be_worked_on_is_put_off(round_: Round) -> None:
    round_.clock.now = at("11-24 17:30")
    round_.desk.firm.work(lambda unit: ladder.put_off(unit, round_.desk.number))
    assert round_.sweep("11-24 17:31") == ""
    assert round_.sweep("11-25 09:00") == "remind"


@ON_ONE_DATABASE
def test_an_application_that_is_gone_is_nobodys(round_: Round) -> None:
    round_.desk.do("batu 撤回")
    with round_.desk.firm.store.read() as session:
        assert session.scalars(select(Application.state)).one() == "draft"
    assert round_.sweep("11-25 16:00") == ""


def broken(kind: type[DBAPIError]) -> DBAPIError:
    return kind("INSERT", None, Exception("broken"))


@pytest.mark.parametrize(
    ("fails", "reached", "put_off"), [(IntegrityError, 1, True), (DataError, 1, True), (OperationalError, 0, False)]
)
def test_of_what_fails_only_a_database_that_is_away_holds_up_the_others(
    round_: Round, monkeypatch: pytest.MonkeyPatch, fails: type[DBAPIError], reached: int, put_off: bool
) -> None:
    """One whose own rows are broken would be among the longest due each time."""
    bad, good = round_.desk.number, desk(round_.desk.firm, first()).number
    climb = ladder.climb

    def fails_for_one(unit: units.Unit, numbers: list[int], *rest: Any, **more: Any) -> int:
        if bad in numbers:
            raise broken(fails)
        return climb(unit, numbers, *rest, **more)

    monkeypatch.setattr(ladder, "climb", fails_for_one)
    round_.clock.now = at("11-24 17:30")
    sweep = DeadlineSweep(round_.desk.firm.store, cast("InForce", None))
    assert sweep.sweep(round_.desk.rules, until=float("inf")) == reached
    with round_.desk.firm.store.read() as session:
        left = ladder.due_applications(session, round_.clock.now, 10)
    assert left == ([] if put_off else [bad, good])


def test_what_is_left_is_told_as_its_own_time_is_counted(round_: Round) -> None:
    """A rule gave this step another length than its node has."""
    day, number = Length(24, Unit.HOUR), round_.desk.number
    for within in (hours(8), day):
        with round_.desk.firm.store.read() as session:
            told = task_deadline(session, round_.desk.task_of("approver"))
        assert told is not None
        assert told.within == within
        round_.desk.firm.work(lambda unit: timing.give_time(unit, round_.desk.rules, number, day))
