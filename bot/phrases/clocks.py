"""The time of day in a phrase: 「下午3点半」, 「10:30」, 「晚上」.

Rules, decided once:
- 1 to 5 o'clock without 上午/下午 is the afternoon (people work from 9 to 18): 「3点」 is 15:00. A leading zero means
  the 24-hour clock: `03:00` is 03:00.
- 6 and 7 o'clock without it are in doubt (both readings lie outside working hours) and asked about. 8 to 12 and
  13 to 24 are as said.
- A dot between hour and minutes is a time of day right behind a day or a part of one (「明天10.30」), else a number.
- 「下午3.5点」 is half past three; without a part of the day (「明天3.5点」) it may be a rate, and is in doubt.
- A part of the day alone has a usual time (`PERIODS`); the caller marks it as no clock time.
- 「差一刻10点」 and 「10点差一刻」 are 9:45. After midnight (「半夜1点」) it may be either day: that is asked about.
- 「晚点」 and 「早些」 are no part of the day but words for "later" and "earlier".
- A range (「10点到11点」) is its beginning. 「10点前」 sets a limit, no time: in doubt.
"""

import re
from dataclasses import dataclass, replace
from datetime import time

from bot.phrases.numbers import read_number
from bot.phrases.readings import Clock, ClockReading, Doubt
from bot.phrases.traps import NUMERAL

DEFAULT = time(9, 30)
"""When a day is named and no time of day."""


@dataclass(frozen=True, slots=True)
class Period:
    """A part of the day: its usual time (None: none), the hours 1-12 that it makes sense with, as 24-hour hours, and
    the 24-hour hours that it holds. `late` if it goes over midnight."""

    usual: time | None
    hours: dict[int, int]
    holds: range
    late: bool = False


_SMALL_HOURS = Period(None, {hour: hour for hour in range(7)} | {12: 0}, range(7))
_MORNING = Period(time(9, 0), {hour: hour for hour in range(4, 12)}, range(4, 12))
_FORENOON = Period(time(9, 30), {hour: hour for hour in range(5, 13)}, range(5, 13))
_NOONTIME = Period(time(12, 0), {11: 11, 12: 12, 1: 13, 2: 14}, range(11, 15))
_AFTERNOON = Period(time(14, 30), {hour: hour + 12 for hour in range(1, 8)} | {12: 12}, range(12, 20))
_DUSK = Period(time(17, 30), {hour: hour + 12 for hour in range(4, 9)}, range(16, 21))
_EVENING = Period(time(19, 0), {hour: hour + 12 for hour in range(5, 13)}, range(17, 25), late=True)
_NIGHT = Period(None, {hour: hour + 12 for hour in range(9, 13)}, range(17, 25), late=True)
_WORDS_OF = (
    (_SMALL_HOURS, "凌晨 后半夜"),
    (_MORNING, "大清早 一大早 大早上 早上 早晨 早起 清晨 清早 一早 早"),
    (_FORENOON, "上午 前晌 头晌 上半晌 前半晌 上半天 前半天"),
    (_NOONTIME, "中午 大中午 正午 晌午"),
    (_AFTERNOON, "下午 午后 大下午 后晌 下半晌 后半晌 下半天 后半天"),
    (_DUSK, "傍晚 黄昏 擦黑 天擦黑 傍黑 下晚"),
    (_NIGHT, "大半夜 半夜 深夜 午夜"),
    (_EVENING, "晚上 晚间 夜里 夜晚 夜间 大晚上 黑夜 黑天 黑间 晚夕 前半夜 晚 黑 夜"),
)
# The longest first, so that a pattern of them takes 「大早上」 for one word.
PERIODS: dict[str, Period] = dict(
    sorted(((word, period) for period, words in _WORDS_OF for word in words.split()), key=lambda each: -len(each[0]))
)

