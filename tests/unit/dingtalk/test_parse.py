"""Every documented body becomes the right `Inbound`, each under its own key; everything else is ignored, safely."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.dingtalk import CORP, ROBOT, content, message, quota_gone, raw, tap

from bot.channels.dingtalk.parse import parse_event, read_event
from bot.inbound import Ignored, Inbound, InGroup, Mixed, QuotaGone, Sent, Tap, Text
from bot.repeats import repeats
from cards.render.dingtalk import button_id
from core.store.sessions import Session

PICTURE = {"type": "picture", "downloadCode": "dc5", "pictureDownloadCode": "pdc5"}


def read(event: dict[str, Any], mark: str = "") -> Inbound:
    """What comes of an event."""
    found = read_event(raw(event), mark)
    assert found is not None
    return found.inbound


def what(inbound: Inbound) -> dict[str, Any]:
    """An inbound without its envelope."""
    return {name: getattr(inbound, name) for name in inbound.__slots__ if name not in ("envelope", "session")}


MESSAGES: list[tuple[dict[str, Any], type, dict[str, Any]]] = [
    (message(), Text, {"text": "帮助"}),
    (message(text={"content": ""}), Text, {"text": ""}),
    (message(text={"content": " 领取 L1024 \n"}), Text, {"text": " 领取 L1024 \n"}),
    (message(text={"content": "a\x00b\ud800c\U0001f42a\x1b"}), Text, {"text": "abc\U0001f42a"}),
    (message(createAt="1764000000000", conversationType=1), Text, {"text": "帮助"}),
    (message(senderCorpId=None, chatbotCorpId=None), Text, {"text": "帮助"}),
    (message(errorCode=0), Text, {"text": "帮助"}),
    (message(errorCode=20001), Text, {"text": "帮助"}),
    (message(hostingContext={"a": [1]}, openThreadId="t", unheardOf=None), Text, {"text": "帮助"}),
    (content("picture", downloadCode="dc1", pictureDownloadCode="pdc1"), Sent, {"media_id": "dc1", "kind": "picture"}),
    (content("picture", pictureDownloadCode="pdc1"), Sent, {"media_id": "pdc1", "kind": "picture"}),
    (content("picture", downloadCode="x" * 2048), Sent, {"media_id": "x" * 2048, "kind": "picture"}),
    (
        content("audio", downloadCode="dc2", duration=4000, recognition="意向强，明天十点面谈"),
        Text,
        {"text": "意向强，明天十点面谈"},
    ),
    (content("audio", duration="5", recognition="好"), Text, {"text": "好"}),
    (content("audio", downloadCode="dc2", duration="5", recognition=" "), Sent, {"media_id": "dc2", "kind": "voice"}),
    (content("audio", downloadCode="dc2"), Sent, {"media_id": "dc2", "kind": "voice"}),
    (content("video", downloadCode="dc3", videoType="mp4"), Sent, {"media_id": "dc3", "kind": "video"}),
    (content("file", downloadCode="dc4", fileName="流水.pdf"), Sent, {"media_id": "dc4", "kind": "file"}),
    (content("unknownMsgType", unknownMsgType="x"), Ignored, {"kind": "unknownMsgType"}),
    (content("hologram"), Ignored, {"kind": "unknownMsgType"}),
    (content("richText", richText=[{"text": "身份"}, {"text": "证"}]), Text, {"text": "身份证"}),
    (content("richText", richText=[PICTURE]), Sent, {"media_id": "dc5", "kind": "picture"}),
    (content("richText", richText=[]), Ignored, {"kind": "unknownMsgType"}),
    (content("richText", richText=[{"type": "at"}, 3, {"text": " "}]), Ignored, {"kind": "unknownMsgType"}),
    (content("richText", richText=[PICTURE] * 31), Ignored, {"kind": "unknownMsgType"}),
    (quota_gone(), QuotaGone, {}),
    (quota_gone(errorCode="20001"), QuotaGone, {}),
    ({"errorCode": 20001, "errorMessage": "…", "robotCode": ROBOT, "chatbotCorpId": CORP}, QuotaGone, {}),
    (message(conversationType="2"), InGroup, {"group": "cid1==", "title": "", "words": "帮助"}),
    (message(conversationType="2", text=None), InGroup, {"group": "cid1==", "title": "", "words": ""}),
    (message(conversationType="2", text="帮助"), InGroup, {"group": "cid1==", "title": "", "words": ""}),
    (
        message(conversationType="2", conversationTitle="群" * 60, text={"content": " 群号 "}),
        InGroup,
        {"group": "cid1==", "title": "群" * 50, "words": " 群号 "},
    ),
    (message(conversationType="2", conversationId=None), Ignored, {"kind": "malformed"}),
    (message(conversationType="2", senderStaffId=None), Ignored, {"kind": "outsider"}),
    (message(conversationType="2", senderCorpId="dingother"), Ignored, {"kind": "outsider"}),
    (message(conversationType=None), Ignored, {"kind": "group"}),
    (message(conversationType="3"), Ignored, {"kind": "group"}),
    (message(senderStaffId=None), Ignored, {"kind": "outsider"}),
    (message(senderStaffId=""), Ignored, {"kind": "outsider"}),
    (message(senderCorpId="dingother"), Ignored, {"kind": "outsider"}),
]


@pytest.mark.parametrize(("event", "kind", "fields"), MESSAGES)
def test_each_message(event: dict[str, Any], kind: type, fields: dict[str, Any]) -> None:
    got = read(event)
    assert (type(got), what(got)) == (kind, fields)
    assert parse_event(raw(event)) == got


def test_the_envelope() -> None:
    envelope = read(message(senderStaffId="DT_Batu")).envelope
    assert (envelope.channel, envelope.key, envelope.sender) == (
        "dingtalk",
        "dingtalk:m:dingtl01:msgT0001==",
        "dt_batu",
    )
    assert envelope.at == datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
    assert read(message(senderStaffId=None)).envelope.sender == ""
    assert read(quota_gone()).envelope.sender == "dt_batu"
    assert read(quota_gone(conversationType="2")).envelope.sender == ""


def test_pictures_with_words_are_one_message_of_several_things() -> None:
    parts = [{"text": "身份证"}, PICTURE, {"text": "正"}, {"text": "面"}, {"type": "picture", "downloadCode": "dc6"}]
    got = read(content("richText", richText=parts))
    assert isinstance(got, Mixed)
    assert got.text == "身份证\n正面"
    assert [(each.media_id, each.kind) for each in got.sent] == [("dc5", "picture"), ("dc6", "picture")]
    assert {each.envelope for each in got.sent} == {got.envelope}
    several = read(content("richText", richText=[PICTURE, PICTURE]))
    assert isinstance(several, Mixed)
    assert (len(several.sent), several.text) == (2, "")


MALFORMED: list[dict[str, Any]] = [
    {},
    message(text=None),
    message(text="帮助"),
    message(text={"content": 3}),
    message(text={}),
    message(createAt=None),
    message(createAt="soon"),
    message(createAt=-1),
    message(createAt=1.5),
    message(createAt=True),
    message(createAt=10**15),
    message(senderStaffId=3),
    message(senderStaffId="x" * 65),
    message(senderStaffId="巴特尔"),
    message(senderStaffId="\u212aelvin"),  # the Kelvin sign: folded it would be another's kelvin
    message(senderStaffId="dt batu"),
    content("picture"),
    content("picture", downloadCode="x" * 2049),
    content("picture", downloadCode="图"),
    content("picture", downloadCode=["dc1"]),
    content("audio", recognition=7, downloadCode="dc"),
    content("richText", richText=[{"type": "picture", "downloadCode": {"a": 1}}]),
    message(msgtype="file", text=None, content="no object"),
    tap(content=None, value=None),
    tap(content="{", value=None),
    tap(content="[1]", value=None),
    tap(outTrackId=""),
    tap(outTrackId=7),
    tap(userId="x" * 65),
    tap(userId=["dt_batu"]),
    tap("x" * 1025),
]


@pytest.mark.parametrize("event", MALFORMED)
def test_what_is_not_as_documented_is_ignored_and_is_nobodys(event: dict[str, Any]) -> None:
    got = read(event)
    assert (type(got), what(got), got.envelope.sender) == (Ignored, {"kind": "malformed"}, "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b'{"msgtype":"text","msgtype":"file"}',
        b'{"createAt":NaN}',
        b"\xff",
        b'{"a":' + b"[" * 10 + b"]" * 10 + b"}",
        b"[" * 100_000,
        b'{"createAt":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_object_is_no_event(body: bytes) -> None:
    assert read_event(body) is None
    got = parse_event(body)
    assert (type(got), what(got)) == (Ignored, {"kind": "malformed"})


def test_for_which_robot_and_organisation() -> None:
    said, tapped = read_event(raw(message())), read_event(raw(tap()))
    assert said is not None
    assert tapped is not None
    assert (said.of, said.robot, said.corp) == ("message", ROBOT, CORP)
    assert (tapped.of, tapped.robot, tapped.corp) == ("tap", None, CORP)
    bare = read_event(b"{}")
    assert bare is not None
    assert (bare.of, bare.robot, bare.corp) == ("message", None, None)


# Keys.


def key(event: dict[str, Any], mark: str = "") -> str:
    return read(event, mark).envelope.key


def test_one_message_comes_to_each_robot_that_was_named() -> None:
    assert key(message()) != key(message(robotCode="dingtl02"))


def test_a_repetition_has_the_same_key_whatever_else_is_new_in_it() -> None:
    again = message(sessionWebhook="https://oapi.dingtalk.com/robot/sendBySession?session=x2", senderNick="新名")
    assert key(again) == key(message())
    assert repeats(read(again), read(message()))
    without = message(msgId=None)
    assert key(without | {"sessionWebhook": "other", "sessionWebhookExpiredTime": 1}) == key(without)


@pytest.mark.parametrize("field", ["createAt", "senderStaffId", "conversationId", "text"])
def test_messages_without_an_id_are_told_apart(field: str) -> None:
    other = {"createAt": 1764000000001, "senderStaffId": "dt_nina", "conversationId": "c2", "text": {"content": "公海"}}
    assert key(message(msgId=None)) != key(message(msgId=None, **{field: other[field]}))


@pytest.mark.parametrize("number", ["m" * 128, "m" * 129, "消息", "", "m m", 7])
@pytest.mark.parametrize("robot", [ROBOT, "r" * 128, "机器人"])
def test_every_key_fits_and_holds_nothing_odd(number: object, robot: str) -> None:
    found = key(message(msgId=number, robotCode=robot))
    assert len(found) <= 100
    assert found.isascii()
    assert found.isprintable()


def test_long_ids_are_told_apart() -> None:
    keys = {key(message(msgId="m" * 120 + end, robotCode=robot)) for end in "ab" for robot in (ROBOT, "dingtl02")}
    assert len(keys) == 4


def test_a_rows_button_says_what_it_ticks() -> None:
    key = button_id("v1.token", "leads", ["L1", "盟 2"])
    for event in (tap(key), tap(content=json.dumps({"cardPrivateData": {"actionIds": [key], "params": {}}}))):
        read = parse_event(raw(event), "m1")
        assert isinstance(read, Tap)
        assert (read.token, read.selected) == ("v1.token", {"leads": ("L1", "盟 2")})


def test_a_tap_is_told_from_each_other_tap_and_not_from_its_repetition() -> None:
    form = {"fields": ["L1", "L2"]}
    ticked = {"cardPrivateData": {"params": {"id": "TOKEN1", "form": form}}}
    different = [
        (tap(), "m1"),
        (tap(), "m2"),  # the same button, tapped again later
        (tap("TOKEN2"), "m1"),
        (tap(outTrackId="tl-c200"), "m1"),
        (tap(userId="dt_nina"), "m1"),
        (tap(content=json.dumps(ticked)), "m1"),
        (tap(content=json.dumps(ticked).replace('"L1", "L2"', '"L1"')), "m1"),
        (tap(content=json.dumps(ticked).replace("fields", "field")), "m1"),
    ]
    assert len({key(event, mark) for event, mark in different}) == len(different)
    again = tap(spaceType="IM_ROBOT", extension="", type="", userId="DT_Batu")
    assert key(again, "m1") == key(tap(), "m1") == parse_event(raw(tap()), "m1").envelope.key


# Taps, in each form that DingTalk's documents and SDKs show.

PRIVATE = {"cardPrivateData": {"actionIds": ["node_9"], "params": {"id": "TOKEN1"}}}
BESIDE = {"cardPrivateData": {"actionIds": ["node_9"]}, "params": {"id": "TOKEN1"}}
OWN = {"cardPrivateData": {"actionIds": ["button"], "params": {"action": "TOKEN1"}}}
ONLY_ID = {"cardPrivateData": {"actionIds": ["TOKEN1"]}}
FORMS = [
    tap(),
    tap(value=None),
    tap(content=None),
    tap(content=""),
    tap(content="{}"),
    tap(content=PRIVATE, value=None),
    tap(content=json.dumps(BESIDE)),
    tap(content=None, value=json.dumps(BESIDE)),
    tap(content=json.dumps(OWN)),
    tap(content=json.dumps(ONLY_ID)),
    tap(content={"cardPrivateData": json.dumps({"params": json.dumps({"id": "TOKEN1"})})}),
    tap(extension=""),
    tap(extension={"a": {}}),
    tap(type=None, spaceType=None, spaceId=None, userIdType=None, corpId=None),
    tap(userIdType="1"),
    tap(type="somethingNew"),
]


@pytest.mark.parametrize("event", FORMS)
def test_each_form_of_a_tap(event: dict[str, Any]) -> None:
    got = read(event)
    assert isinstance(got, Tap)
    assert (got.token, got.card_key, got.selected, got.envelope.sender) == ("TOKEN1", "tl-c199", {}, "dt_batu")
    assert (got.code, got.code_seconds) == (None, 0)


def test_a_tap_without_a_token_is_a_tap_all_the_same() -> None:
    got = read(tap(content={"cardPrivateData": {"actionIds": []}}))
    assert isinstance(got, Tap)
    assert got.token == ""


@pytest.mark.parametrize("event", [tap(userIdType=2), tap(userIdType="2"), tap(userId=""), tap(userId=None)])
def test_a_tap_of_nobody_we_know_is_ignored(event: dict[str, Any]) -> None:
    got = read(event)
    assert (type(got), what(got), got.envelope.sender) == (Ignored, {"kind": "outsider"}, "")


@pytest.mark.parametrize(
    ("form", "selected"),
    [
        ({"leads": ["L1", "L2"]}, {"leads": ("L1", "L2")}),
        ({"leads": {"index": [0, 1], "value": ["L1", "L2"]}}, {"leads": ("L1", "L2")}),
        ({"leads": {"index": 0, "value": "L1"}}, {"leads": ("L1",)}),
        ({"leads": [{"index": 0, "value": "L1"}]}, {"leads": ("L1",)}),
        ({"note": "好"}, {"note": ("好",)}),
        ({"note": "a\x00b"}, {"note": ("ab",)}),
        ({"n": 3, "yes": True, "no": False}, {"n": ("3",), "yes": ("true",), "no": ("false",)}),
        ({"none": None, "empty": "", "nothing": []}, {"none": (), "empty": (), "nothing": ()}),
        ('{"leads":["L1"]}', {"leads": ("L1",)}),
        ("", {}),
        (None, {}),
    ],
)
def test_what_was_ticked(form: object, selected: dict[str, tuple[str, ...]]) -> None:
    got = read(tap(content={"cardPrivateData": {"params": {"action": "TOKEN1", "form": form}}}))
    assert isinstance(got, Tap)
    assert got.selected == selected


@pytest.mark.parametrize(
    "form",
    [
        [],
        "x",
        7,
        {"a": ["L"] * 201},
        {"a": "x" * 501},
        {str(n): "x" for n in range(51)},
        {"a": [["nested"]]},
        {"a": [None]},
    ],
)
def test_forms_without_measure(form: object) -> None:
    got = read(tap(content={"cardPrivateData": {"params": {"action": "TOKEN1", "form": form}}}))
    assert what(got) == {"kind": "malformed"}


# Whatever comes.

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = sorted({*message(), *tap(), *quota_gone(), "content"})


@settings(max_examples=300)
@given(st.sampled_from([message(), tap(), quota_gone(), content("picture"), content("richText")]), st.data())
def test_total_whatever_stands_in_a_field(event: dict[str, Any], data: st.DataObject) -> None:
    changed = event | data.draw(st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=3))
    body = json.dumps(changed).encode()
    got = parse_event(body)
    assert len(got.envelope.key) <= 100
    assert got == parse_event(body)
    json.dumps([str(value) for value in what(got).values()], ensure_ascii=False).encode()  # nothing half


@settings(max_examples=200)
@given(st.binary())
def test_total_whatever_bytes_come(body: bytes) -> None:
    assert parse_event(body).envelope.channel == "dingtalk"


SESSION = Session(
    "https://oapi.dingtalk.com/robot/sendBySession?session=x1", datetime(2025, 11, 24, 17, 30, 0, 133000, UTC)
)


def test_where_a_message_may_be_answered() -> None:
    alone, in_group = read(message()), read(message(conversationType="2"))
    assert alone.envelope.session == SESSION
    assert isinstance(in_group, InGroup)
    assert (in_group.session, in_group.envelope.session) == (SESSION, None)
    assert read(message(conversationType="3")).envelope.session is None
    assert read(message(sessionWebhookExpiredTime="1764005400133")).envelope.session == SESSION
    assert "sendBySession" not in repr(alone) + repr(in_group)
    assert alone == read(message(sessionWebhook="https://oapi.dingtalk.com/robot/sendBySession?session=x2"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sessionWebhook": None},
        {"sessionWebhook": ""},
        {"sessionWebhook": 3},
        {"sessionWebhook": "ftp://oapi.dingtalk.com/robot/sendBySession"},
        {"sessionWebhook": "https://oapi.dingtalk.com/ robot"},
        {"sessionWebhook": "https://" + "x" * 3000},
        {"sessionWebhookExpiredTime": None},
        {"sessionWebhookExpiredTime": "soon"},
        {"sessionWebhookExpiredTime": -1},
        {"sessionWebhookExpiredTime": True},
        {"sessionWebhookExpiredTime": 10**15},
    ],
)
def test_a_message_without_a_whole_session_is_one_all_the_same(wrong: dict[str, Any]) -> None:
    got = read(message(**wrong))
    assert (type(got), got.envelope.session) == (Text, None)
