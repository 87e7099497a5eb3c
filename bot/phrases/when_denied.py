"""What an answer denies of the times it was asked about: 「早上不行」, 「不是4点」.

It is not taken. What else the answer names is the answer (「早上不行，晚上吧」); where it names nothing and one of
two is left, that one is proposed.
"""

import re
from datetime import datetime

from bot.phrases.when import Found, Unclear, find_time, plain_text
from bot.phrases.when_options import PART, POINT, WHICH_ONE, Option, options_of

_WHO = "(?:[他她我]|客户|对方|[也都是又可能肯定还就说的实在真有点话])*"
_BEFORE = "(?:不是|不要|别|不用|不能|不约|不选|不在|除了)(?:在|是|约|选)?"
_BEHIND = (
    rf"(?:的?那个)?{_WHO}(?:(?:太|有点|有些|实在)?(?:早|晚|赶|急)(?=$|[,。;!? 了的吧啊])|"
    "来不及|有事|有会|在?上班|开会|出差|忙(?!完)|没(?:空|时间|法)|"
    "不(?:太|大|怎么)?(?:行|方便|可以|能|成|合适|好|在|约|要|来|去|是|想|见|打|用|谈|有空)|"
    "[起来去到过赶约见出走抽醒]不[了来去上到成开出])(?:了|的|吧|啊|呢|[来见打约去谈接])*"
)
_HALVES = ("早上", "晚上")


def without_denied(phrase: str, answer: str) -> tuple[str, list[str]]:
    """`answer` without what it denies, and that: days, parts of the day and clock times, as they were said."""
    days = {re.escape(option.day) for option in options_of(phrase) if option.day}
    day = "|".join(sorted(days, key=len, reverse=True)) or "(?!)"
    named = rf"(?:(?:{day})? ?(?:(?:{PART}) ?(?:{POINT})?|{POINT})|{day})"
    denial = re.compile(rf"{_BEFORE}({named})(?:那个)?|({named}){_BEHIND}")
    plain = plain_text(answer)
    denied = [(found[1] or found[2]).strip() for found in denial.finditer(plain)]
    return denial.sub("", plain).strip(" ,。;!?、"), denied


def left_over(phrase: str, denied: list[str], now: datetime) -> Unclear:
    """The question after an answer that only denies: with the one time that is left, where there were two."""
    options = _to_choose(options_of(phrase))
    left = [option for option in options if not any(_names(each, option) for each in denied)]
    if len(left) != 1 or len(options) == 1:
        return Unclear(phrase, WHICH_ONE if len(left) > 1 else f"不是{denied[-1]}")
    when = find_time(left[0].day + left[0].clock, now)
    return Unclear(phrase, f"不是{denied[-1]}", when.at if isinstance(when, Found) else None)


def _to_choose(options: list[Option]) -> list[Option]:
    """`options`; of a clock time without its half of the day, both halves."""
    if len(options) > 1 or options[0].part or not options[0].point:
        return options
    return [Option(options[0].day, half, options[0].point) for half in _HALVES]


def _names(denied: str, option: Option) -> bool:
    """Does what was denied name `option`? A day names each time of it."""
    said = denied.removeprefix(option.day).strip()
    if not said:
        return bool(option.day)
    found = re.fullmatch(rf"({PART})? ?({POINT})?", said)
    return found is not None and option.has(found[1] or "", found[2] or "")
