"""The answer to a question of a form, by the field's kind: 「50万」, 「百分之七十」, 「2021年5月3日」, 「青山区」.

Rules, decided once:
- What may be meant in two ways is asked about, never guessed: a range, 「七八成」, 50 (yuan, or 万?), 0.7 (percent, or
  a share?), a date without its year.
- 「没有」, 「无」 and 0 are nothing of what can be counted.
- 「六个点」 is 6 %.
- A period counts in months: 「3年」 and 「三年」 are 36, 「一年半」 18.
- A choice is named by its word, by its number, by a part that only one of them has, or nearly.

Whether a value fits its field (bounds, length) is said by `core.loans.forms.wrong`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.phrases.amounts import amounts_in
from bot.phrases.answers import agrees, denies
from bot.phrases.form_dates import NoDay, read_date
from bot.phrases.named_people import Somebody
from bot.phrases.numbers import folded, read_number, read_pair
from core.loans.forms import TERM, FieldKind, FormField
from core.privacy import name_key, normal_credit_code, normal_id_number, normal_phone
from core.privacy.normal import tidy
from core.regions import find_region

Why: TypeAlias = Literal[
    "nothing", "money", "unit", "range", "percent", "share", "number", "date", "day", "year", "phone", "id_number",
    "id_check", "id_letters", "several", "credit_code", "credit_check", "region", "person", "people", "choice",
    "which", "file"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The value, as `core.loans.forms` keeps it."""

    value: Any


@dataclass(frozen=True, slots=True)
class NotRead:
    """Why it is no answer. `among` are what may be meant: choices, colleagues."""

    why: Why
    said: str = ""
    among: tuple[str, ...] = ()


Read: TypeAlias = Answer | NotRead

_ABOUT, _DIGITS = re.compile(r"左右|上下|(?<=[0-9万千百])多(?:元|块钱?)?$"), re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NO_IDEA = re.compile(r"(?:我|客户|他|她)?(?:还)?(?:不知道|不清楚|不确定|不晓得|没问)(?:呢|啊)?")
_FILLER = re.compile(r"(?:一共|总共|[大概约是有为:\s,。每个月共的吧呢人民币还欠剩])*")
_LEADING_FILLER = re.compile(f"^{_FILLER.pattern}")
_COUNTED = re.compile("(?:一共|总共|共|大概|约|有过?|发生过?|是|就)*")
_NOTHING = re.compile(r"(?:目前|现在|暂时|都|是)?(?:没有?|无|零|0)(?:了|的|过|逾期|贷款|负债|元|次|个|笔|人)*[。.]?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?(?:元|块钱?)?")
_THOUSAND = 1000  # from here on people name the unit: 「五千」
_SHORT_HUNDREDS = re.compile("[一二两三四五六七八九]百[一二三四五六七八九]")  # 「一百二」 is 120
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ENDS_OF_RANGE = re.compile(r"[0-9](?:个?[万千wk%]|个?月|年|期)?\s*[-~到至—]\s*[0-9]", re.IGNORECASE)
_LEAST_YUAN = 100  # who writes a smaller sum of money as a mere number may mean 万
_CHINESE = "[零〇一二两三四五六七八九十百千]{1,9}"
_UNIT = "(?:期|个月|月|次|人|笔|套|个|岁|家|辆|平米?|㎡|天)"
_NUMBER = re.compile(rf"([-\u2212负]?)([0-9]+(?:\.[0-9]+)?|{_CHINESE}) ?{_UNIT}?")
_PERIOD = re.compile(rf"([0-9]{{1,3}}(?:\.5)?|{_CHINESE}|半)个? ?年(半)?(?:零?([0-9]{{1,2}}|{_CHINESE})个?月)?")
_PERCENT = re.compile(
    rf"(?:百分之 ?([0-9]+(?:\.[0-9]+)?|{_CHINESE})|([0-9]+(?:\.[0-9]+)?|{_CHINESE}(?= ?个点)) ?(?:%|个点)"
    rf"|({_CHINESE}|[0-9]) ?成(半)?)"
)
_LIST = re.compile(r"[\s,、;/和与及+]+")
_TURNS_ROUND = re.compile("[不没未非别无但除]")
_LED_IN = re.compile("^[\u4e00-\u9fff]{1,10}[ :：,，]*(?=[0-9A-Za-z])")  # 「身份证1501…」, 「代码是91…」
_ID_LENGTH = 18
_NEAR = 50  # of two characters one: 「其它」


