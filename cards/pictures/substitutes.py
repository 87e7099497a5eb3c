"""What stands in a picture for characters that none of its fonts shows: never an empty box, and never nothing at all.

1. What is written otherwise in plain letters is (full-width, mathematical and circled forms).
2. Traditional Mongolian is spelled in Latin letters, as people of Inner Mongolia do where they cannot type it.
3. Emoji are left out: they adorn. Where nothing else is there, `（表情）` says so.
4. Anything else, rare Chinese characters among them, is `＊`.
"""

import unicodedata
from functools import lru_cache

from cards.fitting import clusters
from cards.render.clean import clean
from cards.typeface import is_shown

UNSHOWN, EMOJI = "＊", "（表情）"
_FIRST_LETTER = 0x1820
_MONGOLIAN = (
    "a", "e", "i", "o", "u", "o", "u", "e", "n", "ng", "b", "p", "h", "g", "m", "l", "s", "sh", "t", "d", "ch", "j",
    "y", "r", "w", "f", "k", "kh", "ts", "z", "h", "zr", "lh", "zh", "ch",
)  # fmt: skip
_EMOJI_BLOCKS = (("\U0001f000", "\U0001faff"), ("\u2600", "\u27bf"), ("\u2b00", "\u2bff"))


@lru_cache(maxsize=4096)
def showable(text: str) -> str:
    """`text` in one line, with nothing in it that cannot be shown; empty only if there is nothing to see in it."""
    line = unicodedata.normalize("NFC", clean(text))
    if all(map(is_shown, line)):
        return line
    kept: list[str] = []
    for cluster in clusters(line):
        kept.append(_shown(cluster, begins=not (kept and kept[-1][-1:].isalpha())))
    said = " ".join("".join(kept).split())
    return said or (EMOJI if line else "")


def _shown(cluster: str, *, begins: bool) -> str:
    """A character with its marks, or what stands for it. `begins`: no letter is in front of it."""
    base = cluster[0]
    if is_shown(base):
        return "".join(filter(is_shown, cluster))
    spelled = _mongolian(base)
    if spelled:
        return spelled.capitalize() if begins else spelled
    plain = unicodedata.normalize("NFKC", base)
    if all(map(is_shown, plain)):
        return plain
    if unicodedata.category(base) in ("Zs", "Mn", "Me", "Cf"):
        return " " if unicodedata.category(base) == "Zs" else ""
    return "" if any(first <= base <= last for first, last in _EMOJI_BLOCKS) else UNSHOWN


def _mongolian(char: str) -> str:
    place = ord(char) - _FIRST_LETTER
    return _MONGOLIAN[place] if 0 <= place < len(_MONGOLIAN) else ""
