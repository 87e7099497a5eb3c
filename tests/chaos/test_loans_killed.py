"""SIGKILL at every step of an application's way: each decision, each next step with its task and card, each payout,
each rung and each automation is there once, whatever the platform repeats.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from kit.barriers import until
from kit.company import Card
from kit.invariants import assert_kept
from kit.loan_invariants import loans_kept
from kit.loans import hand_in, newest_card, open_task, stands
from kit.processes import House, open_house, without_hours
from sqlalchemy import func, select, update

from bot.sandbox.faults import CALLBACK, Fault
from core.automation.models import RunRow
from core.calendar import Length, Unit
from core.leads.follow_tasks import FollowTask
from core.loans import deciding
from core.loans.at_hand import Wish
from core.loans.deadline_models import RungRow
from core.loans.flows import Approve, Deadline, Decision, Flow, Flows, Rung, Step
from core.loans.models import Disbursement, Happening, StepRow, Task, What
from core.loans.outcomes import Decided
from core.store.shared import LeaseRow
from core.store.unit import utc_now

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(180)]

SWEPT_SECONDS = 12.0  # 5 s are promised; the rest is for a busy machine
CLIMBED_SECONDS = 40.0  # the scheduler looks every 10 s, and the machine is busy
MOST_COMMITS = 12  # of the scheduler before it comes to the deadlines
POINTS = ["recorded", "before_commit", "after_commit"]
HOUR = timedelta(hours=1)
RULE = """
rules:
  - name: 到复审通知
    when: 进件阶段变更
    if: stage == "复审"
    do:
      - task: 请客户准备面签
        within: 4工作小时
