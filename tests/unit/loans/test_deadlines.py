"""When tasks are due: across holidays, 调休, lunch, leave and pauses; and which rung of a ladder comes when."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import CHINA, Length, Unit, WorkingCalendar
from core.loans import deadlines
from core.loans.deadlines import Reached, RungAt, Stop, due, reached, rungs, spent
from core.loans.flows import Deadline, Rung, Step

CALENDAR = WorkingCalendar()


def at(stamp: str) -> datetime:
    """`11-24 10:00` of 2026, in China."""
    return datetime.strptime(f"2026-{stamp}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def stops(text: str) -> list[Stop]:
    """`11-24 11:00 > 11-24 15:00; 11-25 09:00 >`: from when until when."""
    found = []
    for each in filter(None, map(str.strip, text.split(";"))):
        start, _, end = (part.strip() for part in each.partition(">"))
        found.append(Stop(at(start), at(end) if end else None))
    return found


def hours(amount: int) -> Length:
    return Length(amount, Unit.HOUR, working=True)


def days(amount: int) -> Length:
    return Length(amount, Unit.DAY, working=True)


# The State Council's 2026: 10-01 to 10-07 off, Saturday 10-10 worked. Work is from 09:00 to 12:00, 13:30 to 18:00.
DUE: list[tuple[str, Length, str, str]] = [
    ("11-24 10:00", hours(2), "", "11-24 12:00"),
    ("11-24 11:00", hours(2), "", "11-24 14:30"),  # lunch
    ("11-24 10:00", hours(8), "", "11-25 10:30"),
    ("11-27 17:00", hours(2), "", "11-30 10:00"),  # the weekend
    ("09-30 16:00", hours(8), "", "10-08 16:30"),  # the holiday
    ("10-09 17:00", hours(8), "", "10-10 17:30"),  # Saturday is worked
    ("09-30 16:00", days(1), "", "10-08 16:00"),
    ("11-24 10:00", Length(48, Unit.HOUR), "", "11-26 10:00"),
    # Leave and pauses put it off by as much as they took.
    ("11-24 10:00", hours(2), "11-24 11:00 > 11-24 15:00", "11-24 16:00"),
    ("11-24 10:00", hours(2), "11-24 12:00 > 11-24 15:00", "11-24 12:00"),  # it was over before
    ("11-24 10:00", hours(2), "11-23 09:00 > 11-24 10:30", "11-24 14:00"),
    ("11-24 10:00", hours(8), "11-25 00:00 > 11-26 00:00", "11-26 10:30"),
    ("11-24 10:00", hours(8), "11-28 00:00 > 11-30 00:00", "11-25 10:30"),  # a weekend off takes nothing
    ("11-27 10:00", hours(8), "11-28 00:00 > 11-30 00:00", "11-30 10:30"),
    ("11-24 10:00", hours(8), "11-24 11:00 > 11-24 14:30; 11-24 14:00 > 11-24 15:00", "11-25 14:30"),  # counted once
    ("11-24 10:00", days(1), "11-25 09:00 > 11-26 09:00", "11-26 10:00"),
    ("11-24 10:00", Length(48, Unit.HOUR), "11-24 20:00 > 11-25 20:00", "11-27 10:00"),
    ("09-30 16:00", hours(8), "10-08 00:00 > 10-09 00:00", "10-09 16:30"),
    ("10-09 17:00", hours(8), "10-10 00:00 > 10-11 00:00", "10-12 17:30"),  # away on the make-up day
    # A pause that goes on.
    ("11-24 10:00", hours(2), "11-24 11:00 >", ""),
    ("11-24 10:00", hours(2), "11-24 15:00 >", "11-24 12:00"),
    ("11-24 10:00", hours(2), "11-24 10:30 > 11-24 11:00; 11-24 11:30 >", ""),
]


@pytest.mark.parametrize(("since", "within", "without", "expected"), DUE)
def test_when_it_is_due(since: str, within: Length, without: str, expected: str) -> None:
    assert due(CALENDAR, stops(without), at(since), within) == (at(expected) if expected else None)


moments = st.datetimes(datetime(2026, 8, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(second=0, microsecond=0, tzinfo=CHINA)
)
lengths = st.builds(lambda minutes: Length(minutes, Unit.MINUTE, working=True), st.integers(1, 6000))
spans = st.builds(
    lambda start, minutes: Stop(start, start + timedelta(minutes=minutes)), moments, st.integers(1, 20_000)
)


@given(moments, lengths, st.lists(spans, max_size=4))
def test_so_much_time_counts_until_it_is_due(since: datetime, within: Length, without: list[Stop]) -> None:
    """Adding and subtracting working time are inverse, whatever stands between."""
    end = due(CALENDAR, without, since, within)
    assert end is not None
    assert spent(CALENDAR, without, since, end) == timedelta(minutes=within.amount)


@given(moments, st.one_of(lengths, st.integers(1, 5).map(days)), st.lists(spans, max_size=3))
def test_nobody_has_less_time_for_having_been_away(since: datetime, within: Length, without: list[Stop]) -> None:
    plain, end = due(CALENDAR, [], since, within), due(CALENDAR, without, since, within)
    assert plain is not None
    assert end is not None
    assert end >= plain
    remind = Deadline(within, (Step(Rung.REMIND, within, before=True),))
    (usual,), (away,) = rungs(CALENDAR, [], end, remind), rungs(CALENDAR, without, end, remind)
    assert away.at <= usual.at


@given(moments, lengths, st.lists(spans, max_size=2), st.integers(0, 20_000), st.integers(1, 20_000))
def test_a_pause_leaves_as_much_as_was_left(
    since: datetime, within: Length, away: list[Stop], until_pause: int, paused_for: int
) -> None:
    """Whatever the holder's leave: what was left when the clock was stopped is left when it goes on."""
    stopped = since + timedelta(minutes=until_pause)
    resumed = stopped + timedelta(minutes=paused_for)
    before, after = due(CALENDAR, away, since, within), due(CALENDAR, [*away, Stop(stopped, resumed)], since, within)
    assert before is not None
    assert after is not None
    if before <= stopped:
        assert after == before
        assert due(CALENDAR, [*away, Stop(stopped)], since, within) == before
        return
    assert due(CALENDAR, [*away, Stop(stopped)], since, within) in (None, before)
    left = timedelta(minutes=within.amount) - spent(CALENDAR, away, since, stopped)
    assert spent(CALENDAR, away, resumed, after) == left or after <= resumed


