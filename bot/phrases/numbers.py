"""Numbers and plain text as people type them on a phone: full-width digits, Chinese numerals, lead numbers.

Everything here is total: what is not read becomes None or an empty list, never an exception.
"""

import re
import unicodedata
from collections.abc import Sequence

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ONE_TO_NINE = "一二两三四五六七八九"
# A place that is skipped needs 零: 「一百五」 means 150 to most people, so the strict reading 105 would be a guess.
_NUMERAL = re.compile(
    rf"(?:([{_ONE_TO_NINE}])千)?(?:(零)?([{_ONE_TO_NINE}])百)?(?:(零)?([{_ONE_TO_NINE}])?([十廿]))?"
    rf"(?:([零〇])?([{_ONE_TO_NINE}]))?"
)
_PAIR = re.compile(rf"([{_ONE_TO_NINE}]?十)?([{_ONE_TO_NINE}])([{_ONE_TO_NINE}])([十百千])?")
_PAGE = re.compile(r" *(?:第 ?)?(?<![上下前后每])([0-9]{1,3}|[一二两三四五六七八九十]{1,3}) ?页$")

# Sentence punctuation stays as it was typed (，；：！？（）): it belongs to the notes that people read again later.
_KEPT_WIDE = frozenset("，；：！？（）")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT_WIDE} | {0x3000: 0x20}
# Marks that turn a line around or hide in it. The zero-width joiner stays: emoji are made with it.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")

_DIGITS_OF_LEAD = r"0{0,8}[1-9][0-9]{0,8}(?![0-9])"
LEAD = rf"[Ll]?\s?{_DIGITS_OF_LEAD}"
"""A lead's number as it is typed, for patterns over `normal_text`: `L1024`, `l 1024`, `1024`. There is no lead 0."""
LEAD_WITH_L = rf"[Ll]\s?{_DIGITS_OF_LEAD}"
_LEAD = re.compile(rf"({LEAD})(.*)", re.DOTALL)
_AFTER_LEAD = " ,，:：、"
_A_LEAD = re.compile(rf"(?<![A-Za-z0-9]){LEAD_WITH_L}")
_LAST = re.compile(rf"(.*\S)[{_AFTER_LEAD}]+({LEAD_WITH_L})", re.DOTALL)
_BRACKETED = re.compile(rf"^\s*[【\[(（「《<〈]\s*({LEAD})\s*[】\])）」》>〉]")
_TOO_LONG = re.compile(r"(?<![A-Za-z0-9])[Ll]\s?([0-9]{10,}|0+(?![0-9]))")
BETWEEN_LEADS = r"\s,，、;；/和与及"
FROM_TO = "~〜—–―−至到-"
_BETWEEN = re.compile(rf"[{BETWEEN_LEADS}]+")
_FROM_TO = re.compile(rf"\s*[{FROM_TO}]+\s*")
# 「L1341是他哥哥」 tells of another lead, it is not done to it.
_ALSO = re.compile(rf"[{BETWEEN_LEADS}{FROM_TO}]*{LEAD_WITH_L}(?!\s?[是的])")
_ALSO_BARE = re.compile(rf"[{BETWEEN_LEADS}{FROM_TO}]*(0{{0,8}}[1-9][0-9]{{0,8}})(?![^\s{BETWEEN_LEADS}])")
_WORD_END = re.compile("[ ,，:：、]+")
_MOST_WORDS = 3
_MOST_IN_RANGE = 100  # a longer one is cut: nobody may do that much at once, and L1-L999999999 must not be written out


def normal_text(message: str) -> str:
    """`message` on one line as the rest of the program reads it.

    Full-width letters, digits and signs become narrow, runs of white space one space, control and direction marks
    vanish; Chinese sentence punctuation and the `·` of names stay as typed.
    """
    narrow = message.translate(_WIDE)
    spaced = "".join(" " if unicodedata.category(char) == "Cc" else char for char in narrow)
    visible = _INVISIBLE.sub("", spaced)
    return " ".join("".join(char for char in visible if unicodedata.category(char) not in ("Cs", "Cn")).split())


