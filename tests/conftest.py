"""Fixtures for all tests. `database_url`, and everything built on it, runs on SQLite and on PostgreSQL."""

import gc
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from kit import once
from kit.clock import Clock
from kit.company import Company, open_company
from kit.databases import Emptied, fresh_sqlite, postgres

from config.logging import QUIET
from core.privacy import Vault
from core.store.database import Database
from core.store.unit import Store

once.share()
# Tests make rubbish all the time and little of it in circles: looking for these less often saves 8 % (measured).
gc.set_threshold(50_000, 20, 20)

_LONGEST_NAME = 40
_configure = structlog.configure


def _configure_uncached(**given: Any) -> None:
    _configure(**given | {"cache_logger_on_first_use": False})


# A logger that is first used in a test must not keep that test's configuration for those that come after.
structlog.configure = _configure_uncached

# structlog's own default draws a traceback with the values of all variables, which takes seconds on a busy machine.
structlog.configure(processors=[structlog.processors.KeyValueRenderer()])


def pytest_make_parametrize_id(val: object) -> str | None:
    """A long text is named by its beginning and its length: a test's name goes to each test process and stands in their
    environment, which has no room for megabytes (a program started by the test would not start)."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_NAME:
        return f"{ascii(val[:_LONGEST_NAME])[1:-1]}-{len(val)}"
    return None


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Commands that run in the test's own process configure the logging: it is put back."""
    before = structlog.get_config()
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in (None, *QUIET)}
    yield
    structlog.configure(**before)
    for logger, level in levels.items():
        logger.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this test process."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Emptied:
    """The databases of that server."""
    return Emptied(postgres_server)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the migrated empty SQLite file lies."""
    return tmp_path_factory.mktemp("sqlite") / "template.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """A migrated, empty database; each test that uses it runs on both."""
    if request.param == "sqlite":
        yield fresh_sqlite(tmp_path, sqlite_template)
    else:
        with request.getfixturevalue("postgres_databases").one() as url:
            yield url


@pytest.fixture
def clock() -> Clock:
    """10:00 in China on a Tuesday, until a test moves it."""
    return Clock()


@pytest.fixture
def vault() -> Vault:
    """A vault with a fixed key."""
    return Vault(b"k" * 32)


@pytest.fixture
def store(database_url: str, vault: Vault, clock: Clock) -> Iterator[Store]:
    """A store on an empty database."""
    database = Database(database_url)
    yield Store(database, vault, clock=clock)
    database.dispose()


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    """The sample company's people at work on an empty database, over real HTTP."""
    with open_company(database_url, tmp_path / "var", clock) as company:
        yield company
