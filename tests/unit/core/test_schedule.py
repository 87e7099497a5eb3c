"""When a job has its turn: which days, month ends, 调休, and until when what was missed is caught up."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from core.calendar import CHINA, DeclaredDay, WorkingCalendar
from core.moments import day_of
from core.schedule import ALL_DAYS, MORNING, WORKDAYS, DayOff, Days, Every, Schedule, Timed, offset
from core.schedule.days import LAST

YEAR = 2026  # whose days off are known
CALENDAR = WorkingCalendar()


def days_of(days: Days, first: str, last: str) -> list[str]:
    """The days from `first` to `last` that are among `days`, as `MM-DD`."""
    begin, end = (date.fromisoformat(f"{YEAR}-{each}") for each in (first, last))
    every = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    return [f"{day:%m-%d}" for day in every if days.has(CALENDAR, day)]


def at(text: str) -> datetime:
    return datetime.strptime(f"{YEAR}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def test_workdays_go_by_the_calendar_and_not_by_the_week() -> None:
    found = days_of(WORKDAYS, "09-19", "10-11")
    assert "09-20" in found, "a Sunday that is worked (调休)"
    assert "10-10" in found, "a Saturday that is worked (调休)"
    assert not {f"10-0{day}" for day in range(1, 8)} & set(found), "国庆"
    assert "09-25" not in found, "中秋"
    assert "10-08" in found
    assert len(days_of(ALL_DAYS, "01-01", "12-31")) == 365


MONDAY = 0


@pytest.mark.parametrize(
    ("day_off", "due"),
    [
        (DayOff.SAME, ["09-28", "10-05", "10-12"]),
        (DayOff.NEXT, ["09-28", "10-08", "10-12"]),
        (DayOff.SKIP, ["09-28", "10-12"]),
    ],
)
def test_a_monday_in_the_holidays(day_off: DayOff, due: list[str]) -> None:
    assert days_of(Days(Every.WEEK, MONDAY, day_off), "09-28", "10-18") == due


def test_two_mondays_of_one_long_holiday_are_one_turn_after_it() -> None:
    mondays = Days(Every.WEEK, MONDAY, DayOff.NEXT)
    assert days_of(mondays, "02-09", "03-08") == ["02-09", "02-24", "03-02"], "02-16 and 02-23 are off (春节)"


def test_a_sunday_that_is_off_every_week_moves_to_each_monday() -> None:
    assert days_of(Days(Every.WEEK, 6, DayOff.NEXT), "11-01", "11-17") == ["11-02", "11-09", "11-16"]
    assert days_of(Days(Every.WEEK, 6), "11-01", "11-17") == ["11-01", "11-08", "11-15"]


def test_the_first_and_the_last_workday_of_each_month() -> None:
    first = days_of(Days(Every.WORKDAY_OF_MONTH, 1), "01-01", "12-31")
    assert first == [
        "01-04", "02-02", "03-02", "04-01", "05-06", "06-01", "07-01", "08-03", "09-01", "10-08", "11-02", "12-01",
    ]  # fmt: skip
    last = days_of(Days(Every.WORKDAY_OF_MONTH, LAST), "01-01", "12-31")
    assert last == [
        "01-30", "02-28", "03-31", "04-30", "05-29", "06-30", "07-31", "08-31", "09-30", "10-30", "11-30", "12-31",
    ]  # fmt: skip
    assert days_of(Days(Every.WORKDAY_OF_MONTH, 3), "10-01", "11-30") == ["10-10", "11-04"]


def test_a_month_that_is_too_short_has_the_31st_on_its_last_day() -> None:
    assert days_of(Days(Every.MONTH, 31), "01-01", "06-30") == ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"]
    assert days_of(Days(Every.MONTH, 31), "01-01", "12-31") == days_of(Days(Every.MONTH, LAST), "01-01", "12-31")
    assert days_of(Days(Every.MONTH, 15), "01-01", "03-31") == ["01-15", "02-15", "03-15"]


def test_what_moves_past_the_end_of_a_month_is_done_in_the_next() -> None:
    assert days_of(Days(Every.MONTH, 15, DayOff.NEXT), "02-01", "03-31") == ["02-24", "03-16"]
    assert days_of(Days(Every.MONTH, LAST, DayOff.NEXT), "05-01", "06-30") == ["06-01", "06-30"], "05-31 is a Sunday"


def test_a_month_without_workdays_has_no_first_one() -> None:
    nobody = [date(2027, 2, 1) + timedelta(days=number) for number in range(28)]
    closed = WorkingCalendar(special_days=tuple(DeclaredDay(day, False, "装修") for day in nobody))
    assert not any(Days(Every.WORKDAY_OF_MONTH, 1).has(closed, day) for day in nobody)
    assert Days(Every.WEEK, MONDAY, DayOff.NEXT).has(closed, date(2027, 3, 1))


def test_until_when_what_was_missed_is_caught_up() -> None:
    day = date(YEAR, 11, 25)

    def closes(timed: Timed) -> str:
        slot = timed.slot(CALENDAR, day)
        assert slot is not None
        return f"{slot.closes_at:%m-%d %H:%M}"

    assert closes(Timed(MORNING, 8 * 60 + 50)) == "11-25 18:00", "until the end of the day's work"
    assert closes(Timed(MORNING, 17 * 60 + 50, spread_minutes=20)) == "11-25 19:10", "an hour after the last turn"
    assert closes(Timed(MORNING, 8 * 60 + 50, spread_minutes=8, catch_up=False)) == "11-25 09:13"
    assert closes(Timed(MORNING, 9 * 60, lasts_minutes=3 * 24 * 60)) == "11-28 09:00"
    saturday = Timed(MORNING, 9 * 60, ALL_DAYS).slot(CALENDAR, date(YEAR, 11, 28))
    assert saturday is not None
    assert saturday.closes_at == at("11-28 18:00")


def test_it_is_open_from_its_beginning_and_no_longer_at_its_end() -> None:
    timed, day = Timed(MORNING, 530), date(YEAR, 11, 25)
    found = [timed.is_open(CALENDAR, day, at(f"11-25 {clock}")) for clock in ("08:49", "08:50", "17:59", "18:00")]
    assert found == [False, True, True, False]
    assert not timed.is_open(CALENDAR, date(YEAR, 11, 28), at("11-28 09:00"))


def test_turns_are_spread_the_same_each_day_and_apart() -> None:
    spread = timedelta(minutes=10)
    assert offset(7, spread) == timedelta(minutes=3, seconds=53)
    assert offset(8, spread) - offset(7, spread) > timedelta(minutes=1), "neighbours come far apart"
    assert all(timedelta(0) <= offset(number, spread) < spread for number in range(2000))
    assert offset(7, timedelta(0)) == timedelta(0)


def test_all_turns_of_some_days_in_their_order() -> None:
    late, early = Timed("late", 18 * 60 + 5), Timed("early", 9 * 60 + 10, Days(Every.WEEK, MONDAY))
    slots = list(Schedule((late, early)).slots(CALENDAR, date(YEAR, 11, 27), date(YEAR, 11, 30)))
    assert [(slot.job, slot.key) for slot in slots] == [
        ("late", "2026-11-27"),
        ("late", "2026-11-30"),
        ("early", "2026-11-30"),
    ]


def test_what_goes_out_on_the_dot() -> None:
    dots = [Timed("a", minute).is_on_the_dot for minute in (9 * 60, 9 * 60 + 30, 9 * 60 + 5)]
    assert dots == [True, True, False]
    assert not Timed("a", 9 * 60, spread_minutes=8).is_on_the_dot


@pytest.fixture(params=["America/New_York", "Europe/London", "Asia/Shanghai", "Pacific/Kiritimati", "UTC"])
def host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine stands in this zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_fault_39_the_day_is_chinas_wherever_the_machine_stands(host_zone: str) -> None:
    timed = Timed(MORNING, 5, ALL_DAYS)
    for month in (3, 7, 11):  # before, within and after summer time elsewhere
        day = date(YEAR, month, 9)
        begins = timed.begins(day)
        assert begins.astimezone(UTC) == datetime(YEAR, month, 8, 16, 5, tzinfo=UTC)
        assert day_of(begins) == day
        assert day_of(begins - timedelta(minutes=6)) == day - timedelta(days=1)
        assert timed.is_open(CALENDAR, day, begins.astimezone(UTC))
