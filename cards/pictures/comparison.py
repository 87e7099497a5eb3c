"""Two policies side by side as a picture: what they suggest, who moves where, by rule, by channel. PNG.

Only who draws imports this module (see `typeface`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.fitting import cut
from cards.pictures.colours import GREY, INK, PAPER
from cards.pictures.marks import Anchor, Area, Mark, Words, rectangle
from cards.pictures.painting import paint
from cards.texts import comparing as texts
from cards.texts.comparing import Sides
from cards.typeface import check_glyphs
from core.risk.comparing import Refused, RuleHits, Tally
from core.risk.policy import SUGGESTED, Suggestion

_WIDTH, _MARGIN, _COLUMN = 12.0, 0.5, 5.9  # inches: the picture, its edge, from the left half to the right one
_HEAD, _TITLE, _CELLS, _ROW, _NAMES, _BARS = 1.15, 0.42, 2.4, 0.38, 1.95, 2.3  # inches
_DOTS = 160  # pixels to the inch
_HALF = 0.36  # of the size of letters: how far their middle is above the base line
_ROWS = 10  # rules and channels, at most
_LONGEST = 22  # columns of a name
_BEFORE, _AFTER = "#a9b4c0", "#0072b2"
_EDGE, _FAINT = "#dde2e8", "#b5bdc7"
_STRICTER, _MILDER, _SAME = "#f6d9c6", "#d4ece3", "#eef1f4"
_COLOURS = {Suggestion.PASS: "#2f9e7f", Suggestion.REVIEW: "#e0a100", Suggestion.REFUSE: "#c24a00"}
_ON = {Suggestion.PASS: PAPER, Suggestion.REVIEW: INK, Suggestion.REFUSE: PAPER}  # what is read on them


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is drawn: under which title and line, what the two are called, and what they came to."""

    title: str
    line: str
    sides: Sides
    tally: Tally
    rules: Sequence[RuleHits]


def png(drawn: Comparison) -> bytes:
    """The picture as a PNG file.

    Raises:
        NoGlyph: the font lacks a character.
    """
    rules, channels = list(drawn.rules[:_ROWS]), list(drawn.tally.by_channel().items())[:_ROWS]
    below = _HEAD + _TITLE + 0.3 + _CELLS + 0.5  # where the lower half begins
    paper = _Paper(below + _TITLE + max(len(rules), len(channels), 1) * _ROW + 0.35)
    paper.say(_MARGIN, 0.5, drawn.title, 17)
    paper.say(_MARGIN, 0.83, drawn.line, 10.5, GREY)
    paper.say(_MARGIN, _HEAD + 0.2, texts.MATRIX, 12.5)
    _matrix(paper.room(_MARGIN + 1.05, _HEAD + _TITLE + 0.3, 4.1, _CELLS, 3, 3), drawn)
    paper.say(_MARGIN + _COLUMN, _HEAD + 0.2, texts.REFUSALS, 12.5)
    _make_up(paper.room(_MARGIN + _COLUMN + 0.65, _HEAD + _TITLE + 0.3, 4.35, _CELLS, 1, 3), drawn)
    _pairs(paper, _MARGIN, below, texts.BY_RULE, drawn.sides, [_rule(row) for row in rules])
    _pairs(paper, _MARGIN + _COLUMN, below, texts.BY_CHANNEL, drawn.sides, [_channel(*row) for row in channels])
    return paper.png()


class _Paper:
    """Marks, placed in inches from the sheet's upper left corner."""

    def __init__(self, height: float) -> None:
        self._height = height
        self.marks: list[Mark] = []

    def room(self, left: float, top: float, wide: float, high: float, across: float, down: float) -> "_Room":
        """A part of it to draw in, so many units across and down."""
        return _Room(self.marks, left * _DOTS, top * _DOTS, wide * _DOTS / across, high * _DOTS / down)

    def say(self, left: float, base: float, said: str, points: float, colour: str = INK) -> None:
        """Words that begin there, on this base line."""
        size = points * _DOTS / 72
        self.marks.append(Words(said, left * _DOTS, base * _DOTS, size, colour, Anchor.LEFT))

    def png(self) -> bytes:
        """What is on it, as a file."""
        check_glyphs(mark.text for mark in self.marks if isinstance(mark, Words))
        return paint(self.marks, _WIDTH * _DOTS, self._height * _DOTS)


