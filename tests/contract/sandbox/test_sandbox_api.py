"""The API side: errcodes, limits, tokens, media, pace."""

from typing import Any

import httpx
import pytest
from sandbox_kit import AGENT, CORP, SECRET, Api, Clock, buttons, message, vote

from bot.sandbox.platform import Platform

NOTICE = {"card_type": "text_notice", "main_title": {"title": "到期"}, "card_action": {"type": 1, "url": "http://x/"}}
SELECTS = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "分配"},
    "task_id": "s-1",
    "select_list": [{"question_key": "who", "option_list": [{"id": "a", "text": "巴图"}]}],
    "submit_button": {"text": "提交", "key": "go"},
}
LONG = "字" * 342  # 1026 bytes


def options(count: int, **first: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"id": f"o{n}", "text": "项"} for n in range(count)]
    rows[0] |= first
    return {"checkbox": {"question_key": "q", "mode": 1, "option_list": rows}}


@pytest.mark.parametrize(
    ("errcode", "card"),
    [
        (0, buttons()),
        (0, vote()),
        (0, NOTICE),
        (0, SELECTS),
        (42031, {"card_type": "poster"}),
        (42016, buttons(task_id="")),
        (42014, buttons(task_id="有字")),
        (42014, buttons(task_id="a" * 129)),
        (0, buttons(task_id="a" * 128)),
        (42033, buttons(main_title={})),
        (0, {**NOTICE, "main_title": {}, "sub_title_text": "只有正文"}),
        (42045, {**NOTICE, "card_action": {}}),
        (42028, {**NOTICE, "card_action": {"type": 1}}),
        (42028, {**NOTICE, "card_action": {"type": 1, "url": "javascript:alert(1)"}}),
        (42030, {**NOTICE, "card_action": {"type": 2}}),
        (42044, {**NOTICE, "card_type": "news_notice"}),
        (42044, {**NOTICE, "card_type": "news_notice", "card_image": {"aspect_ratio": 1.3}}),
        (42020, buttons(button_list=[{"key": "a"}])),
        (42019, buttons(button_list=[{"text": "好"}])),
        (42018, buttons(button_list=[{"text": "好", "key": LONG}])),
        (42017, buttons(button_list=[{"text": "好", "key": "a"}, {"text": "坏", "key": "a"}])),
        (40058, buttons(button_list=[{"text": "好", "key": str(n)} for n in range(7)])),
        (0, buttons(button_list=[{"text": "好", "key": str(n)} for n in range(6)])),
        (40058, buttons(button_list=[])),
        (40058, buttons(button_list="x")),
        (42035, buttons(horizontal_content_list=[{"keyname": "电话"}] * 7)),
        (42027, buttons(horizontal_content_list=[{"value": "1"}])),
        (42029, buttons(horizontal_content_list=[{"keyname": "附件", "type": 2}])),
        (42050, buttons(horizontal_content_list=[{"keyname": "人", "type": 3}])),
        (42036, {**NOTICE, "vertical_content_list": [{"title": "a"}] * 5}),
        (42042, {**NOTICE, "jump_list": [{"title": "a", "type": 0}] * 4}),
        (0, vote() | options(20)),
        (42037, vote() | options(21)),
        (42040, vote() | options(2, id="a" * 129)),
        (42041, vote() | options(2, id="o1")),
        (42038, vote() | options(2, text="")),
        (42043, vote(checkbox={"option_list": [{"id": "a", "text": "b"}]})),
        (42046, vote(submit_button={})),
        (42049, vote(submit_button={"text": "领取"})),
        (42047, {**SELECTS, "select_list": SELECTS["select_list"] * 4}),
        (42043, {**SELECTS, "select_list": SELECTS["select_list"] * 2}),
        (42016, {**NOTICE, "action_menu": {"action_list": [{"text": "a", "key": "k"}]}}),
        (42051, {**NOTICE, "task_id": "t", "action_menu": {"action_list": [{"text": "a", "key": "k"}] * 2}}),
    ],
)
def test_card_limits(api: Api, errcode: int, card: dict[str, Any]) -> None:
    assert api.send(card=card)["errcode"] == errcode
    assert len(api.platform.chat("batu")) == (1 if errcode == 0 else 0)


