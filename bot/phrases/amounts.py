"""The amount a customer wants: 「50万」, `50w`, 「五十万」, 「50-80万」, 「500000元」, `500000`, 「1.5个亿」, 「3万5」.

Rules, decided once:
- A range (「50-80万」, 「三五十万」) is its higher end, what the customer would take; the words are kept beside it.
- A number alone is an amount in yuan from 10,000 on, in whole hundreds (a local phone number seldom is), unless it is
  called something else (「QQ 100000」) or is a date; smaller ones are none (「房抵50」: 50 what?).
- A minus right before the number is no amount: it is asked about. A dash with spaces only separates.
- Income, flow, value and debts (「月入2万」) are no amount.
- Another currency (`$50000`, 「5万美元」) is asked about: nobody here lends it.
- A sum of which only the beginning was read (「五十万五千六」) is asked about.
- What sounds like money and is not read (「大几十万」, 「50萬」) is named, so that nobody believes it was taken.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.phrases.numbers import read_number, read_pair

MOST_FEN = 10_000_000_000 * 100
"""More than ten thousand million yuan is a slip of the finger."""

_UNITS = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "w": 10**4, "千": 1000, "k": 1000, "元": 1, "块": 1}
_UNIT = "亿|千万|百万|万|[wW]|千|[kK]|元|块"
_CHINESE = "[零一二两三四五六七八九十百千]+"
# Chinese numerals are an amount only where no name may end: not the 三元 of 张三元.
_N = (
    rf"(?<![0-9.A-Za-z])[0-9]+(?:\.[0-9]+)?|"
    rf"(?:(?<![\u3400-\u9fff])|(?<=[要贷借批约概需想用款额:]))(?:{_CHINESE}|半(?=个?(?:亿|千万|百万)))"
)
_AMOUNT = re.compile(
    rf"(?P<minus>(?<![0-9A-Za-z])[-\u2212]|负)?(?P<number>{_N})"
    rf"(?: ?(?P<first_unit>{_UNIT})?(?P<range> ?[-~到至—、] ?)(?P<last>[0-9]+(?:\.[0-9]+)?|{_CHINESE}))?"
    rf"(?P<about>[多来几余])? ?(?:个(?=[亿千百万wW]))?(?P<unit>{_UNIT})"
    r"(?:(?:零(?=[0-9一二两三四五六七八九]千))?(?P<digit>[0-9一二两三四五六七八九])(?P<thousand>千)?"
    r"(?![0-9零一二两三四五六七八九十百千万期年月套个.]))?"
    r"(?P<more>[多来])?(?:元|块钱|块)?(?:人民币)?(?P<bound>左右|以内|以上|上下|\+)?(?![A-Za-z])"
)
# More of the sum, glued to what was read: 「五十万五千六」. Not the 3 years of 「50万3年」, or the size of a flat.
_GOES_ON = re.compile("[0-9零一二两三四五六七八九十百千]+(?:[元块]|(?![\u3400-\u9fff0-9A-Za-z./]))")
_NOT_THE_NEED = re.compile(
    r"(?:月入|月薪|年薪|年入|收入|流水|工资|公积金|负债|欠款?|估值|估价|价值|评估价?|房价|车价|总价|首付|余额|按揭|月供|月还|"
    r"还款|开票|纳税|税额|社保|基数|已贷|名下)(?:大概|大约|约|有|是|[:为])? ?$"
)
_CURRENCY = (
    "美[元金刀]|[欧韩港]元|日元(?!旦)|[港韩]币|英镑|卢布|图格里克|蒙图|"
    "(?<![A-Za-z])(?:usd|eur|gbp|jpy|krw|hkd|rub|mnt)(?![A-Za-z])"
)
# From its beginning on: a long row of digits is not looked through once from each of them.
_ANY_SUM = rf"(?:(?<![0-9.])[0-9][0-9.]*|(?<![零一二两三四五六七八九十百千]){_CHINESE})"
_SIGN = "[$€£₽₮₩]"
_FOREIGN = re.compile(
    rf"(?:(?:us|hk)?{_SIGN}|{_CURRENCY}) ?{_ANY_SUM}(?: ?{_UNIT})?|{_ANY_SUM}(?: ?{_UNIT})? ?(?:{_CURRENCY}|{_SIGN})",
    re.IGNORECASE,
)
# Not only digits may be meant: formal and traditional characters, 「几」, 「半」.
_SOME = "[0-9.零一二两三四五六七八九十百千几数半多来上壹贰叁肆伍陆柒捌玖拾佰仟]{1,12}"
_PERHAPS = re.compile(
    rf"{_SOME} ?个?(?:[万萬亿億]|千(?:[元块]|$)|[wW](?:an)?(?![A-Za-z])|[kK](?![A-Za-z]))|[0-9一二三四五六七八九几]位数"
)
_BARE = re.compile("[想要需贷借款用约]*[0-9][0-9.]*(?: ?[-~到至] ?[0-9.]+)?[多来几余]?[个+]?")

_SUM = "[1-9][0-9]{4,8}"
_ALONE = re.compile(
    rf"(?<![0-9A-Za-z.:#/号码-])(?P<minus>[-\u2212])?(?P<number>{_SUM})(?:(?P<range> ?[-~到至—] ?)(?P<last>{_SUM}))?"
    r"(?![0-9A-Za-z.:/号楼室-])"
)
_COMPACT_DATE = re.compile("20[0-9]{2}[01][0-9][0-3][0-9]")
_CALLED_OTHERWISE = re.compile("(?:QQ|微信|VX|V信|编[号码]|邮编|工号|号码?|密码)[ :是为]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at text[start:end]. `fen` is None where it is nothing, too much, or not understood; `words` is set
    where the amount says less than what was typed (a range, 「50多万」). `foreign`: in another currency, so that `fen`
    is None."""

    start: int
    end: int
    fen: int | None
    words: str = ""
    foreign: bool = False


