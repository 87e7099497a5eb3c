"""The ground of a file: whose it is, so faint that everything can be read on it. Whoever shows it repeats it."""

from math import cos, radians, sin

from cards.pictures.colours import GREY
from cards.pictures.lettering import fit
from cards.pictures.marks import Anchor, Words
from cards.pictures.painting import paint
from cards.pictures.stamp import Stamp
from cards.texts import measured

WIDTH, HEIGHT = 560, 300
_SIZE, _TURNED, _OPACITY = 20, 20.0, 0.16
_ROOM = 470.0


def tile(stamp: Stamp, number: str) -> bytes:
    """A PNG with company, recipient, number and moment."""
    slant = radians(_TURNED)
    lines = filter(None, (stamp.company, f"{stamp.recipient} {number}", measured.moment(stamp.moment)))
    marks = [
        Words(
            fit(said, _ROOM, _SIZE), 60 + place * _SIZE * 1.5 * sin(slant), 210 + place * _SIZE * 1.5 * cos(slant),
            _SIZE, GREY, Anchor.LEFT, turned=_TURNED, opacity=_OPACITY,
        )
        for place, said in enumerate(lines)
    ]  # fmt: skip
    return paint(marks, WIDTH, HEIGHT)
