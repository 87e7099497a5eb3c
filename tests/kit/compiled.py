"""Compiled statements, kept over all tests of a process.

SQLAlchemy compiles a statement once for each engine, which a process of the product has for all its life; each test
has an engine of its own, and compiling was a fifth of all that the tests worked (measured on the scenarios).
"""

from functools import partial

from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

from core.store import database


def share() -> None:
    """From here on all databases of this process share what was compiled for their kind."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__hash__ = _hash  # type: ignore[method-assign]
        kind.__eq__ = _equal  # type: ignore[method-assign]
    options = {"compiled_cache": LRUCache(4000)}
    database.create_engine = partial(create_engine, execution_options=options)  # type: ignore[attr-defined]


def _hash(dialect: Dialect) -> int:
    """All our engines of one kind are set up alike, so that a statement compiled for one fits the others."""
    return hash(type(dialect))


def _equal(one: Dialect, other: object) -> bool:
    return type(one) is type(other)
