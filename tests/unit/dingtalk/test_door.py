"""The door: what is genuine comes in, everything else gets one flat refusal, and answers are what DingTalk reads."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kit.dingtalk import (
    CARD_SECRET,
    CLIENT_SECRET,
    CORP,
    ROBOT,
    card_headers,
    content,
    message,
    milliseconds,
    quota_gone,
    raw,
    robot_headers,
    tap,
)

from bot.channels.base import Refused, Request, Verified
from bot.channels.dingtalk.door import ANSWER_TEXT_BYTES, MAX_BYTES, DingTalkDoor
from bot.inbound import Ignored, Tap, Text

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STAMP = milliseconds(NOW)
MESSAGES = DingTalkDoor(of="message", secret=CLIENT_SECRET, robot_code=ROBOT, corp_id=CORP)
TAPS = DingTalkDoor(of="tap", secret=CARD_SECRET, robot_code=ROBOT, corp_id=CORP)


def said(event: dict[str, Any] | bytes, headers: Mapping[str, str] | None = None, method: str = "POST") -> Request:
    body = event if isinstance(event, bytes) else raw(event)
    return Request(method, {}, robot_headers(STAMP) if headers is None else headers, body)


def tapped(event: dict[str, Any], stamp: str = STAMP) -> Request:
    return Request("POST", {}, card_headers(stamp), raw(event))


def test_a_genuine_message_comes_in_as_it_is_read_again_later() -> None:
    body = raw(message())
    assert MESSAGES.verify(said(message()), NOW) == Verified(body, MESSAGES.parse(body))
    assert isinstance(MESSAGES.parse(body), Text)


def test_a_genuine_tap_comes_in() -> None:
    got = TAPS.verify(tapped(tap()), NOW)
    assert isinstance(got, Verified)
    assert isinstance(got.inbound, Tap)
    assert (got.raw, got.inbound.token) == (raw(tap()), "TOKEN1")


def test_the_same_request_twice_is_one_tap_and_a_later_one_another() -> None:
    keys = []
    for stamp in (STAMP, STAMP, milliseconds(NOW, 1)):
        got = TAPS.verify(tapped(tap(), stamp), NOW)
        assert isinstance(got, Verified)
        keys.append(got.inbound.envelope.key)
    assert keys[0] == keys[1] != keys[2]


def test_another_body_under_the_same_headers_passes() -> None:
    """DingTalk's signature covers no body: to refuse this would be to refuse what is genuine."""
    headers = robot_headers(STAMP)
    for event in (message(), message(msgId="other", text={"content": "公海"})):
        assert isinstance(MESSAGES.verify(said(event, headers), NOW), Verified)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "post", ""])
def test_only_a_post_is_read(method: str) -> None:
    assert MESSAGES.verify(said(message(), method=method), NOW) == Refused("method")


def test_no_larger_than_it_may_be() -> None:
    fits = raw(message()).ljust(MAX_BYTES)
    assert isinstance(MESSAGES.verify(said(fits), NOW), Verified)
    assert MESSAGES.verify(said(fits + b" "), NOW) == Refused("size")


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_inside_the_window(seconds: int) -> None:
    assert isinstance(MESSAGES.verify(said(message()), NOW + timedelta(seconds=seconds)), Verified)
    assert isinstance(TAPS.verify(tapped(tap()), NOW + timedelta(seconds=seconds)), Verified)


@pytest.mark.parametrize("seconds", [-301, 301, 3599])
def test_outside_the_window(seconds: int) -> None:
    assert MESSAGES.verify(said(message()), NOW + timedelta(seconds=seconds)) == Refused("timestamp")
    assert TAPS.verify(tapped(tap()), NOW + timedelta(seconds=seconds)) == Refused("timestamp")


WRONG: list[tuple[dict[str, Any] | bytes, Mapping[str, str] | None, str]] = [
    (message(), {}, "header"),
    (message(), robot_headers(STAMP, "another secret"), "signature"),
    (message(), card_headers(STAMP), "header"),
    (message(), card_headers(STAMP, CLIENT_SECRET), "header"),
    (b"", None, "body"),
    (b"[]", None, "body"),
    (b"{", None, "body"),
    (b'{"a":' + b"[" * 10 + b"]" * 10 + b"}", None, "body"),
    (b'{"robotCode":"dingtl01","robotCode":"dingtl01"}', None, "body"),
    (b'{"encrypt":"x"}', None, "robot"),
    (message(robotCode="dingtl02"), None, "robot"),
    (message(robotCode="DINGTL01"), None, "robot"),
    (message(robotCode=None), None, "robot"),
    (message(robotCode=[ROBOT]), None, "robot"),
    (message(chatbotCorpId="dingother"), None, "corp"),
    (message(chatbotCorpId=None), None, "corp"),
    (tap(), None, "route"),
    (tap() | message(), None, "route"),
]


