"""How a text is broken into lines."""

import re
from collections.abc import Callable

from cards.fitting import clusters

# Latin words and numbers stay whole, addresses break after their dots; a line does not end with what opens, nor begin
# with what closes or is counted by.
_OPENS, _CLOSES = "[(（「『]*", "[，。、；：）」』！？…·)万亿%]*"
_NUMBER, _WORD, _SIGNS = r"[0-9]+(?:[.,][0-9]+)+", "[0-9A-Za-z_]+[@./,-]*", "[!-'*-/:-@[-`{-~]+"
_PIECE = re.compile(rf"{_OPENS}(?:{_NUMBER}|{_WORD}|{_SIGNS}|.){_CLOSES}", re.DOTALL)


def broken(text: str, room: float, breadth: Callable[[str], float]) -> list[str]:
    """`text` in lines of at most `room`, as `breadth` says; nothing is cut off. What does not fit stands alone."""
    lines, line = [], ""
    for piece in _pieces(text, room, breadth):
        if line and breadth((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, room: float, breadth: Callable[[str], float]) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        pieces += [piece] if breadth(piece) <= room else list(clusters(piece))
    return pieces
