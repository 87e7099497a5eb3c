"""A table to be kept: plain values, each of which says by its type how it is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, in fen."""

    fen: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one."""

    part: Decimal


@dataclass(frozen=True, slots=True)
class Days:
    """A time, in days."""

    number: Decimal


Cell: TypeAlias = str | int | Money | Share | Days | date | datetime | None
"""A moment (`datetime`, aware) is written in China's time; None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is called, and how broad it is, in half characters."""

    name: str
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their head. `title` says what it is; `notes` what a reader has to know.

    Raises:
        ValueError: a row has more or fewer cells than there are columns.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.title!r} is not {len(self.columns)} cells long")


Line = TypeVar("Line")
_Line = TypeVar("_Line", contravariant=True)


@dataclass(frozen=True, slots=True)
class Of(Generic[_Line]):
    """A column of a list of such lines: what it is called, how broad it is, and what it says of a line."""

    name: str
    width: int
    value: Callable[[_Line], Cell]


def listed(title: str, columns: Sequence[Of[Line]], lines: Iterable[Line], notes: tuple[str, ...] = ()) -> Table:
    """A row for each of the lines."""
    heads = tuple(Column(each.name, each.width) for each in columns)
    return Table(title, heads, [tuple(each.value(line) for each in columns) for line in lines], notes)
