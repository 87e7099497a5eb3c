"""Cards on the fake DingTalk: each rule of creating, delivering and updating, and what people see of it."""

import json
from typing import Any

import pytest
from dingtalk_kit import APP, DingApi, buttons, card, hurry, peer, variables
from kit.barriers import until

from bot.sandbox.dingtalk.card_rules import CardTemplate
from bot.sandbox.dingtalk.events import TAPS, union_id
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.events import NotOnCard

SEND = "card/instances/createAndDeliver"


def seen(ding: DingTalk, userid: str = "batu") -> dict[str, Any]:
    """The last card in the chat of `userid`."""
    found = ding.card_of(userid, ding.chat(userid)[-1].id)
    assert found is not None
    return dict(found)


def test_a_card_is_delivered_and_seen(ding: DingTalk, ding_api: DingApi) -> None:
    status, answer = ding_api.deliver()
    (message,) = ding.chat("batu")
    result = {"spaceType": "IM_ROBOT", "spaceId": "batu", "success": True, "carrierId": message.msgid, "errorMsg": ""}
    assert (status, answer) == (200, {"success": True, "result": {"outTrackId": "tl-c1", "deliverResults": [result]}})
    shown = seen(ding)
    assert (shown["title"], shown["body"], shown["blank"]) == ("待审批 A203", "**巴特尔** 房抵 50 万", False)
    assert [each["text"] for each in shown["buttons"]] == ["同意", "驳回"]
    assert ding.button("batu", message.id, "驳回") == "id-驳回"
    assert ding.journal.sends_by_key(SEND) == {("batu", "tl-c1"): 1}
    assert ding.journal.warnings() == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cardTemplateId": "another.schema"}, "param.templateNotExist"),
        ({"cardTemplateId": "draft.schema"}, "param.templateUnpublished"),
        ({"cardTemplateId": None}, "param.empty"),
        ({"outTrackId": ""}, "param.empty"),
        ({"outTrackId": 7}, "param.empty"),
        ({"callbackType": "stream"}, "param.callbackTypeInvalid"),
        ({"callbackType": "HTTP"}, "param.empty"),
        ({"cardData": None}, "param.empty"),
        ({"cardData": {"cardParamMap": {"flowStatus": 3}}}, "MissingStringValue"),
        ({"cardData": {"cardParamMap": {"flowStatus": True}}}, "MissingStringValue"),
        ({"cardData": {"cardParamMap": {"msgButtons": []}}}, "MissingStringValue"),
        ({"cardData": {"cardParamMap": {"k" * 101: "x"}}}, "param.cardParamMapTooLong"),
        ({"cardData": {"cardParamMap": {"title": "字" * 342}}}, "param.cardParamMapTooLong"),
        ({"privateData": {"batu": {"cardParamMap": {"title": 1}}}}, "MissingStringValue"),
        ({"privateData": {"nobody": {"cardParamMap": {"title": "1"}}}}, "param.userIdNotExist"),
        ({"openSpaceId": None}, "param.empty"),
        ({"openSpaceId": "IM_ROBOT.batu"}, "param.openSpaceIdInvalid"),
        ({"openSpaceId": "dtv1.card//im_robot.batu"}, "param.openSpaceIdInvalid"),
        ({"openSpaceId": "dtv1.card//IM_ROBOT."}, "param.openSpaceIdInvalid"),
        ({"openSpaceId": "dtv1.card//IM_ROBOT.nobody"}, "param.userIdNotExist"),
        ({"openSpaceId": "dtv1.card//IM_ROBOT.BATU"}, "param.userIdNotExist"),
        ({"openSpaceId": "dtv1.card//IM_ROBOT.batu;IM_ROBOT.nobody"}, "param.userIdNotExist"),
        ({"imRobotOpenSpaceModel": None}, "param.empty"),
        ({"imRobotOpenSpaceModel": {}}, "param.empty"),
        ({"imRobotOpenDeliverModel": None}, "param.empty"),
        ({"imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": "another"}}, "param.robotCodeInvalid"),
        ({"imRobotOpenDeliverModel": {"spaceType": "IM"}}, "param.spaceTypeInvalid"),
    ],
)
def test_what_is_wrong_is_refused_and_makes_no_card(
    ding: DingTalk, ding_api: DingApi, changes: dict[str, Any], code: str
) -> None:
    ding.templates["draft.schema"] = CardTemplate("draft.schema", published=False)
    status, answer = ding_api.deliver(**changes)
    assert (status, answer["code"]) == (400, code)
    assert set(answer) == {"code", "requestid", "message"}
    assert (ding.chat("batu"), ding.cards) == ((), {})
    assert [entry.code for entry in ding.journal.calls(SEND)] == [code]


