"""Webhooks: telling other systems what happened, by the Standard Webhooks specification (standardwebhooks.com).

    POST <the address in automation.yaml>
    Content-Type: application/json; charset=utf-8
    webhook-id: msg_…                   the same whenever the same is told again
    webhook-timestamp: 1795744800       seconds since 1970, of this attempt
    webhook-signature: v1,<base64 of HMAC-SHA256(key, id + "." + timestamp + "." + body)>

The key is what TUOLING_WEBHOOK_KEY holds in base64 behind `whsec_`. Only hosts that TUOLING_WEBHOOK_HOSTS names are
called: who writes the rules of automation does not decide where data goes.

A receiver that fails is left alone for a while (see `breaker`).
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

import requests

from bot.channels.breaker import Breaker
from bot.channels.wire import Wire, fault_of_exchange, taken
from cards.channel import Fault, Misconfigured, Resting, Retry, Sent
from core.store.unit import Clock

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
MOST_BYTES = 64 * 1024
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
        self._key, self._hosts, self._clock = key, frozenset(hosts), clock
        self._wire = Wire(CONNECT_SECONDS, read_seconds, MOST_BYTES)
        self._breaker = Breaker("webhook", self._hosts, monotonic=monotonic)

    def call(self, url: str, body: bytes, key: str) -> Sent | Fault | Resting:
        """Tell `url` the body; `key` is the same whenever the same is told."""
        host = (urlsplit(url).hostname or "").lower()
        if host not in self._hosts:
            return Misconfigured(f"{host} is not in TUOLING_WEBHOOK_HOSTS")
        rest = self._breaker.rest(host, CONNECT_SECONDS + READ_SECONDS)
        if rest is not None:
            return Resting(rest)
        try:
            outcome = taken(self._wire.request("post", url, data=body, headers=self._headers(body, key)))
        except requests.RequestException as broken:
            outcome = fault_of_exchange(broken)
        self._breaker.note(host, failed=isinstance(outcome, Retry))
        return outcome

    def _headers(self, body: bytes, key: str) -> dict[str, str]:
        told, timestamp = message_id(key), str(int(self._clock().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "webhook-id": told,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self._key, told, timestamp, body),
        }
