"""Numbers as the company's YAML has them: sums of money (5万, 1.2亿, 800元), shares (70%), plain numbers (36)."""

import re
import unicodedata
from decimal import Decimal

_TIMES = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_YUAN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,4})?) ?([万亿]?)(?: ?元)?")
_SHARE = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?) ?%")
_NUMBER = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,6})?) ?([万亿]?)")


def parse_yuan(text: str) -> Decimal | None:
    """The sum of money in yuan, or None."""
    found = _YUAN.fullmatch(_narrow(text))
    return Decimal(found[1]) * _TIMES[found[2]] if found else None


def parse_share(text: str) -> Decimal | None:
    """The share of one: `70%` is 0.7. A number without `%` is none: nobody could tell 0.7 from 0.7 %."""
    found = _SHARE.fullmatch(_narrow(text))
    return Decimal(found[1]) / 100 if found else None


def parse_number(text: str) -> Decimal | None:
    """The number, or None."""
    found = _NUMBER.fullmatch(_narrow(text))
    return Decimal(found[1]) * _TIMES[found[2]] if found else None


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
