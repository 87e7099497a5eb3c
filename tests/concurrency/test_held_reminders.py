"""Reminders in the outbox: whose turn it is, what waits and holds up nobody, and what becomes of it, once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from sqlalchemy import select

import config
from bot.sandbox.platform import PER_HOUR, PER_MINUTE
from cards.channel import Pace, Sent
from cards.model import Card
from config.in_force import InForce
from core.manners.kinds import ReminderKind, as_reminder
from core.manners.rules import Burst, DailySpan, Manners
from core.people.service import Imported, PersonRow, import_people
from core.store import post
from core.store.outbox import ANSWER, OutboxRow
from core.store.unit import Store
from jobs.digests import Digests
from jobs.relay import Relay

SHIPPED = Path(config.__file__).parent / "company"
WIDE = Pace(per_minute=1000, per_hour=10_000, app_per_minute=100_000)
WECOM = Pace(per_minute=24, per_hour=800, app_per_minute=6000)
PEOPLE = (("李娜", "lina"), ("王强", "wangqiang"))


@dataclass(slots=True)
class Recorder:
    """A platform that takes everything, and counts as WeCom does what it would have dropped."""

    clock: Clock
    pace: Pace = WIDE
    name: str = "wecom"
    text_bytes: int = 2048
    changes_freely: timedelta | None = None
    sent: list[str] = field(default_factory=list)
    at: list[tuple[str, object]] = field(default_factory=list)

    def runs_short(self) -> bool:
        return False

    def send_text(self, to: str, text: str, *, again: bool) -> Sent:  # noqa: ARG002  the protocol has it
        self.sent.append(text)
        self.at.append((to, self.clock()))
        return Sent()

    def send_card(self, to: str, card: Card, card_id: str, *, again: bool) -> Sent:  # noqa: ARG002
        self.sent.append(card.title)
        self.at.append((to, self.clock()))
        return Sent(code=f"code-{card_id}", code_seconds=3600)


@dataclass(slots=True)
class Firm:
    """Two people and a relay, with manners of the test's own."""

    store: Store
    clock: Clock
    platform: Recorder
    in_force: InForce
    relay: Relay

    def have(self, **manners: object) -> None:
        company = self.in_force.now
        self.in_force.hold(replace(company, manners=Manners(**manners)))  # type: ignore[arg-type]

    def say(self, *texts: str, kind: ReminderKind | None = None, person: int = 1, until_hours: float = 0) -> None:
        why = as_reminder(kind) if kind else ANSWER
        if until_hours:
            why = replace(why, until=self.clock() + timedelta(hours=until_hours))
        with self.store.unit(request_id="test", origin=f"say:{person}:{texts[0]}:{self.clock()}") as unit:
            for text in texts:
                post.say(unit, "wecom", person, text, why)

    def states(self) -> Sequence[str]:
        with self.store.read() as session:
            return [row.state for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]

    def wake(self) -> int:
        digests = Digests(self.store)
        return digests.round()


@pytest.fixture
def firm(store: Store, clock: Clock) -> Firm:
    rows = [PersonRow(n, name, "一部", "officer", userid, "", "", "") for n, (name, userid) in enumerate(PEOPLE)]
    with store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, rows), Imported)
    platform, in_force = Recorder(clock), InForce(store.database, SHIPPED, ())
    relay = Relay(store, {"wecom": platform}, in_force)  # type: ignore[dict-item]
    firm = Firm(store, clock, platform, in_force, relay)
    firm.have()
    return firm


NIGHT = {"quiet": DailySpan(22 * 60, 8 * 60)}


def test_answers_come_before_money_and_money_before_all_else(firm: Firm) -> None:
    firm.say("早报", kind=ReminderKind.MORNING)
    firm.say("待办", kind=ReminderKind.TASK)
    firm.say("放款", kind=ReminderKind.PAYOUT)
    firm.say("您问的")
    firm.relay.drain()
    assert firm.platform.sent == ["您问的", "放款", "早报", "待办"]


