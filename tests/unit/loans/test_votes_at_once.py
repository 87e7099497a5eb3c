"""Everybody decides at one instant: a node is left exactly once, and never stays open with all votes in."""

from collections.abc import Callable
from functools import partial

import pytest
from firm import Firm
from flows_kit import Desk, by_mode, desk
from kit.barriers import at_once
from sqlalchemy import func, select

from core.loans import deciding, service
from core.loans.at_hand import Wish
from core.loans.flows import Decision, Mode
from core.loans.models import Disbursement, StepRow, StepState, Task
from core.loans.outcomes import Decided, TaskOver, TooLateToTakeBack, Withdrawn
from core.people.policy import Actor

ROUNDS = 6
THREE = ("lina", "zhang", "wang")


def voting(at: Desk, who: str, decision: Decision = Decision.AGREE, **more: object) -> Callable[[], object]:
    """One decision on his open task, in a unit of its own, again after a deadlock, as the intake does it."""
    firm, task, actor = at.firm, at.task_of(who), at.firm.who(who)
    wish = Wish(decision, reason="材料不齐", **more)  # type: ignore[arg-type]

    def work() -> object:
        with firm.store.unit(request_id="race", channel="wecom") as unit:
            return deciding.decide(unit, actor, task, wish, at.rules)

    return lambda: firm.store.database.attempt(work)


def steps(at: Desk, node: str) -> list[str]:
    with at.firm.store.read() as session:
        mine = (StepRow.application_id == at.number, StepRow.node == node)
        return list(session.scalars(select(StepRow.state).where(*mine).order_by(StepRow.id)))


def at_second(firm: Firm, mode: Mode) -> Desk:
    at = desk(firm, by_mode(mode))
    at.do("approver 同意")
    return at


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.ANY, Mode.RATIO])
def test_three_agree_at_one_instant(firm: Firm, mode: Mode) -> None:
    for _ in range(ROUNDS):
        at = at_second(firm, mode)
        came = at_once([voting(at, who) for who in THREE])
        counted = sum(isinstance(one, Decided) for one in came)
        assert counted == {Mode.ALL: 3, Mode.ANY: 1, Mode.RATIO: 2}[mode], came
        assert all(isinstance(one, Decided | TaskOver) for one in came)
        assert steps(at, "second") == [StepState.PASSED.value]
        assert steps(at, "pay") == [StepState.OPEN.value]
        with firm.store.read() as session:
            opened = select(func.count()).where(Task.application_id == at.number, Task.kind == "handle")
            assert session.scalar(opened) == 1


def test_the_same_tap_three_times_at_one_instant(firm: Firm) -> None:
    for _ in range(ROUNDS):
        at = at_second(firm, Mode.ALL)
        came = at_once([voting(at, "lina")] * 3)
        assert sorted(type(one).__name__ for one in came) == ["Decided", "TaskOver", "TaskOver"]
        assert at.stands == "second: wang zhang"


def test_one_agrees_and_one_refuses_at_one_instant(firm: Firm) -> None:
    for _ in range(ROUNDS):
        at = at_second(firm, Mode.ANY)
        came = at_once([voting(at, "lina"), voting(at, "zhang", Decision.REFUSE)])
        assert sum(isinstance(one, Decided) for one in came) == 1
        assert at.stands in ("pay: finance", "ended refused")


def test_a_decision_and_the_withdrawal_at_one_instant(firm: Firm) -> None:
    for _ in range(ROUNDS):
        at = desk(firm, by_mode(Mode.ALL))
        actor = firm.who("batu")

        def withdraw(at: Desk = at, actor: Actor = actor) -> object:
            with firm.store.unit(request_id="race", channel="wecom") as unit:
                return service.withdraw(unit, actor, at.number, at.rules)

        decided, withdrawn = at_once([voting(at, "approver"), partial(firm.store.database.attempt, withdraw)])
        if isinstance(withdrawn, Withdrawn):
            assert isinstance(decided, TaskOver)
            assert at.stands == "draft"
        else:
            assert isinstance(withdrawn, TooLateToTakeBack)
            assert isinstance(decided, Decided)
            assert at.stands == "second: lina wang zhang"


def test_a_decision_and_a_transfer_of_it_at_one_instant(firm: Firm) -> None:
    for _ in range(ROUNDS):
        at = at_second(firm, Mode.ALL)
        to = {"to_ids": (firm.who("zhou").id,)}
        came = at_once([voting(at, "lina"), voting(at, "lina", Decision.TRANSFER, **to)])
        assert sorted(type(one).__name__ for one in came) == ["Decided", "TaskOver"]
        assert at.stands in ("second: wang zhang", "second: wang zhang zhou")


def test_paid_out_twice_at_one_instant_is_paid_out_once(firm: Firm) -> None:
    for _ in range(ROUNDS):
        at = at_second(firm, Mode.ANY)
        at.do("lina 同意")
        at_once([voting(at, "finance")] * 3)
        assert at.stands == "ended after"
        with firm.store.read() as session:
            paid = select(func.count()).where(Disbursement.application_id == at.number)
            assert session.scalar(paid) == 1
