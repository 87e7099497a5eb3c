"""The frames of Stream mode: what is pushed, and whether what comes back acknowledges it. Pure: no socket.

Source: open-dingtalk/developerpedia, docs/learn/stream/protocol. `data` is JSON in a string, in both directions.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.dingtalk.events import milliseconds
from bot.sandbox.dingtalk.posting import Attempt


@dataclass(frozen=True, slots=True)
class Frame:
    """What is pushed. `data` is JSON, as text; `headers` come on top of those that every frame has."""

    kind: str
    topic: str
    data: str = field(repr=False)
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self, app_id: str, connection_id: str, now: datetime) -> str:
        """The frame as it goes to this connection."""
        headers = {
            "appId": app_id,
            "connectionId": connection_id,
            "messageId": self.message_id,
            "topic": self.topic,
            "contentType": "application/json",
            "time": str(milliseconds(now)),
            **self.headers,
        }
        whole = {"specVersion": "1.0", "type": self.kind, "headers": headers, "data": self.data}
        return json.dumps(whole, ensure_ascii=False)


def new_frame(kind: str, topic: str, data: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Frame:
    """A frame with a message id of its own."""
    message_id = f"{secrets.token_hex(8)}_{secrets.token_hex(4)}"
    return Frame(kind, topic, json.dumps(data, ensure_ascii=False), message_id, headers or {})


def judged(frame: Frame, found: Mapping[str, Any], seconds: float, connection_id: str) -> Attempt:
    """Is it an acknowledgement as the protocol wants it? `data` is JSON in a string; an EVENT's says SUCCESS."""
    code, data = found.get("code"), found.get("data")
    if not isinstance(code, int):
        return Attempt(0, seconds, "an acknowledgement without a code", connection=connection_id)
    if not isinstance(data, str):
        return Attempt(code, seconds, "the acknowledgement's data is no string", connection=connection_id)
    try:
        said = json.loads(data) if data else {}
    except ValueError:
        return Attempt(code, seconds, "the acknowledgement's data is no JSON", connection=connection_id)
    answer = said if isinstance(said, Mapping) else {}
    late = frame.kind == "EVENT" and answer.get("status") != "SUCCESS"
    return Attempt(code, seconds, "not SUCCESS" if late else "", answer, connection_id)
