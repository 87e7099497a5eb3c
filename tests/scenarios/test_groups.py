"""群聊: what is sent into groups, how fast, what never is, and what happens when a group is gone."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.drawing import DEPARTMENTS, JAMS, PEOPLE, board
from kit.grouped import ROBOT_KEY, VARIABLE, Grouped, open_grouped
from kit.phones import FAULTS
from structlog.testing import capture_logs

from bot.runtime import wecom_chats
from bot.sandbox.faults import Fault
from core.groups import queries
from core.store import post
from core.store.outbox import Kind, OutboxState
from jobs.chat_making import Made, NoOwner, WrongNumber, make

BOTH = pytest.mark.parametrize("key", ["heads", "war"])
SEND = {"heads": "appchat/send", "war": "webhook/send"}


@pytest.fixture
def grouped(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Grouped]:
    with open_grouped(database_url, tmp_path, clock) as grouped:
        yield grouped


def tell(key: str, text: str = "今天放款 3 笔") -> partial[None]:
    return partial(post.tell_group, channel="wecom", group_key=key, text=text)


def show(key: str, ref: str = "day") -> partial[None]:
    return partial(post.picture_to_group, channel="wecom", group_key=key, board_ref=ref)


def test_a_chat_is_made_once_and_its_members_follow(grouped: Grouped) -> None:
    company, runtime = grouped.company, grouped.company.runtime
    chats, heads = wecom_chats(runtime.settings, runtime.store), grouped.group("heads")
    assert chats is not None
    made = make(runtime.store, chats, heads, "root")
    company.settle()
    chat = grouped.chat("heads")
    assert made == Made(len(chat.members), anew=True, came=len(chat.members))
    assert {"mengke", "wuyun", "lina", "zhaojianguo"} <= set(chat.members)
    assert "batu" not in chat.members
    (welcome,) = company.platform.groups.messages(chat.id)
    assert "本群由驼铃建立，会发 日报" in welcome.text

    assert make(runtime.store, chats, heads, "root") == Made(len(chat.members))
    with_batu = replace(heads, people=("batu",), roles=(heads.roles[1],), name="管理层（新）")
    changed = make(runtime.store, chats, with_batu, "root")
    (chat,) = company.platform.groups.all()
    assert isinstance(changed, Made)
    assert set(chat.members) == {"mengke", "wuyun", "batu"}
    assert chat.name == "管理层（新）"
    assert (changed.came, changed.left, changed.anew) == (1, made.members - 2, False)
    company.settle()
    assert len(company.platform.groups.messages(chat.id)) == 1


def test_what_is_wrong_with_a_chat_is_said(grouped: Grouped) -> None:
    runtime, heads = grouped.company.runtime, grouped.group("heads")
    chats = wecom_chats(runtime.settings, runtime.store)
    assert chats is not None
    assert make(runtime.store, chats, replace(heads, owner="nobody"), "root") == NoOwner()
    assert make(runtime.store, chats, replace(heads, roles=()), "root") == WrongNumber(1)
    assert grouped.company.platform.groups.all() == ()


def test_whoever_died_while_he_made_a_chat_leaves_no_second_one(
    grouped: Grouped, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, heads = grouped.company.runtime, grouped.group("heads")
    chats = wecom_chats(runtime.settings, runtime.store)
    assert chats is not None

    def die(point: str) -> None:
        raise KeyboardInterrupt(point)

    with monkeypatch.context() as killed:
        killed.setattr("jobs.chat_making.faultpoint", die)
        with pytest.raises(KeyboardInterrupt):
            make(runtime.store, chats, heads, "root")
    (chat,) = grouped.company.platform.groups.all()
    assert isinstance(make(runtime.store, chats, heads, "root"), Made)
    assert [each.id for each in grouped.company.platform.groups.all()] == [chat.id]
    grouped.company.settle()
    assert len(grouped.company.platform.groups.messages(chat.id)) == 1


@BOTH
def test_texts_and_pictures_come_into_a_group_in_their_order(grouped: Grouped, key: str) -> None:
    grouped.make()
    grouped.post(tell(key, "一"), show(key), tell(key, "二"))
    assert grouped.said(key) == ["一", "[picture]", "二"]
    assert {row.state for row in grouped.rows()} == {OutboxState.SENT}


@FAULTS
def test_a_picture_comes_to_a_person(grouped: Grouped) -> None:
    lina = grouped.company.person("lina")
    grouped.post(lambda unit: post.picture(unit, "wecom", lina.actor.id, "day"))
    (message,) = grouped.company.person("lina").phone.chat()
    assert message.kind == "image"
    grouped.post(lambda unit: post.picture(unit, "wecom", lina.actor.id, "gone"))
    assert len(grouped.company.person("lina").phone.chat()) == 1
    assert grouped.rows()[-1].state == OutboxState.SUPERSEDED


def _lina(grouped: Grouped, clock: Clock, minutes: float = 0) -> list[str]:
    clock.go(minutes=minutes)
    grouped.company.settle()
    return [each.text or "[picture]" for each in grouped.company.person("lina").phone.chat()]


@FAULTS
def test_what_cannot_be_drawn_is_said_at_once_and_the_picture_comes_later_once(grouped: Grouped, clock: Clock) -> None:
    grouped.make()
    lina = grouped.company.person("lina").actor.id
    grouped.drawer.broken = True
    grouped.post(lambda unit: post.picture(unit, "wecom", lina, "day"), show("heads"), show("war"))
    assert _lina(grouped, clock) == ["日报 全公司，给李娜"]
    assert grouped.said("heads") == ["日报 全公司，给管理层"]
    assert grouped.said("war") == ["日报 全公司，给战报"]
    grouped.post(lambda unit: post.say(unit, "wecom", lina, "别的消息"))
    assert _lina(grouped, clock)[-1] == "别的消息"  # what waits holds up nothing
    assert len(_lina(grouped, clock, 3)) == 2
    grouped.drawer.broken = False
    assert _lina(grouped, clock, 10) == ["日报 全公司，给李娜", "别的消息", "[picture]"]
    assert len(_lina(grouped, clock, 60)) == 3
    assert grouped.said("heads") == ["日报 全公司，给管理层", "[picture]"]
    assert grouped.said("war") == ["日报 全公司，给战报", "[picture]"]
    later = [row for row in grouped.rows() if row.kind == Kind.LATER]
    assert len(later) == 3
    assert {row.state for row in later} == {OutboxState.SENT}


@FAULTS
@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.RESET, Fault.HTML, Fault.WRONG_JSON])
def test_what_cannot_be_uploaded_is_said_at_once_and_the_picture_comes_later_once(
    grouped: Grouped, clock: Clock, fault: Fault
) -> None:
    grouped.make()
    lina = grouped.company.person("lina").actor.id
    grouped.company.platform.faults.order(api="media/upload", fault=fault, times=2)
    grouped.post(lambda unit: post.picture(unit, "wecom", lina, "day"), show("heads"))
    assert _lina(grouped, clock, 5) == ["日报 全公司，给李娜", "[picture]"]
    assert grouped.said("heads") == ["日报 全公司，给管理层", "[picture]"]


def test_a_picture_that_a_robot_will_never_take_is_said_and_not_tried_again(grouped: Grouped, clock: Clock) -> None:
    grouped.make()
    grouped.drawer.noise = 2 * 1024 * 1024
    grouped.post(show("war"), show("heads"))
    clock.go(hours=1)
    grouped.company.settle()
    assert grouped.said("war") == ["日报 全公司，给战报"]
    assert grouped.said("heads") == ["[picture]"]
    assert Kind.LATER not in [row.kind for row in grouped.rows()]


@FAULTS
def test_a_picture_whose_sender_died_arrives_once_at_a_person(
    grouped: Grouped, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina, relay = grouped.company.person("lina").actor.id, grouped.company.runtime.relay
    with monkeypatch.context() as killed:
        killed.setattr(relay, "_mark", lambda *_: None)  # dead between sending and marking: the lease stays
        grouped.post(lambda unit: post.picture(unit, "wecom", lina, "day"))
    assert _lina(grouped, clock) == ["[picture]"]
    assert _lina(grouped, clock, 2) == ["[picture]"]
    assert len(grouped.company.platform.journal.calls("media/upload")) == 1
    assert len(grouped.company.platform.journal.calls("message/send")) == 2
    assert grouped.rows()[-1].state == OutboxState.SENT


@BOTH
def test_a_message_whose_sender_died_comes_into_a_group_again(
    grouped: Grouped, clock: Clock, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No platform has a key by which a group's message would be known again: twice is better than never."""
    grouped.make()
    relay = grouped.company.runtime.relay
    with monkeypatch.context() as killed:
        killed.setattr(relay, "_mark", lambda *_: None)
        grouped.post(show(key))
    clock.go(minutes=2)
    grouped.company.settle()
    assert grouped.said(key) == ["[picture]", "[picture]"]
    assert grouped.rows()[-1].state == OutboxState.SENT


