"""The daily board of 500 people over 1,000,000 follow-ups and 200,000 applications: milliseconds, against the bare SQL
that it cannot do without.

The floor asks for each metric once, over one range of moments, and sums the day, the day before and the month to date
in one go. With `board` it is measured against what the bot draws its board from; without, the floor on the indexes of
today stands against the floor on those that are proposed.

    python -m tests.bench.reporting sqlite|postgresql    how each query is answered, with and without them
"""

# ruff: noqa: S608  no name or value here comes from outside

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.runtime import Runtime
from core.moments import midnight
from tests.bench.bottlenecks import typed
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace
from tests.bench.year import Size, fill, last_day

Board: TypeAlias = Callable[[Runtime, date], object]
"""The board of this day, of the whole company: what is measured."""
SMALL = Size(people=50, leads=2_000, follow_ups=20_000, applications=4_000)
IN_TIME = 30
"""Minutes within which a first contact is in time, to the floor."""
_WISH = Wish("ratio", most=1.5)
_SAMPLE_LEADS = 300  # of the company in whose database it all is


@dataclass(frozen=True, slots=True)
class Index:
    """One that is proposed, and the metrics that it is for."""

    name: str
    on: str
    metrics: tuple[str, ...]


PROPOSED = (
    Index("ix_lead_created_at", "lead (created_at)", ("new leads",)),
    Index("ix_loan_application_submitted_at", "loan_application (submitted_at, owner_id)", ("handed in",)),
    Index("ix_loan_step_node", "loan_step (node, entered_at, application_id)", ("passed",)),
    Index("ix_loan_disbursement_paid_on", "loan_disbursement (paid_on, application_id, amount_fen)", ("paid out",)),
)
"""Follow-ups and claims have what they need: (person_id, at) and (owner_id, how, since) hold all that is asked for. An
index on `follow_up (at, person_id)` was tried and brought nothing over a month, on neither database."""


def _sums(at: str, what: str = "1", of: str = "") -> str:
    """The day, the day before and the month to date; `of`: as the suffix of parameters that are days."""
    day, before, month = f":day{of}", f":before{of}", f":month{of}"
    return (
        f"sum(CASE WHEN {at} >= {day} THEN {what} ELSE 0 END),"
        f" sum(CASE WHEN {at} >= {before} AND {at} < {day} THEN {what} ELSE 0 END),"
        f" sum(CASE WHEN {at} >= {month} THEN {what} ELSE 0 END)"
    )


_SOON = {
    "sqlite": f"strftime('%Y-%m-%d %H:%M:%f', o.since, '+{IN_TIME} minutes')",
    "postgresql": f"o.since + interval '{IN_TIME} minutes'",
}


def queries(dialect: str) -> dict[str, str]:
    """One for each metric, by person (but new leads, which are nobody's yet)."""
    contact = (
        f"SELECT 1 FROM follow_up AS f WHERE f.lead_id = o.lead_id AND f.at >= o.since AND f.at < {_SOON[dialect]}"
    )
    claimed = "FROM ownership AS o WHERE o.how = 'claim' AND o.since >= :first AND o.since < :ends"
    return {
        "new leads": f"SELECT 0, {_sums('created_at')} FROM lead WHERE created_at >= :first AND created_at < :ends",
        "claims": f"SELECT o.owner_id, {_sums('o.since')} {claimed} GROUP BY o.owner_id",
        "in time": f"SELECT o.owner_id, {_sums('o.since')} {claimed}"
        f" AND EXISTS ({contact} AND f.person_id = o.owner_id) GROUP BY o.owner_id",
        "follow-ups": f"SELECT person_id, {_sums('at')} FROM follow_up WHERE at >= :first AND at < :ends"
        " GROUP BY person_id",
        "handed in": f"SELECT owner_id, {_sums('submitted_at')} FROM loan_application"
        " WHERE submitted_at >= :first AND submitted_at < :ends GROUP BY owner_id",
        "passed": f"SELECT a.owner_id, {_sums('s.entered_at')} FROM loan_step AS s"
        " JOIN loan_application AS a ON a.id = s.application_id"
        " WHERE s.node = 'signing' AND s.entered_at >= :first AND s.entered_at < :ends GROUP BY a.owner_id",
        "paid out": f"SELECT a.owner_id, {_sums('d.paid_on', of='_on')}, {_sums('d.paid_on', 'd.amount_fen', '_on')}"
        " FROM loan_disbursement AS d JOIN loan_application AS a ON a.id = d.application_id"
        " WHERE d.paid_on >= :first_on AND d.paid_on < :ends_on GROUP BY a.owner_id",
    }