def test_what_waits_holds_up_nothing_behind_it(firm: Firm) -> None:
    firm.have(**NIGHT)
    firm.clock.go(hours=13)  # 23:00
    firm.say("该联系", kind=ReminderKind.CONTACT)
    firm.relay.drain()
    firm.say("您问的")
    firm.relay.drain()
    assert firm.platform.sent == ["您问的"]
    assert firm.states() == ["held", "sent"]
    firm.clock.go(hours=8, minutes=59)
    assert firm.wake() == 0
    firm.clock.go(minutes=1)
    assert firm.wake() == 1
    firm.relay.drain()
    assert firm.platform.sent == ["您问的", "该联系"]


def test_a_short_message_waits_too_and_is_on_no_card(firm: Firm) -> None:
    firm.have(**NIGHT)
    firm.clock.go(hours=13)
    with firm.store.unit(request_id="test", origin="sms") as unit:
        for lead in (1, 2):
            post.text_about_lead(unit, 1, lead, "请联系客户", as_reminder(ReminderKind.FOLLOW_TASK))
    firm.relay.drain()
    assert firm.states() == ["held", "held"]
    firm.clock.go(hours=9)
    assert firm.wake() == 2
    assert firm.states() == ["pending", "pending"]


def test_that_it_waited_is_no_attempt(firm: Firm) -> None:
    firm.have(**NIGHT)
    firm.clock.go(hours=13)
    firm.say("该联系", kind=ReminderKind.CONTACT)
    firm.relay.drain()
    with firm.store.read() as session:
        (row,) = session.scalars(select(OutboxRow))
        assert (row.attempts, row.maybe_sent, row.lease, row.fault) == (0, False, None, "quiet")


def test_the_rules_of_when_its_turn_comes_count(firm: Firm) -> None:
    """Decided before the night and late by an outage: it waits. Switched off meanwhile by the company: it comes."""
    firm.have(**NIGHT)
    firm.clock.go(hours=11, minutes=59)  # 21:59
    firm.say("该联系", kind=ReminderKind.CONTACT)
    firm.clock.go(hours=1)
    firm.relay.drain()
    assert firm.states() == ["held"]
    firm.have(quiet=DailySpan(7 * 60, 12 * 60))
    firm.clock.go(hours=9)  # 7:59
    firm.wake()
    firm.relay.drain()
    assert firm.states() == ["held"], "what wakes is asked again"
    firm.have()
    firm.clock.go(hours=5)
    firm.wake()
    firm.relay.drain()
    assert firm.states() == ["sent"]


def test_what_may_have_arrived_is_not_held(firm: Firm) -> None:
    """To hold it, and put it on a card of several, would be to send it twice."""
    firm.have(**NIGHT)
    firm.say("该联系", kind=ReminderKind.CONTACT)
    with firm.store.database.write() as session:
        for row in session.scalars(select(OutboxRow)):
            row.maybe_sent = True
    firm.clock.go(hours=13)
    firm.relay.drain()
    assert firm.states() == ["sent"]


def test_several_become_one_card_and_each_row_ends(firm: Firm) -> None:
    firm.have(**NIGHT)
    firm.clock.go(hours=13)
    firm.say("第一", "第二", "第三", kind=ReminderKind.FOLLOW_TASK)
    firm.say("她的", kind=ReminderKind.FOLLOW_TASK, person=2)
    firm.relay.drain()
    firm.clock.go(hours=9)
    assert firm.wake() == 4
    firm.relay.drain()
    assert sorted(firm.platform.sent) == ["她的", "您有 3 件事"]
    assert sorted(firm.states()) == ["sent", "sent", "superseded", "superseded", "superseded"]


def test_a_card_of_several_that_has_to_wait_itself_is_taken_up_into_the_next(firm: Firm) -> None:
    firm.have(**NIGHT)
    firm.clock.go(hours=13)
    firm.say("第一", "第二", kind=ReminderKind.FOLLOW_TASK)
    firm.relay.drain()
    firm.clock.go(hours=9)
    assert firm.wake() == 2
    firm.clock.go(hours=14)  # the worker was away until 22:00
    firm.relay.drain()
    firm.say("第三", kind=ReminderKind.FOLLOW_TASK)
    firm.relay.drain()
    assert firm.platform.sent == []
    firm.clock.go(hours=10)
    firm.wake()
    firm.relay.drain()
    assert firm.platform.sent == ["您有 3 件事"]


