"""The worker and the scheduler: processes that run until they are told to stop.

The worker answers the bell: each ring is one RQ job that drains the outbox. One queue a worker (a second one loses
jobs when the worker is killed between popping and starting), JSON jobs, no fork: the job is short, and connections
stay open. The scheduler sweeps; it needs no Redis.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

import structlog
from prometheus_client import Counter
from redis import Redis, RedisError
from redis.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus
from sqlalchemy.exc import SQLAlchemyError

from config.lines import STDERR
from core.store.faultpoint import faultpoint
from jobs import bell
from jobs.relay import Relay
from jobs.sweeper import Sweeper

QUEUE = "tuoling"
# RQ breaks a job off after JOB_TIMEOUT_SECONDS, by an exception wherever it stands: no message is lost by that (rows
# are leased), but a lock that was just taken would never be given back. So a drain begins nothing new after this time;
# what is under way then takes WORK_SECONDS at most.
DRAIN_SECONDS = 15.0
TELL_AGAIN_SECONDS = 60.0  # of a failure that goes on
MOST_ROWS = 1000  # in one drain; other jobs of the queue want their turn too

# Here, because all three kinds of processes begin with this module, and fork their children after it.
LOST_LINES = Counter("tuoling_log_lines_lost", "Log lines that could not be written to stderr, and are lost.")
STDERR.count_lost(LOST_LINES.inc)

_log = structlog.get_logger(__name__)
_relay: Relay | None = None
_redis: Redis | None = None
_bell: bell.Bell | None = None
_stop = threading.Event()


def drain(version: int = bell.VERSION) -> int:  # noqa: ARG001  a newer bell says no more than "look"
    """The RQ job: send what is due, for `DRAIN_SECONDS`; then ring again for the rest. How many rows were worked on."""
    if _relay is None or _redis is None or _bell is None:
        raise RuntimeError("drain runs in a worker started by `tuoling worker`")
    bell.answer(_redis, QUEUE)
    enough = _Enough(_stop, DRAIN_SECONDS)
    worked = _relay.drain(MOST_ROWS, stop=enough)
    if not _stop.is_set() and (enough.is_set() or worked >= MOST_ROWS):
        _bell.ring()
    return worked


class _Enough(threading.Event):
    """Set when the process is to end, and when the time is up: rows whose turn has not come are given back."""

    def __init__(self, stop: threading.Event, seconds: float) -> None:
        super().__init__()
        self._stop = stop
        self._until = time.monotonic() + seconds

    def is_set(self) -> bool:
        """Is it time to end?"""
        return self._stop.is_set() or time.monotonic() >= self._until


def run_worker(relay: Relay, redis_url: str, stop: threading.Event) -> None:
    """Answer the bell until `stop` is set. With Redis away it waits for it: the scheduler sends meanwhile."""
    global _relay, _redis, _bell, _stop
    _relay, _bell, _stop = relay, bell.Bell(redis_url, QUEUE), stop
    outage = _Outage("redis")
    logging.getLogger("rq.worker").addFilter(_of_no_outage)
    while not stop.is_set():
        _redis = Redis.from_url(redis_url)
        try:
            queue = Queue(QUEUE, connection=_redis, serializer=JSONSerializer, job_class=_Ring)
            worker = _Worker([queue], connection=_redis, serializer=JSONSerializer, job_class=_Ring)
            worker.stopping, worker.outage = stop, outage
            worker.work(with_scheduler=False, logging_level="WARNING")
        except RedisError as error:
            outage.begins(error)
        except StopRequested:  # between RQ's handlers and its loop, which would have caught it
            pass
        finally:
            _redis.close()
            stop.wait(1.0)  # whatever ended it: RQ says some of it in its log alone, and it may end so at once again
    _bell.close()


class _Outage:
    """Something we need is away: said once when it goes and once when it is back, not at each try."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lasts = False

    def begins(self, error: Exception) -> None:
        """It did not answer."""
        if not self._lasts:
            self._lasts = True
            _log.warning(f"{self._name} is away", error=type(error).__name__)

    def ends(self) -> None:
        """It answered."""
        if self._lasts:
            self._lasts = False
            _log.info(f"{self._name} is back")


