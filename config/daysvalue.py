"""On which days something is done, as people write it: 工作日, 每周一, 每月15号, 每月第一个工作日."""

import re

from config.lengths import meant_number
from config.problems import SAME, likely, quoted
from config.yamlfile import Value
from core.schedule.days import ALL_DAYS, LAST, WORKDAYS, DayOff, Days, Every

_WEEKDAYS = "一二三四五六日"
_MOST_WORKDAY = 15  # each month has so many, that of the Spring Festival too
_MONTHS_DAYS = 31
_OF_MONTH = re.compile(r"每月(?:第 ?)?([0-9]{1,2}|[一二三四五六七八九十]{1,3}) ?([号日]|个工作日)")
_FIXED = {
    "每天": ALL_DAYS,
    "工作日": WORKDAYS,
    **{f"每周{word}": Days(Every.WEEK, number) for number, word in enumerate(_WEEKDAYS)},
    "每周天": Days(Every.WEEK, _WEEKDAYS.index("日")),
    "每月最后一天": Days(Every.MONTH, LAST),
    "每月最后一个工作日": Days(Every.WORKDAY_OF_MONTH, LAST),
}
_EXAMPLES = ("工作日", "每天", "每周一", "每月15号", "每月第一个工作日", "每月最后一个工作日", "每月最后一天")
_DAY_OFF = {"照做": DayOff.SAME, "顺延": DayOff.NEXT, "不做": DayOff.SKIP}


def read_days(value: Value) -> Days:
    """The days at this place; workdays, and a problem, if they are not to be understood."""
    text = value.text()
    found = _FIXED.get(text) or _of_month(text)
    if found is None and text:
        value.problem("choice", found=quoted(text), near=likely(text, _FIXED, SAME), known=_EXAMPLES)
    return found or WORKDAYS


def read_day_off(value: Value, days: Days) -> DayOff:
    """What becomes of those of `days` that are days off."""
    text = value.text()
    if days.every not in (Every.WEEK, Every.MONTH):
        value.problem("day_off")
    elif text and text not in _DAY_OFF:
        value.problem("choice", found=quoted(text), near=likely(text, _DAY_OFF), known=list(_DAY_OFF))
    return _DAY_OFF.get(text, DayOff.SAME)


def _of_month(text: str) -> Days | None:
    """The so-many-th day or workday of each month; None if it says neither."""
    found = _OF_MONTH.fullmatch(text)
    number = int(meant_number(found[1]) or 0) if found else 0
    if found is None or not number:
        return None
    if found[2] == "个工作日":
        return Days(Every.WORKDAY_OF_MONTH, number) if number <= _MOST_WORKDAY else None
    return Days(Every.MONTH, number) if number <= _MONTHS_DAYS else None
