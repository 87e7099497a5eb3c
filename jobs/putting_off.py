"""Messages of timed jobs that failed, and wait before they are tried again."""

import time

from core.schedule import Slot

FIRST_SECONDS = 60.0  # each time twice as long
MOST_SECONDS = 3600.0


class PutOff:
    """Whose messages failed in this process, how often, and until when (monotonic time) they wait."""

    def __init__(self) -> None:
        self._waits: dict[tuple[Slot, int | str], tuple[int, float]] = {}

    def may_try(self, slot: Slot, receiver: int | str) -> bool:
        """Is it time for this one (again)?"""
        _, until = self._waits.get((slot, receiver), (0, float("-inf")))
        return time.monotonic() >= until

    def happened(self, slot: Slot, receiver: int | str) -> None:
        """It failed: it waits, each time twice as long."""
        count = self._waits.get((slot, receiver), (0, 0.0))[0] + 1
        wait = min(FIRST_SECONDS * 2 ** (count - 1), MOST_SECONDS)
        self._waits[slot, receiver] = (count, time.monotonic() + wait)

    def any_of(self, slot: Slot) -> bool:
        """Does anybody of this slot wait?"""
        return any(of == slot for of, _ in self._waits)

    def forget(self, slot: Slot, receiver: int | str) -> None:
        """His is done."""
        self._waits.pop((slot, receiver), None)

    def forget_all(self, slot: Slot) -> None:
        """The slot is over."""
        self._waits = {key: wait for key, wait in self._waits.items() if key[0] != slot}
