"""Every metric of the shipped `reports.yaml`, held against the same reckoned in plain Python (`kit.reckoned`), over
generated companies: each way to break it down, each kind of viewer, at the ends of days, months and years."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from kit.generated import SEEDS, generate
from kit.generated_loans import Lending
from kit.reckoned import Books, Happened, china
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.phrases.command_words import COMMAND_WORDS
from config.company import Company, load_company
from config.settings import Settings
from core.leads.models import Lead
from core.loans.loan_now import last_plan_row, stands
from core.loans.models import Application, State
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Role, Verb, may_touch
from core.reports.asking import CITY, UNKNOWN, Asking, By, Pick
from core.reports.cohorts import came_so_far
from core.reports.details import every_detail
from core.reports.measuring import measure, measure_each
from core.reports.metrics import Aggregate, Event, Metric, share
from core.reports.periods import Period, month_of, of_day, quarter_of, week_of, year_of
from core.reports.wanted import Behind
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
                found = list(every_detail(session, asking, Behind(metric.key, period, Pick())))
                if metric.aggregate is Aggregate.SUM:
                    assert sum(one.amount_fen or 0 for one in found) == measure(session, asking, metric, period)[""]
                    continue
                assert Counter(one.person_id for one in found) == by_person, metric.key
                person = next((one for one in by_person if one is not None), None)
                if person is not None:
                    his = list(every_detail(session, asking, Behind(metric.key, period, Pick(person=person))))
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


@CHECKED
@given(seed=SEEDS)
def test_what_fell_due_and_is_paid_is_what_each_loan_says(
    store: Store, company: Company, lending: Lending, seed: int
) -> None:
    """回款率, loan by loan, as 还款计划 says it."""
    rng = Random(seed)
    made = generate(store, lending, rng)
    today = day_of(made.now)
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
            for key, whole in (("应还金额", owed), ("已还金额", paid)):
                by = rng.choice((By.DAY, By.PERSON, By.DEPARTMENT, By.CHANNEL, By.PRODUCT, By.REGION))
                assert (
                    sum(filter(None, measure(session, asking, company.reports.metric(key), period, by).values()))
                    == whole
                )
                found = every_detail(session, asking, Behind(company.reports.metric(key).key, period, Pick()))
                assert sum(one.amount_fen or 0 for one in found) == whole


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
        books = Books(session, made.now, company.reports.first_contact)
        asking = Asking(viewers(session)[0], Pick(), company.reports, made.now)
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
