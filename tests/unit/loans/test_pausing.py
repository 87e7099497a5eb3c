"""暂停 and 继续: for which reasons, by whom, and that no time is lost or gained."""

from dataclasses import replace
from datetime import datetime

import pytest
from firm import Firm
from flows_kit import Desk, desk, parallel, stands_in
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, flow
from sqlalchemy import select

from core.calendar import CHINA, Length, Unit
from core.loans import ladder
from core.loans.flows import Deadline, Rung, Step
from core.loans.models import State, StepRow, Task, TaskState
from core.loans.outcomes import NoSuchApplication, NotNow
from core.loans.pausing import (
    NoClock,
    NoSuchReason,
    NotPaused,
    NotYours,
    Pause,
    Paused,
    PausedAlready,
    Resumed,
    pause,
    paused_now,
    pauses_of,
    resume,
)

REASONS = ("待客户补件", "待银行")
EIGHT = Deadline(Length(8, Unit.HOUR, working=True), (Step(Rung.REMIND),))
OF = flow(replace(FIRST, next="pay", deadline=EIGHT), PAY, pauses=REASONS)


def at(stamp: str) -> datetime:
    return datetime.strptime(f"2026-{stamp}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


@pytest.fixture
def here(firm: Firm) -> Desk:
    return desk(firm, OF)


def stop(here: Desk, who: str, reason: str = "待银行") -> object:
    return here.firm.do(pause, who, here.number, reason, here.rules)


def go_on(here: Desk, who: str) -> object:
    return here.firm.do(resume, who, here.number, here.rules)


def clock_of(here: Desk) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When the open task and its step are due, and when the next rung comes."""
    with here.firm.store.read() as session:
        task = session.scalars(select(Task).where(Task.state == TaskState.OPEN.value)).one()
        step = session.scalars(select(StepRow).where(StepRow.id == task.step_id)).one()
        return task.due_at, step.due_at, task.next_at


def test_the_clock_stands_still_and_goes_on(here: Desk, clock: Clock) -> None:
    assert clock_of(here) == (at("11-25 10:30"),) * 3
    clock.now = at("11-24 14:00")  # 2.5 hours have passed
    assert stop(here, "approver") == Paused(here.number, "待银行")
    assert clock_of(here) == (None, None, None)
    clock.now = at("11-27 16:00")
    with here.firm.store.read() as session:
        assert ladder.due_applications(session, clock.now, 10) == []
    assert go_on(here, "approver") == Resumed(here.number, "待银行", at("11-24 14:00"), at("11-30 14:00"))
    assert clock_of(here) == (at("11-30 14:00"),) * 3  # 2 hours on Friday, 3.5 on Monday


def test_who_why_and_since_when(here: Desk, clock: Clock) -> None:
    here_by, there_by = here.firm.who("approver").id, here.firm.who("batu").id
    stop(here, "approver", "待客户补件")
    with here.firm.store.read() as session:
        assert paused_now(session, here.number) == Pause("first", "待客户补件", clock.now, here_by, None, None)
    began, ended = clock.now, clock.go(hours=1)
    go_on(here, "batu")
    with here.firm.store.read() as session:
        assert paused_now(session, here.number) is None
        assert pauses_of(session, here.number) == (Pause("first", "待客户补件", began, here_by, ended, there_by),)


def test_a_node_that_was_left_is_paused_no_more(here: Desk, clock: Clock) -> None:
    stop(here, "approver")
    left = clock.go(hours=1)
    here.do("approver 同意")
    with here.firm.store.read() as session:
        assert [each.until for each in pauses_of(session, here.number)] == [left]
    assert go_on(here, "batu") == NotPaused(here.number)


@ON_ONE_DATABASE
def test_a_branch_that_went_on_can_be_paused_as_well(firm: Firm) -> None:
    of = parallel(deadline=EIGHT)
    nodes = [replace(node, deadline=EIGHT) if node.key == "right" else node for node in of.nodes]  # type: ignore[call-arg]
    going = desk(firm, replace(of, nodes=tuple(nodes), pauses=REASONS))
    going.do("approver 同意")
    assert isinstance(stop(going, "batu"), Paused)
    assert isinstance(stop(going, "batu"), PausedAlready)
    going.do("zhang 同意")
    assert clocks(going) == {"left": None, "right2": at("11-25 10:30")}
    assert isinstance(stop(going, "batu"), Paused)
    assert clocks(going) == {"left": None, "right2": None}
    assert isinstance(stop(going, "batu"), PausedAlready)


def clocks(going: Desk) -> dict[str, datetime | None]:
    wanted = select(StepRow.node, Task.next_at).join(Task, Task.step_id == StepRow.id)
    with going.firm.store.read() as session:
        return dict(session.execute(wanted.where(Task.state == TaskState.OPEN.value)).all())  # type: ignore[arg-type]


def test_who_takes_it_back_finds_it_paused(here: Desk, clock: Clock) -> None:
    stop(here, "approver")
    clock.go(hours=1)
    here.do("approver 同意")
    here.do("approver 取回")
    assert clock_of(here)[0] is None


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("said", "meant"),
    [("待银行", "待银行"), ("银行", "待银行"), ("补件", "待客户补件"), ("待", ""), ("", ""), ("请假", "")],
)
def test_only_the_flows_reasons(here: Desk, said: str, meant: str) -> None:
    expected = Paused(here.number, meant) if meant else NoSuchReason(here.number, REASONS)
    assert stop(here, "approver", said) == expected


@ON_ONE_DATABASE
def test_a_reason_that_another_one_begins_with_can_be_given(firm: Firm) -> None:
    here = desk(firm, replace(OF, pauses=("待银行", "待银行放款")))
    assert stop(here, "approver", "待银行") == Paused(here.number, "待银行")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("who", "may"),
    [("approver", True), ("batu", True), ("lina", True), ("finance", False), ("zhou", None), ("boss", True)],
)
def test_who_may(here: Desk, who: str, may: bool | None) -> None:
    has_it = (here.firm.who("approver").id,)
    refused = NotYours(here.number, has_it) if may is False else NoSuchApplication(here.number)
    assert stop(here, who) == (Paused(here.number, "待银行") if may else refused)


@ON_ONE_DATABASE
def test_who_stands_in_may_as_well(here: Desk) -> None:
    assert stop(here, "finance") == NotYours(here.number, (here.firm.who("approver").id,))
    stands_in(here.firm, "approver", "finance")
    assert stop(here, "finance") == Paused(here.number, "待银行")
    assert isinstance(go_on(here, "finance"), Resumed)


@ON_ONE_DATABASE
def test_what_cannot_be_paused(here: Desk, clock: Clock) -> None:
    assert go_on(here, "batu") == NotPaused(here.number)
    stop(here, "approver")
    by_id = here.firm.who("approver").id
    assert stop(here, "batu") == PausedAlready(here.number, "待银行", by_id, clock.now)
    assert here.firm.do(pause, "batu", 99, "待银行", here.rules) == NoSuchApplication(99)
    here.do("approver 同意")
    assert stop(here, "batu") == NoClock(here.number)  # 放款 has no deadline here
    here.do("finance 办理")
    assert stop(here, "batu") == NotNow(here.number, State.ENDED)
