"""SQLite's checkpoints: beside the commits, one at a time, and harmless when they fail."""

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from kit.databases import fresh_sqlite
from kit.logs import own_logging
from sqlalchemy import text
from structlog.testing import capture_logs

from core.store.checkpoint import COMMITS, Checkpoints
from core.store.database import Database


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Database:
    return Database(fresh_sqlite(tmp_path, sqlite_template))


def wait_for_checkpoints() -> None:
    for thread in threading.enumerate():
        if thread.name == "checkpoint":
            thread.join(10)
            assert not thread.is_alive()


def rows_without_the_log(file: str, copy: Path) -> int:
    """What the database file holds by itself, its log left behind."""
    shutil.copyfile(file, copy)
    connection = sqlite3.connect(copy)
    count: int = connection.execute("SELECT count(*) FROM department").fetchone()[0]
    connection.close()
    return count


def commit(database: Database, numbers: range) -> None:
    for number in numbers:
        with database.begin() as connection:
            connection.execute(text("INSERT INTO department (path) VALUES (:path)"), {"path": f"d{number}"})


def test_after_many_commits_the_file_holds_them(database: Database, tmp_path: Path) -> None:
    file = database.writer.url.database
    assert file
    commit(database, range(COMMITS - 1))
    wait_for_checkpoints()
    assert rows_without_the_log(file, tmp_path / "before.db") == 0
    commit(database, range(COMMITS - 1, COMMITS))
    wait_for_checkpoints()
    assert rows_without_the_log(file, tmp_path / "after.db") == COMMITS
    database.dispose()


def test_a_rolled_back_transaction_does_not_count(database: Database, tmp_path: Path) -> None:
    file = database.writer.url.database
    assert file
    commit(database, range(COMMITS - 1))
    with pytest.raises(ZeroDivisionError), database.begin():
        raise ZeroDivisionError
    wait_for_checkpoints()
    assert rows_without_the_log(file, tmp_path / "copy.db") == 0
    database.dispose()


def test_one_that_cannot_be_done_is_told_and_tried_again(tmp_path: Path) -> None:
    nowhere = Checkpoints(str(tmp_path / "no folder" / "x.db"))
    with own_logging(), capture_logs() as logs:
        for _ in range(2):
            for _ in range(COMMITS):
                nowhere.committed()
            wait_for_checkpoints()
    assert [line["event"] for line in logs] == ["checkpoint failed", "checkpoint failed"]
