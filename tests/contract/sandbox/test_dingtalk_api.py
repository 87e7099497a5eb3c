"""The fake DingTalk's API: tokens, limits, faults, messages of the robot, files, media, sessions, contacts."""

import json
from typing import Any

import httpx
import pytest
from dingtalk_kit import APP, APP_SECRET, ORGANISATION, DingApi, card
from sandbox_kit import Clock

from bot.sandbox.dingtalk.events import union_id
from bot.sandbox.dingtalk.limits import Limits, Quota
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.faults import Fault

SEND, GROUP = "robot/oToMessages/batchSend", "robot/groupMessages/send"
CARD = "card/instances/createAndDeliver"


def text(words: str = "你好", to: tuple[str, ...] = ("batu",), **changes: Any) -> dict[str, Any]:
    """A request of batchSend."""
    param = json.dumps({"content": words}, ensure_ascii=False)
    return {"robotCode": APP, "userIds": list(to), "msgKey": "sampleText", "msgParam": param} | changes


# Tokens


def test_a_token_is_repeated_and_renewed(ding_api: DingApi, clock: Clock) -> None:
    first = ding_api.token
    clock.forward(seconds=7000)
    body = {"appKey": APP, "appSecret": APP_SECRET}
    assert ding_api.call("oauth2/accessToken", body) == (200, {"accessToken": first, "expireIn": 7200})
    clock.forward(seconds=7199)
    assert ding_api.call(SEND, text())[0] == 200, "its life began anew"
    clock.forward(seconds=1)
    assert ding_api.call("oauth2/accessToken", body)[1]["accessToken"] != first


@pytest.mark.parametrize(
    "body", [{"appKey": APP, "appSecret": "x"}, {"appKey": "x", "appSecret": APP_SECRET}, {"appKey": APP}, [], None]
)
def test_a_wrong_secret(ding_api: DingApi, body: Any) -> None:
    status, answer = ding_api.call("oauth2/accessToken", body)
    assert (status, answer["code"]) == (400, "invalidClientIdOrSecret")


def test_the_token_interface_that_comes_after(ding_api: DingApi) -> None:
    body = {"client_id": APP, "client_secret": APP_SECRET, "grant_type": "client_credentials"}
    answer = ding_api.call(f"oauth2/{ORGANISATION}/token", body)
    assert answer == (200, {"access_token": ding_api.token, "expires_in": 7200})
    assert ding_api.call("oauth2/another/token", body)[0] == 400


def test_a_token_that_is_no_good(ding: DingTalk, ding_api: DingApi) -> None:
    good = ding_api.token
    for token, status, sub_code in (("", 400, "41001"), ("wrong", 400, "40014"), (good, 401, "42001")):
        if token == good:
            ding.expire_tokens()
        ding_api.token = token
        found, answer = ding_api.call(SEND, text())
        assert (found, answer["code"]) == (status, "InvalidAuthentication")
        assert ding_api.upload()["errcode"] == int(sub_code)
        contact = ding_api.old("topapi/v2/user/get", {"userid": "batu"})
        assert (contact["errcode"], contact["sub_code"]) == (88, sub_code)
    ding.revoke_tokens()
    assert ding_api.call(SEND, text())[0] == 400
    assert ding.chat("batu") == ()


def test_the_journal_holds_no_secrets(ding: DingTalk, ding_api: DingApi) -> None:
    body = {"callbackRouteKey": "k", "callbackUrl": "http://127.0.0.1:1/", "apiSecret": "the-api-secret"}
    assert ding_api.call("card/callbacks/register", body)[0] == 200
    ticket = ding_api.open().json()["ticket"]
    ding_api.call(SEND, text())
    journal = repr(ding.journal.entries())
    assert not [secret for secret in (APP_SECRET, "the-api-secret", ding_api.token, ticket) if secret in journal]


# Limits