_NOT_THIS = {
    "早起": "(?![来不床的贪])",
    "黑天": "(?!鹅)",
    "下晚": "(?![班自])",
    "夜": "(?![班市总校跑宵来])",
    "黑": "(?![白车名户龙中贷色店工社了])",
}
_AFTER_DAY_ONLY = ("早", "晚", "黑", "夜", "早起")
_PERIOD_WORDS = {word: f"{word}{_NOT_THIS.get(word, '')}" for word in PERIODS}
_PERIOD = re.compile("|".join(pattern for word, pattern in _PERIOD_WORDS.items() if word not in _AFTER_DAY_ONLY))
_SHORT_PERIOD = re.compile(
    rf"(?![早晚](?:点(?!{NUMERAL})|些|一些|一点(?![钟半整])))(?:{'|'.join(_PERIOD_WORDS.values())})"
)
_RIGHT_BEFORE = re.compile(rf"(?<![最早昨今明])[早晚](?= ?{NUMERAL}{{1,3}} ?[点时:])")  # 「晚8点」
_AFTERNOON_MEANT = range(1, 6)
_EITHER = (6, 7)
_EARLY = 5
_MIDNIGHT = 24
_COLON = re.compile(r"(?<![0-9:.])([0-9]{1,2}) ?: ?([0-9]{2})(?: ?: ?[0-9]{2})?(?![0-9:])")
_HALF_WRITTEN = re.compile(r"(?<![0-9:.])(?!1 ?: ?1)([0-9]{1,2}) ?: ?[0-9](?![0-9:.])")
_ALONE = re.compile(r"$|[,。;!? ]|见|来|去|打|联系|面谈|签(?!约率)|回")
_DOT = re.compile(r"([0-9]{1,2})[.。]([0-5][0-9])(?![0-9.万wWkK%])")
_HALF_HOUR = re.compile(r"(?<![0-9.:])([0-9]{1,2})\.([0-9]) ?(?:点|时)(?![位都也儿])(?:钟|整)?")  # 「下午3.5点」
_WORDS = re.compile(
    rf"(?:({NUMERAL}{{1,3}}) ?[-~到至、] ?)?(?<![0-9.:])({NUMERAL}{{1,5}}) ?(?:点(?![位都也儿])|时(?![间候段代常期]))"
    rf"(?:钟|整)?(?: ?(?:(半)|([一三])刻|过?((?!一(?![分刻十])){NUMERAL}{{1,3}})(分)?))?(?![0-9])"
)
_LACKS = rf"差 ?(?:({NUMERAL}{{1,2}})分钟?|([一两三]刻)钟?)"
_LACKING = re.compile(
    rf"{_LACKS} ?(?:到|就)? ?({NUMERAL}{{1,3}}) ?[点时](?:钟|整)?|({NUMERAL}{{1,3}}) ?点钟? ?{_LACKS}"
)
_TO = re.compile(r" ?(?:-|~|—|到|至) ?")
_LIMIT = re.compile(r" ?(?:之前|以前|前(?!后|台|往|去|来))")
_ABOUT = re.compile(r" ?(?:左右|前后|之后|以后|来钟|多钟|多|后(?!续|台|面|期|勤|天|来))")
# 「一点」 alone mostly means "a little": it is a time only right before something one does at a time.
_ONE_DOES = re.compile(r" ?(?:钟|整|半|面谈|见|去|来|到|打|联系|签|碰|约|回|上门|开会|[左右]{2}|之?后|以后)")


def read_clock(text: str, pos: int, *, after_day: bool) -> ClockReading:
    """The time of day that begins at `pos`; `after_day` if a day was named right before it: 「今|晚」."""
    period_found = (_SHORT_PERIOD if after_day else _PERIOD).match(text, pos) or _RIGHT_BEFORE.match(text, pos)
    period = period_found.group() if period_found else ""
    at = _skip_space(text, period_found.end()) if period_found else pos
    if period and (other := _PERIOD.match(text, at)) and other.group() != period:
        if not (PERIODS[period].late and PERIODS[other.group()] is _NIGHT):  # 「今晚半夜」
            return Doubt(other.end(), f"是{period}还是{other.group()}？")
        period_found, period = other, other.group()
        at = _skip_space(text, other.end())
    clock = _point(text, at, period, known=after_day or bool(period))
    if clock is None:
        if not period:
            return None
        end = at if at < len(text) else len(text.rstrip())
        end = period_found.end() if period_found else end
        usual = PERIODS[period].usual
        return Clock(end, usual.hour, usual.minute, False) if usual else Doubt(end, f"没说{period}几点", weak=True)
    if isinstance(clock, Doubt):
        return clock
    return _with_tail(text, clock)


