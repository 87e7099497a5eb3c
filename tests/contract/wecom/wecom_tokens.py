"""A token store in memory, with the lease rules of the one in the database."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.tokens import StoredToken


class InMemoryTokenStore:
    """A `TokenStore` that several `SharedToken`s ("processes") of a test share."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, StoredToken] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}

    def read(self, name: str) -> StoredToken | None:
        with self._lock:
            return self._tokens.get(name)

    def acquire(self, name: str, holder: str, seconds: float) -> bool:
        with self._lock:
            owner, until = self._leases.get(name, ("", self._clock()))
            if owner not in ("", holder) and self._clock() < until:
                return False
            self._leases[name] = (holder, self._clock() + timedelta(seconds=seconds))
            return True

    def write(self, name: str, value: str, version: int, expires_at: datetime) -> None:
        with self._lock:
            known = self._tokens.get(name)
            if known is None or known.version <= version:
                self._tokens[name] = StoredToken(value, version, expires_at)

    def release(self, name: str, holder: str) -> None:
        with self._lock:
            if self._leases.get(name, ("",))[0] == holder:
                del self._leases[name]

    def leased(self, name: str) -> bool:
        with self._lock:
            return name in self._leases