def test_twenty_calls_a_second_of_one_interface(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    answers = [ding_api.call(SEND, text()) for _ in range(21)]
    assert [status for status, _ in answers] == [200] * 20 + [403]
    assert answers[-1][1]["code"] == "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
    assert ding_api.deliver()[0] == 200, "another interface"
    assert ding.quota.calls(clock()) == 21, "what is too fast does not count"
    clock.forward(seconds=1)
    assert ding_api.call(SEND, text())[0] == 200
    contacts = [ding_api.old("topapi/v2/user/get", {"userid": "batu"})["errcode"] for _ in range(21)]
    assert contacts == [0] * 20 + [90018]


def test_the_calls_of_a_month(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    ding.use_up_calls()
    status, answer = ding_api.call(SEND, text())
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
    assert ding_api.upload()["errcode"] == 90020
    assert ding_api.old("topapi/v2/user/get", {"userid": "batu"})["errcode"] == 0, "contacts are exempt"
    assert ding_api.sign_in().open().status_code == 200, "tokens and Stream are too"
    clock.forward(days=26, hours=15)  # midnight in China: the first of February
    ding_api.sign_in()
    assert ding_api.call(SEND, text())[0] == 200
    assert ding.quota.calls(clock()) == 1


def test_the_month_is_counted() -> None:
    clock, quota = Clock(), Quota(Limits(calls_a_month=2, messages_a_month=1))
    assert [quota.judge(name, clock(), counted=True) for name in "abc"] == ["taken", "taken", "month_over"]
    assert [quota.takes_message(clock()) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("html", [False, True])
def test_an_address_that_is_shut_out(ding: DingTalk, ding_api: DingApi, clock: Clock, html: bool) -> None:
    ding.ban_is_html = html
    ding.ban()
    answer = ding_api.raw(SEND, text())
    if html:
        assert answer.headers["content-type"].startswith("text/html")
    else:
        assert (answer.json()["status"], answer.json()["punish"]) == (1111, "deny")
    clock.forward(minutes=5)
    assert ding_api.call(SEND, text())[0] == 200
    assert len(ding.chat("batu")) == 1


def test_ten_thousand_calls_shut_an_address_out() -> None:
    clock, quota = Clock(), Quota(Limits(ban_calls=3))
    assert [quota.banned(clock()) for _ in range(4)] == [False, False, False, True]
    clock.forward(seconds=299)
    assert quota.banned(clock())
    clock.forward(seconds=1)
    assert not quota.banned(clock())


# Faults


def test_a_fault_after_the_deed(ding: DingTalk, ding_api: DingApi) -> None:
    ding.faults.order(api=CARD, fault=Fault.STATUS_500_AFTER)
    assert ding_api.raw(CARD, card()).status_code == 500
    assert len(ding.chat("batu")) == 1
    assert ding_api.deliver()[1]["code"] == "param.cardAlreadyExist"


@pytest.mark.parametrize(
    ("code", "status"), [("system.busy", 500), ("unknown.send.result", 400), ("send.too.fast", 400)]
)
def test_any_word_as_a_fault(ding: DingTalk, ding_api: DingApi, code: str, status: int) -> None:
    ding.faults.order(api=SEND, fault=Fault.ERRCODE, code=code, status=status)
    assert ding_api.raw(SEND, text()).json()["code"] == code
    assert ding.chat("batu") == ()
    ding.faults.order(api="media/upload", fault=Fault.ERRCODE, errcode=-1)
    assert ding_api.upload()["errcode"] == -1


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_DROP, Fault.HALF_BODY, Fault.RESET])
def test_the_connection_breaks(ding: DingTalk, ding_api: DingApi, fault: Fault) -> None:
    ding.faults.order(api="PUT card/instances", fault=fault)
    ding_api.deliver()
    with pytest.raises(httpx.TransportError):
        ding_api.update({"msgTitle": "新"})
    shown = ding.card_of("batu", ding.chat("batu")[0].id) or {}
    assert (shown["title"] == "新") == (fault is not Fault.RESET)


# The robot


def test_a_text_and_who_does_not_get_it(ding: DingTalk, ding_api: DingApi) -> None:
    ding.throttled.add("su")
    status, answer = ding_api.call(SEND, text(to=("batu", "nobody", "gone", "su")))
    assert status == 200
    assert answer["invalidStaffIdList"] == ["nobody", "gone"]
    assert answer["flowControlledStaffIdList"] == ["su"]
    assert [message.text for message in ding.chat("batu")] == ["你好"]
    assert ding.chat("batu")[0].msgid == answer["processQueryKey"]
    assert [member for member, _ in ding.journal.dropped()] == ["nobody", "gone", "su"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"robotCode": "another"}, "robot.oto.notExist"),
        ({"userIds": []}, "miss.param"),
        ({"userIds": "batu"}, "miss.param"),
        ({"userIds": [f"u{n}" for n in range(21)]}, "invalidParameter.userIds.tooMany"),
        ({"msgKey": "text"}, "invalidParameter.msgKey.invalid"),
        ({"msgKey": None}, "invalidParameter.msgKey.invalid"),
        ({"msgParam": {"content": "a"}}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": "{"}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": '{"text":"a"}'}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": '{"content":""}'}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": '{"content":[]}'}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": json.dumps({"content": "x" * 15_000})}, "invalidParameter.msgParam.tooLong"),
    ],
)
def test_a_wrong_message(ding: DingTalk, ding_api: DingApi, changes: dict[str, Any], code: str) -> None:
    status, answer = ding_api.call(SEND, text(**changes))
    assert (status, answer["code"]) == (400, code)
    assert ding.chat("batu") == ()


