"""What a process of the product does once in its life, and each test would do again: kept over all tests of a process.

Measured before and after on the scenarios: compiling statements was a fifth of all that the tests worked, building the
web applications' routes and reading the company's shipped YAML a third of what it takes to open a company.
"""

from collections.abc import Callable, Collection
from functools import cache, partial
from pathlib import Path
from types import FunctionType

from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from config import in_force
from config.company import Company, load_company
from config.settings import Settings
from core.store import database

_SHIPPED = Settings.model_fields["config_dir"].default


def share() -> None:
    """From here on all tests of this process share what is compiled for a kind of database, for a route of the web
    applications, and the company's configuration as it is shipped."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__hash__ = _hash  # type: ignore[method-assign]
        kind.__eq__ = _equal  # type: ignore[method-assign]
    options = {"compiled_cache": LRUCache(4000)}
    database.create_engine = partial(create_engine, execution_options=options)  # type: ignore[attr-defined]
    Rule._compile_builder = _kept(Rule._compile_builder)  # type: ignore[assignment, method-assign]
    in_force.load_company = _load_company  # type: ignore[attr-defined]


def _hash(dialect: Dialect) -> int:
    """All our engines of one kind are set up alike, so that a statement compiled for one fits the others."""
    return hash(type(dialect))


def _equal(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _kept(compile_builder: Callable[[Rule, bool], FunctionType]) -> Callable[[Rule, bool], FunctionType]:
    """What werkzeug compiles to write a route's address is alike for routes that are written alike."""
    known: dict[tuple[object, ...], FunctionType] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> FunctionType:
        alike = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if alike not in known:
            known[alike] = compile_builder(rule, append_unknown)
        return known[alike]

    return builder


def _load_company(folder: Path, commands: Collection[str] = ()) -> Company:
    """As shipped it is read once (nothing changes a `Company`); a test's own folder each time."""
    return _shipped(frozenset(commands)) if folder == _SHIPPED else load_company(folder, commands)


@cache
def _shipped(commands: frozenset[str]) -> Company:
    return load_company(_SHIPPED, commands)
