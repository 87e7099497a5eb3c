"""How much room words take in a picture, and how they are broken into lines.

Reckoned, not measured: SVG is shown with whatever font its reader has. It is rather too much than too little; that it
is enough for the font that is shipped is tested.
"""

import re
import unicodedata

from cards.fitting import clusters
from cards.render.clean import clean

LEADING = 1.45  # from line to line, in sizes of the letters
_WIDE = frozenset("mwMWQOGHNDUACVKXRB@%&")
# Latin words stay whole, addresses break after their dots; a line does not end with what opens, nor begin with what
# closes or is counted by.
_OPENS, _CLOSES = "[(（「『]*", "[，。、；：）」』！？…·)万亿%]*"
_PIECE = re.compile(rf"{_OPENS}(?:[0-9A-Za-z_]+[@./,-]*|[!-'*-/:-@[-`{{-~]+|.){_CLOSES}", re.DOTALL)


def breadth(text: str, size: int) -> float:
    """How broad `text` is at most, in pixels."""
    return size * sum(_ems(char) for char in text)


def wrap(text: str, room: float, size: int) -> list[str]:
    """`text` in lines of at most `room` pixels; nothing is cut off. A character that does not fit stands alone."""
    lines, line = [], ""
    for piece in _pieces(clean(text), room, size):
        if line and breadth((line + piece).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _ems(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if not char.isascii():
        return 1.1
    return 0.96 if char in _WIDE else 0.64


def _pieces(text: str, room: float, size: int) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        pieces += [piece] if breadth(piece, size) <= room else list(clusters(piece))
    return pieces
