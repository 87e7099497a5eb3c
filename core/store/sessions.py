"""The address under which one message may be answered for a while (DingTalk's sessionWebhook): such an answer costs
none of the month's calls.

Whoever knows it can write into that chat, so it is a secret: it is kept sealed, on the outbox row of the answer alone,
until that is sent, and stands in no log.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MARGIN = timedelta(seconds=60)  # by the platform's clock it may end earlier than by ours


@dataclass(frozen=True, slots=True)
class Session:
    """The address, and when it ends by the platform's word."""

    url: str = field(repr=False)
    until: datetime

    def works(self, now: datetime) -> bool:
        """May an answer still be sent there?"""
        return now < self.until - MARGIN


def packed(session: Session) -> str:
    """Both in one text, to be sealed."""
    return f"{round(session.until.timestamp() * 1000)} {session.url}"


def unpacked(text: str) -> Session | None:
    """What `packed` made; None if it did not make this."""
    until, _, url = text.partition(" ")
    if not (until.isascii() and until.isdigit() and len(until) <= 14 and url):
        return None
    return Session(url, datetime.fromtimestamp(int(until) / 1000, UTC))
