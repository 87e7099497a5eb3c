"""Numbers made before the row, and times that everybody means alike."""

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from core.calendar import CHINA, day_start
from core.store.base import new_id
from core.store.shared import LeaseRow
from core.store.unit import Store


def test_ids_grow_and_are_never_the_same_in_threads() -> None:
    made: list[list[int]] = [[] for _ in range(8)]
    start = threading.Barrier(8)

    def make(mine: list[int]) -> None:
        start.wait(timeout=10)
        mine.extend(new_id() for _ in range(5000))

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mine in made:
        assert mine == sorted(mine)
    everything = [number for mine in made for number in mine]
    assert len(set(everything)) == len(everything) == 40_000


def test_an_id_fits_a_bigint_and_begins_with_its_time() -> None:
    epoch = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp() * 1000)
    before = time.time_ns() // 1_000_000 - epoch
    number = new_id()
    assert 0 < number < 2**63
    assert before - 1 <= number >> 22 <= time.time_ns() // 1_000_000 - epoch + 60_000


def put(store: Store, at: datetime) -> datetime:
    with store.database.write() as session:
        session.execute(insert(LeaseRow).values(name="x", holder="y", until=at, fence=1))
    with store.read() as session:
        return session.scalars(select(LeaseRow.until)).one()


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 10, 0, tzinfo=CHINA),
        datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
        datetime(1970, 1, 1, tzinfo=UTC),
    ],
)
def test_a_time_comes_back_as_it_went_in_and_in_utc(store: Store, at: datetime) -> None:
    back = put(store, at)
    assert back == at
    assert back.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        put(store, datetime(2026, 11, 24, 2, 0))  # noqa: DTZ001  that is the point


def test_times_sort_alike_on_both_databases(store: Store) -> None:
    base = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    times = [base + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000, 60_000_000)]
    with store.database.write() as session:
        for number, at in enumerate(times):
            session.execute(insert(LeaseRow).values(name=str(number), holder="y", until=at, fence=1))
    with store.read() as session:
        assert list(session.scalars(select(LeaseRow.until).order_by(LeaseRow.until))) == times
        assert session.scalar(select(LeaseRow.name).where(LeaseRow.until > times[0]).order_by(LeaseRow.until)) == "1"
        assert session.scalar(text("SELECT count(*) FROM lease")) == len(times)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_day_begins_at_midnight_in_china(now: datetime) -> None:
    start = day_start(now)
    assert start.utcoffset() == timedelta(0)
    assert timedelta(0) <= now - start < timedelta(days=1)
    local = start.astimezone(CHINA)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