@BOTH
@pytest.mark.parametrize(
    ("fault", "errcode"),
    [
        (Fault.ERRCODE, -1),
        (Fault.ERRCODE, 45009),
        (Fault.ERRCODE, 45033),
        (Fault.ERRCODE, 48002),
        (Fault.ERRCODE, 60020),
        (Fault.ERRCODE, 999999),
        (Fault.STATUS_500, -1),
        (Fault.RESET, -1),
        (Fault.HTML, -1),
        (Fault.REDIRECT, -1),
    ],
)
def test_whatever_passes_delays_and_loses_nothing(
    grouped: Grouped, clock: Clock, key: str, fault: Fault, errcode: int
) -> None:
    grouped.make()
    grouped.company.platform.faults.order(api=SEND[key], fault=fault, errcode=errcode)
    grouped.post(tell(key))
    assert grouped.said(key) == []
    clock.go(minutes=2)
    grouped.company.settle()
    assert grouped.said(key) == ["今天放款 3 笔"]


@BOTH
@pytest.mark.parametrize("errcode", [40008, 44004, 45002])
def test_content_that_is_refused_is_not_tried_again(grouped: Grouped, clock: Clock, key: str, errcode: int) -> None:
    grouped.make()
    grouped.company.platform.faults.order(api=SEND[key], fault=Fault.ERRCODE, errcode=errcode)
    grouped.post(tell(key))
    clock.go(hours=24)
    grouped.company.settle()
    assert grouped.said(key) == []
    assert grouped.rows()[-1].state == OutboxState.DEAD


