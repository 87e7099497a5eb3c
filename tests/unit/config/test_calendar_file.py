"""`calendar.yaml` and the lengths reckoned by it: what they give, and the place and sentence of what is wrong."""

import re
from datetime import date
from pathlib import Path

import pytest

import config
from config.calendarfile import read_calendar
from config.calendarwords import meant_dates, meant_hours, meant_weekdays, meant_yearly, parse_hours
from config.lengthvalue import meant_working_length, parse_working_length, working_length
from config.problems import Problem
from config.yamlfile import read_yaml
from core.calendar import USUAL_WEEK, DeclaredDay, Length, Range, Unit, WorkingCalendar, YearlyHoliday

SHIPPED = Path(config.__file__).parent / "company" / "calendar.yaml"
MORNING = Range(540, 720)
TOP = "week、makeup_hours、law_holidays、special_days、known_years"
DATES = "日期（2000 到 2099 年）或从前到后的一段，现在"
YEARLY = "月-日或从前到后的一段，不写年份，现在"
WEEKDAYS = "周一、周二、周三、周四、周五、周六、周日"


def read(text: str) -> tuple[WorkingCalendar, list[str]]:
    problems: list[Problem] = []
    top = read_yaml(text.encode(), "calendar.yaml", problems)
    assert top is not None
    calendar = read_calendar(top)
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    return calendar, [f"{problem.line} {problem.text}" for problem in ordered]


def right(text: str) -> WorkingCalendar:
    calendar, problems = read(text)
    assert problems == []
    return calendar


def test_the_shipped_calendar() -> None:
    calendar = right(SHIPPED.read_text(encoding="utf-8"))
    assert calendar.week == USUAL_WEEK
    assert [(each.month, each.day) for each in calendar.law_holidays] == [
        *((1, 1), (5, 1), (5, 2)),
        *((10, 1), (10, 2), (10, 3)),
    ]
    assert (calendar.makeup_hours, calendar.special_days, calendar.known_years) == ((), (), ())


def test_the_examples_in_the_shipped_calendar_are_right_too() -> None:
    """Without its `# `, every line of YAML stands as it should."""
    text = re.sub(r"(?m)^( *)# (?= *(?:- )?[a-z_]+:(?: |$))", r"\1", SHIPPED.read_text(encoding="utf-8"))
    calendar = right(text.replace("known_years: [2027]", "known_years: [2026]"))
    assert calendar.hours(date(2026, 12, 26)) == calendar.hours(date(2026, 12, 31)) == (MORNING,)
    assert calendar.hours(date(2026, 10, 10)) == (MORNING, Range(810, 1020))
    assert [each.day.day for each in calendar.special_days if not each.works] == [31, 1, 2]


def test_nothing_said_is_the_usual_week() -> None:
    assert right("known_years: []\n") == WorkingCalendar()


def test_all_that_a_calendar_may_say() -> None:
    calendar = right(
        "week:\n"
        "  - days: [周一至周三, 星期四, 礼拜五]\n    hours: [9:00-12:00, ' 13:30 ～ 18:00', 20:00—24:00]\n"
        "  - {days: 周天, hours: 09:00到12:00}\n"
        "makeup_hours: 09:00-12:00\n"
        "law_holidays:\n  - {days: [01-01, 02-28 到 02-29], name: 节}\n"
        "special_days:\n"
        "  - {days: 2027-02-05 到 2027-02-07, is: 休, name: 春节}\n"
        "  - {days: [2027-01-30, 2027-02-20], is: 班, name: 补班}\n"
        "  - {days: 2026-12-30~2026-12-31, is: 班, name: 盘点, hours: [10:00-11:00]}\n"
        "known_years: [2027, 2027]\n"
    )
    day = (MORNING, Range(810, 1080), Range(1200, 1440))
    assert calendar.week == (day, day, day, day, day, (), (MORNING,))
    assert calendar.makeup_hours == (MORNING,)
    assert calendar.law_holidays == tuple(YearlyHoliday(*at, "节") for at in ((1, 1), (2, 28), (2, 29)))
    assert calendar.special_days == (
        *(DeclaredDay(date(2027, 2, number), False, "春节") for number in (5, 6, 7)),
        *(DeclaredDay(each, True, "补班") for each in (date(2027, 1, 30), date(2027, 2, 20))),
        *(DeclaredDay(date(2026, 12, number), True, "盘点", (Range(600, 660),)) for number in (30, 31)),
    )
    assert calendar.known_years == (2027,)
    assert calendar.knows(date(2027, 6, 1))


