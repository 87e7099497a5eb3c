"""Where log lines go: to stderr, or nowhere. A line that cannot be written is dropped and counted, and told of later.

What reads our stderr may end (the pipe breaks), hang (the pipe or socket fills up), or have its disk full. None of this
may fail, or hold, the work that the line tells of: nothing here writes in a way that waits for the reader.
"""

import fcntl
import os
import select
import socket
import stat
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

PATIENCE_SECONDS = 0.1  # in all, for a reader that is busy; while one hangs, nobody waits for it again
MOST_BYTES = 48 * 1024  # of a line; so much journald takes as one, and a pipe that nobody reads holds it
_CUT = " …[cut]"
_PIPE_BYTES = select.PIPE_BUF  # poll says that a pipe can be written to when it has room for so many
_NOW = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL


class Lines:
    """Writes whole lines to the stderr of now: it is looked up each time, so that a redirected one is followed. Lines
    of several threads do not mix; nor do those of several processes, as far as the kernel keeps them whole. A line of
    more than `MOST_BYTES` is cut. Never raises, and does not wait for a reader longer than `PATIENCE_SECONDS`."""

    def __init__(self) -> None:
        self._turn, self._tally = threading.Lock(), threading.Lock()
        self._hangs = self._torn = False
        self._lost_before = self._untold = 0
        self._count: Callable[[int], object] | None = None
        self._notice: Callable[[int], str] | None = None
        os.register_at_fork(after_in_child=self._forked)

    def count_lost(self, count: Callable[[int], object]) -> None:
        """From now on `count` is told of lines that could not be written, and now of how many were lost until now."""
        self._count = count
        count(self._lost_before)
        self._lost_before = 0

    def tell_lost(self, notice: Callable[[int], str]) -> None:
        """From now on, where lines were lost, the first that can be written again comes behind the line that `notice`
        makes of their number."""
        self._notice = notice

    def write(self, line: str) -> None:
        """Write `line`, which ends with no line feed, or lose it."""
        if self._written(_cut(line)):
            return
        with self._tally:
            self._untold += 1
            if self._count is None:
                self._lost_before += 1
        if self._count is not None:
            self._count(1)

    def _written(self, line: str) -> bool:
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
        untold = self._untold
        if untold and self._notice is not None:
            if not self._put(stream, self._notice(untold)):
                return False
            with self._tally:
                self._untold -= untold
        return self._put(stream, line)

    def _put(self, stream: TextIO, line: str) -> bool:
        try:
            out = stream.fileno()
        except OSError:  # it stands for no file, in a test
            stream.write(_bytes(line).decode())
            stream.flush()
            return True
        # Past the stream's own buffer: what that cannot get rid of it keeps, tries again at each line, and at last
        # makes a failure of the exit of a process that has done all its work.
        return self._send(out, line)

    def _send(self, out: int, line: str) -> bool:
        """Write to a file descriptor as much as it takes without waiting, for as long as there is patience; True if it
        was all of the line."""
        text = _bytes(line)
        rest = b"\n" + text if self._torn else text
        whole = len(rest)
        deadline = time.monotonic() + (0 if self._hangs else PATIENCE_SECONDS)
        try:
            with _writing(out) as write:
                while rest:
                    taken = _taken(write, rest)
                    rest = rest[taken:]
                    if not taken and not _ready(out, deadline):
                        break
                self._hangs = bool(rest)
        finally:
            if len(rest) < whole:  # the first line after half a one begins by ending that
                self._torn = bool(rest)
        return not rest

    def _forked(self) -> None:
        self._turn, self._tally = threading.Lock(), threading.Lock()  # who held them does not exist here
        self._untold = 0  # the parent tells of it


def _bytes(line: str) -> bytes:
    return f"{line}\n".encode(errors="backslashreplace")


def _cut(line: str) -> str:
    """The line, or so much of its beginning as fits."""
    if len(line) * 4 <= MOST_BYTES:
        return line
    text = line.encode(errors="backslashreplace")
    if len(text) <= MOST_BYTES:
        return line
    return text[: MOST_BYTES - len(_CUT.encode())].decode(errors="ignore") + _CUT


@contextmanager
def _writing(out: int) -> Iterator[Callable[[bytes], int]]:
    """How to write to a file descriptor without waiting for its reader. It must not be set to do so for good: it is
    shared with other processes, and who started us may not expect that."""
    mode = os.fstat(out).st_mode
    if stat.S_ISSOCK(mode):
        sink = socket.socket(fileno=out)
        try:
            yield lambda data: sink.send(data, _NOW)
        finally:
            sink.detach()  # it is not ours to close
    elif not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        yield lambda data: os.write(out, data)
    elif (own := _opened_again(out)) is not None:
        try:
            yield lambda data: os.write(own, data)
        finally:
            os.close(own)
    else:
        yield lambda data: os.write(out, data[: _room(out, mode)])


def _opened_again(out: int) -> int | None:
    """The same pipe or terminal, opened once more, not to wait; None where we may not, as where who started us is
    another user."""
    try:
        return os.open(f"/proc/self/fd/{out}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (PermissionError, FileNotFoundError):
        return None


def _room(out: int, mode: int) -> int:
    """How many bytes can be written at once without waiting, as far as one can know: two processes can both see the
    last room, and the later one is held then, with the one thread of it that writes."""
    poll = select.poll()
    poll.register(out, select.POLLOUT)
    if not poll.poll(0):
        return 0
    if stat.S_ISFIFO(mode) and not _unread(out):
        return fcntl.fcntl(out, fcntl.F_GETPIPE_SZ)
    return _PIPE_BYTES


def _taken(write: Callable[[bytes], int], data: bytes) -> int:
    try:
        return write(data)
    except BlockingIOError:
        return 0


def _ready(out: int, deadline: float) -> bool:
    """Wait until something can be written; False if the deadline comes first."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        return False
    poll = select.poll()
    poll.register(out, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


def _unread(pipe: int) -> int:
    """How many bytes in the pipe nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


STDERR = Lines()