def amounts_in(text: str) -> Iterator[Amount]:
    """The amounts wanted in `text` (folded), in order. Total."""
    foreign = [found for found in _FOREIGN.finditer(text) if not _NOT_THE_NEED.search(text, 0, found.start())]
    taken = _places(_AMOUNT.finditer(text))
    found_ones = [found for found in _AMOUNT.finditer(text) if not _NOT_THE_NEED.search(text, 0, found.start())]
    found_ones += [one for one in _ALONE.finditer(text) if one.start("number") not in taken and _is_amount(text, one)]
    elsewhere = _places(foreign)
    read = [_read(found) for found in found_ones if elsewhere.isdisjoint(range(*found.span()))]
    others = [Amount(found.start(), found.end(), None, foreign=True) for found in foreign]
    yield from sorted(read + others, key=lambda amount: amount.start)


def perhaps_amounts(words: Sequence[str]) -> tuple[str, ...]:
    """Those of `words` (of a note) that sound like an amount: 「50」, 「大几十万」, 「六位数」; not what is called
    income or the like."""
    text, start, heard = " ".join(words), 0, []
    for word in words:
        found = _BARE.fullmatch(word) or _PERHAPS.search(word)
        if found and not _NOT_THE_NEED.search(text, 0, start + found.start()):
            heard.append(word)
        start += len(word) + 1
    return tuple(heard)


def _places(found: Iterable[re.Match[str]]) -> set[int]:
    return {place for one in found for place in range(*one.span())}


def _read(found: re.Match[str]) -> Amount:
    loose = any(found.groupdict().get(group) for group in ("range", "about", "more", "bound"))
    loose = loose or read_pair(found["number"]) is not None
    if found.groupdict().get("unit") and (more := _GOES_ON.match(found.string, found.end())):
        return Amount(found.start(), more.end(), None)
    return Amount(found.start(), found.end(), _fen(found), found.group().strip() if loose else "")


def _is_amount(text: str, found: re.Match[str]) -> bool:
    number = found["number"]
    named = _NOT_THE_NEED.search(text, 0, found.start()) or _CALLED_OTHERWISE.search(text, 0, found.start())
    return number.endswith("00") and not named and not _COMPACT_DATE.fullmatch(number)


def _fen(found: re.Match[str]) -> int | None:
    said: dict[str, str | None] = found.groupdict()
    last = said["last"]
    value, higher = _value(found["number"]), _value(last) if last else Decimal(0)
    if value is None or higher is None or said["minus"]:
        return None
    unit = _UNITS[(said.get("unit") or "元").lower()]
    scale = _UNITS[(said.get("first_unit") or said.get("unit") or "元").lower()]
    if digit := said.get("digit"):  # 「3万5」 and 「3万5千」 are 35,000
        if last or (said["thousand"] and scale != _UNITS["万"]):
            return None
        value += Decimal(read_number(digit) or 0) / 10
    fen = max(value * scale, higher * unit) * 100
    return int(fen) if 0 < fen <= MOST_FEN and fen == int(fen) else None


def _value(number: str) -> Decimal | None:
    if number.isascii():
        return Decimal(number)
    if number == "半":
        return Decimal("0.5")
    pair = read_pair(number)
    value = pair[1] if pair else read_number(number)
    return None if value is None else Decimal(value)
