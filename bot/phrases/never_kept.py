"""What may not be kept even sealed (JR/T 0171, class C3): passwords, codes, and bank card numbers in passing."""

import re

from bot.phrases.numbers import folded
from core.privacy import normal_id_number


def _parted(word: str) -> str:
    """The word with whatever somebody may put between its characters to hide it: 「密 码」, 「验.证.码」."""
    return "[ .·*_\\-]{0,2}".join(word)


_WORDS = ("密码", "口令", "验证码", "校验码", "安全码", "动态码", "短信码", "确认码")
_LATIN = "password|passwd|pwd|cvv2?|cvc2?|cvn2?|(?<![a-z])(?:pin|mima|yzm)(?![a-z])"
_KEYWORD = f"(?:{'|'.join(map(_parted, _WORDS))}|{_LATIN})"
_NUMERAL = "[零〇一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖]"
# One by one (1 2 3 4 5 6), in pairs (12 34 56), in Chinese numerals, or counted: 「六个八」. Bounded: else a long row
# of such would be looked through once from each of its places.
_SPELT = (
    "(?:"
    r"[0-9A-Za-z](?:[ .\-_][0-9A-Za-z]){2,11}(?![0-9A-Za-z])|[0-9]{2}(?:[ .\-_][0-9]{2}){2,5}(?![0-9])|"
    rf"{_NUMERAL}(?:[ ,.、]?{_NUMERAL}){{3,11}}(?![年月日])|"
    rf"(?:[3-9]|[三四五六七八九]) ?个 ?(?:[0-9]|{_NUMERAL})(?![0-9十百千万个天月年])"
    ")"
)
# The word with something like the secret itself beside it: 「忘了密码」 alone gives nothing away.
_SECRET = re.compile(
    rf"{_KEYWORD}[^0-9A-Za-z]{{0,6}}[0-9A-Za-z]{{3,}}|{_KEYWORD}[^0-9A-Za-z]{{0,6}}?{_SPELT}|"
    rf"(?:(?<![0-9])[0-9]{{3,8}}|{_SPELT})(?:[是为 ]|取款|支付|银行卡|登录){{0,3}}{_KEYWORD}",
    re.IGNORECASE,
)
_LEAD_OR_PHONE = re.compile(
    r"(?<![0-9A-Za-z])[Ll] ?[0-9]{1,9}(?![0-9])|"
    r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])(?![ -][0-9]{4}(?![0-9]))"
)
_SOLID = re.compile(r"(?<![0-9])[0-9]{15,19}(?![0-9])")
# As it stands on the card: groups of four. A lookahead, since a lead's number may stand right before the first group.
_GROUPED = re.compile(r"(?<![0-9])(?=([3-69][0-9]{3}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{3,4}(?:[ -]?[0-9]{1,3})?)(?![0-9]))")
_CALLED_CARD = re.compile(r"卡号[^0-9]{0,6}([0-9](?:[ -]?[0-9]){11,})")


def never_kept(message: str) -> str | None:
    """`secret` or `bank_card` if `message` holds one, else None. The sentences are in `cards/texts`."""
    plain = folded(message)
    if tells_secret(plain):
        return "secret"
    rest = _LEAD_OR_PHONE.sub("#", plain)
    numbers = [*_SOLID.findall(rest), *_GROUPED.findall(rest)]
    if any(is_card(number) and normal_id_number(number) is None for number in numbers):
        return "bank_card"
    called = _CALLED_CARD.findall(rest)  # said to be one: whether its check digit is right does not matter
    return "bank_card" if any(normal_id_number(number) is None for number in called) else None


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