def special(lines: str, rest: str = "") -> str:
    """A file with these rows of special days, from line 2 on."""
    return "special_days:\n" + "".join(f"  - {{{line}}}\n" for line in lines.splitlines()) + rest


def week(lines: str) -> str:
    """A file with these rows of the week, from line 2 on."""
    return "week:\n" + "".join(f"  - {{{line}}}\n" for line in lines.splitlines())


def law(days: str) -> str:
    return f"law_holidays:\n  - {{days: {days}, name: 节}}\n"


FIVE = "周一到周五"
WRONG = [
    ("weak: 5\nmakeup_hours: 09:00-12:00\n", ["1 不认识 “weak”，是不是 “week”？"]),
    ("周: 5\n", [f"1 不认识 “周”；可以写 {TOP}"]),
    ("week: []\n", ["1 week 不能空着"]),
    (week("days: [], hours: 09:00-12:00"), ["2 days 不能空着"]),
    (week(f"days: {FIVE}, hours: []"), ["2 hours 不能空着"]),
    (week(f"days: {FIVE}"), ["2 缺少 “hours”"]),
    (week("days: 周1-5, hours: 09:00-12:00"), ["2 days 不能这样写，现在是 “周1-5”，是不是 “周一到周五”？"]),
    (week("days: 工作日, hours: 09:00-12:00"), ["2 days 不能这样写，现在是 “工作日”，是不是 “周一到周五”？"]),
    (
        week("days: 周八, hours: 09:00-12:00"),
        [f"2 days 不能这样写，现在是 “周八”；可以写 {WEEKDAYS}，例如 周一到周五"],
    ),
    (
        week(f"days: {FIVE}, hours: 09:00-12:00\ndays: [周六, 周三], hours: 09:00-12:00"),
        ["3 days 不能这样写，现在是 “周三”。周三在上面已经写过"],
    ),
    (
        week(f"days: {FIVE}, hours: [9点到12点半, 14:00-18:00]"),
        ["2 hours 应为几点到几点，现在是 “9点到12点半”，是不是 “09:00-12:30”？"],
    ),
    (
        week(f"days: {FIVE}, hours: '8:30-12:00, 13:00-17:30'"),
        [
            "2 hours 应为几点到几点，现在是 “8:30-12:00, 13:00-17:30”，是不是 “[08:30-12:00, 13:00-17:30]”？",
        ],
    ),
    (
        week(f"days: {FIVE}, hours: 全天"),
        ["2 hours 应为几点到几点，现在是 “全天”，例如 [09:00-12:00, 13:30-18:00]"],
    ),
    (
        week(f"days: {FIVE}, hours: 09:00-25:00"),
        ["2 hours 应为几点到几点，现在是 “09:00-25:00”，例如 [09:00-12:00, 13:30-18:00]"],
    ),
    (
        week(f"days: {FIVE}, hours: 22:00-06:00"),
        [
            "2 hours 不能这样写，现在是 “22:00-06:00”。结束要比开始晚；过零点的班写成两天，"
            "如 22:00-24:00 和 00:00-06:00",
        ],
    ),
    (
        week(f"days: {FIVE}, hours: [09:00-12:00, 11:30-18:00]"),
        ["2 hours 不能这样写，现在是 “11:30-18:00”。要从早到晚写，与上一段 09:00-12:00 不能重叠"],
    ),
    (
        "makeup_hours: [13:30-18:00, 09:00-12:00]\n",
        ["1 makeup_hours 不能这样写，现在是 “09:00-12:00”。要从早到晚写，与上一段 13:30-18:00 不能重叠"],
    ),
    (law("10月1日-3日"), [f"2 days 应为{YEARLY}是 “10月1日-3日”，是不是 “10-01 到 10-03”？"]),
    (law("2027-01-01"), [f"2 days 应为{YEARLY}是 “2027-01-01”，例如 10-01 到 10-03"]),
    (law("02-30"), [f"2 days 应为{YEARLY}是 “02-30”，例如 10-01 到 10-03"]),
    (law("12-31 到 01-01"), [f"2 days 应为{YEARLY}是 “12-31 到 01-01”，例如 10-01 到 10-03"]),
    (law("[01-01, 01-01]"), ["2 days 不能这样写，现在是 “01-01”。01-01 在上面已经写过，请留一个"]),
    (special("days: 2027-02-05, is: 放假, name: 春节"), ["2 is 不能这样写，现在是 “放假”，是不是 “休”？"]),
    (special("days: 2027-02-05, is: 调休, name: 春节"), ["2 is 不能这样写，现在是 “调休”；可以写 休、班"]),
    (special("days: 2027-02-05, is: 休"), ["2 缺少 “name”"]),
    (special("days: [], is: 休, name: 甲"), ["2 days 不能空着"]),
    (
        special("days: 2027年2月5日-11日, is: 休, name: 甲"),
        [f"2 days 应为{DATES}是 “2027年2月5日-11日”，是不是 “2027-02-05 到 2027-02-11”？"],
    ),
    (
        special("days: 2027-02-30, is: 休, name: 甲"),
        [f"2 days 应为{DATES}是 “2027-02-30”，例如 2027-02-05 到 2027-02-11"],
    ),
    (special("days: 20270205, is: 休, name: 甲"), [f"2 days 应为{DATES}是 “20270205”，例如 2027-02-05 到 2027-02-11"]),
    (
        special("days: 2027-02-11 到 2027-02-05, is: 休, name: 甲"),
        [f"2 days 应为{DATES}是 “2027-02-11 到 2027-02-05”，例如 2027-02-05 到 2027-02-11"],
    ),
    (
        special("days: 2027-02-05, is: 休, name: 甲, hours: 09:00-12:00"),
        ["2 hours 不能这样写。休息的日子没有上班时间，请删掉这一行，或者把 is 改成 班"],
    ),
    (
        special("days: 2027-02-05 到 2027-02-11, is: 休, name: 甲\ndays: 2027-02-11, is: 班, name: 乙"),
        ["3 days 不能这样写，现在是 “2027-02-11”。02-11 在上面已经写过，请留一个"],
    ),
    (
        special("days: 2030-01-01 到 2031-06-30, is: 休, name: 停业"),
        ["2 special_days 不能这样写。到 2031-01-02 为止连续 367 天没有上班时间，任何期限都到不了"],
    ),
    (
        special("days: 2027-02-05, is: 休, name: 甲", "known_years: [2027, 2090]\n"),
        ["3 known_years 不能这样写，现在是 “2090”。special_days 里没有一天是 2090 年的，请先写全这一年的放假和调休"],
    ),
    ("known_years: [27年]\n", ["1 known_years 应为 2000 到 2099 的整数，现在是 “27年”"]),
]


