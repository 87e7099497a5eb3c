"""What a text says of a time that it has named before: moved, put off, called off.

「原定明天10点，改到后天」 leaves only the day after tomorrow. Where it is not said to when (「约好明天10点，
他临时有事，改天」), the time before is no appointment any more; 「推迟一小时」 tells what was probably meant instead.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.phrases.mention import Kind, Mention
from bot.phrases.numbers import read_number
from bot.phrases.traps import NUMERAL
from bot.phrases.when_refused import off_in_next_clause

OFF_TOO = "又说要改或取消"
"""Why a time that is put off or called off behind it is asked about."""

_MOVED = re.compile(r"(?:改|推|延|调|挪)(?:到|成|为|在|至|迟|期|后)|改约")
_RIGHT_BEHIND = 2  # characters between 「改到」 and where it is moved to, if that is vague
_WHO = r"(?:(?:[他她]|客户|对方|那边|临时|[说又要想得先都也就被])*)"
_PUT_OFF = r"(?:推迟|推后|延后|延期|改期|顺延|往后[推延])"
_CALLED_OFF = re.compile(
    rf"(?:改天|改日|另约|另行约定?|重新约|改期|改约|改时间|(?<![办谈聊款贷息请]){_PUT_OFF})"
    r"(?:吧|了|一下|时间|再[约说定联]?系?)*(?=$|[,。;!?])|"
    rf"(?:^|(?<=[,。;!? ])){_WHO}取消(?:了|吧|掉)*(?=$|[,。;!?])"
)
_SHIFT = re.compile(
    rf"(?<![办谈聊款贷息请])(?:{_PUT_OFF}|晚|(提前|提早|早))(?:了|到|大概|大约|约)*"
    rf" ?({NUMERAL}{{1,3}}|半) ?(个?小时|个?钟头|分钟|天|个?周|个?星期|个?礼拜)(?(1)(?=了|$|[,。;!?]))"
)
_UNITS = {"小时": timedelta(hours=1), "钟头": timedelta(hours=1), "分钟": timedelta(minutes=1), "天": timedelta(days=1)}
_WEEK = timedelta(days=7)


def still_standing(plain: str, mentions: Sequence[Mention], now: datetime) -> list[Mention]:
    """`mentions` without those that a later 「改到」 moves; those that are put off or called off are in doubt."""
    return _put_off(plain, _without_moved(plain, mentions), now)


def _without_moved(plain: str, mentions: Sequence[Mention]) -> list[Mention]:
    for moved in reversed(list(_MOVED.finditer(plain))):
        after = [mention for mention in mentions if mention.start >= moved.end()]
        if any(mention.kind is Kind.AHEAD for mention in after):
            return after
        if after and after[0].start - moved.end() <= _RIGHT_BEHIND:
            return after
    return list(mentions)


def _put_off(plain: str, mentions: list[Mention], now: datetime) -> list[Mention]:
    last = next((mention for mention in reversed(mentions) if mention.kind is Kind.AHEAD), None)
    if last is None or last.at is None:
        return mentions
    shift = _SHIFT.search(plain, last.end)
    off = _CALLED_OFF.search(plain, last.end) or off_in_next_clause(plain, last.start, last.end)
    if not shift and not off:
        return mentions
    meant = last.at + _by(shift) if shift else None
    doubt = replace(last, kind=Kind.VAGUE, at=None, why=OFF_TOO, proposal=meant if meant and meant > now else None)
    return [
        doubt if mention is last else mention
        for mention in mentions
        if mention.kind is not Kind.AHEAD or mention is last
    ]


def _by(shift: re.Match[str]) -> timedelta:
    earlier, number, unit = shift.groups()
    count = 0.5 if number == "半" else read_number(number) or 0
    return count * _UNITS.get(unit.removeprefix("个"), _WEEK) * (-1 if earlier else 1)
