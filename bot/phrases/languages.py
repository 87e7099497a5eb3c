"""What the customer wants to speak, as people write it: 「蒙语」「汉语」, 「要说蒙语」「蒙语沟通」."""

import re

from core.leads.assignment_rules import Language

_NAMES = {
    Language.MONGOLIAN: "蒙古?[语话]",
    Language.CHINESE: "(?:汉[语话]|普通话|国语)",
}
_BEFORE = "(?:客户)?(?:只|只会|只能|要|想|想要|希望|需要|可以|会)?(?:说|讲|用)?"
_AFTER = "(?:沟通|交流|服务|客户)?"
_WORDS = {language: re.compile(_BEFORE + names + _AFTER) for language, names in _NAMES.items()}


def language_of(word: str) -> Language | None:
    """The language that the whole of `word` asks for, or None: 「不会汉语」 and 「蒙语老师」 ask for none."""
    return next((language for language, pattern in _WORDS.items() if pattern.fullmatch(word)), None)