def test_a_robot_gets_fewer_than_the_platform_lets_through(grouped: Grouped, clock: Clock) -> None:
    grouped.make()
    grouped.post(*[tell("war", f"第{number}条") for number in range(40)])
    counts = [len(grouped.said("war"))]
    for _ in range(3):
        clock.go(minutes=1.1)
        grouped.company.settle()
        counts.append(len(grouped.said("war")))
    assert counts == [15, 30, 40, 40]
    assert grouped.said("war") == [f"第{number}条" for number in range(40)]
    refused = [entry for entry in grouped.company.platform.journal.calls("webhook/send") if entry.errcode]
    assert refused == []


def test_a_chat_gets_its_share_of_what_the_app_may_send(grouped: Grouped, clock: Clock) -> None:
    grouped.make()
    grouped.post(*[tell("heads", f"第{number}条") for number in range(30)])
    assert len(grouped.said("heads")) == 19  # and the welcome
    clock.go(minutes=1.1)
    grouped.company.settle()
    assert len(grouped.said("heads")) == 30


def _vanish(grouped: Grouped, key: str, errcode: int) -> None:
    platform = grouped.company.platform
    if errcode == 93004:
        platform.groups.disable_robot(grouped.chat(key).id)
    else:
        platform.groups.dissolve(grouped.chat(key).id)


@pytest.mark.parametrize(("key", "errcode"), [("heads", 86008), ("war", 93000), ("war", 93004)])
def test_a_group_that_is_gone_is_told_to_the_administrators_once(
    grouped: Grouped, clock: Clock, key: str, errcode: int
) -> None:
    grouped.make()
    _vanish(grouped, key, errcode)
    for _ in range(3):
        grouped.post(tell(key))
        clock.go(hours=24)
    heard = [each.text for userid in ("mengke", "wuyun") for each in grouped.company.person(userid).phone.chat()]
    assert len(heard) == 2
    assert f"「{grouped.group(key).name}」收不到驼铃的消息了" in heard[0]
    assert ("tuoling groups create heads" if key == "heads" else VARIABLE) in heard[0]
    with grouped.company.runtime.store.read() as session:
        known = queries.known(session, key)
    assert known is not None
    assert known.fault == f"errcode {errcode}"
    dead = [row for row in grouped.rows() if row.state == OutboxState.DEAD]
    assert len(dead) == 3