@dataclass(frozen=True, slots=True)
class _Room:
    """A part of the paper, with units of its own."""

    marks: list[Mark]
    left: float
    top: float
    unit_across: float
    unit_down: float

    def say(
        self, x: float, y: float, said: str, points: float, colour: str = INK, anchor: Anchor = Anchor.CENTRE
    ) -> None:
        """Words, their middle at this height."""
        size = points * _DOTS / 72
        base = self.top + y * self.unit_down + size * _HALF
        self.marks.append(Words(said, self.left + x * self.unit_across, base, size, colour, anchor))

    def fill(self, x: float, y: float, wide: float, high: float, colour: str, edge: str = "") -> None:
        """A rectangle."""
        left, top = self.left + x * self.unit_across, self.top + y * self.unit_down
        points = rectangle(left, top, left + wide * self.unit_across, top + high * self.unit_down)
        self.marks.append(Area(points, colour, edge, 2))


def _matrix(room: _Room, drawn: Comparison) -> None:
    """Rows: what the first suggests; columns: what the second does."""
    matrix, count, order = drawn.tally.matrix, drawn.tally.count, list(Suggestion)
    for place, suggestion in enumerate(order):
        room.say(place + 0.5, -0.17, f"{drawn.sides.after} {SUGGESTED[suggestion]}", 10, GREY)
        room.say(-0.07, place + 0.5, f"{drawn.sides.before} {SUGGESTED[suggestion]}", 10, GREY, Anchor.RIGHT)
    for (before, after), number in matrix.items():
        x, y = order.index(after), order.index(before)
        colour = _SAME if x == y else _STRICTER if x > y else _MILDER
        fill = colour if number else PAPER
        room.fill(x + 0.03, y + 0.04, 0.94, 0.92, fill, _EDGE)
        room.say(x + 0.5, y + (0.42 if number else 0.5), f"{number:,}", 14, INK if number else _FAINT)
        if number:
            room.say(x + 0.5, y + 0.74, texts.share(number, count), 8.5, GREY)


def _make_up(room: _Room, drawn: Comparison) -> None:
    """Of what each policy suggests, the shares, in one bar each."""
    matrix, count = drawn.tally.matrix, drawn.tally.count
    for place, side in enumerate((drawn.sides.before, drawn.sides.after)):
        left, top = 0.0, 0.04 + place * 1.15
        room.say(-0.02, top + 0.42, side, 10.5, GREY, Anchor.RIGHT)
        for suggestion in Suggestion:
            number = sum(each for pair, each in matrix.items() if pair[place] is suggestion)
            wide = number / count if count else 0.0
            room.fill(left, top, wide, 0.84, _COLOURS[suggestion], PAPER)
            if wide > 0.09:
                room.say(left + wide / 2, top + 0.42, texts.share(number, count), 10, _ON[suggestion])
            left += wide
    for place, suggestion in enumerate(Suggestion):
        room.fill(place * 0.19, 2.5, 0.03, 0.2, _COLOURS[suggestion])
        room.say(place * 0.19 + 0.045, 2.6, SUGGESTED[suggestion], 10, GREY, Anchor.LEFT)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A row of two bars: their lengths, what stands at their ends, and at the end of the row."""

    name: str
    numbers: tuple[float, float]
    said: tuple[str, str]
    end: str


def _rule(row: RuleHits) -> _Pair:
    said = (f"{row.before:,}", f"{row.after:,}")
    return _Pair(texts.rule_name(row), (row.before, row.after), said, texts.change(row.before, row.after))


def _channel(channel: str, refused: Refused) -> _Pair:
    said = (texts.share(refused.before, refused.count), texts.share(refused.after, refused.count))
    return _Pair(channel or texts.NO_CHANNEL, refused.shares, said, f"{refused.count:,} 笔")


def _pairs(paper: _Paper, left: float, top: float, title: str, sides: Sides, rows: Sequence[_Pair]) -> None:
    """Two bars a row, each with its number."""
    paper.say(left, top + 0.2, title, 12.5)
    if not rows:
        return
    room = paper.room(left + _NAMES, top + _TITLE, _BARS, len(rows) * _ROW, 1, len(rows))
    most = max(max(row.numbers) for row in rows) or 1.0
    for place, row in enumerate(rows):
        room.say(-0.03, place + 0.5, cut(row.name, _LONGEST), 9.5, INK, Anchor.RIGHT)
        for number, word, y, colour in zip(row.numbers, row.said, (0.14, 0.5), (_BEFORE, _AFTER), strict=True):
            room.fill(0, place + y, number / most, 0.33, colour)
            room.say(number / most + 0.02, place + y + 0.17, word, 7.5, GREY, Anchor.LEFT)
        room.say(1.42, place + 0.5, row.end, 9, INK, Anchor.RIGHT)
    for at, side, colour in ((0.65, sides.before, _BEFORE), (1.0, sides.after, _AFTER)):
        room.fill(at, -0.66, 0.05, 0.28, colour)
        room.say(at + 0.07, -0.52, side, 9, GREY, Anchor.LEFT)
