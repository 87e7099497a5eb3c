"""Short answers to a question: that somebody gives it up, or that nothing was agreed."""

import re

from bot.phrases.numbers import folded

_END = r"[。.!~ 吧了啊呢吗的]*"
_GIVEN_UP = re.compile(f"(?:(?:先|还是)?(?:取消|算了|退出|不写了?|不记了?|不释放|不放|保留|点错|按错|手滑){_END},?)+")
_NOTHING_AGREED = re.compile(
    f"(?:先|暂时?|暂且|还)?(?:不约|没约|未约|不用|不需要|不提醒|没有|无|没|不定|没定|未定|待定|不联系){_END}"
)


def gives_up(text: str) -> bool:
    """True for 「取消吧」, 「算了」, 「不释放了」 and the like, with nothing beside it that is to be kept."""
    return _GIVEN_UP.fullmatch(folded(text)) is not None


def agrees_nothing(text: str) -> bool:
    """True for 「不约」, 「暂时不用」, 「没约」 and the like, and nothing beside."""
    return _NOTHING_AGREED.fullmatch(folded(text)) is not None
