"""What may not be kept even sealed (JR/T 0171, class C3): passwords, codes, and bank card numbers in passing."""

import re

from bot.phrases.numbers import folded
from core.privacy import normal_id_number

_KEYWORD = "(?:密码|口令|验证码|校验码|安全码|动态码|password|passwd|pwd|cvv2?|cvc2?|cvn2?|(?<![a-z])pin(?![a-z]))"
# The word with something like the secret itself beside it: 「忘了密码」 alone gives nothing away.
_SECRET = re.compile(
    rf"{_KEYWORD}[^0-9A-Za-z]{{0,6}}[0-9A-Za-z]{{3,}}|(?<![0-9])[0-9]{{3,8}}[是为 ]{{0,3}}{_KEYWORD}",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){14,18}(?![0-9])")


def never_kept(message: str) -> str | None:
    """`secret` or `bank_card` if `message` holds one, else None. The sentences are in `cards/texts.py`."""
    plain = folded(message)
    if tells_secret(plain):
        return "secret"
    numbers = (found.group() for found in _LONG.finditer(plain))
    return "bank_card" if any(is_card(number) and normal_id_number(number) is None for number in numbers) else None


def tells_secret(plain: str) -> bool:
    """True if `plain` (folded) holds a password or code, not only the word."""
    return _SECRET.search(plain) is not None


def is_card(digits: str) -> bool:
    """True for 15 to 19 digits with the check digit of bank cards (Luhn, ISO/IEC 7812-1)."""
    plain = re.sub("[ -]", "", digits)
    if not (15 <= len(plain) <= 19 and plain.isdigit()):
        return False
    doubled = (int(char) * (2 if place % 2 else 1) for place, char in enumerate(reversed(plain)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
