"""What is answered to the question why a lead is released.

A release gives the customer away, so only what reads as a reason releases at once. What may have been meant otherwise
(a command, a number, a change of mind, an appointment, a mere 「好的」) is asked about once; then only 确认 releases.
"""

import re
from datetime import datetime

from bot.phrases.answers import gives_up
from bot.phrases.command_words import COMMAND_WORDS
from bot.phrases.numbers import folded
from bot.phrases.when import Nothing, Past, find_time

_SHORTEST = 2
# 「客户已在别处办理」 and 「领导没批」 begin with a word that is a command only when it stands by itself.
_ALSO_PROSE = frozenset({"客户", "领"})
# By itself it says why; with names behind it is the command.
_REASONS = frozenset({"离职交接", "交接"})
_CHANGED_MIND = re.compile("取消|不想|不要|先不|(?<![特分区个级性类识辨告])别(?![处的家人行])|保留|算了")
_ASSENT = re.compile(r"(?:好|好的|好吧|嗯+|是|是的|对|对的|可以|行|ok|收到|谢谢|确认|确定|释放|放)[。.!~ 了吧啊]*")
_CONFIRMED = re.compile(r"确认([ ,:、。.!]*)(.*)", re.DOTALL)
_NOT_RELEASED = re.compile("(?:不|别|没|先).{0,3}放")


def is_doubtful(text: str, now: datetime) -> bool:
    """True if `text`, typed as the reason for a release, may have been meant for something else."""
    plain = folded(text).casefold()
    if sum(char.isalpha() for char in plain) < _SHORTEST or _ASSENT.fullmatch(plain):
        return True
    if _begins_with_command(plain) or _CHANGED_MIND.search(plain):
        return True
    when = find_time(plain, now)
    return when.phrase == plain if isinstance(when, Past) else not isinstance(when, Nothing)


def _begins_with_command(plain: str) -> bool:
    """A command's word stands first, or a part of it with a lead's number behind (`转 L1`)."""
    if plain.rstrip(" 。.!") in _REASONS:
        return False
    for word in COMMAND_WORDS:
        behind = plain[len(word) :]
        if plain.startswith(word) and (word not in _ALSO_PROSE or not behind or not behind[0].isalpha()):
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
    if gives_up(reason) or _NOT_RELEASED.search(reason) or (not apart and is_doubtful(reason, now)):
        return None
    return reason
