"""A worker that is told to stop while RQ still prepares itself stops, and does not wait for a bell that never rings."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from jobs import worker
from jobs.embedded import EmbeddedRedis
from jobs.relay import Relay

SECONDS = 10.0  # a worker that has not heard the signal waits for minutes


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis of one's own; the signal handlers that RQ's worker sets are put back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    made = EmbeddedRedis(tmp_path)
    made.start()
    yield made
    made.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_before_rq_listens_is_heard(redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    prepare = worker._Worker.bootstrap

    def prepared(self: worker._Worker, *given: Any) -> None:
        prepare(self, *given)
        stop.set()  # as the command's own handler does, which is still the one in place

    monkeypatch.setattr(worker._Worker, "bootstrap", prepared)

    def give_up(_number: int, _frame: object) -> None:
        raise SystemExit("it did not stop")  # the one thing that RQ lets through

    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    begun = time.monotonic()
    with suppress(SystemExit):
        worker.run_worker(cast(Relay, None), redis.url, stop)
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert time.monotonic() - begun < SECONDS
