"""A server's clock that ran ahead and was corrected: nobody waits until the wrong time has come."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from kit import letters
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import func, select, update

from bot.dispatch import Intake, Taken
from bot.runtime import build
from cards import texts
from core.calendar import Length, Unit, WorkingCalendar
from core.leads.models import FollowUp
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from core.store.dialogs import DialogRow
from core.store.inbox import InboxRow, InboxState
from jobs.sweeper import Sweeper


def states(company: Company) -> list[str]:
    """How the events stand, oldest first."""
    with company.runtime.store.read() as session:
        return list(session.scalars(select(InboxRow.state).order_by(InboxRow.received_at)))


def left_by_a_dead_process(company: Company, monkeypatch: pytest.MonkeyPatch, userid: str, text: str) -> None:
    """An event is recorded, and whoever recorded it dies."""
    with monkeypatch.context() as dying:
        dying.setattr(Intake, "_work", lambda *_, **__: Taken(None))
        company.platform.say(userid, text)


def test_a_card_that_was_written_an_hour_ahead_holds_up_nobody(company: Company) -> None:
    """Was: no card for 55 minutes, that one and all after it."""
    company.lead()
    batu = company.person("batu")
    company.clock.go(hours=1)
    before = company.so_far
    company.platform.say("batu", "公海")
    company.clock.go(hours=-1)
    company.settle()
    assert len(batu.heard_since(before).cards) == 1
    assert len(batu.say("我的客户").cards) == 1
    assert_kept(company.runtime.store, company.platform.journal)


def test_what_was_sent_hours_ahead_does_not_use_up_the_minute_of_now(company: Company) -> None:
    """Was: 「我的客户」 was answered after 360 minutes."""
    company.lead()
    batu = company.person("batu")
    company.clock.go(hours=6)
    for _ in range(26):
        batu.say("公海")
        company.clock.go(seconds=3)
    company.clock.go(hours=-6)
    assert len(batu.say("我的客户").cards) == 1


def test_an_event_of_an_hour_ahead_is_closed_and_not_done_in_an_hour(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Was: it stayed new and acted after an hour. How old it is nobody knows: the platform's time is ahead too."""
    lead, batu = company.lead(), company.person("batu")
    company.clock.go(hours=1)
    left_by_a_dead_process(company, monkeypatch, "batu", f"领取 L{lead}")
    company.clock.go(hours=-1)
    before = company.so_far
    company.runtime.sweeper.sweep()
    assert states(company) == [InboxState.EXPIRED]
    assert "未做任何改动" in batu.heard_since(before).text
    company.clock.go(hours=2)
    company.runtime.sweeper.sweep()
    assert company.owner(lead) is None
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize(("minutes", "state"), [(0, InboxState.DONE), (9, InboxState.DONE), (11, InboxState.EXPIRED)])
def test_where_the_platform_tells_how_old_an_event_is_that_counts(
    company: Company, monkeypatch: pytest.MonkeyPatch, minutes: int, state: InboxState
) -> None:
    """Only our clock was ahead: what was said just now is done at once, whatever time we wrote down."""
    lead = company.lead()
    left_by_a_dead_process(company, monkeypatch, "batu", f"领取 L{lead}")
    with company.runtime.store.database.write() as session:
        session.execute(update(InboxRow).values(received_at=company.clock() + timedelta(hours=1)))
    company.clock.go(minutes=minutes)
    company.runtime.sweeper.sweep()
    assert states(company) == [state]
    assert (company.owner(lead) == company.person("batu").actor.id) is (state == InboxState.DONE)


