"""Group chats of the app and robots, as the platform has them: errcodes, limits, and what the window shows."""

import base64
import hashlib
from typing import Any

import httpx
import pytest
from kit.drawing import png
from sandbox_kit import Api, Clock

from bot.sandbox.groups import GroupChat
from bot.sandbox.platform import Platform

KEY = "693a91f6-robot-key"
WANTED = {"chatid": "tlheads1", "name": "管理层", "owner": "batu", "userlist": ["batu", "lina"]}


def text(content: str = "放款 3 笔") -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def image(data: bytes, **changes: str) -> dict[str, Any]:
    content = {"base64": base64.b64encode(data).decode(), "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
    return {"msgtype": "image", "image": content | changes}


def push(api: Api, payload: dict[str, Any], key: str = KEY) -> int:
    return int(api.call("webhook/send", payload, params={"key": key})["errcode"])


@pytest.fixture
def robot(platform: Platform) -> GroupChat:
    return platform.groups.begin("战报", "batu", ("batu", "LiNa"), KEY)


@pytest.mark.parametrize(
    ("errcode", "changes"),
    [
        (0, {}),
        (86001, {"chatid": "has-a-dash"}),
        (86001, {"chatid": "a" * 33}),
        (86004, {"name": ""}),
        (86004, {"name": "字" * 51}),
        (86006, {"userlist": ["batu"]}),
        (86007, {"userlist": ["batu", "nobody"]}),
        (86207, {"owner": "su"}),
    ],
)
def test_making_a_chat(api: Api, errcode: int, changes: dict[str, Any]) -> None:
    answer = api.call("appchat/create", WANTED | changes)
    assert answer["errcode"] == errcode
    assert answer.get("chatid") == (None if errcode else "tlheads1")


def test_a_chat_is_made_once_changed_and_read(api: Api, platform: Platform) -> None:
    assert api.call("appchat/create", WANTED)["errcode"] == 0
    assert api.call("appchat/create", WANTED)["errcode"] == 86215
    change = {"chatid": "tlheads1", "name": "头儿", "add_user_list": ["su"], "del_user_list": ["LINA"]}
    assert api.call("appchat/update", change)["errcode"] == 0
    chat = api.call("appchat/get", params={"chatid": "tlheads1"})["chat_info"]
    assert chat == {"chatid": "tlheads1", "name": "头儿", "owner": "batu", "userlist": ["batu", "su"]}
    assert api.call("appchat/update", {"chatid": "tlheads1", "del_user_list": ["su"]})["errcode"] == 86006
    platform.groups.dissolve("tlheads1")
    for path, payload in (("appchat/update", change), ("appchat/send", {"chatid": "tlheads1", **text()})):
        assert api.call(path, payload)["errcode"] == 86008
    assert api.call("appchat/get", params={"chatid": "never"})["errcode"] == 86003
    assert api.call("appchat/create", WANTED)["errcode"] == 86215


def test_an_app_sends_to_no_group_of_others(api: Api, robot: GroupChat) -> None:
    assert api.call("appchat/send", {"chatid": robot.id, **text()})["errcode"] == 86008


def test_what_may_be_sent_to_a_chat(api: Api, platform: Platform) -> None:
    api.call("appchat/create", WANTED)
    media = api.call("media/upload", params={"type": "image"}, files={"media": ("a.png", png(), "image/png")})
    to = {"chatid": "tlheads1"}
    shown = {"msgtype": "image", "image": {"media_id": media["media_id"]}}
    sent = [text(), text(), shown, {"msgtype": "markdown", "markdown": {"content": "**日报**"}}]
    assert [api.call("appchat/send", to | each)["errcode"] for each in sent] == [0] * 4
    refused = [{"msgtype": "template_card", "template_card": {}}, text(""), {"msgtype": "image", "image": {}}]
    assert [api.call("appchat/send", to | each)["errcode"] for each in refused] == [40008, 44004, 40007]
    assert [each.kind for each in platform.groups.messages("tlheads1")] == ["text", "text", "image", "markdown"]


def test_the_apps_chats_have_so_many_people_a_minute(api: Api, platform: Platform, clock: Clock) -> None:
    api.call("appchat/create", WANTED)
    platform.groups._people_sent.append((clock(), 19_998))
    to = {"chatid": "tlheads1"} | text()
    assert [api.call("appchat/send", to)["errcode"] for _ in range(2)] == [0, 45009]
    clock.forward(seconds=61)
    assert api.call("appchat/send", to)["errcode"] == 0


def test_what_a_robot_may_send(api: Api, platform: Platform, robot: GroupChat) -> None:
    large = png(noise=b"x" * 2 * 1024 * 1024)
    sent = [text(), {"msgtype": "markdown", "markdown": {"content": "**日报**"}}, image(png())]
    assert [push(api, each) for each in sent] == [0, 0, 0]
    refused = [
        text(""),
        {"msgtype": "template_card", "template_card": {}},
        image(png(), md5="0" * 32),
        image(large),
        image(b"GIF89a"),
        image(png(), base64="no base64"),
    ]
    assert [push(api, each) for each in refused] == [44004, 40008, 40035, 40009, 40009, 40008]
    assert [each.kind for each in platform.groups.messages(robot.id)] == ["text", "markdown", "image"]


def test_a_robot_may_send_twenty_a_minute_and_ends_as_it_may(api: Api, platform: Platform, robot: GroupChat) -> None:
    assert [push(api, text()) for _ in range(21)] == [0] * 20 + [45009]
    assert push(api, text(), "another-key") == 93000
    platform.groups.disable_robot(robot.id)
    assert push(api, text()) == 93004
    platform.groups.dissolve(robot.id)
    assert push(api, text()) == 93000


@pytest.mark.usefixtures("robot")
def test_the_journal_holds_neither_a_robots_key_nor_its_pictures(api: Api, platform: Platform) -> None:
    push(api, image(png(noise=b"x" * 3000)))
    assert len(repr(platform.journal.entries())) < 2000
    assert KEY not in repr(platform.journal.entries())


def test_the_window_shows_a_group_to_who_is_in_it(api: Api, base: str, robot: GroupChat) -> None:
    push(api, text("第一条"))
    push(api, image(png()))

    def get(path: str, **params: str) -> httpx.Response:
        return httpx.get(f"{base}/sandbox/api/{path}", params=params, trust_env=False)

    (listed,) = get("groups", **{"as": "lina"}).json()["groups"]
    assert listed == {"id": robot.id, "name": "战报", "members": 2, "how": "群机器人", "last": "[图片]"}
    assert get("groups", **{"as": "su"}).json()["groups"] == []
    seen = get("chat", **{"as": "lina", "group": robot.id}).json()
    assert [each["kind"] for each in seen["messages"]] == ["text", "image"]
    assert httpx.get(base + seen["messages"][1]["media"], trust_env=False).content == png()
    assert get("chat", **{"as": "su", "group": robot.id}).status_code == 404
    assert get("chat", **{"as": "lina"}).json()["messages"] == []
    assert get("people").json()["unread"] == {}
