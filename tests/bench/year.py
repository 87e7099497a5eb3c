"""A large company's thirteen months for the bench of reports: people, leads with their touches and owners, follow-ups,
and applications with steps, tasks, history, disbursements, plans and repayments, spread evenly over the days.

Rows are made here and go in by COPY (PostgreSQL) or one statement for many (SQLite). What is sealed is sealed once and
shared by all rows: reports count, and open nothing.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.runtime import Runtime
from core.leads.models import Customer, FollowUp, How, Lead, Ownership, Touch
from core.loans import definitions
from core.loans.models import Application, Disbursement, Happening, StepRow, Task, What
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Rate, Terms, first_instalment, in_month
from core.moments import day_of
from core.store.base import Base, table_of
from tests.bench.bottlenecks import LONG_WORK
from tests.bench.claims import hire

DAYS = 395
LEADS_FIRST = 1_000_001
"""The number of the first lead: those of the sample company lie below."""
CHANNELS = ("抖音", "百度", "转介绍", "58同城", "企业微信", "地推", "老客户")
PRODUCTS = ("house", "car", "credit", "business")
_OFFICE = 9 * 3600  # seconds: 09:00 to 18:00 in China, 01:00 to 10:00 in UTC
_CLOCK = [f"{1 + s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.000000" for s in range(_OFFICE)]
_SEED = 20261128
_AT_ONCE = 50_000
_PASSED, _PAID = 0.75, 0.6  # of the applications
_MONTHS, _RATE = 36, "0.049"
_RETURNED, _LATE = 10, 20  # every tenth application was handed in twice, every twentieth loan owes its last instalment
_SETTLED = 50  # every fiftieth loan was settled with its third instalment


@dataclass(frozen=True, slots=True)
class Size:
    """How large the company is. Each lead has been claimed once."""

    people: int = 500
    leads: int = 100_000
    follow_ups: int = 1_000_000
    applications: int = 200_000


def fill(made: Runtime, size: Size) -> None:
    """Put it in; the last day is today."""
    Year(made, size).write()


class Year:
    """The rows of one company."""

    def __init__(self, made: Runtime, size: Size) -> None:
        self._made, self._size, self._rng = made, size, Random(_SEED)
        self._officers = [actor.id for actor in hire(made, size.people)]
        last = day_of(made.store.clock())
        self.last = last
        self._days = [(last - timedelta(days=DAYS - 1 - number)).isoformat() for number in range(DAYS)]
        vault = made.store.vault
        self._sealed = vault.seal("bench", "联系过，客户说考虑一下")
        with made.store.unit(request_id="bench") as unit:
            flow = made.company.flows.flows[0]
            self._form, self._flow = definitions.pin(unit, made.company.forms[0]), definitions.pin(unit, flow)

    def write(self) -> None:
        """All tables, parents first."""
        steps = (self._leads, self._follow_ups, self._applications)
        with self._made.store.database.begin() as connection:
            for setting in LONG_WORK if connection.dialect.name == "postgresql" else ():
                connection.execute(text(setting))
            for step in steps:
                step(connection)
            connection.execute(text("ANALYZE"))

    def _moment(self, day: int) -> str:
        return f"{self._days[min(day, DAYS - 1)]} {_CLOCK[int(self._rng.random() * _OFFICE)]}"

    def _day(self) -> int:
        return int(self._rng.random() * DAYS)

    def _of_lead(self, number: int) -> tuple[int, int]:
        """The day on which it came, and whose it is: the same each time it is asked."""
        return number * 7919 % DAYS, self._officers[number % len(self._officers)]

    def _leads(self, connection: Connection) -> None:
        numbers = range(LEADS_FIRST, LEADS_FIRST + self._size.leads)
        put(connection, Customer, "id name name_index phone_index created_at", self._customers(numbers))
        lead = "id customer_id state pool owner_id owned_at idle_since contacted live_application product channel"
        put(connection, Lead, f"{lead} created_at revision", self._lead_rows(numbers))
        put(connection, Touch, "lead_id channel at", self._touches(numbers))
        owned = "id lead_id owner_id pool how by_id since until"
        put(connection, Ownership, owned, self._history(numbers))

    def _customers(self, numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        for number in numbers:
            came = f"{self._days[self._of_lead(number)[0]]} {_CLOCK[number % _OFFICE]}"
            yield number, self._sealed, number.to_bytes(32), os.urandom(32), came

    def _lead_rows(self, numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        for number in numbers:
            day, officer = self._of_lead(number)
            came, had = self._came_and_had(number, day)
            one = (number, number, "open", "hohhot", officer, had, had, True, False)
            yield (*one, PRODUCTS[number % 4], CHANNELS[number % 7], came, 2)

    def _came_and_had(self, number: int, day: int) -> tuple[str, str]:
        second = number % (_OFFICE // 2)
        return f"{self._days[day]} {_CLOCK[second]}", f"{self._days[day]} {_CLOCK[second + number % 3600]}"

    def _touches(self, numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        for number in numbers:
            day, _ = self._of_lead(number)
            yield number, CHANNELS[number % 7], self._came_and_had(number, day)[0]
            if number % 10 == 0:
                yield number, CHANNELS[(number + 3) % 7], self._moment(day + 5)

    def _history(self, numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        for number in numbers:
            day, officer = self._of_lead(number)
            came, had = self._came_and_had(number, day)
            yield number * 2, number, None, "hohhot", How.ENTER.value, None, came, had
            yield number * 2 + 1, number, officer, "hohhot", How.CLAIM.value, officer, had, None

    def _follow_ups(self, connection: Connection) -> None:
        put(connection, FollowUp, "id lead_id person_id content at", self._follow_up_rows())

    def _follow_up_rows(self) -> Iterator[tuple[Any, ...]]:
        """The first one some minutes or hours after the lead was claimed, the others on any day after."""
        leads = self._size.leads
        for number in range(self._size.follow_ups):
            lead = LEADS_FIRST + number % leads
            day, officer = self._of_lead(lead)
            if number < leads:
                second = lead % (_OFFICE // 2) + lead % 3600 + lead * 31 % 7200
                at = f"{self._days[day]} {_CLOCK[second % _OFFICE]}"
            else:
                at = self._moment(day + int(self._rng.random() * (DAYS - day)))
            yield number + 1, lead, officer, self._sealed, at

    def _applications(self, connection: Connection) -> None:
        rows = _Applications(self)
        own = "id lead_id owner_id product amount_fen term_months form flow state stage stage_type stage_since"
        own += " resume_at values shown created_at submitted_at submitted_by_id ended_at revision"
        put(connection, Application, own, rows.applications())
        step = "id application_id node stage branch state came_from resume_at entered_at left_at"
        put(connection, StepRow, step, rows.steps())
        task = "id application_id step_id person_id kind state seat decision acted_by_id opened_at acted_at since"
        put(connection, Task, task, rows.tasks())
        put(connection, Happening, "application_id step_id what node by_id at", rows.happenings())
        paid = "id application_id step_id amount_fen paid_on officer_id by_id at"
        put(connection, Disbursement, paid, rows.disbursements())
        plan = "id application_id principal_fen method rate per months first_due next_due told_to by_id at ended_at"
        put(connection, RepaymentPlan, plan, rows.plans())
        put(connection, RepaymentRow, "application_id paid_on amount_fen settles by_id at", rows.repayments())

    @property
    def count(self) -> int:
        """How many applications."""
        return self._size.applications

    @property
    def leads(self) -> int:
        """How many leads."""
        return self._size.leads

    def application(self, number: int) -> tuple[int, int, int, str, str, str, str]:
        """Its lead, officer and fate (0: refused, 1: waits for its payout, 2: paid out), and its four moments."""
        lead = LEADS_FIRST + number % self._size.leads
        share = number * 37 % 100 / 100
        fate = 2 if share < _PAID else 1 if share < _PASSED else 0
        begun = number * 6151 % DAYS
        second = number % _OFFICE
        moments = [f"{self._days[min(begun + each, DAYS - 1)]} {_CLOCK[second]}" for each in (0, 2, 3, 5)]
        return lead, self._of_lead(lead)[1], fate, moments[0], moments[1], moments[2], moments[3]

    def shared(self) -> tuple[str, str, bytes]:
        """The digests of form and flow, and what stands for values."""
        return self._form, self._flow, self._sealed


class _Applications:
    """The rows of applications; three numbers of steps and four of tasks belong to each."""

    def __init__(self, year: Year) -> None:
        self._year = year

    def applications(self) -> Iterator[tuple[Any, ...]]:
        form, flow, values = self._year.shared()
        stages = (("refused", "lost", "ended"), ("payout", "open", "running"), ("after_loan", "won", "ended"))
        for number in range(1, self._year.count + 1):
            lead, officer, fate, begun, passed, _, paid = self._year.application(number)
            stage, kind, state = stages[fate]
            if fate == 1 and number <= self._year.count - self._year.leads:
                state = "dropped"  # one of a lead is under way, and the last one is
            ended = None if state == "running" else passed if fate == 0 else paid
            head = (number, lead, officer, PRODUCTS[number % 4], _lent(number), _MONTHS, form, flow)
            over = (state, stage, kind, ended or passed, "", values, "")
            yield (*head, *over, begun, begun, officer, ended, 9)

    def steps(self) -> Iterator[tuple[Any, ...]]:
        for number in range(1, self._year.count + 1):
            _, _, fate, begun, passed, signed, paid = self._year.application(number)
            first, third = number * 3, number * 3 + 2
            state = "refused" if fate == 0 else "passed"
            yield first, number, "first_review", "first_review", "", state, None, "", begun, passed
            if fate:
                yield first + 1, number, "signing", "signing", "", "passed", first, "", passed, signed
                state = "passed" if fate > 1 else "cancelled"
                yield third, number, "payout", "payout", "", state, first + 1, "", signed, paid

    def tasks(self) -> Iterator[tuple[Any, ...]]:
        for number in range(1, self._year.count + 1):
            _, officer, fate, begun, passed, signed, paid = self._year.application(number)
            step, decision = number * 3, "agree" if fate else "refuse"
            one = (number * 4, number, step, 5, "decide", "done", 0, decision, 5, begun, passed, begun)
            yield one
            yield number * 4 + 1, number, step, 6, "decide", "cancelled", 1, None, None, begun, passed, begun
            if fate:
                mine = ("handle", "done", 0, "agree", officer, passed, signed, passed)
                yield (number * 4 + 2, number, step + 1, officer, *mine)
            if fate > 1:
                yield (number * 4 + 3, number, step + 2, 3, "handle", "done", 0, "agree", 3, signed, paid, signed)

    def disbursements(self) -> Iterator[tuple[Any, ...]]:
        for number in range(1, self._year.count + 1):
            _, officer, fate, _, _, _, paid = self._year.application(number)
            if fate > 1:
                yield number, number, number * 3 + 2, _lent(number), paid[:10], officer, 3, paid

    def happenings(self) -> Iterator[tuple[Any, ...]]:
        """What the verbs write, in its order: several lines of each application, of which one is counted."""
        for number in range(1, self._year.count + 1):
            _, officer, fate, begun, passed, signed, paid = self._year.application(number)
            step = number * 3
            yield number, None, What.STARTED.value, "", officer, begun
            yield number, None, What.SUBMITTED.value, "", officer, begun
            yield number, step, What.ENTERED.value, "first_review", None, begun
            if number % _RETURNED == 0:
                yield number, step, What.RETURNED.value, "first_review", 5, passed
                yield number, None, What.SUBMITTED.value, "", officer, passed
                yield number, step, What.ENTERED.value, "first_review", None, passed
            yield number, step, (What.AGREED if fate else What.REFUSED).value, "first_review", 5, passed
            if fate:
                yield number, step + 1, What.ENTERED.value, "signing", None, passed
                yield number, step + 1, What.HANDLED.value, "signing", officer, signed
                yield number, step + 2, What.ENTERED.value, "payout", None, signed
            if fate > 1:
                yield number, step + 2, What.PAID_OUT.value, "payout", 3, paid
            if fate != 1:
                yield number, None, What.ENDED.value, "", None, paid if fate else passed

    def plans(self) -> Iterator[tuple[Any, ...]]:
        for number, officer, paid, due in self._loans():
            ended = paid if len(due) > 3 and number % _SETTLED == 0 else None
            following = None if ended else in_month(due[0], len(due), due[0].day).isoformat()
            terms = (_lent(number), Method.EQUAL_INSTALMENT.value, _RATE, "year", _MONTHS, due[0].isoformat())
            yield number, number, *terms, following, paid[:10], officer, paid, ended

    def repayments(self) -> Iterator[tuple[Any, ...]]:
        """Each on its day, up to the last day."""
        last = self._year.last
        for number, officer, paid, due in self._loans():
            days = [each for each in due if each <= last]
            if number % _LATE == 0:
                days = days[:-1]
            settles = number % _SETTLED == 0
            for place, day in enumerate(days[:3] if settles else days):
                settled = settles and place == 2
                yield (
                    number,
                    day.isoformat(),
                    _lent(number) if settled else _instalment(_lent(number)),
                    settled,
                    officer,
                    paid,
                )

    def _loans(self) -> Iterator[tuple[int, int, str, list[date]]]:
        """The loans that were paid out: number, officer, when, and the days of instalments up to one behind the last
        day."""
        last = self._year.last
        for number in range(1, self._year.count + 1):
            _, officer, fate, _, _, _, paid = self._year.application(number)
            if fate > 1:
                out = date.fromisoformat(paid[:10])
                due = [in_month(out, later, out.day) for later in range(1, 15)]
                yield number, officer, paid, [each for each in due if each <= last] or due[:1]


def _lent(number: int) -> int:
    return 5_000_000 + number % 40 * 2_500_000


@cache
def _instalment(lent: int) -> int:
    return first_instalment(Terms(lent, Method.EQUAL_INSTALMENT, Rate(Decimal(_RATE)), _MONTHS, date(2026, 1, 1)))


def put(connection: Connection, model: type[Base], columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert the rows, with these columns in their order; moments are texts in UTC. Columns that are not given have the
    database's default."""
    names = columns.split()
    table = table_of(model).name
    listed = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.dbapi_connection
        raw.execute("SET LOCAL TIME ZONE 'UTC'")
        with raw.cursor().copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks, some = ", ".join("?" * len(names)), iter(rows)
    while batch := list(islice(some, _AT_ONCE)):
        connection.exec_driver_sql(f"INSERT INTO {table} ({listed}) VALUES ({marks})", batch)  # noqa: S608  our tables


def last_day(made: Runtime) -> date:
    """The last day of the year, which is today."""
    return day_of(made.store.clock())