@pytest.mark.parametrize(
    ("key", "param", "kind"),
    [
        ("sampleMarkdown", {"title": "待办", "text": "**3** 件"}, "markdown"),
        ("sampleImageMsg", {"photoURL": "MEDIA"}, "image"),
        ("sampleImageMsg", {"photoURL": "https://crm.example/a.png"}, "image"),
        ("sampleFile", {"mediaId": "MEDIA", "fileName": "流水.pdf", "fileType": "pdf"}, "file"),
        ("sampleAudio", {"mediaId": "MEDIA", "duration": "4000"}, "voice"),
        (
            "sampleVideo",
            {"videoMediaId": "MEDIA", "picMediaId": "MEDIA", "videoType": "mp4", "duration": "4"},
            "video",
        ),
        ("sampleLink", {"title": "a", "text": "b", "picUrl": "", "messageUrl": "https://a"}, "card"),
        ("sampleActionCard", {"title": "a", "text": "b", "singleTitle": "看", "singleURL": "https://a"}, "card"),
        (
            "sampleActionCard6",
            {
                "title": "a",
                "text": "b",
                "buttonTitle1": "看",
                "buttonUrl1": "u",
                "buttonTitle2": "x",
                "buttonUrl2": "v",
            },
            "card",
        ),
    ],
)
def test_each_kind_of_message(ding: DingTalk, ding_api: DingApi, key: str, param: dict[str, str], kind: str) -> None:
    media_id = ding_api.upload(kind="file", name="流水.pdf")["media_id"]
    given = {name: media_id if value == "MEDIA" else value for name, value in param.items()}
    assert ding_api.call(SEND, text(msgKey=key, msgParam=json.dumps(given)))[0] == 200
    (message,) = ding.chat("batu")
    assert message.kind == kind
    if "MEDIA" in param.values():
        assert message.media_id == media_id
        gone = {name: "@gone" if value == "MEDIA" else value for name, value in param.items()}
        answer = ding_api.call(SEND, text(msgKey=key, msgParam=json.dumps(gone)))[1]
        assert answer["code"] == "invalidParameter.mediaId.invalid"


def test_two_buttons_that_open_pages(ding: DingTalk, ding_api: DingApi) -> None:
    param = {"title": "a", "text": "b"}
    param |= {"actionTitle1": "看", "actionURL1": "https://a", "actionTitle2": "办", "actionURL2": "https://b"}
    assert ding_api.call(SEND, text(msgKey="sampleActionCard2", msgParam=json.dumps(param)))[0] == 200
    shown = ding.card_of("batu", ding.chat("batu")[0].id) or {}
    assert shown["buttons"] == [{"text": "看", "url": "https://a"}, {"text": "办", "url": "https://b"}]


