"""The embedded Redis with real processes: they come, go and are killed; there is one server, and the data stays."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.barriers import until
from redis import Redis, RedisError

from jobs import embedded
from jobs.embedded import EmbeddedRedis
from jobs.valkey import LONGEST_SOCKET_PATH, EmbeddedRedisFailed, Server, socket_path

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc"),
]

ROOT = Path(__file__).parents[2]
HANDOVER_SECONDS = 3.0  # about 1 s is promised; the rest is for a busy machine

MEMBER = """
import sys, structlog
from pathlib import Path
from jobs.embedded import EmbeddedRedis
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # what is said is read from stdout
redis = EmbeddedRedis(Path(sys.argv[1]))
redis.start()
print(redis.url, flush=True)
sys.stdin.readline()
redis.stop()
"""

FORKING_MEMBER = """
import os, sys, structlog
from pathlib import Path
from jobs.embedded import EmbeddedRedis
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # what is said is read from stdout
redis = EmbeddedRedis(Path(sys.argv[1]))
redis.start()
child = os.fork()
if child:
    print(child, flush=True)
else:
    if sys.argv[2] == "child-starts":
        redis.start()
        print("started", flush=True)
sys.stdin.readline()
if child:
    os.waitpid(child, 0)
redis.stop()
"""


class Member:
    """One process with a share in the embedded server."""

    def __init__(self, var: Path, script: str = MEMBER, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(var), *more],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """What it says next; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def left(self) -> int:
        return self.process.wait(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=20)


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for pid in server_pids(tmp_path):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def join(var: Path) -> Iterator[Callable[..., Member]]:
    members: list[Member] = []

    def joined(script: str = MEMBER, *more: str) -> Member:
        members.append(Member(var, script, *more))
        return members[-1]

    yield joined
    for member in members:
        if member.process.poll() is None:
            member.kill()
        for pipe in (member.process.stdin, member.process.stdout):
            assert pipe is not None
            pipe.close()


def server_pids(var: Path) -> list[int]:
    """All living processes that run the configuration file of this var directory."""
    config = os.fsencode((var / "redis" / "valkey.conf").resolve())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if config in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue  # it has just ended
    return found


def value(url: str, key: str = "kept") -> str | None:
    try:
        with Redis.from_url(url, socket_timeout=1, decode_responses=True) as redis:
            return redis.get(key)
    except RedisError:
        return None


def put(url: str, key: str = "kept", text: str = "1") -> None:
    with Redis.from_url(url, socket_timeout=1) as redis:
        redis.set(key, text)


def kill_server_and_see_it_back(var: Path, url: str) -> None:
    """SIGKILL of the server: somebody must supervise, and the append-only file must bring the data back."""
    (old,) = server_pids(var)
    os.kill(old, signal.SIGKILL)
    until(lambda: value(url) == "1", seconds=HANDOVER_SECONDS)
    (new,) = server_pids(var)
    assert new != old


def test_three_started_at_once_share_one_private_server(var: Path, join: Callable[..., Member]) -> None:
    members = [join() for _ in range(3)]
    urls = {member.line() for member in members}
    assert len(urls) == 1
    url = urls.pop()
    assert url.startswith("unix://")
    put(url)
    assert value(url) == "1"
    assert len(server_pids(var)) == 1

    with Redis.from_url(url, decode_responses=True) as redis:
        wanted = {"port": "0", "appendonly": "yes", "save": "", "maxmemory-policy": "noeviction"}
        assert {name: redis.config_get(name)[name] for name in wanted} == wanted
        assert 0 < int(redis.config_get("maxmemory")["maxmemory"]) < 2**30
    path = socket_path((var / "redis").resolve())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((var / "redis").stat().st_mode) == 0o700


