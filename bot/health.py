"""Is this installation alive, ready, and in order? For load balancers, monitors and `tuoling doctor`.

Whatever hangs, an answer comes in time: each part is looked at in a thread of its own, all at once.
"""

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, replace

from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config.logging import redact
from config.variables import sqlite_file
from core.store import migrate, outbox
from core.store.database import Database
from core.store.outbox import Depth
from core.store.unit import Clock

LOOK_SECONDS = 2.0  # how long an answer waits for any part; load balancers give up after 3 to 5
REDIS_SECONDS = 1.0
OUTBOX_LATE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation. `needed` parts make `/readyz` fail; `mend` says what to do, in plain words;
    `detail` is for an engineer at the terminal and not shown on `/readyz`."""

    name: str
    ok: bool
    said: str
    mend: str = ""
    needed: bool = True
    detail: str = ""


class Lookout:
    """Looks at the parts of one installation. One a process; safe to share between threads."""

    def __init__(self, database: Database, redis_url: str, clock: Clock, seconds: float = LOOK_SECONDS) -> None:
        self._seconds = seconds
        self._looks = {
            "database": _Look(_ABSENT["database"], lambda: _database(database)),
            "migrations": _Look(_ABSENT["migrations"], lambda: _migrations(database)),
            "redis": _Look(_ABSENT["redis"], lambda: _redis(redis_url)),
            "outbox": _Look(_ABSENT["outbox"], lambda: _outbox(_depth(database, clock))),
            "dead": _Look(_ABSENT["dead"], lambda: _dead(_depth(database, clock))),
        }
        self._depth = _Shared(lambda: _depth(database, clock))

    def look(self, names: Collection[str] = ()) -> dict[str, Part]:
        """The parts `names` (all, if none is named) by their key; takes `seconds` at most."""
        deadline = time.monotonic() + self._seconds
        looks = {name: look for name, look in self._looks.items() if not names or name in names}
        for look in looks.values():
            look.begin()  # all at once: the wait is one, not one each
        return {name: look.part(deadline - time.monotonic()) for name, look in looks.items()}

    def depth(self) -> Depth | None:
        """The outbox in numbers; None if the database does not answer in time."""
        try:
            return self._depth.begin().result(timeout=self._seconds)
        except (SQLAlchemyError, TooLate):
            return None


class _Shared[T]: ...
