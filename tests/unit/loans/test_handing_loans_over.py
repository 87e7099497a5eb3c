"""离职交接 of what a leaver had of applications: they go with their leads, his tasks to who may decide in his place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from firm import Firm
from flows_kit import Desk, by_mode, desk
from kit.barriers import at_once
from kit.loan_flows import FIRST, PAY, SECOND, flow, rules_with
from sqlalchemy import select, update

from core.calendar import WorkingCalendar
from core.handover import service, work
from core.handover.kinds import Came, Rules
from core.handover.models import Aim, HandoverItem, State
from core.handover.outcomes import Begun, NoReceiver, Proposed, Undoing
from core.handover.queries import overview
from core.leads.assignment_rules import Assignment
from core.leads.claiming import claim_leads
from core.leads.models import Lead
from core.leads.service import transfer_lead
from core.loans import deciding, standing_in
from core.loans import service as loans
from core.loans.at_hand import Wish
from core.loans.belonging import follow
from core.loans.events import StandInLost, StandInOver
from core.loans.flows import Decision, Flow, Handle, Mode, Who
from core.loans.models import Application, Disbursement, Happening, StandIn, Task, TaskState
from core.loans.outcomes import Decided, NotYourTask, OwnApplication, Started, TaskOver
from core.loans.passing_on import NotHis, PassedOn, pass_on
from core.people.models import Person
from core.people.policy import Actor
from core.store import unit as units
from core.store.unit import Event, Unit

SIGN = Handle("sign", "签约", "first", "pay", (Who(submitter=True),))


class Killed(Exception):
    """The process died here."""


@pytest.fixture
def following(firm: Firm) -> Firm:
    """The firm, in which applications go along with their leads."""
    firm.store.listen(lambda unit, event: follow(unit, event, rules_with(by_mode(Mode.ALL))))
    return firm


def rules_of(firm: Firm, of: Flow | None = None) -> Rules:
    return Rules(firm.pools, Assignment(()), WorkingCalendar(), "v1", rules_with(of or by_mode(Mode.ALL)))


def begin(firm: Firm, leaver: str, to: str | None = None, aim: Aim | None = None) -> int:
    receiver = firm.who(to).id if to else None
    chosen = aim or (Aim.PERSON if to else Aim.POOL)
    proposed = firm.do(service.propose, "admin", firm.who(leaver).id, chosen, receiver, rules_of(firm))
    assert isinstance(proposed, Proposed), proposed
    assert firm.do(service.confirm, "admin", proposed.number, rules_of(firm)) == Begun(proposed.number)
    return proposed.number


def go_on(firm: Firm) -> None:
    """As the scheduler does."""
    with firm.store.read() as session:
        found = work.at_work(session)
    for number, state in found:
        with firm.store.read() as session:
            items = work.waiting_items(session, number, state, 1000)
        step = work.hand_over if state is State.RUNNING else work.give_back
        for item in items:
            firm.work(partial(step, rules=rules_of(firm), item_id=item))
        firm.work(partial(work.end, number=number))


def take_back(firm: Firm, number: int, *, restore: bool = True) -> None:
    def undo(unit: Unit, actor: Actor) -> object:
        return service.undo(unit, actor, number, restore=restore)

    assert firm.do(undo, "admin") == Undoing(number, restore)
    go_on(firm)


def came(firm: Firm, number: int, kind: str) -> list[tuple[str | None, str | None]]:
    wanted = select(HandoverItem.came, HandoverItem.why).where(HandoverItem.handover_id == number)
    with firm.store.read() as session:
        rows = session.execute(wanted.where(HandoverItem.kind == kind).order_by(HandoverItem.id))
        return [(row.came, row.why) for row in rows]


def backs(firm: Firm, number: int, kind: str) -> list[str | None]:
    wanted = select(HandoverItem.back).where(HandoverItem.handover_id == number, HandoverItem.kind == kind)
    with firm.store.read() as session:
        return list(session.scalars(wanted.order_by(HandoverItem.id)))


def tasks(at: Desk, state: TaskState = TaskState.OPEN) -> list[int]:
    """Who has a task of this state, the first made first."""
    mine = (Task.application_id == at.number, Task.state == state.value)
    with at.firm.store.read() as session:
        return list(session.scalars(select(Task.person_id).where(*mine).order_by(Task.id)))


def histories(firm: Firm) -> int:
    with firm.store.read() as session:
        return len(session.scalars(select(Happening.id)).all())


def die_at(monkeypatch: pytest.MonkeyPatch, point: str, time: int) -> Callable[[], None]:
    """The process dies when it comes to this stop point for the `time`th time; what heals it."""
    seen = count(1)

    def dying(name: str) -> None:
        if name == point and next(seen) == time:
            raise Killed

    monkeypatch.setattr(units, "faultpoint", dying)
    return lambda: monkeypatch.setattr(units, "faultpoint", lambda _name: None)


def test_a_live_application_goes_with_its_lead_as_it_is(following: Firm) -> None:
    at = desk(following, by_mode(Mode.ALL))
    wang, before, history = following.who("wang").id, at.row, histories(following)
    number = begin(following, "batu", "wang")
    go_on(following)
    row = at.row
    assert (row.owner_id, following.lead(row.lead_id).owner_id) == (wang, wang)
    assert (row.stage, row.stage_since, row.submitted_at) == (before.stage, before.stage_since, before.submitted_at)
    assert histories(following) == history + 1, "that it came to another"
    assert came(following, number, "application") == [(Came.GIVEN, None)]
    assert at.stands == "first: approver"


@pytest.mark.parametrize("aim", [Aim.POOL, Aim.RULE])
def test_without_a_receiver_what_is_at_work_is_kept(following: Firm, aim: Aim) -> None:
    at, batu = desk(following, by_mode(Mode.ALL)), following.who("batu").id
    number = begin(following, "batu", aim=aim)
    go_on(following)
    assert at.row.owner_id == batu
    assert came(following, number, "application") == [(Came.KEPT, None)]
    with following.store.read() as session:
        seen = overview(session, None, number)
    assert seen is not None
    assert {(line.kind, line.record_id) for line in seen.odd} == {("lead", at.row.lead_id)}, "it is told of once"


def test_a_draft_waits_in_the_pool_and_is_his_who_takes_the_lead(following: Firm) -> None:
    rules = rules_with(by_mode(Mode.ALL))
    lead = following.add("batu")
    started = following.do(loans.start, "batu", lead, None, {"amount": 80_000_000}, rules)
    assert isinstance(started, Started)
    number = begin(following, "batu")
    go_on(following)
    assert following.lead(lead).owner_id is None
    assert came(following, number, "application") == [(Came.POOLED, None)]

    following.do(claim_leads, "zhang", [lead], following.pools)
    with following.store.read() as session:
        owner = session.scalar(select(Application.owner_id).where(Application.id == started.application_id))
    assert owner == following.who("zhang").id


def test_a_transfer_takes_the_application_and_what_its_officer_has_to_do_along(following: Firm) -> None:
    at = desk(following, by_mode(Mode.ALL))
    at.do("approver 退回 start")
    assert at.row.state == "returned"
    following.do(transfer_lead, "admin", at.row.lead_id, following.who("wang"), following.pools)
    assert at.row.owner_id == following.who("wang").id
    assert tasks(at) == [following.who("wang").id]
    at.do("wang 提交")
    assert at.stands == "first: approver"


def test_what_the_submitter_has_to_handle_goes_along_too(following: Firm) -> None:
    at = desk(following, flow(replace(FIRST, next="sign"), SIGN, PAY))
    at.do("approver 同意")
    number = begin(following, "batu", "wang")
    go_on(following)
    assert at.stands == "sign: wang"
    assert came(following, number, "task") == [], "it is no task of its own"
    at.do("wang 办理")
    assert at.stands == "pay: finance"


def test_what_the_submitter_handled_is_not_taken_back_by_one_who_gave_it_away(following: Firm) -> None:
    """It would be his again, of a customer who is another one's."""
    at = desk(following, flow(replace(FIRST, next="sign"), SIGN, PAY))
    at.do("approver 同意")
    at.do("batu 办理")
    again = at.do("batu 办理")
    assert isinstance(again, TaskOver)
    assert again.back, "he is told that he can"
    following.do(transfer_lead, "admin", at.row.lead_id, following.who("wang"), following.pools)
    assert at.do("batu 取回") == NotYourTask(again.task_id, following.who("wang").id)
    assert at.stands == "pay: finance"
    assert at.do("batu 办理") == replace(again, back=False)