def span(made: Runtime, day: date) -> dict[str, Any]:
    """The parameters of the queries for this day: moments, and days as they stand in `paid_on`."""
    before, month = day - timedelta(days=1), day.replace(day=1)
    days = {"day": day, "before": before, "month": month, "first": min(before, month), "ends": day + timedelta(days=1)}
    moments = {name: typed(made, midnight(each)) for name, each in days.items()}
    return moments | {f"{name}_on": each.isoformat() for name, each in days.items()}


def by_hand(made: Runtime, day: date) -> dict[str, Sequence[Any]]:
    """The rows of every metric: the floor."""
    parameters = span(made, day)
    with made.store.read() as session:
        connection = session.connection()
        found = {}
        for name, query in queries(made.store.database.dialect).items():
            found[name] = connection.execute(text(query), parameters).all()
        return found


def measure(dialect: str, *, rounds: int, size: Size = Size(), board: Board | None = None) -> list[Figure]:  # noqa: B008
    """Milliseconds of the board against the floor, by turns, both on the proposed indexes; and what these bring."""
    with company(dialect, size) as made:
        day = last_day(made)
        name = f"{size.people} people, {size.follow_ups:,} follow-ups, {size.applications:,} applications, {dialect}"
        without = _samples(rounds, lambda: by_hand(made, day))
        propose(made)
        floor = _samples(rounds, lambda: by_hand(made, day))
        found = [Figure(f"bare SQL of a day's board, indexes of today to proposed ones: {name}", "ms", without, floor)]
        if board is not None:
            ours, beside = _by_turns(rounds, lambda: board(made, day), lambda: by_hand(made, day))
            found.append(Figure(f"daily board: {name}", "ms", ours, beside, _WISH))
        return found


@contextmanager
def company(dialect: str, size: Size) -> Any:
    """A runtime on a database with a company of this size; it is gone afterwards."""
    with workplace() as folder, filled(dialect, _SAMPLE_LEADS, folder) as url:
        made = runtime(url, folder / "var")
        try:
            fill(made, size)
            _tidy(made)
            yield made
        finally:
            made.store.database.dispose()


def propose(made: Runtime) -> None:
    """Make the proposed indexes, where they are not there."""
    with made.store.database.begin() as connection:
        for index in PROPOSED:
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS {index.name} ON {index.on}"))
    _tidy(made)


def _tidy(made: Runtime) -> None:
    """What a server does by itself in time: statistics, and which pages need no second look."""
    database = made.store.database
    if database.dialect == "sqlite":
        with database.begin() as connection:
            connection.execute(text("ANALYZE"))
        database.reader.dispose()  # a connection that is open keeps the plans and the statistics it has read
        return
    with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _samples(rounds: int, work: Callable[[], object]) -> tuple[float, ...]:
    work()  # the first one warms up
    return tuple(_milliseconds(work) for _ in range(rounds))


def _by_turns(
    rounds: int, one: Callable[[], object], other: Callable[[], object]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    one(), other()
    pairs = [(_milliseconds(one), _milliseconds(other)) for _ in range(rounds)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def explain(made: Runtime, day: date, rounds: int = 5) -> list[str]:
    """For each metric: milliseconds (the fastest of some), and the lines of the plan that say where it looks."""
    parameters, lines = span(made, day), []
    with made.store.read() as session:
        connection = session.connection()
        for name, query in queries(made.store.database.dialect).items():
            taken = min(_samples(rounds, lambda q=query: connection.execute(text(q), parameters).all()))  # type: ignore[misc]
            lines.append(f"{name:<12} {taken:8.1f} ms   {'; '.join(_plan(connection, query, parameters))}")
    return lines


def _plan(connection: Connection, query: str, parameters: Mapping[str, Any]) -> list[str]:
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(text(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + query), parameters).all()
    said = [str(row[-1]).strip().lstrip("-> ") for row in rows]
    return [line.split("  (cost")[0] for line in said if "SCAN" in line.upper() or "SEARCH" in line]


def main(dialect: str) -> None:
    """Print how each query is answered, first on the indexes of today, then on those that are proposed."""
    with company(dialect, Size()) as made:
        day = last_day(made)
        print("\n".join([f"{dialect}, indexes of today", *explain(made, day)]))  # noqa: T201  a tool
        propose(made)
        print("\n".join([f"{dialect}, proposed indexes", *explain(made, day)]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
