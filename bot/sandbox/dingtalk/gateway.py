"""The Stream gateway: which connection gets a message, and what comes again.

Each message goes to ONE connection at random: load balancing, no fan-out. DingTalk's documents say that a message is
sent once (「fire-and-forget」); the official Node client and many reports say that one that was not acknowledged comes
again, after 60 s or sooner: `redelivery` says which of both it is.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.sandbox.dingtalk.frames import Frame
from bot.sandbox.dingtalk.lines import ACK_SECONDS, Connection, Lines
from bot.sandbox.dingtalk.posting import Attempt

REPETITIONS = 3
_TICK_SECONDS = 0.05

Told = Callable[[Attempt], None]


@dataclass(slots=True)
class _Open:
    """A frame that nobody has taken yet."""

    frame: Frame
    told: Told
    last: datetime
    times: int = 1


class Gateway(Lines):
    """The gateway of one app. `redelivery` are the seconds, of the platform's clock, after which a frame that was not
    taken comes again, three times at most; None: never."""

    def __init__(
        self,
        app_id: str,
        clock: Callable[[], datetime],
        *,
        redelivery: float | None = 60.0,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        super().__init__(app_id, clock, ack_seconds)
        self.redelivery = redelivery
        self.chance = random.Random(0)
        self._open: dict[str, _Open] = {}

    def push(
        self, frame: Frame, seconds: float | None = None, told: Told = lambda _: None, *, again: bool = True
    ) -> Attempt:
        """Send a frame to one connection that wants it, and wait for its acknowledgement. What was not taken is kept to
        come again, unless `again` is False; `told` hears of each later attempt."""
        return self._call(self._push(frame, seconds or self.ack_seconds, told, again=again))

    def redeliver(self) -> tuple[Attempt, ...]:
        """Everything that was not taken comes again now."""
        return self._call(self._again(list(self._open)))

    def unacknowledged(self) -> tuple[str, ...]:
        """The message ids of what nobody has taken yet."""
        return tuple(self._open)

    async def _push(self, frame: Frame, seconds: float, told: Told, *, again: bool) -> Attempt:
        attempt = await self._send(self._choose(frame), frame, seconds)
        if again and not attempt.taken and attempt.status != HTTPStatus.NOT_FOUND and self.redelivery is not None:
            self._open[frame.message_id] = _Open(frame, told, self._clock())
        return attempt

    def _choose(self, frame: Frame) -> Connection | None:
        wanting = [each for each in self._connections.values() if each.wants(frame)]
        staying = [each for each in wanting if not each.leaving] or wanting
        return self.chance.choice(staying) if staying else None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            if self.redelivery is None:
                continue
            due = self._clock() - timedelta(seconds=self.redelivery)
            for key in [key for key, each in self._open.items() if each.last <= due]:
                self._begin(self._again([key]))

    async def _again(self, keys: list[str]) -> tuple[Attempt, ...]:
        attempts = []
        for key in keys:
            kept = self._open.pop(key, None)
            if kept is None:
                continue
            attempt = await self._send(self._choose(kept.frame), kept.frame, self.ack_seconds)
            kept.told(attempt)
            attempts.append(attempt)
            # Where there is nobody, it was not sent: it waits on for a connection.
            kept.times += bool(attempt.connection)
            if not attempt.taken and kept.times <= REPETITIONS:
                kept.last = self._clock()
                self._open[key] = kept
        return tuple(attempts)

    def _late(self, message_id: str) -> None:
        self._open.pop(message_id, None)
