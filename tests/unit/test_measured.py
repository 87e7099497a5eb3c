"""Every metric of the shipped `reports.yaml`, held against the same reckoned in plain Python (`kit.reckoned`), over
generated companies: each way to break it down, each kind of viewer, at the ends of days, months and years."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from kit.generated import CHANNELS, SEEDS, generate
from kit.generated_loans import Lending
from kit.reckoned import Books, Happened, china
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.phrases.command_words import COMMAND_WORDS
from config.company import Company, load_company
from config.settings import Settings
from core.calendar import WorkingCalendar
from core.leads.channels import Channel, Channels
from core.leads.models import Lead
from core.loans.loan_now import last_plan_row, stands
from core.loans.models import Application, State
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Role, Verb, may_touch
from core.reports.asking import CITY, UNKNOWN, Asking, By, Pick
from core.reports.boards import make
from core.reports.cohorts import came_so_far
from core.reports.details import Detail, detail_page
from core.reports.measuring import measure, measure_each
from core.reports.metrics import Aggregate, Event, Metric, Spent, share
from core.reports.periods import Period, month_of, of_day, of_days, quarter_of, week_of, year_of
from core.reports.results import Source, Sources
from core.reports.sourcing import sources
from core.reports.wanted import Behind, Kind, Making, Wanted
from core.store.unit import Store

CHECKED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MAKERS: tuple[Callable[[date, date], Period], ...] = (week_of, month_of, quarter_of, year_of)


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(Path(Settings.model_fields["config_dir"].default), COMMAND_WORDS)


@pytest.fixture(scope="module")
def lending(company: Company) -> Lending:
    return Lending(company.loans)


def periods(today: date, rng: Random) -> list[Period]:
    now = rng.choice([of_day(today), *(make(today, today) for make in MAKERS)])
    return [now, now.before(), now.year_ago()]


def viewers(session: Session) -> list[Actor]:
    """One who sees all, one who sees his department and below, one who sees what is his."""
    here = people.actors(session)
    found = {
        "all": next((one for one in here if Role.ADMIN in one.roles), None),
        "tree": next((one for one in here if one.roles == {Role.OFFICER, Role.MANAGER}), None),
        "self": next((one for one in here if one.roles == {Role.OFFICER}), None),
    }
    return [one for one in found.values() if one is not None]


def everything(session: Session, asking: Asking, behind: Behind) -> tuple[Detail, ...]:
    """All that is behind a number."""
    found = detail_page(session, asking, behind, 1, 1000)
    assert found.total == len(found.lines)
    return found.lines


def by_plain_python(
    books: Books, asking: Asking, metric: Metric, period: Period, by: By, *, last_touch: bool = False
) -> dict[Any, Any]:
    """The metric, the other way."""
    assert metric.event is not None
    found: dict[Any, list[Happened]] = {}
    for one in books.happened(metric.event, metric.stages):
        if not period.first <= one.day <= period.last or not _is_seen(books, asking, one):
            continue
        if metric.aggregate is not Aggregate.SUM and not one.first:
            continue
        if by is By.DEPARTMENT and one.person is None:
            continue  # what is nobody's is of no department
        found.setdefault(_key(books, one, by, last_touch=last_touch), []).append(one)
    if by is By.NOTHING:
        found.setdefault("", [])
    return {key: _figure(books, metric, each) for key, each in found.items()}


def _is_seen(books: Books, asking: Asking, one: Happened) -> bool:
    if asking.sees_all:
        return True
    return one.person is not None and may_touch(
        asking.viewer, Verb.SEE_BOARD, one.person, books.departments[one.person]
    )


def _key(books: Books, one: Happened, by: By, *, last_touch: bool) -> Any:
    match by:
        case By.NOTHING:
            return ""
        case By.PERSON:
            return one.person
        case By.DEPARTMENT:
            return books.departments[one.person or 0]
        case By.CHANNEL:
            return books.channel(one, last_touch=last_touch)
        case By.PRODUCT:
            return one.product
        case By.REGION:
            region = books.leads[one.lead].region
            return region[:CITY] if region else None
        case _:
            return one.day.isoformat()


def _figure(books: Books, metric: Metric, found: list[Happened]) -> Any:
    match metric.aggregate:
        case Aggregate.SUM:
            return sum(one.amount or 0 for one in found)
        case Aggregate.DAYS:
            days = [(one.day - china(books.leads[one.lead].created_at)).days for one in found]
            return Decimal(sum(days)) / len(days) if days else None
        case _:
            return len(found)


def plain(company: Company) -> Iterator[Metric]:
    """The metrics that are no shares and have rows, and one of each event that the file does not count."""
    yield from (one for one in company.reports.metrics if one.event not in (None, Event.DUE, Event.DUE_PAID))
    counted = {one.event for one in company.reports.metrics}
    for event in set(Event) - counted - {Event.DUE, Event.DUE_PAID}:
        aggregate = Aggregate.SUM if event in (Event.FEE, Event.REPAID) else Aggregate.COUNT
        yield Metric(event.value, event.value, aggregate, event)


@CHECKED
@given(seed=SEEDS)
@example(seed=35_328)  # somebody had a lead for two microseconds less than the time of first contact
def test_every_metric_is_what_plain_python_says(store: Store, company: Company, lending: Lending, seed: int) -> None:
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        books = Books(session, made.now, company.reports.first_contact)
        for viewer in viewers(session):
            for period in periods(day_of(made.now), rng):
                asking = Asking(viewer, Pick(), company.reports, made.now)
                for metric in plain(company):
                    for by in (By.NOTHING, rng.choice(list(By)[1:])):
                        ours = measure(session, asking, metric, period, by)
                        assert ours == by_plain_python(books, asking, metric, period, by), (metric.key, by, period)


@CHECKED
@given(seed=SEEDS)
def test_the_channel_of_the_last_touch(store: Store, company: Company, lending: Lending, seed: int) -> None:
    made = generate(store, lending, Random(seed))
    with store.read() as session:
        books = Books(session, made.now, company.reports.first_contact)
        asking = Asking(viewers(session)[0], Pick(last_touch=True), company.reports, made.now)
        period = year_of(day_of(made.now), day_of(made.now))
        for key in ("进件", "放款金额", "新增线索"):
            metric = company.reports.metric(key)
            ours = measure(session, asking, metric, period, By.CHANNEL)
            assert ours == by_plain_python(books, asking, metric, period, By.CHANNEL, last_touch=True), key


@CHECKED
@given(seed=SEEDS)
def test_what_is_behind_a_number_is_as_much_as_the_number(
    store: Store, company: Company, lending: Lending, seed: int
) -> None:
    """Also by person: what one asks about is his alone."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        books = Books(session, made.now, company.reports.first_contact)
        for viewer in viewers(session):
            period = rng.choice(periods(day_of(made.now), rng))
            asking = Asking(viewer, Pick(), company.reports, made.now)
            for metric in (
                one for one in company.reports.metrics if one.event not in (None, Event.DUE, Event.DUE_PAID)
            ):
                by_person = by_plain_python(
                    books, asking, replace(metric, aggregate=Aggregate.COUNT), period, By.PERSON
                )
                found = everything(session, asking, Behind(metric.key, period, Pick()))
                if metric.aggregate is Aggregate.SUM:
                    assert sum(one.amount_fen or 0 for one in found) == measure(session, asking, metric, period)[""]
                    continue
                assert Counter(one.person_id for one in found) == by_person, metric.key
                person = next((one for one in by_person if one is not None), None)
                if person is not None:
                    his = everything(session, asking, Behind(metric.key, period, Pick(person=person)))
                    assert len(his) == by_person[person], metric.key
                    assert {one.person_id for one in his} == {person}