def test_a_group_that_is_there_again_is_known_to_be(grouped: Grouped, clock: Clock) -> None:
    grouped.make()
    runtime = grouped.company.runtime
    grouped.company.platform.groups.dissolve(grouped.chat("heads").id)
    grouped.post(tell("heads"))
    chats = wecom_chats(runtime.settings, runtime.store)
    assert chats is not None
    again = make(runtime.store, chats, grouped.group("heads"), "root")
    assert isinstance(again, Made)
    assert again.anew
    grouped.company.settle()
    grouped.post(tell("heads"))
    assert grouped.said("heads") == ["今天放款 3 笔"]
    grouped.company.platform.faults.order(api="webhook/send", fault=Fault.ERRCODE, errcode=93008)
    for _ in range(2):
        grouped.post(tell("war"))
        clock.go(minutes=2)
    assert grouped.said("war") == ["今天放款 3 笔"]
    with runtime.store.read() as session:
        assert [each.gone_at for each in queries.all_known(session).values()] == [None, None]


def test_what_is_for_a_chat_that_is_not_made_yet_waits(grouped: Grouped, clock: Clock) -> None:
    grouped.post(tell("heads"))
    assert grouped.rows()[-1].fault == "group heads is not made yet"
    grouped.make()
    clock.go(minutes=2)
    grouped.company.settle()
    assert "今天放款 3 笔" in grouped.said("heads")


def test_a_group_that_groups_yaml_has_no_more_gets_nothing(grouped: Grouped) -> None:
    grouped.post(tell("strange"), show("strange"))
    assert [row.fault for row in grouped.rows()] == ["no such group", "no such group"]


@BOTH
@pytest.mark.parametrize("broken", [False, True])
def test_nothing_about_single_people_goes_into_a_group(grouped: Grouped, key: str, broken: bool) -> None:
    grouped.make()
    grouped.drawer.broken = broken
    refused = {
        "people": board(PEOPLE),
        "mislabelled": board(replace(PEOPLE, of_people=False)),
        "of one": board(scope="巴特尔·孟和"),
        "phone": board(title="日报 13947100001"),
        "lead": board(only="只看 L1024"),
        "application": board(replace(DEPARTMENTS, metric="A203 的放款")),
    }
    grouped.drawer.boards |= refused
    grouped.post(*[show(key, ref) for ref in refused], tell(key, "请联系 139 4710 0001"), tell(key, "L1024 已放款"))
    assert grouped.said(key) == []
    assert {(row.state, (row.fault or "")[:13]) for row in grouped.rows()[-8:]} == {(OutboxState.DEAD, "personal data")}
    grouped.drawer.boards["nodes"] = board(JAMS)
    grouped.drawer.boards["departments"] = board(DEPARTMENTS)
    grouped.post(show(key, "nodes"), show(key, "departments"))
    assert len(grouped.said(key)) == 2


def test_words_that_hold_personal_data_go_into_no_group_even_where_the_picture_fails(grouped: Grouped) -> None:
    grouped.make()
    grouped.drawer.broken, grouped.drawer.words_of_group = True, "日报：客户 13947100001"
    grouped.post(show("war"))
    assert grouped.said("war") == []
    assert grouped.rows()[-1].state == OutboxState.DEAD


def test_a_name_mentions_nobody(grouped: Grouped) -> None:
    grouped.make()
    grouped.post(tell("war", "<@all> @所有人 <a href='http://x'>部门</a> 完成 3 笔"))
    assert grouped.said("war") == ["＜＠all＞ ＠所有人 ＜a href='http://x'＞部门＜/a＞ 完成 3 笔"]


def test_a_robots_key_stands_nowhere(grouped: Grouped, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    grouped.make()
    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        grouped.company.platform.faults.order(api="webhook/send", fault=Fault.STATUS_500)
        grouped.post(tell("war"), show("war"))
        clock.go(minutes=2)
        grouped.company.settle()
        assert len(grouped.said("war")) == 2
        grouped.company.platform.groups.disable_robot(grouped.chat("war").id)
        grouped.post(tell("war"))
    written = f"{logs} {caplog.text} {[vars(row) for row in grouped.rows()]}"
    assert "webhook/send" in caplog.text
    assert ROBOT_KEY not in written
    journal = repr(grouped.company.platform.journal.entries())
    assert ROBOT_KEY not in journal
