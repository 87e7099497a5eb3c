"""The window's API for DingTalk, through real HTTP to the fake and to whoever holds its stream."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dingtalk_kit import APP, MESSAGES, PNG, TAPS, DingApi, buttons, card, hurry, peer, variables
from sandbox_kit import Api

from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.members import Member, read_accounts, read_members
from bot.sandbox.platform import Platform
from bot.sandbox.server import serve_in_thread

BOTH = {"batu": "batu", "LiNa": "LiNa"}  # su has two accounts that nobody has joined


@pytest.fixture
def both(platform: Platform, ding: DingTalk) -> Iterator[DingApi]:
    """A sandbox of both platforms."""
    with serve_in_thread(platform, dingtalk=ding, accounts=BOTH) as url:
        yield DingApi(url, ding).sign_in()


def get(api: DingApi, path: str, **params: Any) -> httpx.Response:
    return httpx.get(f"{api.base}/sandbox/api/{path}", params=params, trust_env=False)


def post(api: DingApi, deed: str, /, **body: Any) -> httpx.Response:
    return httpx.post(f"{api.base}/sandbox/api/dingtalk/{deed}", json=body, trust_env=False)


def form(api: DingApi, deed: str, files: Any, /, **data: str) -> httpx.Response:
    return httpx.post(f"{api.base}/sandbox/api/dingtalk/{deed}", data=data, files=files, trust_env=False)


def chat(api: DingApi, who: str = "batu", **more: Any) -> dict[str, Any]:
    answer = get(api, "dingtalk/chat", **{"as": who, **more})
    assert answer.status_code == 200
    return answer.json()


def say(api: DingApi, to: str, text: str) -> None:
    param = json.dumps({"content": text})
    body = {"robotCode": APP, "userIds": [to], "msgKey": "sampleText", "msgParam": param}
    assert api.call("robot/oToMessages/batchSend", body)[0] == 200


def test_what_is_typed_comes_through_the_stream_and_the_answer_appears(both: DingApi) -> None:
    with peer(both) as app:
        told = post(both, "say", **{"as": "batu", "text": "帮助"}).json()
        say(both, "batu", "您可以：公海")
    assert (told["event"], told["taken"], [each["status"] for each in told["attempts"]]) == ("text", True, [200])
    (body,) = app.bodies(MESSAGES)
    assert (body["senderStaffId"], body["text"], body["conversationType"]) == ("batu", {"content": "帮助"}, "1")
    seen = chat(both)
    shown = [(message["from_bot"], message["kind"], message["text"]) for message in seen["messages"]]
    assert shown == [(False, "text", "帮助"), (True, "text", "您可以：公海")]
    assert chat(both, after=seen["seq"])["messages"] == []


def test_a_tap_goes_to_the_app_and_its_answer_changes_the_card(both: DingApi) -> None:
    both.deliver(cardData={"cardParamMap": variables(sys_full_json_obj=buttons("同意", "驳回"))})
    (before,) = chat(both)["messages"]
    assert [each["text"] for each in before["card"]["buttons"]] == ["同意", "驳回"]
    assert before["card"]["buttons"][0] == {"text": "同意", "color": "blue", "key": "id-同意", "url": ""}
    changed = {"response": {"cardUpdateOptions": {"updateCardDataByKey": True}}}
    done = json.dumps({"order": ["msgTitle", "staticMsgContent"]})
    changed["response"]["cardData"] = {
        "cardParamMap": {"staticMsgContent": "【已同意】", "sys_full_json_obj": done}  # type: ignore[dict-item]
    }
    with peer(both, answers={TAPS: changed}) as app:
        told = post(both, "tap", **{"as": "batu", "message_id": before["id"], "key": "id-同意"}).json()
    assert told["taken"]
    (body,) = app.bodies(TAPS)
    assert json.loads(body["content"])["cardPrivateData"]["params"] == {"id": "id-同意"}
    (after,) = chat(both)["messages"]
    assert after["id"] == before["id"]
    assert after["revision"] > before["revision"]
    assert (after["card"]["body"], after["card"]["buttons"]) == ("【已同意】", [])


def test_a_button_that_opens_a_page_cannot_be_tapped(both: DingApi) -> None:
    link = {
        "text": "档案",
        "color": "gray",
        "id": "nobody-asks",
        "url": "https://crm.example/1",
        "iosUrl": "https://crm.example/1",
    }
    parts = json.dumps({"order": ["msgTitle", "msgButtons"], "msgButtons": [link]})
    both.deliver(cardData={"cardParamMap": variables(sys_full_json_obj=parts)})
    (message,) = chat(both)["messages"]
    expected = {"text": "档案", "color": "gray", "key": "", "url": "https://crm.example/1"}
    assert message["card"]["buttons"] == [expected]
    assert post(both, "tap", **{"as": "batu", "message_id": message["id"], "key": ""}).status_code == 400


def test_a_picture_a_file_a_voice_and_both_in_one(both: DingApi) -> None:
    who = {"as": "batu"}
    with peer(both) as app:
        assert form(both, "picture", {"picture": ("a.png", PNG, "image/png")}, **who).json()["event"] == "picture"
        assert form(both, "file", {"file": ("流水.html", b"<p>", "text/html")}, **who).json()["event"] == "file"
        assert post(both, "voice", **who, text="意向强，明天十点面谈", seconds=3).json()["event"] == "audio"
        pictures = [("picture", ("1.png", PNG, "image/png")), ("picture", ("2.png", PNG + b"2", "image/png"))]
        sent = form(both, "rich", pictures, **who, parts=json.dumps(["正面", 1, "背面", 0]))
        assert sent.json()["event"] == "richText"
    bodies = app.bodies(MESSAGES)
    assert [body["msgtype"] for body in bodies] == ["picture", "file", "audio", "richText"]
    assert bodies[2]["content"]["recognition"] == "意向强，明天十点面谈"
    assert bodies[2]["content"]["duration"] == 3000
    assert [part.get("text") for part in bodies[3]["content"]["richText"]] == ["正面", None, "背面", None]
    picture, file, voice, rich = chat(both)["messages"]
    assert (voice["kind"], voice["text"]) == ("voice", "意向强，明天十点面谈")
    assert [part.get("text") for part in rich["parts"]] == ["正面", None, "背面", None]
    seen = [httpx.get(both.base + part["media"], trust_env=False) for part in rich["parts"] if "media" in part]
    assert [each.content for each in seen] == [PNG + b"2", PNG]
    assert httpx.get(both.base + picture["media"], trust_env=False).headers["content-type"] == "image/png"
    got = httpx.get(both.base + file["media"], trust_env=False)
    assert got.headers["Content-Type"] == "application/octet-stream"  # no browser opens it here
    assert got.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_stays_in_the_chat_when_the_app_can_no_longer_fetch_it(both: DingApi, clock: Any) -> None:
    form(both, "picture", {"picture": ("a.png", PNG, "image/png")}, **{"as": "batu"})
    clock.forward(minutes=31)
    (message,) = chat(both)["messages"]
    code = message["media"].rpartition("/")[2]
    status, _ = both.call("robot/messageFiles/download", {"downloadCode": code, "robotCode": APP})
    assert status == 400
    assert httpx.get(both.base + message["media"], trust_env=False).content == PNG


def test_in_a_group_one_calls_the_robot_and_sees_who_said_what(both: DingApi) -> None:
    group = both.ding.put_group("业务群", ["batu", "su"])
    with peer(both) as app:
        assert post(both, "say", **{"as": "batu", "text": "日报", "group": group}).json()["taken"]
        picture = {"picture": ("a.png", PNG, "image/png")}
        assert form(both, "picture", picture, **{"as": "su", "group": group}).json()["taken"]
    body = app.bodies(MESSAGES)[0]
    assert (body["conversationId"], body["isInAtList"], body["text"]) == (group, True, {"content": " 日报"})
    seen = chat(both, "su", group=group)["messages"]
    assert [message["by"]["name"] for message in seen] == ["巴图", "苏和"]
    assert chat(both, "su")["messages"] == []  # it is not said to the robot alone
    (listed,) = get(both, "dingtalk/groups", **{"as": "su"}).json()["groups"]
    assert listed == {"id": group, "name": "业务群", "members": 2, "how": "内部群", "last": "[图片]"}
    assert get(both, "dingtalk/groups", **{"as": "LiNa"}).json()["groups"] == []
    assert get(both, "dingtalk/chat", **{"as": "LiNa", "group": group}).status_code == 404
    assert post(both, "say", **{"as": "LiNa", "text": "a", "group": group}).status_code == 400


def test_a_card_for_some_of_a_group_is_seen_by_them_alone(both: DingApi) -> None:
    group = both.ding.put_group("业务群", ["batu", "su"])
    sent = card(
        openSpaceId=f"dtv1.card//IM_GROUP.{group}", imRobotOpenSpaceModel=None, imRobotOpenDeliverModel=None,
        imGroupOpenSpaceModel={"supportForward": False},
        imGroupOpenDeliverModel={"robotCode": APP, "recipients": ["su"]},
    )  # fmt: skip
    assert both.call("card/instances/createAndDeliver", sent)[0] == 200
    assert [message["kind"] for message in chat(both, "su", group=group)["messages"]] == ["card"]
    assert chat(both, "batu", group=group)["messages"] == []


def test_unread_on_each_platform(both: DingApi, platform: Platform) -> None:
    say(both, "batu", "a")
    say(both, "su", "b")
    Api(both.base, platform).sign_in().send("LiNa", text="c")
    first = get(both, "people").json()
    assert (first["unread"], first["elsewhere"]) == ({"LiNa": 1}, {"batu": 1, "su": 1})
    seen = chat(both, "batu", read=1)
    assert (seen["unread"], seen["elsewhere"]) == ({"su": 1}, {"LiNa": 1})
    wecom = get(both, "chat", **{"as": "LiNa", "read": 1}).json()
    assert (wecom["unread"], wecom["elsewhere"]) == ({}, {"su": 1})
    there = get(both, "dingtalk/people").json()
    assert (there["unread"], [each["userid"] for each in there["people"]]) == ({"su": 1}, ["batu", "LiNa", "su"])


def test_who_is_who_on_both(both: DingApi) -> None:
    both.ding.put_member(Member("dt_only", "陈伟", "包头"))
    listed = [(each["name"], each["looks"]) for each in get(both, "people").json()["people"]]
    assert listed == [
        ("巴图", {"wecom": "batu", "dingtalk": "batu"}),
        ("李娜", {"wecom": "LiNa", "dingtalk": "LiNa"}),
        ("苏和", {"wecom": "su"}),
        ("苏和", {"dingtalk": "su"}),
        ("陈伟", {"dingtalk": "dt_only"}),
    ]


def test_accounts_come_from_a_people_file(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    head = "name,department,role,wecom_userid,dingtalk_userid,superior,rank\n"
    file.write_text(head + "李娜,包头,officer,lina,dt_lina,,\n王强,包头,officer,,dt_wq,lina,\n", encoding="utf-8")
    assert read_accounts(file) == {"lina": "dt_lina"}
    assert [each.superior for each in read_members(file, "dingtalk_userid")] == ["", "dt_lina"]


def test_without_anybody_at_the_stream_it_is_said_and_comes_later(both: DingApi) -> None:
    told = post(both, "say", **{"as": "batu", "text": "帮助"})
    assert told.status_code == 200
    assert told.json()["taken"] is False
    assert told.json()["attempts"][0]["error"] == "no connection"
    both.deliver()
    message = chat(both)["messages"][-1]
    tapped = post(both, "tap", **{"as": "batu", "message_id": message["id"], "key": "id-同意"})
    assert (tapped.status_code, tapped.json()["taken"]) == (200, False)
    with peer(both) as app:
        both.ding.gateway.redeliver()
        assert [body["text"] for body in app.bodies(MESSAGES)] == [{"content": "帮助"}]
        assert app.bodies(TAPS) == []  # a tap comes once


def test_an_app_that_does_not_answer(both: DingApi) -> None:
    hurry(both.ding)
    with peer(both, answers={MESSAGES: None}):
        told = post(both, "say", **{"as": "batu", "text": "帮助"}).json()
    assert (told["taken"], told["attempts"][0]["error"]) == (False, "not acknowledged")


def test_when_the_gateway_is_down_it_is_said(both: DingApi) -> None:
    both.ding.gateway.stop()
    told = post(both, "say", **{"as": "batu", "text": "帮助"})
    assert told.status_code == 503
    assert told.json() == {"error": "the gateway is down"}


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("say", {"as": "batu"}),
        ("say", {"text": "a"}),
        ("say", {"as": "nobody", "text": "a"}),
        ("say", {"as": "gone", "text": "a"}),
        ("say", {"as": "batu", "text": "a", "group": "cidNone"}),
        ("tap", {"as": "batu", "message_id": "m999", "key": "ok"}),
        ("voice", {"as": "batu", "text": "a", "seconds": "long"}),
    ],
)
def test_nonsense_is_refused(both: DingApi, deed: str, body: dict[str, str]) -> None:
    assert post(both, deed, **body).status_code == 400
    assert both.ding.journal.callbacks() == ()


def test_no_such_verb_and_nobody_there(both: DingApi) -> None:
    assert post(both, "menu", **{"as": "batu", "key": "pool"}).status_code == 404
    assert get(both, "dingtalk/chat", **{"as": "gone"}).status_code == 404
    assert httpx.get(f"{both.base}/sandbox/dingtalk/media/dcnone", trust_env=False).status_code == 404


@pytest.mark.parametrize("parts", ["", "{}", "[]", "[1]", "[-1]", "[false]", "[null]", "[1.5]"])
def test_rich_text_that_is_none(both: DingApi, parts: str) -> None:
    picture = [("picture", ("1.png", PNG, "image/png"))]
    assert form(both, "rich", picture, **{"as": "batu", "parts": parts}).status_code == 400
    assert chat(both)["messages"] == []


def test_a_picture_that_is_none(both: DingApi) -> None:
    page = {"picture": ("a.html", b"<p>", "text/html")}
    assert form(both, "picture", page, **{"as": "batu"}).status_code == 400
    assert form(both, "rich", page, **{"as": "batu", "parts": "[0]"}).status_code == 400
    assert form(both, "file", {"picture": ("a.png", PNG, "image/png")}, **{"as": "batu"}).status_code == 400
    assert form(both, "picture", {"picture": ("a.png", PNG, "image/png")}).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_sites_page_is_refused(both: DingApi, origin: str) -> None:
    url = f"{both.base}/sandbox/api/dingtalk/say"
    body = {"as": "batu", "text": "a"}
    assert httpx.post(url, json=body, headers={"Origin": origin}, trust_env=False).status_code == 403
    assert chat(both)["messages"] == []


def test_a_window_without_dingtalk_shows_wecom_only(base: str) -> None:
    people = httpx.get(f"{base}/sandbox/api/people", trust_env=False).json()
    assert [each["looks"] for each in people["people"]] == [{"wecom": "batu"}, {"wecom": "LiNa"}, {"wecom": "su"}]
    answer = httpx.get(f"{base}/sandbox/api/dingtalk/chat", params={"as": "batu"}, trust_env=False)
    assert answer.status_code == 404


def test_faults_from_the_panel(both: DingApi) -> None:
    order = {"api": "robot/oToMessages/batchSend", "fault": "errcode", "code": "Forbidden", "status": 403, "times": 2}
    assert post(both, "faults", **order).status_code == 200
    body = {"robotCode": APP, "userIds": ["batu"], "msgKey": "sampleText", "msgParam": json.dumps({"content": "a"})}
    assert both.call("robot/oToMessages/batchSend", body)[0] == 403
    found = get(both, "dingtalk/journal").json()
    assert found["pending"] == ["robot/oToMessages/batchSend: errcode"]
    assert (found["entries"][-1]["status"], found["entries"][-1]["errcode"]) == (403, "Forbidden")
    assert post(both, "faults/clear").status_code == 200
    assert both.call("robot/oToMessages/batchSend", body)[0] == 200
    assert post(both, "faults", api="callback", fault="errcode").status_code == 400
    assert get(both, "journal").json()["entries"] == []  # that of WeCom is another
