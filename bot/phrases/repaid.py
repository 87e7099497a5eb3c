"""Repayments in words: 「等额本息 36期 年利率4.9% 首期 2027-01-15」, 「5000 12-15」, 「月息1分」 (asked about).

Days are those of signs and months (12-15, 2026-12-15, 12月15日, 15号, 今天, 昨天): what was paid is past, so a day
without a year is the last one that there was, if that is not half a year ago (then it is rather a slip, and asked
about); of a first instalment, the coming one.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from bot.phrases.amounts import amounts_in
from bot.phrases.beside import Filler, told_beside
from bot.phrases.numbers import folded
from core.loans.financing import METHODS
from core.loans.repayment import MOST_MONTHS, Method, Per, Rate, in_month

_Named = TypeVar("_Named", bound=Hashable)
_N = r"[0-9]+(?:\.[0-9]+)?"
_WHOLE = r"(?<![0-9.])(?<![0-9][-/~到至或])"  # not the 36 of 24-36期, nor the 5 of 1.5年
# Not the year of a day (2027年1月15日), nor which of the instalments (第3期).
_TERM = re.compile(
    rf"{_WHOLE}(?<!第)(?<!第 )(?:(?P<years>{_N}) ?年(?:(?P<half>半)|零? ?(?P<more>{_N}) ?个月)?(?![0-9])"
    rf"|(?P<months>{_N}) ?(?:期|个月)(?!半))"
)
_ANY_TERM = re.compile(rf"(?:{_N}[-/~到至或])?{_N} ?(?:期|个月|年)(?![0-9])半?")
_RATE = re.compile(
    r"(年|月)(?:化?利率|化|息|率)[:为是]? ?([0-9]{1,2}(?:\.[0-9]{1,6})?) ?%"
    r"(?P<to> ?[-~到至或] ?[0-9]+(?:\.[0-9]+)? ?%?(?![-/.0-9]| ?[年月日号期个]))?"  # not the day of 4.9% 到 12-15
)
_BARE_RATE = re.compile(r"(?:利率|利息)?[:为是]? ?([0-9]{1,2}(?:\.[0-9]{1,6})?) ?%")
_LEAST_YEARLY = Decimal("0.02")
_PART = "(?:[%厘]|分(?!期))"
_ANY_RATE = re.compile(
    rf"(?:利率|利息|月息|年息|年化|月化|费率)[:为是]? ?[0-9.]+ ?{_PART}?|[0-9.]+ ?{_PART}|[百千万]分之 ?[0-9.]+"
)
# Whole: not the 6-12 of 26-12-24, nor the 12-3 of 12-32, nor the 1月15日 of 27年1月15日.
_DAY = re.compile(
    r"(?<![0-9])(?<![0-9][-/.年])(?:(?P<year>20[0-9]{2})[-/.年])?"
    r"(?P<month>1[0-2]|0?[1-9])[-/.月](?P<day>3[01]|[12][0-9]|0?[1-9])[日号]?(?![-/.]?[0-9])"
)
_MERE_DAY = re.compile(r"(?<![0-9月])(?<![0-9][-/.])(3[01]|[12][0-9]|0?[1-9])[日号]")
_AGO = timedelta(days=183)  # further back, a day without a year is as well the coming one
_YEAR_NAMED = re.compile(r"\d{4}|[明后]年")
_OTHER_METHOD = re.compile(
    "[\u4e00-\u9fff]*(?:等额|等本|等息|付息|还本|气球|随借|先息|后本|按季|每季|按年|双周|到期一次|一次性)[\u4e00-\u9fff]*"
)
_NEAR = {"今天": 0, "昨天": 1, "前天": 2, "大前天": 3}
_NEAR_WORD = re.compile(r"(?<!大)(?:今天|昨天|大?前天)")
_FIRST = re.compile(r"首期|首次还款|期限|日期|[还扣]款日|改[为成]|第 ?[一1] ?期|开始还")
_ANY_DAY = re.compile(r"[0-9]+(?:[-/.年月][0-9]+)+[日号]?|(?:[上下次本当]个?月)?[0-9]+[日号]|20[0-9]{6}")
_BETWEEN = " ,、:为是作起"
_RIGHT_BEFORE = re.compile(rf"(?:{_ANY_DAY.pattern})[{_BETWEEN}]*$")
_EVERY_MONTH = re.compile(r"每个?月的? ?([0-9]+)[日号]")
_SUMS = re.compile(r"[0-9][0-9,.]* ?[万元块]")
_LAST_DAY = 31
_YEAR_WORDS = {"去年": -1, "今年": 0, "明年": 1, "后年": 2}
_BEFORE_SIGN = re.compile(r"(?<=[0-9]) (?=[年月日号])")
_BEHIND_SIGN = re.compile(r"(?<=20[0-9]{2}年) (?=[0-9])|(?<=[0-9]月) (?=[0-9])")
_REPAID = re.compile(
    r"[Aa] ?0{0,8}(?P<number>[1-9][0-9]{0,8})(?![0-9])[ ,:]*(?:的?客户|他|她)?"
    rf"(?:已经?|又|刚刚?)?(?P<near>{_NEAR_WORD.pattern})?(?:已经?|又)?还(?:款|贷|息)?了? ?"
    r"(?P<sum>[0-9一二三四五六七八九十两].*?)[了吧。.! ]*"
)
_OF_A_PLAN = re.compile(
    r"首期|首次还款|期限|日期|[还扣]款日|改[为成]|第 ?[一1] ?期|开始还|"
    r"年化?利率|月利率|还款方式|期数|每月|贷款|放款|按|共|为|是|从|起|"
    r"[0-9]+(?:\.[0-9]+)? ?万?元"
)
_WHY_TAKEN_BACK = re.compile(
    "(?:最[后近]|刚才|上)(?:的?那?一?笔)|(?:记|录|输|写|弄|搞|打|填|点)?(?:错了?|重复?了?|多了)|多记了?|误记|手误|误操作|"
    "那一?笔|这一?笔|那个|重复"
)
_PAID_OUT_END = re.compile("(?:[ 了]|已|到账|放款|完成|办完)++$")
_ABOUT_IT = re.compile("大概|大约|约|左右|上下|将近|不到|多")
_ASIDE = "¤"
_WITH_UNIT = re.compile(r"(?<![0-9.,])[0-9][0-9,]*(?:\.[0-9]{1,4})? ?(?:万元?|元|块钱?)(?![0-9])")
_PAID_OUT = re.compile("^(?:[ 共了]|实际|已经?|放款?|打款|金额|到账)++")
_WHICH = r"(?:一|第 ?([2-9]|[1-9][0-9]) ?)笔$"
_AGAIN, _BACK_AGAIN = re.compile(f"再记{_WHICH}"), re.compile(f"再取消{_WHICH}")
_YUAN = r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,4})?)"
# Whole: it ends where the words do, at a space, at a day that is named, or with its unit.
_SUM = re.compile(rf"{_YUAN} ?(?:(万元?|元|块钱?)(?![,.%a-zA-Z])|(?=\s|$|{_NEAR_WORD.pattern}))")


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What was said of a plan; what nobody said is None; `day`: on which of each month. `…_unclear`: the words that
    were meant for it, perhaps, and are not clear, are two, or name a day that there is not."""

    method: Method | None
    months: int | None
    rate: Rate | None
    first: date | None
    day: int | None = None
    rate_unclear: str = ""
    first_unclear: str = ""
    months_unclear: str = ""
    method_unclear: str = ""


