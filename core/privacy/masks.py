"""Masks: what may be shown of a person's data to somebody who has no need to see all of it.

A mask is total: whatever it does not recognise becomes stars, never the raw value.
"""

import re

from core.typed_numbers import PERSONAL_OR_LONG, digits_of

_DOT = "·"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_MOST_HEAD, _MOST_TAIL = 6, 4  # the 8 digits between are the birth date


def mask_phone(phone: str) -> str:
    """`13800001111` -> `138****1111` (3 + 4). Anything that is no 11-digit mobile number is hidden altogether."""
    if _MOBILE.fullmatch(phone):
        return f"{phone[:3]}****{phone[7:]}"
    return "*" * len(phone)


def mask_id_number(number: str, keep: tuple[int, int] = (3, 4)) -> str:
    """`150102199001011234` -> `150***********1234`. `keep` is (1, 1) where several people may read along; one that
    would show a part of the birth date shows nothing."""
    head, tail = keep
    if not (_ID_NUMBER.fullmatch(number) and 0 <= head <= _MOST_HEAD and 0 <= tail <= _MOST_TAIL):
        return "*" * len(number)
    return number[:head] + "*" * (18 - head - tail) + number[18 - tail :]


def mask_credit_code(code: str) -> str:
    """`91150100MA0N12345T` -> `9115**********345T` (4 + 4: what it is and where, and enough to tell two apart).
    Anything that has not 18 characters is hidden altogether."""
    return f"{code[:4]}{'*' * 10}{code[14:]}" if len(code) == 18 else "*" * len(code)


def mask_name(name: str) -> str:
    """The first character of each part stays, unless it is all of the part: `巴特尔·孟和` -> `巴**·孟*`, `王小明` ->
    `王**`, `王` -> `*`, `巴特尔·孟` -> `巴**·*`."""
    if len(name) < 2:
        return "*" * len(name)
    return _DOT.join(
        part[:1] + "*" * (len(part) - 1) if len(part) > 1 else "*" * len(part) for part in name.split(_DOT)
    )


def mask_colleague(name: str) -> str:
    """A colleague's name in a refusal: enough to know whom to ask within a team, short on a card: `王小明` -> `王*`."""
    return name[:1] + "*" if name else "*"


def mask_long_number(number: str) -> str:
    """`6222021234567890123` -> `622202*********0123` (6 + 4, as receipts show cards) for 15 to 19 digits; any other
    length, and anything that is not digits alone, is hidden altogether."""
    if not (number.isascii() and number.isdigit() and 15 <= len(number) <= 19):
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_numbers(text: str, *, phones: bool = True) -> str:
    """Free text with the ID numbers, every other number of 13 or more digits (it may be a bank card's) and with
    `phones` the phone numbers that people typed into it masked, however they parted their digits. What is masked comes
    back in one run: `138-0000-1234` -> `138****1234`; landlines, and what has a digit too many, are hidden altogether.
    """
    return PERSONAL_OR_LONG.sub(lambda found: _masked(found, phones=phones), text)


def _masked(found: re.Match[str], *, phones: bool) -> str:
    if found["id"]:
        return mask_id_number(digits_of(found["id"]))
    if found["long"]:
        return mask_long_number(digits_of(found["long"]))
    if not phones:
        return found.group()
    return (
        (found["code"] or "") + mask_phone(digits_of(found["mobile"])) if found["mobile"] else "*" * len(found.group())
    )
