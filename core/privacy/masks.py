"""Masks: what may be shown of a person's data to somebody who has no need to see all of it.

A mask is total: whatever it does not recognise becomes stars, never the raw value.
"""

import re

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


_ID_NUMBER_IN_TEXT = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_PHONE_IN_TEXT = re.compile(r"(?<![0-9])((?:00)?86)?(1[3-9][0-9]{9})(?![0-9])")


# As on a bank card: in one run, or in groups of four.
_LONG_IN_TEXT = re.compile(
    r"(?<![0-9])(?:[0-9]{13,}|[0-9]{4}(?:[ -][0-9]{4}){2}[ -](?:[0-9]{4}(?:[ -][0-9]{1,3})?|[0-9]{1,3}))(?![0-9])"
)
_NARROW = {0xFF10 + digit: 0x30 + digit for digit in range(10)}


def mask_long_number(number: str) -> str:
    """`6222021234567890123` -> `622202*********0123` (6 + 4, as receipts show cards) for 15 to 19 digits; any other
    length, and anything that is not digits alone, is hidden altogether."""
    if not (number.isascii() and number.isdigit() and 15 <= len(number) <= 19):
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_numbers(text: str, *, phones: bool = True) -> str:
    """Free text with the ID numbers, every other number of 13 or more digits (it may be a bank card's) and with
    `phones` the mobile numbers that people typed into it masked. Full-width digits come back narrow."""
    masked = _ID_NUMBER_IN_TEXT.sub(lambda found: mask_id_number(found.group().upper()), text.translate(_NARROW))
    masked = _LONG_IN_TEXT.sub(_mask_long, masked)
    return _PHONE_IN_TEXT.sub(lambda found: (found[1] or "") + mask_phone(found[2]), masked) if phones else masked


def _mask_long(found: re.Match[str]) -> str:
    """A long number of a text masked; a mobile number with the country's code is left for the mask of phones."""
    if _PHONE_IN_TEXT.fullmatch(found.group()):
        return found.group()
    return mask_long_number(re.sub("[ -]", "", found.group()))
