"""Two policies side by side as a picture: what they suggest, who moves where, by rule, by channel. PNG, by matplotlib.

Only who draws imports this module (see `typeface`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from cards.fitting import cut
from cards.flowmap.colours import GREY, INK, PAPER
from cards.texts import comparing as texts
from cards.texts.comparing import Sides
from cards.typeface import check_glyphs, letters
from core.risk.comparing import Refused, RuleHits, Tally
from core.risk.policy import SUGGESTED, Suggestion

_WIDTH, _MARGIN, _COLUMN = 12.0, 0.5, 5.9  # inches: the picture, its edge, from the left half to the right one
_HEAD, _TITLE, _CELLS, _ROW, _NAMES, _BARS = 1.15, 0.42, 2.4, 0.38, 1.95, 2.3  # inches
_DOTS = 160
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
    _matrix(paper.room(_MARGIN + 1.05, _HEAD + _TITLE + 0.3, 4.1, _CELLS), drawn)
    paper.say(_MARGIN + _COLUMN, _HEAD + 0.2, texts.REFUSALS, 12.5)
    _make_up(paper.room(_MARGIN + _COLUMN + 0.65, _HEAD + _TITLE + 0.3, 4.35, _CELLS), drawn)
    _pairs(paper, _MARGIN, below, texts.BY_RULE, drawn.sides, [_rule(row) for row in rules])
    _pairs(paper, _MARGIN + _COLUMN, below, texts.BY_CHANNEL, drawn.sides, [_channel(*row) for row in channels])
    return paper.png()


class _Paper:
    """A sheet, measured in inches from its upper left corner."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._figure = Figure(figsize=(_WIDTH, height), dpi=_DOTS, facecolor=PAPER)
        FigureCanvasAgg(self._figure)

    def room(self, left: float, top: float, wide: float, high: float) -> Axes:
        """A part of it to draw in, without ticks and frame."""
        height = self._height
        axes = self._figure.add_axes((left / _WIDTH, 1 - (top + high) / height, wide / _WIDTH, high / height))
        axes.set_axis_off()
        return axes

    def say(self, left: float, base: float, said: str, size: float, colour: str = INK) -> None:
        """Words that begin there, on this base line."""
        x, y = left / _WIDTH, 1 - base / self._height
        self._figure.text(x, y, said, color=colour, fontproperties=letters(size), parse_math=False)

    def png(self) -> bytes:
        """What is on it, as a file."""
        check_glyphs(artist.get_text() for artist in self._figure.findobj(Text) if isinstance(artist, Text))
        file = BytesIO()
        self._figure.savefig(file, format="png", facecolor=PAPER)
        return file.getvalue()


def _say(axes: Axes, x: float, y: float, said: str, size: float, colour: str = INK, where: str = "center") -> None:
    axes.text(
        x, y, said, color=colour, fontproperties=letters(size), ha=where, va="center", clip_on=False, parse_math=False
    )


def _matrix(axes: Axes, drawn: Comparison) -> None:
    """Rows: what the first suggests; columns: what the second does."""
    matrix, count, order = drawn.tally.matrix, drawn.tally.count, list(Suggestion)
    axes.set_xlim(0, 3)
    axes.set_ylim(3, 0)
    for place, suggestion in enumerate(order):
        _say(axes, place + 0.5, -0.17, f"{drawn.sides.after} {SUGGESTED[suggestion]}", 10, GREY)
        _say(axes, -0.07, place + 0.5, f"{drawn.sides.before} {SUGGESTED[suggestion]}", 10, GREY, "right")
    for (before, after), number in matrix.items():
        x, y = order.index(after), order.index(before)
        colour = _SAME if x == y else _STRICTER if x > y else _MILDER
        fill = colour if number else PAPER
        axes.add_patch(Rectangle((x + 0.03, y + 0.04), 0.94, 0.92, facecolor=fill, edgecolor=_EDGE, linewidth=0.8))
        _say(axes, x + 0.5, y + (0.42 if number else 0.5), f"{number:,}", 14, INK if number else _FAINT)
        if number:
            _say(axes, x + 0.5, y + 0.74, texts.share(number, count), 8.5, GREY)


def _make_up(axes: Axes, drawn: Comparison) -> None:
    """Of what each policy suggests, the shares, in one bar each."""
    matrix, count = drawn.tally.matrix, drawn.tally.count
    axes.set_xlim(0, 1)
    axes.set_ylim(3, 0)
    for place, side in enumerate((drawn.sides.before, drawn.sides.after)):
        left, top = 0.0, 0.04 + place * 1.15
        _say(axes, -0.02, top + 0.42, side, 10.5, GREY, "right")
        for suggestion in Suggestion:
            number = sum(each for pair, each in matrix.items() if pair[place] is suggestion)
            wide = number / count if count else 0.0
            axes.add_patch(Rectangle((left, top), wide, 0.84, facecolor=_COLOURS[suggestion], edgecolor=PAPER))
            if wide > 0.09:
                _say(axes, left + wide / 2, top + 0.42, texts.share(number, count), 10, _ON[suggestion])
            left += wide
    for place, suggestion in enumerate(Suggestion):
        axes.add_patch(Rectangle((place * 0.19, 2.5), 0.03, 0.2, facecolor=_COLOURS[suggestion]))
        _say(axes, place * 0.19 + 0.045, 2.6, SUGGESTED[suggestion], 10, GREY, "left")


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
    axes = paper.room(left + _NAMES, top + _TITLE, _BARS, len(rows) * _ROW)
    most = max(max(row.numbers) for row in rows) or 1.0
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows), 0)
    for place, row in enumerate(rows):
        _say(axes, -0.03, place + 0.5, cut(row.name, _LONGEST), 9.5, INK, "right")
        for number, word, y, colour in zip(row.numbers, row.said, (0.14, 0.5), (_BEFORE, _AFTER), strict=True):
            axes.add_patch(Rectangle((0, place + y), number / most, 0.33, facecolor=colour))
            _say(axes, number / most + 0.02, place + y + 0.17, word, 7.5, GREY, "left")
        _say(axes, 1.42, place + 0.5, row.end, 9, INK, "right")
    for at, side, colour in ((0.65, sides.before, _BEFORE), (1.0, sides.after, _AFTER)):
        axes.add_patch(Rectangle((at, -0.66), 0.05, 0.28, facecolor=colour, clip_on=False))
        _say(axes, at + 0.07, -0.52, side, 9, GREY, "left")