def plan_words(text: str, today: date, since: date | None = None) -> PlanWords:
    """What stands in these words. A first day without a year is the first one from `since` on, the day of the payout,
    so that it may have been already; or from today, where that is none, or long ago.

    Each is sought in what the ones before it have left, so that no part of a rate is a day and no year a term.
    """
    plain = folded(text)
    method, method_unclear = _method(plain)
    rate, rate_unclear = _one_of([(_rate(found), found[0]) for found in _RATE.finditer(plain)])
    unsaid = _RATE.sub(" ", plain)
    # A range, or what is put on top of it (上浮50%, 罚息 …): which of them holds is not clear.
    beside = [words.strip() for words in _ANY_RATE.findall(unsaid)]
    if beside:
        rate, rate_unclear = None, rate_unclear or "、".join([*(found[0] for found in _RATE.finditer(plain)), *beside])
    # Spaces are closed up here and not before: 「01-12 月利率」 is no 12月.
    unsaid = _closed_up(_SUMS.sub(" ", _ANY_RATE.sub(" ", unsaid)), today)
    months, months_unclear = _one_of([(_months(found), found[0]) for found in _TERM.finditer(unsaid)])
    months_unclear = months_unclear or ("" if months else _said(_ANY_TERM, unsaid))
    since = since if since is not None and today - _AGO <= since else today
    first, first_unclear = _first_day(_TERM.sub(" ", unsaid), since)
    monthly = _EVERY_MONTH.search(unsaid)
    day = int(monthly[1]) if monthly is not None and first is not None else None
    return PlanWords(method, months, rate, first, day, rate_unclear, first_unclear, months_unclear, method_unclear)


