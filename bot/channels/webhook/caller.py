"""Webhooks: telling other systems what happened, by the Standard Webhooks specification (standardwebhooks.com).

    POST <the address in automation.yaml>
    Content-Type: application/json; charset=utf-8
    webhook-id: msg_…                   the same whenever the same is told again
    webhook-timestamp: 1795744800       seconds since 1970, of this attempt
    webhook-signature: v1,<base64 of HMAC-SHA256(key, id + "." + timestamp + "." + body)>

The key is what TUOLING_WEBHOOK_KEY holds in base64 behind `whsec_`. Only hosts that TUOLING_WEBHOOK_HOSTS names are
called: who writes the rules of automation does not decide where data goes.

A receiver that fails is left alone for a while, longer each time, and what waits for it takes no turns: were each row
to wait for its own timeout, one dead system would hold up everybody's cards.
"""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from bot.channels.wire import Wire, fault_of_exchange, taken
from cards.channel import Fault, Misconfigured, Resting, Retry, Sent
from core.store.unit import Clock

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
MOST_BYTES = 64 * 1024
RESTS = (1.0, 5.0, 15.0, 30.0, 60.0)  # seconds, after so many failures in a row
_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The key in a secret `whsec_…`.

    Raises:
        ValueError: it is none.
    """
    if not secret.startswith(_PREFIX):
        raise ValueError("no secret of Standard Webhooks")
    return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)


def signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """How a request is signed."""
    mac = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(mac).decode()}"


def message_id(key: str) -> str:
    """The id under which the outbox row with this key is told, however often."""
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"


@dataclass(slots=True)
class _Failing:
    """A host that failed so many times in a row, and the monotonic time until which it is left alone."""

    times: int
    until: float


class WebhookCaller:
    """Calls the hosts that are allowed. Threads may share it."""

    def __init__(
        self,
        key: bytes,
        hosts: Collection[str],
        clock: Clock,
        *,
        read_seconds: float = READ_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key, self._hosts, self._clock, self._monotonic = key, frozenset(hosts), clock, monotonic
        self._wire = Wire(CONNECT_SECONDS, read_seconds, MOST_BYTES)
        self._lock = threading.Lock()
        self._failing: dict[str, _Failing] = {}

    def call(self, url: str, body: bytes, key: str) -> Sent | Fault | Resting:
        """Tell `url` the body; `key` is the same whenever the same is told."""
        host = (urlsplit(url).hostname or "").lower()
        if host not in self._hosts:
            return Misconfigured(f"{host} is not in TUOLING_WEBHOOK_HOSTS")
        rest = self._rest(host)
        if rest is not None:
            return Resting(rest)
        try:
            outcome = taken(self._wire.request("post", url, data=body, headers=self._headers(body, key)))
        except requests.RequestException as broken:
            outcome = fault_of_exchange(broken)
        self._note(host, failed=isinstance(outcome, Retry))
        return outcome

    def _headers(self, body: bytes, key: str) -> dict[str, str]:
        told, timestamp = message_id(key), str(int(self._clock().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "webhook-id": told,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self._key, told, timestamp, body),
        }

    def _rest(self, host: str) -> float | None:
        """How long this host is left alone yet; who finds that over has the next try, and others wait for him."""
        with self._lock:
            failing = self._failing.get(host)
            if failing is None:
                return None
            left = failing.until - self._monotonic()
            if left > 0:
                return left
            failing.until = self._monotonic() + CONNECT_SECONDS + READ_SECONDS
            return None

    def _note(self, host: str, *, failed: bool) -> None:
        with self._lock:
            if not failed:
                self._failing.pop(host, None)
                return
            times = self._failing[host].times + 1 if host in self._failing else 1
            rest = RESTS[min(times, len(RESTS)) - 1]
            self._failing[host] = _Failing(times, self._monotonic() + rest)