@pytest.mark.parametrize(
    ("errcode", "payload"),
    [
        (0, message(text="你好")),
        (301002, {**message(text="a"), "agentid": 1}),
        (40056, {"touser": "batu", "msgtype": "text", "text": {"content": "a"}}),
        (82001, {**message(text="a"), "touser": ""}),
        (81013, message("nobody", text="a")),
        (81013, message("gone", text="a")),
        (40032, message("|".join(f"u{n}" for n in range(1001)), text="a")),
        (40008, {**message(text="a"), "msgtype": "poem"}),
        (40008, {"touser": "batu", "agentid": AGENT, "msgtype": "text"}),
        (44004, message(text="")),
        (40007, message(msgtype="image", image={"media_id": "x"})),
    ],
)
def test_message_errors(api: Api, errcode: int, payload: dict[str, Any]) -> None:
    assert api.call("message/send", payload)["errcode"] == errcode


def test_a_body_that_is_no_json_is_named_so(api: Api) -> None:
    answer = httpx.post(
        f"{api.base}/cgi-bin/message/send", params={"access_token": api.token}, content=b"{", trust_env=False
    ).json()
    assert answer["errcode"] == 40008
    assert "wrong json format" in answer["errmsg"]


def test_some_recipients_invalid_is_an_ok_answer(api: Api) -> None:
    answer = api.send("LINA|Nobody|gone", text="a")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|gone"
    assert [m.text for m in api.platform.chat("lina")] == ["a"]


def test_a_department_and_everybody(api: Api) -> None:
    party = next(number for number, name in api.platform.departments().items() if name == "包头")
    assert (
        api.call("message/send", {**message(text="a"), "touser": "", "toparty": f"{party}|99"})["invalidparty"] == "99"
    )
    api.send("@all", text="b")
    assert [m.text for m in api.platform.chat("su")] == ["a", "b"]
    assert [m.text for m in api.platform.chat("batu")] == ["b"]


def test_a_task_id_is_taken_once(api: Api) -> None:
    assert api.send(card=buttons("t1"))["errcode"] == 0
    assert api.send("su", card=buttons("t1"))["errcode"] == 42014
    assert api.platform.journal.sends_by_key() == {("batu", "t1"): 1}


def test_no_callback_card_without_a_callback_url(api: Api) -> None:
    api.platform.callback_url = ""
    assert api.send(card=buttons())["errcode"] == 43012
    assert api.send(card=NOTICE)["errcode"] == 0


def test_a_long_text_is_cut_silently_and_noted(api: Api) -> None:
    api.send(text="汉" * 700)
    assert api.platform.chat("batu")[0].text == "汉" * 682
    assert api.platform.journal.warnings() == ("text cut: 2100 > 2048",)


def test_soft_limits_are_noted_not_refused(api: Api) -> None:
    assert api.send(card=vote(main_title={"title": "长" * 17}))["errcode"] == 0
    assert api.platform.journal.warnings() == ("main_title.title: 17 > 16",)


def test_the_same_request_twice_is_swallowed_when_asked(api: Api, clock: Clock) -> None:
    checked = {**message(text="日报"), "enable_duplicate_check": 1, "duplicate_check_interval": 600}
    for _ in range(2):
        assert api.call("message/send", checked)["errcode"] == 0
    assert len(api.platform.chat("batu")) == 1
    clock.forward(seconds=600)
    api.call("message/send", checked)
    assert len(api.platform.chat("batu")) == 2


def test_more_than_30_a_minute_is_dropped_without_a_word(api: Api, clock: Clock) -> None:
    answers = [api.send(text=str(n))["errcode"] for n in range(32)]
    assert answers == [0] * 32
    assert len(api.platform.chat("batu")) == 30
    assert [(who, e.members) for who, e in api.platform.journal.dropped()] == [("batu", ())] * 2
    assert api.send("su", text="a")["errcode"] == 0
    assert len(api.platform.chat("su")) == 1
    clock.forward(seconds=60)
    api.send(text="again")
    assert len(api.platform.chat("batu")) == 31


