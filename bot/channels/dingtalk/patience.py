"""How long the Stream client waits: before it tries again, and for a sign of life. Pure, in seconds.

An open socket proves nothing: connections have been seen that answer the WebSocket's own pings for hours and bring
nothing any more. So what counts is the last frame, of whatever kind. But when nobody writes, there are no messages
either, and a new connection is a call that may count against the month's 5,000. The platform's SYSTEM pings are frames
too: as long as they come, at whatever rhythm (it is documented nowhere, so it is learned), the connection counts as
alive. One that went on bringing those and no messages could not be told from one to which nobody writes: it is not
given up.
"""

from collections import deque

FIRST, LONGEST = 1.0, 60.0  # seconds between tries
MISSED = 3  # so many of the platform's pings in a row are missing: the connection is dead
SHORTEST_SILENCE = 20.0
UNKNOWN_SILENCE, LONGEST_SILENCE = 600.0, 3600.0  # as long as no rhythm is known
_REMEMBERED = 5


def before_try(number: int, dice: float) -> float:
    """How long to wait before the try `number` in a row (0: the first one comes at once). It doubles from a second to
    a minute; `dice` (0 to 1) takes off up to half, so that not all the world comes back in the same second."""
    if number <= 0:
        return 0.0
    return min(LONGEST, FIRST * 2.0 ** min(number - 1, 10)) * (1 - dice / 2)


class Rhythm:
    """How often frames come by themselves, and so how long a silence says something. For one thread at a time."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=_REMEMBERED)
        self._silences = 0

    @property
    def silence(self) -> float:
        """A connection that has brought nothing for this long is given up."""
        if len(self._gaps) > 1:
            return min(max(MISSED * max(self._gaps), SHORTEST_SILENCE), UNKNOWN_SILENCE)
        return min(UNKNOWN_SILENCE * 2.0**self._silences, LONGEST_SILENCE)

    def pinged(self, gap: float) -> None:
        """The platform's ping came `gap` seconds after the one before, on the same connection."""
        self._gaps.append(gap)

    def heard(self) -> None:
        """Something came."""
        self._silences = 0

    def was_silent(self, *, wholly: bool) -> None:
        """A connection was given up for its silence; `wholly`: it had never brought anything. Then the platform does
        not ping any more as it did, and nobody writes: less often, from here on."""
        if wholly:
            self._gaps.clear()
        if len(self._gaps) <= 1:
            self._silences = min(self._silences + 1, 10)