"""


def assert_whole(house: House) -> None:
    """Nothing was lost or done twice, in the applications and everywhere else."""
    loans_kept(house.runtime.store)
    assert_kept(house.runtime.store, house.platform.journal)


def agreed_once(house: House, number: int, before: int) -> None:
    """刘芳 agreed: one decision, one next step, one task and one card for the next, her own card says so."""
    with house.runtime.store.read() as session:
        here = select(StepRow.node, StepRow.state).where(StepRow.application_id == number)
        steps = Counter((node, state) for node, state in session.execute(here))
        mine = (Task.application_id == number, Task.decision == Decision.AGREE)
        decided = session.scalar(select(func.count()).where(*mine))
        lines = select(Happening.what).where(Happening.application_id == number, Happening.by_id.is_not(None))
        history = list(session.scalars(lines.order_by(Happening.id)))
    assert steps == {("first_review", "passed"): 1, ("second_review", "open"): 1}
    assert decided == 1
    assert history.count(What.AGREED) == 1
    assert stands(house, number) == "second_review: agula"
    theirs = house.person("agula").heard_since(before).cards
    assert [card.title for card in theirs] == [f"T{open_task(house, 'agula')} 复审 待您审批"]
    (own,) = house.person("liufang").heard_since(before).cards
    assert own.title.endswith("初审 已同意")


def put_signed(house: House, number: int) -> None:
    """It is at 放款, before 何静."""
    rules = house.runtime.company.loans
    signed = {"yearly_rate": "0.049", "service_fee": 0}
    for place, who in enumerate(("liufang", "agula", "batu")):
        actor, task = house.person(who).actor, open_task(house, who)
        with house.runtime.store.unit(request_id=f"to-payout-{number}-{place}", channel="wecom") as unit:
            came = deciding.decide(unit, actor, task, Wish(Decision.AGREE, values=signed), rules)
            assert isinstance(came, Decided), came
    house.settle()


@pytest.mark.parametrize("retried", [True, False], ids=["retried", "never retried"])
@pytest.mark.parametrize("point", POINTS)
def test_a_consent_is_given_once(house: House, point: str, retried: bool) -> None:
    """The web process dies around 同意, which opens the next step; repeated by the platform, or finished by the
    sweeper."""
    number = hand_in(house)
    card, before = newest_card(house.person("liufang"), "初审 待您审批"), house.so_far
    if not retried:
        house.platform.faults.order(api=CALLBACK, fault=Fault.NO_RETRY)
    house.stop_at("serve", point)
    delivery = house.platform.tap("liufang", card.message.id, card.key("同意"), {})
    assert house.stopped("serve"), "nobody came to the stop point"
    assert delivery.taken == retried
    until(house.is_quiet, "the sweeper to finish", seconds=SWEPT_SECONDS)
    agreed_once(house, number, before)
    assert_whole(house)


@pytest.mark.parametrize("point", POINTS)
def test_it_is_handed_in_and_paid_out_once(house: House, point: str) -> None:
    """The web process dies around 提交 after a 撤回, and around the last answer that 放款 wants."""
    number, batu, hejing = hand_in(house), house.person("batu"), house.person("hejing")
    assert "已撤回" in batu.say(f"撤回 A{number}").text
    before = house.so_far
    house.stop_at("serve", point)
    batu.say(f"提交 A{number}")
    assert house.stopped("serve")
    assert stands(house, number) == "first_review: liufang chaolu"
    cards = [card.title for who in ("liufang", "chaolu") for card in asked_of(house, who, before)]
    assert len(cards) == 2, cards
    house.renew("serve")  # a second crash soon after the first ends the whole command, see its supervisor
    put_signed(house, number)
    hejing.tap(newest_card(hejing, "放款"), "办理完成")
    hejing.say("48万")
    house.stop_at("serve", point)
    hejing.say("好")
    assert house.stopped("serve")
    with house.runtime.store.read() as session:
        assert session.scalars(select(Disbursement.amount_fen)).all() == [48_000_000]
        paid = select(func.count()).where(Happening.what == What.PAID_OUT)
        assert session.scalar(paid) == 1
    told = [card.title for card in batu.heard_since(before).cards if card.title == f"A{number} 已放款"]
    assert len(told) == 1
    assert_whole(house)


def asked_of(house: House, who: str, before: int) -> list[Card]:
    """The cards on which somebody was asked for 初审."""
    return [card for card in house.person(who).heard_since(before).cards if card.title.endswith("初审 待您审批")]


@pytest.mark.parametrize("point", ["relay_leased", "relay_before_send", "relay_after_send"])
def test_each_card_of_a_consent_comes_once(database_url: str, tmp_path: Path, point: str) -> None:
    """The worker dies over what 同意 sends: the own card, the colleague's, the next one's."""
    with open_house(database_url, tmp_path / "var") as house:
        number = hand_in(house)
        house.kill("scheduler")  # it would send what the worker leaves
        card, before = newest_card(house.person("liufang"), "初审 待您审批"), house.so_far
        house.forget_ring()
        house.stop_at("worker", point)
        house.platform.tap("liufang", card.message.id, card.key("同意"), {})
        house.await_worker("its point")
        house.start("worker")
        house.let_leases_run_out()
        house.runtime.sweeper.sweep()
        until(lambda: house.let_leases_run_out() is None and house.is_quiet(), "everything sent")
        agreed_once(house, number, before)
        assert_whole(house)


def with_an_hour(house: House) -> None:
    """For 初审 there is an hour, day and night; then it goes to the superior."""
    deadline = Deadline(Length(1, Unit.HOUR), (Step(Rung.REASSIGN),))

    def changed(flow: Flow) -> Flow:
        nodes = tuple(
            replace(node, deadline=deadline) if isinstance(node, Approve) and node.key == "first_review" else node
            for node in flow.nodes
        )
        return replace(flow, nodes=nodes)

    now = house.runtime.company
    house.runtime.in_force.hold(replace(now, flows=Flows(tuple(changed(flow) for flow in now.flows.flows))))


def let_the_hour_pass(house: House, number: int) -> None:
    """As if it had: the tasks of 初审 are due now."""
    since = utc_now() - HOUR - timedelta(seconds=1)
    due = {"since": since, "opened_at": since, "next_at": since + HOUR}
    with house.runtime.store.database.write() as session:
        session.execute(update(Task).where(Task.application_id == number).values(due))


def give_leases_back(house: House) -> None:
    """As if the time had passed for which a scheduler that died still counts as being at work."""
    with house.runtime.store.database.write() as session:
        session.execute(update(LeaseRow).values(until=utc_now() - timedelta(seconds=1)))


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_a_rung_is_come_to_once(house: House, point: str) -> None:
    """The scheduler dies at each of its commits in turn, until tasks that are late have gone to the superior."""
    with_an_hour(house)
    number, before = hand_in(house), house.so_far
    house.kill("scheduler")
    let_the_hour_pass(house, number)
    for commit in range(1, MOST_COMMITS):
        give_leases_back(house)
        house.start("scheduler", TUOLING_STOP_AT=f"{point}:{commit}")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end", seconds=CLIMBED_SECONDS)
        if rungs(house):
            break
    assert rungs(house) == 2
    give_leases_back(house)
    house.start("scheduler")
    house.settle()
    with house.runtime.store.read() as session:
        moved = select(func.count()).where(Happening.application_id == number, Happening.what == What.TRANSFERRED)
        assert session.scalar(moved) == 2
    holders = stands(house, number).removeprefix("first_review: ").split()
    assert len(holders) == 2
    for who in holders:
        assert len(asked_of(house, who, before)) == 1
    assert_whole(house)


def rungs(house: House) -> int:
    """How many rungs were come to."""
    with house.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(RungRow)) or 0


@pytest.fixture
def automated(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house with a rule that gives the officer a task when his application comes to 复审."""
    folder = without_hours(tmp_path / "company")
    (folder / "automation.yaml").write_text(RULE, encoding="utf-8")
    with open_house(database_url, tmp_path / "var", TUOLING_CONFIG_DIR=str(folder)) as house:
        yield house


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_what_a_consent_sets_off_is_done_once(automated: House, point: str) -> None:
    """The rule's task comes with the consent, or neither does."""
    number = hand_in(automated)
    card, before = newest_card(automated.person("liufang"), "初审 待您审批"), automated.so_far
    automated.stop_at("serve", point)
    automated.person("liufang").tap(card, "同意")
    assert automated.stopped("serve"), "nobody came to the stop point"
    agreed_once(automated, number, before)
    with automated.runtime.store.read() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (RunRow, FollowTask)] == [1, 1]
    titles = [card.title for card in automated.person("batu").heard_since(before).cards]
    assert len([title for title in titles if title.startswith("跟进任务")]) == 1
    assert_whole(automated)
