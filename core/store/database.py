"""The database: one engine that writes, one that only reads, and what both dialects need to behave alike.

SQLite has one writer at a time. A transaction that reads first and writes later may then fail at once with "database
is locked", whatever the timeout; so each writing transaction is BEGIN IMMEDIATE, which queues for the right to write
at its start. Reads go through a second engine and never wait for a writer (WAL).
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Engine, any_, create_engine, event, func, literal, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from core.store.base import Base, table_of
from core.store.checkpoint import FALLBACK_PAGES, Checkpoints
from core.store.durability import Log

Result = TypeVar("Result")

# What runs statements. A session costs about as much again as the statement itself (measured: 14 us for a prepared
# SELECT on a connection, 60 us through a session), so what every tap runs is prepared once and run on the connection.
Executor: TypeAlias = Connection | Session
SqliteSync: TypeAlias = Literal["normal", "full"]

PATIENCE = timedelta(seconds=4)  # the platform cuts the callback's connection after 5 s
TAP_PATIENCE = timedelta(milliseconds=800)  # for a row another tap holds: that one is done in milliseconds, or is stuck

# A statement may sort for a report. A tap needs no statement for its lock_timeout; who has more patience says so.
_PG_OPTIONS = (
    f"-c timezone=UTC -c lock_timeout={TAP_PATIENCE // timedelta(milliseconds=1)} "
    "-c statement_timeout=20000 -c idle_in_transaction_session_timeout=30000"
)
_LOCK_TIMEOUT = text("SELECT set_config('lock_timeout', :ms, true)")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0001, 0.0004  # seconds: less than a transaction of a tap takes
_PG_LOCK_NOT_AVAILABLE = "55P03"
_PG_NO_SERVER = {"08", "57"}  # classes of codes: no connection; ended or not yet begun by the operator
_PG_TRANSIENT = {"40001", "40P01"}  # serialization failure, deadlock: the same transaction succeeds when run again


class Database:
    """Opens transactions. `dialect` is `sqlite` or `postgresql`.

    `sqlite_sync` is how a commit of SQLite is kept. With `normal` a process may die at any time and nothing is lost,
    but a power cut can take back the last commits, those told to the platform too; with `full` who committed waits for
    the disk (`durability`). PostgreSQL always waits.

    `sqlite_cache_mb` is how much of the file each writing connection may keep in memory. A transaction that changes
    more than that writes pages to the log twice. (Measured: 2,000 leads recycled at once, among a million, take 11 %
    less time with 16 than with SQLite's own 2.)
    """

    def __init__(
        self, url: str, *, pool_size: int = 12, sqlite_sync: SqliteSync = "normal", sqlite_cache_mb: int = 16
    ) -> None:
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        self._waiting = threading.local()
        self._one_writer = threading.Lock()
        self._checkpoints: Checkpoints | None = None
        self._log: Log | None = None
        if self.dialect == "sqlite":
            if parsed.database:
                Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._checkpoints = Checkpoints(parsed.database)
                self._log = Log(parsed.database) if sqlite_sync == "full" else None
            self.writer = _sqlite(url, pool_size, readonly=False, cache_mb=sqlite_cache_mb)
            self.reader = _sqlite(url, pool_size, readonly=True)
            event.listen(self.writer, "begin", self._begin_immediate)
        else:
            # connect_timeout in seconds: a host that swallows packets would hold a callback for ever.
            options = {"options": _PG_OPTIONS, "connect_timeout": 3}
            self.writer = create_engine(
                url,
                pool_size=pool_size,
                max_overflow=4,
                pool_timeout=4,
                hide_parameters=True,  # values in exception texts would put personal data into logs
                connect_args=options,
            )
            self.reader = self.writer
        self._single = self.writer.execution_options(isolation_level="AUTOCOMMIT")  # PostgreSQL's alone; the same pool

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads: one consistent view, nothing is committed."""
        with Session(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As `read`, and on PostgreSQL too all of its statements see one moment: what is read for a record must fit
        together, while people go on working."""
        with self.read() as session:
            if self.dialect == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def begin(self, patience: timedelta = PATIENCE) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, rolled back if the block raises.

        `patience` is how long to wait for a lock before `is_lock_timeout` errors are raised.
        """
        with self._committed(patience) as connection:
            yield connection
        if self._log:
            self._log.keep(self._log.committed())

    @contextmanager
    def _committed(self, patience: timedelta = PATIENCE) -> Iterator[Connection]:
        """A transaction that a power cut may take back until its commit is kept."""
        self._waiting.until = time.monotonic() + patience.total_seconds()
        with self._turn(), self.writer.begin() as connection:
            if self.dialect == "postgresql" and patience != TAP_PATIENCE:
                connection.execute(_LOCK_TIMEOUT, {"ms": f"{patience // timedelta(milliseconds=1)}ms"})
            yield connection

    @contextmanager
    def single(self) -> Iterator[Connection]:
        """As `begin`, for one statement, and with `keep` to follow before anybody is told of it: what this thread
        commits in between keeps both with one turn of the disk. On PostgreSQL it is a transaction by itself, without
        BEGIN and COMMIT: one message to the database and back instead of three."""
        if self.dialect == "sqlite":
            with self._committed() as connection:
                yield connection
            self._waiting.unkept = self._log.committed() if self._log else None
        else:
            with self._single.connect() as connection:
                yield connection

    def keep(self) -> None:
        """Wait until what this thread committed last by `single` survives a power cut, unless it does already."""
        unkept = getattr(self._waiting, "unkept", None)
        if self._log and unkept:
            self._log.keep(unkept)

    @contextmanager
    def write(self, patience: timedelta = PATIENCE) -> Iterator[Session]:
        """As `begin`, with a session over the transaction."""
        with self.begin(patience) as connection, session_on(connection) as session:
            yield session
            session.flush()

    def attempt(self, work: Callable[[], Result], tries: int = 3) -> Result:
        """Run `work` (which opens its own transaction and may be run twice), again after a deadlock, a serialization
        failure, or a connection that had died in the pool (the database was restarted)."""
        for left in range(tries - 1, -1, -1):
            try:
                return work()
            except DBAPIError as error:
                if not left or not _is_transient(error):
                    raise
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Close all pooled connections (before a fork, at the end of a test)."""
        self.writer.dispose()
        self.reader.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer. The threads of this process take turns here, woken at once; SQLite's own waiting
        sleeps up to 100 ms between looks (measured with 16 writers: p99 of a callback 112 ms, with turns 49)."""
        if self.dialect != "sqlite":
            yield
            return
        if not self._one_writer.acquire(timeout=max(0.0, self._waiting.until - time.monotonic())):
            raise _locked(sqlite3.OperationalError("database is locked"))
        try:
            yield
            if self._checkpoints:
                self._checkpoints.committed()
        finally:
            self._one_writer.release()

    def _begin_immediate(self, connection: Connection) -> None:
        """BEGIN on the driver's own connection (through SQLAlchemy it costs as much as a statement, twice a tap), with
        short looks while another process writes."""
        raw: Any = connection.connection.dbapi_connection
        until = getattr(self._waiting, "until", time.monotonic() + PATIENCE.total_seconds())
        try:
            _run_patiently(raw, "BEGIN IMMEDIATE", until)
        except sqlite3.OperationalError as error:
            raise _locked(error) from error


def _run_patiently(raw: Any, statement: str, until: float) -> None:
    """Run a statement of SQLite again and again until nobody holds the lock that it needs."""
    pause = _FIRST_PAUSE
    while True:
        try:
            raw.execute(statement)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        else:
            return


def session_on(connection: Connection) -> Session:
    """A session inside a transaction that somebody else began and will end."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")


def dialect_of(executor: Executor) -> str:
    """`sqlite` or `postgresql`."""
    return executor.dialect.name if isinstance(executor, Connection) else executor.get_bind().dialect.name


def among(
    executor: Executor, column: ColumnElement[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """`column` is one of many values, which are given as one: `in_` makes a name and a mark for each of them, which
    costs more than looking up the rows."""
    if dialect_of(executor) == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def insert_new(executor: Executor, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that does nothing where a unique value is there already. Only a RETURNING tells: for an INSERT
    psycopg's rowcount is -1 either way."""
    return _insert_new(dialect_of(executor), table)


def insert_or_replace(executor: Executor, table: type[Base], key: tuple[str, ...]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that overwrites the row which has the same `key` already; two at once end as one of them."""
    return _insert_or_replace(dialect_of(executor), table, key)


@cache
def _insert_or_replace(dialect: str, table: type[Base], key: tuple[str, ...]) -> postgresql.Insert | sqlite.Insert:
    columns = [column.name for column in table_of(table).columns if column.name not in key]
    if dialect == "postgresql":
        insert = postgresql.insert(table_of(table))
        return insert.on_conflict_do_update(index_elements=key, set_={name: insert.excluded[name] for name in columns})
    simple = sqlite.insert(table_of(table))
    return simple.on_conflict_do_update(index_elements=key, set_={name: simple.excluded[name] for name in columns})


@cache
def _insert_new(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    if dialect == "postgresql":
        return postgresql.insert(table_of(table)).on_conflict_do_nothing()
    return sqlite.insert(table_of(table)).on_conflict_do_nothing()


def _locked(error: sqlite3.Error) -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", None, error)


def is_lock_timeout(error: Exception) -> bool:
    """True if `error` says that somebody else held the lock for longer than we wanted to wait."""
    if not isinstance(error, OperationalError):
        return False
    return "database is locked" in str(error.orig) or _pg_code(error) == _PG_LOCK_NOT_AVAILABLE


def is_away(error: Exception) -> bool:
    """Was the connection to the server lost, or could none be made? (SQLite has no server.)"""
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    no_server = isinstance(error, OperationalError) and (_pg_code(error) or "08")[:2] in _PG_NO_SERVER
    return error.connection_invalidated or no_server


def _is_transient(error: DBAPIError) -> bool:
    return error.connection_invalidated or _pg_code(error) in _PG_TRANSIENT


def _pg_code(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _sqlite(url: str, pool_size: int, *, readonly: bool, cache_mb: int = 2) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=8, pool_timeout=4, hide_parameters=True)

    def create(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        _make_private(arguments[0])

    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA busy_timeout=4000")
        # Of a new file; SQLite does not wait there, whatever its timeout, if two processes begin at once.
        _run_patiently(connection, "PRAGMA journal_mode=WAL", time.monotonic() + PATIENCE.total_seconds())
        connection.execute("PRAGMA synchronous=NORMAL")  # what else is to be kept, `durability` keeps
        connection.execute(f"PRAGMA wal_autocheckpoint={FALLBACK_PAGES}")
        connection.execute(f"PRAGMA cache_size={-1024 * cache_mb}")  # in KiB, when it is negative
        connection.execute("PRAGMA foreign_keys=ON")
        if readonly:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA busy_timeout=0")  # from here on `_begin_immediate` waits

    event.listen(engine, "do_connect", create)
    event.listen(engine, "connect", connect)
    if readonly:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _make_private(file: str) -> None:
    """Make an empty `file` for its owner alone, unless it is there. SQLite would make it for all to read; what it puts
    beside it (`-wal`, `-shm`) it makes as the file itself is. What goes wrong here SQLite meets and tells."""
    if file and file != ":memory:" and not file.startswith("file:"):
        with suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