def _method(plain: str) -> tuple[Method | None, str]:
    """How it is paid back, and the words of another way than those that are known: 「等本等息」, 「按季付息」."""
    known = [word for word in METHODS if word in plain]
    left = plain
    for word in known:
        left = left.replace(word, " ")
    other = _OTHER_METHOD.search(left)
    if other is not None or len(known) > 1:
        return None, "、".join([*known, *([other[0]] if other is not None else [])])
    return (METHODS[known[0]] if known else None), ""


def _one_of(named: Sequence[tuple[_Named | None, str]]) -> tuple[_Named | None, str]:
    """What is named, if it is one and can be; else the words to ask about."""
    values = {value for value, _ in named}
    if len(values) == 1 and None not in values:
        return values.pop(), ""
    return None, "、".join(words.strip() for _, words in named)


def _rate(found: re.Match[str]) -> Rate | None:
    """The rate; None of a range of them."""
    if found["to"]:
        return None
    return Rate(Decimal(found[2]) / 100, Per.YEAR if found[1] == "年" else Per.MONTH)


def bare_rate(words: str) -> Rate | None:
    """What a rate of which nobody said whether it is by the year or the month most likely is: `5.2%` by the year,
    `0.8%` by the month; for an example, never to be reckoned with. None if it is none."""
    found = _BARE_RATE.fullmatch(words)
    if found is None:
        return None
    share = Decimal(found[1]) / 100
    return Rate(share, Per.YEAR if share >= _LEAST_YEARLY else Per.MONTH)


def _months(found: re.Match[str]) -> int | None:
    """How many months the words of `_TERM` are: `36期`, `1.5年`, `2年半`, `2年6个月`; None if no loan runs so long."""
    years, more = Decimal(found["years"] or 0), Decimal(found["months"] or found["more"] or 0)
    count = years * 12 + more + (6 if found["half"] else 0)
    return int(count) if count == int(count) and 1 <= count <= MOST_MONTHS else None


def _first_day(text: str, since: date) -> tuple[date | None, str]:
    """The day of the first instalment: the one behind 「首期」, else the one right before it (not that of 「11-24放款
    首期下月」); without that word the only day that is named with its month. And the words to ask about."""
    monthly = _EVERY_MONTH.search(text)
    text = _EVERY_MONTH.sub(" ", text)
    word = _FIRST.search(text)
    if word is None:
        first, unclear = _one_of([(_dated(each, since), each) for each in _ANY_DAY.findall(text)])
    else:
        nearest = _ANY_DAY.search(text, word.end()) or _RIGHT_BEFORE.search(text[: word.start()])
        named = nearest[0].strip(_BETWEEN) if nearest is not None else ""
        first, unclear = _one_of([(day_in(named, since, coming=True), named)])
    if monthly is not None and not _falls_on(first, int(monthly[1])):
        return None, "、".join(filter(None, (unclear or (str(first) if first else ""), monthly[0])))
    return first, unclear


def _falls_on(first: date | None, day: int) -> bool:
    """Is the first instalment on this day of each month, or on the last one of a month that has no such?"""
    return first is not None and 1 <= day <= _LAST_DAY and first == in_month(first, 0, day)


def _dated(words: str, since: date) -> date | None:
    """The day, if its month is said too: 「15号」 alone is rather the day of each month."""
    return day_in(words, since, coming=True) if _DAY.search(words) else None


def _said(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0].strip() if found else ""


def _closed_up(plain: str, today: date) -> str:
    """`2027 年 1 月 15 日` and 「明年1月15日」 as `2027年1月15日`: else its end would be read as a day of its own."""
    for word, later in _YEAR_WORDS.items():
        plain = plain.replace(word, f"{today.year + later}年")
    return _BEHIND_SIGN.sub("", _BEFORE_SIGN.sub("", plain))


