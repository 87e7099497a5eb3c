"""A gateway for short messages behind real HTTP: it checks the signature and knows an id it has had.

with gateway_at_work() as gateway:
    gateway.answers.append((503, {}))     # the next answer; after these it takes what comes
    ...
    assert gateway.arrived == [Arrived("13947100009", "【青城助贷】…", "deadlines:1")]
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from kit.receiving import Answer, receiving

KEY = "key-of-the-short-messages-0123456789"
SIGN = "青城助贷"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A short message on a phone."""

    phone: str
    text: str
    id: str


@dataclass
class Gateway:
    """What it answers next, what was asked of it, and what arrived. `drops`: it takes the next one, and the connection
    breaks before the answer."""

    url: str = ""
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    drops: bool = False
    body: bytes = b"{}"
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """The settings that lead here."""
        return {"TUOLING_SMS_URL": self.url, "TUOLING_SMS_KEY": KEY, "TUOLING_SMS_SIGN": SIGN}

    def answer(self, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """One request: its answer, if the connection holds."""
        status, more = self.take(headers, body)
        if self.drops:
            self.drops = False
            return None
        return Answer(status, more, self.body)

    def take(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        """What a request comes to."""
        self.headers.append(headers)
        signed = f"{headers['X-Tuoling-Timestamp']}\n".encode() + body
        if headers["X-Tuoling-Signature"] != hmac.new(KEY.encode(), signed, "sha256").hexdigest():
            return 401, {}
        message = Arrived(**json.loads(body))
        self.asked.append(message.id)
        if self.answers:
            return self.answers.pop(0)
        if message.id not in {each.id for each in self.arrived}:
            self.arrived.append(message)
        return 200, {}


@contextmanager
def gateway_at_work() -> Iterator[Gateway]:
    """A gateway on a free port until the block ends."""
    gateway = Gateway()
    with receiving(gateway.answer) as base:
        gateway.url = f"{base}/send"
        yield gateway
