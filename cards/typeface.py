"""The letters of pictures: the fonts that are shipped, so that a picture looks alike everywhere.

Chinese, Latin, Greek and Russian come from Noto Sans SC; what it lacks of other alphabets and signs (the Mongolian ө
and ү among them) from DejaVu Sans, which matplotlib brings along.

Only who draws imports this module: matplotlib takes 40 MB and half a second."""

from collections.abc import Iterable
from enum import Enum
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock

from matplotlib import get_data_path
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from pylopdf_fonts_zh_cn import sans_path

_EM = 1000  # pixels: the size in which letters are measured
_MEASURING = Lock()  # a font holds one letter at a time: two threads would read each other's, or fail


class Face(Enum):
    """The fonts there are, the one to be used first first."""

    SANS = sans_path()
    OTHER = Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


class NoGlyph(Exception):
    """The font has nothing to show for a character; it would be an empty box. `chars` are all of these."""

    def __init__(self, chars: str) -> None:
        self.chars = chars
        super().__init__(f"no glyph for {chars!r}")


def letters(points: float, face: Face = Face.SANS) -> FontProperties:
    """A font in this size."""
    return FontProperties(fname=str(face.value), size=points)


def check_glyphs(texts: Iterable[str]) -> None:
    """Make sure that all of these can be shown.

    Raises:
        NoGlyph: no font has a character.
    """
    said = dict.fromkeys(char for text in texts for char in text)
    missing = "".join(char for char in said if not is_shown(char))
    if missing:
        raise NoGlyph(missing)


def is_shown(char: str) -> bool:
    """Has one of the fonts a letter for it?"""
    return any(ord(char) in _letters_of(face) for face in Face)


def runs(text: str) -> list[tuple[Face, str]]:
    """`text` in pieces of one font each. Words stay whole: one with a letter that only the other font has is all of
    that one, as far as it goes, because letters of two fonts in a word look like a mistake."""
    if all(ord(char) in _letters_of(Face.SANS) for char in text):
        return [(Face.SANS, text)] if text else []
    faces = _faces(text)
    pieces = groupby(zip(faces, text, strict=True), key=lambda each: each[0])
    return [(face, "".join(char for _, char in those)) for face, those in pieces]


@lru_cache(maxsize=4096)
def breadth(text: str, size: float) -> float:
    """How broad a line of words is, in pixels."""
    return size * sum(_advance(face, char) for face, piece in runs(text) for char in piece)


def _faces(text: str) -> list[Face]:
    faces: list[Face] = []
    for is_word, those in groupby(text, key=_is_alphabetic):
        word = "".join(those)
        foreign = is_word and any(ord(char) not in _letters_of(Face.SANS) for char in word)
        for char in word:
            only_here = ord(char) in _letters_of(Face.SANS) and ord(char) not in _letters_of(Face.OTHER)
            other = (foreign or ord(char) not in _letters_of(Face.SANS)) and not only_here
            faces.append(Face.OTHER if other else Face.SANS)
    return faces


def _is_alphabetic(char: str) -> bool:
    """Is it a letter that stands in words, as Chinese characters do not?"""
    return char.isalpha() and ord(char) < 0x2E80


@lru_cache(maxsize=16_384)
def _advance(face: Face, char: str) -> float:
    with _MEASURING:
        glyph = _measured(face).load_char(ord(char), LoadFlags.NO_HINTING)
        return float(glyph.linearHoriAdvance) / 65536 / _EM


@cache
def _measured(face: Face) -> FT2Font:
    font = FT2Font(str(face.value))
    font.set_size(_EM, 72)
    return font


@cache
def _letters_of(face: Face) -> frozenset[int]:
    return frozenset(_measured(face).get_charmap())
