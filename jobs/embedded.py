"""A Redis of our own: `serve`, `worker` and `scheduler` share one embedded Valkey server under the var directory.

Whoever starts first starts it. Three `flock`s in `var/redis` decide everything; the kernel releases them when a
process ends, however it ends, so no file can be stale:

- `members.lock`, shared: held by everyone who uses the server. Who can take it alone when leaving is the last one
  and stops the server.
- `owner.lock`, exclusive: its holder watches the server and restarts it. The others keep trying for it, so that a
  new owner is there a moment after the old one ended, and adopts the server that is still running.
- `server.lock`, exclusive: handed down to the server process itself, which thereby holds it for as long as it lives.
  A second server on the same data is impossible, whatever a pid file says.
"""

import atexit
import fcntl
import os
import signal
import threading
import time
import weakref
from pathlib import Path
from urllib.parse import quote

import structlog

from jobs.valkey import STOP_SECONDS, EmbeddedRedisFailed, FileLock, Server, make_private, wait_until

START_SECONDS = 10.0  # start() gives up after this
TEND_SECONDS = 0.2  # how often the server, or the owner's place, is looked at
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 5.0  # between two starts of a server that dies again and again
LOST_SOCKET_SECONDS = 3.0  # a server whose socket file stays away this long is started anew

_log = structlog.get_logger(__name__)
_everyone: "weakref.WeakSet[EmbeddedRedis]" = weakref.WeakSet()


class EmbeddedRedis:
    """This process's share in the embedded server. Every process calls `start()`, or is forked from one that did and
    stays: a forked child inherits no share (it may call `start()` itself), only the `url`."""

    _thread: threading.Thread | None

    def __init__(self, var_dir: Path) -> None:
        self._home = (var_dir / "redis").resolve()
        self._begin()
        _everyone.add(self)

    @property
    def url(self) -> str:
        """For redis-py: `unix:///…`, the same in every process of this var directory."""
        return "unix://" + quote(str(self._server.socket))

    def start(self) -> None:
        """Joins, starting the server if there is none; returns when it answers. Calling it again does nothing.

        Raises EmbeddedRedisFailed, with the end of the server's log, when it does not answer within 10 seconds.
        """
        if self._thread is not None:
            return
        make_private(self._home)
        if not wait_until(lambda: self._members.take(fcntl.LOCK_SH), START_SECONDS):
            raise EmbeddedRedisFailed(f"Somebody has been stopping the embedded Redis in {self._home} for too long.")
        make_private(self._server.socket.parent)
        self._thread = threading.Thread(target=self._supervise, name="embedded-redis", daemon=True)
        self._thread.start()
        atexit.register(self.stop)
        if not wait_until(self._server.answers, START_SECONDS):
            self.stop()
            raise EmbeddedRedisFailed(
                f"The embedded Redis in {self._home} does not answer. Its last words: {self._server.last_words()} "
                f"If its data is damaged, remove {self._home / 'aof'}: nothing that matters is kept there."
            )

    def stop(self) -> None:
        """Leaves. While others live the server stays, and one of them watches over it; the last one stops it."""
        if self._thread is None:
            return
        atexit.unregister(self.stop)
        self._leaving.set()
        self._thread.join()
        # Given back first, then taken alone: of two who leave at once, at least the later one sees itself alone.
        self._members.drop()
        if self._members.take(fcntl.LOCK_EX):
            if self._owner.fd is not None or wait_until(lambda: self._owner.take(fcntl.LOCK_EX), STOP_SECONDS):
                self._server.shut_down()
                _log.info("embedded_redis_stopped")
            else:
                _log.warning("embedded_redis_left_running", why="the owner's lock was not given back")
        self._owner.drop()
        self._members.drop()
        self._begin()

    def _begin(self) -> None:
        """As if never started; nothing that was held is touched."""
        self._members = FileLock(self._home / "members.lock")
        self._owner = FileLock(self._home / "owner.lock")
        self._server = Server(self._home)
        self._leaving = threading.Event()
        self._thread = None
        self._pause = FIRST_PAUSE_SECONDS
        self._spawned_at = self._not_before = self._socket_seen_at = 0.0  # monotonic seconds

    def _supervise(self) -> None:
        while True:
            try:
                self._tend(time.monotonic())
            except (OSError, EmbeddedRedisFailed) as fault:  # disk full, no file handles left: it may pass
                _log.warning("embedded_redis_fault", fault=type(fault).__name__, why=str(fault))
            if self._leaving.wait(TEND_SECONDS):
                return

    def _tend(self, now: float) -> None:
        """One look: become the owner if the place is free; as the owner, see that a server runs."""
        if self._owner.fd is None:
            if not self._owner.take(fcntl.LOCK_EX):
                return
            self._socket_seen_at = now
            if self._server.alive():
                _log.info("embedded_redis_adopted", pid=self._server.pid())
        if self._server.alive():
            self._mind_socket(now)
        elif now >= self._not_before and self._server.spawn():
            if now - self._spawned_at > 2 * LONGEST_PAUSE_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
            self._spawned_at = self._socket_seen_at = now
            self._not_before = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            _log.info("embedded_redis_spawned")

    def _mind_socket(self, now: float) -> None:
        """Somebody may tidy /tmp: a server whose socket file is gone can be reached by nobody any more."""
        if self._server.socket.exists():
            self._socket_seen_at = now
        elif now - self._socket_seen_at > LOST_SOCKET_SECONDS:
            _log.warning("embedded_redis_socket_lost", pid=self._server.pid())
            self._socket_seen_at = now
            self._server.signal(signal.SIGTERM)

    def _forget_inheritance(self) -> None:
        """In a forked child: threads have not come along, and locks held here would outlive the parent."""
        self._members.forget()
        self._owner.forget()
        self._begin()


def _forget_inheritances() -> None:
    for redis in list(_everyone):
        redis._forget_inheritance()


os.register_at_fork(after_in_child=_forget_inheritances)
