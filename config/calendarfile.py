"""`calendar.yaml`: the hours of the week, days off and make-up days (调休) of the company's own, and the years that are
known.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from config.calendarwords import (
    FIRST_YEAR,
    LAST_YEAR,
    WEEKDAYS,
    days_from,
    is_backwards,
    meant_dates,
    meant_hours,
    meant_weekdays,
    meant_yearly,
    parse_dates,
    parse_hours,
    parse_weekdays,
    parse_yearly,
    said_range,
)
from config.problems import quoted
from config.values import Table
from config.yamlfile import Value
from core.calendar import USUAL_WEEK, DeclaredDay, Hours, Range, WorkingCalendar, YearlyHoliday
from core.state_council import KNOWN_YEARS
from core.working_hours import in_order

MOST_REST = 366
"""A company may be closed for so many days on end; for more, no deadline means anything."""

_KINDS = {"休": False, "班": True}
_LIKE_KINDS = {
    **dict.fromkeys(("放假", "休息", "休假", "假", "假期", "不上班", "off"), "休"),
    **dict.fromkeys(("上班", "补班", "工作", "值班", "加班", "work"), "班"),
}
_HOURS_EXAMPLE = "[09:00-12:00, 13:30-18:00]"


def read_calendar(top: Value) -> WorkingCalendar:
    """The file from its top. Nothing in it is needed: what is left out is the usual week, and no day of its own."""
    table = top.table((), ("week", "makeup_hours", "law_holidays", "special_days", "known_years"))
    special = tuple(_special_days(table["special_days"])) if "special_days" in table else ()
    calendar = WorkingCalendar(
        week=_week(table["week"]) if "week" in table else USUAL_WEEK,
        makeup_hours=_hours(table["makeup_hours"]) if "makeup_hours" in table else (),
        law_holidays=tuple(_law_holidays(table["law_holidays"])) if "law_holidays" in table else (),
        special_days=special,
        known_years=_known_years(table["known_years"], special) if "known_years" in table else (),
    )
    _check_rest(table, calendar)
    return calendar


def _week(value: Value) -> tuple[Hours, ...]:
    week: list[Hours] = [()] * len(WEEKDAYS)
    taken: set[int] = set()
    for row in value.tables(("days", "hours"), (), least=1):
        table = row.values
        hours = _hours(table["hours"]) if "hours" in table else ()
        for place in table["days"].each(least=1) if "days" in table else []:
            for day in _weekdays(place):
                if day in taken:
                    place.problem("choice", found=place.found(), mend=f"{WEEKDAYS[day]}在上面已经写过")
                    break
                taken.add(day)
                week[day] = hours
    return tuple(week) if any(week) else USUAL_WEEK  # if there are none, that has been told above


def _weekdays(value: Value) -> tuple[int, ...]:
    text = value.text()
    days = parse_weekdays(text)
    if text and not days:
        near = meant_weekdays(text)
        value.problem("choice", found=quoted(text), near=near, known=WEEKDAYS, example="" if near else "周一到周五")
    return days


def _hours(value: Value) -> Hours:
    """The ranges of a day; what is wrong is told and left out."""
    hours: list[Range] = []
    for place in value.each(least=1):
        found = _range(place)
        if found is None:
            continue
        hours.append(found)
        if not in_order(tuple(hours)):
            hours.pop()
            mend = f"要从早到晚写，与上一段 {said_range(hours[-1])} 不能重叠"
            place.problem("choice", found=place.found(), mend=mend)
    return tuple(hours)


def _range(place: Value) -> Range | None:
    text = place.text()
    found = parse_hours(text)
    if found or not text:
        return found
    if is_backwards(text):
        mend = "结束要比开始晚；过零点的班写成两天，如 22:00-24:00 和 00:00-06:00"
        place.problem("choice", found=quoted(text), mend=mend)
    else:
        near = meant_hours(text)
        example = "" if near else _HOURS_EXAMPLE
        place.problem("shape", what="几点到几点", found=quoted(text), near=near, example=example)
    return None


def _law_holidays(value: Value) -> Iterator[YearlyHoliday]:
    taken: set[date] = set()
    for row in value.tables(("days", "name"), ()):
        name = _name(row.values)
        days = _days(row.values, taken, _yearly)
        yield from (YearlyHoliday(day.month, day.day, name) for day in days)


def _special_days(value: Value) -> Iterator[DeclaredDay]:
    taken: set[date] = set()
    for row in value.tables(("days", "is", "name"), ("hours",)):
        table = row.values
        name = _name(table)
        works = _kind(table["is"]) if "is" in table else None
        hours = _hours(table["hours"]) if "hours" in table else ()
        if hours and works is False:
            table["hours"].problem("choice", mend="休息的日子没有上班时间，请删掉这一行，或者把 is 改成 班")
        days = tuple(_days(table, taken, _dates))
        if works is not None:
            yield from (DeclaredDay(day, works, name, hours if works else ()) for day in days)


def _name(table: Table) -> str:
    return table["name"].text(20) if "name" in table else ""


def _kind(value: Value) -> bool | None:
    text = value.text()
    if text and text not in _KINDS:
        near = _LIKE_KINDS.get(text.casefold(), "")
        value.problem("choice", found=quoted(text), near=near, known=tuple(_KINDS))
    return _KINDS.get(text)


def _days(table: Table, taken: set[date], read: Callable[[Value], tuple[date, date] | None]) -> Iterator[date]:
    """The days of `days`, each of which may be said once in the whole section."""
    for place in table["days"].each(least=1) if "days" in table else []:
        found = read(place)
        if found is None:
            continue
        first, last = found
        doubled = next((day for day in days_from(first, last) if day in taken), None)
        if doubled:
            place.problem("choice", found=place.found(), mend=f"{doubled:%m-%d} 在上面已经写过，请留一个")
            continue
        taken.update(days_from(first, last))
        yield from days_from(first, last)


def _dates(value: Value) -> tuple[date, date] | None:
    text = value.text()
    found = parse_dates(text)
    if text and not found:
        near = meant_dates(text)
        what = f"日期（{FIRST_YEAR} 到 {LAST_YEAR} 年）或从前到后的一段"
        example = "" if near else "2027-02-05 到 2027-02-11"
        value.problem("shape", what=what, found=quoted(text), near=near, example=example)
    return found


def _yearly(value: Value) -> tuple[date, date] | None:
    text = value.text()
    found = parse_yearly(text)
    if text and not found:
        near = meant_yearly(text)
        what = "月-日或从前到后的一段，不写年份"
        value.problem("shape", what=what, found=quoted(text), near=near, example="" if near else "10-01 到 10-03")
    return found


def _known_years(value: Value, special: tuple[DeclaredDay, ...]) -> tuple[int, ...]:
    """The years that the company has written down; of a year without a single day it surely has not."""
    years = []
    for place in value.each():
        year = place.number(FIRST_YEAR, LAST_YEAR)
        if year is None:
            continue
        if year not in KNOWN_YEARS and not any(each.day.year == year for each in special):
            mend = f"special_days 里没有一天是 {year} 年的，请先写全这一年的放假和调休"
            place.problem("choice", found=quoted(year), mend=mend)
        years.append(year)
    return tuple(dict.fromkeys(years))


def _check_rest(table: Table, calendar: WorkingCalendar) -> None:
    """Somebody must work at least once in a year: no deadline would ever come."""
    own = {each.day for each in calendar.special_days}
    years = {day.year for day in own} | {max(KNOWN_YEARS)}
    rest = 0
    for day in days_from(date(min(years) - 1, 1, 1), date(max(years) + 3, 12, 31)):
        rest = 0 if calendar.is_workday(day) else rest + 1
        if rest > MOST_REST:
            mend = f"到 {day} 为止连续 {rest} 天没有上班时间，任何期限都到不了"
            mine = any(day - timedelta(days=rest) < each <= day for each in own)
            table["special_days" if mine else "law_holidays"].problem("choice", mend=mend)
            return