@pytest.mark.parametrize(("event", "headers", "why"), WRONG)
def test_what_is_not_genuine(event: dict[str, Any] | bytes, headers: Mapping[str, str] | None, why: str) -> None:
    assert MESSAGES.verify(said(event, headers), NOW) == Refused(why)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (said(tap()), "header"),
        (Request("POST", {}, card_headers(STAMP, CLIENT_SECRET), raw(tap())), "signature"),
        (tapped(message()), "route"),
        (tapped(tap(corpId="dingother")), "corp"),
        (tapped(tap(corpId=None)), "corp"),
        (tapped(tap(robotCode="dingtl02")), "robot"),
    ],
)
def test_what_is_no_genuine_tap(request_: Request, why: str) -> None:
    assert TAPS.verify(request_, NOW) == Refused(why)


def test_nothing_in_a_body_is_looked_at_before_the_signature_holds() -> None:
    for body in (b"[" * 60_000, b"", raw(message(robotCode="dingtl02"))):
        assert MESSAGES.verify(said(body, robot_headers(STAMP, "another secret")), NOW) == Refused("signature")


def test_genuine_but_malformed_is_taken_and_ignored() -> None:
    """To refuse it would have the platform send it again."""
    got = MESSAGES.verify(said(message(createAt="soon")), NOW)
    assert isinstance(got, Verified)
    assert isinstance(got.inbound, Ignored)


def test_without_a_known_organisation_the_robot_tells() -> None:
    door = DingTalkDoor(of="message", secret=CLIENT_SECRET, robot_code=ROBOT)
    assert isinstance(door.verify(said(message(chatbotCorpId="dingother", senderCorpId="dingother")), NOW), Verified)
    assert door.verify(said(message(robotCode="dingtl02")), NOW) == Refused("robot")


@pytest.mark.parametrize("of", ["message", "tap"])
def test_no_secret_is_no_door(of: Any) -> None:
    with pytest.raises(ValueError, match="empty"):
        DingTalkDoor(of=of, secret="", robot_code=ROBOT)


# Answers.


def read(door: DingTalkDoor, event: dict[str, Any], text: str | None) -> Any:
    answer = door.answer(door.parse(raw(event)), text, NOW)
    assert (answer.status, answer.content_type) == (200, "application/json; charset=utf-8")
    return json.loads(answer.body)


@pytest.mark.parametrize(
    "event", [message(), quota_gone(), content("picture", downloadCode="dc1"), content("unknownMsgType")]
)
def test_a_text_is_answered_where_it_was_asked(event: dict[str, Any]) -> None:
    assert read(MESSAGES, event, '公海 3 条\n"<a>"') == {"msgtype": "text", "text": {"content": '公海 3 条\n"<a>"'}}


@pytest.mark.parametrize("text", [None, ""])
def test_no_text_is_an_empty_answer(text: str | None) -> None:
    assert read(MESSAGES, message(), text) == {"msgtype": "empty"}


@pytest.mark.parametrize(
    "event",
    [message(conversationType="2", senderStaffId=None), message(senderStaffId=""), quota_gone(senderStaffId="")],
)
def test_nobody_in_particular_is_told_nothing(event: dict[str, Any]) -> None:
    assert read(MESSAGES, event, "公海") == {"msgtype": "empty"}


def test_a_tap_is_answered_with_nothing() -> None:
    assert read(TAPS, tap(), None) == read(TAPS, tap(), "已领取") == read(TAPS, tap(userIdType=2), "x") == {}


def test_the_longest_answer_is_within_what_dingtalk_takes() -> None:
    for letter in ("\n", '"', "\\", "领", "\x01"):
        longest = letter * (ANSWER_TEXT_BYTES // len(letter.encode()))
        body = MESSAGES.answer(MESSAGES.parse(raw(message())), longest, NOW).body
        assert len(body) <= 20_000, letter
        assert len(longest.encode()) <= MESSAGES.text_bytes


def test_what_no_text_may_hold_is_left_out() -> None:
    assert read(MESSAGES, message(), "a\x00b\ud800c") == {"msgtype": "text", "text": {"content": "abc"}}


def test_it_answers_before_dingtalk_has_given_up() -> None:
    assert (MESSAGES.name, MESSAGES.answer_seconds) == ("dingtalk", 2.0)
