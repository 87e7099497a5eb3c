"""Phone and ID numbers as people type them into a text: what masks hide from readers, and logs from everybody.

A number counts however its digits are parted: `138-0000-1234`, `138 000 01234`, `1380/0001/234`, `138。0000。1234`,
`1 3 8 0 0 0 0 1 2 3 4`, `(+86) 138_0000_1234`, `0138 0000 1234` and `一三八〇〇〇〇一二三四` are one as much as that in
one run; so is one with a digit too many. Not how it is parted tells a number from a row of amounts, dates or leads, but
that there are as many digits as it has, that it begins as it must, and that it ends where a group of digits ends.

Where a row of other numbers has by chance as many digits, it is hidden too: who may see the number sees what was typed
all the same. Only what is written often and means something else is left: see `_NO_PHONE`.
"""

import re

_UNSEEN = r"\u200b-\u200f\u202a-\u202e\u2060\ufe0f\u20e3\ufeff"  # marks that come along, and the frames of 1️⃣
_GAPS = rf" \t\u00a0\u2000-\u200a\u202f\u3000{_UNSEEN}.．。·•・,，/／_＿()（）*＊~～|｜\-\u2010-\u2015−－"
_GAP = f"[{_GAPS}]{{0,3}}+"  # possessive: no digit is in a gap, so there is nothing to try again

