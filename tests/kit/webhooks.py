"""Another system that is told by webhook, behind real HTTP: it checks each signature by itself.

with other_system() as other:
    other.answers.append(500)     # the next answers; after these it takes what comes
    ...
    assert [told["type"] for told in other.told] == ["lead.tags"]
"""

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kit.receiving import Answer, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class OtherSystem:
    """What it answers next (an `Answer`, or a status), the ids of what it was asked, and what it took, each once."""

    url: str = ""
    answers: list[int | Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    _had: set[str] = field(default_factory=set)

    @property
    def environ(self) -> dict[str, str]:
        """The settings that lead here."""
        return {"TUOLING_WEBHOOK_KEY": SECRET, "TUOLING_WEBHOOK_HOSTS": "127.0.0.1"}

    def answer(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request."""
        given = {name.lower(): value for name, value in headers.items()}
        number, timestamp = given["webhook-id"], given["webhook-timestamp"]
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        right = hmac.new(key, f"{number}.{timestamp}.".encode() + body, "sha256").digest()
        if given["webhook-signature"] != f"v1,{base64.b64encode(right).decode()}":
            self.forged += 1
            return Answer(401)
        self.asked.append(number)
        if self.answers:
            said = self.answers.pop(0)
            return Answer(said) if isinstance(said, int) else said
        if number not in self._had:
            self._had.add(number)
            self.told.append(json.loads(body))
        return Answer(204, body=b"")


@contextmanager
def other_system() -> Iterator[OtherSystem]:
    """One on a free port until the block ends."""
    other = OtherSystem()
    with receiving(other.answer) as base:
        other.url = f"{base}/hooks"
        yield other