@pytest.mark.parametrize(
    ("corp", "secret", "errcode"), [(CORP, SECRET, 0), (CORP, "wrong", 40001), ("ww-other", SECRET, 40013)]
)
def test_gettoken(api: Api, corp: str, secret: str, errcode: int) -> None:
    assert api.call("gettoken", params={"corpid": corp, "corpsecret": secret})["errcode"] == errcode
    assert SECRET not in str(api.platform.journal.entries())


def test_a_token_ends_by_time_by_order_and_early(api: Api, clock: Clock, platform: Platform) -> None:
    first = api.token
    assert api.sign_in().token == first
    clock.forward(seconds=7200)
    assert api.send(text="a")["errcode"] == 42001
    assert api.sign_in().token != first
    platform.expire_tokens()
    assert api.send(text="a")["errcode"] == 42001
    api.sign_in()
    platform.revoke_tokens()
    assert api.send(text="a")["errcode"] == 40014
    api.token = ""
    assert api.send(text="a")["errcode"] == 41001
    assert platform.chat("batu") == ()


PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [("image", PNG, 0), ("image", b"GIF89a....", 40005), ("image", b"\x89PN", 40009), ("poem", PNG, 40004)],
)
def test_upload(api: Api, kind: str, data: bytes, errcode: int) -> None:
    answer = api.call("media/upload", params={"type": kind}, files={"media": ("日报.png", data)})
    assert answer["errcode"] == errcode


def test_a_picture_is_sent_fetched_and_forgotten_after_three_days(api: Api, clock: Clock) -> None:
    media_id = api.call("media/upload", params={"type": "image"}, files={"media": ("日报.png", PNG)})["media_id"]
    assert api.send(msgtype="image", image={"media_id": media_id})["errcode"] == 0
    assert api.platform.chat("batu")[0].media_id == media_id
    assert api.raw("media/get", params={"media_id": media_id}).content == PNG
    clock.forward(days=3)
    api.sign_in()
    assert api.call("media/get", params={"media_id": media_id})["errcode"] == 40007


def test_update_errors(api: Api) -> None:
    code = api.send(card=buttons())["response_code"]
    change = {"agentid": AGENT, "response_code": code, "userids": ["batu"], "button": {"replace_name": "完"}}
    url = "message/update_template_card"
    assert api.call(url, {**change, "agentid": 7})["errcode"] == 42015
    assert api.call(url, {**change, "userids": "batu"})["errcode"] == 40035
    assert api.call(url, {**change, "userids": []})["errcode"] == 82101
    assert api.call(url, {**change, "userids": ["su"]})["errcode"] == 82102
    assert api.call(url, {**change, "button": {}})["errcode"] == 40058
    assert api.call(url, change)["errcode"] == 0, "a refused change does not use up the code"


def test_recall(api: Api, clock: Clock) -> None:
    msgid = api.send(text="a")["msgid"]
    assert api.call("message/recall", {"msgid": "x"})["errcode"] == 40058
    assert api.call("message/recall", {"msgid": msgid})["errcode"] == 0
    assert api.platform.chat("batu")[0].recalled
    clock.forward(hours=25)
    api.sign_in()
    assert api.call("message/recall", {"msgid": msgid})["errcode"] == 42052


def test_the_directory(api: Api) -> None:
    assert api.call("getcallbackip")["ip_list"] == ["127.0.0.1"]
    assert api.call("user/get", params={"userid": "batu"})["name"] == "巴图"
    assert api.call("user/get", params={"userid": "x"})["errcode"] == 60111
    users = api.call("agent/get", params={"agentid": AGENT})["allow_userinfos"]["user"]
    assert {"userid": "gone"} not in users
    assert len(users) == 3
