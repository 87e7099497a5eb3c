"""The platform out of order: every answer it can give, none of which may lose a message or double one."""

import time

import pytest
from kit.barriers import until
from kit.company import Company, Heard
from kit.invariants import assert_kept
from sqlalchemy import select

from bot.sandbox.chats import Message
from bot.sandbox.faults import Fault
from core.store import post
from core.store.outbox import OutboxRow, OutboxState

SEND, UPDATE = "message/send", "message/update_template_card"


def rows(company: Company) -> list[OutboxRow]:
    """The outbox."""
    with company.runtime.store.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def send_text(company: Company, userid: str, text: str) -> None:
    """Put a text into the outbox."""
    person = company.person(userid).actor
    with company.runtime.store.unit(request_id="test", origin=f"test:{text}") as unit:
        post.say(unit, "wecom", person.id, text)


def assert_once_or_twice(heard: list[str], text: str) -> None:
    """What is promised for a plain text whose outcome was unknown."""
    assert set(heard) == {text}
    assert len(heard) <= 2


def later(company: Company, **span: float) -> None:
    """Some time passes, and everything due is sent."""
    company.clock.go(**span)
    company.settle()


def test_fault_6_a_tap_comes_before_the_send_is_answered(company: Company) -> None:
    """Fault 6: accepted (card row written before sending)."""
    lead = company.lead()

    def tap(messages: tuple[Message, ...]) -> None:
        (message,) = messages
        assert message.card is not None
        checkbox, key = message.card["checkbox"]["question_key"], message.card["submit_button"]["key"]
        company.platform.tap("batu", message.id, key, {checkbox: [f"L{lead}"]})

    company.platform.faults.order(api=SEND, fault=Fault.CALLBACK_FIRST, act=tap)
    heard = company.person("batu").say("公海")
    assert heard.card.title == f"已领取 L{lead}"
    assert company.owner(lead) == company.person("batu").actor.id
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize("way", ["older than 72 hours", "used twice"])
def test_fault_16_a_card_that_can_no_longer_be_changed(company: Company, way: str) -> None:
    """Fault 16 (card older than 72 h, response_code gone, or used twice): effect kept, new card sent."""
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    before = company.so_far
    selected = {card.payload["checkbox"]["question_key"]: [f"L{lead}"]}
    company.platform.tap("batu", card.message.id, card.key("领取"), selected)  # its change waits in the outbox
    if way == "used twice":
        with company.platform.lock:
            company.platform.codes._codes.clear()
    else:
        company.clock.go(hours=73)
    company.settle()
    fresh = batu.heard_since(before).card
    assert fresh.message.id != card.message.id
    assert fresh.title == f"已领取 L{lead}"
    assert company.owner(lead) == batu.actor.id
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_16_what_changes_others_cards_falls_back_to_nothing_or_a_fresh_card(company: Company) -> None:
    """A notice about somebody else's card whose code is gone: the card that hangs stays, a tap on it is answered with
    the state of now; the effect is kept."""
    lead = company.lead(by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    card = batu.say(f"客户 L{lead}").card
    company.clock.go(hours=73)
    lina.say(f"转移 L{lead} 张三")
    assert company.owner(lead) == company.person("zhangsan").actor.id
    heard = batu.tap(card, "写跟进")
    assert "您不能操作" in heard.text or "已过期" in heard.text
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize(("errcode", "minutes"), [(45009, 2), (45033, 1), (-1, 1)])
def test_fault_45_throttled(company: Company, errcode: int, minutes: int) -> None:
    """Fault 45: back off per class; order kept per target."""
    company.platform.faults.order(api=SEND, fault=Fault.ERRCODE, errcode=errcode, times=2)
    send_text(company, "batu", "一")
    send_text(company, "batu", "二")
    company.settle()
    assert len(company.platform.journal.calls(SEND)) == 1, "it waits before it tries again"
    for _ in range(4):
        later(company, minutes=minutes)
    assert company.person("batu").heard_since().texts == ["一", "二"]
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_47_an_invalid_user_inside_an_ok(company: Company) -> None:
    """Fault 47 (errcode 0 with `invaliduser`): result per person, only those retried. Nobody else is held up, and the
    row is visibly dead, not sent."""
    send_text(company, "batu", "一")
    send_text(company, "lina", "二")
    company.platform.leave("batu")
    company.settle()
    assert company.person("lina").heard_since().texts == ["二"]
    assert [row.state for row in rows(company)] == [OutboxState.DEAD, OutboxState.SENT]
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_DROP, Fault.HALF_BODY, Fault.WRONG_JSON], ids=str)
def test_fault_48_the_answer_is_lost_after_the_platform_took_it(company: Company, fault: Fault) -> None:
    """Fault 48 (timeout after the platform accepted): same key on retry → one card. A text has no key: at least once,
    at most one extra."""
    company.platform.faults.order(api=SEND, fault=fault)
    company.person("batu").say("公海")
    company.platform.faults.order(api=SEND, fault=fault)
    send_text(company, "lina", "二")
    company.settle()
    later(company, seconds=10)
    assert len(company.person("batu").heard_since().cards) == 1
    assert_once_or_twice(company.person("lina").heard_since().texts, "二")
    assert {row.state for row in rows(company)} == {OutboxState.SENT}
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_DROP, Fault.HALF_BODY], ids=str)
def test_fault_48_the_answer_to_a_change_is_lost(company: Company, fault: Fault) -> None:
    """Fault 48 for a changed card: its code is used, the answer is not there; no second card."""
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    company.platform.faults.order(api=UPDATE, fault=fault)
    batu.tap(card, "领取", ticked=[f"L{lead}"])
    later(company, seconds=10)
    assert [each.title for each in batu.heard_since().cards] == [f"已领取 L{lead}"]
    assert {row.state for row in rows(company)} == {OutboxState.SENT}
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_49_a_taken_task_id_at_the_first_try_is_an_error(company: Company) -> None:
    """Fault 49: 42014 on the first try is a bug in the ids: error, visible."""
    company.platform.faults.order(api=SEND, fault=Fault.ERRCODE, errcode=42014)
    heard = company.person("batu").say("公海")
    assert heard.cards == []
    assert "有一张卡片没能发给您" in heard.text
    assert [row.state for row in rows(company)] == [OutboxState.DEAD, OutboxState.SENT]
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_49_a_taken_task_id_on_a_retry_is_delivered(company: Company) -> None:
    """Fault 49: 42014 on a retry means that the first try arrived."""
    company.platform.faults.order(api=SEND, fault=Fault.ACCEPT_THEN_DROP)
    company.person("batu").say("公海")
    later(company, seconds=10)
    (row,) = rows(company)
    assert row.state == OutboxState.SENT
    errcodes = [entry.errcode for entry in company.platform.journal.calls(SEND)]
    assert errcodes == [0, 42014]
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize(
    "fault", [Fault.RESET, Fault.STATUS_500, Fault.HTML, Fault.REDIRECT, Fault.WRONG_JSON, Fault.HALF_BODY], ids=str
)
def test_fault_50_a_broken_answer(company: Company, fault: Fault) -> None:
    """Fault 50 (5xx, reset, half JSON, redirect to another host): Fault in bounded time, redirect refused; the message
    goes out once."""
    company.platform.faults.order(api=SEND, fault=fault)
    started = time.monotonic()
    company.person("batu").say("公海")
    assert time.monotonic() - started < 10
    later(company, seconds=10)
    later(company, minutes=2)
    assert len(company.person("batu").heard_since().cards) == 1
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_50_a_slow_drip_is_cut_off(company: Company) -> None:
    """Fault 50 (slow drip): Fault in bounded time. Nobody else waits with it: another person's message goes out
    meanwhile."""
    company.platform.faults.order(api=SEND, fault=Fault.SLOW_DRIP, seconds=60)
    send_text(company, "batu", "一")
    started = time.monotonic()
    company.settle()
    assert time.monotonic() - started < 20
    send_text(company, "lina", "二")
    company.settle()
    assert company.person("lina").heard_since().texts == ["二"]
    later(company, seconds=20)
    assert_once_or_twice(company.person("batu").heard_since().texts, "一")
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_44_wrong_settings_are_tried_again_slowly_and_then_everything_goes_out(company: Company) -> None:
    """Fault 44 (token "valid" but always refused), seen from the outbox: it waits a minute, burns no quota, and loses
    nothing when the settings are right again."""
    company.platform.faults.order(api=SEND, fault=Fault.ERRCODE, errcode=40014, times=4)
    send_text(company, "batu", "一")
    for _ in range(30):
        later(company, seconds=1)
    assert len(company.platform.journal.calls("gettoken")) <= 2
    assert len(company.platform.journal.calls(SEND)) == 2
    (row,) = rows(company)
    assert row.fault == "the platform refuses the token it just gave"
    assert row.state == OutboxState.PENDING
    for _ in range(5):
        later(company, minutes=2)
    assert company.person("batu").heard_since().texts == ["一"]
    assert_kept(company.runtime.store, company.platform.journal)


def test_everything_heard_is_there_once(company: Company) -> None:
    """All faults one after the other while five people work: nothing lost, nothing doubled."""
    order = company.platform.faults.order
    for fault in (Fault.RESET, Fault.ACCEPT_THEN_DROP, Fault.HALF_BODY, Fault.STATUS_500, Fault.WRONG_JSON):
        order(api="*", fault=fault)
        order(api=SEND, fault=Fault.ERRCODE, errcode=-1)
    people = ("batu", "zhangsan", "naren", "sunli", "surina")
    for userid in people:
        company.person(userid).say("公海")
    for _ in range(12):
        later(company, minutes=1)
    until(lambda: all(row.state != OutboxState.PENDING for row in rows(company)), "an empty outbox", seconds=1)
    heard: dict[str, Heard] = {userid: company.person(userid).heard_since() for userid in people}
    assert {userid: len(what.cards) for userid, what in heard.items()} == dict.fromkeys(people, 1)
    assert_kept(company.runtime.store, company.platform.journal)