def repayment_in(text: str, today: date) -> tuple[int, date] | None:
    """What was paid, in fen, and when: `5000` (today), `12,000 12-15`, `1.2万 昨天`. None if it is not clear: a part of
    what was typed must never be recorded as the sum, nor one of two."""
    fen, rest = sum_in(text)
    if fen is None:
        return None
    if not told_beside(rest, Filler.PAID):
        return fen, today
    on, plain = day_in(rest, today), _closed_up(folded(rest), today)
    beside = _MERE_DAY.sub(" ", _DAY.sub(" ", plain, count=1), count=0 if _DAY.search(plain) else 1)
    return (fen, on) if on is not None and not any(map(str.isdigit, beside)) else None


def beside_repayment(text: str, today: date) -> str:
    """What stands beside the sum and the day of `repayment_in`, and is no filler: 「今天没还」 -> 「没还」."""
    return told_beside(_without_days(sum_in(text)[1], today), Filler.PAID)


def beside_days(text: str, today: date) -> str:
    """The same of what stands beside days of grace."""
    return told_beside(_without_days(text, today), Filler.GRACE)


def beside_plan(text: str, today: date) -> str:
    """The same of what stands beside all that a plan says."""
    left = _TERM.sub(" ", _closed_up(_RATE.sub(" ", folded(text)), today))
    for word in METHODS:
        left = left.replace(word, " ")
    return told_beside(_OF_A_PLAN.sub(" ", _ANY_DAY.sub(" ", _EVERY_MONTH.sub(" ", left))), Filler.PAID)


def repayment_named(text: str, today: date) -> tuple[int | None, date | None, str]:
    """Which repayment is named: its sum and its day, in any order, each None where none is; and what is no filler
    beside them, of which it is not clear what it says of it: 「第一笔」, 「先不」."""
    plain = _closed_up(folded(text), today)
    on, left = day_in(plain, today), _WHY_TAKEN_BACK.sub(" ", _without_days(plain, today))
    fen, rest = sum_in(left.lstrip(" 的是,"))
    return fen, on, told_beside(rest if fen is not None else left, Filler.NONE)


def payout_day(text: str, today: date) -> tuple[date | None, str]:
    """When it was paid out, if that is said, and the words without it. The sum is put aside first: 9.5万 is no 5
    September."""
    plain = _closed_up(folded(text), today)
    sums = _WITH_UNIT.findall(plain)
    aside = _WITH_UNIT.sub(_ASIDE, plain)
    on = day_in(aside, today)
    if on is None:
        return None, plain
    rest = _without_days(aside, today)
    for each in sums:
        rest = rest.replace(_ASIDE, each, 1)
    return on, " ".join(rest.split())


def without_payout_words(text: str) -> str:
    """What was paid out, without the words around it that say so: 「实际放款49.5万」 -> `49.5万`."""
    return _PAID_OUT_END.sub("", _PAID_OUT.sub("", text)).strip(" ,，。.")


def about_a_sum(text: str) -> str:
    """The words by which a sum is no exact one: 「大概」, 「左右」; else nothing."""
    return " ".join(_ABOUT_IT.findall(text))


def payout_sum(text: str) -> tuple[int | None, str]:
    """A sum among other words, in fen (of several the first; None: there is none), and those words, if they are more
    than fillers: they may say that it is not so (「没放」), or that it is another sum (「手续费3000」)."""
    found = _WITH_UNIT.search(text)
    if found is None:
        return None, told_beside(text, Filler.LENT)
    left = f"{text[: found.start()]} {text[found.end() :]}"
    return sum_in(found[0])[0], told_beside(" ".join(left.split()), Filler.LENT)


def _without_days(text: str, today: date) -> str:
    plain = _NEAR_WORD.sub(" ", _closed_up(folded(text), today))
    return _MERE_DAY.sub(" ", _DAY.sub(" ", plain))


def beside_in(text: str) -> tuple[str, int]:
    """What is said before 「再记一笔」, 「再记第3笔」, and how many of that sum and day there are already: 1, 2; the
    whole text and 0 where nothing of the kind is said."""
    found = _AGAIN.search(text)
    return (text[: found.start()], int(found[1] or 2) - 1) if found is not None else (text, 0)