def test_a_value_may_have_a_kilobyte(ding: DingTalk, ding_api: DingApi) -> None:
    assert ding_api.deliver(cardData={"cardParamMap": variables(staticMsgContent="x" * 1024)})[0] == 200


def test_a_used_track_id_is_refused_or_has_no_effect(ding: DingTalk, ding_api: DingApi) -> None:
    first = ding_api.deliver()[1]
    other = {"cardData": {"cardParamMap": variables(msgTitle="another")}}
    status, answer = ding_api.deliver(**other)
    assert (status, answer["code"]) == (400, "param.cardAlreadyExist")
    ding.refuses_repeats = False
    assert ding_api.deliver(**other) == (200, first)
    assert [message.task_id for message in ding.chat("batu")] == ["tl-c1"]
    assert seen(ding)["title"] == "待审批 A203"


def test_who_is_not_reached_is_told_within_the_200(ding: DingTalk, ding_api: DingApi) -> None:
    ding.unreachable.add("LiNa")
    status, answer = ding_api.deliver(openSpaceId="dtv1.card//IM_ROBOT.batu;IM_ROBOT.LiNa;IM_ROBOT.gone")
    results = [(each["spaceId"], each["success"]) for each in answer["result"]["deliverResults"]]
    assert (status, answer["success"]) == (200, True)
    assert results == [("batu", True), ("LiNa", False), ("gone", False)]
    assert answer["result"]["deliverResults"][1]["errorMsg"]
    (entry,) = ding.journal.calls(SEND)
    assert (entry.members, entry.dropped) == (("batu",), ("LiNa", "gone"))


def test_people_by_union_id(ding: DingTalk, ding_api: DingApi) -> None:
    assert ding_api.deliver(userIdType=2)[1]["code"] == "param.userIdNotExist"
    assert ding_api.deliver(userIdType=2, openSpaceId=f"dtv1.card//IM_ROBOT.{union_id('batu')}")[0] == 200
    assert len(ding.chat("batu")) == 1


def test_first_create_then_deliver(ding: DingTalk, ding_api: DingApi) -> None:
    made = card(openSpaceId=None, imRobotOpenDeliverModel=None)
    assert ding_api.call("card/instances", made) == (200, {"success": True, "result": "tl-c1"})
    assert ding.chat("batu") == ()
    where = {"outTrackId": "tl-c1", "openSpaceId": "dtv1.card//IM_ROBOT.batu", "imRobotOpenDeliverModel": {}}
    status, answer = ding_api.call("card/instances/deliver", where)
    assert (status, [each["success"] for each in answer["result"]]) == (200, [True])
    assert seen(ding)["title"] == "待审批 A203"
    group = where | {"openSpaceId": f"dtv1.card//IM_GROUP.{ding.put_group('一部', ['batu'])}"}
    assert ding_api.call("card/instances/deliver", group)[1]["code"] == "param.openSpaceIdInvalid", "not created for it"
    assert ding_api.call("card/instances/deliver", where | {"outTrackId": "x"})[1]["code"] == "param.cardNotExist"