REMIND, SUPERIOR = Step(Rung.REMIND, hours(2), before=True), Step(Rung.SUPERIOR)
LADDER = Deadline(hours(8), (REMIND, SUPERIOR, Step(Rung.REASSIGN, hours(4)), Step(Rung.SMS)))
# (what does not count, when which rung comes), for what is due on 11-25 10:30.
RUNGS = [
    ("", "0 11-24 17:30; 1 11-25 10:30; 3 11-25 10:30; 2 11-25 16:00"),
    ("11-24 16:00 > 11-24 17:00", "0 11-24 17:30; 1 11-25 10:30; 3 11-25 10:30; 2 11-25 16:00"),
    ("11-24 17:00 > 11-25 09:30", "0 11-24 16:00; 1 11-25 10:30; 3 11-25 10:30; 2 11-25 16:00"),
    ("11-25 14:00 > 11-26 14:00", "0 11-24 17:30; 1 11-25 10:30; 3 11-25 10:30; 2 11-26 16:00"),
]


@pytest.mark.parametrize(("without", "expected"), RUNGS)
def test_when_the_rungs_come(without: str, expected: str) -> None:
    found = rungs(CALENDAR, stops(without), at("11-25 10:30"), LADDER)
    assert [(each.number, each.at) for each in found] == [
        (int(number), at(stamp)) for number, _, stamp in (each.partition(" ") for each in expected.split("; "))
    ]


