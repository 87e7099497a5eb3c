"""What SQLite has committed is on the disk before anybody is told of it, and no writer waits for another's disk."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from kit.barriers import until
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.store.database import Database, is_away
from core.store.durability import Log

SECONDS = 10


class Disk:
    """Stands for the disk: knows what was put on it, and does first what a test wants to happen meanwhile."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.kept: list[int] = []  # the rows that were committed whenever the log was put on the disk
        self.meanwhile: Callable[[], None] = lambda: None

    def keep(self, handle: int) -> None:
        """In the place of `os.fdatasync`."""
        assert os.fstat(handle).st_ino == Path(f"{self.file}-wal").stat().st_ino
        self.kept.append(rows(self.file))
        self.meanwhile()
        os.fsync(handle)


def rows(file: Path) -> int:
    connection = sqlite3.connect(file)
    try:
        return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    found = Disk(tmp_path / "x.db")
    monkeypatch.setattr("core.store.durability._keep", found.keep)
    return found


@pytest.fixture
def database(disk: Disk) -> Iterator[Database]:
    made = Database(f"sqlite:///{disk.file}", sqlite_sync="full")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    disk.kept.clear()
    yield made
    made.dispose()


def committed(database: Database) -> int:
    """How many commits wait, or have waited, for the disk."""
    log = database._log
    return log._committed if log else 0


def write(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))


def test_a_commit_is_on_the_disk_when_it_ends(database: Database, disk: Disk) -> None:
    write(database)
    assert disk.kept == [1]
    with suppress(ZeroDivisionError), database.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        raise ZeroDivisionError
    assert disk.kept == [1], "what was not committed is not waited for"


def test_with_normal_nobody_waits_for_the_disk(disk: Disk) -> None:
    database = Database(f"sqlite:///{disk.file}", sqlite_sync="normal")
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 1
    assert disk.kept == []
    database.dispose()


def test_the_next_one_writes_while_the_disk_is_waited_for(database: Database, disk: Disk) -> None:
    other = Database(f"sqlite:///{disk.file}", sqlite_sync="normal")  # as another process
    disk.meanwhile = lambda: write(other)
    write(database)
    assert rows(disk.file) == 2
    other.dispose()


def test_one_turn_of_the_disk_keeps_all_that_was_committed_before_it(database: Database, disk: Disk) -> None:
    begun, all_committed = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        assert all_committed.wait(SECONDS)

    disk.meanwhile = wait
    with ThreadPoolExecutor(6) as threads:
        first = threads.submit(write, database)
        assert begun.wait(SECONDS)
        others = [threads.submit(write, database) for _ in range(5)]
        until(lambda: committed(database) == 7, "all to be committed", seconds=SECONDS)  # the table was one too
        assert rows(disk.file) == 6
        assert not any(other.done() for other in (first, *others))
        all_committed.set()
        for each in (first, *others):
            each.result(SECONDS)
    assert disk.kept == [1, 6]


def test_what_is_written_first_is_kept_with_what_follows(database: Database, disk: Disk) -> None:
    with database.single() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert disk.kept == []
    write(database)
    database.keep()
    assert disk.kept == [2]
    with database.single() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    database.keep()
    database.keep()
    assert disk.kept == [2, 3]


def test_all_commits_of_a_turn_that_failed_are_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk reports a failure once: was asked again for the second waiter, and said that all was well."""
    file, answers = tmp_path / "t.db", iter([OSError(5, "Input/output error")])
    Path(f"{file}-wal").touch()

    def fails_once(_handle: int) -> None:
        for answer in answers:
            raise answer

    monkeypatch.setattr("core.store.durability._keep", fails_once)
    log = Log(str(file))
    one, other = log.committed(), log.committed()
    for commit in (one, other):
        with pytest.raises(OperationalError):
            log.keep(commit)
    log.keep(log.committed())
    with pytest.raises(OperationalError):
        log.keep(other)


def test_a_disk_that_does_not_take_it_is_an_error(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("core.store.durability._keep", broken)
    with pytest.raises(OperationalError, match="Input/output error") as raised:
        write(database)
    assert not is_away(raised.value), "there is no server to be waited for"