def read_answer(
    field: FormField, text: str, now: datetime, people: Sequence[Somebody] = (), *, near: bool = False
) -> Read:
    """What `text` answers to the question for `field`. `people` are those who can be named. `near`: it is about what is
    done now, so that of a day without its year the one nearest to today is meant. Total."""
    said = _without_label(field, folded(text))
    match field.kind:
        case FieldKind.TEXT:
            words = tidy(text)
            return Answer(words) if any(map(str.isalnum, words)) else NotRead("nothing")
        case FieldKind.DATE:
            return _date(said, now, near=near)
        case FieldKind.CHOICE:
            return _choice(field, said)
        case FieldKind.CHOICES:
            return _choices(field, said)
        case FieldKind.PERSON:
            return _person(said, people)
        case FieldKind.NUMBER if field.key == TERM:
            return _months(said)
        case _:
            reader = _READERS.get(field.kind)
            return reader(said) if reader is not None else NotRead("file")


def _without_label(field: FormField, said: str) -> str:
    """Without the field's own name before it: 「期限是36」, 「期限：36」."""
    rest = said.removeprefix(folded(field.label))
    return rest.lstrip(" :是为,") or said if rest != said else said


def _money(said: str) -> Read:
    plain = _LEADING_FILLER.sub("", _THOUSANDS.sub("", said))
    if _NOTHING.fullmatch(plain):
        return Answer(0)
    yuan = _yuan(plain)
    if yuan is not None:
        named = plain[-1:] in "元块钱"
        if not named and not plain[0].isdigit():  # of loans 「三百」 is as well three million
            return NotRead("unit", f"{yuan:f}")
        return Answer(int(yuan * 100)) if named or yuan >= _LEAST_YUAN else NotRead("unit", f"{yuan:f}")
    found = list(amounts_in(plain))
    if len(found) > 1 or _ENDS_OF_RANGE.search(plain):
        return NotRead("range")
    if not found or found[0].fen is None:
        several = len(_DIGITS.findall(plain)) > 1
        return NotRead("range" if _ABOUT.search(plain) else "several" if several else "money")
    (only,) = found
    if only.words:
        return NotRead("range")
    beside = plain[: only.start] + plain[only.end :]
    return Answer(only.fen) if _FILLER.fullmatch(beside) else NotRead("money")


def _yuan(plain: str) -> Decimal | None:
    """So many yuan, in digits, or spoken and less than a thousand: `120`, `120元`, 「一百二」, 「一百二十块」; None of
    anything else."""
    if _PLAIN.fullmatch(plain):
        return Decimal(plain.rstrip("元块钱"))
    spoken = plain.rstrip("元块钱")
    number = read_number(f"{spoken}十" if _SHORT_HUNDREDS.fullmatch(spoken) else spoken)
    return Decimal(number) if number is not None and number < _THOUSAND else None


def _number(said: str) -> Read:
    if _NOTHING.fullmatch(said):
        return Answer("0")
    found = _NUMBER.fullmatch(_COUNTED.sub("", _THOUSANDS.sub("", said), count=1).strip("。. "))
    if not found:
        return NotRead("range") if _ENDS_OF_RANGE.search(said) or _is_pair(said) else NotRead("number")
    value = _decimal(found[2])
    if value is None:
        return NotRead("range") if read_pair(found[2]) else NotRead("number")
    return Answer(_said(-value if found[1] else value))


def _is_pair(said: str) -> bool:
    found = re.match(_CHINESE, said)
    return bool(found and read_pair(found.group()))


def _months(said: str) -> Read:
    found = _PERIOD.fullmatch(said.strip("。. "))
    if not found:
        return _number(said)
    years = Decimal("0.5") if found[1] == "半" else _decimal(found[1])
    more = _decimal(found[3]) if found[3] else Decimal(0)
    if years is None or more is None:
        return NotRead("range" if read_pair(found[1]) else "number")
    return Answer(_said(years * 12 + (6 if found[2] else 0) + more))


def _percent(said: str) -> Read:
    plain = said.strip("。. ")
    if _NOTHING.fullmatch(plain):
        return Answer("0")
    if _ENDS_OF_RANGE.search(plain):
        return NotRead("range")
    found = _PERCENT.fullmatch(plain)
    if found:
        by = Decimal(10) if found[3] else Decimal(100)
        value = _decimal(found[1] or found[2] or found[3])
        if value is None:
            return NotRead("range")
        return Answer(_said((value + (Decimal("0.5") if found[4] else 0)) / by))
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", plain):
        value = Decimal(plain)
        return Answer(_said(value / 100)) if value > 1 else NotRead("share", plain)
    return NotRead("percent")


