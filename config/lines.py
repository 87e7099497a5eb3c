"""Where log lines go: to stderr, or nowhere. A line that cannot be written is dropped and counted.

What reads our stderr may end (the pipe breaks), hang (the pipe fills up), or have its disk full. None of this may
fail, or hold, the work that the line tells of.
"""

import fcntl
import os
import select
import stat
import sys
import termios
import threading
from collections.abc import Callable
from typing import TextIO

PATIENCE_SECONDS = 0.1  # for a reader that is busy; while one hangs, nobody waits for it again
_PIPE_BYTES = select.PIPE_BUF  # poll says that a pipe can be written to when it has room for so many


class Lines:
    """Writes whole lines to the stderr of now: it is looked up each time, so that a redirected one is followed. Lines
    of several threads do not mix; nor do those of several processes, as far as the kernel keeps them whole. Never
    raises, and does not wait for a reader longer than `PATIENCE_SECONDS`."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._hangs = self._torn = False
        self._lost_before = 0
        self._count: Callable[[int], object] | None = None
        os.register_at_fork(after_in_child=self._forked)

    def count_lost(self, count: Callable[[int], object]) -> None:
        """From now on `count` is told of lines that could not be written, and now of how many were lost until now."""
        self._count = count
        count(self._lost_before)
        self._lost_before = 0

    def write(self, line: str) -> None:
        """Write `line`, which ends with no line feed, or lose it."""
        if not self._written(line):
            if self._count is None:
                self._lost_before += 1
            else:
                self._count(1)

    def _written(self, line: str) -> bool:
        # With a hanging reader two processes can both see the last room in the pipe, and the later one is held: the
        # one thread of it that writes, and not all who have something to say.
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            return False
        try:
            return self._write(sys.stderr, line)
        except (OSError, ValueError):  # broken, full; closed
            return False
        finally:
            self._turn.release()

    def _write(self, stream: TextIO | None, line: str) -> bool:
        if stream is None:  # it was closed when the process began
            return False
        try:
            out = stream.fileno()
        except OSError:  # it stands for no file, in a test
            stream.write(line + "\n")
            stream.flush()
            return True
        # Past the stream's own buffer: what that cannot get rid of it keeps, tries again at each line, and at last
        # makes a failure of the exit of a process that has done all its work.
        return self._send(out, f"{line}\n".encode(errors="backslashreplace"))

    def _send(self, out: int, line: bytes) -> bool:
        """Write to a file descriptor as much as there is room for at a time; True if it was all of the line."""
        rest = b"\n" + line if self._torn else line
        whole = len(rest)
        try:
            while rest:
                room = self._room(out)
                self._hangs = not room
                if self._hangs:
                    return False
                rest = rest[os.write(out, rest[:room]) :]
        finally:
            if len(rest) < whole:  # the first line after half a one begins by ending that
                self._torn = bool(rest)
        return True

    def _room(self, out: int) -> int:
        """How many bytes can be written at once without waiting for the reader; 0 if he hangs."""
        poll = select.poll()
        poll.register(out, select.POLLOUT)
        if not poll.poll(0 if self._hangs else PATIENCE_SECONDS * 1000):
            return 0
        mode = os.fstat(out).st_mode
        if stat.S_ISFIFO(mode):
            return _PIPE_BYTES if _unread(out) else fcntl.fcntl(out, fcntl.F_GETPIPE_SZ)
        return _PIPE_BYTES if stat.S_ISCHR(mode) else sys.maxsize

    def _forked(self) -> None:
        self._turn = threading.Lock()  # who held it does not exist here


def _unread(pipe: int) -> int:
    """How many bytes in the pipe nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


STDERR = Lines()
