"""Moments and days of China in SQL, alike on both databases and to the microsecond. China's clock has stood at UTC+8
without a change since 1991."""

from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class china_day(FunctionElement[str]):  # noqa: N801  it is written as a function
    """The day of a moment: `2026-11-24`."""

    type = String()
    name = "china_day"
    inherit_cache = True


class days_between(FunctionElement[int]):  # noqa: N801
    """How many days the second day (text) is behind the first."""

    type = Integer()
    name = "days_between"
    inherit_cache = True


class microseconds_between(FunctionElement[int]):  # noqa: N801
    """How many microseconds the second moment is behind the first."""

    type = BigInteger()
    name = "microseconds_between"
    inherit_cache = True


@compiles(china_day, "sqlite")
def _day_sqlite(element: china_day, compiler: Any, **more: Any) -> str:
    # Its whole seconds: SQLite rounds to milliseconds, and the last microsecond of a day would be of the next one.
    return f"date(substr({compiler.process(element.clauses, **more)}, 1, 19), '+8 hours')"


@compiles(china_day, "postgresql")
def _day_postgresql(element: china_day, compiler: Any, **more: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **more)} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"


@compiles(days_between, "sqlite")
def _between_sqlite(element: days_between, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _between_postgresql(element: days_between, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST({second} AS date) - CAST({first} AS date))"


@compiles(microseconds_between, "sqlite")
def _microseconds_sqlite(element: microseconds_between, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in element.clauses)
    # Seconds and the rest by themselves, as with days: its own reckoning goes by milliseconds.
    seconds = f"(strftime('%s', substr({second}, 1, 19)) - strftime('%s', substr({first}, 1, 19)))"
    return f"({seconds} * 1000000 + substr({second}, 21, 6) - substr({first}, 21, 6))"


@compiles(microseconds_between, "postgresql")
def _microseconds_postgresql(element: microseconds_between, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"(EXTRACT(EPOCH FROM {second} - {first}) * 1000000)"
