"""The working calendar: which days are worked, what time is working time, deadlines and how they are turned round."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import (
    CHINA,
    USUAL_WEEK,
    DeclaredDay,
    Length,
    NoWorkingTime,
    Range,
    Unit,
    WorkingCalendar,
    YearlyHoliday,
    day_of,
    day_start,
)
from core.state_council import KNOWN_YEARS

# 2026 as the State Council made it known on 4 November 2025 (国办发明电〔2025〕7号), a sign for every day of the month:
# 一 worked as usual, 周 weekend, 休 off, 班 make-up day (调休).
YEAR_2026 = (
    "休休休班一一一一一周周一一一一一周周一一一一一周周一一一一一周",
    "周一一一一一周周一一一一一班休休休休休休休休休一一一一班",
    "周一一一一一周周一一一一一周周一一一一一周周一一一一一周周一一",
    "一一一休休休一一一一周周一一一一一周周一一一一一周周一一一一",
    "休休休休休一一一班周一一一一一周周一一一一一周周一一一一一周周",
    "一一一一一周周一一一一一周周一一一一休休休一一一一一周周一一",
    "一一一周周一一一一一周周一一一一一周周一一一一一周周一一一一一",
    "周周一一一一一周周一一一一一周周一一一一一周周一一一一一周周一",
    "一一一一周周一一一一一周周一一一一一周班一一一一休休休一一一",
    "休休休休休休休一一班周一一一一一周周一一一一一周周一一一一一周",
    "周一一一一一周周一一一一一周周一一一一一周周一一一一一周周一",
    "一一一一周周一一一一一周周一一一一一周周一一一一一周周一一一一",
)
UNKNOWN = max(KNOWN_YEARS) + 3  # nobody has declared anything of it
HALF = Range(9 * 60, 12 * 60)
LAW = (YearlyHoliday(1, 1, "元旦"), YearlyHoliday(10, 1, "国庆节"), YearlyHoliday(10, 2, "国庆节"))
USUAL = WorkingCalendar(law_holidays=LAW)
SIX_DAYS = WorkingCalendar(
    week=(*USUAL_WEEK[:5], (HALF,), ()),
    special_days=(
        DeclaredDay(date(2026, 11, 25), False, "店庆"),
        DeclaredDay(date(2026, 11, 29), True, "盘点", (Range(600, 660),)),
        DeclaredDay(date(2026, 12, 31), False, "年假"),
        DeclaredDay(date(2027, 1, 1), False, "年假"),
    ),
)
AT_NIGHT = WorkingCalendar(week=((), (Range(1200, 1440),), (Range(0, 360), Range(360, 400)), (), (), (), ()))


def china(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def said(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


# Days.


def test_every_day_of_2026() -> None:
    signs = "".join(YEAR_2026)
    year = list(days(date(2026, 1, 1), date(2026, 12, 31)))
    assert len(signs) == len(year) == 365
    assert [len(month) for month in YEAR_2026] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for sign, day in zip(signs, year, strict=True):
        declared = USUAL.declared(day)
        assert USUAL.is_workday(day) == (sign in "一班"), day
        assert (declared is not None) == (sign in "休班"), day
        assert USUAL.knows(day)
        assert sign in "休班" or (day.weekday() >= 5) == (sign == "周"), day
    assert (signs.count("休"), signs.count("班"), sum(map(USUAL.is_workday, year))) == (33, 6, 248)


@pytest.mark.parametrize(
    ("day", "name", "works"),
    [
        ((1, 4), "元旦", True),
        ((2, 14), "春节", True),
        ((2, 17), "春节", False),
        ((4, 6), "清明", False),
        ((5, 5), "劳动节", False),
        ((6, 19), "端午", False),
        ((9, 20), "国庆节", True),
        ((9, 25), "中秋", False),
        ((10, 7), "国庆节", False),
    ],
)
def test_a_declared_day_has_its_name(day: tuple[int, int], name: str, works: bool) -> None:
    assert USUAL.declared(date(2026, *day)) == DeclaredDay(date(2026, *day), works, name)


def test_a_year_that_nobody_knows_goes_by_the_week_and_the_fixed_holidays_and_says_so() -> None:
    for day in days(date(UNKNOWN, 1, 1), date(UNKNOWN, 12, 31)):
        assert not USUAL.knows(day)
        fixed = (day.month, day.day) in {(1, 1), (10, 1), (10, 2)}
        assert USUAL.is_workday(day) == (day.weekday() < 5 and not fixed)
        assert WorkingCalendar().is_workday(day) == (day.weekday() < 5)
    assert USUAL.declared(date(UNKNOWN, 10, 2)) == DeclaredDay(date(UNKNOWN, 10, 2), False, "国庆节")


def test_fixed_holidays_do_not_meddle_with_a_year_that_is_known() -> None:
    calendar = WorkingCalendar(law_holidays=(YearlyHoliday(6, 1, "店庆"), YearlyHoliday(1, 4, "元旦")))
    assert calendar.is_workday(date(2026, 6, 1))
    assert calendar.is_workday(date(2026, 1, 4))


def test_the_companys_own_days_win_both_ways_and_are_known() -> None:
    worked, off = date(2026, 10, 5), date(2026, 10, 10)
    sunday = date(UNKNOWN, 1, 1) + timedelta(days=6 - date(UNKNOWN, 1, 1).weekday())
    calendar = WorkingCalendar(
        special_days=(
            DeclaredDay(worked, True, "值班", (HALF,)),
            DeclaredDay(off, False, "不补班"),
            DeclaredDay(sunday, True, "补班"),
        )
    )
    assert calendar.hours(worked) == (HALF,)
    assert calendar.hours(off) == ()
    assert calendar.hours(sunday) == USUAL_WEEK[0]
    assert calendar.knows(sunday)
    assert not calendar.knows(sunday + timedelta(days=1))
    written = WorkingCalendar(special_days=calendar.special_days, known_years=(UNKNOWN,))
    assert written.knows(sunday + timedelta(days=1))
    assert not written.knows(date(UNKNOWN + 1, 1, 1))


def test_a_make_up_day_is_as_long_as_the_longest_day_or_as_it_is_said() -> None:
    makeup_saturday, saturday = date(2026, 5, 9), date(2026, 5, 16)
    assert SIX_DAYS.hours(makeup_saturday) == USUAL_WEEK[0]
    assert SIX_DAYS.hours(saturday) == (HALF,)
    assert WorkingCalendar(makeup_hours=(HALF,)).hours(makeup_saturday) == (HALF,)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 2, 13), date(2026, 2, 14)),
        (date(2026, 2, 14), date(2026, 2, 24)),
        (date(2026, 9, 30), date(2026, 10, 8)),
        (date(2025, 12, 31), date(2026, 1, 4)),
    ],
)
def test_the_next_workday(day: date, following: date) -> None:
    assert USUAL.next_workday(day) == following


def test_a_moment_is_no_day() -> None:
    with pytest.raises(TypeError, match="day_of"):
        USUAL.is_workday(china("2026-10-01 09:00"))
    assert day_of(datetime(2026, 9, 30, 16, 0, tzinfo=UTC)) == date(2026, 10, 1)


# Working time.


@pytest.mark.parametrize(
    ("moment", "working", "following"),
    [
        ("2026-11-26 08:59", False, "2026-11-26 09:00"),
        ("2026-11-26 09:00", True, "2026-11-26 09:00"),
        ("2026-11-26 11:59", True, "2026-11-26 11:59"),
        ("2026-11-26 12:00", False, "2026-11-26 13:30"),
        ("2026-11-26 13:30", True, "2026-11-26 13:30"),
        ("2026-11-26 18:00", False, "2026-11-27 09:00"),
        ("2026-11-27 23:00", False, "2026-11-30 09:00"),
        ("2026-09-30 18:00", False, "2026-10-08 09:00"),
        ("2026-10-10 10:00", True, "2026-10-10 10:00"),
        ("2025-12-31 18:00", False, "2026-01-04 09:00"),
    ],
)
def test_working_moments(moment: str, working: bool, following: str) -> None:
    assert USUAL.is_working(china(moment)) == working
    assert said(USUAL.next_working_moment(china(moment))) == following


@pytest.mark.parametrize(
    ("start", "hours", "deadline"),
    [
        ("2026-11-26 10:00", 2, "2026-11-26 12:00"),
        ("2026-11-26 11:00", 2, "2026-11-26 14:30"),
        ("2026-11-26 12:30", 1, "2026-11-26 14:30"),
        ("2026-11-26 17:00", 1, "2026-11-26 18:00"),
        ("2026-11-26 17:00", 1.5, "2026-11-27 09:30"),
        ("2026-11-27 17:00", 2, "2026-11-30 10:00"),
        ("2026-11-28 17:00", 2, "2026-11-30 11:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-09-18 17:00", 2, "2026-09-20 10:00"),  # the Sunday is a make-up day
        ("2025-12-31 17:30", 1, "2026-01-04 09:30"),
        ("2026-11-26 10:20", 0, "2026-11-26 10:20"),
        ("2026-11-28 10:20", 0, "2026-11-28 10:20"),
    ],
)
def test_a_deadline_after_working_hours(start: str, hours: float, deadline: str) -> None:
    assert said(USUAL.add(china(start), timedelta(hours=hours))) == deadline


@pytest.mark.parametrize(
    ("now", "hours", "latest"),
    [
        ("2026-11-26 12:00", 2, "2026-11-26 10:00"),
        ("2026-11-26 12:40", 2, "2026-11-26 10:00"),
        ("2026-11-26 18:00", 4.5, "2026-11-26 13:30"),
        ("2026-11-26 10:00", 1, "2026-11-26 09:00"),  # and not 18:00 the day before: all in between are due, too
        ("2026-11-26 09:00", 7.5, "2026-11-25 09:00"),
        ("2026-10-08 10:00", 2, "2026-09-30 17:00"),
        ("2026-10-05 10:00", 7.5, "2026-09-30 09:00"),
        ("2026-11-28 10:20", 0, "2026-11-28 10:20"),
    ],
)
def test_the_latest_moment_that_is_due(now: str, hours: float, latest: str) -> None:
    assert said(USUAL.back(china(now), timedelta(hours=hours))) == latest


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-26 09:00", "2026-11-26 18:00", 7.5),
        ("2026-11-26 11:30", "2026-11-26 14:00", 1),
        ("2026-11-28 00:00", "2026-11-30 00:00", 0),
        ("2026-01-01 00:00", "2027-01-01 00:00", 248 * 7.5),
        ("2025-12-31 17:00", "2026-01-04 10:00", 2),
        ("2026-11-26 14:00", "2026-11-26 11:30", -1),
    ],
)
def test_the_working_time_between(start: str, end: str, hours: float) -> None:
    assert USUAL.between(china(start), china(end)) == timedelta(hours=hours)


# Working days.


@pytest.mark.parametrize(
    ("start", "count", "deadline"),
    [
        ("2026-11-26 10:20", 1, "2026-11-27 10:20"),
        ("2026-11-27 10:20", 1, "2026-11-30 10:20"),
        ("2026-11-26 10:20", 3, "2026-12-01 10:20"),
        ("2026-11-26 20:00", 1, "2026-11-27 18:00"),
        ("2026-11-26 18:00", 1, "2026-11-27 18:00"),
        ("2026-11-26 07:00", 1, "2026-11-27 09:00"),
        ("2026-11-26 12:00", 1, "2026-11-27 12:00"),
        ("2026-11-26 12:30", 1, "2026-11-27 13:30"),
        ("2026-11-28 10:20", 1, "2026-11-30 18:00"),  # not sooner than from Friday at 17:00
        ("2026-11-29 23:59", 2, "2026-12-01 18:00"),
        ("2026-09-18 10:20", 1, "2026-09-20 10:20"),
        ("2026-09-30 10:20", 2, "2026-10-09 10:20"),
        ("2026-10-03 10:20", 3, "2026-10-10 18:00"),
        ("2025-12-31 10:20", 1, "2026-01-04 10:20"),
        ("2026-11-28 10:20", 0, "2026-11-28 10:20"),
    ],
)
def test_a_deadline_after_working_days(start: str, count: int, deadline: str) -> None:
    assert said(USUAL.add_days(china(start), count)) == deadline


def test_a_deadline_on_a_shorter_day_is_its_end() -> None:
    assert said(SIX_DAYS.add_days(china("2026-11-27 17:00"), 1)) == "2026-11-28 12:00"
    assert said(SIX_DAYS.add_days(china("2026-11-28 11:00"), 1)) == "2026-11-29 11:00"
    assert said(SIX_DAYS.add_days(china("2026-11-27 17:00"), 2)) == "2026-11-29 11:00"


@pytest.mark.parametrize(
    ("now", "count", "latest"),
    [
        ("2026-11-27 10:20", 1, "2026-11-26 10:20"),
        ("2026-11-27 12:30", 1, "2026-11-26 12:00"),
        ("2026-11-27 08:59", 1, "2026-11-25 23:59"),
        ("2026-11-27 18:00", 1, "2026-11-26 23:59"),
        ("2026-11-30 18:00", 1, "2026-11-29 23:59"),
        ("2026-11-30 17:59", 1, "2026-11-27 17:59"),
        ("2026-10-05 10:00", 1, "2026-09-29 23:59"),
    ],
)
def test_the_latest_moment_that_is_due_by_working_days(now: str, count: int, latest: str) -> None:
    assert said(USUAL.back_days(china(now), count)) == latest


# Laws that hold for every calendar, moment and length.

BOUNDS = st.lists(st.integers(0, 24 * 60), min_size=2, max_size=6, unique=True).map(sorted)
HOURS = st.one_of(
    st.just(()), BOUNDS.map(lambda at: tuple(Range(*pair) for number, pair in enumerate(pairwise(at)) if number != 1))
)
DAYS = st.dates(date(2026, 11, 1), date(2027, 2, 28))
CALENDARS = st.one_of(
    st.sampled_from([USUAL, SIX_DAYS, AT_NIGHT]),
    st.builds(
        lambda week, special: WorkingCalendar(week=week, special_days=special),
        st.tuples(*[HOURS] * 7).filter(any),
        st.lists(st.builds(DeclaredDay, DAYS, st.booleans(), st.just("某日"), HOURS), max_size=6).map(tuple),
    ),
)
ZONES = st.sampled_from([UTC, CHINA, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))])
FREE = st.datetimes(datetime(2026, 9, 1), datetime(2027, 3, 1), timezones=ZONES)  # noqa: DTZ001
ROUND = st.builds(
    lambda day, quarter: day_start(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)) + quarter * QUARTER,
    DAYS,
    st.integers(0, 95),
)
QUARTER = timedelta(minutes=15)
MOMENTS = st.one_of(FREE, ROUND)  # those at whole quarters often are the very ends of something
LENGTHS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=20)), st.integers(0, 200).map(lambda number: number * QUARTER)
)
COUNTS = st.integers(0, 40)


@settings(max_examples=120, deadline=None)
@given(CALENDARS, MOMENTS, LENGTHS, MOMENTS)
def test_back_is_add_turned_round(calendar: WorkingCalendar, m: datetime, w: timedelta, now: datetime) -> None:
    latest = calendar.back(now, w)
    assert (m <= latest) == (calendar.add(m, w) <= now)
    assert calendar.add(latest, w) <= now < calendar.add(latest + timedelta(microseconds=1), w)


@settings(max_examples=120, deadline=None)
@given(CALENDARS, MOMENTS, COUNTS, MOMENTS)
def test_back_days_is_add_days_turned_round(calendar: WorkingCalendar, m: datetime, n: int, now: datetime) -> None:
    latest = calendar.back_days(now, n)
    assert (m <= latest) == (calendar.add_days(m, n) <= now)
    assert calendar.add_days(latest, n) <= now < calendar.add_days(latest + timedelta(microseconds=1), n)


@settings(max_examples=100, deadline=None)
@given(CALENDARS, MOMENTS, LENGTHS, LENGTHS)
def test_working_time_adds_up(calendar: WorkingCalendar, m: datetime, one: timedelta, two: timedelta) -> None:
    deadline = calendar.add(m, one)
    assert deadline >= m
    assert calendar.between(m, deadline) == one
    assert calendar.between(deadline, m) == -one
    assert calendar.add(deadline, two) == calendar.add(m, one + two) or not two
    begins = calendar.next_working_moment(m)
    assert begins >= m
    assert calendar.is_working(begins)
    assert calendar.between(m, begins) == timedelta(0)


@settings(max_examples=50, deadline=None)
@given(CALENDARS, ROUND, st.integers(0, 3000))
def test_the_working_time_is_that_of_the_minutes_at_work(calendar: WorkingCalendar, m: datetime, minutes: int) -> None:
    """Against a count of single minutes, made from nothing but the hours of the day."""
    at_work = 0
    for number in range(minutes):
        local = (m + timedelta(minutes=number)).astimezone(CHINA)
        clock = 60 * local.hour + local.minute
        works = any(each.start <= clock < each.end for each in calendar.hours(local.date()))
        assert calendar.is_working(local) == works
        at_work += works
    assert calendar.between(m, m + timedelta(minutes=minutes)) == timedelta(minutes=at_work)


@settings(max_examples=100, deadline=None)
@given(CALENDARS, MOMENTS, MOMENTS, LENGTHS, COUNTS)
def test_who_begins_later_is_not_due_sooner(
    calendar: WorkingCalendar, one: datetime, other: datetime, w: timedelta, n: int
) -> None:
    first, last = sorted((one, other))
    assert calendar.add(first, w) <= calendar.add(last, w)
    assert calendar.add_days(first, n) <= calendar.add_days(last, n)
    due = calendar.add_days(first, n)
    assert not n or calendar.is_working(due) or calendar.is_working(due - timedelta(microseconds=1))


SOME_LENGTHS = st.builds(Length, st.integers(1, 60), st.sampled_from(Unit), st.booleans())


@settings(max_examples=100, deadline=None)
@given(CALENDARS, MOMENTS, SOME_LENGTHS, MOMENTS)
def test_before_is_after_turned_round(calendar: WorkingCalendar, m: datetime, length: Length, now: datetime) -> None:
    assert (m <= length.before(calendar, now)) == (length.after(calendar, m) <= now)


# Lengths.


@pytest.mark.parametrize(
    ("length", "words", "deadline"),
    [
        (Length(2, Unit.HOUR, working=True), "2工作小时", "2026-11-30 10:00"),
        (Length(90, Unit.MINUTE, working=True), "90工作分钟", "2026-11-30 09:30"),
        (Length(3, Unit.DAY, working=True), "3工作日", "2026-12-02 17:00"),
        (Length(7, Unit.DAY), "7天", "2026-12-04 17:00"),
        (Length(90, Unit.MINUTE), "90分钟", "2026-11-27 18:30"),
        (Length(48, Unit.HOUR), "48小时", "2026-11-29 17:00"),
    ],
)
def test_lengths(length: Length, words: str, deadline: str) -> None:
    assert length.words == words
    assert said(length.after(USUAL, china("2026-11-27 17:00"))) == deadline
    assert said(length.before(USUAL, china(deadline))) == "2026-11-27 17:00"


@pytest.mark.parametrize("amount", [0, -1])
def test_no_length(amount: int) -> None:
    with pytest.raises(ValueError, match="no length"):
        Length(amount, Unit.DAY)


# Where it stands, what it refuses, how long it takes.


@pytest.fixture(params=["America/New_York", "UTC", "Asia/Shanghai"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_the_machines_zone_makes_no_difference(machine_zone: str) -> None:
    calendar = WorkingCalendar()
    at = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)  # 17:00 in China, and in New York the clocks go back in November
    for zone in (UTC, CHINA, timezone(timedelta(hours=-4))):
        moment = at.astimezone(zone)
        assert said(calendar.add(moment, timedelta(hours=200))) == "2026-11-12 14:30"
        assert said(calendar.back(moment, timedelta(hours=2))) == "2026-09-30 15:00"
        assert said(calendar.add_days(moment, 26)) == "2026-11-11 17:00"
        assert said(calendar.back_days(moment, 1)) == "2026-09-29 17:00"
        assert said(day_start(moment)) == "2026-09-30 00:00"
        assert calendar.is_working(moment)


@pytest.mark.parametrize(
    "ask",
    [
        lambda moment: USUAL.is_working(moment),
        lambda moment: USUAL.next_working_moment(moment),
        lambda moment: USUAL.add(moment, timedelta(0)),
        lambda moment: USUAL.back(moment, timedelta(hours=1)),
        lambda moment: USUAL.between(moment, moment),
        lambda moment: USUAL.add_days(moment, 0),
        lambda moment: USUAL.back_days(moment, 1),
        lambda moment: Length(7, Unit.DAY).after(USUAL, moment),
        lambda moment: Length(7, Unit.DAY).before(USUAL, moment),
        day_of,
    ],
)
def test_a_moment_without_a_zone_is_refused(ask: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(datetime(2026, 11, 26, 10, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    "ask",
    [
        lambda moment: USUAL.add(moment, timedelta(microseconds=-1)),
        lambda moment: USUAL.back(moment, timedelta(hours=-1)),
        lambda moment: USUAL.add_days(moment, -1),
        lambda moment: USUAL.back_days(moment, -1),
    ],
)
def test_a_negative_length_is_refused(ask: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="negative"):
        ask(china("2026-11-26 10:00"))


def test_a_calendar_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no week"):
        WorkingCalendar(week=((),) * 7)
    with pytest.raises(ValueError, match="out of order"):
        WorkingCalendar(makeup_hours=(Range(600, 700), Range(650, 800)))
    for start, end in ((600, 600), (600, 500), (-1, 5), (0, 1441)):
        with pytest.raises(ValueError, match="no range"):
            Range(start, end)


def test_who_never_works_gets_no_answer_instead_of_waiting_for_one() -> None:
    closed = tuple(DeclaredDay(day, False, "停业") for day in days(date(2030, 1, 1), date(2034, 12, 31)))
    calendar = WorkingCalendar(special_days=closed)
    in_it = china("2032-06-01 10:00")
    for ask in (
        lambda: calendar.add(in_it, timedelta(minutes=1)),
        lambda: calendar.back(in_it, timedelta(minutes=1)),
        lambda: calendar.next_workday(in_it.date()),
        lambda: calendar.add_days(in_it, 1),
        lambda: calendar.back_days(in_it, 1),
    ):
        with pytest.raises(NoWorkingTime):
            ask()


def test_a_hundred_thousand_deadlines_take_no_two_seconds() -> None:
    calendar = WorkingCalendar()
    first = china("2026-01-01 00:00")
    start = time.process_time()
    for number in range(100_000):
        calendar.add(first + timedelta(minutes=5 * number), timedelta(hours=20))
    assert time.process_time() - start < 2


def test_equal_calendars_are_equal_whatever_they_were_asked() -> None:
    asked, fresh = WorkingCalendar(law_holidays=LAW), WorkingCalendar(law_holidays=LAW)
    asked.add(china("2026-11-26 10:00"), timedelta(hours=2))
    assert asked == fresh
    assert hash(asked) == hash(fresh)
