"""A picture as PNG, drawn by matplotlib with the font that is shipped: it looks alike everywhere.

Only who draws imports this module: matplotlib takes 40 MB and half a second. Its figures are used as objects, without
`pyplot`, which keeps every figure and is not made for threads.
"""

from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text

from cards.flowmap.ink import Area, Mark, Stroke, Words, ink
from cards.flowmap.layout import Map
from cards.typeface import check_glyphs, letters

_DOTS = 100  # to matplotlib's inch
_SHARP = 2  # pixels of the file to one of the picture
_MOST = 30_000  # pixels that a side of the file may have: 65,536 are the end of it for matplotlib
_DASHES = (4, 2.7)  # in breadths of the line
_POINTS = 72 / _DOTS  # of a pixel


def png(drawn: Map) -> bytes:
    """The picture as a PNG file, twice as large as it is reckoned, so that it is sharp.

    Raises:
        NoGlyph: the font lacks a character.
    """
    marks = list(ink(drawn))
    check_glyphs(mark.text for mark in marks if isinstance(mark, Words))
    figure = Figure(figsize=(drawn.width / _DOTS, drawn.height / _DOTS), dpi=_DOTS)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, drawn.width)
    axes.set_ylim(drawn.height, 0)
    for order, mark in enumerate(marks):
        axes.add_artist(_artist(mark)).set_zorder(order)
    file = BytesIO()
    figure.savefig(file, format="png", dpi=_DOTS * min(_SHARP, _MOST / max(drawn.width, drawn.height)))
    return file.getvalue()


def _artist(mark: Mark) -> Polygon | Line2D | Text:
    match mark:
        case Area():
            edge = mark.edge or "none"
            return Polygon(mark.points, facecolor=mark.fill, edgecolor=edge, linewidth=mark.broad * _POINTS)
        case Stroke():
            (x1, y1), (x2, y2) = mark.points
            drawn = Line2D((x1, x2), (y1, y2), color=mark.colour, linewidth=mark.broad * _POINTS)
            drawn.set_linestyle((0, _DASHES) if mark.dashed else "-")
            return drawn
        case _:
            sized = letters(mark.size * _POINTS)
            text = Text(mark.x, mark.y, mark.text, color=mark.colour, fontproperties=sized, parse_math=False)
            text.set_horizontalalignment("center" if mark.centred else "left")
            return text
