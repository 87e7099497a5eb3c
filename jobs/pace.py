"""How fast we send: a platform drops what comes too fast without an error, so we wait.

The limits are counted from what was sent, across all processes: rows of one person go one at a time, so his count is
exact; that of the whole app is as exact as the batches of several relays at once are small. Where a platform says all
the same that it was too much (others may use up what it allows the whole company), nothing more is asked of it until
that is over.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cards.channel import Channel, Pace, Quota, Texting
from core.store import outbox_sent, post
from core.store.outbox import Kind, OutboxRow
from core.store.outbox_lease import Room

FOR_REMINDERS = 2, 3  # so much of what one member may get is for reminders; the rest is kept for answers and money
OF_APP = 5, 6  # and so much of what the whole app may send, be it that all are reminded of something at once
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Paced:
    """Not sent yet: it would be more than the platform lets through. Wait `after` seconds. `calls`: for a call of the
    month's."""

    after: float
    calls: bool = False


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


class Limited:
    """What a platform has refused because one of its limits was reached. Each process finds out by itself, by a call or
    two: all the rows that wait would be as many calls, each of them against the platform's word. Threads may share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, tuple[datetime, timedelta]] = {}

    def note(self, row: OutboxRow, now: datetime, refused: Quota) -> None:
        """It refused this row, and with it what `refused` says."""
        span = timedelta(seconds=refused.after)
        name = row.channel if refused.everything else _counted(row) if refused.counted else _interface(row)
        with self._lock:
            self._until[name] = now + span, span

    def waits(self, row: OutboxRow, now: datetime, *, free: bool = False) -> Paced | None:
        """How long this row is not to be tried; None if it may be. `free`: it asks nothing that the platform counts."""
        names = (row.channel,) if free else (row.channel, _counted(row), _interface(row), *_messages(row))
        with self._lock:
            found = [self._until.get(name, (now, MINUTE)) for name in names]
        # More than was to be waited: the clock has been put back since.
        left = {
            name: until - now
            for name, (until, span) in zip(names, found, strict=True)
            if timedelta(0) < until - now <= span
        }
        return Paced(max(left.values()).total_seconds(), calls=_counted(row) in left) if left else None


def _counted(row: OutboxRow) -> str:
    return f"{row.channel}:counted"


def _messages(row: OutboxRow) -> tuple[str, ...]:
    """Of a file, which is uploaded and then sent by the interface of messages: that one too. What its upload was
    refused for holds up no message."""
    is_file = row.kind in (Kind.EXPORT, Kind.FILE, Kind.LATER) and post.group_of(row.target) is None
    return (f"{row.channel}:{Kind.SAY}",) if is_file else ()


def _interface(row: OutboxRow) -> str:
    """What has a limit of its own: each group's robot, and each thing that is asked of the platform."""
    if post.group_of(row.target) is not None:
        return row.target
    return f"{row.channel}:{Kind.SAY if row.kind in (Kind.SHOW, Kind.PICTURE) else row.kind}"
