"""Lengths of time and whole numbers as people write them, and how the one that was meant would be written here.

Only `7天`, `12小时` and `30分钟` are taken: what else people write (一周, 1.5天, 24h) is refused with the length that
was likely meant, so that everybody reads the same in the file and on a card.
"""

import re
import unicodedata
from datetime import timedelta
from fractions import Fraction

MOST = 9999
_UNITS = {"天": timedelta(days=1), "小时": timedelta(hours=1), "分钟": timedelta(minutes=1)}
_LENGTH = re.compile(rf"([1-9][0-9]{{0,{len(str(MOST)) - 1}}}) ?({'|'.join(_UNITS)})")

_NO_LIMIT = frozenset({"不限", "无", "没有", "不用", "无限", "不限制"})
_MINUTES = {
    **dict.fromkeys(("周", "星期", "礼拜", "week", "weeks", "w"), 7 * 24 * 60),
    **dict.fromkeys(("月", "month", "months"), 30 * 24 * 60),
    **dict.fromkeys(("天", "日", "day", "days", "d"), 24 * 60),
    **dict.fromkeys(("小时", "时", "钟头", "hour", "hours", "hr", "h"), 60),
    **dict.fromkeys(("分钟", "分", "minute", "minutes", "min", "m"), 1),
}
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,3})?|[零一二两三四五六七八九十]{1,3}|半"
_PART = re.compile(rf"({_NUMBER}) ?个? ?({'|'.join(sorted(_MINUTES, key=len, reverse=True))}) ?")
_COUNTED = re.compile(rf"({_NUMBER}) ?[条个次]?")
_THOUSANDS = re.compile(r"(?<=[0-9])[,，](?=[0-9]{3}(?![0-9]))")


def parse_length(text: str) -> timedelta | None:
    """The length of time that is written as it should be, or None."""
    found = _LENGTH.fullmatch(_narrow(text))
    return int(found[1]) * _UNITS[found[2]] if found else None


def meant_length(text: str) -> str:
    """How a length that is written in another way should be written, in the largest unit that says it exactly; empty
    if there is no such, or it is not clear what was meant."""
    plain = _narrow(text).casefold()
    parts = list(_PART.finditer(plain))
    if not parts or "".join(part[0] for part in parts) != plain:
        return ""
    minutes = sum((_value(part[1]) or Fraction(0)) * _MINUTES[part[2]] for part in parts)
    for unit, length in _UNITS.items():
        count = minutes / Fraction(int(length.total_seconds()), 60)
        if count.denominator == 1 and 1 <= count <= MOST:
            return f"{count}{unit}"
    return ""


def meant_number(text: str) -> str:
    """The whole number in `80条`, `8,000` or `十`; empty if it is none."""
    found = _COUNTED.fullmatch(_THOUSANDS.sub("", _narrow(text)))
    value = _value(found[1]) if found else None
    return str(value) if value is not None and value.denominator == 1 else ""


def is_no_limit(text: str) -> bool:
    """Is this how people write that there is no limit?"""
    return text in _NO_LIMIT


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _value(word: str) -> Fraction | None:
    """The number a word stands for: `7`, `1.5`, `半`, `七`, `二十四`; None for other rows of numerals."""
    if word == "半":
        return Fraction(1, 2)
    if word[0].isdigit():
        return Fraction(word)
    if word in _DIGITS:
        return Fraction(_DIGITS[word])
    tens = _TENS.fullmatch(word)
    return Fraction(10 * _DIGITS.get(tens[1], 1) + _DIGITS.get(tens[2], 0)) if tens else None
