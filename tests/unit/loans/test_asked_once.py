"""只一次, 连续只一次: who agreed before is not asked again, if it was a vote, and on the same."""

from dataclasses import replace

import pytest
from firm import Firm
from flows_kit import desk
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, SECOND, flow

from core.calendar import Length, Unit
from core.loans import deciding, service
from core.loans.at_hand import Wish
from core.loans.flows import Approve, Deadline, Decision, Handle, Repeat, Rung, Step, Who
from core.loans.ladder import climb
from core.loans.outcomes import Decided

pytestmark = ON_ONE_DATABASE


def at(key: str, to: str, *people: str, repeat: Repeat = Repeat.EACH) -> Approve:
    return replace(SECOND, key=key, name=key, next=to, who=(Who(people=people),), repeat=repeat)


OPINION = ["lina 转交 zhou", "zhou 委派 lina", "lina 同意", "zhou 同意", "wang 同意"]
CASES = {
    "at any node before": (Repeat.ONCE, "wang", ["lina 同意", "wang 同意"], "pay: finance"),
    "not at the node before": (Repeat.CONSECUTIVE, "wang", ["lina 同意", "wang 同意"], "third: lina"),
    "at the node before": (Repeat.CONSECUTIVE, "lina", ["lina 同意", "lina 同意"], "pay: finance"),
    "each time": (Repeat.EACH, "lina", ["lina 同意", "lina 同意"], "third: lina"),
    "an opinion is no vote": (Repeat.ONCE, "wang", OPINION, "third: lina"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_who_agreed_before_is_not_asked_again(firm: Firm, case: str) -> None:
    repeat, second, lines, stands = CASES[case]
    of = flow(
        at("first", "second", "lina"), at("second", "third", second), at("third", "pay", "lina", repeat=repeat), PAY
    )
    going = desk(firm, of)
    for line in lines:
        assert isinstance(going.do(line), Decided), line
    assert going.stands == stands


def test_not_what_he_did(firm: Firm) -> None:
    done = Handle("first", "办理", "first", "second", (Who(people=("lina",)),))
    going = desk(firm, flow(done, at("second", "pay", "lina", repeat=Repeat.ONCE), PAY))
    assert isinstance(going.do("lina 办理"), Decided)
    assert going.stands == "second: lina"


def test_not_on_another_amount(firm: Firm) -> None:
    lowers = replace(at("second", "third", "wang"), editable=("amount",))
    going = desk(firm, flow(at("first", "second", "lina"), lowers, at("third", "pay", "lina", repeat=Repeat.ONCE), PAY))
    going.do("lina 同意")
    less = Wish(Decision.AGREE, values={"amount": 50_000_000})
    assert isinstance(firm.do(deciding.decide, "wang", going.task_of("wang"), less, going.rules), Decided)
    assert going.stands == "third: lina"


@pytest.mark.parametrize("repeat", [Repeat.ONCE, Repeat.CONSECUTIVE])
def test_not_where_it_was_returned_to(firm: Firm, repeat: Repeat) -> None:
    first = at("first", "second", "lina", repeat=repeat)
    going = desk(firm, flow(first, at("second", "pay", "lina"), PAY))
    going.do("lina 同意")
    assert isinstance(going.do("lina 退回 first"), Decided)
    assert going.stands == "first: lina"


def test_never_where_money_hangs_on_it(firm: Firm) -> None:
    second = replace(SECOND, money=True, repeat=Repeat.ONCE, who=(Who(people=("boss",)),))
    going = desk(firm, flow(replace(FIRST, who=(Who(people=("boss",)),)), second, PAY))
    going.do("boss 同意")
    assert going.stands == "second: boss"


@pytest.mark.parametrize("repeat", [Repeat.ONCE, Repeat.CONSECUTIVE])
def test_not_who_was_passed_over_as_his_time_was_over(firm: Firm, clock: Clock, repeat: Repeat) -> None:
    """He has not looked at it yet."""
    late = Deadline(Length(1, Unit.HOUR, working=True), (Step(Rung.AGREE),))
    first = replace(at("first", "second", "lina"), deadline=late)
    going = desk(firm, flow(first, at("second", "pay", "lina", repeat=repeat), PAY))
    clock.go(hours=3)
    firm.work(lambda unit: climb(unit, [going.number], going.rules))
    assert going.stands == "second: lina"


def test_not_in_the_round_before(firm: Firm) -> None:
    """What he agreed to may be another since, though the sum is the same."""
    first, third = at("first", "second", "lina"), at("third", "pay", "lina", repeat=Repeat.ONCE)
    going = desk(firm, flow(first, at("second", "third", "wang"), third, PAY))
    for line in ("lina 同意", "wang 退回 start"):
        assert isinstance(going.do(line), Decided)
    firm.do(service.fill, "batu", going.number, "term", "360", going.rules)
    going.do("batu 提交")
    assert going.stands == "first: lina"
    going.do("lina 同意")
    going.do("wang 同意")
    assert going.stands == "pay: finance", "in this round he did"
    once = replace(first, repeat=Repeat.ONCE)
    again = desk(firm, flow(once, at("second", "third", "wang"), third, PAY))
    for line in ("lina 同意", "wang 退回 start", "batu 提交"):
        again.do(line)
    assert again.stands == "first: lina"
