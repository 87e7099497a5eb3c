"""DingTalk out of order: each answer that it can give, through the whole bot; none may lose a message or double a card.

The sister of test_platform_faults; which answer is of which class is in contract/dingtalk.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import EVERYBODY, Company, open_company
from kit.drawing import BlockDrawer, board, png
from kit.invariants import assert_kept
from sqlalchemy import select

from bot.sandbox.chats import Message
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.faults import Fault
from core.exports import queries
from core.exports.models import Export, State
from core.exports.outcomes import Why
from core.store import post
from core.store.outbox import Kind, OutboxRow, OutboxState

CARD, CHANGE, SAY = "card/instances/createAndDeliver", "PUT card/instances", "robot/oToMessages/batchSend"


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    """Everybody on DingTalk; there is one board."""
    drawer = BlockDrawer({"day": board()})
    with open_company(database_url, tmp_path / "var", clock, on_dingtalk=EVERYBODY, drawer=drawer) as company:
        yield company


@pytest.fixture
def ding(company: Company) -> DingTalk:
    """Its platform."""
    assert company.ding is not None
    return company.ding


def tell(company: Company, userid: str, text: str) -> None:
    """Put a text into the outbox."""
    person = company.person(userid).actor
    with company.runtime.store.unit(request_id="test", origin=f"test:{text}") as unit:
        post.say(unit, "dingtalk", person.id, text)


def in_the_end(company: Company) -> list[OutboxState]:
    """Time passes, and everything due is sent; how each message ended."""
    for minutes in (1, 2, 6, 15, 30, 60, 120):
        company.clock.go(minutes=minutes)
        company.settle()
    with company.runtime.store.read() as session:
        return [OutboxState(row.state) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]


def refused(ding: DingTalk) -> list[tuple[str, str]]:
    """Every call that went wrong: the interface, and how (an ordered fault, or DingTalk's own word)."""
    return [(call.name, call.fault or call.code) for call in ding.journal.calls() if call.fault or call.code]


NOT_DONE: dict[str, Callable[[DingTalk, str], object]] = {
    "500": lambda ding, api: ding.faults.order(api=api, fault=Fault.STATUS_500),
    "reset": lambda ding, api: ding.faults.order(api=api, fault=Fault.RESET),
    "a page": lambda ding, api: ding.faults.order(api=api, fault=Fault.HTML),
    "elsewhere": lambda ding, api: ding.faults.order(api=api, fault=Fault.REDIRECT),
    "busy": lambda ding, api: ding.faults.order(api=api, fault=Fault.ERRCODE, code="system.busy", status=500),
    "too fast": lambda ding, api: ding.faults.order(
        api=api, fault=Fault.ERRCODE, code="Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", status=403
    ),
    "a token that ended": lambda ding, _api: ding.expire_tokens(),
    "a token that is unknown": lambda ding, _api: ding.revoke_tokens(),
    "shut out": lambda ding, _api: ding.ban(),
}
OF_ALL = {"a token that ended": "InvalidAuthentication", "a token that is unknown": "InvalidAuthentication"} | {
    "shut out": "banned"
}
"""What is wrong with every interface at once, and is met by whichever call comes first."""
DONE = {
    "answer lost": Fault.ACCEPT_THEN_DROP,
    "half an answer": Fault.HALF_BODY,
    "no JSON": Fault.WRONG_JSON,
    "500 after it": Fault.STATUS_500_AFTER,
}


@pytest.mark.parametrize("wrong", NOT_DONE)
def test_what_was_not_done_is_done_later_and_once(company: Company, ding: DingTalk, wrong: str) -> None:
    company.lead()
    batu = company.person("batu")
    tell(company, "lina", "一")
    company.settle()  # there is a token by now
    for api in (CARD, SAY):
        NOT_DONE[wrong](ding, api)
    batu.phone.say("公海")
    tell(company, "lina", "二")
    before = company.so_far
    assert set(in_the_end(company)) == {OutboxState.SENT}
    assert not ding.faults.pending()
    if wrong in OF_ALL:
        assert OF_ALL[wrong] in {how for _, how in refused(ding)}
    else:
        assert sorted(name for name, _ in refused(ding)) == sorted((CARD, SAY))
    assert len(batu.heard_since().cards) == 1
    assert company.person("lina").heard_since(before).texts == ["二"]
    assert_kept(company.runtime.store, company.platform.journal, ding)


@pytest.mark.parametrize("lost", DONE)
def test_a_card_whose_answer_is_lost_comes_once(company: Company, ding: DingTalk, lost: str) -> None:
    """The outTrackId is the key: another attempt is told that the card exists."""
    company.lead()
    ding.faults.order(api=CARD, fault=DONE[lost])
    company.person("batu").phone.say("公海")
    assert set(in_the_end(company)) == {OutboxState.SENT}
    assert refused(ding) == [(CARD, DONE[lost]), (CARD, "param.cardAlreadyExist")]
    assert len(company.person("batu").heard_since().cards) == 1
    assert_kept(company.runtime.store, company.platform.journal, ding)


@pytest.mark.parametrize("lost", DONE)
def test_a_text_whose_answer_is_lost_comes_twice_and_no_more(company: Company, ding: DingTalk, lost: str) -> None:
    """Nothing tells a second text from the first, and DingTalk cannot be asked to drop it."""
    ding.faults.order(api=SAY, fault=DONE[lost])
    tell(company, "lina", "二")
    assert in_the_end(company) == [OutboxState.SENT]
    assert refused(ding) == [(SAY, DONE[lost])]
    assert company.person("lina").heard_since().texts == ["二", "二"]
    assert_kept(company.runtime.store, company.platform.journal, ding)


@pytest.mark.parametrize("lost", DONE)
def test_a_change_whose_answer_is_lost_is_made(company: Company, ding: DingTalk, lost: str) -> None:
    lead, batu = company.lead(), company.person("batu")
    card = batu.say("公海").card
    ding.faults.order(api=CHANGE, fault=DONE[lost])
    batu.phone.tap(card, "领取", ticked=[f"L{lead}"])
    assert set(in_the_end(company)) == {OutboxState.SENT}
    assert refused(ding) == [(CHANGE, DONE[lost])]
    assert batu.now(card).title == f"已领取 L{lead}"
    assert company.owner(lead) == batu.actor.id
    assert_kept(company.runtime.store, company.platform.journal, ding)


def test_a_tap_comes_before_the_delivery_is_answered(company: Company, ding: DingTalk) -> None:
    lead = company.lead()

    def tap(messages: tuple[Message, ...]) -> None:
        (message,) = messages
        batu = company.person("batu")
        batu.phone.tap(batu.phone.read(message), "领取", ticked=[f"L{lead}"])

    ding.faults.order(api=CARD, fault=Fault.CALLBACK_FIRST, act=tap)
    heard = company.person("batu").say("公海")
    assert refused(ding) == [(CARD, Fault.CALLBACK_FIRST)]
    assert heard.card.title == f"已领取 L{lead}"
    assert company.owner(lead) == company.person("batu").actor.id
    assert_kept(company.runtime.store, company.platform.journal, ding)


def test_who_cannot_be_reached_holds_up_nobody(company: Company, ding: DingTalk) -> None:
    """A 200 that names who was left out."""
    tell(company, "batu", "一")
    tell(company, "lina", "二")
    ding.drop_member("dt_batu")
    company.settle()
    assert company.person("lina").heard_since().texts == ["二"]
    assert in_the_end(company) == [OutboxState.DEAD, OutboxState.SENT]
    assert [call.dropped for call in ding.journal.calls(SAY) if call.dropped] == [("dt_batu",)]


def test_who_is_sent_too_much_gets_it_later(company: Company, ding: DingTalk) -> None:
    tell(company, "batu", "一")
    ding.throttled.add("dt_batu")
    company.settle()
    assert company.person("batu").heard_since().texts == []
    assert [call.dropped for call in ding.journal.calls(SAY)] == [("dt_batu",)]
    ding.throttled.clear()
    assert in_the_end(company) == [OutboxState.SENT]
    assert company.person("batu").heard_since().texts == ["一"]


def test_a_card_that_exists_no_longer_gives_way_to_a_fresh_one(company: Company, ding: DingTalk) -> None:
    """How long DingTalk keeps a card stands nowhere. The effect is kept; what the tap did stands on a new card."""
    lead, batu = company.lead(), company.person("batu")
    card = batu.say("公海").card
    before = company.so_far
    batu.phone.tap(card, "领取", ticked=[f"L{lead}"])  # its change waits in the outbox
    with ding.lock:
        gone = ding.cards.pop(card.message.task_id)
    assert gone.track_id == card.message.task_id
    assert set(in_the_end(company)) == {OutboxState.SUPERSEDED, OutboxState.SENT}
    assert refused(ding) == [(CHANGE, "param.cardNotExist")]
    fresh = batu.heard_since(before).card
    assert fresh.message.id != card.message.id
    assert fresh.title == f"已领取 L{lead}"
    assert company.owner(lead) == batu.actor.id
    assert_kept(company.runtime.store, company.platform.journal, ding)


def test_a_card_that_is_gone_is_tried_once_whatever_changes_later(company: Company, ding: DingTalk) -> None:
    """Each change would have sent one more fresh card, and cost two calls."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    with ding.lock:
        ding.cards.pop(card.message.task_id)
    before = company.so_far
    for grade in ("A", "B", "C", "A"):
        company.person("lina").say(f"等级 L{lead} {grade}")
        in_the_end(company)
    assert refused(ding) == [(CHANGE, "param.cardNotExist")]
    assert len(batu.heard_since(before).cards) == 1
    assert "A级" in batu.heard_since(before).card.whole


def test_the_months_calls_are_used_up_and_the_next_month_goes_on(company: Company, ding: DingTalk) -> None:
    """Nothing is lost: what the month does not take waits for the next one."""
    ding.use_up_calls()
    tell(company, "batu", "一")
    company.settle()
    assert refused(ding) == [(SAY, "Forbidden.AccessDenied.ApiCountLimitForOrg")]
    assert company.person("batu").heard_since().texts == []
    for _ in range(3):  # from the 24th into the next month
        company.clock.go(days=2, hours=12)
        company.settle()
    assert company.person("batu").heard_since().texts == ["一"]


def test_fault_44_wrong_settings_are_tried_again_slowly_and_then_everything_goes_out(
    company: Company, ding: DingTalk
) -> None:
    """Fault 44 (token "valid" but always refused), seen from the outbox: it waits a minute, burns none of the month's
    calls meanwhile, and loses nothing when the settings are right again."""
    ding.faults.order(api=SAY, fault=Fault.ERRCODE, code="InvalidAuthentication", status=400, times=4)
    tell(company, "batu", "一")
    for _ in range(30):
        company.clock.go(seconds=1)
        company.settle()
    assert len(ding.journal.calls("oauth2/accessToken")) == 2
    assert len(ding.journal.calls(SAY)) == 2
    with company.runtime.store.read() as session:
        (row,) = session.scalars(select(OutboxRow)).all()
    assert row.fault == "the platform refuses the token it just gave"
    assert row.state == OutboxState.PENDING
    assert in_the_end(company) == [OutboxState.SENT]
    assert not ding.faults.pending()
    assert company.person("batu").heard_since().texts == ["一"]
    assert_kept(company.runtime.store, company.platform.journal, ding)


def test_fault_50_a_slow_drip_is_cut_off(company: Company, ding: DingTalk) -> None:
    """Fault 50 (slow drip): Fault in bounded time. Nobody else waits with it: another person's message goes out
    meanwhile."""
    ding.faults.order(api=SAY, fault=Fault.SLOW_DRIP, seconds=60)
    tell(company, "batu", "一")
    started = time.monotonic()
    company.settle()
    assert time.monotonic() - started < 20
    assert refused(ding) == [(SAY, Fault.SLOW_DRIP)]
    tell(company, "lina", "二")
    company.settle()
    assert company.person("lina").heard_since().texts == ["二"]
    assert in_the_end(company) == [OutboxState.SENT, OutboxState.SENT]
    assert company.person("batu").heard_since().texts == ["一", "一"], "it was carried out, and nobody could know"
    assert_kept(company.runtime.store, company.platform.journal, ding)


# What DingTalk itself does not know: whether it has sent it.


def unknown(ding: DingTalk, times: int = 1) -> None:
    """The next messages to single people."""
    ding.faults.order(api=SAY, fault=Fault.ERRCODE, code="unknown.send.result", status=400, times=times)


def show_board(company: Company, userid: str) -> None:
    """Have the board sent as a picture."""
    person = company.person(userid).actor
    with company.runtime.store.unit(request_id="test", origin="test:board") as unit:
        post.picture(unit, "dingtalk", person.id, "day")
    company.settle()


def the_row(company: Company, kind: Kind) -> OutboxRow:
    """The only row of this kind."""
    with company.runtime.store.read() as session:
        return session.scalars(select(OutboxRow).where(OutboxRow.kind == kind)).one()


def heard(company: Company, userid: str) -> list[str]:
    """Texts, and anything else by its kind."""
    return [each.text or f"[{each.kind}]" for each in company.person(userid).heard_since().messages]


@pytest.mark.parametrize("lost_before", [False, True])
def test_a_picture_that_may_be_there_is_neither_said_nor_sent_again(
    company: Company, ding: DingTalk, lost_before: bool
) -> None:
    if lost_before:
        ding.faults.order(api=SAY, fault=Fault.ACCEPT_THEN_DROP)
    unknown(ding)
    show_board(company, "batu")
    assert set(in_the_end(company)) == {OutboxState.DEAD}
    assert heard(company, "batu") == (["[image]"] if lost_before else [])
    assert len(ding.journal.calls("media/upload")) == 1
    assert the_row(company, Kind.PICTURE).maybe_sent


def test_a_picture_that_is_refused_is_said(company: Company, ding: DingTalk) -> None:
    ding.faults.order(api=SAY, fault=Fault.ERRCODE, code="contain.illegal", status=400)
    show_board(company, "batu")
    assert heard(company, "batu") == ["日报 全公司，给巴特尔·孟和"]


def test_a_file_of_which_nobody_knows_may_have_come_and_counts(company: Company, ding: DingTalk) -> None:
    for number in range(3):
        company.lead(f"刘志{number}", f"1394710000{number}", by="batu")
    batu = company.person("batu")
    unknown(ding)
    batu.say("导出 我的客户")
    with company.runtime.store.read() as session:
        export = session.scalars(select(Export)).one()
        since = company.clock() - timedelta(hours=1)
        counted = queries.rows_since(session, batu.actor.id, since, company.clock())
    assert (export.state, export.why, counted) == (State.DROPPED, Why.UNSURE, 3)
    row = the_row(company, Kind.EXPORT)
    assert (row.state, row.maybe_sent) == (OutboxState.DEAD, True)
    assert any("可能已发到您的聊天里" in card.whole for card in batu.heard_since().cards)


def test_a_text_of_which_nobody_knows_is_marked_so(company: Company, ding: DingTalk) -> None:
    unknown(ding)
    tell(company, "batu", "一")
    company.settle()
    row = the_row(company, Kind.SAY)
    assert (row.state, row.maybe_sent) == (OutboxState.DEAD, True)


def test_who_wants_a_file_of_which_nobody_knows_is_told_so(company: Company, ding: DingTalk) -> None:
    company.lead("刘志强", by="batu")
    batu = company.person("batu")
    batu.tap(batu.say("L1").card, "写跟进")
    batu.after(lambda: batu.phone.send_picture(png()))
    company.settle()
    unknown(ding)
    before = company.so_far
    batu.say("附件 L1 1")
    company.settle()
    assert "附件可能已发到您的聊天里" in batu.heard_since(before).texts[-1]
    assert the_row(company, Kind.FILE).maybe_sent
