"""Frames of Stream mode: the documented samples, and all that is none."""

import json

import pytest

from bot.channels.dingtalk import frames
from bot.channels.dingtalk.frames import Frame, acknowledgement, read

SAMPLE = (
    '{"specVersion":"1.0","type":"CALLBACK","headers":{"appId":"a1","connectionId":"c1","messageId":"213d_70a7",'
    '"topic":"/v1.0/im/bot/messages/get","contentType":"application/json","time":"1764000000100"},'
    '"data":"{\\"msgtype\\":\\"text\\"}"}'
)


def test_the_documented_frame_and_its_acknowledgement() -> None:
    frame = read(SAMPLE)
    assert frame == Frame("CALLBACK", frames.MESSAGES, "213d_70a7", '{"msgtype":"text"}')
    assert read(SAMPLE.encode()) == frame
    assert acknowledgement(frame) == (
        '{"code":200,"message":"OK","headers":{"messageId":"213d_70a7","contentType":"application/json"},'
        '"data":"{\\"response\\":null}"}'
    )


def test_a_tap_changes_nothing_by_its_response() -> None:
    answer = json.loads(acknowledgement(Frame("CALLBACK", frames.TAPS, "m1", "{}")))
    assert json.loads(answer["data"]) == {"response": {}}


def test_a_ping_is_answered_with_its_own_data_and_an_unknown_topic_with_404() -> None:
    ping = Frame("SYSTEM", "ping", "m1", '{"opaque":"123-dsfs"}')
    assert json.loads(acknowledgement(ping, data=ping.data))["data"] == '{"opaque":"123-dsfs"}'
    refused = json.loads(acknowledgement(Frame("EVENT", "*", "m1", "{}"), frames.NO_SUCH_TOPIC))
    assert (refused["code"], refused["data"]) == (404, "{}")


def test_the_header_of_one_sample_is_spelled_otherwise() -> None:
    assert read(SAMPLE.replace('"headers"', '"header"')) == read(SAMPLE)


def without(*path: str) -> bytes:
    whole = json.loads(SAMPLE)
    at = whole
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        without("type"),
        without("headers"),
        without("headers", "topic"),
        without("headers", "messageId"),
        SAMPLE.replace('"213d_70a7"', "7").encode(),
        SAMPLE.replace('"213d_70a7"', '""').encode(),
        SAMPLE.replace("213d_70a7", "7" * 201).encode(),
        SAMPLE.replace('"CALLBACK"', "[]").encode(),
        json.dumps(json.loads(SAMPLE) | {"data": {"msgtype": "text"}}).encode(),
        json.dumps(json.loads(SAMPLE) | {"headers": []}).encode(),
    ],
)
def test_what_is_no_frame(text: bytes) -> None:
    assert read(text) is None


def test_what_people_write_shows_in_no_log() -> None:
    assert "秘密" not in repr(Frame("CALLBACK", frames.MESSAGES, "m1", "秘密"))
