"""Poison (fault 33): what breaks each time it is touched is given up after a few tries, visibly; all else flows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import delete, select, text, update

from bot.dispatch import MOST_ATTEMPTS, Intake, Taken
from bot.repeats import TOO_OLD
from bot.runtime import build
from core.leads.service import transfer_lead
from core.store import outbox
from core.store.cardcodes import CardCode
from core.store.dialogs import DialogRow
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import Kind, Message, OutboxRow, OutboxState
from core.store.shared import SecretRow, read_secret
from jobs.sweeper import PAGE


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Writing a follow-up is broken, as by a bug of ours; how often it was tried."""
    tried: list[int] = []

    def boom(*_: object) -> None:
        tried.append(1)
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr("bot.handlers.follow_up.log_follow_up", boom)
    return lambda: len(tried)


def states(company: Company) -> list[str]:
    """How the events of the inbox stand, oldest first."""
    with company.runtime.store.read() as session:
        return list(session.scalars(select(InboxRow.state).order_by(InboxRow.received_at)))


def sweep(company: Company, seconds: float = 4) -> None:
    """A few seconds pass and the sweeper comes by."""
    company.clock.go(seconds=seconds)
    company.runtime.sweeper.sweep()


def test_fault_33_an_event_that_breaks_its_handler_is_given_up_and_the_person_told(
    company: Company, broken: Callable[[], int]
) -> None:
    """Fault 33: dead letter after N, alert, others flow."""
    lead = company.lead(by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    said = batu.say(f"跟进 L{lead} 意向强")
    assert "您的操作没有丢，正在重试" in said.text
    for number in range(MOST_ATTEMPTS + 2):
        before = company.so_far
        sweep(company)
        assert len(lina.say("公海").cards) == 1, "others flow"
        told = batu.heard_since(before).texts
        assert len(told) == (number == MOST_ATTEMPTS - 2), f"after sweep {number + 1}: {told}"
        if told:
            assert "您的操作未能完成" in told[0]
            assert "没有做任何改动" in told[0]
        company.clock.go(seconds=5)
    assert broken() == MOST_ATTEMPTS
    assert states(company)[0] == InboxState.FAILED
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_33_a_bug_that_goes_away_in_time_costs_nothing(
    company: Company, broken: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A retry that succeeds ends the matter: one effect, and the result comes as a message."""
    lead = company.lead(by="batu")
    batu = company.person("batu")
    batu.say(f"跟进 L{lead} 意向强")
    sweep(company)
    assert broken() == 2
    monkeypatch.undo()
    before = company.so_far
    sweep(company)
    assert f"已记录 L{lead} 的跟进" in batu.heard_since(before).text
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_33_an_event_that_cannot_be_read_stops_nobody(company: Company, broken: Callable[[], int]) -> None:
    """A row whose event does not open (a lost key, a damaged disk): the sweeper goes on with the others, and closes it
    when it is too old to be done."""
    leads = [company.lead(phone=f"139471{number:05}", by="batu") for number in range(2)]
    batu = company.person("batu")
    for lead in leads:
        batu.say(f"跟进 L{lead} 意向强")
        company.clock.go(seconds=1)
    with company.runtime.store.database.write() as session:
        oldest = session.scalars(select(InboxRow.key).order_by(InboxRow.received_at)).first()
        session.execute(update(InboxRow).where(InboxRow.key == oldest).values(event=b"damaged"))
    sweep(company)
    assert broken() == 3, "the readable one was tried again"
    assert states(company) == [InboxState.NEW, InboxState.NEW]
    sweep(company, seconds=TOO_OLD.total_seconds())
    assert states(company) == [InboxState.FAILED, InboxState.EXPIRED]
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_33_many_events_that_cannot_be_read_keep_none_from_its_turn(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Was: each sweep took the hundred oldest, and what came behind them was closed as too old."""
    lead = company.lead()
    with monkeypatch.context() as dying:
        dying.setattr(Intake, "_work", lambda *_, **__: Taken(None))
        for number in range(PAGE + 5):
            company.platform.say("zhangsan", f"帮助{number}")
        with company.runtime.store.database.write() as session:
            session.execute(update(InboxRow).values(event=b"damaged"))
        company.clock.go(seconds=1)
        company.platform.say("batu", f"领取 L{lead}")
    finished: list[str] = []
    finish = company.runtime.sweeper._finish
    monkeypatch.setattr(company.runtime.sweeper, "_finish", lambda key: (finished.append(key), finish(key)))
    sweep(company)
    assert len(finished) == PAGE, "bounded work"
    sweep(company)
    assert company.owner(lead) == company.person("batu").actor.id
    sweep(company)
    assert len(finished) == PAGE + 6 + PAGE, "and round again"


def test_fault_33_the_sweeper_outlives_whatever_one_event_does(
    company: Company, broken: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if giving up breaks: the sweep goes on, and what is due is sent."""
    lead = company.lead(by="batu")
    company.person("batu").say(f"跟进 L{lead} 意向强")
    monkeypatch.setattr("bot.dispatch.Intake._failed", broken_giving_up)
    company.platform.say("lina", "公海")
    sweep(company)
    assert len(company.person("lina").heard_since().cards) == 1


@pytest.mark.parametrize("values", [{"args": b"damaged"}, {"kind": "of_another_release"}], ids=["damaged", "unknown"])
def test_a_question_that_nobody_can_read_stands_in_the_way_of_nothing(
    company: Company, values: dict[str, object]
) -> None:
    """Was: each message of its person failed for half an hour, or each command after which it is asked again."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"跟进 L{lead}")
    with company.runtime.store.database.write() as session:
        session.execute(update(DialogRow).values(values))
    assert len(batu.say("我的客户").cards) == 1
    assert "没看懂" in batu.say("意向强").text, "it answers nothing"
    batu.say(f"跟进 L{lead}")
    assert f"已记录 L{lead} 的跟进" in batu.say("意向强").text, "and the next one counts"
    assert set(states(company)) == {InboxState.DONE}
    assert_kept(company.runtime.store, company.platform.journal)


def broken_giving_up(*_: object, **__: object) -> None:
    """A second bug, in what handles the first."""
    raise ZeroDivisionError("another bug of ours")


def test_a_message_of_a_channel_that_is_not_set_up_says_so_and_holds_nobody_up(company: Company) -> None:
    """The DingTalk settings were taken out while messages waited: they wait on, with a reason an engineer can read."""
    store = company.runtime.store
    batu = company.person("batu").actor
    message = Message("test:1", "dingtalk", batu.id, f"dingtalk:{batu.id}", Kind.SAY, body=b"sealed")
    with store.database.write() as session:
        outbox.put(session, message, now=store.clock(), request_id="test")
    assert len(company.person("batu").say("公海").cards) == 1
    with store.read() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.channel == "dingtalk")).one()
    assert (row.state, row.fault) == (OutboxState.PENDING, "channel dingtalk is not set up")


def test_a_token_that_cannot_be_read_is_fetched_anew(company: Company) -> None:
    """Was: each message of everybody failed, and was dead after three tries, though the platform gives a token to
    whoever asks."""
    company.person("batu").say("公海")
    with company.runtime.store.database.write() as session:
        token = SecretRow.name.startswith("wecom")
        before = session.execute(select(SecretRow.name, SecretRow.version).where(token)).one()
        session.execute(update(SecretRow).where(token).values(value=b"\x01\x02"))
    process = build(company.runtime.settings, clock=company.clock)
    before_lina = company.so_far
    company.platform.say("lina", "公海")
    company.platform.say("batu", "公海")
    process.relay.drain()
    assert len(company.person("lina").heard_since(before_lina).cards) == 1
    assert len(company.platform.journal.calls("gettoken")) == 2
    with process.store.read() as session:
        secret = read_secret(session, process.store.vault, before.name)
    assert secret is not None
    assert secret.version == before.version + 1
    again = build(company.runtime.settings, clock=company.clock)
    company.platform.say("lina", "我的客户")
    again.relay.drain()
    assert len(company.platform.journal.calls("gettoken")) == 2, "the next process finds it"
    assert_kept(company.runtime.store, company.platform.journal)
    for each in (process, again):
        each.store.database.dispose()


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_card_whose_code_cannot_be_read_is_shown_anew(company: Company, all_of_them: bool) -> None:
    """Was: the change died silently, and who had the lead before went on seeing it as his own."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    with company.runtime.store.database.write() as session:
        first = session.scalars(select(CardCode)).one()
        if not all_of_them:
            later = first.until + timedelta(seconds=1)
            session.add(CardCode(card_id=first.card_id, code=first.code, until=later))
        session.execute(update(CardCode).where(CardCode.id == first.id).values(code=b"\x01\x02"))
    before = company.so_far
    company.person("lina").say("帮助")
    with company.runtime.store.unit(request_id="test", origin="test:hand over") as unit:
        lina = company.person("lina").actor
        transfer_lead(unit, company.person("wuyun").actor, lead, lina, company.runtime.company.pools)
    company.settle()
    company.settle()
    with company.runtime.store.read() as session:
        assert session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.DEAD)).all() == []
    now = batu.now(card)
    if all_of_them:
        fresh = [each for each in batu.heard_since(before).cards if each.message.id != card.message.id]
        assert any(f"L{lead}" in each.whole for each in fresh), "the state of now"
    else:
        assert now.whole != card.whole, "the code behind it was taken"


def test_a_tap_whose_code_cannot_be_read_is_answered_with_a_fresh_card(company: Company) -> None:
    company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    before = company.so_far
    company.platform.tap(
        "batu", card.message.id, card.key("领取"), {card.payload["checkbox"]["question_key"]: card.options}
    )
    with company.runtime.store.database.write() as session:
        session.execute(update(OutboxRow).where(OutboxRow.code.is_not(None)).values(code=b"\x01\x02", maybe_sent=True))
        session.execute(delete(CardCode))
    company.settle()
    company.settle()
    fresh = [each for each in batu.heard_since(before).cards if each.message.id != card.message.id]
    assert any("已领取" in each.title for each in fresh)


@pytest.mark.parametrize("column", ["next_try_at", "put_at", "created_at"])
def test_a_message_with_a_time_that_is_none_stops_nobody(company: Company, column: str) -> None:
    """Was: TypeError in each drain, for everybody."""
    if company.runtime.store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL's columns take no such values")
    before = company.so_far
    company.platform.say("batu", "公海")
    company.platform.say("lina", "公海")
    with company.runtime.store.database.write() as session:
        session.execute(text(f"UPDATE outbox SET {column} = '0000' WHERE id = (SELECT min(id) FROM outbox)"))  # noqa: S608
    company.settle()
    assert [len(company.person(userid).heard_since(before).cards) for userid in ("batu", "lina")] == [1, 1]
    assert_kept(company.runtime.store, company.platform.journal)


def test_an_event_with_a_time_that_is_none_is_closed_and_stops_nobody(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Was: each sweep failed, for everybody."""
    if company.runtime.store.database.dialect == "postgresql":
        pytest.skip("PostgreSQL's columns take no such values")
    with monkeypatch.context() as dying:
        dying.setattr(Intake, "_work", lambda *_, **__: Taken(None))
        company.platform.say("batu", "公海")
        company.clock.go(seconds=1)
        company.platform.say("lina", "帮助")
    with company.runtime.store.database.write() as session:
        session.execute(text("UPDATE inbox SET received_at = '0000' WHERE key = (SELECT min(key) FROM inbox)"))
    for _ in range(2):
        sweep(company)
    assert set(states(company)) <= {InboxState.DONE, InboxState.EXPIRED}
    assert InboxState.DONE in states(company)
