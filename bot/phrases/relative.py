"""Days named from today: 「明天」, 「后儿」, 「明个儿」, 「大后天」.

What stands glued before such a word and makes another day of it is asked about: 「外后天」 is three days on to some and
four to others. 「赶明儿」 is "some day" (`cues.VAGUE`).
"""

import re
from datetime import datetime, timedelta

from bot.phrases.readings import Day, DayReading
from bot.phrases.traps import NUMERAL

_DAYS = {"前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_NOT_PRECISE = "没说准是哪一天"

# 「后儿」 and 「前儿」, but 「签完后儿子来」; 「明个」, but 「明个税」.
_ER = "儿(?!子|童|女|媳|科|孙)个?"
_GE = "个(?!人|月|税|体|贷|子|把|案)儿?"
_TAIL = f"(?:天|日|{_ER}|{_GE})"
# 「后个」 and 「前个」 are rarer than 「放款后个把月」: something that goes with a day follows.
_RARE = (
    "个儿|个(?=[上下早晚中傍黑晌]|[前头后]晌|[再见联打来去约面聊谈签回]|$|[,。;!?、 ]|"
    rf"{NUMERAL}{{1,3}} ?[点时:])"
)
_RELATIVE_DAY = re.compile(
    rf"(大{{1,9}}[前后]){_TAIL}|"
    rf"(?<![提目之以])(前)(?:天(?!后)|(?<![年月周天日期时款]前)(?:{_ER}|{_RARE}))|"
    rf"(?<![以之最然])(后)(?:天(?!天(?![黑亮]))|日|(?<![年月周天日期时款约证]后)(?:{_ER}|{_RARE}))|"
    rf"(今|明|昨)(?:天|日|{_ER}|{_GE}|(?=早|晚|晨|上午|中午|下午|[前后头]半?晌|晌午|傍晚|黑|夜))"
)
_GLUED_BEFORE = re.compile(
    rf"(?:大?(?<![另此除以之额例意])外|再|隔|远|(?<![以之最然])后(?=后)|(?<![以之目提])前(?=前))([前后])(?:[天日]|{_ER}|{_GE})"
)


def read_relative(text: str, pos: int, now: datetime) -> DayReading:
    """The day at `pos` that is named from today. 「大大后天」 and 「外后天」 are unsure."""
    if glued := _GLUED_BEFORE.match(text, pos):
        days = 3 if glued[1] == "后" else -3
        there = (now.date() + timedelta(days=days),)
        return Day(glued.end(), there, gone=days < 0, doubt=_NOT_PRECISE, unsure=True)
    found = _RELATIVE_DAY.match(text, pos)
    if not found:
        return None
    word = next(group for group in found.groups() if group)
    nearer, further = _DAYS[word[-1]], len(word) - 1
    days = nearer - further if nearer < 0 else nearer + further
    # 「大大后天」 is the day after 大后天 to who says it, and a slip to who does not.
    unsure = further > 1
    doubt = _NOT_PRECISE if unsure else ""
    return Day(found.end(), (now.date() + timedelta(days=days),), gone=days < 0, doubt=doubt, unsure=unsure)