@CHECKED
@given(seed=SEEDS)
def test_shares_are_the_parts_of_the_wholes(store: Store, company: Company, lending: Lending, seed: int) -> None:
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        books = Books(session, made.now, company.reports.first_contact)
        asking = Asking(viewers(session)[0], Pick(), company.reports, made.now)
        period = rng.choice(periods(day_of(made.now), rng))
        for metric in (
            one for one in company.reports.metrics if one.aggregate is Aggregate.SHARE and one.name != "回款率"
        ):
            parts, whole = company.reports.of_events(metric)
            sums = [
                sum(by_plain_python(books, asking, each, period, By.NOTHING)[""] for each in several)
                for several in (parts, whole)
            ]
            expected = Decimal(sums[0]) / sums[1] if sums[1] else None
            assert measure(session, asking, metric, period)[""] == expected, metric.key
            behind = detail_page(session, asking, Behind(metric.key, period, Pick()), 1, 1000)
            assert behind.share is not None
            assert [sum(one.value or 0 for one in each) for each in (behind.share.part, behind.share.whole)] == sums
            assert counted(behind.lines, parts) == sums[0], "each row says whether it counts above"
            assert counted(behind.lines, whole) == sums[1], "or below"


def counted(lines: Sequence[Detail], metrics: Sequence[Metric]) -> int:
    """How many of the rows count for these metrics, by what they say themselves."""
    names = {each.name for each in metrics}
    if names == {"及时首联"}:
        return sum(one.in_time is True for one in lines)
    return sum(one.part in names or not one.part for one in lines)