# (rungs done, now, what is done, what was overtaken, what is too long ago, when it goes on)
REACHED = [
    ("", "11-24 17:29", "", "", "", "11-24 17:30"),
    ("", "11-24 17:30", "0", "", "", "11-25 10:30"),
    ("0", "11-24 17:31", "", "", "", "11-25 10:30"),
    ("0", "11-25 10:30", "1 3", "", "", "11-25 16:00"),
    ("", "11-25 11:00", "1 3", "0", "", "11-25 16:00"),  # after an outage
    ("", "11-25 16:00", "2", "0 1 3", "", ""),
    ("0 1", "11-25 16:00", "2", "3", "", ""),
    ("0 1 2 3", "11-25 16:00", "", "", "", ""),
    ("0", "11-30 10:30", "2", "1 3", "", ""),  # three working days ago, and not longer
    ("0", "11-30 11:00", "2", "", "1 3", ""),
    ("0", "12-02 11:00", "", "", "1 3 2", ""),
]


@pytest.mark.parametrize(("done", "now", "does", "overtaken", "stale", "next_at"), REACHED)
def test_what_is_due_now(done: str, now: str, does: str, overtaken: str, stale: str, next_at: str) -> None:
    ladder = rungs(CALENDAR, (), at("11-25 10:30"), LADDER)
    came = reached(CALENDAR, ladder, frozenset(map(int, done.split())), at("11-24 10:00"), at(now))
    assert numbers(came.do) == does
    assert numbers(came.overtaken) == overtaken
    assert numbers(came.stale) == stale
    assert came.next_at == (at(next_at) if next_at else None)


@pytest.mark.parametrize("does", [Rung.REASSIGN, Rung.AGREE, Rung.REFUSE])
def test_a_later_reminder_does_not_stand_in_for_what_acts(does: Rung) -> None:
    """After an outage: it would have been done at its time, and no reminder sent after it."""
    ladder = Deadline(hours(8), (SUPERIOR, Step(does, hours(4)), Step(Rung.SMS, hours(8)), Step(Rung.AGREE, hours(9))))
    came = reached(
        CALENDAR, rungs(CALENDAR, (), at("11-25 10:30"), ladder), frozenset(), at("11-24 10:00"), at("11-27 10:00")
    )
    assert (numbers(came.do), numbers(came.overtaken)) == ("1", "0 2 3")


def numbers(found: tuple[RungAt, ...]) -> str:
    return " ".join(str(each.number) for each in found)


@pytest.mark.parametrize("does", [Rung.SMS, Rung.SUPERIOR])
def test_a_later_reminder_does_not_stand_in_for_what_reaches_others(does: Rung) -> None:
    steps = (Step(does), Step(Rung.REMIND, hours(1)), Step(does, hours(2)), Step(Rung.REMIND, hours(3)))
    ladder = rungs(CALENDAR, (), at("11-25 09:00"), Deadline(hours(8), steps))
    came = reached(CALENDAR, ladder, frozenset(), at("11-24 10:00"), at("11-25 17:00"))
    assert (numbers(came.do), numbers(came.overtaken)) == ("2 3", "0 1")


def test_what_would_come_before_the_task_does_not_come() -> None:
    ladder = rungs(CALENDAR, (), at("11-24 11:30"), LADDER)
    assert reached(CALENDAR, ladder, frozenset(), at("11-24 10:00"), at("11-24 10:00")) == Reached(
        next_at=at("11-24 11:30")
    )


def test_what_would_come_with_the_task_does_not_come() -> None:
    """The card of the task is there at that moment: no reminder beside it."""
    ladder = rungs(CALENDAR, (), at("11-24 12:00"), LADDER)
    assert ladder[0].at == at("11-24 10:00")
    came = reached(CALENDAR, ladder, frozenset(), at("11-24 10:00"), at("11-24 10:00"))
    assert came == Reached(next_at=at("11-24 12:00"))
    a_minute_before = reached(CALENDAR, ladder, frozenset(), at("11-24 09:59"), at("11-24 10:00"))
    assert numbers(a_minute_before.do) == "0"


def test_late_is_what_comes_half_an_hour_after_its_moment() -> None:
    (first, *_) = rungs(CALENDAR, (), at("11-25 10:30"), LADDER)
    assert not deadlines.is_late(CALENDAR, first, at("11-25 09:00"))  # the night is nobody's time
    assert deadlines.is_late(CALENDAR, first, at("11-25 09:01"))
