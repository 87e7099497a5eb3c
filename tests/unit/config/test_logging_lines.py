"""Log lines go to stderr or are lost and counted; whatever becomes of stderr, who logs does not notice."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from config.lines import MOST_BYTES, PATIENCE_SECONDS, Lines

SLACK_SECONDS = 2.0  # a busy machine; a write that waits for its reader would wait for ever
LONG = "x" * 20_000


class Pipe:
    """Both ends of a pipe whose writing end is stderr."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reader, writer = os.pipe()
        self.stderr = os.fdopen(writer, "w")
        self._monkeypatch = monkeypatch

    def lines(self) -> Lines:
        """Lines into it. (In the test's body: between a fixture and its test pytest puts its own stderr back.)"""
        self._monkeypatch.setattr("sys.stderr", self.stderr)
        return Lines()

    def read(self) -> list[str]:
        """What lies in it, by lines."""
        os.set_blocking(self.reader, False)
        content = b""
        with suppress(BlockingIOError):
            while got := os.read(self.reader, 1 << 16):
                content += got
        return content.decode(errors="replace").splitlines()  # half a line may end in half a character

    def hang_up(self) -> None:
        """Its reader ends."""
        os.close(self.reader)


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    made = Pipe(monkeypatch)
    yield made
    monkeypatch.undo()
    with suppress(OSError):
        os.close(made.reader)
    made.stderr.close()  # would raise if something were left in its buffer


