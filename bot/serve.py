"""The long-running processes: web, worker, scheduler. Each ends gracefully on SIGTERM."""

import os
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bot.runtime import Runtime, redis_url
from config.settings import Settings
from jobs.embedded import EmbeddedRedis
from jobs.worker import run_scheduler, run_worker, stop_on_signals

KILL_AFTER_SECONDS = 30


def prepare_metrics(settings: Settings) -> None:
    """Let all processes of this machine put their metrics where `/metrics` adds them up. Call it before anything
    imports a counter: prometheus_client looks at the environment once. Files of processes that are gone are removed.
    """
    folder = settings.var_dir / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if not pid.isdigit() or not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def web(settings: Settings, *, host: str, port: int, target: str = "bot.app:load", workers: int | None = None) -> None:
    """Serve HTTP until SIGTERM. `target` is a factory of the WSGI application, loaded in each worker process."""
    redis = _start_redis(settings)
    try:
        Granian(
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
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()
    finally:
        _stop(redis)


def worker(runtime: Runtime) -> None:
    """Answer the bell until SIGTERM."""
    redis = _start_redis(runtime.settings)
    try:
        run_worker(runtime.relay, redis_url(runtime.settings), stop_on_signals())
    finally:
        _stop(redis)


def scheduler(runtime: Runtime) -> None:
    """Sweep until SIGTERM."""
    redis = _start_redis(runtime.settings)
    try:
        run_scheduler(runtime.sweeper, stop_on_signals())
    finally:
        _stop(redis)


def _start_redis(settings: Settings) -> EmbeddedRedis | None:
    if settings.redis_url != "embedded":
        return None
    redis = EmbeddedRedis(settings.var_dir)
    redis.start()
    return redis


def _stop(redis: EmbeddedRedis | None) -> None:
    if redis is not None:
        redis.stop()
