"""Many rows at once, for files of a million leads: statements by their text, values as they are.

A prepared statement (`prepared`) converts each value of each row, which costs about as much as writing the row. Here
values are what both drivers take (texts, numbers, bytes), and what is the same for all rows, such as a time, is
converted once.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from core.store.base import Base, table_of
from core.store.database import Executor

_MARKS = {"sqlite": "?", "postgresql": "%s"}


class InsertMany:
    """An INSERT into the table of `model`: `columns` differ from row to row, `same` do not. Where a unique value is
    there already, nothing is done with `new_only`."""

    def __init__(
        self, model: type[Base], columns: Sequence[str], same: Sequence[str] = (), *, new_only: bool = False
    ) -> None:
        self._table = table_of(model)
        self._same = tuple(same)
        names = ", ".join((*columns, *same))
        self._sql = f"INSERT INTO {self._table.name} ({names}) VALUES ({{}})"  # noqa: S608  names of our own tables
        self._sql += " ON CONFLICT DO NOTHING" if new_only else ""
        self._width = len(columns) + len(same)

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]], **same: Any) -> bool:
        """Insert the rows, each with its values in the order of the columns; none is fine. True if all of them were
        inserted; False if not, or if the driver does not say."""
        if not rows:
            return True
        dialect = connection.dialect
        shared: tuple[Any, ...] = ()
        for name in self._same:
            convert = self._table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            shared += (convert(same[name]) if convert else same[name],)
        sql = self._sql.format(", ".join([_MARKS[dialect.name]] * self._width))
        return connection.exec_driver_sql(sql, [row + shared for row in rows]).rowcount == len(rows)


class Among:
    """A SELECT by its text, for the rows of which a column is among many values: `… WHERE column {}`."""

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def rows(self, executor: Executor, values: Collection[Any]) -> list[tuple[Any, ...]]:
        """The rows as the driver gives them; of no values, none."""
        if not values:
            return []
        connection = executor if isinstance(executor, Connection) else executor.connection()
        if connection.dialect.name == "postgresql":  # one text, whatever their number: the server keeps its plan
            found = connection.exec_driver_sql(self._sql.format("= ANY(%s)"), (list(values),))
        else:
            found = connection.exec_driver_sql(self._sql.format(f"IN ({', '.join('?' * len(values))})"), tuple(values))
        return [tuple(row) for row in found]
