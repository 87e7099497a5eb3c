"""Marks -> PNG, drawn by matplotlib with the fonts that are shipped: it looks alike everywhere."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from cards.pictures.colours import PAPER
from cards.pictures.marks import Anchor, Area, Mark, Stroke, Words
from cards.typeface import Face, breadth, letters, runs

DOTS = 72
"""Pixels to matplotlib's inch: a point is a pixel then."""
_DASHES = (4, 2.7)  # in breadths of the line
_BOLDER = 0.035  # breadth of the line around strong letters, in their size: there is no bold font to ship


def paint(marks: Iterable[Mark], width: float, height: float, *, scale: float = 1) -> bytes:
    """The picture as a PNG file, `scale` times as large as it is reckoned. What comes first lies below."""
    figure, file = compose(marks, width, height), BytesIO()
    figure.savefig(file, format="png", dpi=DOTS * scale)
    _let_go(figure)
    return file.getvalue()


def compose(marks: Iterable[Mark], width: float, height: float) -> Figure:
    """The figure that is painted, with all marks in their places."""
    figure = Figure(figsize=(width / DOTS, height / DOTS), dpi=DOTS, facecolor=PAPER)
    FigureCanvasAgg(figure)
    placed = Affine2D().scale(1 / DOTS, -1 / DOTS).translate(0, height / DOTS) + figure.dpi_scale_trans
    for order, mark in enumerate(marks):
        for artist in _artists(mark, placed):
            artist.set_zorder(order)
            figure.add_artist(artist)
    return figure


def _let_go(figure: Figure) -> None:
    """Break the circles in which figure, canvas and artists hold each other: left to the garbage collector, which comes
    seldom, they made a process grow to the double within 60 pictures (measured)."""
    figure.artists.clear()  # in its place: each artist holds this list, to take itself off it
    vars(figure.canvas).clear()
    vars(figure).clear()


def _artists(mark: Mark, placed: Transform) -> Iterator[Polygon | Line2D | Text]:
    match mark:
        case Area():
            edge = mark.edge or "none"
            yield Polygon(
                mark.points, facecolor=mark.fill, edgecolor=edge, linewidth=mark.broad, transform=placed
            )  # fmt: skip
        case Stroke():
            across, down = zip(*mark.points, strict=True)
            drawn = Line2D(across, down, color=mark.colour, linewidth=mark.broad, transform=placed)
            drawn.set_linestyle((0, _DASHES) if mark.dashed else "-")
            yield drawn
        case _:
            yield from _words(mark, placed)


def _words(mark: Words, placed: Transform) -> Iterator[Text]:
    pieces = runs(mark.text)
    if len(pieces) == 1:
        yield _text(mark, mark.x, *pieces[0], mark.anchor, placed)
        return
    back = {Anchor.LEFT: 0.0, Anchor.CENTRE: 0.5, Anchor.RIGHT: 1.0}[mark.anchor]
    x = mark.x - back * breadth(mark.text, mark.size)
    for face, piece in pieces:
        yield _text(mark, x, face, piece, Anchor.LEFT, placed)
        x += breadth(piece, mark.size)


def _text(mark: Words, x: float, face: Face, said: str, anchor: Anchor, placed: Transform) -> Text:
    text = Text(
        x, mark.y, said, color=mark.colour, fontproperties=letters(mark.size, face), parse_math=False,
        ha=anchor.value, rotation=mark.turned, rotation_mode="anchor", alpha=mark.opacity, transform=placed,
    )  # fmt: skip
    if mark.strong:
        text.set_path_effects([withStroke(linewidth=mark.size * _BOLDER, foreground=mark.colour)])
    return text
