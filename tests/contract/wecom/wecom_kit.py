"""One channel against one scripted platform."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wecom_server import Platform
from wecom_tokens import InMemoryTokenStore

from bot.channels.tokens import SharedToken
from bot.channels.wecom.channel import WeComChannel
from bot.channels.wecom.client import WeComApi, WeComClient
from cards.actions import Signer
from cards.lead_actions import ClaimLead
from cards.model import Button, Card, Field, Style

CORP, AGENT, SECRET = "ww1436e0e65a779aee", 1000002, "very-secret-app-secret"
NAME = f"wecom:{CORP}:{AGENT}"
SIGNER = Signer({"k1": b"k" * 32}, f"wecom:{CORP}:{AGENT}")
CARD = Card(
    title="线索 L1024",
    fields=(Field("姓名", "巴**·孟*"), Field("需求", "房抵 50万")),
    buttons=(Button("领取", ClaimLead(1024), Style.PRIMARY),),
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Process:
    """What one process of the product has: an API client, a token source over the shared store, a channel."""

    def __init__(
        self, platform: Platform, store: InMemoryTokenStore, clock: Callable[[], datetime], **bounds: float
    ) -> None:
        self.api = WeComApi(CORP, SECRET, platform.base, **({"connect_seconds": 1.0, "read_seconds": 3.0} | bounds))
        self.tokens = SharedToken(NAME, store, self.api.fetch_token, clock)
        self.client = WeComClient(self.api, self.tokens)
        self.channel = WeComChannel(self.client, agent_id=AGENT, signer=SIGNER, clock=clock)
