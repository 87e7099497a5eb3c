"""What must be so in any picture: where its words stand, that they are letters, and that it looks as it did."""

import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import combinations, groupby
from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread, imsave
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from cards.pictures.marks import Mark, Words
from cards.pictures.painting import DOTS, compose
from cards.typeface import Face, runs

_LAST_RESORT = Path(get_data_path(), "fonts", "ttf", "LastResortHE-Regular.ttf")
_BLOCK = 12  # pixels to one of a golden picture
_NEARLY = 0.012  # mean difference, of 1, that other versions of the font may make
_LOCALLY = 0.20  # and that of a single block, in one of its colours


@dataclass(frozen=True, slots=True)
class Box:
    """Where a line of words stands, in pixels from the upper left corner, as matplotlib draws it."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Do they share more than a touch?"""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 1 and high > 1


def boxes(marks: Sequence[Mark], width: float, height: float) -> list[Box]:
    """Of all words but the watermark."""
    shown = [mark for mark in marks if not (isinstance(mark, Words) and mark.opacity < 1)]
    figure = compose(shown, width, height)
    renderer = figure.canvas.get_renderer()
    found = []
    texts = sorted((text for text in figure.findobj(Text) if text.get_text()), key=Text.get_zorder)
    for _, pieces in groupby(texts, key=Text.get_zorder):  # of one mark, in several fonts
        drawn_as = list(pieces)
        left, low, right, high = Bbox.union([text.get_window_extent(renderer) for text in drawn_as]).extents
        found.append(Box("".join(map(Text.get_text, drawn_as)), left, height - high, right, height - low))
    return found


def out_of(width: float, height: float, found: Sequence[Box]) -> list[Box]:
    """Those that stand out of the picture."""
    return [box for box in found if box.left < 0 or box.top < 0 or box.right > width or box.bottom > height]


def upon_each_other(found: Sequence[Box]) -> list[tuple[str, str]]:
    """Those of which one lies upon another."""
    return [(first.text, second.text) for first, second in combinations(found, 2) if first.meets(second)]


def empty_boxes(marks: Sequence[Mark]) -> set[str]:
    """Characters that are drawn as a box: the one that a font has for those which it lacks, or that of matplotlib's
    font of last resort."""
    words = [mark for mark in marks if isinstance(mark, Words)]
    pieces = {(face, char) for mark in words for face, piece in runs(mark.text) for char in piece if not char.isspace()}
    return {char for face, char in pieces if _is_box(face, char)}


def _is_box(face: Face, char: str) -> bool:
    boxes_there_are = (drawn(face.value, "\U0010fffd"), drawn(_LAST_RESORT, char))
    return any(np.array_equal(drawn(face.value, char), box) for box in boxes_there_are)


@cache
def drawn(font: Path, char: str) -> NDArray[np.uint8]:
    """A character as the painter draws it: its pixels."""
    figure = Figure(figsize=(1, 1), dpi=DOTS)
    canvas = FigureCanvasAgg(figure)
    figure.text(0.1, 0.3, char, fontproperties=FontProperties(fname=str(font), size=36), parse_math=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it draws a box is what is looked for
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, 0].copy()


def differences(picture: bytes, golden: Path) -> str:
    """In what the picture is not as its golden one, which is kept in blocks of pixels; empty if it is."""
    blocks = in_blocks(picture)
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        imsave(golden, blocks)
    wanted = imread(golden)[:, :, :3]
    if wanted.shape != blocks.shape:
        return f"{blocks.shape} blocks, not {wanted.shape}"
    apart = np.abs(wanted - blocks).max(axis=2)
    if apart.mean() <= _NEARLY and apart.max() <= _LOCALLY:
        return ""
    row, column = np.unravel_index(apart.argmax(), apart.shape)
    where = f"{column * _BLOCK}, {row * _BLOCK}"
    return f"{apart.mean():.4f} on the average, {apart.max():.2f} at {where}"


def in_blocks(picture: bytes) -> NDArray[np.float64]:
    """The picture with each square of so many pixels as one: what is left is what lies where, in which colour."""
    pixels = imread(BytesIO(picture))[:, :, :3]
    high, wide = (side // _BLOCK * _BLOCK for side in pixels.shape[:2])
    cut = pixels[:high, :wide].reshape(high // _BLOCK, _BLOCK, wide // _BLOCK, _BLOCK, 3)
    return np.asarray(cut.mean(axis=(1, 3)), dtype=np.float64)


def said(marks: Sequence[Mark]) -> Iterator[str]:
    """All words of a picture but the watermark."""
    return (mark.text for mark in marks if isinstance(mark, Words) and mark.opacity == 1)
