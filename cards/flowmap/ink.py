"""Map -> what is put on paper, from the bottom to the top: areas, lines and words."""

from collections.abc import Iterator

from cards.flowmap import bands
from cards.flowmap.bands import Band
from cards.flowmap.colours import BACK, LINE, REFUSED, SHAPES, STAGES, STRIPE
from cards.flowmap.graph import Shape
from cards.flowmap.layout import MARGIN, SUBJECT_SIZE, TITLE_SIZE, Box, Map
from cards.flowmap.lettering import LEADING, breadth
from cards.flowmap.lines import Line
from cards.flowmap.shapes import BAR, outline
from cards.pictures.colours import GREY, INK, PAPER
from cards.pictures.marks import Anchor, Area, Mark, Point, Stroke, Words, rectangle
from cards.texts import flows as texts

_HEAD, _HALF = 9, 5  # of an arrow: how long, and half how broad
_BASE = 1.08  # how far below the top of its room a row's base line is, in sizes
_SAMPLE = 44  # how long the lines in the legend are


def ink(drawn: Map) -> Iterator[Mark]:
    """Everything in the picture, what lies below first."""
    yield Area(rectangle(0, 0, drawn.width, drawn.height), PAPER)
    for place, band in enumerate(drawn.bands):
        yield from _band(band, drawn, STRIPE if place % 2 else BACK)
    yield from _head(drawn)
    for line in sorted(drawn.lines, key=lambda line: not line.refused):
        yield from _line(line)
    for box in drawn.boxes:
        yield from _box(box, drawn)


def _head(drawn: Map) -> Iterator[Mark]:
    y, left = float(MARGIN), 2 * MARGIN + drawn.side
    for rows, size, colour in ((drawn.title, TITLE_SIZE, INK), (drawn.subject, SUBJECT_SIZE, GREY)):
        for row in rows:
            yield Words(row, left, y + size, size, colour, Anchor.LEFT)
            y += size * LEADING
    y, x = drawn.legend + 1.5 * SUBJECT_SIZE, float(left)
    for said, refused in ((texts.FORWARD, False), (texts.REFUSED, True)):
        yield _stroke((x, y - 4), (x + _SAMPLE - 2, y - 4), refused)
        yield _arrow((x + _SAMPLE, y - 4), refused, right=True)
        yield Words(said, x + _SAMPLE + 8, y, SUBJECT_SIZE, GREY, Anchor.LEFT)
        x += _SAMPLE + 8 + breadth(said, SUBJECT_SIZE) + MARGIN


def _band(band: Band, drawn: Map, back: str) -> Iterator[Mark]:
    yield Area(rectangle(MARGIN / 2, band.top, drawn.width - MARGIN / 2, band.bottom), back)
    colours = STAGES[band.type]
    yield Area(rectangle(MARGIN / 2, band.top, MARGIN / 2 + 4, band.bottom), colours.edge)
    middle = MARGIN + drawn.side / 2
    y = (band.top + band.bottom - bands.name_height(band.name)) / 2
    for row in band.name:
        yield Words(row, middle, y + bands.NAME_SIZE * _BASE, bands.NAME_SIZE, INK)
        y += bands.NAME_SIZE * LEADING
    yield Words(texts.STAGE_TYPES[band.type], middle, y + bands.TYPE_SIZE * _BASE, bands.TYPE_SIZE, colours.edge)


def _line(line: Line) -> Iterator[Mark]:
    for x1, y1, x2, y2 in line.segments:
        end = y2 - _HEAD + 2 if (x2, y2) == line.tip else y2  # the arrow is sharp, the line's end is not
        yield _stroke((x1, y1), (x2, end), line.refused)
    yield _arrow(line.tip, line.refused)


def _stroke(begin: Point, end: Point, refused: bool) -> Stroke:
    return Stroke((begin, end), REFUSED if refused else LINE, dashed=refused)


def _arrow(tip: Point, refused: bool, *, right: bool = False) -> Area:
    x, y = tip
    flat = ((x - _HEAD, y - _HALF), (x - _HEAD, y + _HALF))
    upright = ((x - _HALF, y - _HEAD), (x + _HALF, y - _HEAD))
    return Area((tip, *(flat if right else upright)), REFUSED if refused else LINE)


def _box(box: Box, drawn: Map) -> Iterator[Mark]:
    vertex = box.vertex
    colours = SHAPES[vertex.shape]
    if vertex.shape is Shape.END:
        colours = STAGES[drawn.stage_types[vertex.stage]]
    yield Area(outline(vertex.shape, box.left, box.top, vertex.width, vertex.height), colours.fill, colours.edge)
    if vertex.shape is Shape.PARALLEL:
        yield Area(rectangle(box.left, box.bottom - BAR, box.right, box.bottom), colours.edge)
    if vertex.shape is Shape.ACT:
        for x in (box.left + BAR, box.right - BAR):
            yield Stroke(((x, box.top), (x, box.bottom)), colours.edge)
    y = box.top + (vertex.height - sum(row.size * LEADING for row in vertex.rows)) / 2
    for row in vertex.rows:
        colour = colours.name if row.strong else colours.detail
        yield Words(row.text, (box.left + box.right) / 2, y + row.size * _BASE, row.size, colour)
        y += row.size * LEADING