def test_a_file_of_no_known_type(ding_api: DingApi) -> None:
    media_id = ding_api.upload(kind="file", name="a.csv")["media_id"]
    param = json.dumps({"mediaId": media_id, "fileName": "a.csv", "fileType": "csv"})
    assert ding_api.call(SEND, text(msgKey="sampleFile", msgParam=param))[1]["code"].startswith("invalidParameter.")


def test_a_group_message_and_its_recall(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    group = ding.put_group("一部", ["batu"])
    body = text() | {"openConversationId": group}
    key = ding_api.call(GROUP, body)[1]["processQueryKey"]
    assert [message.text for message in ding.group_chat(group)] == ["你好"]
    wrong = ding_api.call(GROUP, body | {"openConversationId": "x"})[1]
    assert wrong["code"] == "invalidParameter.openConversationId.invalid"
    recall = {"robotCode": APP, "openConversationId": group, "processQueryKeys": [key, "x"]}
    answer = ding_api.call("robot/groupMessages/recall", recall)[1]
    assert (answer["successResult"], list(answer["failedResult"])) == ([key], ["x"])
    assert ding.group_chat(group)[0].recalled
    ding.disband(group)
    assert ding_api.call(GROUP, body)[1]["code"] == "group.disbanded"
    alone = ding_api.call(SEND, text())[1]["processQueryKey"]
    clock.forward(hours=24)
    ding_api.sign_in()
    late = {"robotCode": APP, "processQueryKeys": [alone]}
    assert list(ding_api.call("robot/otoMessages/batchRecall", late)[1]["failedResult"]) == [alone]


def test_a_file_that_somebody_sent(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    sent = ding.send_file("batu", b"%PDF-1", "流水.pdf", "application/pdf").body["content"]
    body = {"downloadCode": sent["downloadCode"], "robotCode": APP}
    url = ding_api.call("robot/messageFiles/download", body)[1]["downloadUrl"]
    assert httpx.get(url, trust_env=False).content == b"%PDF-1"
    for wrong in (body | {"robotCode": "another"}, body | {"downloadCode": "x"}, {}):
        answer = ding_api.call("robot/messageFiles/download", wrong)
        assert (answer[0], answer[1]["code"]) == (400, "invalidParameter.robotCode.downloadCode")
    clock.forward(minutes=30)
    assert httpx.get(url, trust_env=False).status_code == 403
    assert ding_api.call("robot/messageFiles/download", body)[0] == 400, "the code is over too"


def test_media(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    answer = ding_api.upload()
    assert (answer["errcode"], answer["type"], answer["media_id"][0]) == (0, "image", "@")
    clock.forward(days=400)
    assert ding.media.get(answer["media_id"], clock()) is not None, "it is kept for good"
    ding_api.sign_in()
    assert ding_api.upload(b"no picture at all")["errcode"] == 40005
    assert ding_api.upload(kind="sticker")["errcode"] == 40004
    assert ding_api.upload(b"", kind="file")["errcode"] == 40006
    assert ding_api.upload(b"x" * (2 * 1024 * 1024 + 1), kind="voice")["errcode"] == 40006
    assert ding_api.old("media/upload", data={"type": "image"})["errcode"] == 41005


# Sessions


def answer_session(url: str, body: Any) -> Any:
    return httpx.post(url, json=body, trust_env=False).json()


def test_an_answer_by_the_session(ding: DingTalk, ding_api: DingApi, clock: Clock) -> None:
    message = ding.say("batu", "公海").body
    url, markdown = message["sessionWebhook"], {"msgtype": "markdown", "markdown": {"title": "a", "text": "**b**"}}
    assert url.startswith(f"{ding_api.base}/robot/sendBySession?session=")
    assert message["sessionWebhookExpiredTime"] - message["createAt"] == 5_400_133
    assert answer_session(url, markdown) == {"errcode": 0, "errmsg": "ok"}
    assert [(each.kind, each.text) for each in ding.chat("batu") if each.from_bot] == [("markdown", "**b**")]
    assert answer_session(url, {"msgtype": "text", "text": {"content": "x" * 20_000}})["errcode"] == 460101
    assert answer_session(url, {"msgtype": "text"})["errcode"] == 40035
    assert answer_session(f"{url}x", markdown)["errcode"] == 300001
    clock.forward(seconds=5400)
    assert answer_session(url, markdown)["errcode"] == 0
    clock.forward(seconds=1)
    late = answer_session(url, markdown)
    assert (late["errcode"], late["errmsg"]) == (300001, "session 不存在")
    assert len([each for each in ding.chat("batu") if each.from_bot]) == 2


def test_an_answer_into_the_group_it_came_from(ding: DingTalk, ding_api: DingApi) -> None:
    group = ding.put_group("一部", ["batu"])
    url = ding.say("batu", "排行", group).body["sessionWebhook"]
    page = {"title": "a", "text": "b", "btns": [{"title": "看", "actionURL": "https://a"}]}
    assert answer_session(url, {"msgtype": "actionCard", "actionCard": page})["errcode"] == 0
    assert [each.kind for each in ding.group_chat(group)] == ["text", "card"]
    assert ding.chat("batu") == ()


# Contacts


def test_the_contacts(ding: DingTalk, ding_api: DingApi) -> None:
    def result(path: str, **body: Any) -> Any:
        return ding_api.old(f"topapi/{path}", body)["result"]

    (hohhot, baotou) = result("v2/department/listsub", dept_id=1)
    assert [(each["name"], each["parent_id"]) for each in (hohhot, baotou)] == [("呼和浩特", 1), ("包头", 1)]
    (first,) = result("v2/department/listsub", dept_id=hohhot["dept_id"])
    assert result("v2/department/listsubid", dept_id=hohhot["dept_id"]) == {"dept_id_list": [first["dept_id"]]}
    told = result("v2/department/get", dept_id=first["dept_id"])
    assert (told["name"], told["dept_manager_userid_list"]) == ("一部", ["LiNa"])
    assert result("user/listid", dept_id=first["dept_id"]) == {"userid_list": ["batu", "LiNa"]}
    page = result("v2/user/list", dept_id=first["dept_id"], cursor=0, size=1)
    assert (page["has_more"], page["next_cursor"], page["list"][0]["userid"]) == (True, 1, "batu")
    page = result("v2/user/list", dept_id=first["dept_id"], cursor=1, size=1)
    assert (page["has_more"], page["list"][0]["userid"], page["list"][0]["leader"]) == (False, "LiNa", True)
    assert result("user/listsimple", dept_id=baotou["dept_id"], cursor=0, size=100)["list"] == [
        {"userid": "su", "name": "苏和"}
    ], "who does not see the app is not told"
    batu = result("v2/user/get", userid="batu")
    assert (batu["name"], batu["title"], batu["unionid"]) == ("巴图", "客户经理", union_id("batu"))
    assert (batu["manager_userid"], batu["active"], batu["dept_id_list"]) == ("LiNa", True, [first["dept_id"]])
    su = result("v2/user/get", userid="su")
    assert su["dept_id_list"] == [baotou["dept_id"], hohhot["dept_id"]]


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("v2/user/get", {"userid": "nobody"}, 60121),
        ("v2/user/get", {"userid": "BATU"}, 60121),
        ("v2/user/get", {"userid": "gone"}, 60011),
        ("v2/department/listsub", {"dept_id": 99}, 60003),
        ("v2/department/get", {"dept_id": "x"}, 60003),
        ("v2/user/list", {"dept_id": 1, "cursor": 0, "size": 101}, 400002),
        ("v2/user/list", {"dept_id": 1, "size": 10}, 400002),
    ],
)
def test_what_contacts_refuse(ding_api: DingApi, path: str, body: dict[str, Any], errcode: int) -> None:
    assert ding_api.old(f"topapi/{path}", body)["errcode"] == errcode