class _Failure:
    """Something fails that should not: told with its exception, but not each second while it goes on."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._last: tuple[str, float] = ("", 0.0)

    def happened(self, error: Exception) -> None:
        """It failed with `error`."""
        kind, now = type(error).__qualname__, time.monotonic()
        if kind != self._last[0] or now - self._last[1] >= TELL_AGAIN_SECONDS:
            self._last = (kind, now)
            _log.error(self._what, exc_info=error)


def _of_no_outage(record: logging.LogRecord) -> bool:
    return "could not connect to Redis" not in str(record.msg)  # RQ says it at each try; `_Outage` said it


class _Ring(Job):
    """A job as it stands in Redis. There it is only a bell: whoever can write to it can ring, and no function that he
    names there is looked up, be it the job's or one that RQ would call at its end."""

    @property
    def is_ours(self) -> bool:
        """Is it a ring?"""
        try:
            return (self.func_name, self.instance) == (bell.DRAIN, None)
        except DeserializationError:
            return False

    @property
    def func(self) -> Callable[..., int]:
        """What is done for a ring."""
        return drain

    @property
    def success_callback(self) -> None:
        """Nothing."""

    @property
    def failure_callback(self) -> None:
        """Nothing."""

    @property
    def stopped_callback(self) -> None:
        """Nothing."""


class _Worker(SimpleWorker):
    """RQ's in-process worker; signals are handled by the command, which sets `stopping`."""

    max_connection_wait_time = 2.0  # seconds; RQ's own minute would keep the bell unheard long after Redis is back
    stopping: threading.Event
    outage: _Outage

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """As RQ does it, before each look into the queue: the first to see that Redis goes or is back."""
        try:
            super().heartbeat(timeout, pipeline)
        except (RedisConnectionError, RedisTimeoutError) as error:
            self.outage.begins(error)
            raise
        self.outage.ends()

    def execute_job(self, job: Job, queue: Queue) -> None:
        """As RQ does it, for our own rings alone; a stop point stands between popping and starting, where RQ can lose a
        job."""
        faultpoint("job_popped")
        if not (isinstance(job, _Ring) and job.is_ours):
            _log.error("a job that is no ring was thrown away: who else writes to Redis?")
            job.delete()
            return
        super().execute_job(job, queue)

    def _install_signal_handlers(self) -> None:
        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            be_deaf()  # RQ would break off the job at a second signal; ours are short, and the first is obeyed
            self.stopping.set()
            if self.get_state() == WorkerStatus.BUSY:
                self._stop_requested = True
            else:
                raise StopRequested

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        if self.stopping.is_set():  # the signal came while RQ prepared itself, and its loop has not seen it
            self._stop_requested = True


def run_scheduler(
    sweeper: Sweeper, stop: threading.Event, *, beside: Sequence[Callable[[], object]] = (), every: float = 1.0
) -> None:
    """Sweep every `every` seconds until `stop` is set, and do what is to be done `beside` it (each looks by itself
    whether it is time). A database that is away is waited for; whatever else a round fails of, the others and the next
    one come, and each failure is logged, one that goes on once a minute."""
    works: list[Callable[[], object]] = [lambda: sweeper.sweep(stop), *beside]
    outage = _Outage("the database")
    failures = [_Failure("sweeping failed"), *(_Failure("a job beside the sweep failed") for _ in beside)]
    while not stop.is_set():
        try:
            for work, failure in zip(works, failures, strict=True):
                if not stop.is_set():
                    _without_failing(work, failure)
            outage.ends()
        except SQLAlchemyError as error:
            outage.begins(error)
        stop.wait(every)


def _without_failing(work: Callable[[], object], failure: _Failure) -> None:
    try:
        work()
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001  the last resort: without the scheduler nothing is finished any more
        failure.happened(error)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: what is under way is finished, then the process ends."""
    stop = threading.Event()

    def hear(_number: int, _frame: FrameType | None) -> None:
        be_deaf()
        # Not here: setting it takes a lock that the code we interrupt may hold, and would wait for itself for ever.
        threading.Thread(target=stop.set).start()

    signal.signal(signal.SIGTERM, hear)
    signal.signal(signal.SIGINT, hear)
    return stop


def be_deaf() -> None:
    """From here on the process only ends, whatever signal comes: a second one would interrupt what answers the first;
    and Python gives its handlers back at the very end, where one would make a failure of an orderly end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
