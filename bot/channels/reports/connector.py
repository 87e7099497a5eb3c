"""外部报告: asking a provider for a report on an applicant, by HTTP as its file in `reports/` says.

    POST <url>
    Content-Type: application/json; charset=utf-8
    Idempotency-Key: …                       the same whenever the same report is asked for
    X-Tuoling-Timestamp: 1795744800          seconds since 1970, of this attempt
    X-Tuoling-Signature: hex of HMAC-SHA256(secret, timestamp + LF + body)

    {"id_number": "…", …}                    the items of `send`, each a text

The answer is a JSON object of at most 256 KB; what it means, `answers` says. A report that comes later is asked for by
GET, which signs timestamp + LF + path and query instead, or is brought: a POST signed in the same way with the same
secret. With `bearer` there is no signature, and the secret itself is sent: `Authorization: Bearer …`.

Only hosts of TUOLING_REPORT_HOSTS are called, and of their addresses only those of the open internet, unless an address
stands there itself: who writes `reports/` does not decide where personal data goes.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

import requests
from pydantic import SecretStr

from bot.channels.addresses import Addresses, LookUp, look_up
from bot.channels.breaker import Breaker
from bot.channels.reports.answers import MOST_BYTES, Outcome, brought_as, is_reference, meant
from bot.channels.signing import is_fresh, is_same, is_signed, signed_headers
from bot.channels.wire import BarredHost, Wire, fault_of_exchange
from cards.channel import Misconfigured, NoReport, Reported, Resting, Retry
from config.settings import REPORT_HOSTS
from core.risk.providers import IDENTITY, REFERENCE, Exchange, Item, Signing, host_of
from core.store.unit import Clock

_CONNECT_SHARE, _MOST_CONNECT = 0.25, 3.0  # of the time for all: connecting, agreeing on a cipher, and sending


class ReportConnector:
    """Asks the providers whose `hosts` are allowed. `secrets` gives those in a variable, the newest first (see
    `Settings.secrets_in`). Threads may share it. See `Reporting`."""

    def __init__(
        self,
        hosts: Collection[str],
        secrets: Callable[[str], Sequence[SecretStr]],
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        look_up: LookUp = look_up,
    ) -> None:
        self._hosts, self._secrets, self._clock = frozenset(hosts), secrets, clock
        self._addresses = Addresses(self._hosts, look_up)
        self._breaker = Breaker("reports", self._hosts, monotonic=monotonic)
        self._wires: dict[timedelta, Wire] = {}

    def ask(self, exchange: Exchange, key: str, items: Mapping[Item, str]) -> Outcome | Resting:
        """See `Reporting`. Of who has nothing that says who he is nobody is asked."""
        sent = {name: items[item] for name, item in exchange.send if items.get(item)}
        if not any(item in IDENTITY and items.get(item) for _, item in exchange.send):
            return NoReport("nothing to ask by")
        body = json.dumps(sent, ensure_ascii=False).encode()
        return self._called(exchange, exchange.url, key, body)

    def poll(self, exchange: Exchange, key: str, reference: str) -> Outcome | Resting:
        """See `Reporting`."""
        if exchange.polling is None or not is_reference(reference):
            return Misconfigured("nothing to poll")
        url = exchange.polling.url.replace(REFERENCE, quote(reference, safe=""))
        return self._called(exchange, url, key, None, reference)

    def brought(
        self, exchange: Exchange, headers: Mapping[str, str], body: bytes
    ) -> tuple[str, Reported | NoReport] | None:
        """See `Reporting`. The same may be brought again, within the five minutes for which its signature is good:
        under one key it is one report."""
        if not exchange.calls_back or len(body) > MOST_BYTES:
            return None
        keys = [secret.get_secret_value() for secret in self._secrets(exchange.secret)]
        given = {name.lower(): value for name, value in headers.items()}
        if not self._is_theirs(exchange.signing, keys, given, body):
            return None
        return brought_as(exchange, body)

    def _is_theirs(self, signing: Signing, keys: Sequence[str], given: Mapping[str, str], body: bytes) -> bool:
        if signing is Signing.BEARER:
            right = [is_same(f"Bearer {key}", given.get("authorization", "")) for key in keys]
            return any(right)
        timestamp = given.get("x-tuoling-timestamp", "")
        genuine = is_signed([key.encode() for key in keys], timestamp, given.get("x-tuoling-signature", ""), body)
        return genuine and is_fresh(timestamp, self._clock())

    def _called(
        self, exchange: Exchange, url: str, key: str, body: bytes | None, reference: str = ""
    ) -> Outcome | Resting:
        """Ask (with a `body`), or ask again for what was promised under `reference`."""
        host = host_of(url)
        secret = next((each.get_secret_value() for each in self._secrets(exchange.secret)), None)
        if host not in self._hosts:
            return Misconfigured(f"{host} is not in {REPORT_HOSTS}")
        if secret is None:
            return Misconfigured(f"{exchange.secret} is not set")
        rest = self._breaker.rest(host, exchange.timeout.total_seconds())
        if rest is not None:
            return Resting(rest)
        headers = {"Idempotency-Key": key, **self._shown(exchange.signing, secret, url, body)}
        try:
            answer = self._wire(exchange).request("get" if body is None else "post", url, data=body, headers=headers)
            outcome = meant(exchange, answer, reference)
        except BarredHost as barred:
            outcome = Misconfigured(f"{barred.why}, or is named in {REPORT_HOSTS}")
        except requests.RequestException as broken:
            outcome = fault_of_exchange(broken)
        self._breaker.note(host, failed=isinstance(outcome, Retry))
        return outcome

    def _shown(self, signing: Signing, secret: str, url: str, body: bytes | None) -> dict[str, str]:
        """The headers that show that it is us."""
        kind = {"Content-Type": "application/json; charset=utf-8"} if body is not None else {}
        if signing is Signing.BEARER:
            return {**kind, "Authorization": f"Bearer {secret}"}
        signed = requests.Request("GET", url).prepare().path_url.encode() if body is None else body
        return {**kind, **signed_headers(secret.encode(), self._clock(), signed)}

    def _wire(self, exchange: Exchange) -> Wire:
        """Connections for exchanges of this length."""
        if exchange.timeout not in self._wires:
            whole = exchange.timeout.total_seconds()
            connect = min(whole * _CONNECT_SHARE, _MOST_CONNECT)
            self._wires[exchange.timeout] = Wire(connect, whole, MOST_BYTES, whole=whole, addresses=self._addresses)
        return self._wires[exchange.timeout]
