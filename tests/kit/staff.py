"""The sample company's people in a database: imported once by each test process, put back row by row after that.

Importing checks every cell against everybody and was a quarter of what it takes to open a company (measured).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, text, update

from bot.peoplefile import read_people
from bot.sandbox.seed import PEOPLE_FILE
from core.people.models import Person
from core.people.service import import_people
from core.store.base import Base
from core.store.unit import Store

_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
_IN_ANY_ORDER = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


@dataclass(frozen=True, slots=True)
class _Imported:
    """All rows of a database that holds the people and nothing else."""

    rows: tuple[tuple[Table, list[dict[str, Any]]], ...]
    sequences: tuple[tuple[str, int], ...]  # PostgreSQL's, and where they stand

    @classmethod
    def read(cls, connection: Connection) -> "_Imported":
        found = [(table, connection.execute(select(table)).mappings().all()) for table in Base.metadata.sorted_tables]
        postgresql = connection.dialect.name == "postgresql"
        sequences = connection.execute(text(_SEQUENCES)).all() if postgresql else []
        return cls(
            tuple((table, [dict(row) for row in rows]) for table, rows in found if rows),
            tuple((name, last) for name, last in sequences),
        )

    def write(self, connection: Connection) -> None:
        connection.execute(text(_IN_ANY_ORDER[connection.dialect.name]))  # people refer to each other
        for table, rows in self.rows:
            connection.execute(delete(table))  # of the log's head and the key's proof an empty database has one
            connection.execute(insert(table), rows)
        for name, last in self.sequences:
            connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def move_to_dingtalk(store: Store, people: Collection[str], *, alone: bool = False) -> None:
    """These people want what comes to them on DingTalk. They have WeCom too, as the people file says (many tests look
    for a person by that account), unless `alone`: then they have none there, and the others none on DingTalk."""
    theirs = Person.wecom_userid.in_(people)
    with store.database.begin() as connection:
        if alone:
            connection.execute(update(Person).where(~theirs).values(dingtalk_userid=None))
            connection.execute(update(Person).where(theirs).values(wecom_userid=None))
        else:
            connection.execute(update(Person).where(theirs).values(prefers="dingtalk"))


_IMPORTED: dict[tuple[str, datetime], _Imported] = {}


def employ(store: Store) -> None:
    """Import the people of the sample company into a database that is empty but for its key."""
    database = store.database
    kind = (database.dialect, store.clock())
    if kind in _IMPORTED:
        with database.begin() as connection:
            _IMPORTED[kind].write(connection)
        return
    with store.unit(request_id="test") as unit:
        import_people(unit, read_people(PEOPLE_FILE))
    with database.begin() as connection:
        _IMPORTED[kind] = _Imported.read(connection)
