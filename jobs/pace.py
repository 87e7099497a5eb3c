"""How fast we send: a platform drops what comes too fast without an error, so we wait.

The limits are counted from what was sent, across all processes: rows of one person go one at a time, so his count is
exact; that of the whole app is as exact as the batches of several relays at once are small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cards.channel import Channel, Pace, Texting
from core.store import outbox_sent
from core.store.outbox_lease import Room

FOR_REMINDERS = 2, 3  # so much of what one member may get is for reminders; the rest is kept for answers and money
OF_APP = 5, 6  # and so much of what the whole app may send, be it that all are reminded of something at once
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Paced:
    """Not sent yet: it would be more than the platform lets through. Wait `after` seconds."""

    after: float


def for_reminders(pace: Pace) -> Pace:
    """The part of the pace that reminders may use up: who gets many of them is answered all the same, and so are all
    when everybody gets one."""
    (part, whole), (app_part, app_whole) = FOR_REMINDERS, OF_APP
    return Pace(
        per_minute=max(1, pace.per_minute * part // whole),
        per_hour=max(1, pace.per_hour * part // whole),
        app_per_minute=max(1, pace.app_per_minute * app_part // app_whole),
    )


def rooms(session: Session, channels: Mapping[str, Channel | Texting], now: datetime) -> dict[str, Room]:
    """How many rows each channel may still send for the whole app in this minute."""
    found = {}
    for name, channel in channels.items():
        most, reminders = channel.pace.app_per_minute, for_reminders(channel.pace).app_per_minute
        sent = outbox_sent.sent_since(session, name, now - MINUTE, most, now=now)
        found[name] = Room(max(0, most - sent), max(0, reminders - sent))
    return found


def paced(session: Session, target: str, pace: Pace, now: datetime) -> Paced | None:
    """How long `target` has to wait for its next message; None if not at all."""
    times = outbox_sent.sent_times(session, target, now - HOUR, pace.per_hour, now=now)
    minute = [at for at in times if at > now - MINUTE]
    if len(minute) >= pace.per_minute:
        return Paced((minute[pace.per_minute - 1] + MINUTE - now).total_seconds())
    if len(times) >= pace.per_hour:
        return Paced((times[-1] + HOUR - now).total_seconds())
    return None
