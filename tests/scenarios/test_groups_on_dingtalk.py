"""群聊 on DingTalk: what is sent into a group, what never is, and what its faults mean."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.dinged import CONVERSATION, Dinged, open_dinged
from kit.drawing import DEPARTMENTS, JAMS, PEOPLE, board

from bot.sandbox.faults import Fault
from core.groups import queries
from core.store import post
from core.store.outbox import Kind, OutboxState

SEND, UPLOAD = "robot/groupMessages/send", "media/upload"


@pytest.fixture
def dinged(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Dinged]:
    with open_dinged(database_url, tmp_path, clock) as dinged:
        yield dinged


def tell(text: str = "今天放款 3 笔") -> partial[None]:
    return partial(post.tell_group, channel="dingtalk", group_key="dingwar", text=text)


def show(ref: str = "day") -> partial[None]:
    return partial(post.picture_to_group, channel="dingtalk", group_key="dingwar", board_ref=ref)


def refuse(dinged: Dinged, api: str, code: str, status: int = 400, times: int = 1) -> None:
    dinged.ding.faults.order(api=api, fault=Fault.ERRCODE, code=code, status=status, times=times)


def test_texts_and_pictures_come_into_a_group_in_their_order(dinged: Dinged) -> None:
    dinged.post(tell("一"), show(), tell("二"))
    assert dinged.in_group() == ["一", "[image]", "二"]
    assert {row.state for row in dinged.rows()} == {OutboxState.SENT}
    assert {row.channel for row in dinged.rows()} == {"dingtalk"}
    sent = dinged.ding.journal.calls(SEND)
    assert [(each.payload["msgKey"], each.payload["openConversationId"]) for each in sent] == [
        ("sampleText", CONVERSATION),
        ("sampleImageMsg", CONVERSATION),
        ("sampleText", CONVERSATION),
    ]


def test_a_timed_board_comes_to_the_groups_of_both_platforms(dinged: Dinged, clock: Clock) -> None:
    clock.go(hours=9)
    dinged.company.runtime.timetable.round()
    targets = {row.target for row in dinged.rows() if row.kind == Kind.PICTURE and row.person_id == 0}
    assert targets == {"wecom:group:heads", "wecom:group:war", "dingtalk:group:dingwar"}


@pytest.mark.parametrize("broken", [False, True])
def test_nothing_about_single_people_goes_into_a_group(dinged: Dinged, broken: bool) -> None:
    dinged.drawer.broken = broken
    refused = {
        "people": board(PEOPLE),
        "of one": board(scope="巴特尔·孟和"),
        "phone": board(title="日报 13947100001"),
        "lead": board(only="只看 L1024"),
    }
    dinged.drawer.boards |= refused
    dinged.post(*[show(ref) for ref in refused], tell("请联系 139 4710 0001"), tell("L1024 已放款"))
    assert dinged.in_group() == []
    assert dinged.calls(SEND) == dinged.calls(UPLOAD) == 0
    assert {(row.state, (row.fault or "")[:13]) for row in dinged.rows()} == {(OutboxState.DEAD, "personal data")}
    dinged.drawer.boards |= {"nodes": board(JAMS), "departments": board(DEPARTMENTS)}
    dinged.post(show("nodes"), show("departments"))
    assert len(dinged.in_group()) == 2


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 403),
        ("Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", 403),
        ("Forbidden.AccessDenied.AccessTokenPermissionDenied", 403),
        ("send.byToken.tooFast", 400),
        ("too.many.group", 400),
        ("system.busy", 500),
        ("systemBusy", 429),
        ("bot.stopped", 400),
    ],
)
def test_whatever_passes_delays_and_loses_nothing(dinged: Dinged, clock: Clock, code: str, status: int) -> None:
    refuse(dinged, SEND, code, status)
    dinged.post(tell())
    assert dinged.in_group() == []
    clock.go(minutes=2)
    dinged.company.settle()
    assert dinged.in_group() == ["今天放款 3 笔"]


@pytest.mark.parametrize("what", [tell(), show()])
def test_what_may_have_arrived_is_neither_repeated_nor_said_instead(
    dinged: Dinged, clock: Clock, what: partial[None]
) -> None:
    refuse(dinged, SEND, "unknown.send.result")
    dinged.post(what)
    clock.go(hours=24)
    dinged.company.settle()
    assert dinged.calls(SEND) == 1
    assert [row.state for row in dinged.rows() if row.person_id == 0] == [OutboxState.DEAD]


@pytest.mark.parametrize("code", ["invalidParameter.msgParam.invalid", "miss.param", "contain.illegal"])
def test_content_that_is_refused_is_not_tried_again(dinged: Dinged, clock: Clock, code: str) -> None:
    refuse(dinged, SEND, code)
    dinged.post(tell())
    clock.go(hours=24)
    dinged.company.settle()
    assert dinged.calls(SEND) == 1
    assert dinged.rows()[-1].state == OutboxState.DEAD


def test_a_picture_that_cannot_be_uploaded_is_said_and_comes_later(dinged: Dinged, clock: Clock) -> None:
    dinged.ding.faults.order(api=UPLOAD, fault=Fault.STATUS_500, times=2)
    dinged.post(show())
    assert dinged.in_group() == ["日报 全公司，给钉钉战报"]
    clock.go(minutes=10)
    dinged.company.settle()
    assert dinged.in_group() == ["日报 全公司，给钉钉战报", "[image]"]


def test_a_group_gets_fewer_than_may_be_sent_in_a_minute(dinged: Dinged, clock: Clock) -> None:
    dinged.post(*[tell(f"第{number}条") for number in range(40)])
    counts = [len(dinged.in_group())]
    for _ in range(3):
        clock.go(minutes=1.1)
        dinged.company.settle()
        counts.append(len(dinged.in_group()))
    assert counts == [15, 30, 40, 40]


def test_used_up_calls_are_not_asked_for_again_and_again(dinged: Dinged, clock: Clock) -> None:
    dinged.ding.use_up_calls()
    dinged.post(*[tell(f"第{number}条") for number in range(5)])
    assert dinged.calls(SEND) == 1
    clock.go(days=7)  # another month
    dinged.company.settle()
    assert dinged.in_group() == [f"第{number}条" for number in range(5)]


@pytest.mark.parametrize("code", ["group.disbanded", "invalidParameter.robotCode.empty", "invalid.openConversationId"])
def test_a_group_that_is_gone_is_told_to_the_administrators_once(dinged: Dinged, clock: Clock, code: str) -> None:
    if code == "group.disbanded":
        dinged.ding.disband(dinged.war)
    else:
        refuse(dinged, SEND, code, times=3)
    for _ in range(3):
        dinged.post(tell())
        clock.go(hours=24)
    heard = [each.text for userid in ("mengke", "wuyun") for each in dinged.company.platform.chat(userid)]
    assert len(heard) == 2
    assert heard[0].startswith("「钉钉战报」收不到驼铃的消息了")
    assert "「群号」" in heard[0]
    with dinged.company.runtime.store.read() as session:
        known = queries.known(session, "dingwar")
    assert known is not None
    assert known.fault == code
    assert [row.state for row in dinged.rows() if row.person_id == 0] == [OutboxState.DEAD] * 3


def test_a_group_that_is_there_again_is_known_to_be(dinged: Dinged) -> None:
    refuse(dinged, SEND, "invalidParameter.robotCode.empty")
    dinged.post(tell(), tell())
    assert dinged.in_group() == ["今天放款 3 笔"]
    with dinged.company.runtime.store.read() as session:
        assert [each.gone_at for each in queries.all_known(session).values()] == [None]


def test_an_app_that_is_not_set_up_reaches_no_group(dinged: Dinged) -> None:
    dinged.company.runtime.relay._groups._channels.pop("dingtalk")  # type: ignore[union-attr,attr-defined]
    dinged.post(tell(), show())
    assert "channel dingtalk is not set up" in {row.fault for row in dinged.rows()}
    assert dinged.in_group() == []
