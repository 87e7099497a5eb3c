"""What is written as the reason for a release, and answered to the question for it.

A release gives the customer away, so only what reads as a reason releases at once. What may have been meant otherwise
(a command, a number, a change of mind, an appointment, a mere 「好的」) is asked about once; then only 确认 releases.
Who writes the reason behind the command and the lead's number has said what he wants: there 「客户说明天10点去别家签」
is one.
"""

import re
from datetime import datetime

from bot.phrases.answers import gives_up
from bot.phrases.command_words import COMMAND_WORDS
from bot.phrases.numbers import folded
from bot.phrases.second_thoughts import Doubt, second_thought
from bot.phrases.when import Found, Past, Unclear, find_time

_SHORTEST = 2
# By itself it says why; with names behind it is the command.
_REASONS = frozenset({"离职交接", "交接"})
# With the colleague's name right behind it. Other words of commands begin a reason too: 「电话打不通」, 「客户没批」.
_HANDS_ON = ("转给", "转移", "移交")
_NOT_RELEASED = re.compile("(?:不|别|没|先).{0,3}放(?![款贷心弃下])|取消释放|不想释|不要释|保留(?!意见)")
_ASSENT = re.compile(r"(?:好|好的|好吧|嗯+|是|是的|对|对的|可以|行|ok|收到|谢谢|确认|确定|释放|放)[。.!~ 了吧啊]*")
_CONFIRMED = re.compile(r"确认([ ,:、。.!]*)(.*)", re.DOTALL)
_MEETING = re.compile(
    "[ ,，。.!]*(?:再|去|来|要|约|意向强?)?(?:见|见面|面谈|联系|打|打电话|回访|来公司|签约|上门)?[吧了。.!]*"
)


def doubt(text: str, now: datetime, *, with_number: bool = False) -> Doubt | None:
    """What `text`, typed as the reason for a release, was probably meant for instead; None if it is a reason.
    `with_number`: it stands behind the command with its number."""
    plain = folded(text).casefold()
    if sum(char.isalpha() for char in plain) < _SHORTEST or _ASSENT.fullmatch(plain):
        return Doubt.NOTHING
    if _NOT_RELEASED.search(plain):
        return Doubt.TAKEN_BACK
    thought = second_thought(plain)
    if thought is not None:
        return thought
    if _begins_with_command(plain):
        return Doubt.COMMAND
    return Doubt.TIME if _is_appointment(plain, now, with_number=with_number) else None


def _is_appointment(plain: str, now: datetime, *, with_number: bool) -> bool:
    when = find_time(plain, now)
    if not isinstance(when, Found | Past | Unclear):
        return False
    if isinstance(when, Found) and when.has_clock and not with_number:
        return True
    return _MEETING.fullmatch(plain.replace(when.phrase, "", 1)) is not None


def _begins_with_command(plain: str) -> bool:
    """A command's word stands first by itself, or a part of it with a lead's number behind (`转 L1`)."""
    if plain.rstrip(" 。.!") in _REASONS:
        return False
    for word in COMMAND_WORDS:
        behind = plain[len(word) :]
        apart = not behind or not behind[0].isalpha() or behind[0].isascii()
        if plain.startswith(word) and (apart or word in _HANDS_ON):
            return True
    head = re.match(r"([^ 0-9a-z]+) ?l? ?[0-9]", plain)
    return head is not None and any(word.startswith(head[1]) for word in COMMAND_WORDS)


def confirmed_reason(text: str, first: str, now: datetime) -> str | None:
    """The reason, if `text` confirms the release: what stands behind 确认, or `first`, what was written before. None
    if it does not, or takes it back in the same breath (「确认不释放」)."""
    found = _CONFIRMED.fullmatch(folded(text))
    if found is None:
        return None
    apart, reason = found.groups()
    if not reason:
        return first
    if gives_up(reason) or _NOT_RELEASED.search(reason) or (not apart and doubt(reason, now) is not None):
        return None
    return reason