def test_an_update_by_key_leaves_the_rest_and_without_overwrites_it(ding: DingTalk, ding_api: DingApi) -> None:
    ding_api.deliver()
    assert ding_api.update({"msgTitle": "已同意 A203"}) == (200, {"success": True, "result": True})
    assert (seen(ding)["title"], seen(ding)["body"]) == ("已同意 A203", "**巴特尔** 房抵 50 万")
    assert ding_api.update({"msgTitle": "空"}, by_key=False)[0] == 200
    assert (seen(ding)["blank"], seen(ding)["title"], seen(ding)["buttons"]) == (True, "", [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"outTrackId": "tl-other"}, "param.cardNotExist"),
        ({"outTrackId": None}, "param.empty"),
        ({"cardData": {"cardParamMap": {"flowStatus": 3}}}, "MissingStringValue"),
        ({"cardData": "x"}, "param.invalid"),
    ],
)
def test_a_wrong_update_changes_nothing(ding: DingTalk, ding_api: DingApi, changes: dict[str, Any], code: str) -> None:
    ding_api.deliver()
    before = ding.chat("batu")
    status, answer = ding_api.update({"msgTitle": "x"}, **changes)
    assert (status, answer["code"]) == (400, code)
    assert ding.chat("batu") == before
    assert ding_api.call("card/instances", {"outTrackId": "tl-c1"}, "PUT")[1]["code"] == "param.empty"


@pytest.mark.parametrize(
    "broken", [{"flowStatus": ""}, {"sys_full_json_obj": "{"}, {"sys_full_json_obj": "{}"}, {"sys_full_json_obj": ""}]
)
def test_a_card_may_be_blank(ding: DingTalk, ding_api: DingApi, broken: dict[str, str]) -> None:
    assert ding_api.deliver(cardData={"cardParamMap": variables(**broken)})[0] == 200
    assert (seen(ding)["blank"], seen(ding)["buttons"]) == (True, [])
    assert ding.journal.warnings() == ("the card is blank",)


def test_only_the_parts_in_the_order_are_shown(ding: DingTalk, ding_api: DingApi) -> None:
    parts = buttons("同意", order=["staticMsgContent", "msgContent"])
    ding_api.deliver(cardData={"cardParamMap": variables(sys_full_json_obj=parts, msgContent="正文")})
    shown = seen(ding)
    assert (shown["title"], shown["body"], shown["buttons"]) == ("", "正文\n\n**巴特尔** 房抵 50 万", [])


def test_a_tap_comes_back_and_its_answer_changes_only_this_screen(ding: DingTalk, ding_api: DingApi) -> None:
    ding_api.deliver(openSpaceId="dtv1.card//IM_ROBOT.batu;IM_ROBOT.LiNa")
    by_key = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
    said = {"cardUpdateOptions": by_key, "cardData": {"cardParamMap": {"msgTitle": "已同意"}}}
    with peer(ding_api, answers={TAPS: {"response": said}}) as app:
        delivery = ding.tap("batu", ding.chat("batu")[0].id, "id-同意")
        assert delivery.taken
        (tap,) = app.bodies(TAPS)
    private = {"cardPrivateData": {"actionIds": ["node_9"], "params": {"id": "id-同意"}}}
    assert json.loads(tap["content"]) == json.loads(tap["value"]) == private
    assert (tap["type"], tap["outTrackId"], tap["corpId"]) == ("actionCallback", "tl-c1", "dingcorp01")
    assert (tap["userId"], tap["userIdType"], tap["extension"]) == ("batu", 1, "{}")
    assert (seen(ding)["title"], seen(ding, "LiNa")["title"]) == ("已同意", "待审批 A203")
    ding_api.update({"msgTitle": "已同意 A203"})
    assert (seen(ding)["title"], seen(ding, "LiNa")["title"]) == ("已同意 A203", "已同意 A203")


def test_an_update_that_overwrites_ends_what_answers_changed(ding: DingTalk, ding_api: DingApi) -> None:
    ding_api.deliver()
    said = {"cardUpdateOptions": {"updateCardDataByKey": True}, "userPrivateData": {"cardParamMap": {"logo": "x"}}}
    with peer(ding_api, answers={TAPS: {"response": said}}):
        ding.tap("batu", ding.chat("batu")[0].id, "id-同意")
    ding_api.update({"msgTitle": "新"})
    assert (seen(ding)["title"], seen(ding)["variables"]["logo"]) == ("新", "x"), "it named something else"
    ding_api.update(variables(), by_key=False)
    assert seen(ding)["variables"] == variables()


