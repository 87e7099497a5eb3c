"""A flow's picture as PNG.

Only who draws imports this module: matplotlib takes 40 MB and half a second."""

from cards.flowmap.ink import ink
from cards.flowmap.layout import Map
from cards.pictures.marks import Words
from cards.pictures.painting import paint
from cards.typeface import check_glyphs

_SHARP = 2  # pixels of the file to one of the picture
_MOST = 30_000  # pixels that a side of the file may have: 65,536 are the end of it for matplotlib


def png(drawn: Map) -> bytes:
    """The picture as a PNG file, twice as large as it is reckoned, so that it is sharp.

    Raises:
        NoGlyph: no font has a character.
    """
    marks = list(ink(drawn))
    check_glyphs(mark.text for mark in marks if isinstance(mark, Words))
    return paint(marks, drawn.width, drawn.height, scale=min(_SHARP, _MOST / max(drawn.width, drawn.height)))