@CHECKED
@given(seed=SEEDS)
def test_how_long_each_took_makes_the_average(store: Store, company: Company, lending: Lending, seed: int) -> None:
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        asking = Asking(viewers(session)[0], Pick(), company.reports, made.now)
        period = rng.choice(periods(day_of(made.now), rng))
        for event in (Event.PAID_OUT, Event.HANDED_IN, Event.FIRST_FOLLOWED):
            took = Metric("took", "周期", Aggregate.DAYS, event)
            asks = replace(asking, reports=replace(company.reports, metrics=(took,)))
            days = [one.days for one in everything(session, asks, Behind("took", period, Pick()))]
            assert None not in days
            average = Decimal(sum(filter(None, days))) / len(days) if days else None
            assert measure(session, asks, took, period)[""] == average, event


@CHECKED
@given(seed=SEEDS)
def test_rows_of_any_kinds_stand_together(store: Store, company: Company, lending: Lending, seed: int) -> None:
    """Leads have no amount, follow-ups no day, loans no moment: a union of them needs their types."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    events = (Event.ARRIVED, Event.FOLLOWED, Event.TO_CONTACT, Event.HANDED_IN, Event.PAID_OUT)
    wholes = tuple(Metric(event.value, event.value, Aggregate.COUNT, event) for event in events)
    mixed = Metric("mixed", "混合", Aggregate.SHARE, part=("contacted",), whole=events)
    contacted = Metric("contacted", "及时首联", Aggregate.COUNT, Event.CONTACTED)
    with store.read() as session:
        reports = replace(company.reports, metrics=(*wholes, contacted, mixed))
        asking = Asking(viewers(session)[0], Pick(), reports, made.now)
        period = rng.choice(periods(day_of(made.now), rng))
        found = everything(session, asking, Behind("mixed", period, Pick()))
        for each in wholes:
            count = measure(session, asking, each, period)[""]
            assert sum(one.part == each.name for one in found) == count, each.name
        in_time = sum(one.in_time is True for one in found)
        assert in_time == measure(session, asking, contacted, period)[""]


@CHECKED
@given(seed=SEEDS)
def test_what_fell_due_and_is_paid_is_what_each_loan_says(
    store: Store, company: Company, lending: Lending, seed: int
) -> None:
    """回款率, loan by loan, as 还款计划 says it. An application that was dropped owes nothing, plan or not."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    today = day_of(made.now)
    with store.database.write() as session:
        session.execute(update(Application).where(Application.id % 4 == 0).values(state=State.DROPPED.value))
    with store.read() as session:
        asking = Asking(viewers(session)[0], Pick(), company.reports, made.now)
        for period in periods(today, rng):
            owed = paid = 0
            for loan in session.scalars(select(Application).where(Application.state != State.DROPPED.value)):
                row = last_plan_row(session.connection(), loan.id)
                parts = stands(session.connection(), row, today)[1].parts if row is not None else ()
                fell = [each for each in parts if period.first <= each.instalment.due <= min(period.last, today)]
                owed += sum(each.instalment.total_fen - each.waived_fen for each in fell)
                paid += sum(each.interest_paid_fen + each.principal_paid_fen for each in fell)
            ours = [
                measure(session, asking, company.reports.metric(key), period)[""] for key in ("应还金额", "已还金额")
            ]
            assert ours == [owed, paid], period
            assert measure(session, asking, company.reports.metric("回款率"), period)[""] == share([paid], [owed])
            rows = everything(session, asking, Behind("回款率", period, Pick()))
            assert [sum(one.amount_fen or 0 for one in rows), sum(one.paid_fen or 0 for one in rows)] == [owed, paid]
            for key, whole in (("应还金额", owed), ("已还金额", paid)):
                by = rng.choice((By.DAY, By.PERSON, By.DEPARTMENT, By.CHANNEL, By.PRODUCT, By.REGION))
                assert (
                    sum(filter(None, measure(session, asking, company.reports.metric(key), period, by).values()))
                    == whole
                )
                found = everything(session, asking, Behind(company.reports.metric(key).key, period, Pick()))
                assert sum(one.amount_fen or 0 for one in found) == whole
            mixed = Metric("混合", "混合", Aggregate.SHARE, part=("已还金额",), whole=("应还金额", "放款金额"))
            reports = replace(company.reports, metrics=(*company.reports.metrics, mixed))
            found = everything(session, replace(asking, reports=reports), Behind("混合", period, Pick()))
            lent = measure(session, asking, company.reports.metric("放款金额"), period)[""] or 0
            assert sum(one.amount_fen or 0 for one in found) == owed + lent
            assert [one.on for one in found] == sorted((one.on for one in found), reverse=True)
            assert {one.part for one in found} <= {"应还金额", "放款金额"}