# By digit: what stands for it beside the decimal digits of Unicode, of which only the half and full-width are typed.
_NUMERALS = ("零〇○", "一幺壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_VALUES = {char: str(digit) for digit, chars in enumerate(_NUMERALS) for char in chars}
_ANY = rf"\d{''.join(_NUMERALS)}"
_DIGIT = f"[{_ANY}]"


def _digits(low: int, high: int) -> str:
    """A character that stands for a digit from `low` to `high`."""
    wide = chr(ord("０") + low), chr(ord("０") + high)
    return f"[{low}-{high}{wide[0]}-{wide[1]}{''.join(_NUMERALS[low : high + 1])}]"


def _more(count: int, digit: str = _DIGIT) -> str:
    """So many digits more, each maybe behind a gap."""
    return f"(?:{_GAP}{digit}){{{count}}}"


_ONE, _SECOND = _digits(1, 1), _digits(3, 9)
_TRUNK = f"[0０]{_GAP}"  # before calls to elsewhere
_CODE = rf"(?:[(（]?(?:[+＋] ?|[0０]{{2}})?[8８][6６][)）]?{_GAP}(?:{_TRUNK})?|{_TRUNK})"
# What stands right behind an L is the number of a lead, with at most 9 digits: what follows it is the next one.
_NO_LEAD = r"(?<!(?<![A-Za-z])[LlＬｌ])(?<!(?<![A-Za-z])[LlＬｌ] )"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_NO_PHONE = (
    # a date of the last century, as of birth, and what follows it
    r"(?!19\d\d(?P<apart>[-/.])(?:0?[1-9]|1[0-2])(?P=apart)(?:0?[1-9]|[12]\d|3[01])(?!\d))"
    # the day of a date
    r"(?!(?<=\d{4}[-/.]\d[-/.])\d\d?(?!\d))(?!(?<=\d{4}[-/.]\d\d[-/.])\d\d?(?!\d))"
    # an amount, or seconds, with a fraction
    r"(?!(?:\d{9}|\d{3}(?:[,，]\d{3}){2})[.．]\d\d(?!\d)|(?:\d{10}|\d(?:[,，]\d{3}){3})[.．]\d(?!\d))"
    # the address of a computer
    rf"(?!{_OCTET}(?:\.{_OCTET}){{3}}(?![\d.]))"
    # something before a number that is parted as most are: 1500 138 0000 1234
    rf"(?!\d(?:{_GAP}\d){{0,9}}[{_GAPS}]{{1,3}}1[3-9]\d[{_GAPS}]{{1,3}}\d{{4}}[{_GAPS}]{{1,3}}\d{{4}}(?!\d))"
)
_UNIT = "[年月日号天周期万亿元块个岁点笔条%％]"
_NO_UNIT = rf"(?!(?<=[{_GAPS}]\d){_UNIT})(?!(?<=[{_GAPS}]\d\d){_UNIT})"  # 15000-20000 3年
_ELEVEN = rf"(?:[(（](?=\d{{3}}[)）]))?{_ONE}{_GAP}{_SECOND}{_more(9)}(?!\d)"
_PHONE = (
    rf"{_ONE}{_SECOND}\d{{9,10}}|"
    rf"(?={_ELEVEN}){_NO_LEAD}{_NO_PHONE}{_ELEVEN}{_NO_UNIT}|"
    rf"{_NO_LEAD}{_ONE}{_SECOND}\d{_GAP}(?:\d{{4}}{_GAP}\d{{5}}|\d{{5}}{_GAP}\d{{4}})"
)
_AREA = r"[0０](?:[1１][0０]|[2２]\d|[3-9３-９][1-9１-９]\d)"  # 010, 02x, and those of four digits
_LANDLINE = (
    rf"{_AREA}[ \u3000]?\d{{7,8}}|"
    # Of more than two parts only with a dash or a bracket: `0312 2000 3000` may be a date and two amounts.
    rf"[(（]?{_AREA} ?[)）\-\u2010-\u2015－] ?\d{{3,4}}[ \-－]?\d{{4}}"
)
_BIRTH = (  # of who is of age for long: a date of these years between amounts is another
    rf"(?:{_digits(1, 1)}{_GAP}{_digits(9, 9)}|{_digits(2, 2)}{_GAP}{_digits(0, 0)}{_GAP}(?={_digits(0, 1)})){_more(2)}"
    rf"{_GAP}{_digits(0, 1)}{_more(1)}{_GAP}{_digits(0, 3)}{_more(1)}"
)
_ID_NUMBER = (
    r"[1-9１-９]\d{16}[\dXxＸｘ]|"
    rf"{_digits(1, 9)}{_more(5)}{_GAP}{_BIRTH}{_more(3)}{_GAP}[\dXxＸｘ{''.join(_NUMERALS)}]"
)
# It may be a bank card's: in one run, or in groups of four as it stands on the card. No dots: dates have them.
_LONG = rf"\d{{13,}}|{_NO_LEAD}\d{{4}}(?:[ \-－]\d{{4}}){{2,}}[ \-－]\d{{1,4}}"

# Where a group of digits begins that has, with those behind it, as many as the shortest number. It says nothing that
# what follows does not say; almost every place in a text is done with here.
_FEWEST = 10
_BEGINS = rf"(?=[(（+＋{_ANY}])(?<!\d)(?=[(（+＋ ]{{0,3}}{_DIGIT}{_more(_FEWEST - 1)})"

_PERSONAL = rf"(?P<id>{_ID_NUMBER})|(?P<code>{_CODE})?(?P<mobile>{_PHONE})|(?P<landline>{_LANDLINE})"
PERSONAL = re.compile(rf"{_BEGINS}(?:{_PERSONAL})(?!\d)")
"""A phone or ID number. The group that is not None says which: `id`, `mobile` (before it, maybe, `code`: the
country's, with what parts it from the number), `landline`."""
PERSONAL_OR_LONG = re.compile(rf"{_BEGINS}(?:{_PERSONAL}|(?P<long>{_LONG}))(?!\d)")
"""As `PERSONAL`, or another number of 13 or more digits: `long`."""
_LIKELY = re.compile(rf"{_DIGIT}{_more(10)}")


def may_hold_personal(text: str) -> bool:
    """False if `text` certainly holds no match of `PERSONAL`; quick, for texts of which most hold none."""
    return _LIKELY.search(text) is not None


def digits_of(number: str) -> str:
    """The digits of a match in ASCII, and the `X` of an ID number."""
    return "".join(filter(None, map(_digit, number)))


def _digit(char: str) -> str:
    if char in "XxＸｘ":
        return "X"
    return _VALUES.get(char) or (str(int(char)) if char.isdecimal() else "")
