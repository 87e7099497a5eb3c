"""The amount a customer wants: 「50万」, `50w`, 「五十万」, 「50-80万」, 「500000元」, 「1.5百万」, 「3万5」.

Rules, decided once: a range is its lower end, what the customer surely wants; the words are kept beside it. A number
without a unit is no amount. Income, flow, value and debts (「月入2万」) are no amount either.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.phrases.numbers import read_number

MOST_FEN = 10_000_000_000 * 100
"""More than ten thousand million yuan is a slip of the finger."""

_UNITS = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "w": 10**4, "千": 1000, "k": 1000, "元": 1, "块": 1}
_UNIT = "亿|千万|百万|万|[wW]|千|[kK]|元|块"
_CHINESE = "[零一二两三四五六七八九十百千]+"
# Chinese numerals are an amount only where no name may end: not the 三元 of 张三元.
_N = rf"(?<![0-9.A-Za-z])[0-9]+(?:\.[0-9]+)?|(?:(?<![\u3400-\u9fff])|(?<=[要贷借批约概需想用款额:])){_CHINESE}"
_AMOUNT = re.compile(
    rf"(?P<number>{_N})(?: ?(?P<first_unit>{_UNIT})?(?P<range> ?[-~到至—、] ?)(?:[0-9]+(?:\.[0-9]+)?|{_CHINESE}))?"
    rf"(?P<about>[多来几余])? ?(?P<unit>{_UNIT})"
    r"(?:(?P<digit>[0-9一二两三四五六七八九])(?P<thousand>千)?(?![0-9零一二两三四五六七八九十百千万期年月套个.]))?"
    r"(?P<more>[多来])?(?:元|块钱|块)?(?P<bound>左右|以内|以上|上下|\+)?(?![A-Za-z])"
)
_NOT_THE_NEED = re.compile(
    r"(?:月入|月薪|年薪|年入|收入|流水|工资|公积金|负债|欠款?|估值|估价|价值|评估价?|房价|车价|总价|首付|余额|按揭|月供|月还|"
    r"还款|开票|纳税|税额|社保|基数|已贷|名下)(?:大概|大约|约|有|是|[:为])? ?$"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at text[start:end]. `fen` is None where it is nothing, too much, or not understood; `words` is set
    where the amount says less than what was typed (a range, 「50多万」)."""

    start: int
    end: int
    fen: int | None
    words: str = ""


def amounts_in(text: str) -> Iterator[Amount]:
    """The amounts wanted in `text` (folded), in order. Total."""
    for found in _AMOUNT.finditer(text):
        if _NOT_THE_NEED.search(text, 0, found.start()):
            continue
        loose = any(found[group] for group in ("range", "about", "more", "bound"))
        yield Amount(found.start(), found.end(), _fen(found), found.group().strip() if loose else "")


def _fen(found: re.Match[str]) -> int | None:
    number = found["number"]
    value = Decimal(number) if number.isascii() else _chinese(number)
    if value is None:
        return None
    scale = _UNITS[(found["first_unit"] or found["unit"]).lower()]
    if found["digit"]:  # 「3万5」 and 「3万5千」 are 35,000
        if found["range"] or (found["thousand"] and scale != _UNITS["万"]):
            return None
        value += Decimal(read_number(found["digit"]) or 0) / 10
    fen = value * scale * 100
    return int(fen) if 0 < fen <= MOST_FEN and fen == int(fen) else None


def _chinese(number: str) -> Decimal | None:
    value = read_number(number)
    return None if value is None else Decimal(value)
