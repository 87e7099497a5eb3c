"""The other half of a channel: how an event comes in and how it is answered.

`cards/channel.py` is the half that sends. A `Door` is used by the web routes and, to finish events that died on the
way, by the sweeper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.inbound import Inbound


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, reduced to what verification needs."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """A genuine event: its decrypted content, and what it says."""

    raw: bytes
    inbound: Inbound


@dataclass(frozen=True, slots=True)
class Echo:
    """A genuine address verification (GET): answer with exactly `body`."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Not genuine, too old, too large or malformed. `why` is for counting and for the log, never for the sender."""

    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back on the wire. An empty body says "taken"."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200


class Door(Protocol):
    """How one platform's events come in."""

    name: str
    answer_seconds: float
    """So long the platform may be made to wait for a text: what takes longer is sent as a message."""

    def verify(self, request: Request, now: datetime) -> Verified | Echo | Refused:
        """Check that the platform sent this: signature, freshness, receiver, size. Touches no database."""
        ...

    def parse(self, raw: bytes) -> Inbound:
        """The event in `raw`, as `verify` read it when it came. Total: never raises for content."""
        ...

    def answer(self, inbound: Inbound, text: str | None, now: datetime) -> Answer:
        """The synchronous answer: `text` if it is given (the caller made sure that it fits), else "taken"."""
        ...

    @property
    def text_bytes(self) -> int:
        """The longest text in bytes that `answer` can carry."""
        ...
