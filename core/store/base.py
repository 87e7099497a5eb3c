"""What every table shares: the declarative base, the naming of constraints, and the column types."""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

# Alembic needs names to drop or alter a constraint later, and an error that names its constraint explains itself.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SKEW = timedelta(minutes=1)
"""How far apart the clocks of two machines may be. What is written as of later than this was written by a clock that
ran ahead, and such a time counts as no time: a thing is not put off, nor kept back, until it comes."""

# SQLite numbers only a column that is exactly INTEGER PRIMARY KEY.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


def table_of(model: type[Base]) -> Table:
    """The table of a model, for prepared statements."""
    return cast(Table, model.__table__)


NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""What is read where no time stands."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, in UTC on both databases. SQLite has no time type: there the naive UTC time is stored.

    A naive datetime is refused, because nobody can know which zone it meant. SQLite keeps any value in any column: one
    that is no time is read as long ago (`NO_TIME`), so that one damaged row does not fail whoever reads the others.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """As SQLAlchemy makes it, and on SQLite one that fails of nothing."""
        convert = super().result_processor(dialect, coltype)
        if dialect.name != "sqlite" or convert is None:
            return convert

        def read(value: Any) -> datetime | None:
            try:
                return convert(value)
            except (ValueError, TypeError, OverflowError):
                return NO_TIME

        return read

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_EPOCH = 1_577_836_800_000  # 2020-01-01 UTC in milliseconds
_last_id = 0
_id_lock = threading.Lock()


def new_id() -> int:
    """A 63-bit id, made before the row is written: 41 bits of milliseconds since 2020 (until 2089), then 22 bits,
    random or counted on.

    Rows whose sealed columns are bound to their id (the vault's place) need it before the INSERT. Ids of one process
    always grow, so a bulk load never meets itself; two processes in one millisecond collide once in four million, and
    the primary key refuses it.
    """
    global _last_id
    fresh = (time.time_ns() // 1_000_000 - _EPOCH) << 22 | int.from_bytes(os.urandom(3), "big") >> 2
    with _id_lock:
        _last_id = max(fresh, _last_id + 1)
        return _last_id
