"""The human side: what a person does reaches the app as the platform would tell it, and the answer the chat."""

import httpx
import pytest
from sandbox_kit import AGENT, CORP, Api, Clock, EchoApp, buttons, vote

from bot.sandbox.events import NotOnCard
from bot.sandbox.faults import Fault
from bot.sandbox.platform import Platform


def texts(platform: Platform, userid: str) -> list[tuple[bool, str]]:
    return [(m.from_bot, m.text) for m in platform.chat(userid)]


def test_a_typed_message_is_answered_in_the_chat(platform: Platform, app: EchoApp) -> None:
    delivery = platform.say("batu", "公海 <呼和浩特> ]]> & 一部")
    assert delivery.reply == "收到：公海 <呼和浩特> ]]> & 一部"
    event = app.events[0]
    assert event["Content"] == "公海 <呼和浩特> ]]> & 一部"
    assert (event["ToUserName"], event["FromUserName"], event["MsgType"]) == (CORP, "batu", "text")
    assert int(event["AgentID"]) == AGENT
    assert int(event["MsgId"]) > 2**40
    assert texts(platform, "batu")[0] == (False, "公海 <呼和浩特> ]]> & 一部")
    assert b"<AgentID>" in app.bodies[0]
    assert b"<Encrypt><![CDATA[" in app.bodies[0]


def test_a_tap_carries_what_was_ticked_and_its_code_changes_the_card_once(api: Api, app: EchoApp) -> None:
    platform = api.platform
    sent = api.send("batu|LiNa", card=vote())
    assert sent["errcode"] == 0
    assert sent["response_code"]
    card = platform.chat("batu")[0]
    platform.tap("batu", card.id, "claim", {"leads": ["L1", "L3"]})
    event = app.events[0]
    assert (event["Event"], event["EventKey"], event["TaskId"]) == ("template_card_event", "claim", "pool-1")
    assert event["CardType"] == "vote_interaction"
    assert "MsgId" not in event
    item = event["SelectedItems"]["SelectedItem"][0]
    assert item == {"QuestionKey": "leads", "OptionIds": {"OptionId": ["L1", "L3"]}}

    change = {"agentid": AGENT, "userids": ["BATU", "nobody"], "response_code": event["ResponseCode"]}
    done = api.call("message/update_template_card", {**change, "button": {"replace_name": "已领取"}})
    assert done == {"errcode": 0, "errmsg": "ok", "invaliduser": ["nobody"]}
    assert platform.chat("batu")[0].replaced == "已领取"
    assert platform.chat("LiNa")[0].replaced == ""
    again = api.call("message/update_template_card", {**change, "button": {"replace_name": "已领取"}})
    assert again["errcode"] == 60140

    result = {
        "card_type": "text_notice",
        "main_title": {"title": "已被领走"},
        "card_action": {"type": 1, "url": "http://x/"},
    }
    other = {"agentid": AGENT, "userids": ["lina"], "response_code": sent["response_code"], "template_card": result}
    assert api.call("message/update_template_card", other)["errcode"] == 0
    shown = platform.chat("LiNa")[0]
    assert shown.card == result
    assert shown.past[0]["card_type"] == "vote_interaction"
    platform.tap("LiNa", shown.id, "claim", {"leads": ["L2"]})  # the screen was older than the card
    assert app.events[-1]["CardType"] == "vote_interaction"


def test_a_code_lives_72_hours(api: Api, clock: Clock) -> None:
    code = api.send(card=buttons())["response_code"]
    change = {"agentid": AGENT, "atall": 1, "response_code": code, "button": {"replace_name": "完"}}
    clock.forward(hours=72)
    api.sign_in()
    assert api.call("message/update_template_card", change)["errcode"] == 60140


@pytest.mark.parametrize(
    ("key", "selected"),
    [("other", {}), ("claim", {"leads": ["L9"]})],
)
def test_nobody_can_tap_what_is_not_there(api: Api, key: str, selected: dict[str, list[str]]) -> None:
    api.send(card=vote())
    card = api.platform.chat("batu")[0]
    with pytest.raises(NotOnCard):
        api.platform.tap("batu", card.id, key, selected)
    with pytest.raises(NotOnCard):
        api.platform.tap("su", card.id, "claim")


def test_menu_opening_picture_place_and_joining(platform: Platform, app: EchoApp, base: str) -> None:
    platform.menu("batu", "pool")
    platform.open_chat("batu")
    platform.send_picture("batu", b"\x89PNG\r\n\x1a\n....")
    platform.send_location("batu", 40.84, 111.75, "新城区")
    platform.join("su")
    platform.leave("su")
    kinds = [(e["MsgType"], e.get("Event"), e.get("EventKey")) for e in app.events]
    assert kinds[:2] == [("event", "click", "pool"), ("event", "enter_agent", None)]
    assert kinds[4:] == [("event", "subscribe", None), ("event", "unsubscribe", None)]
    assert httpx.get(app.events[2]["PicUrl"], trust_env=False).content == b"\x89PNG\r\n\x1a\n...."
    assert (app.events[3]["Location_X"], app.events[3]["Label"]) == ("40.84", "新城区")
    with pytest.raises(LookupError):
        platform.say("su", "hello")


