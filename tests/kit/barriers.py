"""Doing things at one instant, and waiting for what must come, without sleeping for a guessed time."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
POLL_SECONDS = 0.01


def at_once(works: Sequence[Callable[[], T]], *, seconds: float = 30.0) -> list[T]:
    """Do all `works` behind one barrier, a thread each; their results in order.

    Raises:
        AssertionError: one of them did not end in time, or raised (the first one's exception is the cause).
    """
    barrier = threading.Barrier(len(works))
    results: dict[int, T] = {}
    failed: dict[int, Exception] = {}

    def run(number: int, work: Callable[[], T]) -> None:
        try:
            barrier.wait(timeout=seconds)
            results[number] = work()
        except Exception as error:  # noqa: BLE001  it is raised again in the test's own thread
            failed[number] = error

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not any(thread.is_alive() for thread in threads), f"not done within {seconds} s"
    for number, error in sorted(failed.items()):
        raise AssertionError(f"number {number} of {len(works)} failed: {type(error).__name__}: {error}") from error
    return [results[number] for number in range(len(works))]


def until(true: Callable[[], T], what: str = "it", *, seconds: float = 15.0) -> T:
    """Ask again and again until `true()` gives something; what it gave.

    Raises:
        AssertionError: it did not become true in time; `what` says what was waited for.
    """
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        threading.Event().wait(POLL_SECONDS)
    return found
