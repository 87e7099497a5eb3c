"""The long-running processes: web, worker, scheduler. Each ends gracefully on SIGTERM, with exit code 0."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import structlog
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy.exc import DBAPIError

from bot.account import account
from bot.explain import Unready
from bot.health import Lookout, reason
from bot.phrases.command_words import COMMAND_WORDS
from bot.ports import check_port
from bot.runtime import Runtime, build, keep_loaded, redis_url
from config.in_force import Overtaken, apply
from config.settings import Settings
from core.store.database import is_away
from jobs.bell import Bell, ringing
from jobs.embedded import EmbeddedRedis
from jobs.worker import be_deaf, run_scheduler, run_worker, stop_on_signals

KILL_AFTER_SECONDS = 10  # a callback takes less than 5

_log = structlog.get_logger(__name__)

# Granian's own lines go the way of all others: JSON on stderr. Its workers load this before they load the application.
# There is no access log: it would hold query strings, and those hold signatures.
_GRANIAN_LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {"json": {"()": "config.logging.json_handler"}},
    "loggers": {
        "_granian": {"handlers": ["json"], "level": "WARNING", "propagate": False},
        "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}


class _Server(Granian):  # type: ignore[misc, valid-type]  # it is one of two classes, by the interpreter
    """Granian, for which a second signal does no harm. Its own handler takes a lock that the code it interrupts may
    hold, that of the first signal among it, and waits for itself for ever."""

    def signal_handler_interrupt(self, *_args: Any, **_more: Any) -> None:
        """Tell the main loop to end, from a thread that interrupts nobody; from here on signals are not heard."""
        be_deaf()
        self.interrupt_signal = True
        threading.Thread(target=self.main_loop_interrupt.set).start()


def web(settings: Settings, *, host: str, port: int, target: str = "bot.app:load", workers: int | None = None) -> None:
    """Serve HTTP until SIGTERM. `target` is a factory of the WSGI application, loaded in each worker process.

    Raises:
        Unready: the database is not at this release's version, or the port is taken.
        WrongKey: the master key is not the one that the database was written with.
        CompanyError, SettingsError, EmbeddedRedisFailed: see `build` and `EmbeddedRedis.start`.
    """
    check_port(host, port)
    _ready_runtime(settings).store.database.dispose()  # what is wrong stops the start here, with its sentence
    with _embedded_redis(settings):
        _Server(
            target,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers or settings.workers,
            blocking_threads=settings.threads,
            backlog=2048,
            factory=True,
            respawn_failed_workers=True,
            workers_kill_timeout=KILL_AFTER_SECONDS,
            log_level=LogLevels.error,  # its warnings are advice on every start; what fails is an error
            log_dictconfig=_GRANIAN_LOGS,
            websockets=False,
        ).serve()


def worker(settings: Settings) -> None:
    """Answer the bell until SIGTERM. Raises as `web`."""
    stop = stop_on_signals()
    runtime = _ready_runtime(settings)
    keep_loaded()
    with _embedded_redis(settings):
        run_worker(runtime.relay, redis_url(settings), stop)


def scheduler(settings: Settings) -> None:
    """Sweep until SIGTERM. Raises as `web`."""
    stop = stop_on_signals()
    runtime = _ready_runtime(settings)
    keep_loaded()
    with _embedded_redis(settings):
        jobs = (
            runtime.reminder,
            runtime.recycler,
            runtime.assigner,
            runtime.handing_over,
            runtime.repayments,
            runtime.deadlines,
            runtime.reports,
            runtime.digests,
            runtime.keeper,
            runtime.organisation,
            runtime.automat,
        )
        bell = Bell(redis_url(settings))
        rounds = [job.round for job in jobs if job is not None]
        with _stream(runtime, bell, stop):
            run_scheduler(runtime.sweeper, stop, beside=[*rounds, ringing(runtime.timetable.round, bell)])
        bell.close()


@contextmanager
def _stream(runtime: Runtime, bell: Bell, stop: threading.Event) -> Iterator[None]:
    """DingTalk's Stream mode beside the sweep, in a thread of its own: what it takes in must not wait for a round. It
    ends with `stop`, having acknowledged what it had in hand."""
    if runtime.streaming is None:
        yield
        return
    thread = threading.Thread(target=runtime.streaming.run, args=(bell, stop), name="streaming")
    thread.start()
    try:
        yield
    finally:
        stop.set()  # if the sweep has failed of what cannot be mended, the process ends, and this with it
        thread.join()


def _ready_runtime(settings: Settings) -> Runtime:
    """The runtime, on a database of this release's version. A database that does not answer is waited for later on:
    at the start of a whole machine it may well come up after us."""
    runtime = build(settings)
    parts = Lookout(runtime.store.database, redis_url(settings), runtime.store.clock).look(("database", "migrations"))
    database, migrations = parts["database"], parts["migrations"]
    if not migrations.ok and migrations.known:
        raise Unready(f"{migrations.said}。请{migrations.mend}。")
    if not database.ok:
        runtime.in_force.now  # noqa: B018  a folder that cannot be used stops the start here
        event = "the database has no room" if database.known else "the database is away; waiting for it"
        _log.warning(event, error=database.detail or database.said)
        return runtime
    try:
        _begin_configuration(runtime)
    except DBAPIError as error:
        if not is_away(error):
            raise
        _log.warning("the database is away; waiting for it", error=reason(error))
    return runtime


def _begin_configuration(runtime: Runtime) -> None:
    """The folder is the first version, if none was ever applied; another process may be faster."""
    try:
        with runtime.store.unit(request_id="start") as unit:
            apply(unit, runtime.settings.config_dir, COMMAND_WORDS, account(), first_only=True)
    except Overtaken:
        _log.info("another process has put the configuration into force")
    runtime.in_force.look()


@contextmanager
def _embedded_redis(settings: Settings) -> Iterator[None]:
    """Our share in the embedded Redis, if that is what the settings say. Left in order whatever signal comes."""
    if settings.redis_url != "embedded":
        yield
        be_deaf()
        return
    with _no_sudden_end():
        redis = EmbeddedRedis(settings.var_dir)
        redis.start()
    try:
        yield
    finally:
        be_deaf()
        redis.stop()


@contextmanager
def _no_sudden_end() -> Iterator[None]:
    """A SIGTERM while something is being set up ends the process by an exception, so that what stands is taken down."""
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield  # somebody listens already, and will look after the set-up
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    yield
