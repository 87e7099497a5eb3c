"""Phone and ID numbers as people type them into a text: what masks hide from readers, and logs from everybody.

`138-0000-1234`, `+86 138 0000 1234`, `(138)00001234`, `138.0000.1234`, `1 3 8 0 0 0 0 1 2 3 4`, `0471-6661234` and
`150102 19900101 1230` are such numbers as much as those in one run. They may be parted where people part them and
nowhere else: otherwise a row of amounts, dates or leads would be a number too. Digits may be full-width.
"""

import re

_GAPS = r" \t\u00a0\u3000.．·()（）\-\u2010-\u2015−－"
_GAP = f"[{_GAPS}]{{0,3}}"
_EACH = r"[ \u3000.\-－]"  # between digits that are written one by one

_ONE, _SECOND = "[1１]", "[3-9３-９]"
_CODE = rf"[(（]?(?:[+＋] ?|00)?86[)）]?{_GAP}"
# What stands right behind an L is the number of a lead, with at most 9 digits: what follows it is the next one.
_NO_LEAD = r"(?<!(?<![A-Za-z])[LlＬｌ])(?<!(?<![A-Za-z])[LlＬｌ] )"
_PHONE = (
    rf"{_ONE}{_SECOND}\d{{9}}|"
    rf"{_NO_LEAD}(?:[(（]{_ONE}{_SECOND}\d[)）]|{_ONE}{_SECOND}\d){_GAP}\d{{4}}{_GAP}\d{{4}}|"
    rf"{_NO_LEAD}{_ONE}{_SECOND}\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}|"
    rf"{_ONE}{_EACH}{_SECOND}(?:{_EACH}\d){{9}}"
)
_AREA = r"[0０](?:[1１][0０]|[2２]\d|[3-9３-９][1-9１-９]\d)"  # 010, 02x, and those of four digits
_LANDLINE = (
    rf"{_AREA}[ \u3000]?\d{{7,8}}|"
    # Of more than two parts only with a dash or a bracket: `0312 2000 3000` may be a date and two amounts.
    rf"[(（]?{_AREA} ?[)）\-\u2010-\u2015－] ?\d{{3,4}}[ \-－]?\d{{4}}"
)
_ID_NUMBER = (
    r"[1-9１-９]\d{16}[\dXxＸｘ]|"
    rf"[1-9１-９]\d\d{_GAP}\d{{3}}{_GAP}[12１２]\d{{3}}{_GAP}[01０１]\d{_GAP}[0-3０-３]\d{_GAP}\d{{3}}[\dXxＸｘ]|"
    rf"[1-9１-９](?:{_EACH}\d){{16}}{_EACH}[\dXxＸｘ]"
)
# It may be a bank card's: in one run, or in groups of four as it stands on the card. No dots: dates have them.
_LONG = r"\d{13,}|\d{4}(?:[ \-－]\d{4}){2,}[ \-－]\d{1,4}"

_PERSONAL = rf"(?P<id>{_ID_NUMBER})|(?P<code>{_CODE})?(?P<mobile>{_PHONE})|(?P<landline>{_LANDLINE})"
PERSONAL = re.compile(rf"(?<!\d)(?:{_PERSONAL})(?!\d)")
"""A phone or ID number. The group that is not None says which: `id`, `mobile` (before it, maybe, `code`: the
country's, with what parts it from the number), `landline`."""
PERSONAL_OR_LONG = re.compile(rf"(?<!\d)(?:{_PERSONAL}|(?P<long>{_LONG}))(?!\d)")
"""As `PERSONAL`, or another number of 13 or more digits: `long`."""
_LIKELY = re.compile(rf"\d(?:[{_GAPS}]{{0,3}}\d){{10}}")


def may_hold_personal(text: str) -> bool:
    """False if `text` certainly holds no match of `PERSONAL`; quick, for texts of which most hold none."""
    return _LIKELY.search(text) is not None


def digits_of(number: str) -> str:
    """The digits of a match in ASCII, and the `X` of an ID number."""
    return "".join(
        "X" if char in "XxＸｘ" else str(int(char)) for char in number if char.isdecimal() or char in "XxＸｘ"
    )
