"""How SQLite keeps a commit is what the installation says, on every connection of either engine."""

from pathlib import Path

import pytest
from sqlalchemy import text

from core.store.database import Database, SqliteSync


@pytest.mark.parametrize(("sync", "pragma"), [("normal", 1), ("full", 2)])
def test_commits_are_kept_as_the_installation_says(tmp_path: Path, sync: SqliteSync, pragma: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", sqlite_sync=sync)
    with database.begin() as connection, database.read() as session:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == pragma
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == pragma
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    database.dispose()