def test_the_server_does_not_see_our_secrets(
    var: Path, join: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUOLING_SECRET_KEY", "canary")
    join().line()
    (pid,) = server_pids(var)
    assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_a_killed_owner_is_succeeded_and_its_server_adopted(var: Path, join: Callable[..., Member]) -> None:
    owner = join()
    url = owner.line()
    others = [join(), join()]
    assert {other.line() for other in others} == {url}
    put(url)
    before = server_pids(var)
    owner.kill()
    assert value(url) == "1"  # not a moment without it
    assert server_pids(var) == before
    kill_server_and_see_it_back(var, url)


def test_an_owner_that_leaves_hands_over_without_a_gap(var: Path, join: Callable[..., Member]) -> None:
    owner = join()
    url = owner.line()
    other = join()
    other.line()
    put(url)
    before = server_pids(var)
    owner.leave()
    until(lambda: owner.process.poll() is not None or value(url) != "1", seconds=20)
    assert owner.left() == 0
    assert value(url) == "1"
    assert server_pids(var) == before
    kill_server_and_see_it_back(var, url)


def test_the_last_one_out_stops_it_and_the_data_is_there_next_time(var: Path, join: Callable[..., Member]) -> None:
    first, second = join(), join()
    url = first.line()
    second.line()
    put(url)
    first.leave()
    first.left()
    assert len(server_pids(var)) == 1
    second.leave()
    second.left()
    assert server_pids(var) == []
    assert not socket_path((var / "redis").resolve()).exists()
    assert join().line() == url
    assert value(url) == "1"


def test_all_leave_at_once_and_nobody_is_left(var: Path, join: Callable[..., Member]) -> None:
    for _ in range(3):
        members = [join() for _ in range(4)]
        assert all(member.line() for member in members)
        for member in members:
            member.leave()
        assert [member.left() for member in members] == [0, 0, 0, 0]
        assert server_pids(var) == []


def test_coming_and_going_never_doubles_the_server_or_strands_a_newcomer(
    var: Path, join: Callable[..., Member]
) -> None:
    leaving = join()
    assert leaving.line()
    for turn in range(8):
        coming = join()
        leaving.kill() if turn % 3 == 2 else leaving.leave()  # just while the other one joins
        assert coming.line(), "the newcomer has ended"
        put(EmbeddedRedis(var).url, "turn", str(turn))
        assert len(server_pids(var)) == 1
        leaving = coming


def test_an_orphan_that_nobody_watched_is_adopted_not_doubled(var: Path, join: Callable[..., Member]) -> None:
    alone = join()
    url = alone.line()
    put(url)
    alone.kill()
    orphans = server_pids(var)
    assert len(orphans) == 1
    heir = join()
    assert heir.line() == url
    assert value(url) == "1"
    assert server_pids(var) == orphans
    heir.leave()
    heir.left()
    assert server_pids(var) == []


@pytest.mark.parametrize("written", ["before the start", "while the server runs"])
def test_a_stranger_whose_pid_is_in_the_pid_file_is_left_alone(
    var: Path, join: Callable[..., Member], written: str
) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    pid_file = var / "redis" / "valkey.pid"
    try:
        pid_file.parent.mkdir()
        if written == "before the start":
            pid_file.write_text(str(stranger.pid))
        member = join()
        url = member.line()
        put(url)
        if written == "while the server runs":
            pid_file.write_text(str(stranger.pid))
            heir = join()
            heir.line()
            member.kill()
            member = heir
            server = Server((var / "redis").resolve())
            assert server.pid() is None
            server.signal(signal.SIGKILL)
        member.leave()
        member.left()
        assert server_pids(var) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_forked_child_does_not_keep_the_owners_place(var: Path, join: Callable[..., Member]) -> None:
    parent = join(FORKING_MEMBER, "child-waits")
    child = int(parent.line())
    other = join()
    url = other.line()
    put(url)
    try:
        parent.process.kill()  # the child lives on, with nothing of the parent's locks
        parent.process.wait(timeout=20)
        kill_server_and_see_it_back(var, url)
        other.leave()
        other.left()
        assert server_pids(var) == []
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_forked_child_may_start_it_too(var: Path, join: Callable[..., Member]) -> None:
    parent = join(FORKING_MEMBER, "child-starts")
    lines = {parent.line(), parent.line()}
    assert "started" in lines
    child = int(next(line for line in lines if line != "started"))
    url = EmbeddedRedis(var).url
    put(url)
    parent.process.kill()
    parent.process.wait(timeout=20)
    try:
        kill_server_and_see_it_back(var, url)  # by the child, which is alone now
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_socket_file_that_was_tidied_away_comes_back(var: Path, join: Callable[..., Member]) -> None:
    url = join().line()
    put(url)
    socket_path((var / "redis").resolve()).unlink()
    until(lambda: value(url) == "1", seconds=embedded.LOST_SOCKET_SECONDS + HANDOVER_SECONDS)
    assert len(server_pids(var)) == 1


def test_a_long_var_directory_gets_a_short_private_socket(var: Path) -> None:
    deep = var / ("驼铃 var " * 4) / ("x" * 60)
    redis = EmbeddedRedis(deep)
    path = socket_path((deep / "redis").resolve())
    redis.start()
    try:
        assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        put(redis.url)
        assert value(redis.url) == "1"
    finally:
        redis.stop()
    assert not path.parent.exists()


def test_a_path_with_blanks_and_signs_works(tmp_path: Path) -> None:
    redis = EmbeddedRedis(tmp_path / "a b#c?d")
    redis.start()
    try:
        put(redis.url)
        assert value(redis.url) == "1"
    finally:
        redis.stop()


def test_a_socket_directory_that_somebody_else_has_laid_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    trap = socket_path((deep / "redis").resolve()).parent
    trap.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedRedisFailed, match="must be a directory of ours"):
            EmbeddedRedis(deep).start()
    finally:
        trap.unlink()


def test_a_server_that_cannot_start_is_explained_and_can_be_repaired(
    var: Path, join: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    once = join()
    put(once.line())
    once.leave()
    once.left()
    (log,) = (var / "redis" / "aof").glob("*.incr.aof")
    log.write_bytes(b"*3\r\n$3\r\nSET\r\nnonsense" + log.read_bytes())
    monkeypatch.setattr(embedded, "START_SECONDS", 1.0)
    redis = EmbeddedRedis(var)
    with pytest.raises(EmbeddedRedisFailed, match=r"Bad file format[\s\S]*remove .*aof"):
        redis.start()
    assert server_pids(var) == []
    log.unlink()
    (log.parent / "appendonly.aof.manifest").unlink()
    redis.start()
    assert value(redis.url) is None
    redis.stop()
    redis.stop()  # leaving twice is leaving
    assert server_pids(var) == []