@CHECKED
@given(seed=SEEDS)
def test_several_periods_at_once_are_each_by_itself(
    store: Store, company: Company, lending: Lending, seed: int
) -> None:
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        period, *others = periods(day_of(made.now), rng)
        for viewer in viewers(session):
            asking = Asking(viewer, Pick(), company.reports, made.now)
            asked = [(asking.as_then(period, each), each) for each in (period, *others)]
            by = rng.choice(list(By))
            for metric in company.reports.metrics:
                alone = [measure(session, each, metric, then, by) for each, then in asked]
                assert measure_each(session, metric, asked, by) == alone, metric.key


@CHECKED
@given(seed=SEEDS)
def test_how_far_those_came_that_came_in(store: Store, company: Company, lending: Lending, seed: int) -> None:
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        as_of = rng.choice([made.now, made.now - timedelta(days=rng.randrange(60))])
        books = Books(session, as_of, company.reports.first_contact)
        asking = Asking(viewers(session)[0], Pick(), company.reports, as_of)
        first = company.reports.metric(company.reports.funnel[0].metric)
        period = rng.choice(periods(day_of(made.now), rng))
        came = {one.lead for one in books.happened(Event.ARRIVED) if period.first <= one.day <= period.last}
        for step in company.reports.funnel:
            metric = company.reports.metric(step.metric)
            assert metric.event is not None
            reached = {
                one.lead
                for one in books.happened(metric.event, metric.stages)
                if one.day >= period.first and (one.first or metric.aggregate is Aggregate.SUM)
            }
            assert came_so_far(session, asking, first, metric, period) == len(came & reached), step
            found = everything(session, asking, Behind(metric.key, period, Pick(), cohort=first.key))
            assert sorted(one.lead_id for one in found) == sorted(came & reached), "each once, and no others"
            assert {one.letter for one in found} <= {"L"}


FEES = Metric("", "", Aggregate.SUM, Event.FEE)
LENT, LOANS = Metric("", "", Aggregate.SUM, Event.PAID_OUT), Metric("", "", Aggregate.COUNT, Event.PAID_OUT)
HANDED_IN, ARRIVED = (Metric("", "", Aggregate.COUNT, event) for event in (Event.HANDED_IN, Event.ARRIVED))


def priced(rng: Random, today: date) -> tuple[Channels, tuple[Spent, ...]]:
    """What channels cost: some by the piece, some by the month, some both; of some nobody knows."""
    named = tuple(Channel(name, rng.choice((None, None, 0, 5_000, 33_333))) for name in (*CHANNELS, "没有线索的"))
    months = [(today - timedelta(days=31 * back)).replace(day=1) for back in (0, 1, 2, 12)]
    several = [
        Spent(channel.name, rng.choice(months), rng.choice((0, 1, 100, 1_000_000, 1_234_567)))
        for channel in named
        for _ in range(rng.choice((0, 0, 1, 2, 3)))
    ]
    return Channels(named), tuple(several)


