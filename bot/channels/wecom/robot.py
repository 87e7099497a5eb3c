"""Robots of groups (群机器人, 消息推送): whoever has a robot's key sends into its group by one request.

    POST <WECOM_API_BASE>/cgi-bin/webhook/send?key=…
    {"msgtype": "text", "text": {"content": "…"}}
    {"msgtype": "image", "image": {"base64": "…", "md5": "…"}}

The key is a secret, and stands in the URL: the company's YAML and the outbox know the name of its variable alone, and
no log has the URL. Source: developer.work.weixin.qq.com/document/path/99110. There is no key of a message: what is sent
twice arrives twice.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import requests

from bot.channels.wecom.faults import fault_of
from bot.channels.wire import BadAnswer, Wire, fault_of_exchange
from cards.channel import Fault, Misconfigured, Permanent, Retry, Sent, Unsent, Vanished

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0  # a picture of 2 MB has to get there
PICTURE_BYTES = 2 * 1024 * 1024
_MOST_BYTES = 64 * 1024
# The key is wrong or the robot was deleted; it was switched off; it is in no group any more.
_VANISHED = frozenset({93000, 93004, 93008})


class Robots:
    """The robots whose keys `secret_of` knows, by the names of their variables. Threads may share it."""

    def __init__(
        self, api_base: str, secret_of: Callable[[str], str | None], *, read_seconds: float = READ_SECONDS
    ) -> None:
        self._url = f"{api_base.rstrip('/')}/cgi-bin/webhook/send"
        self._secret_of = secret_of
        self._wire = Wire(CONNECT_SECONDS, read_seconds, _MOST_BYTES)

    def tell(self, variable: str, text: str) -> Sent | Vanished | Fault:
        """Send plain text of at most 2048 bytes."""
        return self._send(variable, {"msgtype": "text", "text": {"content": text}})

    def show(self, variable: str, png: bytes) -> Sent | Vanished | Unsent | Fault:
        """Send a picture of at most 2 MB. It is handed over with the message: a refusal, and that nobody answered,
        means that nobody has it."""
        if len(png) > PICTURE_BYTES:
            return Unsent(Permanent("the picture is too large for a robot"))
        digest = hashlib.md5(png, usedforsecurity=False).hexdigest()
        content = {"base64": base64.b64encode(png).decode(), "md5": digest}
        outcome = self._send(variable, {"msgtype": "image", "image": content})
        return Unsent(outcome) if isinstance(outcome, Permanent | Retry) and not outcome.maybe_sent else outcome

    def _send(self, variable: str, message: dict[str, Any]) -> Sent | Vanished | Fault:
        key = self._secret_of(variable)
        if key is None:
            return Misconfigured(f"{variable} is not set")
        body = json.dumps(message, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            answer = self._wire.request("post", self._url, params={"key": key}, data=body, headers=headers)
            return _outcome(answer)
        except requests.RequestException as broken:
            return fault_of_exchange(broken)


def _outcome(answer: requests.Response) -> Sent | Vanished | Fault:
    if answer.status_code >= 400:
        failed = answer.status_code >= 500
        return Retry(5.0 if failed else 60.0, f"HTTP {answer.status_code}", maybe_sent=failed)
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise BadAnswer("no JSON") from None
    errcode = said.get("errcode") if isinstance(said, dict) else None
    if type(errcode) is not int:
        raise BadAnswer("JSON of another kind")
    if errcode == 0:
        return Sent()
    return Vanished(f"errcode {errcode}") if errcode in _VANISHED else fault_of(errcode)
