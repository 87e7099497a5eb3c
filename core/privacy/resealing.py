"""Sealing anew, with the master key of now, what was sealed with the one before; and its blind indexes with it.

Runs beside live processes and may be stopped at any time: it goes through each table by its primary key, a page at a
time. A page is read and sealed outside of any transaction and written in a short one, each value only where the old
ciphertext still stands: what somebody changed meanwhile is his. What is done is recognised by its key and not done
again, so running it again goes on where it was stopped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.privacy.sealed import SEALED, Sealed
from core.privacy.vault import Unreadable, Vault
from core.store.database import Executor
from core.store.unit import Store

PAGE = 200  # rows: some 20 ms of a write transaction
_PATIENCE = timedelta(seconds=30)  # nobody waits for an answer here


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was sealed with another key than that of now: the row it stands in, the old ciphertext, and what is
    to stand there (the new one, and the blind indexes)."""

    sealed: Sealed
    row: dict[str, Any]
    old: bytes
    new: dict[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be done in one page of a table. `last` is the key of its last row, None if there are no more."""

    changes: list[Change]
    unreadable: list[Sealed]
    last: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many values, by column (`customer.phone`): sealed with an `old` key, sealed `anew`, `unreadable` with any key
    we have, and `doubled`: the new blind index stands in another row already."""

    old: Counter[str] = field(default_factory=Counter)
    anew: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)


def count(store: Store) -> Tally:
    """What is to be done; changes nothing."""
    tally = Tally()
    for page in _pages(store, tally):
        tally.old.update(str(change.sealed) for change in page)
    return tally


def reseal(store: Store) -> Tally:
    """Do it. A value in `old` that is not in `anew` was changed by somebody else meanwhile."""
    tally = Tally()
    for page in _pages(store, tally):
        tally.old.update(str(change.sealed) for change in page)
        _write(store, page, tally)
    return tally


def read_page(session: Session, vault: Vault, table: Table, after: Sequence[Any] | None = None) -> Page:
    """The page of `table` behind the row with the key `after`, its values sealed anew but not written yet."""
    keys = tuple(table.primary_key.columns)
    statement = select(table).order_by(*keys).limit(PAGE)
    if after is not None:
        statement = statement.where(tuple_(*keys) > tuple(after) if len(keys) > 1 else keys[0] > after[0])
    rows = [dict(row) for row in session.execute(statement).mappings()]
    changes: list[Change] = []
    unreadable: list[Sealed] = []
    for row in rows:
        for sealed in (each for each in SEALED if each.table is table):
            envelope = row[sealed.name]
            if envelope is None or not vault.needs_resealing(envelope):
                continue
            try:
                changes.append(_change(vault, sealed, row))
            except Unreadable:
                unreadable.append(sealed)
    return Page(changes, unreadable, tuple(rows[-1][key.name] for key in keys) if len(rows) == PAGE else None)


def write(executor: Executor, changes: Iterable[Change]) -> list[Change]:
    """Write each change where the old ciphertext still stands; those that were written."""
    written = []
    for change in changes:
        table = change.sealed.table
        here = [column == change.row[column.name] for column in table.primary_key.columns]
        statement = update(table).where(*here, change.sealed.column == change.old).values(change.new)
        if executor.execute(statement).rowcount:  # type: ignore[attr-defined]
            written.append(change)
    return written


def _change(vault: Vault, sealed: Sealed, row: dict[str, Any]) -> Change:
    place, old = sealed.place.format(**row), bytes(row[sealed.name])
    plain = vault.open_bytes(place, old)
    indexes = {column: index(vault, plain.decode()) for column, index in sealed.indexes.items()}
    return Change(sealed, row, old, {sealed.name: vault.seal(place, plain), **indexes})


def _pages(store: Store, tally: Tally) -> Iterator[list[Change]]:
    """The changes of each page of each table; counts what cannot be read."""
    for table in dict.fromkeys(sealed.table for sealed in SEALED):
        after: tuple[Any, ...] | None = None
        while True:
            with store.read() as session:
                page = read_page(session, store.vault, table, after)
            tally.unreadable.update(str(sealed) for sealed in page.unreadable)
            yield page.changes
            if page.last is None:
                break
            after = page.last


def _write(store: Store, changes: list[Change], tally: Tally) -> None:
    """In one transaction; if a blind index stands in its way, each in one of its own."""

    def together() -> list[Change]:
        with store.database.begin(_PATIENCE) as connection:
            return write(connection, changes)

    if not changes:
        return
    try:
        tally.anew.update(str(change.sealed) for change in store.database.attempt(together))
    except IntegrityError:
        if len(changes) == 1:
            tally.doubled[str(changes[0].sealed)] += 1
            return
        for change in changes:
            _write(store, [change], tally)
