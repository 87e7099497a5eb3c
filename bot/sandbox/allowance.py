"""What a company may ask of the platform: so many calls of one interface, so many from one address, so many messages a
day. Each call is judged by windows that slide with the platform's own clock.

Source: developer.work.weixin.qq.com/document/path/90312. What one member may be sent is `platform.Pace`, what a robot
may say and a group may be sent is in `groups`. How many calls at once are too many (45033) the documents do not say.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.moments import day_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls of any one interface for the whole company, calls from one address, and what an app may send in a day for
    each member who sees it. The documents except message/send from the first; we do not: an app that keeps to it there
    keeps to both readings."""

    per_minute: int = 10_000
    per_hour: int = 150_000
    address_per_minute: int = 20_000
    address_per_hour: int = 600_000
    person_times_a_day: int = 200

    def scaled(self, by: int) -> "Limits":
        """So many times as tight for calls: so that few recipients reach them."""
        return replace(
            self,
            per_minute=self.per_minute // by,
            per_hour=self.per_hour // by,
            address_per_minute=self.address_per_minute // by,
            address_per_hour=self.address_per_hour // by,
        )


AS_DOCUMENTED = Limits()


class Window:
    """At most `most` within any `span`. One too many, and nothing is taken for a whole `span`."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._span = span
        self._taken: deque[datetime] = deque(maxlen=most)
        self._shut_at: datetime | None = None

    def takes(self, now: datetime) -> bool:
        """Count one; False if it is one too many, or comes while nothing is taken."""
        if self._shut_at is not None and self._shut_at <= now < self._shut_at + self._span:
            return False
        if len(self._taken) == self._taken.maxlen and now - self._taken[0] < self._span:
            self._shut_at = now
            return False
        self._taken.append(now)
        return True


class Allowance:
    """The windows of a company with one app, whose calls all come from one address. Used under the platform's lock."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._of_interface: dict[str, tuple[Window, ...]] = defaultdict(
            lambda: (Window(limits.per_minute, MINUTE), Window(limits.per_hour, HOUR))
        )
        self._of_address = (Window(limits.address_per_minute, MINUTE), Window(limits.address_per_hour, HOUR))
        self._sent: tuple[date, int] = (date.min, 0)

    def takes(self, interface: str, now: datetime) -> bool:
        """Count a call; False if it is one too many, or too soon after one that was."""
        return all(window.takes(now) for window in (*self._of_interface[interface], *self._of_address))

    def takes_messages(self, people: int, members: int, now: datetime) -> bool:
        """Count a message to so many `people` of an app that `members` see; False if that is too many for this day."""
        today = day_of(now)
        day, sent = self._sent
        sent = people + (sent if day == today else 0)
        if sent > self.limits.person_times_a_day * members:
            return False
        self._sent = (today, sent)
        return True
