"""What is typed behind 稍后提醒: of what, and until when."""

from datetime import datetime, timedelta

import pytest

from bot.phrases.put_off import read_put_off
from core.calendar import CHINA, WorkingCalendar

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=CHINA)  # a Friday
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("typed", "letter", "number", "minutes"),
    [
        ("L1024 3小时", "L", 1024, 180),
        ("l1024 1个小时后", "L", 1024, 60),
        ("3小时 T88", "T", 88, 180),
        ("Ａ203 ３小时", "A", 203, 180),
        ("1小时", "", 0, 60),
        ("半小时后", "", 0, 30),
        ("一个半小时", "", 0, 90),
        ("2小时半", "", 0, 150),
        ("L7 20分钟", "L", 7, 20),
        ("两小时", "", 0, 120),
        ("72小时", "", 0, 72 * 60),
        ("二十分钟", "", 0, 20),
        ("四十五分钟后", "", 0, 45),
        ("十二小时", "", 0, 720),
        ("L7 1小时30分钟", "L", 7, 90),
        ("-3小时", "", 0, None),
        ("明天下午3点", "", 0, None),
        ("明天早上10点", "", 0, None),
        ("73小时", "", 0, None),
        ("0小时", "", 0, None),
        ("L1024", "L", 1024, None),
        ("1.5小时", "", 0, None),
        ("", "", 0, None),
        ("有空的时候", "", 0, None),
    ],
)
def test_a_length(typed: str, letter: str, number: int, minutes: int | None) -> None:
    found = read_put_off(typed, WorkingCalendar(), NOW)
    assert (found.letter, found.number) == (letter, number)
    assert found.until == (None if minutes is None else NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("typed", ["明早", "明早 L5", "明天早上", "明天上午", "下个工作日"])
def test_tomorrow_morning_is_that_of_the_next_workday(typed: str) -> None:
    assert read_put_off(typed, WorkingCalendar(), NOW).until == MONDAY
