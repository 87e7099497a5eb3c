"""A channel that pushes leads: it signs as the manual says, or as a test wants it wrong."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from kit.clock import Clock
from werkzeug.test import TestResponse

KEY, SECRET = "douyin", "the-secret-of-the-douyin-channel"
OLD_SECRET = "the-secret-before-of-the-channel"
OTHER_KEY, OTHER_SECRET = "kuaishou", "the-secret-of-the-other-channel"
PATH = "/api/leads"
NAME, PHONE = "巴特尔·孟和", "13947100001"
LEAD = {"name": NAME, "phone": PHONE, "region": "呼市新城区", "product": "房抵", "amount": "50万"}
CHANNELS = f"""
channels:
  - name: 抖音
    key: {KEY}
    secret: TUOLING_CHANNEL_DOUYIN
    per_minute: 6
  - name: 快手
    key: {OTHER_KEY}
    secret: TUOLING_CHANNEL_KUAISHOU
  - name: 百度
    key: baidu
    secret: TUOLING_CHANNEL_BAIDU
"""
SECRETS_OF_CHANNELS = {
    "TUOLING_CHANNEL_DOUYIN": SECRET,
    "TUOLING_CHANNEL_DOUYIN_OLD": OLD_SECRET,
    "TUOLING_CHANNEL_KUAISHOU": OTHER_SECRET,
}


@dataclass(slots=True)
class Sender:
    """One channel at its end of the line."""

    client: FlaskClient
    clock: Clock
    key: str = KEY
    secret: str = SECRET
    numbers: Any = field(default_factory=lambda: count(1))

    def push(self, lead: Any = None, idempotency_key: str | None = None, **headers: str | None) -> TestResponse:
        """Push a lead (or these bytes); `headers` replace what would be sent, None leaves one out."""
        body = lead if isinstance(lead, bytes) else json.dumps(LEAD if lead is None else lead).encode()
        signed = self.signed(body, idempotency_key or f"lead-{next(self.numbers)}")
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in (signed | changed).items() if value is not None}
        return self.client.post(PATH, data=body, headers=sent, content_type="application/json")

    def signed(self, body: bytes, idempotency_key: str, at: float | None = None) -> Mapping[str, str | None]:
        """The headers of a genuine request."""
        timestamp = str(int(at if at is not None else self.clock().timestamp()))
        message = f"{timestamp}\n{idempotency_key}\n".encode() + body
        return {
            "X-Tuoling-Key": self.key,
            "X-Tuoling-Timestamp": timestamp,
            "X-Tuoling-Signature": hmac.digest(self.secret.encode(), message, "sha256").hex(),
            "Idempotency-Key": idempotency_key,
        }
