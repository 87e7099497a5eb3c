"""The migrations make exactly what the models say, from nothing, and by several processes at once."""

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from kit.databases import database_at
from sqlalchemy import CheckConstraint, inspect
from sqlalchemy.exc import IntegrityError

from core.store import migrate
from core.store.database import Database
from core.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'new.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"empty_{tmp_path.name[-20:]}".lower().replace("-", "_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        yield database_at(server, name)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def test_the_newest_is_the_only_head() -> None:
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_heads() == [migrate.newest()]


ASKED = """
import sys
from core.store import migrate
from core.store.database import Database
assert migrate.current(Database(sys.argv[1])) == migrate.newest()
assert "alembic" not in sys.modules
"""


def test_asking_how_far_a_database_is_keeps_no_alembic_in_memory(empty_url: str) -> None:
    database = Database(empty_url)
    migrate.upgrade(database)
    database.dispose()
    subprocess.run([sys.executable, "-c", ASKED, empty_url], check=True, timeout=60)


def test_from_nothing_to_the_newest_and_no_further(empty_url: str) -> None:
    database = Database(empty_url)
    assert migrate.current(database) is None
    assert migrate.upgrade(database) == (None, migrate.newest())
    assert migrate.upgrade(database) == (migrate.newest(), migrate.newest())
    assert migrate.current(database) == migrate.newest() != ""
    assert set(metadata.tables) <= set(inspect(database.reader).get_table_names())
    database.dispose()


def test_the_models_and_the_migrations_say_the_same(empty_url: str) -> None:
    database = Database(empty_url)
    migrate.upgrade(database)
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    database.dispose()


def test_checks_are_the_same_too(empty_url: str) -> None:
    """Autogenerate compares no CHECK constraints."""
    database = Database(empty_url)
    migrate.upgrade(database)
    found = {
        (table, check["name"])
        for table in metadata.tables
        for check in inspect(database.reader).get_check_constraints(table)
    }
    wanted = {
        (table.name, str(constraint.name))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert found == wanted
    assert wanted
    database.dispose()


def test_what_is_partial_in_the_models_is_partial_in_the_database(database_url: str) -> None:
    """Autogenerate compares no index conditions either, and a whole unique index would forbid a second lead."""
    database = Database(database_url)
    found = {
        (table, str(index["name"]))
        for table in metadata.tables
        for index in inspect(database.reader).get_indexes(table)
        if index.get("dialect_options", {}).get(f"{database.dialect}_where") is not None
    }
    wanted = {
        (table.name, str(index.name))
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[database.dialect]["where"] is not None
    }
    assert found == wanted
    assert ("lead", "uq_lead_open_customer") in wanted
    database.dispose()


def test_no_migration_promises_a_way_back(empty_url: str, tmp_path: Path) -> None:
    """Nor does the draft of the next one: what nobody tried would be tried when it is needed."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    database = Database(empty_url)
    migrate.upgrade(database)
    migrate.draft(database, "nothing", folder)
    database.dispose()
    files = [file for file in (folder / "versions").glob("*.py") if file.name != "__init__.py"]
    assert len(files) > 1
    assert [file.name for file in files if "downgrade" in file.read_text(encoding="utf-8")] == []


def test_an_upgrade_has_all_the_time_that_it_needs(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of a tap do not hold for it, nor for who waits until it is done."""
    seen: list[str] = []

    def look(config: Config, _: str) -> None:
        connection = config.attributes["connection"]
        if connection.dialect.name == "postgresql":
            for name in ("lock_timeout", "statement_timeout"):
                seen.append(connection.exec_driver_sql(f"SHOW {name}").scalar())

    monkeypatch.setattr("alembic.command.upgrade", look)
    database = Database(empty_url)
    migrate.upgrade(database)
    assert set(seen) == ({"0"} if database.dialect == "postgresql" else set())
    with database.read() as session:
        again = session.connection().exec_driver_sql("SHOW lock_timeout").scalar() if seen else "800ms"
    assert again == "800ms", "and do again afterwards"
    database.dispose()


def test_two_upgrades_at_once_make_one_schema(empty_url: str) -> None:
    """As when two containers of a new release start together."""
    start, came, failed = threading.Barrier(3), [], []

    def upgrade() -> None:
        database = Database(empty_url)
        start.wait(timeout=20)
        try:
            came.append(migrate.upgrade(database))
        except Exception as error:  # noqa: BLE001  told below, in the test's own thread
            failed.append(error)
        finally:
            database.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    newest = migrate.newest()
    assert sorted(came, key=str) == sorted([(None, newest), (newest, newest), (newest, newest)], key=str)


def test_a_failing_migration_leaves_nothing_behind(empty_url: str) -> None:
    """Schema changes are transactions on both databases: a database is never between two revisions."""
    database = Database(empty_url)
    with contextlib.suppress(IntegrityError), database.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO half VALUES (1), (1)")
    assert "half" not in inspect(database.reader).get_table_names()
    assert migrate.upgrade(database) == (None, migrate.newest())
    database.dispose()


def test_a_draft_has_the_next_number_and_what_the_models_say(empty_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    database = Database(empty_url)
    migrate.upgrade(database)
    with database.writer.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_issued_card_created_at")
    file = migrate.draft(database, "say when", folder)
    assert file == folder / "versions" / f"{int(migrate.newest()) + 1:04}_say_when.py"
    text = file.read_text(encoding="utf-8")
    assert f'down_revision = "{migrate.newest()}"' in text.replace("'", '"')
    assert text.count("create_index") == 1
    assert "ix_issued_card_created_at" in text
    database.dispose()
