"""How much room words take in a picture, and how they are broken into lines.

Reckoned, not measured: SVG is shown with whatever font its reader has. It is rather too much than too little; that it
is enough for the font that is shipped is tested.
"""

import unicodedata

from cards.pictures.breaking import broken
from cards.render.clean import clean

LEADING = 1.45  # from line to line, in sizes of the letters
_WIDE = frozenset("mwMWQOGHNDUACVKXRB@%&")


def breadth(text: str, size: int) -> float:
    """How broad `text` is at most, in pixels."""
    return size * sum(_ems(char) for char in text)


def wrap(text: str, room: float, size: int) -> list[str]:
    """`text` in lines of at most `room` pixels; nothing is cut off. A character that does not fit stands alone."""
    return broken(clean(text), room, lambda piece: breadth(piece, size))


def _ems(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if not char.isascii():
        return 1.1
    return 0.96 if char in _WIDE else 0.64
