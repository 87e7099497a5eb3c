"""HTTP mode: how a message or a tap travels to the app's addresses. No signature covers the body.

The signature is made here on its own, on purpose: the app has its own, and each checks the other.
Sources: open.dingtalk.com/document/development/receive-message (`timestamp`, `sign`), event-callback-card
(`x-ddpaas-…`: the timestamp alone is signed). That nothing is repeated is our reading: the documents say nothing.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import httpx

from bot.sandbox.dingtalk.card_rules import JSON
from bot.sandbox.dingtalk.events import milliseconds

MESSAGE_SECONDS, TAP_SECONDS = 2.5, 2.0
_authorities = cache(httpx.create_ssl_context)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery. `status` is HTTP's or the acknowledgement's code, 0 if there was no answer: `error` says why, or
    what was wrong with it. `answer` is what the app answered, `connection` the Stream connection that brought it."""

    status: int
    seconds: float
    error: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    connection: str = ""

    @property
    def taken(self) -> bool:
        """Whether DingTalk regards the event as received."""
        return self.status == 200 and not self.error


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that happened to one event so far. `body` is the message or the tap as it was told, `message_id` that
    of its Stream frame."""

    event: str
    body: JSON
    attempts: tuple[Attempt, ...]
    message_id: str = ""

    @property
    def taken(self) -> bool:
        """Whether the app took it at last."""
        return any(attempt.taken for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class Route:
    """An address that was registered for taps, with the secret to sign them by, if there is one."""

    url: str
    secret: str = ""


class Postman:
    """Carries what happened to the app's addresses. Timeouts in seconds."""

    def __init__(
        self,
        secret: str,
        clock: Callable[[], datetime],
        *,
        message_seconds: float = MESSAGE_SECONDS,
        tap_seconds: float = TAP_SECONDS,
    ) -> None:
        self._secret, self._clock = secret, clock
        self._message_seconds, self._tap_seconds = message_seconds, tap_seconds
        # A fresh connection each time, as the platform's many machines make them; no proxy of the environment.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(limits=limits, trust_env=False, follow_redirects=False, verify=_authorities())

    def post_message(self, url: str, body: JSON) -> Attempt:
        """A message to the robot, signed with the app's secret."""
        stamp = str(milliseconds(self._clock()))
        signed = _sign(self._secret, f"{stamp}\n{self._secret}")
        return self._post(url, body, {"timestamp": stamp, "sign": signed}, self._message_seconds)

    def post_tap(self, route: Route, body: JSON) -> Attempt:
        """A tap, signed if the address was registered with a secret."""
        stamp = str(milliseconds(self._clock()))
        signed = {"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": _sign(route.secret, stamp)}
        return self._post(route.url, body, signed if route.secret else {}, self._tap_seconds)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, url: str, body: JSON, headers: Mapping[str, str], seconds: float) -> Attempt:
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        started = time.monotonic()
        try:
            answer = self._http.post(url, content=raw, headers=headers, timeout=seconds)
        except httpx.HTTPError as error:
            return Attempt(0, time.monotonic() - started, type(error).__name__)
        said, error_ = _read(answer) if answer.status_code == 200 else ({}, "")
        return Attempt(answer.status_code, time.monotonic() - started, error_, said)


def _read(answer: httpx.Response) -> tuple[Mapping[str, Any], str]:
    if not answer.content:
        return {}, ""
    try:
        found = answer.json()
    except ValueError:
        return {}, "the answer is no JSON"
    return (found, "") if isinstance(found, Mapping) else ({}, "the answer is no JSON object")


def _sign(secret: str, text: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
