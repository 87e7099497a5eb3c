"""The letters of pictures: the font that is shipped, so that a picture looks alike everywhere.

Only who draws imports this module: matplotlib takes 40 MB and half a second."""

from collections.abc import Iterable

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from pylopdf_fonts_zh_cn import sans_path


class NoGlyph(Exception):
    """The font has nothing to show for a character; it would be an empty box. `chars` are all of these."""

    def __init__(self, chars: str) -> None:
        self.chars = chars
        super().__init__(f"no glyph for {chars!r}")


def letters(points: float) -> FontProperties:
    """The font in this size."""
    return FontProperties(fname=str(sans_path()), size=points)


def check_glyphs(texts: Iterable[str]) -> None:
    """Make sure that all of these can be shown.

    Raises:
        NoGlyph: the font lacks a character.
    """
    known = FT2Font(str(sans_path())).get_charmap()
    said = dict.fromkeys(char for text in texts for char in text)
    missing = "".join(char for char in said if ord(char) not in known)
    if missing:
        raise NoGlyph(missing)