def test_very_many_are_several_cards(firm: Firm) -> None:
    firm.say(*(f"第{number}" for number in range(85)), kind=ReminderKind.FOLLOW_TASK, until_hours=1)
    firm.clock.go(hours=1)
    assert firm.wake() == 85
    firm.relay.drain()
    assert firm.platform.sent == ["您有 40 件事", "您有 40 件事", "您有 5 件事"]


def test_several_schedulers_wake_each_once(firm: Firm) -> None:
    firm.say(*(f"第{number}" for number in range(6)), kind=ReminderKind.FOLLOW_TASK, until_hours=1)
    firm.clock.go(hours=1)
    with ThreadPoolExecutor(6) as pool:
        woken = list(pool.map(lambda _: firm.wake(), range(6)))
    assert sum(woken) == 6
    firm.relay.drain()
    assert firm.platform.sent == ["您有 6 件事"]


def test_nothing_of_it_is_there_if_its_transaction_is_not(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.say("第一", "第二", kind=ReminderKind.FOLLOW_TASK, until_hours=1)
    firm.clock.go(hours=1)

    def die(_point: str) -> None:
        raise SystemExit

    monkeypatch.setattr("jobs.digests.faultpoint", die)
    with pytest.raises(SystemExit):
        firm.wake()
    monkeypatch.undo()
    assert firm.states() == ["held", "held"]
    assert firm.wake() == 2
    firm.relay.drain()
    assert firm.platform.sent == ["您有 2 件事"]


def test_a_clock_that_ran_ahead_holds_nothing_back(firm: Firm) -> None:
    """Held until a time that it decided by a clock of tomorrow."""
    firm.have(**NIGHT)
    firm.clock.go(days=30, hours=13)
    firm.say("该联系", kind=ReminderKind.CONTACT)
    firm.relay.drain()
    assert firm.states() == ["held"]
    firm.clock.go(days=-30, hours=-13)
    assert firm.wake() == 1
    firm.relay.drain()
    assert firm.platform.sent == ["该联系"]


def test_a_limit_reached_is_delay_and_never_loss(firm: Firm) -> None:
    """100 reminders to one person, by WeCom's limits: all arrive, none beyond what it lets through, and who asks for
    something in between is answered at once."""
    firm.platform.pace = WECOM
    firm.say(*(f"第{number}" for number in range(100)), kind=ReminderKind.FOLLOW_TASK)
    firm.relay.drain()
    assert len(firm.platform.sent) == 16, "two thirds of 24"
    firm.say("您问的")
    firm.say("放款", kind=ReminderKind.PAYOUT)
    firm.relay.drain()
    assert firm.platform.sent[16:] == ["您问的", "放款"]
    for _ in range(40):
        firm.clock.go(seconds=15)
        firm.relay.drain()
    assert len(firm.platform.sent) == 102
    assert [text for text in firm.platform.sent if text.startswith("第")] == [f"第{number}" for number in range(100)]
    at = [moment for _, moment in firm.platform.at]
    for moment in at:
        within = sum(moment - timedelta(minutes=1) < each <= moment for each in at)  # type: ignore[operator]
        assert within <= 24 < PER_MINUTE
    assert len(at) < PER_HOUR


def test_of_more_than_so_many_at_once_the_rest_is_one_card(firm: Firm) -> None:
    firm.have(burst=Burst(5, 10))
    firm.say(*(f"第{number}" for number in range(20)), kind=ReminderKind.FOLLOW_TASK)
    firm.relay.drain()
    assert len(firm.platform.sent) == 5
    firm.clock.go(minutes=10, seconds=1)
    firm.wake()
    firm.relay.drain()
    assert firm.platform.sent[5:] == ["您有 15 件事"]