def test_the_answer_to_a_tap_that_names_not_all_empties_the_card(ding: DingTalk, ding_api: DingApi) -> None:
    ding_api.deliver()
    with peer(ding_api, answers={TAPS: {"response": {"cardData": {"cardParamMap": {"msgTitle": "已同意"}}}}}):
        ding.tap("batu", ding.chat("batu")[0].id, "id-同意")
    assert seen(ding)["blank"]


def test_an_answer_that_makes_no_sense_changes_nothing(ding: DingTalk, ding_api: DingApi) -> None:
    ding_api.deliver()
    with peer(ding_api, answers={TAPS: {"response": {"cardData": {"cardParamMap": {"msgTitle": 1}}}}}):
        assert ding.tap("batu", ding.chat("batu")[0].id, "id-同意").taken
    assert seen(ding)["title"] == "待审批 A203"
    assert "MissingStringValue" in ding.journal.callbacks("tap")[-1].warnings[0]


def test_an_update_while_the_tap_waits_is_noted_and_the_answer_wins(ding: DingTalk, ding_api: DingApi) -> None:
    ding_api.deliver()
    by_key = {"updateCardDataByKey": True}
    late = {"cardUpdateOptions": by_key, "cardData": {"cardParamMap": {"msgTitle": "旧"}}}
    with peer(ding_api, answers={TAPS: {"response": late}}) as app:
        answer, acknowledge = [], app.acknowledge

        def update_first(frame: dict[str, Any]) -> None:
            answer.append(ding_api.update({"msgTitle": "新"}))
            acknowledge(frame)

        app.acknowledge = update_first  # type: ignore[method-assign]
        ding.tap("batu", ding.chat("batu")[0].id, "id-同意")
    assert [status for status, _ in answer] == [200]
    assert ding.journal.calls("PUT card/instances")[0].warnings
    assert seen(ding)["title"] == "旧", "as on the real one: the answer came last"
    ding_api.update({"msgTitle": "新"})
    assert ding.journal.calls("PUT card/instances")[1].warnings == ()


def test_buttons_without_a_callback_type_are_dead(ding: DingTalk, ding_api: DingApi) -> None:
    assert ding_api.deliver(callbackType=None)[0] == 200
    with peer(ding_api) as app:
        assert ding.tap("batu", ding.chat("batu")[0].id, "id-同意").attempts == ()
        assert app.frames == []
    assert ding.journal.warnings() == ("buttons without a callbackType are dead",)


def test_only_what_is_on_ones_own_card_can_be_tapped(ding: DingTalk, ding_api: DingApi) -> None:
    page = {"text": "打开", "url": "https://crm.example/a", "id": "x"}
    drawn = json.loads(buttons("同意"))
    drawn["msgButtons"].append(page)
    ding_api.deliver(cardData={"cardParamMap": variables(sys_full_json_obj=json.dumps(drawn))})
    message = ding.chat("batu")[0]
    for userid, key in (("batu", "id-不在"), ("batu", "x"), ("LiNa", "id-同意")):
        with pytest.raises(NotOnCard):
            ding.tap(userid, message.id, key)
    with pytest.raises(NotOnCard):
        ding.button("batu", message.id, "打开")
    ding_api.update(variables(sys_full_json_obj=buttons("驳回")))
    with peer(ding_api):
        assert ding.tap("batu", message.id, "id-同意").taken, "a screen may be older than the card"


@pytest.mark.parametrize("form", ["both", "content", "value", "beside", "object"])
def test_a_tap_comes_in_each_form_of_the_documents(ding: DingTalk, ding_api: DingApi, form: Any) -> None:
    ding.tap_form = form
    ding_api.deliver()
    with peer(ding_api) as app:
        ding.tap("batu", ding.chat("batu")[0].id, "id-同意")
        (tap,) = app.bodies(TAPS)
    content = tap.get("content", tap.get("value"))
    content = content if isinstance(content, dict) else json.loads(content)
    params = content.get("params") or content["cardPrivateData"]["params"]
    assert params == {"id": "id-同意"}
    assert ("content" in tap, "value" in tap) == (form not in ("value", "beside"), form not in ("content", "object"))


