"""When a reminder may come: quiet hours over midnight and days off, switches, bursts, 明早. Pure, by tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import CHINA, USUAL_WEEK, Hours, Range, WorkingCalendar
from core.manners.kinds import BY_NAME, MONEY, NAMES, OF_ITS_OWN, ReminderKind, as_reminder, importance
from core.manners.rules import (
    Burst,
    DailySpan,
    Go,
    Manners,
    Off,
    Wait,
    Wishes,
    may_have,
    quiet_of,
    quiet_until,
    tomorrow_morning,
    turn_in,
    verdict,
)
from core.moments import day_of, midnight
from core.store.outbox import Priority

CALENDAR = WorkingCalendar()
NIGHT, WIDEST = DailySpan(22 * 60, 7 * 60 + 30), DailySpan(18 * 60, 10 * 60)
OURS = Manners(
    NIGHT,
    widest=WIDEST,
    burst=Burst(3, 10),
    urgent=frozenset({ReminderKind.PAYOUT}),
    fixed=frozenset({ReminderKind.TASK}),
)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=CHINA)  # a Tuesday


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (at(24, 21, 59), None),
        (at(24, 22, 0), at(25, 7, 30)),
        (at(24, 23, 59), at(25, 7, 30)),
        (at(25, 0, 0), at(25, 7, 30)),
        (at(25, 7, 29), at(25, 7, 30)),
        (at(25, 7, 30), None),
        (at(24, 12, 0), None),
        (at(28, 12, 0), None),  # a Saturday: the company is not quiet on it
    ],
)
def test_quiet_hours_over_midnight(now: datetime, ends: datetime | None) -> None:
    assert quiet_until(OURS, Wishes(), CALENDAR, now) == ends


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (at(27, 21, 59), None),  # Friday evening
        (at(27, 22, 0), at(30, 9)),  # over the weekend to when work begins on Monday
        (at(28, 12, 0), at(30, 9)),
        (at(29, 23, 0), at(30, 9)),
        (at(30, 7, 0), at(30, 7, 30)),  # what comes up on the workday itself waits for its quiet hours alone
        (at(30, 9, 0), None),
        (at(1, 12, 0, month=10), at(8, 9, month=10)),  # the National Day holiday of 2026, to the day after it
        (at(10, 12, 0, month=10), None),  # a Saturday that is worked (调休)
    ],
)
@pytest.mark.parametrize("whose", ["the company's", "his own"])
def test_days_off_by_the_working_calendar(now: datetime, ends: datetime | None, whose: str) -> None:
    manners = Manners(NIGHT, days_off=whose == "the company's")
    assert quiet_until(manners, Wishes(days_off=whose == "his own"), CALENDAR, now) == ends


@pytest.mark.parametrize(
    ("quiet", "week", "ends"),
    [
        (None, USUAL_WEEK, at(30, 9)),
        (DailySpan(12 * 60, 13 * 60), USUAL_WEEK, at(30, 9)),
        (DailySpan(21 * 60, 9 * 60 + 30), USUAL_WEEK, at(30, 9, 30)),  # where they end later than work begins
        (None, ((Range(8 * 60 + 30, 17 * 60),), *USUAL_WEEK[1:]), at(30, 8, 30)),
        (None, ((), *USUAL_WEEK[1:]), at(1, 9, month=12)),  # a company that does not work on Mondays
    ],
)
@pytest.mark.parametrize("now", [at(28, 0), at(28, 12), at(29, 23, 59)])
def test_what_comes_up_on_days_off_waits_for_work_to_begin(
    quiet: DailySpan | None, week: tuple[Hours, ...], ends: datetime, now: datetime
) -> None:
    assert quiet_until(Manners(quiet), Wishes(days_off=True), WorkingCalendar(week), now) == ends


def test_hours_that_do_not_go_over_midnight() -> None:
    lunch = Manners(DailySpan(12 * 60, 13 * 60))
    assert quiet_until(lunch, Wishes(), CALENDAR, at(24, 12, 30)) == at(24, 13)
    assert quiet_until(lunch, Wishes(), CALENDAR, at(24, 13, 0)) is None


@pytest.mark.parametrize(
    ("span", "allowed"),
    [
        (DailySpan(22 * 60, 7 * 60 + 30), True),
        (DailySpan(21 * 60, 8 * 60), True),
        (DailySpan(18 * 60, 10 * 60), True),
        (DailySpan(17 * 60 + 59, 10 * 60), False),  # further than the company lets him
        (DailySpan(18 * 60, 10 * 60 + 1), False),
        (DailySpan(23 * 60, 7 * 60 + 30), False),  # narrower than the company's
        (DailySpan(22 * 60, 7 * 60), False),
        (DailySpan(0, 0), False),  # the whole day
        (DailySpan(8 * 60, 22 * 60), False),  # turned round
    ],
)
def test_how_far_a_person_may_widen_them(span: DailySpan, allowed: bool) -> None:
    assert may_have(OURS, span) is allowed
    assert quiet_of(OURS, Wishes(span)) == (span if allowed else NIGHT), "what is allowed no more is the company's"
    assert not may_have(Manners(NIGHT), span), "where the company gives no bounds nobody has hours of his own"


@pytest.mark.parametrize(
    ("kind", "wishes", "now", "expected"),
    [
        (ReminderKind.CONTACT, Wishes(), at(24, 12), Go()),
        (ReminderKind.CONTACT, Wishes(), at(24, 23), Wait(at(25, 7, 30), "quiet")),
        (ReminderKind.TASK, Wishes(), at(24, 23), Wait(at(25, 7, 30), "quiet")),
        (ReminderKind.PAYOUT, Wishes(), at(24, 23), Go()),  # urgent
        (ReminderKind.SNOOZED, Wishes(), at(24, 23), Go()),  # he asked for it
        (ReminderKind.DIGEST, Wishes(), at(24, 23), Wait(at(25, 7, 30), "quiet")),
        (ReminderKind.MORNING, Wishes(off=frozenset({ReminderKind.MORNING})), at(24, 12), Off()),
        (ReminderKind.TASK, Wishes(off=frozenset({ReminderKind.TASK})), at(24, 12), Go()),  # fixed
        (ReminderKind.SNOOZED, Wishes(off=frozenset({ReminderKind.SNOOZED})), at(24, 12), Go()),
        (ReminderKind.CONTACT, Wishes(DailySpan(20 * 60, 9 * 60)), at(24, 20), Wait(at(25, 9), "quiet")),
    ],
)
def test_what_becomes_of_a_reminder(kind: ReminderKind, wishes: Wishes, now: datetime, expected: object) -> None:
    assert verdict(kind, OURS, wishes, CALENDAR, now, ()) == expected


def test_more_than_so_many_within_some_minutes_wait_for_the_first_of_them_to_be_old() -> None:
    lately = [NOON - timedelta(minutes=each) for each in (1, 4, 9)]
    waits = Wait(NOON + timedelta(minutes=1), "burst")
    assert verdict(ReminderKind.CONTACT, OURS, Wishes(), CALENDAR, NOON, lately) == waits
    assert verdict(ReminderKind.CONTACT, OURS, Wishes(), CALENDAR, NOON, lately[:2]) == Go()
    assert verdict(ReminderKind.CONTACT, OURS, Wishes(digest=False), CALENDAR, NOON, lately) == Go()
    for at_once in (ReminderKind.PAYOUT, ReminderKind.DIGEST, ReminderKind.SNOOZED):
        assert verdict(at_once, OURS, Wishes(), CALENDAR, NOON, lately) == Go()
    later = waits.until
    assert verdict(ReminderKind.CONTACT, OURS, Wishes(), CALENDAR, later, lately) == Go(), "then its time has come"


def test_what_has_waited_for_the_night_to_end_is_spread() -> None:
    spread = Manners(NIGHT, spread_minutes=5)
    turns = set()
    for person in range(1, 60):
        found = verdict(ReminderKind.CONTACT, spread, Wishes(), CALENDAR, at(24, 23), (), person)
        assert isinstance(found, Wait)
        assert timedelta(0) <= found.until - at(25, 7, 30) < timedelta(minutes=5)
        turns.add(found.until)
    assert len(turns) > 50
    assert turn_in(0, 7) == timedelta(0)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (at(24, 15), at(25, 9)),
        (at(24, 7), at(25, 9)),
        (at(27, 15), at(30, 9)),  # Friday: Monday
        (at(25, 1), at(25, 9)),  # at one in the night it is the morning that comes
        (at(28, 1), at(30, 9)),
        (at(30, 15, month=9), at(8, 9, month=10)),  # before the National Day holiday
    ],
)
def test_tomorrow_morning_is_the_next_workdays_beginning(now: datetime, morning: datetime) -> None:
    assert tomorrow_morning(CALENDAR, now) == morning


moments = st.integers(0, 500_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
spans = st.builds(DailySpan, st.integers(0, 1439), st.integers(0, 1439))


@given(spans, moments, st.booleans())
def test_when_quiet_hours_end_it_is_quiet_no_more(span: DailySpan, now: datetime, days_off: bool) -> None:
    """Unless they are the whole day. And before that it was quiet all the time, or a day off came before."""
    manners = Manners(span, days_off=days_off)
    ends = quiet_until(manners, Wishes(), CALENDAR, now)
    if span.length == 24 * 60:
        return
    if ends is not None:
        assert ends > now
        assert quiet_until(manners, Wishes(), CALENDAR, ends) is None
        before = ends - timedelta(minutes=1)
        still = quiet_until(manners, Wishes(), CALENDAR, before) == ends
        assert still or before < now or (days_off and ends == work_begins(ends) and not works_the_day_before(ends))


def work_begins(moment: datetime) -> datetime:
    day = day_of(moment)
    return midnight(day) + timedelta(minutes=CALENDAR.hours(day)[0].start)


def works_the_day_before(moment: datetime) -> bool:
    return CALENDAR.is_workday(day_of(moment) - timedelta(days=1))


@given(spans, spans)
def test_a_span_covers_another_exactly_if_it_holds_each_of_its_minutes(one: DailySpan, other: DailySpan) -> None:
    each = all(one.holds(minute) for minute in range(1440) if other.holds(minute))
    assert one.covers(other) is each


def test_every_kind_has_its_names_and_they_differ() -> None:
    assert set(NAMES) == set(ReminderKind)
    assert len({name for name, _ in NAMES.values()}) == len(NAMES)
    assert all(len(kind.value) <= 12 and len(short) == 2 for kind, (_, short) in NAMES.items())
    assert set(BY_NAME.values()) == set(ReminderKind) - OF_ITS_OWN
    assert [kind for kind in ReminderKind if importance(kind) < 2] == [ReminderKind.PAYOUT, ReminderKind.REPAID_TODAY]
    assert all((as_reminder(kind).priority is Priority.URGENT) is (kind in MONEY) for kind in ReminderKind)
