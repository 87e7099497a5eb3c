"""The argument of 进件: 「L1024 房抵贷 50万 36期」, 「A203」, in any order.

What is not understood is told, so that nobody believes it was taken. An amount that is a range, and a second product,
are among that.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.phrases.amounts import amounts_in
from bot.phrases.form_answers import Answer, read_answer
from bot.phrases.numbers import folded, lead_in, split_number
from bot.phrases.products import SYNONYMS, product_of
from core.loans.forms import TERM, FieldKind, FormField

_APPLICATION = re.compile(r"(?<![A-Za-z0-9])[Aa] ?0{0,8}([1-9][0-9]{0,8})(?![0-9])")
_LEAD = re.compile(r"(?<![A-Za-z0-9])[Ll] ?0{0,8}[1-9][0-9]{0,8}(?![0-9])")
_TERM = re.compile(
    r"(?<![0-9.零一二两三四五六七八九十百])(?:期限|分|贷|做|借)?"
    r"((?:[0-9]{1,3}|[零一二两三四五六七八九十百]{1,5}|半)(?:个? ?月|期|年(?:半)?))"
)
_SAYS_NOTHING = re.compile(r"(?:申请|贷款|想?贷|借款?|要|做|给|期限|金额|产品|的|是|和|客户|[\s,、。;:+/])*")
_SPLIT = re.compile(r"[\s,、。;:+/]+")
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # a period hangs on no day
_MONTHS = FormField(TERM, "", FieldKind.NUMBER, whole=True)


@dataclass(frozen=True, slots=True)
class AskedLoan:
    """Which lead, or which application; product (its key), amount in fen and term in months, where they were said; the
    words that were not understood."""

    lead_id: int | None = None
    application_id: int | None = None
    product: str | None = None
    amount_fen: int | None = None
    months: str | None = None
    unread: tuple[str, ...] = ()


def read_asked_loan(text: str) -> AskedLoan:
    """What the text says. A mere number in front is a lead's. Total."""
    rest = folded(text)
    named = _APPLICATION.search(rest)
    application_id = int(named[1]) if named else None
    rest = _cut(rest, named)
    lead_id = lead_in(rest)
    rest = _cut(rest, _LEAD.search(rest)) if lead_id is not None else rest
    if application_id is None and lead_id is None:
        split = split_number(rest)
        if split is not None and not _goes_on(rest):
            lead_id, rest = split
    months, rest = _term(rest)
    product, rest = _product(rest)
    amount_fen, rest = _amount(rest)
    unread = tuple(word for word in _SPLIT.split(rest) if word and not _SAYS_NOTHING.fullmatch(word))
    return AskedLoan(lead_id, application_id, product, amount_fen, months, unread)


def _goes_on(text: str) -> bool:
    """Is the number in front that of an amount or a term: 「50万」, 「36期」?"""
    return re.match(r"[0-9]+(?:\.[0-9]+)? ?[万千wWkK元期个月年%.]", text) is not None


def _cut(text: str, found: re.Match[str] | None) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}".strip() if found else text


def _term(text: str) -> tuple[str | None, str]:
    found = _TERM.search(text)
    read = read_answer(_MONTHS, found[1], _ANY_DAY) if found else None
    return (str(read.value), _cut(text, found)) if isinstance(read, Answer) else (None, text)


def _product(text: str) -> tuple[str | None, str]:
    keys: set[str] = set()
    rest = text
    for key, pattern in SYNONYMS.items():
        found = pattern.search(rest)
        if found:
            keys.add(key)
            rest = _cut(rest, found)
    product = product_of(keys) if keys else None
    return (product, rest) if product is not None else (None, text)


def _amount(text: str) -> tuple[int | None, str]:
    found = list(amounts_in(text))
    if len(found) != 1 or found[0].fen is None or found[0].words:
        return None, text
    return found[0].fen, f"{text[: found[0].start]} {text[found[0].end :]}"