def test_a_failed_callback_is_repeated_with_a_fresh_nonce(platform: Platform, app: EchoApp) -> None:
    app.statuses = [500, 403]
    delivery = platform.say("batu", "在吗")
    assert [a.status for a in delivery.attempts] == [500, 403, 200]
    assert len(set(app.nonces)) == 3
    assert len(set(app.bodies)) == 3
    app.statuses = [500] * 9
    assert len(platform.say("batu", "还在吗").attempts) == 4
    assert [e.attempt for e in platform.journal.callbacks("text")] == [1, 2, 3, 1, 2, 3, 4]


def test_an_app_that_is_down_is_tried_four_times(platform: Platform) -> None:
    platform.callback_url = "http://127.0.0.1:9/"
    delivery = platform.say("batu", "喂")
    assert [a.status for a in delivery.attempts] == [0, 0, 0, 0]
    assert not delivery.taken
    assert delivery.attempts[0].error == "ConnectError"


@pytest.mark.parametrize("answer", [b"<xml><Encrypt>x</Encrypt></xml>", b"hello", b"<xml>", "你好".encode()])
def test_an_answer_that_is_not_ours_stays_out_of_the_chat(platform: Platform, app: EchoApp, answer: bytes) -> None:
    app.raw_answer = answer
    delivery = platform.say("batu", "喂")
    assert delivery.taken
    assert delivery.attempts[0].error.startswith("unreadable")
    assert texts(platform, "batu") == [(False, "喂")]


def test_an_answer_with_a_wrong_signature_stays_out_of_the_chat(platform: Platform, app: EchoApp) -> None:
    good = app.crypto.encrypt_message("<xml><MsgType>text</MsgType></xml>", "n", "1")
    app.raw_answer = good.replace("<TimeStamp>1<", "<TimeStamp>2<").encode()
    assert platform.say("batu", "喂").attempts[0].error == "wrong signature"


def test_the_address_is_verified(platform: Platform, app: EchoApp) -> None:
    assert platform.verify_url()
    platform.callback_url = app.url + "/elsewhere"
    assert not platform.verify_url()


@pytest.mark.parametrize("fault", [Fault.DUPLICATE_IN_ROW, Fault.DUPLICATE_AT_ONCE])
def test_a_callback_can_come_several_times(platform: Platform, app: EchoApp, fault: Fault) -> None:
    platform.faults.order(api="callback", fault=fault, copies=3)
    assert len(platform.say("batu", "一次").attempts) == 3
    assert len({e["MsgId"] for e in app.events}) == 1
    assert len(app.events) == 3
    assert [m.from_bot for m in platform.chat("batu")] == [False, True]


def test_a_repetition_can_be_withheld_and_an_event_lost(platform: Platform, app: EchoApp) -> None:
    platform.faults.order(api="callback", fault=Fault.NO_RETRY)
    platform.faults.order(api="callback", fault=Fault.LOSE)
    app.statuses = [500]
    assert [a.status for a in platform.say("batu", "1").attempts] == [500]
    assert platform.say("batu", "2").attempts == ()
    assert platform.say("batu", "3").taken


def test_unread_counts_only_what_the_bot_wrote(platform: Platform) -> None:
    platform.say("batu", "1")
    platform.say("su", "2")
    assert platform.chats.unread() == {"batu": 1, "su": 1}
    platform.chats.mark_read("batu")
    platform.say("batu", "3")
    platform.say("batu", "4")
    assert platform.chats.unread() == {"batu": 2, "su": 1}


def test_the_corner_menu_and_what_stands_chosen(api: Api, app: EchoApp) -> None:
    selects = [
        {
            "question_key": "who",
            "selected_id": "b",
            "option_list": [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}],
        },
        {"question_key": "when", "option_list": [{"id": "1", "text": "今天"}, {"id": "2", "text": "明天"}]},
    ]
    submit = {"text": "提交", "key": "go"}
    api.send(card=buttons("c1", action_menu={"desc": "更多", "action_list": [{"text": "稍后", "key": "later"}]}))
    api.send(card=buttons("c2", card_type="multiple_interaction", select_list=selects, submit_button=submit))
    first, second = api.platform.chat("batu")
    api.platform.tap("batu", first.id, "later")
    assert (app.events[0]["Event"], app.events[0]["EventKey"]) == ("template_card_menu_event", "later")
    assert "SelectedItems" not in app.events[0]
    api.platform.tap("batu", second.id, "go", {"when": ["2"]})
    chosen = app.events[1]["SelectedItems"]["SelectedItem"]
    assert [(item["QuestionKey"], item["OptionIds"]["OptionId"]) for item in chosen] == [
        ("who", ["b"]),
        ("when", ["2"]),
    ]
    with pytest.raises(NotOnCard):
        api.platform.tap("batu", second.id, "go", {"when": ["1", "2"]})


def test_the_journal_keeps_no_secret(api: Api) -> None:
    code = api.send(card=buttons())["response_code"]
    change = {"agentid": AGENT, "userids": ["batu"], "response_code": code, "button": {"replace_name": "完"}}
    assert api.call("message/update_template_card", change)["errcode"] == 0
    written = str(api.platform.journal.entries())
    assert "进件 A203" in written
    assert api.token not in written
    assert code not in written