def test_another_ones_own_is_his_to_take_back_though_the_customer_changed_hands(following: Firm) -> None:
    sign = replace(SIGN, who=(Who(submitter=True), Who(people=("boss",))))
    at = desk(following, flow(replace(FIRST, next="sign"), sign, PAY))
    at.do("approver 同意")
    at.do("boss 办理")
    following.do(transfer_lead, "admin", at.row.lead_id, following.who("wang"), following.pools)
    assert isinstance(at.do("boss 取回"), Decided)


def test_nobody_decides_on_what_has_become_his_own(following: Firm) -> None:
    money = replace(by_mode(Mode.ANY).nodes[2], money=True, who=(Who(people=("lina",)),))
    at = desk(following, flow(FIRST, money, PAY))
    at.do("approver 同意")
    assert at.stands == "second: lina"
    following.do(transfer_lead, "admin", at.row.lead_id, following.who("lina"), following.pools)
    assert at.row.owner_id == following.who("lina").id
    assert at.stands == "second: boss"


def test_where_nobody_else_can_he_may_not_decide_either_but_hand_it_on(following: Firm) -> None:
    everybody = Who(people=("lina", "boss", "admin"))
    at = desk(following, flow(FIRST, replace(SECOND, money=True, who=(everybody,)), PAY))
    at.do("approver 同意")
    following.do(transfer_lead, "admin", at.row.lead_id, following.who("lina"), following.pools)
    assert at.stands == "second: admin boss lina"
    assert isinstance(at.do("lina 同意"), OwnApplication)
    at.do("lina 转交 bai")
    assert at.stands == "second: admin bai boss"