def folded(text: str) -> str:
    """`text` for matching only: `normal_text`, and all of NFKC (`，` -> `,`, `：` -> `:`, `①` -> `1`)."""
    return " ".join(unicodedata.normalize("NFKC", normal_text(text)).split())


def read_number(text: str) -> int | None:
    """A whole number below 10,000 in ASCII digits or strict Chinese numerals: `31`, 「三十一」, 「两」, 「一百零五」.

    None for anything else, also for 「两三」 and 「十五六」 (two numbers) and 「一百五」 (short for 150).
    """
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 4 else None
    if text in ("零", "〇"):
        return 0
    found = _NUMERAL.fullmatch(text)
    if not text or not found:
        return None
    thousands, zero_h, hundreds, zero_t, tens, ten, zero_u, units = found.groups()
    skips_hundreds = bool(thousands) and not hundreds and bool(ten)
    skips_tens = bool(thousands or hundreds) and not ten and bool(units)
    zeros = (bool(zero_h), bool(zero_t), bool(zero_u))
    bare_ten = bool(thousands or hundreds) and ten == "十" and not tens
    if zeros != (False, skips_hundreds, skips_tens) or bare_ten or (ten == "廿" and tens):
        return None
    ten_value = (2 if ten == "廿" else _DIGITS[tens] if tens else 1) if ten else 0
    return (
        1000 * (_DIGITS[thousands] if thousands else 0)
        + 100 * (_DIGITS[hundreds] if hundreds else 0)
        + 10 * ten_value
        + (_DIGITS[units] if units else 0)
    )


def read_pair(text: str) -> tuple[int, int] | None:
    """Two neighbouring numbers said as one, as people say about how many: 「两三」 -> (2, 3), 「三五十」 -> (30, 50),
    「十七八」 -> (17, 18), 「二十五六」 -> (25, 26). None for anything else, also for 「二五」 (25?) and 「三两」."""
    found = _PAIR.fullmatch(text)
    if not found:
        return None
    tens, low, high, scale = found.groups()
    first, last = _DIGITS[low], _DIGITS[high]
    if (last - first != 1 and (first, last) != (3, 5)) or (tens and scale):
        return None
    base = (read_number(tens) or 0) if tens else 0
    by = {"十": 10, "百": 100, "千": 1000}.get(scale or "", 1)
    return base + first * by, base + last * by


def read_year(text: str) -> int | None:
    """A year of four digits, each read for itself: `2026`, 「二〇二六」, 「二零二六」."""
    digits = "".join(str(_DIGITS[char]) if char in _DIGITS else char for char in text)
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdigit() else None


def bare_page(text: str) -> str:
    """`text` with the page at its end as a mere number: 「全区池第2页」 -> 「全区池 2」, 「第二页」 -> `2`."""
    found = _PAGE.search(text)
    number = read_number(found[1]) if found else None
    return f"{text[: found.start()]} {number}".strip() if found and number is not None else text


def read_lead_number(text: str) -> int | None:
    """The number of a lead: `L1024`, `l1024`, `Ｌ１０２４`, `L 1024`, `1024` -> 1024. None if it is none."""
    plain = folded(text)
    return _number_in(plain) if re.fullmatch(LEAD, plain) else None


def read_numbered(letter: str, text: str) -> int | None:
    """The number of what is numbered with `letter` (a handover H3, a merge M3, a care C3), with or without it: `M3`,
    `m 3`, `Ｍ０３`, `3` -> 3. None if it is none."""
    found = re.fullmatch(rf"{letter}?\s?0{{0,8}}([1-9][0-9]{{0,8}})", folded(text), re.IGNORECASE)
    return int(found[1]) if found else None


def beginnings(text: str) -> list[tuple[str, str]]:
    """The first three, two and one words of `text`, each with what stands behind: 「巴特尔 孟和」 is one name."""
    ends = [found.span() for found in _WORD_END.finditer(text)][:_MOST_WORDS]
    ends = [*ends, (len(text), len(text))][:_MOST_WORDS]
    return [(text[:end], text[behind:]) for end, behind in reversed(ends)]


