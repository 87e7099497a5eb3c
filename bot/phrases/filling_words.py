"""What may be said to a question of a form instead of an answer: 「上一题」, 「不填」, 「先停下」, 「修改 期限」."""

import re
from enum import StrEnum

from bot.phrases.answers import gives_up
from bot.phrases.numbers import folded

_END = r"(?:吧|了|呀|啊|[。.!！~ ])*"


class Said(StrEnum):
    """What is wanted."""

    BACK = "back"
    SKIP = "skip"
    STOP = "stop"
    DONE = "done"


_FORMS = {
    Said.BACK: re.compile(rf"(?:返回|回到?|退回)?(?:上一[题项步个]|前一[题项步个]){_END}"),
    Said.SKIP: re.compile(rf"(?:先|暂时|可以)?(?:不用?填|跳过|略过|空着|留空)(?:这[题项个])?{_END}|下一[题项个]{_END}"),
    Said.STOP: re.compile(
        rf"先?(?:停下?|暂停|停一下|不填了|到这(?:里|儿)?|这样){_END}|"
        rf"(?:以后|下次|回头|稍后|明天|待会�?|等会儿?)再(?:填|说|弄|写|发){_END}"
    ),
    Said.DONE: re.compile(rf"(?:都|全)?(?:好|完|发完|传完|齐|发好|结束)(?:了|啦){_END}|(?:没有|就这些|发完){_END}"),
}
_CHANGE = re.compile(r"(?:修改|更改|更正|改一?下?) *(.{1,20})")


def read_wish(text: str) -> Said | None:
    """Which of them it is, and nothing beside; None if it is something else. 「算了」 stops."""
    said = folded(text)
    found = next((wish for wish in (Said.BACK, Said.STOP, Said.SKIP) if _FORMS[wish].fullmatch(said)), None)
    return found or (Said.STOP if gives_up(text) else None)


def says_done(text: str) -> bool:
    """True for 「好了」, 「发完了」 and the like: no more pictures come."""
    return _FORMS[Said.DONE].fullmatch(folded(text)) is not None or read_wish(text) is Said.STOP


def field_to_change(text: str) -> str | None:
    """「修改 期限」, 「改期限」: the words behind it; None if it begins otherwise."""
    found = _CHANGE.fullmatch(folded(text))
    return found[1].strip() if found else None
