"""Houses of real processes for the chaos tests; how often each cell is repeated."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.processes import ROUNDS, House, open_house


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The whole company in three processes, on SQLite and on PostgreSQL."""
    with open_house(database_url, tmp_path / "var") as house:
        yield house


@pytest.fixture
def rounds(database_url: str) -> int:
    """How often a cell is repeated: on PostgreSQL as often as was asked for, on SQLite (one writer) a third of that."""
    return ROUNDS if database_url.startswith("postgresql") else max(1, ROUNDS // 3)
