"""Kind words that are no command and want no more than a kind word back: 「谢谢」, 「好的」, 「你好」, 「👍」."""

import re
import unicodedata

from bot.phrases.numbers import folded

_WORDS: dict[str, str] = {
    "greeting": "[你您]们?好|哈[喽啰]|嗨|hi|hello|早上好|上午好|中午好|下午好|晚上好|早安?|在(?:吗|不在?|么)|有人吗",
    "thanks": "(?:非常|十分|多|太)?(?:感谢|谢谢?)|辛苦|麻烦|thanks?(?: you)?|thx|3q",
    "goodbye": "再见|拜拜|bye(?: ?bye)?|回头见|晚安",
    "nod": "好|行|嗯|哦|噢|okk?|收到|明白|知道|了解|懂|没问题|不错|真棒|厉害",
}
_PARTICLES = "[的了啦嘞哒吧啊呀哈呢吗噢你您 ,。.!?~、]|驼铃"
_LONGEST = 16  # characters; who writes more says more
_KINDS = {kind: re.compile(words) for kind, words in _WORDS.items()}
_ONLY_KIND = re.compile(f"(?:{_PARTICLES})*(?:(?:{'|'.join(_WORDS.values())})(?:{_PARTICLES})*)+")
_PICTURES = re.compile(r"\[[^\[\]0-9]{1,6}\]")  # how a platform writes its own emoticons: `[强]`


def courtesy(text: str) -> str | None:
    """`greeting`, `thanks`, `goodbye` or `nod` (also emoji) if `text` is nothing else, or None."""
    plain = folded(text).casefold()
    said = _PICTURES.sub("", "".join(char for char in plain if not _is_picture(char))).strip()
    if not said:
        return "nod" if plain else None
    if len(said) <= _LONGEST and _ONLY_KIND.fullmatch(said):
        return next(kind for kind, words in _KINDS.items() if words.search(said))
    return None


def without_kindness(text: str) -> str:
    """`text` without emoji and a kind word behind it: 「L1😀」, 「L1 谢谢」."""
    kept = re.match(r".*[0-9A-Za-z](?=([^0-9A-Za-z]+)$)", text, re.DOTALL)
    return kept.group() if kept and courtesy(kept[1]) is not None else text


def _is_picture(char: str) -> bool:
    """A part of an emoji: the picture, its colour, what joins it to the next."""
    return unicodedata.category(char) in ("So", "Sk", "Mn", "Cf")