def test_a_loan_that_is_paid_back_has_the_new_officer(following: Firm) -> None:
    at = desk(following, by_mode(Mode.ANY))
    for line in ("approver 同意", "lina 同意", "finance 办理"):
        at.do(line)
    assert at.row.state == "ended"
    with following.store.read() as session:
        assert session.scalars(select(Disbursement.id)).all()
    following.do(transfer_lead, "admin", at.row.lead_id, following.who("wang"), following.pools)
    assert at.row.owner_id == following.who("wang").id


def test_a_task_goes_to_the_receiver_who_has_the_leavers_post(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    assert at.stands == "second: lina wang zhang"
    number = begin(firm, "zhang", "zhou")
    go_on(firm)
    assert at.stands == "second: lina wang zhou"
    assert came(firm, number, "task") == [(Came.GIVEN, None)]
    for who in ("lina", "wang", "zhou"):
        at.do(f"{who} 同意")
    assert at.stands == "pay: finance"


def test_a_task_goes_to_the_receiver_who_has_the_role_of_the_node(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "zhou").values(roles="officer|approver"))
    begin(firm, "approver", "zhou")
    go_on(firm)
    assert at.stands == "first: zhou"


def test_else_to_who_stands_above_the_leaver(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    number = begin(firm, "approver", "wang")
    go_on(firm)
    assert at.stands == "first: admin", "王强 is no approver"
    at.do("admin 同意")
    assert at.stands == "second: lina wang zhang"
    assert came(firm, number, "task") == [(Came.GIVEN, None)]


def test_without_a_receiver_it_goes_above_the_leaver_too_and_nobody_gets_two_votes(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    begin(firm, "zhang")
    go_on(firm)
    assert at.stands == "second: boss lina wang", "李娜, who stands above 张三, has a vote there already"


def test_it_does_not_go_to_the_submitter(firm: Firm) -> None:
    money = replace(FIRST, money=True, next="pay", who=(Who(people=("zhang",)),))
    at = desk(firm, flow(money, PAY))
    begin(firm, "zhang", "batu")
    go_on(firm)
    assert at.stands == "first: lina"


def test_whose_turn_has_not_come_goes_as_well_with_who_was_added(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.SEQUENCE))
    at.do("approver 同意")
    at.do("lina 前加签 boss")
    assert at.stands == "second: boss"
    begin(firm, "lina", "zhou", aim=Aim.PERSON)
    begin(firm, "zhang", "zhou", aim=Aim.PERSON)
    go_on(firm)
    at.do("boss 同意")
    first = at.stands
    assert first.startswith("second: ")
    assert first != "second: lina", "her turn is another's"
    at.do(f"{first.removeprefix('second: ')} 同意")
    second = at.stands.removeprefix("second: ")
    assert second not in ("zhang", "lina")


def test_all_comes_back(following: Firm) -> None:
    own, other = desk(following, by_mode(Mode.ALL), by="zhang"), desk(following, by_mode(Mode.ALL))
    other.do("approver 同意")
    zhang = following.who("zhang").id
    number = begin(following, "zhang", "zhou")
    go_on(following)
    assert (own.row.owner_id, other.stands) == (following.who("zhou").id, "second: lina wang zhou")
    take_back(following, number)
    assert (own.row.owner_id, following.lead(own.row.lead_id).owner_id) == (zhang, zhang)
    assert other.stands == "second: lina wang zhang"
    assert backs(following, number, "application") + backs(following, number, "task") == ["back", "back"]


def test_what_was_decided_since_stays(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    number = begin(firm, "zhang", "zhou")
    go_on(firm)
    at.do("zhou 同意")
    take_back(firm, number)
    assert at.stands == "second: lina wang"
    assert backs(firm, number, "task") == ["since"]


def test_where_somebody_was_asked_since_it_stays(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    number = begin(firm, "zhang", "zhou")
    go_on(firm)
    at.do("zhou 委派 bai")
    take_back(firm, number)
    assert at.stands == "second: bai lina wang"
    assert backs(firm, number, "task") == ["since"]


def test_to_one_who_does_not_work_here_nothing_to_decide_comes_back(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    at.do("approver 同意")
    number = begin(firm, "zhang", "zhou")
    go_on(firm)
    take_back(firm, number, restore=False)
    assert at.stands == "second: lina wang zhou"
    assert backs(firm, number, "task") == ["since"]


def test_who_works_no_leads_can_have_the_tasks_of_one_who_has_nothing_else(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ALL))
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "finance").values(roles="approver"))
    begin(firm, "approver", "finance")
    go_on(firm)
    assert at.stands == "first: finance"
    firm.add("batu")
    refused = firm.do(service.propose, "admin", firm.who("batu").id, Aim.PERSON, firm.who("finance").id, rules_of(firm))
    assert isinstance(refused, NoReceiver)


@pytest.mark.parametrize(
    ("since", "until", "over"),
    [(-2, -1, True), (-2, 0, True), (-2, 1, False), (2, 1, True), (1, 1, True), (1, 2, False)],
)
def test_what_is_over_before_it_begins_is_not_arranged(firm: Firm, since: int, until: int, over: bool) -> None:
    now, to = firm.store.clock(), firm.who("wang").id
    came = firm.do(standing_in.let_stand_in, "zhang", to, now + timedelta(days=since), now + timedelta(days=until))
    assert isinstance(came, standing_in.NoStandIn) == over


def test_who_is_back_ends_what_is_or_comes_and_not_what_is_over(firm: Firm) -> None:
    now, zhang, wang = firm.store.clock(), firm.who("zhang"), firm.who("wang")
    day = timedelta(days=1)
    firm.do(standing_in.let_stand_in, "zhang", wang.id, now, now + day)
    firm.store.clock.go(days=5)  # type: ignore[attr-defined]
    assert firm.do(standing_in.end_standing_in, "zhang") == standing_in.StandInEnded(())
    later = firm.store.clock()
    firm.do(standing_in.let_stand_in, "zhang", firm.who("zhou").id, later, later + day)
    assert firm.do(standing_in.end_standing_in, "zhang") == standing_in.StandInEnded((firm.who("zhou").id,))
    with firm.store.read() as session:
        ends = session.scalars(select(StandIn.until).where(StandIn.person_id == zhang.id).order_by(StandIn.id)).all()
    assert ends == [now + day, later]


def test_nobody_stands_in_with_the_leaver_any_more(firm: Firm) -> None:
    heard: list[Event] = []
    firm.store.listen(lambda _unit, event: heard.append(event))
    now = firm.store.clock()
    later = now.replace(year=now.year + 1)
    firm.do(standing_in.let_stand_in, "zhang", firm.who("bai").id, now, now + timedelta(days=1))  # over by then
    firm.store.clock.go(days=5)  # type: ignore[attr-defined]
    now = firm.store.clock()
    zhang, wang, zhou = (firm.who(one) for one in ("zhang", "wang", "zhou"))
    firm.work(lambda unit: standing_in.let_stand_in(unit, zhang, wang.id, now, later))
    firm.work(lambda unit: standing_in.let_stand_in(unit, zhou, zhang.id, now, later))
    firm.work(lambda unit: standing_in.let_stand_in(unit, wang, zhou.id, now, later))
    begin(firm, "zhang", "batu")
    assert firm.work(lambda unit: standing_in.arranged_with(unit, zhang.id)) == []
    left = firm.work(lambda unit: standing_in.arranged_with(unit, wang.id))
    assert [(one.person_id, one.stand_in_id) for one in left] == [(wang.id, zhou.id)]
    told = [event for event in heard if isinstance(event, StandInOver | StandInLost)]
    assert told == [StandInOver(zhang.id, (wang.id,)), StandInLost(zhang.id, (zhou.id,))]


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
@pytest.mark.parametrize("back", [False, True], ids=["there", "and back"])
def test_killed_anywhere_each_goes_once(
    following: Firm, monkeypatch: pytest.MonkeyPatch, point: str, back: bool
) -> None:
    own = [desk(following, by_mode(Mode.ALL), by="zhang") for _ in range(2)]
    others = [desk(following, by_mode(Mode.ALL)) for _ in range(2)]
    for at in others:
        at.do("approver 同意")
    zhang, zhou = following.who("zhang").id, following.who("zhou").id
    has = zhang if back else zhou
    number = begin(following, "zhang", "zhou")
    if back:
        go_on(following)

        def undo(unit: Unit, actor: Actor) -> object:
            return service.undo(unit, actor, number, restore=True)

        assert following.do(undo, "admin") == Undoing(number, True)
    killed = 0
    for time in (1, 2, 1, 3, 2, 1, 99):
        heal = die_at(monkeypatch, point, time)
        try:
            go_on(following)
        except Killed:
            killed += 1
        heal()
    assert killed >= 3
    assert [at.row.owner_id for at in own] == [has] * 2
    for at in others:
        assert has in tasks(at)
        assert tasks(at, TaskState.MOVED) == ([zhang, zhou] if back else [zhang])


def test_a_decision_and_the_hand_over_at_once(firm: Firm) -> None:

    for _ in range(4):
        at = desk(firm, by_mode(Mode.ANY))
        at.do("approver 同意")
        task, lina = at.task_of("lina"), firm.who("lina")
        zhang, zhou = firm.who("zhang").id, firm.who("zhou")
        his = at.task_of("zhang")

        def decides(task: int = task, lina: Actor = lina, at: Desk = at) -> object:
            with firm.store.unit(request_id="race", channel="wecom") as unit:
                return deciding.decide(unit, lina, task, Wish(Decision.AGREE), at.rules)

        def passes(his: int = his, zhang: int = zhang, zhou: Actor = zhou, at: Desk = at) -> object:
            with firm.store.unit(request_id="race") as unit:
                return pass_on(unit, his, zhang, zhou, zhou.roles, at.rules)

        both = [decides, passes, passes]
        decided, *passed = at_once([partial(firm.store.database.attempt, one) for one in both])
        assert isinstance(decided, Decided | TaskOver)
        assert sum(isinstance(one, PassedOn) for one in passed) <= 1
        assert all(isinstance(one, PassedOn | NotHis) for one in passed)
        assert at.stands == "pay: finance"


def test_a_transfer_and_a_decision_at_once(following: Firm) -> None:

    for _ in range(4):
        at = desk(following, by_mode(Mode.ANY))
        lead, wang, admin = at.row.lead_id, following.who("wang"), following.who("admin")
        task, approver = at.task_of("approver"), following.who("approver")

        def refuses(task: int = task, approver: Actor = approver, at: Desk = at) -> object:
            with following.store.unit(request_id="race", channel="wecom") as unit:
                return deciding.decide(unit, approver, task, Wish(Decision.REFUSE, reason="材料不齐"), at.rules)

        def transfers(lead: int = lead, wang: Actor = wang, admin: Actor = admin) -> object:
            with following.store.unit(request_id="race") as unit:
                return transfer_lead(unit, admin, lead, wang, following.pools)

        at_once([partial(following.store.database.attempt, one) for one in (refuses, transfers)])
        assert at.row.state == "ended"
        assert following.lead(lead).owner_id == wang.id
        with following.store.read() as session:
            assert session.scalar(select(Lead.live_application).where(Lead.id == lead)) is False