def taken_back_beside(text: str) -> tuple[str, int | None]:
    """What is said before 「再取消一笔」, 「再取消第2笔」, and how many of that sum and day were taken back already (0,
    1); the whole text and None where nothing of the kind is said."""
    found = _BACK_AGAIN.search(text)
    return (text[: found.start()], int(found[1] or 1) - 1) if found is not None else (text, None)


def repaid_of(text: str) -> tuple[int, str] | None:
    """The application of which a text that begins with its number says what was paid, and that, as 还款 takes it:
    「A11还了23540」 -> (11, `23540`), 「A11 昨天还了2万」 -> (11, `2万 昨天`). None if it says something else."""
    found = _REPAID.fullmatch(folded(text).strip())
    if found is None:
        return None
    paid = " ".join(filter(None, (found["sum"].strip(), found["near"])))
    return (int(found["number"]), paid) if sum_in(paid)[0] is not None else None


def sum_in(text: str) -> tuple[int | None, str]:
    """The sum of money that the words begin with, in fen, and the rest: `5000`, `12,000`, `1.2万`, `800元`."""
    plain = folded(text).strip()
    found = _SUM.match(plain)
    if found is None:
        return _sum_in_words(plain, text)
    fen = Decimal(found[1].replace(",", "")) * (10_000 if (found[2] or "").startswith("万") else 1) * 100
    return (int(fen), plain[found.end() :].strip()) if fen == int(fen) and fen > 0 else (None, text)


def _sum_in_words(plain: str, text: str) -> tuple[int | None, str]:
    """The same of 「5千」, 「一百六十万 昨天」: one sum that is clear, and first."""
    found = list(amounts_in(plain))
    if len(found) != 1 or found[0].start or found[0].words or found[0].foreign or not found[0].fen:
        return None, text
    rest = plain[found[0].end :].lstrip("元块钱整")
    ends = not rest or rest[0] == " " or _NEAR_WORD.match(rest)
    return (found[0].fen, rest.strip()) if ends else (None, text)


def day_in(text: str, today: date, *, coming: bool = False) -> date | None:
    """The day that is named; None if none is, or none that there is, or two are in words, or one in words and one in
    numbers. Without a year it is the last one up to today, half a year back at most, or the `coming` one."""
    plain = _closed_up(folded(text), today)
    near = {_NEAR[word] for word in _NEAR_WORD.findall(plain)}
    if near:
        return today - timedelta(days=near.pop()) if len(near) == 1 and not _ANY_DAY.search(plain) else None
    found = _DAY.search(plain)
    if found is not None:
        years = [int(found["year"])] if found["year"] else [today.year, today.year + (1 if coming else -1)]
        days = [_real(year, int(found["month"]), int(found["day"])) for year in years]
        fits = [day for day in days if day is not None and (found["year"] or _lies(day, today, coming=coming))]
        return fits[0] if fits else None
    mere = _MERE_DAY.search(plain)
    if mere is None:
        return None
    months = [(today.year * 12 + today.month - 1 + step) for step in ((0, 1) if coming else (0, -1))]
    days = [_real(month // 12, month % 12 + 1, int(mere[1])) for month in months]
    return next((day for day in days if day is not None and _lies(day, today, coming=coming)), None)


def days_between(begins: str, ends: str, today: date) -> tuple[date, date] | None:
    """The stretch of days that is named by its first and its last one; None if it is not clear. Without a year the
    first is the one that is nearest to today, begun or to come, and the last one the next such day behind it, unless
    that is more than half a year behind: then the two are rather turned round."""
    first = day_nearest(begins, today)
    last = day_in(ends, first, coming=True) if first is not None else None
    if first is None or last is None or last < first:
        return None
    turned = last - first > _AGO and _YEAR_NAMED.search(folded(ends)) is None
    return None if turned else (first, last)


def day_nearest(text: str, today: date) -> date | None:
    """The day that is named, as `day_in` has it, without a year the one that is nearest to today."""
    named = [day_in(text, today), day_in(text, today, coming=True)]
    return min((day for day in named if day is not None), key=lambda day: abs(day - today), default=None)


def _lies(day: date, today: date, *, coming: bool) -> bool:
    return day >= today if coming else today - _AGO <= day <= today


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