def _decimal(text: str) -> Decimal | None:
    """A number in digits or Chinese numerals; None if it is two (「七八」), or none."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return Decimal(text)
    value = None if read_pair(text) else read_number(text)
    return None if value is None else Decimal(value)


def _said(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _date(said: str, now: datetime, *, near: bool) -> Read:
    found = read_date(said, now, near=near)
    return NotRead(found.why) if isinstance(found, NoDay) else Answer(found.isoformat())


def _phone(said: str) -> Read:
    phone = normal_phone(said)
    return Answer(phone) if phone is not None else NotRead("phone")


def _id_number(said: str) -> Read:
    run = re.sub(r"[\s\-._]", "", _LED_IN.sub("", said))
    number = normal_id_number(run)
    if number is not None:
        return Answer(number)
    if len(run) == _ID_LENGTH:
        return NotRead("id_check" if re.fullmatch(r"[0-9]{17}[0-9Xx]", run) else "id_letters")
    return NotRead("id_number", str(len(run)))


def _credit_code(said: str) -> Read:
    said = _LED_IN.sub("", said)
    code = normal_credit_code(said)
    if code is not None:
        return Answer(code)
    run = re.sub(r"[\s\-]", "", said)
    return NotRead("credit_check" if re.fullmatch("[0-9A-Za-z]{18}", run) else "credit_code", str(len(run)))


def _region(said: str) -> Read:
    found = find_region(said) or find_region(said.removesuffix("的").removeprefix("在"))
    return Answer(found.code) if found is not None else NotRead("region")


def _person(said: str, people: Sequence[Somebody]) -> Read:
    bare = said.lstrip("@ ")
    fits = [one for one in people if name_key(bare) == name_key(one.name) or bare.casefold() == one.account.casefold()]
    fits = fits or [one for one in people if name_key(bare) == name_key(one.name.partition("·")[0])]
    if len(fits) == 1:
        return Answer(fits[0].id)
    return NotRead("people", bare, tuple(one.name for one in fits)) if fits else NotRead("person", bare)


def _choice(field: FormField, said: str) -> Read:
    fits, clear = ((), False) if _NO_IDEA.fullmatch(said.strip("。. ")) else _fitting(field.choices, said.strip("。. "))
    if clear:
        return Answer(fits[0])
    return NotRead("which", said, fits) if fits else NotRead("choice", said)


def _choices(field: FormField, said: str) -> Read:
    chosen: list[str] = []
    for word in filter(None, _LIST.split(said)):
        fits, clear = _fitting(field.choices, word.strip("。. "))
        if not clear:
            return NotRead("which", word, fits) if fits else NotRead("choice", word)
        chosen += [] if fits[0] in chosen else fits
    return Answer([each for each in field.choices if each in chosen]) if chosen else NotRead("choice")


def _fitting(choices: Sequence[str], said: str) -> tuple[tuple[str, ...], bool]:
    """The choices that may be meant, and whether it is clear that the only one is: what says more than a choice may say
    the opposite (「没有离异」), and what is only like one may be none (「等本等息」)."""
    whole = [each for each in choices if folded(each).casefold() == said.casefold()]
    if whole or not said:
        return tuple(whole), bool(whole)
    number = read_number(said.removeprefix("第").rstrip("个项").strip())
    if number is not None and 1 <= number <= len(choices):
        return (choices[number - 1],), True
    for meant, of_two in ((agrees(said), 0), (denies(said), 1)):
        if meant and len(choices) == 2 and choices[1][:1] in "不否没无未":
            return (choices[of_two],), True
    within = [each for each in choices if folded(each) in said]
    within = [each for each in within if not any(each != other and each in other for other in within)]
    begun = [each for each in choices if folded(each).startswith(said)]
    parts = within or begun or [each for each in choices if said in folded(each)]
    if parts:
        beside = said.replace(folded(parts[0]), "") if within else ""
        return tuple(parts), len(parts) == 1 and not _TURNS_ROUND.search(beside)
    scored = sorted(((fuzz.ratio(said, folded(each)), each) for each in choices), reverse=True)
    like = tuple(each for score, each in scored if score >= _NEAR and score == scored[0][0])
    return like, len(like) == 1 and _is_slip(said, folded(like[0]))


def _is_slip(said: str, choice: str) -> bool:
    """Is it the choice with one character mistyped, or left out?"""
    one = Levenshtein.distance(said, choice) == 1 and len(said) <= len(choice)
    return one and not _TURNS_ROUND.search("".join(set(said) ^ set(choice)))


_READERS: dict[FieldKind, Callable[[str], Read]] = {
    FieldKind.MONEY: _money,
    FieldKind.NUMBER: _number,
    FieldKind.PERCENT: _percent,
    FieldKind.PHONE: _phone,
    FieldKind.ID_NUMBER: _id_number,
    FieldKind.CREDIT_CODE: _credit_code,
    FieldKind.REGION: _region,
}