class Wire(Pipe):
    """As `Pipe`, of unix sockets: how systemd gives a service its stderr."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ours, theirs = socket.socketpair()
        self.reader, self.stderr = ours.detach(), os.fdopen(theirs.detach(), "w")
        self._monkeypatch = monkeypatch


@pytest.fixture(params=["pipe", "pipe of another user", "socket"])
def sink(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    """Whatever stderr may be that somebody reads, or does not."""
    made = Wire(monkeypatch) if request.param == "socket" else Pipe(monkeypatch)
    yield made
    monkeypatch.undo()
    with suppress(OSError):
        os.close(made.reader)
    made.stderr.close()


@pytest.fixture
def lines_of(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, sink: Pipe) -> Callable[[], Lines]:
    """Lines into the sink."""
    if "another user" in request.node.callspec.params["sink"]:
        monkeypatch.setattr("config.lines._opened_again", lambda _: None)
    return sink.lines


def counted(lines: Lines) -> list[int]:
    """Where the numbers of lost lines will stand."""
    lost: list[int] = []
    lines.count_lost(lost.append)
    return lost


def test_lines_arrive_whole(pipe: Pipe) -> None:
    lines = pipe.lines()
    lost = counted(lines)
    for line in ("one", "巴特尔\ud800", LONG):
        lines.write(line)
    assert pipe.read() == ["one", "巴特尔\\ud800", LONG]
    assert sum(lost) == 0


def test_a_reader_that_has_ended_costs_the_line_and_nothing_else(pipe: Pipe) -> None:
    lines = pipe.lines()
    lines.write("heard")
    pipe.hang_up()
    lines.write("before anybody counts")
    lost = counted(lines)
    lines.write("after")
    assert sum(lost) == 2


def test_a_reader_that_hangs_holds_nobody(pipe: Pipe) -> None:
    lines = pipe.lines()
    lost = counted(lines)
    begun = time.monotonic()
    for _ in range(500):
        lines.write(LONG)
    assert time.monotonic() - begun < PATIENCE_SECONDS + SLACK_SECONDS
    assert sum(lost) > 490
    heard = pipe.read()
    assert heard[:3] == [LONG] * 3
    lines.write("he listens again")
    *torn, last = pipe.read()
    assert last == "he listens again", "half a line does not spoil the next one"
    assert [line for line in torn if line] == []


def test_a_line_of_250_kb_that_nobody_reads_holds_nobody(sink: Pipe, lines_of: Callable[[], Lines]) -> None:
    """It is cut, and lost with those behind it; when somebody reads again, he is told of how many."""
    lines = lines_of()
    lost = counted(lines)
    lines.tell_lost("lost: {}".format)
    thread = threading.Thread(target=lambda: [lines.write("巴" * 83_000) for _ in range(50)], daemon=True)
    begun = time.monotonic()
    thread.start()
    thread.join(PATIENCE_SECONDS + SLACK_SECONDS)
    assert not thread.is_alive()
    assert time.monotonic() - begun < PATIENCE_SECONDS + SLACK_SECONDS
    assert os.get_blocking(sink.stderr.fileno()), "who shares it with us finds it as it was"
    first, *_ = sink.read()
    assert first.endswith("巴 …[cut]")
    assert MOST_BYTES - 4 < len(first.encode()) <= MOST_BYTES
    lines.write("heard")
    told = [line for line in sink.read() if line]
    assert told == [f"lost: {sum(lost)}", "heard"]
    assert sum(lost) > 40
    lines.write("again")
    assert sink.read() == ["again"]


def test_whole_lines_arrive_on_whatever_stderr_is(sink: Pipe, lines_of: Callable[[], Lines]) -> None:
    lines = lines_of()
    lost = counted(lines)
    for line in ("one", LONG, "巴特尔"):
        lines.write(line)
    assert sink.read() == ["one", LONG, "巴特尔"]
    sink.hang_up()
    lines.write("to nobody")
    assert sum(lost) == 1


def test_a_reader_that_reads_slowly_costs_no_more_than_the_patience(sink: Pipe, lines_of: Callable[[], Lines]) -> None:
    """Were each bit waited for anew, a line could take as long as it has bits."""
    lines = lines_of()
    lines.write("x" * 40_000)
    done = threading.Event()

    def sip() -> None:
        while not done.wait(PATIENCE_SECONDS / 2):
            os.read(sink.reader, 4096)

    reader = threading.Thread(target=sip, daemon=True)
    reader.start()
    begun = time.monotonic()
    for _ in range(4):
        lines.write("x" * 45_000)
    took = time.monotonic() - begun
    done.set()
    reader.join(10)
    assert took < 4 * PATIENCE_SECONDS + SLACK_SECONDS


def test_two_processes_that_fill_a_pipe_hold_each_other_not(pipe: Pipe) -> None:
    """The last room in it is seen by both; who comes later is not held."""
    lines = pipe.lines()
    lines.write("x" * 47_000)
    lines.write("x" * 14_000)
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            for _ in range(200):
                lines.write("y" * 4_000)
            os._exit(0)
        children.append(child)
    ended = []
    waiter = threading.Thread(target=lambda: ended.extend(os.waitpid(child, 0)[1] for child in children), daemon=True)
    waiter.start()
    waiter.join(20)
    assert ended == [0] * 4


def test_threads_that_write_to_a_hanging_reader_all_go_on(pipe: Pipe) -> None:
    lines = pipe.lines()
    lost = counted(lines)
    threads = [threading.Thread(target=lambda: [lines.write(LONG) for _ in range(50)], daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [thread.is_alive() for thread in threads] == [False] * 8
    assert sum(lost) > 390


def test_a_full_disk_costs_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr("sys.stderr", full)
        lines = Lines()
        lost = counted(lines)
        lines.write("one")
        lines.write("two")
        assert sum(lost) == 2
        monkeypatch.undo()


@pytest.mark.parametrize("closed", [True, False])
def test_a_stderr_that_is_not_there_costs_the_line(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    stream = open(os.devnull, "w")  # noqa: SIM115
    stream.close()
    monkeypatch.setattr("sys.stderr", stream if closed else None)
    lines = Lines()
    lost = counted(lines)
    lines.write("one")
    monkeypatch.undo()
    assert sum(lost) == 1


def test_a_child_that_is_forked_while_somebody_writes_can_write(pipe: Pipe) -> None:
    lines = pipe.lines()
    with lines._turn:  # as a thread holds it that the child does not have
        child = os.fork()
        if not child:
            lines.write("from the child")
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert pipe.read() == ["from the child"]
