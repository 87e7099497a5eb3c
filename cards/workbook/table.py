"""A table to be kept: plain values, each of which says by its type how it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias


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
    """Rows with their head. `title` says what it is; `notes` what a reader has to know."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()


def named(*columns: tuple[str, int]) -> tuple[Column, ...]:
    """Columns by name and breadth."""
    return tuple(Column(name, width) for name, width in columns)