def test_an_own_template_with_a_form(ding: DingTalk, ding_api: DingApi) -> None:
    own = CardTemplate("own.schema", title="title", body="body", buttons="buttons", kind="list")
    ding.templates[own.id] = own
    field = {"name": "leads", "type": "MULTI_CHECKBOX_GROUP", "options": [{"value": f"L{n}"} for n in range(3)]}
    one = {"name": "reason", "type": "SELECT", "options": [{"value": "a"}, {"value": "b"}]}
    words = {"name": "note", "type": "TEXT"}
    drawn = {
        "title": "公海", "body": "三条", "form": json.dumps({"fields": [field, one, words]}),
        "buttons": json.dumps([{"text": "领取", "id": "claim", "request": True}]),
    }  # fmt: skip
    ding_api.deliver(cardTemplateId=own.id, cardData={"cardParamMap": drawn})
    message = ding.chat("batu")[0]
    with peer(ding_api) as app:
        ding.tap("batu", message.id, "claim", {"leads": ["L0", "L2"], "reason": ["b"], "note": ["好"]})
        (tap,) = app.bodies(TAPS)
    assert json.loads(tap["content"])["cardPrivateData"]["params"] == {
        "action": "claim",
        "form": {"leads": {"index": [0, 2], "value": ["L0", "L2"]}, "reason": {"index": 1, "value": "b"}, "note": "好"},
    }
    for wrong in ({"leads": ["L9"]}, {"other": ["x"]}):
        with pytest.raises(NotOnCard):
            ding.tap("batu", message.id, "claim", wrong)


def test_a_group_card_with_private_data_and_recipients(ding: DingTalk, ding_api: DingApi) -> None:
    group = ding.put_group("呼和浩特一部", ["batu", "LiNa", "su"])
    changes: dict[str, Any] = {
        "openSpaceId": f"dtv1.card//IM_GROUP.{group}",
        "imGroupOpenSpaceModel": {"supportForward": False},
        "imGroupOpenDeliverModel": {"robotCode": APP, "recipients": ["batu", "LiNa"]},
        "cardData": {"cardParamMap": variables(sys_full_json_obj=buttons())},
        "privateData": {"batu": {"cardParamMap": {"sys_full_json_obj": buttons("同意")}}},
    }
    no_robot = changes | {"imGroupOpenDeliverModel": {}}
    assert ding_api.deliver(**no_robot)[1]["code"] == "param.robotCodeInvalid", "a group needs it"
    assert ding_api.deliver(**changes)[0] == 200
    (message,) = ding.group_chat(group)
    views = {userid: ding.card_of(userid, message.id) for userid in ("batu", "LiNa", "su")}
    assert [each["text"] for each in (views["batu"] or {})["buttons"]] == ["同意"]
    assert (views["LiNa"] or {})["buttons"] == []
    assert views["su"] is None, "he is none of the recipients"
    with pytest.raises(NotOnCard):
        ding.tap("LiNa", message.id, "id-同意")
    with peer(ding_api) as app:
        assert ding.tap("batu", message.id, "id-同意").taken
        assert app.bodies(TAPS)[0]["spaceId"] == group
    ding.disband(group)
    answer = ding_api.deliver(**changes, outTrackId="tl-c2")[1]
    assert answer["result"]["deliverResults"][0]["success"] is False


def test_streaming_is_not_permitted(ding_api: DingApi) -> None:
    body = {"outTrackId": "tl-c1", "guid": "g", "key": "msgContent", "content": "x", "isFull": True}
    status, answer = ding_api.call("card/streaming", body, "PUT")
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")


def test_a_tap_that_is_not_acknowledged_does_not_come_again(ding: DingTalk, ding_api: DingApi) -> None:
    hurry(ding)
    ding_api.deliver()
    message = ding.chat("batu")[0]
    with peer(ding_api, answers={TAPS: None}):
        assert not ding.tap("batu", message.id, "id-同意").taken
    assert ding.tapped == {}, "nothing waits once its time is over"
    until(lambda: not ding.gateway.connections(), "the end")
    assert ding.gateway.unacknowledged() == (), "a tap is not known to come again"