@pytest.mark.parametrize(("text", "expected"), WRONG, ids=[expected[0][:50] for _, expected in WRONG])
def test_a_wrong_calendar_gives_the_true_problems_and_no_others(text: str, expected: list[str]) -> None:
    calendar, problems = read(text)
    assert problems == expected
    assert any(calendar.week)


def test_a_whole_year_closed_is_allowed_and_more_is_not() -> None:
    assert right(special("days: 2031-01-01 到 2031-12-31, is: 休, name: 停业"))
    _, problems = read(special("days: 2031-01-01 到 2032-01-02, is: 休, name: 停业"))
    assert len(problems) == 1


def test_a_calendar_that_closes_every_year_is_refused() -> None:
    _, problems = read(law("01-01 到 12-31"))
    assert len(problems) == 1
    assert problems[0].startswith("2 law_holidays 不能这样写。到 ")


def test_a_year_the_program_knows_need_not_be_written_down() -> None:
    assert right("known_years: [2026]\n").known_years == (2026,)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9-12", "09:00-12:00"),
        ("9：30—12：00", "09:30-12:00"),
        ("下午1点半到6点", "13:30-18:00"),
        ("上午9点到下午6点", "09:00-18:00"),
        ("9时30分至12时", "09:30-12:00"),
        ("9-12、13-18", "[09:00-12:00, 13:00-18:00]"),
        ("12-9", ""),
        ("9点", ""),
        ("9:70-12:00", ""),
        ("", ""),
    ],
)
def test_the_hours_that_were_meant(written: str, meant: str) -> None:
    assert meant_hours(written) == meant


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("00:00-24:00", Range(0, 1440)),
        ("９：００－１２：００", MORNING),
        ("9:00 到 12:00", MORNING),
        ("09:00-24:01", None),
        ("24:00-24:00", None),
        ("09:60-12:00", None),
        ("09:00", None),
    ],
)
def test_hours(written: str, hours: Range | None) -> None:
    assert parse_hours(written) == hours


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("周1到周5", "周一到周五"),
        ("一到五", "周一到周五"),
        ("周末", "周六到周日"),
        ("每天", "周一到周日"),
        ("星期7", "周日"),
        ("周五到周一", ""),
        ("周8", ""),
        ("", ""),
    ],
)
def test_the_weekdays_that_were_meant(written: str, meant: str) -> None:
    assert meant_weekdays(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027/2/5", "2027-02-05"),
        ("2027.2.5", "2027-02-05"),
        ("2027年2月5号", "2027-02-05"),
        ("2027-02-05-2027-02-11", "2027-02-05 到 2027-02-11"),
        ("2027年2月28日至3月2日", "2027-02-28 到 2027-03-02"),
        ("2027-2-30", ""),
        ("2月5日", ""),
        ("", ""),
    ],
)
def test_the_dates_that_were_meant(written: str, meant: str) -> None:
    assert meant_dates(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1月1日", "01-01"), ("10/1-10/7", "10-01 到 10-07"), ("2027-01-01", ""), ("13月1日", ""), ("元旦", ""), ("", "")],
)
def test_the_dates_of_every_year_that_were_meant(written: str, meant: str) -> None:
    assert meant_yearly(written) == meant