def _point(text: str, pos: int, period: str, *, known: bool) -> ClockReading:
    """「10点半」 or `10:30` at `pos`, with the hour as `period` makes it."""
    if known and (half_hour := _HALF_HOUR.match(text, pos)):
        if not period or half_hour[2] != "5":
            return Doubt(half_hour.end(), "像钟点也像数字")
        return _checked(half_hour.end(), int(half_hour[1]), 30, period)
    if colon := _COLON.match(text, pos) or (_DOT.match(text, pos) if known else None):
        hour, minute = int(colon.group(1)), int(colon.group(2))
        return _checked(colon.end(), hour, minute, period, written_24=colon.group(1).startswith("0"))
    if (cut := _HALF_WRITTEN.match(text, pos)) and (known or _stands_alone(text, pos, cut.end())):
        return Doubt(cut.end(), "说的是几点几分？")
    if lacking := _LACKING.match(text, pos):
        return _minutes_before(lacking, period)
    words = _WORDS.match(text, pos)
    if not words:
        return None
    first, last, half, quarter, minutes, minute_word = words.groups()
    if last == "一" and not known and not first and not half and not quarter and not minute_word:
        return None if not _ONE_DOES.match(text, words.end()) else _checked(words.end(), 1, 0, period)
    if first and (first_hour := read_number(first)) is not None and text[words.end(1)] != "、":
        return _checked(words.end(), first_hour, 0, period)
    hour_said = None if last == "九十" else read_number(last)  # 「九十点」 is nine or ten
    if first or hour_said is None:
        return Doubt(words.end(), "说的是哪个钟点？")
    minute_said = 30 if half else 15 * (read_number(quarter) or 0) if quarter else read_number(minutes or "零")
    # 「三点五」 is a number more often than a time; 「3点05」 and 「3点5分」 are times.
    if minutes and len(minutes) == 1 and minutes != "十" and not minute_word:
        return Doubt(words.end(), "像钟点也像数字") if known else None
    if minutes and minutes[0] in "零〇" and len(minutes) == 2:
        minute_said = read_number(minutes[1])
    if minute_said is None:
        return Doubt(words.end(), "说的是几分")
    return _checked(words.end(), hour_said, minute_said, period)


def _stands_alone(text: str, pos: int, end: int) -> bool:
    """Is text[pos:end] no part of something else, as `3:7` of 「首付3:7开」 is?"""
    return (pos == 0 or text[pos - 1] in " ,。;!?") and _ALONE.match(text, end) is not None


def _minutes_before(found: re.Match[str], period: str) -> Clock | Doubt:
    """「差一刻10点」, 「10点差5分」."""
    minutes, quarters, hour, hour_first, minutes_behind, quarters_behind = found.groups()
    said, quarter = minutes or minutes_behind, quarters or quarters_behind
    lacks = read_number(said) if said else 15 * (read_number(quarter[0]) or 0)
    full = read_number(hour or hour_first)
    if lacks is None or full is None or not 0 < lacks < 60:
        return Doubt(found.end(), "说的是几点几分？")
    clock = _checked(found.end(), full, 0, period)
    if isinstance(clock, Doubt):
        return clock
    before = clock.hour * 60 - lacks
    if before < 0:
        return Doubt(found.end(), "说的是几点几分？")
    return replace(clock, hour=before // 60, minute=before % 60)


def _checked(end: int, hour: int, minute: int, period: str, *, written_24: bool = False) -> Clock | Doubt:
    """The 24-hour time, or why there is none."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return Doubt(end, f"没有{hour}:{minute:02d}这个时间" if minute else f"没有{hour}点")
    if not period:
        if hour in _EITHER and not written_24:
            said = f"{hour}点{_minutes(minute)}"
            return Doubt(end, f"是早上{said}还是晚上{said}？", half=True)
        meant = hour + 12 if hour in _AFTERNOON_MEANT and not written_24 else hour
        return Clock(end, meant, minute, True, loose=not written_24)
    real = PERIODS[period].hours.get(hour) if 1 <= hour <= 12 else None
    if real is None:
        real = hour if (hour > 12 or hour == 0) and hour in PERIODS[period].holds else None
    if PERIODS[period].late and (hour < _EARLY or (real == _MIDNIGHT and minute)):
        return Doubt(end, "过了零点算哪一天？")
    if real is None or (real == 24 and minute):
        return Doubt(end, f"{period}没有{hour}点")
    return Clock(end, real, minute, True)


def _minutes(minute: int) -> str:
    return "半" if minute == 30 else f"{minute:02}分" if minute else ""


def _with_tail(text: str, clock: Clock) -> Clock | Doubt:
    """Swallows the end of a range and 「左右」; refuses 「之前」."""
    end = clock.end
    if to := _TO.match(text, end):
        until = _PERIOD.match(text, to.end())
        other = _point(text, _skip_space(text, until.end()) if until else to.end(), "", known=True)
        if other is not None:
            end = other.end
    if limit := _LIMIT.match(text, end):
        return Doubt(limit.end(), "只说了最晚到什么时候", weak=True)
    if about := _ABOUT.match(text, end):
        end = about.end()
    return replace(clock, end=end)


def _skip_space(text: str, pos: int) -> int:
    return pos + 1 if pos < len(text) and text[pos] == " " else pos
