"""The floor under a verb: an ORM transaction that writes as many rows into the same tables, with values of the same
sizes, and does nothing else. What the verb writes is seen once, by comparing all tables before and after it.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Mapper, Session

from core.store.audit import AuditRow
from core.store.base import Base
from core.store.unit import Store

Row = Mapping[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a transaction did: the rows it put in, by class, and those it changed, by class and key, with the values
    before and after."""

    inserted: tuple[tuple[type[Base], Row], ...]
    changed: tuple[tuple[type[Base], Key, Row, Row], ...]

    def __str__(self) -> str:
        return f"{len(self.inserted)} rows put in, {len(self.changed)} changed"


def tables(store: Store) -> dict[str, dict[Key, Row]]:
    """All rows of all tables, by table and key."""
    with store.read() as session:
        return {mapper.local_table.name: _rows(session, mapper) for mapper in _mappers()}


def _mappers() -> list[Mapper[Any]]:
    """In the order in which their tables may be filled."""
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    return sorted(Base.registry.mappers, key=lambda mapper: order[_table(mapper).name])


def _table(mapper: Mapper[Any]) -> Table:
    table = mapper.local_table
    if not isinstance(table, Table):
        raise TypeError(f"{mapper} has no table of its own")
    return table


def _rows(session: Session, mapper: Mapper[Any]) -> dict[Key, Row]:
    table = _table(mapper)
    names = [mapper.get_property_by_column(column).key for column in table.columns]
    keys = [names.index(mapper.get_property_by_column(column).key) for column in table.primary_key]
    rows = session.execute(select(table)).all()
    return {tuple(row[place] for place in keys): dict(zip(names, row, strict=True)) for row in rows}


def written(before: Mapping[str, Mapping[Key, Row]], after: Mapping[str, Mapping[Key, Row]]) -> Written:
    """The difference."""
    inserted, changed = [], []
    for mapper in _mappers():
        old, new = before[_table(mapper).name], after[_table(mapper).name]
        for key, row in new.items():
            if key not in old:
                inserted.append((mapper.class_, row))
            elif different := {name for name, value in row.items() if value != old[key][name]}:
                was, now = ({name: each[name] for name in different} for each in (old[key], row))
                changed.append((mapper.class_, key, was, now))
    return Written(tuple(inserted), tuple(changed))


class SameRows:
    """Writes them again, as often as is wanted: new rows under keys of their own, the others to and fro."""

    def __init__(self, store: Store, rows: Written) -> None:
        self._store = store
        self._rows = rows
        self._turn = 0
        with store.read() as session:
            last = session.scalar(select(func.max(AuditRow.seq))) or 0
        self._entries = count(last + 1_000_000)

    @contextmanager
    def then_put_back(self) -> Iterator[None]:
        """What is changed within is as it was before, in the end: the verb itself goes on with these rows."""
        with self._store.read() as session:
            kept = [
                (of, key, {name: getattr(session.get(of, _key(key)), name) for name in was})
                for of, key, was, _ in self._rows.changed
            ]
        yield
        with self._store.database.write() as session:
            for of, key, values in kept:
                _set(session.get(of, _key(key)), values)

    def write(self) -> None:
        """One transaction."""
        self._turn += 1
        names: dict[str, str] = {}
        with self._store.database.write() as session:
            for of, key, was, now in self._rows.changed:
                _set(session.get(of, _key(key)), was if self._turn % 2 else now)
            for of, rows in groupby(self._rows.inserted, key=itemgetter(0)):
                session.add_all([of(**self._fresh(of, values, names)) for _, values in rows])
                session.flush()  # the classes know nothing of each other, so what comes first is said here

    def _fresh(self, of: type[Base], values: Row, names: dict[str, str]) -> dict[str, Any]:
        """The same values under another key; a text that is a key in one row is the same one in the others."""
        table, found = _table(of.__mapper__), dict(values)
        for column in table.columns:
            name = of.__mapper__.get_property_by_column(column).key
            value = found[name]
            if isinstance(value, str) and (column.primary_key or column.unique or value in names):
                if not column.foreign_keys or value in names:
                    found[name] = names.setdefault(value, secrets.token_hex(60)[: len(value)])
            elif column.primary_key and table.autoincrement_column is column:
                del found[name]
            elif column.primary_key and of is AuditRow:
                found[name] = next(self._entries)
        return found


def _key(key: Key) -> Any:
    return key[0] if len(key) == 1 else key


def _set(row: object, values: Row) -> None:
    for name, value in values.items():
        setattr(row, name, value)
