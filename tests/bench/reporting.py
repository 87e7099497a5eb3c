"""The daily board of 500 people over 1,000,000 follow-ups and 200,000 applications: milliseconds, against the bare SQL
that it cannot do without, which must find the same numbers.

The board is what 日报 sends: the figures of the day, of the day before and of the same day a year ago, and the ranking
of the day by follow-ups with that of the day before, the whole company's.
"""

# ruff: noqa: S608  no name or value here comes from outside

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.runtime import Runtime
from core.moments import midnight
from core.people.policy import Actor, Role
from core.reports.asking import Asking, Pick
from core.reports.boards import make
from core.reports.periods import of_day
from core.reports.results import KeyFigures, Ranking
from core.reports.wanted import Kind, Making, Wanted
from tests.bench.bottlenecks import typed
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace
from tests.bench.year import Size, fill, last_day

SMALL = Size(people=50, leads=2_000, follow_ups=20_000, applications=4_000)
RANKED = "跟进"
_WISH = Wish("ratio", most=1.5)
_SAMPLE_LEADS = 300  # of the company in whose database it all is
_OWNER = Actor(0, "", "", frozenset({Role.ADMIN}))

_FIRST_SUBMIT = (
    "NOT EXISTS (SELECT 1 FROM loan_happening AS e WHERE e.application_id = h.application_id"
    " AND e.what = 'submitted' AND e.id < h.id)"
)
_FIRST_SIGNING = (
    "NOT EXISTS (SELECT 1 FROM loan_step AS e WHERE e.application_id = s.application_id"
    " AND e.stage = 'signing' AND e.id < s.id)"
)
_FIRST_MONEY = (
    "NOT EXISTS (SELECT 1 FROM loan_disbursement AS e WHERE e.application_id = d.application_id"
    " AND (e.paid_on < d.paid_on OR (e.paid_on = d.paid_on AND e.id < d.id)))"
)
FIGURES = (
    "SELECT count(*) FROM ownership WHERE how = 'enter' AND since >= :begins AND since < :ends",
    "SELECT count(*) FROM ownership WHERE how = 'claim' AND since >= :begins AND since < :ends",
    "SELECT count(*) FROM follow_up WHERE at >= :begins AND at < :ends",
    "SELECT count(*) FROM loan_happening AS h WHERE what = 'submitted' AND at >= :begins AND at < :ends"
    f" AND {_FIRST_SUBMIT}",
    f"SELECT count(*) FROM loan_step AS s WHERE stage = 'signing' AND entered_at >= :begins AND entered_at < :ends"
    f" AND {_FIRST_SIGNING}",
    f"SELECT count(*) FROM loan_disbursement AS d WHERE paid_on = :day AND {_FIRST_MONEY}",
    "SELECT coalesce(sum(amount_fen), 0) FROM loan_disbursement WHERE paid_on = :day",
)
"""Of `daily` in the shipped `reports.yaml`, in its order."""
PEOPLE = (
    "SELECT p.id, p.name, p.roles, p.rank, d.path, p.wecom_userid FROM person AS p"
    " JOIN department AS d ON d.id = p.department_id WHERE p.left_at IS NULL ORDER BY p.id"
)
"""All who are ranked, those with nothing too."""
RANKING = "SELECT person_id, count(*) FROM follow_up WHERE at >= :begins AND at < :ends GROUP BY person_id"


def by_hand(made: Runtime, day: date) -> tuple[list[Sequence[int]], dict[int, int]]:
    """The figures of the three days, all who are ranked, and how many follow-ups each has: the floor."""
    with made.store.read() as session:
        days = (day, day - timedelta(days=1), of_day(day).year_ago().first)
        figures = [[_ask(session, made, each, query)[0][0] for query in FIGURES] for each in days]
        ranked = dict(map(tuple, _ask(session, made, day, RANKING)))
        _ask(session, made, days[1], RANKING)
        _ask(session, made, day, PEOPLE)
        return figures, ranked


def _ask(session: Session, made: Runtime, day: date, query: str) -> Sequence[Any]:
    parameters: dict[str, Any] = {"day": day.isoformat()} if ":day" in query else {}
    if ":begins" in query:
        parameters = {"begins": typed(made, midnight(day)), "ends": typed(made, midnight(day + timedelta(days=1)))}
    return session.connection().execute(text(query), parameters).all()


def by_the_bot(made: Runtime, day: date) -> tuple[KeyFigures, Ranking]:
    """The two boards that 日报 sends."""
    with made.store.read() as session:
        company, period = made.company, of_day(day)
        asking = Asking(_OWNER, Pick(), company.reports, period.ends)
        making = Making(session, asking, company.recycling.calendar, company.channels)
        figures = make(making, Wanted(Kind.DAILY, period), "日报").board.content
        ranking = make(making, Wanted(Kind.RANKING, period, metric=RANKED), "排行").board.content
        assert isinstance(figures, KeyFigures)
        assert isinstance(ranking, Ranking)
        return figures, ranking


def same(made: Runtime, day: date) -> bool:
    """Do both find the same numbers?"""
    (now, before, year_ago), ranked = by_hand(made, day)
    figures, ranking = by_the_bot(made, day)
    ours = [[getattr(each, name) for each in figures.figures] for name in ("value", "before", "year_ago")]
    values = sorted(int(row.value) for row in ranking.rows if row.value)
    return ours == [list(now), list(before), list(year_ago)] and values == sorted(ranked.values())


def measure(dialect: str, *, rounds: int, size: Size = Size()) -> list[Figure]:  # noqa: B008
    """Milliseconds of the board against the floor, by turns.

    Raises:
        AssertionError: they do not find the same numbers.
    """
    with company(dialect, size) as made:
        day = last_day(made)
        assert same(made, day), "the board shows other numbers than the bare SQL"
        name = f"{size.people} people, {size.follow_ups:,} follow-ups, {size.applications:,} applications, {dialect}"
        ours, floor = _by_turns(rounds * 3, lambda: by_the_bot(made, day), lambda: by_hand(made, day))
        return [Figure(f"daily board: {name}", "ms", ours, floor, _WISH)]


@contextmanager
def company(dialect: str, size: Size) -> Iterator[Runtime]:
    """A runtime on a database with a company of this size; it is gone afterwards."""
    with workplace() as folder, filled(dialect, _SAMPLE_LEADS, folder) as url:
        made = runtime(url, folder / "var")
        try:
            fill(made, size)
            _tidy(made)
            yield made
        finally:
            made.store.database.dispose()


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
