"""Prepared statements: compiled once for each database, then run by their text.

For what runs on every tap. SQLAlchemy looks a statement up in its cache, builds parameters and wraps rows each time,
which costs several times the statement itself (measured on SQLite: an INSERT 87 us against 17 by its text, a SELECT
50 against 32). Types still convert what goes in and what comes out, as everywhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.sql.compiler import SQLCompiler

from core.store.database import Executor

Values: TypeAlias = Mapping[str, Any]
_Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one database takes it: its text, the names of its values (in the order of their places, unless
    they are given by name), and what converts values on the way in and columns on the way out."""

    sql: str
    names: tuple[str, ...]
    by_name: bool
    given: Mapping[str, Any]
    into: Mapping[str, _Convert]
    out: Sequence[tuple[int, _Convert]]


class Prepared:
    """One statement. `statement` is made for the connection's database where they differ; `columns` are those that
    an INSERT without values fills."""

    def __init__(
        self, statement: Executable | Callable[[Connection], Executable], columns: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._texts: dict[str, _Text] = {}

    def run(self, executor: Executor, values: Values) -> None:
        """Carry it out, whatever comes back."""
        self._execute(executor, values)

    def changed(self, executor: Executor, values: Values) -> bool:
        """Carry it out; did any row fit?"""
        return self._execute(executor, values)[0].rowcount > 0

    def run_all(self, executor: Executor, rows: Sequence[Values]) -> None:
        """Carry it out once for each of `rows`; with none of them, nothing."""
        if len(rows) < 2:
            for row in rows:
                self._execute(executor, row)
            return
        connection = _connection(executor)
        text = self._text(connection)
        connection.exec_driver_sql(text.sql, _all_bound(text, rows))

    def rows(self, executor: Executor, values: Values) -> list[tuple[Any, ...]]:
        """All rows it gives."""
        result, out = self._execute(executor, values)
        return [_converted(row, out) for row in result]

    def row(self, executor: Executor, values: Values) -> tuple[Any, ...] | None:
        """The first row it gives, or None."""
        result, out = self._execute(executor, values)
        row = result.first()
        return None if row is None else _converted(row, out)

    def _execute(self, executor: Executor, values: Values) -> tuple[CursorResult[Any], Sequence[tuple[int, _Convert]]]:
        connection = _connection(executor)
        text = self._text(connection)
        return connection.exec_driver_sql(text.sql, _bound(text, values)), text.out

    def _text(self, connection: Connection) -> _Text:
        name = connection.dialect.name
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = self._compile(connection)
        return found

    def _compile(self, connection: Connection) -> _Text:
        dialect = connection.dialect
        statement: Any = self._statement(connection) if callable(self._statement) else self._statement
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=self._columns)
        if left_out := [column.name for column in (*compiled.insert_prefetch, *compiled.update_prefetch)]:
            raise ValueError(f"a prepared statement computes no default: {left_out} must be given")
        into = {
            name: convert
            for name, bind in compiled.binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        columns = getattr(statement, "exported_columns", ())
        out = [
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]
        constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        by_name = compiled.positiontup is None
        names = tuple(compiled.binds if compiled.positiontup is None else compiled.positiontup)
        return _Text(str(compiled), names, by_name, constants, into, out)


def _connection(executor: Executor) -> Connection:
    return executor if isinstance(executor, Connection) else executor.connection()


def _bound(text: _Text, values: Values) -> Any:
    into = text.into
    bound = {name: into[name](value) if name in into else value for name, value in {**text.given, **values}.items()}
    return bound if text.by_name else tuple([bound[name] for name in text.names])


def _all_bound(text: _Text, rows: Sequence[Values]) -> Any:
    """The same for many rows, column by column: what stands in each row, such as a time, is converted once."""
    columns = []
    for name in text.names:
        column = [row[name] for row in rows] if name in rows[0] else [text.given[name]] * len(rows)
        convert = text.into.get(name)
        columns.append(column if convert is None else _converted_column(convert, column))
    bound = zip(*columns, strict=True)
    return [dict(zip(text.names, row, strict=True)) for row in bound] if text.by_name else list(bound)


def _converted_column(convert: _Convert, column: Sequence[Any]) -> list[Any]:
    last, done, converted = column[0], convert(column[0]), []
    for value in column:
        if value is not last:
            last, done = value, convert(value)
        converted.append(done)
    return converted


def _converted(row: Sequence[Any], out: Sequence[tuple[int, _Convert]]) -> tuple[Any, ...]:
    if not out:
        return tuple(row)
    cells = list(row)
    for place, convert in out:
        cells[place] = convert(cells[place])
    return tuple(cells)
