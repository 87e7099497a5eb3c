"""The worker and the scheduler: processes that run until they are told to stop.

The worker answers the bell: each ring is one RQ job that drains the outbox. One queue a worker (a second one loses
jobs when the worker is killed between popping and starting), JSON jobs, no fork: the job is short, and connections
stay open. The scheduler sweeps; it needs no Redis.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from core.store.faultpoint import faultpoint
from jobs import bell
from jobs.relay import Relay
from jobs.sweeper import Sweeper

QUEUE = "tuoling"
_log = structlog.get_logger(__name__)
_relay: Relay | None = None
_redis: Redis | None = None


def drain(version: int = bell.VERSION) -> int:  # noqa: ARG001  a newer bell says no more than "look"
    """The RQ job: send what is due. How many rows were worked on."""
    if _relay is None or _redis is None:
        raise RuntimeError("drain runs in a worker started by `tuoling worker`")
    bell.answer(_redis, QUEUE)
    return _relay.drain()


def run_worker(relay: Relay, redis_url: str, stop: threading.Event) -> None:
    """Answer the bell until `stop` is set. With Redis away it waits for it: the scheduler sends meanwhile."""
    global _relay, _redis
    _relay = relay
    while not stop.is_set():
        _redis = Redis.from_url(redis_url)
        try:
            queue = Queue(QUEUE, connection=_redis, serializer=JSONSerializer)
            worker = _Worker([queue], connection=_redis, serializer=JSONSerializer)
            worker.stopping = stop
            worker.work(with_scheduler=False, logging_level="WARNING")
        except RedisError as error:
            _log.warning("redis is away", error=type(error).__name__)
            stop.wait(1.0)
        finally:
            _redis.close()


class _Worker(SimpleWorker):
    """RQ's in-process worker; signals are handled by the command, which sets `stopping`."""

    stopping: threading.Event

    def execute_job(self, job: Job, queue: Queue) -> None:
        """As RQ does it; a stop point stands between popping and starting, where RQ can lose a job."""
        faultpoint("job_popped")
        super().execute_job(job, queue)  # type: ignore[no-untyped-call]

    def _install_signal_handlers(self) -> None:
        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            self.stopping.set()
            self.request_stop(number, frame)  # type: ignore[no-untyped-call]

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)


def run_scheduler(sweeper: Sweeper, stop: threading.Event, *, every: float = 1.0) -> None:
    """Sweep every `every` seconds until `stop` is set. A database that is away is waited for."""
    while not stop.is_set():
        try:
            sweeper.sweep()
        except SQLAlchemyError as error:
            _log.warning("sweep failed", error=type(error).__name__)
        stop.wait(every)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: what is under way is finished, then the process ends."""
    stop = threading.Event()
    handler: Callable[[int, FrameType | None], None] = lambda _number, _frame: stop.set()  # noqa: E731
    signal.signal(signal.SIGTERM, handler)
    signal.signal(signal.SIGINT, handler)
    return stop
