"""Somebody calls the robot in a group of DingTalk: what is said there, what is said to him alone, and what is not."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kit.barriers import at_once, until
from kit.clock import Clock
from kit.dinged import CONVERSATION, Dinged, open_dinged
from kit.dingtalk import CORP, message
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import in_group
from bot.sandbox.faults import Fault
from cards.texts.groups import ALONE
from core.leads.models import Lead
from core.people.models import Person
from core.store import rates
from core.store.inbox import InboxState
from core.store.outbox import Kind, OutboxState
from core.store.unit import Store

SESSION, ONE_TO_ONE = "robot/sendBySession", "robot/oToMessages/batchSend"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture(params=["http", "stream"])
def dinged(request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Dinged]:
    with open_dinged(database_url, tmp_path, clock, request.param) as dinged:
        yield dinged


@pytest.fixture
def streamed(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Dinged]:
    with open_dinged(database_url, tmp_path, clock, "stream") as dinged:
        yield dinged


def test_who_calls_the_robot_is_told_where_it_answers_and_nothing_is_done(dinged: Dinged) -> None:
    dinged.say("dt_batu", "录入 刘志强 13947100001 房抵50万", dinged.war)
    assert dinged.in_group() == [ALONE]
    assert dinged.heard("dt_batu") == []
    with dinged.company.runtime.store.read() as session:
        assert session.scalars(select(Lead)).all() == []
    assert dinged.calls(ONE_TO_ONE) == dinged.calls("robot/groupMessages/send") == 0
    assert dinged.calls(SESSION) == (1 if dinged.ding.mode == "stream" else 0)


def test_the_robot_is_not_made_to_chatter(dinged: Dinged, clock: Clock) -> None:
    other = dinged.ding.put_group("另一个群", ["dt_batu"])
    for userid in ("dt_batu", "dt_lina", "dt_batu"):
        dinged.say(userid, "在吗", dinged.war)
    dinged.after(lambda: dinged.ding.send_picture("dt_batu", PICTURE, group=dinged.war))
    dinged.after(lambda: dinged.ding.send_rich("dt_batu", ["看", PICTURE], group=dinged.war))
    assert dinged.in_group() == [ALONE]
    dinged.say("dt_batu", "在吗", other)
    assert [each.text for each in dinged.ding.group_chat(other) if each.from_bot] == [ALONE]
    clock.go(minutes=9.9)
    dinged.say("dt_lina", "在吗", dinged.war)
    assert dinged.in_group() == [ALONE]
    clock.go(minutes=0.2)
    dinged.say("dt_lina", "在吗", dinged.war)
    assert dinged.in_group() == [ALONE] * 2


@pytest.mark.parametrize("typed", ["群号", " 群 号 ", "群ＩＤ", "@驼铃 群编号"])
def test_an_administrator_gets_the_groups_id_and_alone(dinged: Dinged, typed: str) -> None:
    dinged.say("dt_wuyun", typed, dinged.war)
    (told,) = dinged.heard("dt_wuyun")
    assert f"「钉钉战报」的群号是 {CONVERSATION}" in told
    assert "编号 dingwar" in told
    assert dinged.in_group() == []
    assert dinged.calls(SESSION) == 0, "the session of a message in a group leads into the group"


def test_the_id_of_a_group_that_is_new_is_told_as_groups_yaml_wants_it(dinged: Dinged) -> None:
    group = dinged.ding.put_group("包头", ["dt_wuyun"])
    dinged.say("dt_wuyun", "群号", group)
    (told,) = dinged.heard("dt_wuyun")
    assert f"\nkind: 钉钉群\nconversation: {group}\n" in told


def test_nobody_else_gets_the_id(dinged: Dinged) -> None:
    dinged.say("dt_batu", "群号", dinged.war)
    assert dinged.in_group() == [ALONE]
    assert dinged.heard("dt_batu") == []


@pytest.mark.parametrize(
    "changed",
    [
        {"senderStaffId": ""},
        {"senderStaffId": None},
        {"senderCorpId": "dingother"},
        {"senderStaffId": "dt_nobody"},
        {"conversationId": None},
        {"conversationId": "c\n1"},
    ],
)
def test_strangers_hear_nothing(dinged: Dinged, changed: dict[str, Any]) -> None:
    dinged.say("dt_batu", "在吗", dinged.war)
    dinged.company.clock.go(minutes=11)
    before = len(dinged.rows())
    body = message(conversationType="2", conversationId=CONVERSATION, senderCorpId=CORP, msgId="strange==")
    body["createAt"] = round(dinged.company.clock().timestamp() * 1000)
    for name, value in changed.items():
        body[name] = value
    dinged.after(lambda: dinged.ding.emit({name: value for name, value in body.items() if value is not None}))
    assert dinged.in_group() == [ALONE]
    assert len(dinged.rows()) == before


def test_who_has_left_hears_nothing(dinged: Dinged) -> None:
    with dinged.company.runtime.store.unit(request_id="test") as unit:
        person = unit.session.scalars(select(Person).where(Person.dingtalk_userid == "dt_batu")).one()
        person.left_at = unit.now
    dinged.say("dt_batu", "在吗", dinged.war)
    assert dinged.in_group() == []


def test_what_is_said_there_is_kept_sealed_and_logged_nowhere(
    dinged: Dinged, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    dinged.say("dt_batu", "客户刘志强的电话 13947100001", dinged.war)
    dinged.say("dt_wuyun", "群号", dinged.war)
    written = [caplog.text, *capsys.readouterr()]
    written += [repr([vars(row) for row in rows]) for rows in (dinged.rows(), dinged.inbox())]
    sessions = [*dinged.ding.sessions, "sendBySession?session"]
    found = [piece for piece in ("刘志强", "13947100001", *sessions) if any(piece in each for each in written)]
    assert found == []
    assert {row.code for row in dinged.rows()} == {None}


def test_a_repetition_says_nothing_again(dinged: Dinged, clock: Clock) -> None:
    body = dinged.say("dt_batu", "在吗", dinged.war).body
    clock.go(minutes=20)  # longer than the quiet
    dinged.after(lambda: dinged.ding.emit(body))
    assert dinged.in_group() == [ALONE]
    assert len(dinged.inbox()) == 1


def test_all_who_call_at_one_moment_are_answered_once(dinged: Dinged) -> None:
    at_once([lambda who=who: dinged.ding.say(who, "在吗", dinged.war) for who in ("dt_batu", "dt_lina", "dt_wuyun")])
    dinged.worked()
    dinged.company.settle()
    assert dinged.in_group() == [ALONE]


def test_one_of_many_is_the_first_of_a_while(store: Store, clock: Clock) -> None:
    def come() -> bool:
        with store.unit(request_id="test") as unit:
            return rates.once(unit.connection, "x", unit.now, in_group.QUIET)

    assert sorted(at_once([come] * 4)) == [False, False, False, True]
    clock.go(minutes=10)
    assert sorted(at_once([come] * 4)) == [False, False, False, True]
    clock.go(days=-400)  # a clock that ran ahead is put right
    assert [come(), come()] == [True, False]


@pytest.mark.parametrize("ended", [True, False])
def test_where_no_session_works_nothing_is_said_in_its_stead(streamed: Dinged, clock: Clock, *, ended: bool) -> None:
    body = streamed.ding.say("dt_batu", "在吗", streamed.war).body
    streamed.worked()
    if ended:
        clock.go(minutes=100)
    else:
        streamed.ding.sessions.clear()
    streamed.company.settle()
    clock.go(hours=20)
    streamed.company.settle()
    assert streamed.in_group() == streamed.heard("dt_batu") == []
    (row,) = streamed.rows()
    assert (row.kind, row.state, row.code) == (Kind.THERE, OutboxState.SUPERSEDED, None)
    assert body["sessionWebhook"]
    assert streamed.calls(SESSION) == (0 if ended else 1)


@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.RESET, Fault.HTML])
def test_it_is_said_at_most_once(streamed: Dinged, clock: Clock, fault: Fault) -> None:
    streamed.ding.faults.order(api=SESSION, fault=fault)
    streamed.say("dt_batu", "在吗", streamed.war)
    clock.go(minutes=30)
    streamed.company.settle()
    assert streamed.calls(SESSION) == 1
    assert [row.state for row in streamed.rows()] == [OutboxState.SUPERSEDED]


def test_whoever_died_over_it_leaves_no_second_one(
    streamed: Dinged, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(streamed.company.runtime.relay, "_mark", lambda *_: None)
        streamed.say("dt_batu", "在吗", streamed.war)
    clock.go(minutes=2)
    streamed.company.settle()
    assert streamed.in_group() == [ALONE]
    assert [row.state for row in streamed.rows()] == [OutboxState.SUPERSEDED]


def _broken(*_: object) -> None:
    raise OperationalError("x", None, Exception("x"))


@pytest.mark.parametrize("wrong", [_broken, lambda *_: 1 // 0])
def test_our_faults_are_told_in_no_group(
    dinged: Dinged, clock: Clock, monkeypatch: pytest.MonkeyPatch, wrong: Callable[..., None]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(in_group, "answer", wrong)
        dinged.ding.say("dt_batu", "在吗", dinged.war)
        until(lambda: dinged.inbox()[0].attempts, "the failure")
        clock.go(minutes=11)
        dinged.company.runtime.sweeper.sweep()
    dinged.company.settle()
    dinged.company.runtime.sweeper.sweep()
    dinged.company.settle()
    assert dinged.in_group() == dinged.heard("dt_batu") == []
    assert [row.state for row in dinged.inbox()] == [InboxState.EXPIRED]


def test_an_event_whose_process_died_is_answered_by_the_sweeper(
    dinged: Dinged, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(in_group, "answer", lambda *_: 1 // 0)
        dinged.ding.say("dt_batu", "在吗", dinged.war)
        until(lambda: dinged.inbox()[0].attempts, "the failure")
    clock.go(minutes=2)
    dinged.company.runtime.sweeper.sweep()
    dinged.worked()
    dinged.company.settle()
    assert dinged.in_group() == [ALONE]
