"""What people do on the fake DingTalk and what is told of it, and HTTP mode."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dingtalk_kit import APP, APP_SECRET, ORGANISATION, PNG, DingApi, HttpApp, http_app, peer
from flask import Response
from sandbox_kit import Api, Clock

from bot.sandbox.dingtalk.platform import DingTalk, Group
from bot.sandbox.dingtalk.posting import Delivery
from bot.sandbox.dingtalk.server import create_dingtalk
from bot.sandbox.faults import Fault
from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import NotInProduction, serve_in_thread


@pytest.fixture
def app(ding: DingTalk) -> Iterator[HttpApp]:
    with http_app() as found:
        ding.mode, ding.robot_url = "http", f"{found.url}/dingtalk/robot"
        yield found


def signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


# What is told


def test_a_message_in_the_single_chat(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    first, second = ding.say("batu", " 领取 L1 ").body, ding.say("batu", "公海").body
    assert first["text"] == {"content": " 领取 L1 "}, "as it was typed"
    assert (first["msgtype"], first["conversationType"], first["senderStaffId"]) == ("text", "1", "batu")
    assert (first["senderNick"], first["senderCorpId"], first["chatbotCorpId"]) == ("巴图", ORGANISATION, ORGANISATION)
    assert (first["robotCode"], first["createAt"]) == (APP, round(clock().timestamp() * 1000))
    assert first["senderId"].startswith("$:LWCP_v1:$")
    assert first["conversationId"] == second["conversationId"] != ding.say("su", "公海").body["conversationId"]
    assert first["msgId"] != second["msgId"]
    assert "conversationTitle" not in first


def test_a_message_in_a_group(ding: DingTalk, ding_api: DingApi) -> None:
    group = ding.put_group("呼和浩特一部", ["batu"])
    body = ding.say("batu", "排行", group).body
    assert body["text"] == {"content": " 排行"}, "the robot's name is cut off, and a blank stays"
    assert (body["conversationType"], body["conversationId"], body["conversationTitle"]) == ("2", group, "呼和浩特一部")
    assert (body["isInAtList"], body["atUsers"]) == (True, [{"dingtalkId": body["chatbotUserId"]}])
    assert [message.text for message in ding.group_chat(group)] == ["排行"]
    assert ding.groups[group] == Group(group, "呼和浩特一部", ("batu",))
    with pytest.raises(ValueError, match="only its members"):
        ding.say("su", "排行", group)


@pytest.mark.parametrize(
    ("send", "msgtype", "content", "kind"),
    [
        (lambda d: d.send_picture("batu", PNG), "picture", "downloadCode pictureDownloadCode", "image"),
        (lambda d: d.send_voice("batu", b"#!AMR", "好"), "audio", "downloadCode duration recognition", "voice"),
        (lambda d: d.send_video("batu", b"film"), "video", "downloadCode duration videoType", "video"),
        (lambda d: d.send_file("batu", b"%PDF", "a.pdf"), "file", "downloadCode fileName spaceId fileId", "file"),
        (lambda d: d.send_rich("batu", ["身份证", PNG]), "richText", "richText", "text"),
    ],
    ids=["picture", "audio", "video", "file", "richText"],
)
def test_each_kind_of_message(
    ding: DingTalk,
    ding_api: DingApi,
    send: Callable[[DingTalk], Delivery],
    msgtype: str,
    content: str,
    kind: str,
) -> None:
    body = send(ding).body
    assert (body["msgtype"], set(body["content"])) == (msgtype, set(content.split()))
    assert "text" not in body
    assert [message.kind for message in ding.chat("batu")] == [kind]
    codes = [value for name, value in body["content"].items() if name.endswith("ownloadCode")]
    codes += [part["downloadCode"] for part in body["content"].get("richText", []) if "downloadCode" in part]
    for code in codes:
        found = {"downloadCode": code, "robotCode": APP}
        assert ding_api.call("robot/messageFiles/download", found)[0] == 200
    assert codes


def test_who_does_not_see_the_app_does_nothing(ding: DingTalk, ding_api: DingApi) -> None:
    for userid in ("gone", "nobody", "BATU"):
        with pytest.raises(LookupError):
            ding.say(userid, "公海")
    ding.drop_member("batu")
    with pytest.raises(LookupError):
        ding.say("batu", "公海")


def test_a_message_of_any_form(ding: DingTalk, ding_api: DingApi) -> None:
    with peer(ding_api) as app:
        assert ding.emit({"msgtype": "unknownMsgType", "senderStaffId": ""}).taken
        assert app.bodies() == [{"msgtype": "unknownMsgType", "senderStaffId": ""}]


# HTTP mode


def test_a_message_is_posted_and_signed(ding: DingTalk, ding_api: DingApi, app: HttpApp, clock: Clock) -> None:
    delivery = ding.say("batu", "公海")
    ((path, headers, body),) = app.asked
    stamp = str(round(clock().timestamp() * 1000))
    assert (path, json.loads(body), delivery.taken) == ("/dingtalk/robot", dict(delivery.body), True)
    assert (headers["Timestamp"], headers["Sign"]) == (stamp, signed(APP_SECRET, f"{stamp}\n{APP_SECRET}"))


def test_the_published_vectors(ding: DingTalk, app: HttpApp, clock: Clock) -> None:
    ding._postman._secret = "this is a secret"
    clock.now = clock.now.fromtimestamp(1577262236.757, clock.now.tzinfo)
    ding.emit({"msgtype": "text"})
    assert app.asked[0][1]["Timestamp"] == "1577262236757"
    assert app.asked[0][1]["Sign"] == "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="


def test_what_the_app_answers_to_a_message_is_said(ding: DingTalk, ding_api: DingApi, app: HttpApp) -> None:
    for said in ({"msgtype": "text", "text": {"content": "好"}}, {"msgtype": "empty"}, {}):
        app.answers.append(Response(json.dumps(said), mimetype="application/json"))
        assert ding.say("batu", "公海").taken
    assert [message.text for message in ding.chat("batu") if message.from_bot] == ["好"]


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (Response(status=500), 500, ""),
        (Response(status=401), 401, ""),
        (Response("<html>"), 200, "the answer is no JSON"),
        (Response("[]"), 200, "the answer is no JSON object"),
    ],
)
def test_what_was_not_taken_is_not_repeated(
    ding: DingTalk, ding_api: DingApi, app: HttpApp, answer: Response, status: int, error: str
) -> None:
    app.answers.append(answer)
    delivery = ding.say("batu", "公海")
    assert [(each.status, each.error, each.taken) for each in delivery.attempts] == [(status, error, False)]
    assert len(app.asked) == 1
    ding.faults.order(api="callback", fault=Fault.DUPLICATE_IN_ROW, copies=2)
    ding.say("batu", "公海")
    assert app.bodies[1] == app.bodies[2]


def test_nobody_is_there(ding: DingTalk, ding_api: DingApi, app: HttpApp) -> None:
    ding.robot_url = "http://127.0.0.1:9/dingtalk/robot"
    (attempt,) = ding.say("batu", "公海").attempts
    assert (attempt.status, attempt.error) == (0, "ConnectError")


def test_a_tap_is_posted_to_the_registered_address(
    ding: DingTalk, ding_api: DingApi, app: HttpApp, clock: Clock
) -> None:
    route: dict[str, Any] = {"callbackRouteKey": "tuoling", "callbackUrl": f"{app.url}/dingtalk/card"}
    ding_api.deliver(callbackType="HTTP", callbackRouteKey="tuoling")
    message = ding.chat("batu")[0]
    assert ding.tap("batu", message.id, "id-同意").attempts == (), "no address is registered"

    assert ding_api.call("card/callbacks/register", route)[0] == 200
    assert ding.tap("batu", message.id, "id-同意").taken
    assert not [name for name in app.asked[0][1] if name.lower().startswith("x-ddpaas")], "no secret, no signature"

    secret = route | {"apiSecret": "this is a secret"}
    assert ding_api.call("card/callbacks/register", secret)[1]["code"] == "param.callbackRouteKeyExist"
    assert ding_api.call("card/callbacks/register", secret | {"forceUpdate": True})[0] == 200
    changed = {"cardUpdateOptions": {"updateCardDataByKey": True}, "cardData": {"cardParamMap": {"msgTitle": "已同意"}}}
    app.answers.append(Response(json.dumps(changed), mimetype="application/json"))
    clock.now = clock.now.fromtimestamp(1577262236.757, clock.now.tzinfo)
    delivery = ding.tap("batu", message.id, "id-同意")
    path, headers, body = app.asked[-1]
    assert (path, json.loads(body)) == ("/dingtalk/card", delivery.body)
    assert headers["X-Ddpaas-Signature-Timestamp"] == "1577262236757"
    assert headers["X-Ddpaas-Signature"] == "cviWWKk4OPwVpK0VGNkvThhQ7PXwQPYvJhM+/YVA1VI=", "vector 2"
    assert (ding.card_of("batu", message.id) or {})["title"] == "已同意"


def test_the_way_of_a_tap_is_the_cards_own(ding: DingTalk, ding_api: DingApi, app: HttpApp) -> None:
    ding_api.deliver()
    with peer(ding_api):
        assert ding.tap("batu", ding.chat("batu")[0].id, "id-同意").attempts[0].connection
    assert app.asked == []


def test_it_does_not_start_in_production(ding: DingTalk, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotInProduction):
        create_dingtalk(ding, production=True)
    monkeypatch.setenv("TUOLING_ENV", "production")
    with pytest.raises(NotInProduction):
        create_dingtalk(ding)


def test_only_this_machine_may_use_it(ding_api: DingApi) -> None:
    answer = ding_api.raw("oauth2/accessToken", {}, headers={"Host": "evil.example"})
    assert answer.status_code == 403


def test_both_platforms_of_one_company(ding: DingTalk, platform: Platform, app: HttpApp) -> None:
    ding.mode = "stream"
    with serve_in_thread(platform, dingtalk=ding) as base:
        wecom, both = Api(base, platform).sign_in(), DingApi(base, ding).sign_in()
        assert wecom.send(text="一")["errcode"] == 0
        assert both.deliver()[0] == 200
        assert ([each.kind for each in platform.chat("batu")], [each.kind for each in ding.chat("batu")]) == (
            ["text"],
            ["card"],
        )
        with peer(both):
            assert ding.say("batu", "公海").taken


def test_the_people_of_the_sample_are_on_both() -> None:
    here, there = read_members(PEOPLE_FILE), read_members(PEOPLE_FILE, "dingtalk_userid")
    twins = {mine.userid: theirs.userid for mine, theirs in zip(here, there, strict=True)}
    assert twins["mengke"] == "dt_mengke"
    assert [twins.get(member.superior, "") for member in here] == [member.superior for member in there]
    assert [(member.name, member.department) for member in here] == [(each.name, each.department) for each in there]


def test_a_superior_who_is_only_on_the_other_platform(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    lines = ["name,department,role,wecom_userid,dingtalk_userid,superior,rank", "李娜,一部,manager,lina,,,经理"]
    people.write_text("\n".join([*lines, "巴图,一部,officer,batu,dt_batu,lina,", "苏和,,officer,,dt_su,,"]))
    assert [(each.userid, each.superior) for each in read_members(people, "dingtalk_userid")] == [
        ("dt_batu", ""),
        ("dt_su", ""),
    ]
