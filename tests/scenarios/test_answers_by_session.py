"""Texts that answer a message on DingTalk go by that message's session while it works: they cost no call of the
month's. Whatever is wrong with the session, the answer comes, by the API; and it is kept no longer than it is needed.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.dinged import Dinged, open_dinged

from bot.channels.dingtalk.door import DingTalkDoor
from bot.sandbox.dingtalk.robots import SESSION_LIFE
from bot.sandbox.faults import Fault
from core.store import calls, outbox, post, sessions
from core.store.outbox import Kind, OutboxState
from core.store.sessions import MARGIN, Session

SESSION, ONE_TO_ONE = "robot/sendBySession", "robot/oToMessages/batchSend"


@pytest.fixture
def streamed(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Dinged]:
    with open_dinged(database_url, tmp_path, clock, "stream") as dinged:
        yield dinged


def help_of(dinged: Dinged) -> str:
    """What 帮助 is answered, which is known by how it begins."""
    (heard,) = dinged.heard("dt_batu")
    assert "领取" in heard
    return heard


def spared(dinged: Dinged) -> int:
    with dinged.company.runtime.store.read() as session:
        return calls.in_month(session.connection(), "dingtalk:dingtl01:spared", "2026-11")


def said_and_waiting(dinged: Dinged) -> None:
    """He has asked, and the answer waits in the outbox."""
    dinged.ding.say("dt_batu", "帮助")
    dinged.worked()
    (row,) = dinged.rows()
    assert row.code is not None
    assert b"sendBySession" not in row.code


def test_an_answer_costs_no_call(streamed: Dinged) -> None:
    streamed.say("dt_batu", "帮助")
    help_of(streamed)
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (1, 0)
    assert streamed.ding.quota.calls(streamed.company.clock()) == 0
    assert spared(streamed) == 1
    (row,) = streamed.rows()
    assert (row.state, row.code, row.body) == (OutboxState.SENT, None, None)


def test_what_is_answered_over_http_at_once_needs_none(database_url: str, tmp_path: Path, clock: Clock) -> None:
    with open_dinged(database_url, tmp_path, clock, "http") as dinged:
        dinged.say("dt_batu", "帮助")
        help_of(dinged)
        assert (dinged.calls(SESSION), dinged.calls(ONE_TO_ONE), len(dinged.rows())) == (0, 0, 0)


def test_a_late_answer_over_http_goes_by_the_session(
    database_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DingTalkDoor, "answer_seconds", 0.0)
    with open_dinged(database_url, tmp_path, clock, "http") as dinged:
        dinged.say("dt_batu", "帮助")
        help_of(dinged)
        assert (dinged.calls(SESSION), dinged.calls(ONE_TO_ONE)) == (1, 0)


def test_what_comes_by_itself_and_cards_go_by_the_api(streamed: Dinged) -> None:
    streamed.company.lead(by="wuyun")
    streamed.say("dt_batu", "公海")
    assert [each.kind for each in streamed.ding.chat("dt_batu") if each.from_bot] == ["card"]
    assert streamed.calls("card/instances/createAndDeliver") == 1
    batu = streamed.company.person("batu").actor.id
    streamed.post(lambda unit: post.say(unit, "dingtalk", batu, "您有新客户"))
    assert streamed.heard("dt_batu")[-1] == "您有新客户"
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (0, 1)


@pytest.mark.parametrize("late", [SESSION_LIFE + timedelta(seconds=1), SESSION_LIFE - MARGIN])
def test_one_that_has_ended_is_not_tried(streamed: Dinged, clock: Clock, late: timedelta) -> None:
    said_and_waiting(streamed)
    clock.go(seconds=late.total_seconds())
    streamed.company.settle()
    help_of(streamed)
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE), spared(streamed)) == (0, 1, 0)


def test_one_that_the_platform_has_no_more_is_asked_once(streamed: Dinged) -> None:
    """300001 comes with a 200."""
    said_and_waiting(streamed)
    streamed.ding.sessions.clear()
    streamed.company.settle()
    help_of(streamed)
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE), spared(streamed)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("errcode", "status"), [(40035, 200), (460101, 200), (410100, 200), (90018, 403), (90020, 403)]
)
def test_whatever_refuses_it_it_comes_by_the_api(streamed: Dinged, errcode: int, status: int) -> None:
    streamed.ding.faults.order(api=SESSION, fault=Fault.ERRCODE, errcode=errcode, status=status)
    streamed.say("dt_batu", "帮助")
    help_of(streamed)
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (1, 1)


@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.RESET, Fault.WRONG_JSON])
def test_what_may_have_arrived_is_tried_by_the_api_alone(streamed: Dinged, clock: Clock, fault: Fault) -> None:
    """As any text: after an unknown outcome it may come twice; it is not lost."""
    streamed.ding.faults.order(api=SESSION, fault=fault)
    streamed.say("dt_batu", "帮助")
    (row,) = streamed.rows()
    assert (row.state, row.maybe_sent, streamed.calls(ONE_TO_ONE)) == (OutboxState.PENDING, True, 0)
    clock.go(minutes=1)
    streamed.company.settle()
    assert "领取" in streamed.heard("dt_batu")[-1]
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (1, 1)
    assert [(each.state, each.code) for each in streamed.rows()] == [(OutboxState.SENT, None)]


def test_what_surely_did_not_arrive_is_tried_by_the_api_alone_too(streamed: Dinged, clock: Clock) -> None:
    """A session is tried once, whatever became of it."""
    streamed.ding.faults.order(api=SESSION, fault=Fault.REDIRECT)
    streamed.say("dt_batu", "帮助")
    (row,) = streamed.rows()
    assert (row.state, row.maybe_sent, streamed.calls(ONE_TO_ONE)) == (OutboxState.PENDING, False, 0)
    clock.go(minutes=1)
    streamed.company.settle()
    help_of(streamed)
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (1, 1)
    assert [(each.state, each.code) for each in streamed.rows()] == [(OutboxState.SENT, None)]


def test_whoever_died_over_it_is_followed_by_the_api(
    streamed: Dinged, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(streamed.company.runtime.relay, "_mark", lambda *_: None)
        streamed.say("dt_batu", "帮助")
    clock.go(minutes=2)
    streamed.company.settle()
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (1, 1)
    assert [(each.state, each.code) for each in streamed.rows()] == [(OutboxState.SENT, None)]


def test_answers_come_though_the_months_calls_are_used_up(streamed: Dinged, clock: Clock) -> None:
    streamed.ding.use_up_calls()
    batu = streamed.company.person("batu").actor.id
    streamed.post(lambda unit: post.say(unit, "dingtalk", batu, "您有新客户"))
    assert streamed.heard("dt_batu") == []
    assert streamed.calls(ONE_TO_ONE) == 1
    streamed.say("dt_lina", "帮助")
    assert "领取" in streamed.heard("dt_lina")[0]
    said_by_batu = streamed.ding.say("dt_batu", "帮助")
    streamed.worked()
    streamed.ding.sessions.clear()
    streamed.company.settle()
    assert said_by_batu.taken
    assert streamed.calls(ONE_TO_ONE) <= 2
    clock.go(days=7)  # another month
    streamed.company.settle()
    assert len(streamed.heard("dt_batu")) == 2


def test_a_ban_stops_these_too(streamed: Dinged, clock: Clock) -> None:
    streamed.ding.ban()
    streamed.say("dt_batu", "帮助")
    streamed.say("dt_lina", "帮助")
    called = streamed.calls(SESSION)
    assert streamed.heard("dt_batu") == streamed.heard("dt_lina") == []
    assert called <= 2
    clock.go(minutes=6)
    streamed.company.settle()
    assert [len(streamed.heard(who)) for who in ("dt_batu", "dt_lina")] == [1, 1]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/robot/sendBySession?session=x",
        "http://169.254.169.254/robot/sendBySession?session=x",
        "https://oapi.dingtalk.com.evil.example/robot/sendBySession?session=x",
        "{base}@evil.example/robot/sendBySession?session=x",
        "{other}/robot/sendBySession?session=x",
        "{base}/media/upload?session=x",
        "{base}:99999/robot/sendBySession",
        "{base}/x/robot/sendBySession?session=x",
    ],
)
def test_no_other_host_is_called(streamed: Dinged, url: str) -> None:
    """No signature covers a message: whoever could write one would have us call what he likes."""
    base = streamed.ding.base_url
    body = streamed.ding.say("dt_lina", "帮助").body
    wrong = url.format(base=base, other=base.replace("http://", "https://"))
    streamed.worked()
    streamed.company.settle()
    before = len(streamed.ding.journal.entries())
    streamed.after(
        lambda: streamed.ding.emit({**body, "msgId": "other==", "senderStaffId": "dt_batu", "sessionWebhook": wrong})
    )
    help_of(streamed)
    assert [each.name for each in streamed.ding.journal.entries()[before:] if each.direction == "api"] in (
        [ONE_TO_ONE],
        ["oauth2/accessToken", ONE_TO_ONE],
    )


def test_a_session_stands_in_no_log_and_nowhere_in_clear(
    streamed: Dinged, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    said_and_waiting(streamed)
    written = repr([vars(row) for row in (*streamed.rows(), *streamed.inbox())])
    streamed.ding.faults.order(api=SESSION, fault=Fault.STATUS_500)
    streamed.company.settle()
    streamed.company.clock.go(minutes=1)
    streamed.say("dt_batu", "帮助")
    written += caplog.text + "".join(capsys.readouterr())
    assert "sendBySession" in written, "the call is logged, without what makes it a secret"
    assert [each for each in streamed.ding.sessions if each in written] == []
    assert {row.code for row in streamed.rows() if row.state == OutboxState.SENT} == {None}


def test_what_is_sealed_on_the_row_is_read_again(streamed: Dinged) -> None:
    said_and_waiting(streamed)
    (row,) = streamed.rows()
    vault = streamed.company.runtime.store.vault
    found = sessions.unpacked(vault.open(outbox.code_place(row.dedupe_key), row.code or b""))
    assert found is not None
    assert found.url.startswith(f"{streamed.ding.base_url}/robot/sendBySession?session=")
    assert (row.kind, found.works(found.until - 2 * MARGIN), found.works(found.until)) == (Kind.SAY, True, False)
    assert "sendBySession" not in repr(found)


@pytest.mark.parametrize("text", ["", "x", "1764005400133", "1764005400133 ", "1e3 https://x", "9" * 15 + " https://x"])
def test_what_is_no_session_is_none(text: str) -> None:
    assert sessions.unpacked(text) is None


def test_a_session_that_cannot_be_opened_is_none(streamed: Dinged) -> None:
    said_and_waiting(streamed)
    with streamed.company.runtime.store.unit(request_id="test") as unit:
        for row in unit.session.query(outbox.OutboxRow):
            row.code = b"broken"
    streamed.company.settle()
    help_of(streamed)
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (0, 1)


def test_an_event_that_was_given_up_is_told_by_its_session(
    streamed: Dinged, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("bot.dispatch.arrival", lambda *_: 1 // 0)
        streamed.ding.say("dt_batu", "帮助")
    clock.go(minutes=11)
    streamed.company.runtime.sweeper.sweep()
    streamed.company.settle()
    (heard,) = streamed.heard("dt_batu")
    assert heard
    assert (streamed.calls(SESSION), streamed.calls(ONE_TO_ONE)) == (1, 0)


def test_a_session_packed_is_the_same_unpacked(clock: Clock) -> None:
    session = Session("https://oapi.dingtalk.com/robot/sendBySession?session=x1", clock())
    assert sessions.unpacked(sessions.packed(session)) == session


def test_a_session_that_is_of_no_use_is_forgotten_though_the_answer_has_to_wait(streamed: Dinged) -> None:
    said_and_waiting(streamed)
    streamed.ding.sessions.clear()
    streamed.ding.faults.order(api=ONE_TO_ONE, fault=Fault.STATUS_500)
    streamed.company.settle()
    assert [(row.state, row.code) for row in streamed.rows()] == [(OutboxState.PENDING, None)]
