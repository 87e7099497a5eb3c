"""What happened between the platform and the app: every API call and every callback, for tests and the window.

The journal keeps no access token, secret or response code; payloads are kept as the app sent them, without the code.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One call or one callback attempt.

    `name` is the API (`message/send`) or the event (`text`, `template_card_event`); `status` the HTTP status that was
    answered, 0 for none; `code` the word with which DingTalk's new API refused; `members` who was reached, `dropped`
    who silently was not; `fault` an ordered fault;
    `attempt` counts the deliveries of one callback from 1; `seconds` how long the answer took.
    """

    at: datetime
    direction: Literal["api", "callback"]
    name: str
    status: int = 0
    errcode: int | None = None
    members: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    task_id: str = ""
    msgid: str = ""
    summary: str = ""
    warnings: tuple[str, ...] = ()
    fault: str = ""
    attempt: int = 1
    seconds: float = 0.0
    payload: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    code: str = ""


class Journal:
    """The latest entries, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def write(self, entry: Entry) -> Entry:
        """Add an entry; it gets its number."""
        with self._lock:
            self._count += 1
            numbered = replace(entry, number=self._count)
            self._entries.append(numbered)
            return numbered

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        """Everything with a number above `after`."""
        with self._lock:
            return tuple(entry for entry in self._entries if entry.number > after)

    def tail(self, count: int) -> tuple[Entry, ...]:
        """The latest `count` entries."""
        return self.entries()[-count:]

    def calls(self, api: str | None = None) -> tuple[Entry, ...]:
        """The API calls, all or of one `api` (`message/send`)."""
        return tuple(e for e in self.entries() if e.direction == "api" and api in (None, e.name))

    def callbacks(self, event: str | None = None) -> tuple[Entry, ...]:
        """The callback attempts, all or of one `event` (`text`, `template_card_event`)."""
        return tuple(e for e in self.entries() if e.direction == "callback" and event in (None, e.name))

    def sends_by_key(self, api: str = "message/send") -> Counter[tuple[str, str]]:
        """How many messages reached each (member, task_id) by `api`; a second one under one key is a doubled card."""
        sends = (e for e in self.calls(api) if e.task_id)
        return Counter((member, e.task_id) for e in sends for member in e.members)

    def dropped(self) -> tuple[tuple[str, Entry], ...]:
        """Every (member, entry) that the platform silently swallowed."""
        return tuple((member, e) for e in self.calls() for member in e.dropped)

    def warnings(self) -> tuple[str, ...]:
        """Every soft limit that a card or text went over."""
        return tuple(warning for e in self.calls() for warning in e.warnings)

    def clear(self) -> None:
        """Forget the entries; numbering goes on."""
        with self._lock:
            self._entries.clear()