@pytest.mark.parametrize("minutes", [1, 31, 65])
@pytest.mark.parametrize("swept", [True, False])
def test_a_question_of_hours_ahead_is_not_answered_later(company: Company, minutes: int, swept: bool) -> None:
    """Was: what its person said within an hour and a half was written down as a follow-up."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    company.clock.go(hours=1)
    batu.say(f"跟进 L{lead}")
    company.clock.go(hours=-1)
    if swept:
        company.runtime.sweeper.sweep()
    elif minutes > 60:
        pytest.skip("a scheduler runs everywhere, and comes by every second")
    company.clock.go(minutes=minutes)
    assert "已记录" not in batu.say("意向强").text
    with company.runtime.store.read() as session:
        kinds = session.scalars(select(DialogRow.kind)).all()
    assert kinds in ([], ["suggested"]), "at most what the unknown words may have meant"


def test_a_clock_that_runs_ahead_forgets_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forgotten by such a clock is done twice when the event comes again."""
    company.lead(by="batu")
    company.person("batu").say("跟进 L1 意向强")
    sweeper = company.runtime.sweeper
    sweeper.sweep()
    company.clock.go(days=8)
    sweeper.sweep()
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 1
    company.clock.go(days=-8)
    sweeper.sweep()
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 1
    company.clock.go(days=8)  # this time it really is that late: the process has seen the time pass
    later = time.monotonic() + timedelta(days=8).total_seconds()
    monkeypatch.setattr(time, "monotonic", lambda: later)
    sweeper.sweep()
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 0


@pytest.mark.parametrize("days", [8, 100])
def test_a_scheduler_that_starts_before_its_clock_is_set_forgets_nothing(company: Company, days: int) -> None:
    """Was: its first sweep purged inbox, outbox and cards. The event came again and was done again, and every card that
    hung was answered with 「太旧了」."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    event = company.platform.say("batu", f"跟进 L{lead} 意向强")
    company.clock.go(days=days)
    started_anew(company).sweep()
    company.clock.go(days=-days, seconds=60)
    at = int(company.clock().timestamp())
    assert letters.seal(event.xml, at).post(company.platform.callback_url).status == 200
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 1
    assert texts.CARD_GONE not in batu.tap(card, "写跟进").texts


@pytest.mark.parametrize("days", [11, 100])
def test_a_scheduler_that_starts_before_its_clock_is_set_recycles_and_reminds_nothing(
    company: Company, days: int
) -> None:
    """Was: at +100 days all leads fell, and there was no way back."""
    recycling = Recycling(WorkingCalendar(), (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),))
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"跟进 L{lead} 明天10点面谈")
    before = company.so_far
    company.clock.go(days=days)
    fresh = build(company.runtime.settings, clock=company.clock)
    fresh.in_force.hold(replace(company.runtime.company, recycling=recycling))
    assert (fresh.recycler.round(), fresh.reminder.round()) == (0, 0)
    company.clock.go(days=-days)
    company.settle()
    assert company.owner(lead) == batu.actor.id
    assert batu.heard_since(before).messages == ()


def test_what_is_due_falls_when_an_event_tells_how_late_it_is(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.recycling.EVERY_SECONDS", 0.0)
    recycling = Recycling(WorkingCalendar(), (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),))
    lead = company.lead(by="batu")
    company.person("batu").say("帮助")
    company.clock.go(days=11)
    fresh = build(company.runtime.settings, clock=company.clock)
    fresh.in_force.hold(replace(company.runtime.company, recycling=recycling))
    assert fresh.recycler.round() == 0, "nobody knows whether it is really that late"
    company.person("lina").say("帮助")
    assert fresh.recycler.round() == 1
    assert company.owner(lead) is None


@pytest.mark.parametrize("wrote", [True, False], ids=["after a holiday", "nobody works yet"])
def test_what_people_wait_for_waits_for_nobody(company: Company, wrote: bool) -> None:
    """The first scheduler after the Spring Festival, and that of a company where leads came by file and no word."""
    recycling = Recycling(WorkingCalendar(), (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),))
    lead = company.lead(by="batu")
    if wrote:
        company.person("batu").say("帮助")
    company.clock.go(days=9 if wrote else 30)
    fresh = build(company.runtime.settings, clock=company.clock)
    fresh.in_force.hold(replace(company.runtime.company, recycling=recycling))
    assert fresh.recycler.round() == 1
    assert company.owner(lead) is None


def test_what_is_old_is_forgotten_when_an_event_tells_how_late_it_is(company: Company) -> None:
    batu = company.person("batu")
    batu.say("帮助")
    company.clock.go(days=8)
    started_anew(company).sweep()
    assert len(states(company)) == 1, "nobody knows whether it is really that late"
    batu.say("帮助")
    started_anew(company).sweep()
    assert len(states(company)) == 1, "the old one is gone"


def started_anew(company: Company) -> Sweeper:
    """The sweeper of a scheduler that starts now."""
    return build(company.runtime.settings, clock=company.clock).sweeper
