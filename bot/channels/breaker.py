"""Who fails is left alone for a while, longer each time, and what waits for him takes no turns: were each message to
wait for its own timeout, one dead system would hold up everybody's cards."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from prometheus_client import Counter

RESTS = (1.0, 5.0, 15.0, 30.0, 60.0)  # seconds, after so many failures in a row

FAILED = Counter(
    "tuoling_failed_calls",
    "Calls of another system that failed, so that its host was left alone for a while, by channel and host.",
    ["channel", "host"],
)


@dataclass(slots=True)
class _Failing:
    """A host that failed so many times in a row, and the monotonic time until which it is left alone."""

    times: int
    until: float


class Breaker:
    """Remembers the `hosts` of one `channel` that failed. Threads may share it."""

    def __init__(
        self, channel: str, hosts: Collection[str], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._channel, self._monotonic = channel, monotonic
        self._lock = threading.Lock()
        self._failing: dict[str, _Failing] = {}
        for host in hosts:
            FAILED.labels(channel, host)  # a series that is born with its first failure has no rate for it

    def rest(self, host: str, trial: float) -> float | None:
        """For how many seconds this host is left alone yet; None: it may be called. Who finds that over has the next
        try, for which he needs at most `trial` seconds, and others wait for him."""
        with self._lock:
            failing = self._failing.get(host)
            if failing is None:
                return None
            left = failing.until - self._monotonic()
            if left > 0:
                return left
            failing.until = self._monotonic() + trial
            return None

    def note(self, host: str, *, failed: bool) -> None:
        """What came of a call."""
        with self._lock:
            if not failed:
                self._failing.pop(host, None)
                return
            times = self._failing[host].times + 1 if host in self._failing else 1
            rest = RESTS[min(times, len(RESTS)) - 1]
            self._failing[host] = _Failing(times, self._monotonic() + rest)
        FAILED.labels(self._channel, host).inc()
