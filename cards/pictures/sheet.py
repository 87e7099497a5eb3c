"""A board's sheet: what all of them have alike. Its head with the headline, the room for the rows, its foot, and the
watermark over all of it."""

from dataclasses import dataclass
from enum import Enum, auto
from math import cos, radians, sin

from cards.pictures.colours import FAINT, GREY, HEAD, INK, ON_HEAD, PALE, PAPER, RULE, TAG
from cards.pictures.lettering import clauses, fit
from cards.pictures.marks import Anchor, Area, Mark, Point, Stroke, Words, rectangle, rounded
from cards.pictures.stamp import Stamp
from cards.texts import boards, measured
from cards.texts.headlines import headline
from cards.typeface import breadth
from core.reports.results import Board

WIDTH = 1080
EDGE = 48
RIGHT = WIDTH - EDGE
ROOM = RIGHT - EDGE
_HEADLINE, _LINES = 54, 4  # size, and how many lines at most
_TAG, _SMALL_TAG = 24, 20  # size of the numbers by which 明细 asks
_TURNED, _OPACITY = 24.0, 0.07  # the watermark
_MARK, _LONG, _ACROSS, _DOWN = 28, 520, 600, 340  # its size, how long it is at most, and how far from one to the next


class Form(Enum):
    """How something is drawn."""

    BAR = auto()
    DASHES = auto()
    UPRIGHT = auto()


@dataclass(frozen=True, slots=True)
class Sample:
    """What is drawn in this colour and form."""

    colour: str
    said: str
    form: Form = Form.BAR


class Sheet:
    """Marks from the top to the bottom; `y` is where free room begins."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.y = 0.0

    def say(
        self,
        text: str,
        x: float,
        base: float,
        size: float,
        colour: str = INK,
        *,
        anchor: Anchor = Anchor.LEFT,
        strong: bool = False,
        room: float = WIDTH,
    ) -> float:
        """Words on this base line, cut to `room`; how broad they are."""
        said = fit(text, room, size)
        if said:
            self.marks.append(Words(said, x, base, size, colour, anchor, strong))
        return breadth(said, size)

    def fill(self, points: tuple[Point, ...], colour: str) -> None:
        """An area."""
        self.marks.append(Area(points, colour))

    def line(self, *points: Point, colour: str = RULE, broad: float = 2, dashed: bool = False) -> None:
        """A line."""
        self.marks.append(Stroke(points, colour, broad, dashed))

    def rule(self) -> None:
        """A fine line from edge to edge, where free room begins."""
        self.line((EDGE, self.y), (RIGHT, self.y))

    def bar(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """A bar with round ends; of no length there is none, of very little one that can be seen."""
        if right != left:
            self.fill(rounded(left, top, max(right, left + 3), bottom, (bottom - top) / 2), colour)

    def tag(self, number: int, right: float, middle: float) -> float:
        """The number by which 明细 asks for what stands there; how broad it is, 0 where there is none."""
        return self._tag(number, right, middle, _TAG) if number else 0.0

    def small_tag(self, number: int, left: float, middle: float) -> None:
        """The same behind one of several figures of a row."""
        if number:
            self._tag(number, left + _tag_breadth(number, _SMALL_TAG), middle, _SMALL_TAG)

    def _tag(self, number: int, right: float, middle: float, size: float) -> float:
        wide, half = _tag_breadth(number, size), size * 0.75
        self.fill(rounded(right - wide, middle - half, right, middle + half, 8), TAG)
        self.say(str(number), right - wide / 2, middle + size * 8.5 / 24, size, GREY, anchor=Anchor.CENTRE)
        return wide

    def panel(self, height: float, colour: str = PALE) -> None:
        """A pale field from edge to edge, so high, where free room begins."""
        self.fill(rounded(EDGE, self.y, RIGHT, self.y + height, 20), colour)

    def legend(self, *samples: Sample) -> None:
        """What colours mean, in one line."""
        x, middle = float(EDGE), self.y + 16
        for sample in samples:
            match sample.form:
                case Form.BAR:
                    self.fill(rounded(x, middle - 11, x + 40, middle + 11, 6), sample.colour)
                case Form.DASHES:
                    self.line((x, middle), (x + 40, middle), colour=sample.colour, broad=4, dashed=True)
                case Form.UPRIGHT:
                    self.line((x + 20, middle - 14), (x + 20, middle + 14), colour=sample.colour, broad=4)
            x += 52 + self.say(sample.said, x + 52, self.y + 25, 26, GREY, room=400) + 36
        self.y += 44

    def head(self, board: Board, *notes: str) -> None:
        """Title, headline, and until when it counts, with what else is to be known first."""
        lines = clauses(headline(board), ROOM, _HEADLINE, _LINES)
        self.y = 96 + len(lines) * _HEADLINE * 1.32 + 76
        self.fill(rectangle(0, 0, WIDTH, self.y), HEAD)
        self.say(boards.subtitle(board), EDGE, 68, 30, ON_HEAD, room=ROOM)
        for place, line in enumerate(lines):
            self.say(line, EDGE, 96 + 54 + place * _HEADLINE * 1.32, _HEADLINE, PAPER, strong=True)
        note = " · ".join(part for part in (boards.counted_until(board), *notes) if part)
        self.say(note, EDGE, self.y - 32, 28, ON_HEAD, room=ROOM)
        self.y += 32

    def foot(self, stamp: Stamp, how_to_ask: str) -> None:
        """How to ask on, whose it is, and when it was drawn; then the watermark over all of it."""
        self.y += 20
        if how_to_ask:
            self.say(how_to_ask, EDGE, self.y + 26, 26, FAINT, room=ROOM)
            self.y += 44
        self.rule()
        moment = measured.moment(stamp.moment)
        wide = self.say(moment, RIGHT, self.y + 46, 26, FAINT, anchor=Anchor.RIGHT)
        whose = " · ".join(part for part in (stamp.company, stamp.recipient) if part)
        self.say(whose, EDGE, self.y + 46, 26, FAINT, room=ROOM - wide - 24)
        self.y += 76
        recipient = fit(stamp.recipient, _LONG - breadth(f" {moment}", _MARK), _MARK)
        self._watermark(fit(stamp.company, _LONG, _MARK), " ".join(part for part in (recipient, moment) if part))

    def _watermark(self, *lines: str) -> None:
        """These lines again and again, slanting, and so faint that everything can be read through them."""
        slant = radians(_TURNED)
        for place, y in enumerate(range(170, int(self.y) + _DOWN, _DOWN)):
            for x in range(-80 - place % 2 * _ACROSS // 2, WIDTH, _ACROSS):
                for number, said in enumerate(filter(None, lines)):
                    below = number * _MARK * 1.4
                    self.marks.append(Words(
                        said, x + below * sin(slant), y + below * cos(slant), _MARK, GREY, Anchor.LEFT,
                        turned=_TURNED, opacity=_OPACITY,
                    ))  # fmt: skip


def _tag_breadth(number: int, size: float) -> float:
    return max(breadth(str(number), size) + size * 5 / 6, size * 5 / 3)