def unbracketed(text: str) -> str:
    """`text` without brackets around the lead's number with which it begins: 「【L9】明天」 -> 「L9 明天」."""
    return _BRACKETED.sub(r"\1 ", text, count=1).strip()


def split_number(text: str) -> tuple[int, str] | None:
    """What begins with a lead's number as the number and the rest, without the marks between: `L1024：没人接` ->
    (1024, `没人接`). None if no number stands there."""
    found = _LEAD.fullmatch(text.strip())
    if not found:
        return None
    rest = found[2].strip()
    return _number_in(found[1]), rest.lstrip(_AFTER_LEAD + "。；;") if rest.strip(_AFTER_LEAD + "。.!！") else ""


def number_first(text: str) -> str | None:
    """`text` with the one lead's number that stands at its end put first: 「李娜 L5」 -> 「L5 李娜」. None if it does
    not end in one, or names another before it."""
    found = _LAST.fullmatch(text.strip())
    return None if found is None or _A_LEAD.search(found[1]) else f"{found[2]} {found[1]}"


def several_leads(text: str) -> tuple[int, str] | None:
    """The first number and the words behind the last one, if `text` begins with more than one lead's number: `L1 L2
    联系不上` -> (1, 「联系不上」). A number without its L is one only behind another such of its length (`1340 1341`):
    else it may be anything. None if there is one number, or none."""
    split = split_number(text)
    if split is None:
        return None
    number, rest = split
    bare = text.strip()[0] not in "Ll"
    behind = rest
    while found := _ALSO.match(behind) or (_as_long(behind, number) if bare else None):
        behind = behind[found.end() :]
    return None if behind == rest else (number, behind.lstrip(_AFTER_LEAD))


def leads_first(text: str) -> tuple[list[int], str]:
    """The numbers of leads that `text` begins with, one or several, and what stands behind them: `L8 L9-L11 李四` ->
    ([8, 9, 10, 11], 「李四」). No numbers if none stands there, or if one of them can be none."""
    several = several_leads(text)
    if several is None:
        one = split_number(text)
        return ([one[0]], one[1]) if one else ([], text)
    behind = several[1]
    head = text[: len(text.rstrip()) - len(behind)] if behind else text
    return read_lead_numbers(head.strip(_AFTER_LEAD)), behind


def _as_long(text: str, number: int) -> re.Match[str] | None:
    found = _ALSO_BARE.match(text)
    return found if found and len(found[1]) == len(str(number)) else None


def lead_in(text: str) -> int | None:
    """The first number of a lead, with its L, anywhere in `text`."""
    found = _A_LEAD.search(folded(text))
    return _number_in(found.group()) if found else None


def no_number_of_a_lead(text: str) -> str | None:
    """What in `text` is written as the number of a lead and can be none: `L0`, or one of ten digits and more."""
    found = _TOO_LONG.search(folded(text))
    return found.group() if found else None


def _number_in(lead: str) -> int:
    return int(lead.lstrip("Ll").strip())


def read_lead_numbers(text: str) -> list[int]:
    """The numbers of several leads, each once, in the order given: `L1、L2，L3`, `L1L2L3` or `L1-L3` -> [1, 2, 3].

    Empty if any part is no lead number: half an order is not carried out.
    """
    together = re.sub(r"([Ll]) +(?=[0-9])", r"\1", folded(text))
    apart = _FROM_TO.sub("-", re.sub(r"(?<=[0-9])(?=[Ll])", " ", together))
    parts = [_from_to(part) for part in _BETWEEN.split(apart) if part]
    return list(dict.fromkeys(number for part in parts for number in part)) if all(parts) else []


def _from_to(part: str) -> Sequence[int]:
    """`L1` -> [1], `L1-L3` or `L1-3` -> [1, 2, 3]; empty if it is neither."""
    ends = [read_lead_number(end) for end in part.split("-")]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2:
        return ()
    return (range(first, last + 1) if first <= last else range(first, last - 1, -1))[:_MOST_IN_RANGE]