@CHECKED
@given(seed=SEEDS)
def test_what_channels_brought_and_cost(store: Store, company: Company, lending: Lending, seed: int) -> None:
    """Day by day, in periods that cut a month. Who sees only a part sees no costs beside it."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    today = day_of(made.now)
    channels, spent = priced(rng, today)
    reports = replace(company.reports, spent=spent)
    last = today - timedelta(days=rng.randrange(40))
    with store.read() as session:
        books = Books(session, made.now, reports.first_contact)
        everybody = viewers(session)
        picks = (Pick(), Pick(last_touch=True), Pick(product="house"), Pick(region="1501"), Pick(department="呼和浩特"))
        asked = [*((one, Pick()) for one in everybody), *((everybody[0], pick) for pick in picks[1:])]
        period = rng.choice([*periods(today, rng), of_days(last - timedelta(days=rng.randrange(45)), last)])
        for viewer, pick in asked:
            asking = Asking(viewer, pick, reports, made.now)
            found = sources(session, asking, period, channels)
            rows = {row.channel: row for row in found.rows}
            assert {channel.name for channel in channels.channels} <= rows.keys()
            part = pick.product or pick.region or pick.department or not asking.sees_all
            for name, row in rows.items():
                cost = None if part else books.spent_on(name, row.leads, period, channels, spent)
                assert row.cost_fen == cost, name
                assert row.roi == ((Decimal(row.income_fen) - cost) / cost if cost else None)
            if not (pick.product or pick.region or pick.department):
                came = (by_plain_python(books, asking, each, period, By.CHANNEL, last_touch=pick.last_touch)
                        for each in (HANDED_IN, LOANS, LENT, FEES))  # fmt: skip
                several = (by_plain_python(books, asking, ARRIVED, period, By.CHANNEL), *came)
                for name, row in rows.items():
                    numbers = (row.leads, row.applications, row.disbursed, row.disbursed_fen, row.income_fen)
                    assert numbers == tuple(each.get(name, 0) for each in several), name
            all_of_them(found.total, found.rows)


@CHECKED
@given(seed=SEEDS)
def test_behind_each_number_of_a_channel_is_as_much_as_it(
    store: Store, company: Company, lending: Lending, seed: int
) -> None:
    """By first and by last touch; and behind those of all together."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    channels, _ = priced(rng, day_of(made.now))
    with store.read() as session:
        asking = Asking(viewers(session)[0], Pick(last_touch=rng.random() < 0.5), company.reports, made.now)
        period = rng.choice(periods(day_of(made.now), rng))
        making = Making(session, asking, WorkingCalendar(), channels)
        found = make(making, Wanted(Kind.SOURCES, period, asking.pick), "渠道")
        assert isinstance(found.board.content, Sources)
        rows = (*found.board.content.rows, found.board.content.total)
        assert [number for row in rows for number in row.numbers] == list(range(1, 4 * len(rows) + 1))
        for row in rows:
            behind = [everything(session, asking, found.behind[number - 1]) for number in row.numbers]
            lent = sum(one.amount_fen or 0 for one in behind[2])
            assert (len(behind[0]), len(behind[1]), lent, len(behind[3])) == (
                row.leads, row.applications, row.disbursed_fen, row.disbursed,
            ), row.channel  # fmt: skip


def all_of_them(total: Source, rows: tuple[Source, ...]) -> None:
    """Sums; what all cost is known only where it is known of each that brought something, and of one at least."""
    for key in ("leads", "applications", "disbursed", "disbursed_fen", "income_fen"):
        assert getattr(total, key) == sum(getattr(row, key) for row in rows)
    costs = [row.cost_fen for row in rows if row.leads or row.disbursed or row.cost_fen is not None]
    cost = sum(each or 0 for each in costs) if costs and None not in costs else None
    assert total.cost_fen == cost
    assert total.roi == (Decimal(total.income_fen - cost) / cost if cost else None)


@CHECKED
@given(seed=SEEDS)
def test_what_is_picked_is_a_part_of_the_whole(store: Store, company: Company, lending: Lending, seed: int) -> None:
    """Each channel, product, region and department asked for by itself is what the breaking down says of it."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    with store.read() as session:
        asking = Asking(viewers(session)[0], Pick(), company.reports, made.now)
        period = year_of(day_of(made.now), day_of(made.now))
        metric = rng.choice(list(plain(company)))
        for by in (By.CHANNEL, By.PRODUCT, By.REGION, By.PERSON):
            for key, number in measure(session, asking, metric, period, by).items():
                if by is By.PERSON and key is None:
                    continue
                pick = Pick(**{by.value: key if key is not None else UNKNOWN})  # type: ignore[arg-type]
                alone = measure(session, replace(asking, pick=pick), metric, period)[""]
                assert alone == number, (metric.key, by, key)


def test_the_leads_are_there(store: Store, lending: Lending) -> None:
    """What is generated is not empty: the properties above say something."""
    assert any(generate(store, lending, Random(seed)).rows[Lead] for seed in range(5))
