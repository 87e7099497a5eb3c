"""What an organisation may ask of DingTalk: calls a second of one interface, calls and messages a month, calls of one
address. All are judged by the platform's own clock.

Sources: open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model,
call-frequency-limit, basic-interfaces-such-as-log-off-and-address-book. That the month is China's, and that opening a
Stream connection is none of its calls, is our reading: the documents say neither.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.moments import day_of

SECOND = timedelta(seconds=1)


class Verdict(StrEnum):
    """What becomes of a call. All but the first refuse it."""

    TAKEN = "taken"
    TOO_FAST = "too_fast"  # this app and interface
    MONTH_OVER = "month_over"  # the organisation's calls of this month are used up
    BANNED = "banned"  # the address called so often that it is shut out


@dataclass(frozen=True, slots=True)
class Limits:
    """The standard edition's since 2025-11-19, and what shuts an address out."""

    per_second: int = 20
    calls_a_month: int = 5_000
    messages_a_month: int = 3_000
    ban_calls: int = 10_000
    ban_span: timedelta = timedelta(seconds=20)
    ban_life: timedelta = timedelta(minutes=5)


AS_DOCUMENTED = Limits()


class Quota:
    """What was used up so far. Not safe for threads by itself: the platform's lock is held."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._of_interface: dict[str, deque[datetime]] = defaultdict(deque)
        self._of_address: deque[datetime] = deque(maxlen=limits.ban_calls)
        self._calls: dict[str, int] = defaultdict(int)
        self._messages: dict[str, int] = defaultdict(int)
        self._banned_until: datetime | None = None

    def banned(self, now: datetime) -> bool:
        """Count a call of the address; True while it is shut out."""
        if self._banned_until is not None and now < self._banned_until:
            return True
        if len(self._of_address) == self.limits.ban_calls and now - self._of_address[0] < self.limits.ban_span:
            self.ban(now)
            return True
        self._of_address.append(now)
        return False

    def judge(self, interface: str, now: datetime, *, counted: bool) -> Verdict:
        """Count a call of an interface. What is too fast counts for no month; `counted` False is exempt from it."""
        recent = self._of_interface[interface]
        while recent and now - recent[0] >= SECOND:
            recent.popleft()
        if len(recent) >= self.limits.per_second:
            return Verdict.TOO_FAST
        recent.append(now)
        if counted:
            if self._calls[_month(now)] >= self.limits.calls_a_month:
                return Verdict.MONTH_OVER
            self._calls[_month(now)] += 1
        return Verdict.TAKEN

    def takes_message(self, now: datetime) -> bool:
        """Count a message that is pushed to the app; False if the month's are used up: it comes without its words."""
        if self._messages[_month(now)] >= self.limits.messages_a_month:
            return False
        self._messages[_month(now)] += 1
        return True

    def calls(self, now: datetime) -> int:
        """The calls of this month so far."""
        return self._calls[_month(now)]

    def ban(self, now: datetime) -> None:
        """Shut the address out from now on."""
        self._banned_until = now + self.limits.ban_life
        self._of_address.clear()

    def use_up_calls(self, now: datetime) -> None:
        """No calls are left of this month."""
        self._calls[_month(now)] = self.limits.calls_a_month

    def use_up_messages(self, now: datetime) -> None:
        """No messages are left of this month."""
        self._messages[_month(now)] = self.limits.messages_a_month


def _month(now: datetime) -> str:
    return f"{day_of(now):%Y-%m}"