# Lengths.


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("2工作小时", Length(2, Unit.HOUR, working=True)),
        ("3工作日", Length(3, Unit.DAY, working=True)),
        ("45 工作分钟", Length(45, Unit.MINUTE, working=True)),
        ("7天", Length(7, Unit.DAY)),
        ("９０分钟", Length(90, Unit.MINUTE)),
        ("48小时", Length(48, Unit.HOUR)),
        ("9999工作日", Length(9999, Unit.DAY, working=True)),
        ("10000工作日", None),
        ("0工作日", None),
        ("三工作日", None),
        ("3工作天", None),
        ("1.5工作小时", None),
        ("3", None),
        ("", None),
    ],
)
def test_a_length(written: str, length: Length | None) -> None:
    assert parse_working_length(written) == length
    assert length is None or parse_working_length(length.words) == length


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("三个工作日", "3工作日"),
        ("3工作天", "3工作日"),
        ("两个工作小时", "2工作小时"),
        ("4工时", "4工作小时"),
        ("24个工作小时", "24工作小时"),  # and not one day
        ("1.5工作小时", "90工作分钟"),
        ("半个工作小时", "30工作分钟"),
        ("30 工作分", "30工作分钟"),
        ("半个工作日", ""),
        ("1.5工作日", ""),
        ("0工作日", ""),
        ("10000个工作日", ""),
        ("一周", "7天"),
        ("24h", "1天"),
        ("工作日", ""),
        ("很久", ""),
        ("", ""),
    ],
)
def test_the_length_that_was_meant(written: str, meant: str) -> None:
    assert meant_working_length(written) == meant


def length_of(text: str) -> tuple[Length | None, list[str]]:
    problems: list[Problem] = []
    top = read_yaml(text.encode(), "rules.yaml", problems)
    assert top is not None
    found = working_length(top.table((), ("within",)), "within")
    return found, [f"{problem.line} {problem.text}" for problem in problems]


LENGTH = "within 应为时长：1 到 9999 天、小时、分钟，或工作日、工作小时、工作分钟，现在"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("三个工作日", f"{LENGTH}是 “三个工作日”，是不是 “3工作日”？"),
        ("72", f"{LENGTH}是 “72”，例如 3工作日"),
        ("0天", f"{LENGTH}是 “0天”，例如 3工作日。不限就删掉这一行"),
        ("不限", f"{LENGTH}是 “不限”，例如 3工作日。不限就删掉这一行"),
        ("", f"{LENGTH}是空的，例如 3工作日"),
        ("[3工作日]", f"{LENGTH}是列表，例如 3工作日"),
        ("“3工作日”", "within 的 3工作日 外面是全角引号，应为半角引号，或者不加引号"),
    ],
)
def test_a_wrong_length_says_what_is_allowed(value: str, problem: str) -> None:
    _, problems = length_of(f"# 规则\nwithin: {value}\n")
    assert problems == [f"2 {problem}"]


def test_a_length_in_a_file() -> None:
    assert length_of("within: 3工作日\n") == (Length(3, Unit.DAY, working=True), [])
    assert length_of("{}\n") == (None, [])
