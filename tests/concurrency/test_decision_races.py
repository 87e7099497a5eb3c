"""Decisions at one instant, by real taps: a step closes exactly once, and the next one opens once."""

from collections import Counter
from dataclasses import replace

import pytest
from kit.barriers import at_once
from kit.company import Card, Company
from kit.loans import hand_in, newest_card, row, stands
from sqlalchemy import func, select

from core.loans.flows import Approve, Flows, Mode, Who
from core.loans.models import StepRow, Task

THREE = ("liufang", "chaolu", "agula")
ROUNDS = 5


def with_three(company: Company, mode: Mode, ratio: int = 100) -> None:
    """初审 by three people in this mode."""
    now = company.runtime.company

    def changed(flow):
        nodes = tuple(
            replace(node, who=(Who(people=THREE),), mode=mode, ratio=ratio)
            if isinstance(node, Approve) and node.key == "first_review"
            else node
            for node in flow.nodes
        )
        return replace(flow, nodes=nodes)

    flows = Flows(tuple(changed(flow) for flow in now.flows.flows))
    company.runtime.in_force.hold(replace(now, flows=flows))


def tap_at_once(company: Company, cards: dict[str, Card], label: str) -> None:
    """Everybody taps at one instant; then all that is due is sent, and what was put off for a moment is done."""
    platform = company.platform
    at_once(
        [
            lambda userid=userid, card=card: platform.tap(userid, card.message.id, card.key(label), {})
            for userid, card in cards.items()
        ]
    )
    company.clock.go(seconds=4)
    company.runtime.sweeper.sweep()
    company.settle()


def steps(company: Company, number: int) -> Counter[tuple[str, str]]:
    with company.runtime.store.read() as session:
        rows = session.execute(select(StepRow.node, StepRow.state).where(StepRow.application_id == number))
        return Counter((node, state) for node, state in rows)


@pytest.mark.parametrize(("mode", "ratio"), [(Mode.ALL, 100), (Mode.ANY, 100), (Mode.RATIO, 60)])
def test_three_approvers_at_one_instant_close_a_step_once(company: Company, mode: Mode, ratio: int) -> None:
    with_three(company, mode, ratio)
    for place in range(ROUNDS):
        number = hand_in(company, phone=f"1394710001{place}")
        cards = {userid: newest_card(company.person(userid), "初审 待您审批") for userid in THREE}
        tap_at_once(company, cards, "同意")
        assert steps(company, number) == {("first_review", "passed"): 1, ("second_review", "open"): 1}
        assert stands(company, number) == "second_review: agula"
        with company.runtime.store.read() as session:
            agreed = select(func.count()).where(Task.application_id == number, Task.decision == "agree")
            votes = session.scalar(agreed) or 0
        assert votes == {Mode.ALL: 3, Mode.ANY: 1, Mode.RATIO: 2}[mode]
        shown = [card for card in company.person("agula").heard_since().cards if card.title.endswith("复审 待您审批")]
        assert len(shown) == place + 1
        company.clock.go(minutes=2)


def test_one_agrees_while_another_returns_it(company: Company) -> None:
    """Whoever is first decides; the other hears who it was. It is never in two places."""
    platform = company.platform
    for place in range(ROUNDS):
        number = hand_in(company, phone=f"1394710001{place}")
        task = newest_card(company.person("chaolu"), "初审 待您审批").title.split()[0]
        card = newest_card(company.person("liufang"), "初审 待您审批")
        at_once(
            [
                lambda card=card: platform.tap("liufang", card.message.id, card.key("同意"), {}),
                lambda task=task: platform.say("chaolu", f"退回 {task} 流水不清楚"),
            ]
        )
        company.clock.go(seconds=4)
        company.runtime.sweeper.sweep()
        company.settle()
        state = row(company, number).state
        assert (state, stands(company, number)) in (("running", "second_review: agula"), ("returned", "start: batu"))
        company.clock.go(minutes=2)
