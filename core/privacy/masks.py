"""Masks: what may be shown of a person's data to somebody who has no need to see all of it.

A mask is total: whatever it does not recognise becomes stars, never the raw value.
"""

_DOT = "·"


def mask_phone(phone: str) -> str:
    """`13800001111` -> `138****1111` (3 + 4). Anything that is no 11-digit mobile number is hidden altogether."""
    if len(phone) == 11 and phone.isascii() and phone.isdigit():
        return f"{phone[:3]}****{phone[7:]}"
    return "*" * len(phone)


def mask_id_number(number: str, keep: tuple[int, int] = (3, 4)) -> str:
    """`150102199001011234` -> `150***********1234`. `keep` is (1, 1) where several people may read along."""
    head, tail = keep
    if len(number) != 18 or not number.isascii():
        return "*" * len(number)
    return number[:head] + "*" * (18 - head - tail) + number[18 - tail :]


def mask_name(name: str) -> str:
    """The first character of each part stays: `巴特尔·孟和` -> `巴**·孟*`, `王小明` -> `王**`, `王` -> `*`."""
    parts = name.split(_DOT)
    if len(name) < 2:
        return "*" * len(name)
    return _DOT.join(part[:1] + "*" * (len(part) - 1) for part in parts)


def mask_colleague(name: str) -> str:
    """A colleague's name in a refusal: enough to know whom to ask within a team, short on a card: `王小明` -> `王*`."""
    return name[:1] + "*" if name else "*"
