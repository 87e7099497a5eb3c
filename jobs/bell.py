"""Rings RQ: "look into the outbox". A ring carries no work; a lost one costs time, never a message (the sweeper finds
the rows all the same). So ringing may fail, and must be cheap: it stands at the end of every tap.

Many rings become one: a key in Redis says that a ring is pending, and only who sets it enqueues a job. The worker
deletes the key (`answer`) BEFORE it looks into the outbox: a row committed after that look rings again.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog
from prometheus_client import Counter
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

DRAIN = "jobs.worker.drain"  # called as drain(version=VERSION)
VERSION = 1  # of what a ring says; a worker that does not know it answers by draining all the same
PENDING_MILLISECONDS = 5_000  # a ring whose job got lost silences the bell for this long at most
TRYING_MILLISECONDS = 1_000  # and one that could not be enqueued for this long: no longer than the circuit does
MOST_WAITING = 1_000  # no worker for a day must not fill Redis: with so many jobs waiting one more says nothing new
REPLY_SECONDS = 0.025  # for the connection and for each of the at most three answers
CIRCUIT_SECONDS = 1.0  # after a failure nobody tries for this long, then one does
JOB_TIMEOUT_SECONDS = 120
FAILURE_SECONDS = 3_600  # a failed job can be looked at for this long

RINGS = Counter(
    "tuoling_bell_rings",
    "Rings by outcome: enqueued, pending (one was waiting), failed (tried), silent (not tried after a failure).",
    ["outcome"],
)
_enqueued, _pending, _failed, _silent = (RINGS.labels(o) for o in ("enqueued", "pending", "failed", "silent"))
_log = structlog.get_logger(__name__)


class Rings(Protocol):
    """What those who write outbox rows need of a bell."""

    def ring(self) -> bool:
        """After the commit. True: a look into the outbox is pending. False: it is up to the sweeper. Never raises."""
        ...


def ringing(work: Callable[[], int], bell: Rings) -> Callable[[], None]:
    """`work`, and the bell if it put anything on its way: what goes to many at once, workers send."""

    def done() -> None:
        if work():
            bell.ring()

    return done


def pending_key(queue: str = "tuoling") -> str:
    """The Redis key that says "a ring of this queue is pending"."""
    return f"bell:{queue}"


def answer(connection: Redis, queue: str = "tuoling") -> None:
    """The worker's first step, before it looks into the outbox. Raises RedisError when Redis is away."""
    connection.delete(pending_key(queue))


class Bell:
    """Rings one RQ queue (JSON, no pickle). Safe to use from several threads, and across a fork."""

    def __init__(self, url: str | None, queue: str = "tuoling", *, job: str = DRAIN) -> None:
        """`url` None: there is no Redis, every ring answers False. Raises ValueError for a malformed url."""
        self._queue: Queue | None = None
        self._key = pending_key(queue)
        self._job = job
        self._silent_until = 0.0  # monotonic seconds
        self._away = False
        self._change = threading.Lock()
        if url is not None:
            self._redis = Redis.from_url(
                url,
                socket_timeout=REPLY_SECONDS,
                socket_connect_timeout=REPLY_SECONDS,
                retry=Retry(NoBackoff(), 0),
                protocol=2,  # no greeting to wait for on a new connection
                driver_info=None,
            )
            self._queue = Queue(
                queue, connection=self._redis, serializer=JSONSerializer, default_timeout=JOB_TIMEOUT_SECONDS
            )
            self._queue.redis_server_version = (6, 2, 0)  # the oldest that RQ's own worker needs; else it would ask

    def ring(self) -> bool:
        """Asks for a look into the outbox; call it after the commit.

        True: one is pending. False: Redis is away (or was a moment ago), the sweeper finds the rows. Never raises, and
        never takes longer than about 100 ms; about 0.1 ms when a ring is pending already.
        """
        if self._queue is None or not self._may_try():
            _silent.inc()
            return False
        try:
            if self._redis.set(self._key, VERSION, nx=True, px=TRYING_MILLISECONDS):
                self._enqueue(self._queue)
                _enqueued.inc()
            else:
                _pending.inc()
        except (RedisError, OSError) as fault:
            _failed.inc()
            self._failed(fault)
            return False
        if self._away:
            self._back()
        return True

    def close(self) -> None:
        """Closes the connections; the next ring would open new ones."""
        if self._queue is not None:
            self._redis.close()

    def _enqueue(self, queue: Queue) -> None:
        """One round trip to count, one to enqueue and to keep the key for as long as a ring may be pending."""
        if self._redis.llen(queue.key) >= MOST_WAITING:
            return
        with self._redis.pipeline() as pipe:
            queue.enqueue_call(
                self._job,
                kwargs={"version": VERSION},
                timeout=JOB_TIMEOUT_SECONDS,
                result_ttl=0,
                failure_ttl=FAILURE_SECONDS,
                description="look into the outbox",
                pipeline=pipe,
            )
            pipe.set(self._key, VERSION, px=PENDING_MILLISECONDS)
            pipe.execute()

    def _may_try(self) -> bool:
        """While Redis is away one thread a second tries, the others do not wait with it."""
        if not self._away:
            return True
        with self._change:
            now = time.monotonic()
            if now < self._silent_until:
                return False
            self._silent_until = now + CIRCUIT_SECONDS
            return True

    def _failed(self, fault: Exception) -> None:
        with self._change:
            self._silent_until = time.monotonic() + CIRCUIT_SECONDS
            if self._away:
                return
            self._away = True
        _log.warning("bell_silent", fault=type(fault).__name__, queue=self._key)  # once an outage, not once a ring

    def _back(self) -> None:
        with self._change:
            if not self._away:
                return
            self._away = False
        _log.info("bell_rings_again", queue=self._key)


class NullBell:
    """A bell for tests and for commands without a queue: counts, and rings nobody."""

    def __init__(self) -> None:
        self.rings = 0

    def ring(self) -> bool:
        """True, always."""
        self.rings += 1
        return True
