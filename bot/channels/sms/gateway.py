"""短信: handing short messages over to a gateway, by HTTP.

    POST <TUOLING_SMS_URL>
    Content-Type: application/json; charset=utf-8
    X-Tuoling-Timestamp: 1795744800                seconds since 1970
    X-Tuoling-Signature: hex of HMAC-SHA256(TUOLING_SMS_KEY, timestamp + LF + body)

    {"phone": "13800001111", "text": "【签名】…", "id": "…"}

What the gateway answers with matters by its status alone. Under one `id` it sends once, however often it is asked.
"""

import json
from datetime import datetime

import requests

from bot.channels.signing import signed_headers
from bot.channels.wire import Wire, fault_of_exchange, taken
from cards.channel import Fault, Pace, Sent
from core.store.post import SMS
from core.store.unit import Clock

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
MOST_BYTES = 64 * 1024
# Operators block a number that gets more, and nobody reads ten of them: a burst is spread, and what is done meanwhile
# is not sent.
PACE = Pace(per_minute=1, per_hour=5, app_per_minute=120)


class SmsGateway:
    """The gateway at `url`; requests are signed with `key`. Texts begin with `sign`."""

    name = SMS
    pace = PACE

    def __init__(self, url: str, key: str, sign: str, clock: Clock, *, read_seconds: float = READ_SECONDS) -> None:
        self.sign = sign
        self._url, self._key, self._clock = url, key.encode(), clock
        self._wire = Wire(CONNECT_SECONDS, read_seconds, MOST_BYTES)

    def send(self, phone: str, text: str, key: str) -> Sent | Fault:
        """See `Texting`."""
        body = json.dumps({"phone": phone, "text": text, "id": key}, ensure_ascii=False).encode()
        try:
            answer = self._wire.request("post", self._url, data=body, headers=self._headers(body, self._clock()))
        except requests.RequestException as broken:
            return fault_of_exchange(broken)
        return taken(answer)

    def _headers(self, body: bytes, now: datetime) -> dict[str, str]:
        return {"Content-Type": "application/json; charset=utf-8", **signed_headers(self._key, now, body)}
