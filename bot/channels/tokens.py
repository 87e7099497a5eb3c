"""The access token that all threads and processes of one app share, and the one refresh at a time.

WeCom blocks an address that asks for tokens too often, and an app has one token (DingTalk gives the same one until it
runs out): so whoever holds the lease fetches, and everybody else waits for what it writes.
Sources: developer.work.weixin.qq.com/document/path/91039; DingTalk's POST /v1.0/oauth2/accessToken.
"""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cards.channel import Fault, Misconfigured, Quota, Retry

LEASE_SECONDS = 20  # longer than one fetch may take (connect and read timeout together)
_POLL_SECONDS = 0.1
_WAIT_SECONDS = 5.0
_EARLY = timedelta(minutes=5)  # refresh this long before the end
_REFRESHES_A_MINUTE = 5
_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `version` grows by one with each refresh."""

    value: str
    version: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the platform gave: the token and the seconds it lives."""

    value: str
    seconds: int


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as the store keeps it; not to be used from `expires_at` on."""

    value: str
    version: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Failed:
    """A fetch that failed at `at`: until then nobody asks again."""

    fault: Fault
    at: datetime
    until: datetime

    def counts(self, now: datetime) -> bool:
        """Is it to be waited for? Not if it was written by a clock that ran ahead."""
        return self.at <= now < self.until


class TokenStore(Protocol):
    """Where the token is shared: a table with a lease, sealed at rest. `name` says whose token it is."""

    def read(self, name: str) -> StoredToken | None:
        """The newest token of `name`, expired or not."""
        ...

    def acquire(self, name: str, holder: str, seconds: float) -> bool:
        """Take the lease of `name` for `seconds`, unless another holder has one that still runs."""
        ...

    def write(self, name: str, value: str, version: int, expires_at: datetime) -> None:
        """Keep a token; one of a higher version that is already there stays."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give the lease back, if `holder` still has it."""
        ...


class TokenSource(Protocol):
    """Where the client takes its token from."""

    def current(self) -> Token | Fault:
        """A token that should be valid; fetched only if nobody has one."""
        ...

    def refresh(self, stale_version: int) -> Token | Fault:
        """A token newer than `stale_version`, which the platform has refused."""
        ...


class SharedToken:
    """A `TokenSource` over a `TokenStore`: one refresh for all processes and threads.

    `fetch` asks the platform, `clock` is aware UTC, `sleep` waits between looks at the store. After a failed fetch
    nobody of this process asks again before the fault's time is over, and never more than five times a minute: a wrong
    secret must not get the address blocked.
    """

    def __init__(
        self,
        name: str,
        store: TokenStore,
        fetch: Callable[[], Fetched | Fault],
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._cached: StoredToken | None = None
        self._failed: _Failed | None = None
        self._fetches: deque[datetime] = deque(maxlen=_REFRESHES_A_MINUTE)

    def current(self) -> Token | Fault:
        """The token of this process, of the store, or a new one."""
        return self._newer_than(-1)

    def refresh(self, stale_version: int) -> Token | Fault:
        """A token newer than `stale_version`: another one's refresh if there was one meanwhile, else our own."""
        return self._newer_than(stale_version)

    def _newer_than(self, stale: int) -> Token | Fault:
        cached = self._cached
        if cached and self._good(cached, stale):
            return Token(cached.value, cached.version)
        if not self._lock.acquire(timeout=_WAIT_SECONDS + LEASE_SECONDS):
            return Retry(1.0, "the token is being refreshed by another thread")
        try:
            return self._from_store_or_platform(stale)
        finally:
            self._lock.release()

    def _from_store_or_platform(self, stale: int) -> Token | Fault:
        if self._cached and self._good(self._cached, stale):
            return Token(self._cached.value, self._cached.version)
        holder = uuid.uuid4().hex  # a new one each time: a forked child is another holder
        for _ in range(int(_WAIT_SECONDS / _POLL_SECONDS)):
            stored = self._store.read(self._name)
            if stored and self._good(stored, stale):
                self._cached = stored
                return Token(stored.value, stored.version)
            if self._failed and self._failed.counts(self._clock()):
                return self._failed.fault
            if self._store.acquire(self._name, holder, LEASE_SECONDS):
                try:
                    return self._renew(stale)
                finally:
                    self._store.release(self._name, holder)
            self._sleep(_POLL_SECONDS)
        return Retry(1.0, "the token is being refreshed by another process")

    def _renew(self, stale: int) -> Token | Fault:
        """Fetch, holding the lease. Looks at the store once more: the last holder may just have written."""
        stored = self._store.read(self._name)
        if stored and self._good(stored, stale):
            self._cached = stored
            return Token(stored.value, stored.version)
        now = self._clock()
        if self._fetches and self._fetches[-1] > now:
            self._fetches.clear()  # the clock ran ahead: when that was nobody knows
        if len(self._fetches) == _REFRESHES_A_MINUTE and now - self._fetches[0] < timedelta(minutes=1):
            refused = Misconfigured("the platform refuses every token it gave; no new one for a minute")
            self._failed = _Failed(refused, now, self._fetches[0] + timedelta(minutes=1))
            return refused
        self._fetches.append(now)
        fetched = self._fetch()
        if not isinstance(fetched, Fetched):
            pause = fetched.after if isinstance(fetched, (Retry, Quota)) else _PAUSE_SECONDS
            self._failed = _Failed(fetched, now, now + timedelta(seconds=pause))
            return fetched
        life = timedelta(seconds=fetched.seconds)
        version = max(stale, stored.version if stored else 0) + 1
        token = StoredToken(fetched.value, version, now + life - min(_EARLY, life / 10))
        self._store.write(self._name, token.value, token.version, token.expires_at)
        self._cached, self._failed = token, None
        return Token(token.value, token.version)

    def _good(self, token: StoredToken, stale: int) -> bool:
        return token.version > stale and self._clock() < token.expires_at
