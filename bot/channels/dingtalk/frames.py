"""The frames of DingTalk's Stream mode, as text in and out. Pure: no socket, no clock.

A frame is one JSON object, and its `data` is JSON once more, in a string. Each frame of type CALLBACK is to be
acknowledged under its `messageId`, on the connection that brought it, within 3 seconds (a tap: 2).
Source: open-dingtalk/developerpedia, docs/learn/stream/protocol.
"""

import json
from dataclasses import dataclass, field

MESSAGES = "/v1.0/im/bot/messages/get"
TAPS = "/v1.0/card/instances/callback"
TOPICS = (MESSAGES, TAPS)
"""What we subscribe to. Events of the organisation are not among it: who does not use them does not pay for them."""

OK, NO_SUCH_TOPIC, FAILED = 200, 404, 500
_SAID = {OK: "OK", NO_SUCH_TOPIC: "no such topic", FAILED: "failed"}

# Nothing comes of a message's response. That of a tap changes the card of whoever tapped: ours is changed for all, by
# the outbox, once the tap has been answered, so nothing is to be changed here.
ANSWERS = {MESSAGES: '{"response":null}', TAPS: '{"response":{}}'}

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `kind` is `SYSTEM`, `CALLBACK` or `EVENT`, `data` the JSON of the event, or of a SYSTEM frame's
    question. It holds what people write, and shows in no log."""

    kind: str
    topic: str
    message_id: str
    data: str = field(repr=False)


def read(text: str | bytes) -> Frame | None:
    """The frame in `text`; None if it is none: no JSON object, or without type, topic, message id or data. Fields that
    are not known do not matter. One sample of the platform's spells `headers` as `header`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    headers = found.get("headers", found.get("header")) if isinstance(found, dict) else None
    if not isinstance(headers, dict):
        return None
    kind, data = found.get("type"), found.get("data", "")
    topic, message_id = headers.get("topic"), headers.get("messageId")
    if not (isinstance(kind, str) and isinstance(data, str) and isinstance(topic, str) and isinstance(message_id, str)):
        return None
    if not kind or not topic or not 0 < len(message_id) <= _LONGEST_ID:
        return None
    return Frame(kind, topic, message_id, data)


def acknowledgement(frame: Frame, code: int = OK, data: str | None = None) -> str:
    """What is sent back for `frame`. `data` is JSON; without it, what its topic is answered with, or nothing."""
    said = data if data is not None else ANSWERS.get(frame.topic, "{}") if code == OK else "{}"
    headers = {"messageId": frame.message_id, "contentType": "application/json"}
    whole = {"code": code, "message": _SAID[code], "headers": headers, "data": said}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
