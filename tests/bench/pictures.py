"""Boards as pictures: against matplotlib that is given the same marks, how many a minute, and whether memory stays."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO

from cards.pictures.marks import Area, Mark, Stroke, Words
from cards.pictures.stamp import Stamp
from core.reports.periods import month_of
from core.reports.results import Board, Funnel, FunnelStage, KeyFigures, Measure, Ranking, RankRow
from core.reports.results import Figure as Shown
from tests.bench.figures import Figure, Wish
from tests.bench.stand import ROOT, resident_mb

PEOPLE, PICTURES = 500, 1000
_AS_OF = datetime(2026, 11, 28, 10, 5, tzinfo=UTC)
_MONTH = month_of(date(2026, 11, 28), date(2026, 11, 28))
_STAMP = Stamp("驼铃助贷", "巴特尔·孟和", _AS_OF)
_WARM = 100  # pictures after which caches are full


def measure(*, rounds: int, pictures: int) -> list[Figure]:
    """Seconds of a picture, pictures a minute, and MB after many of them."""
    figures = [
        _against_bare("picture of a ranking of 500", ranking(PEOPLE, 0), rounds),
        _against_bare("picture of key figures", key_figures(0), rounds),
        _against_bare("picture of a funnel", funnel(0), rounds),
    ]
    return [*figures, _a_minute(rounds), _memory(pictures)]


def ranking(people: int, turn: int) -> Board:
    """A leaderboard; each turn has other names and values."""
    values = sorted(((number * 7919 + turn * 31) % 300 for number in range(people)), reverse=True)
    rows = tuple(
        RankRow(
            place, values.index(value) + 1, f"员工{turn}{place:03}", "呼和浩特/一部", value * 1_000_000, place % 5 - 2
        )
        for place, value in enumerate(values, 1)
    )
    content = Ranking("放款金额", Measure.MONEY, rows, sum(row.value for row in rows), 200_000_000)
    return Board("排行", "", _MONTH, _AS_OF, content)


def key_figures(turn: int) -> Board:
    """Eight tiles."""
    shown = tuple(Shown(n, f"指标{n}", Measure.COUNT, 1000 + turn + n, 900, 800, 1200) for n in range(1, 9))
    return Board("看板", "", _MONTH, _AS_OF, KeyFigures(shown))


def funnel(turn: int) -> Board:
    """Six stages."""
    stages = tuple(FunnelStage(n, f"阶段{n}", 1000 // n + turn, 900 // n) for n in range(1, 7))
    return Board("漏斗", "", _MONTH, _AS_OF, Funnel(stages))


def _against_bare(name: str, board: Board, rounds: int) -> Figure:
    from cards.pictures.drawing import draw, lay_out
    from cards.pictures.sheet import WIDTH

    sheet = lay_out(board, _STAMP)
    bare = _bare(sheet.marks, WIDTH, round(sheet.y))
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(2 * rounds + 1):
        ours.append(_seconds(partial(draw, board, _STAMP)))
        floor.append(_seconds(bare))
    return Figure(name, "s", tuple(ours[1:]), tuple(floor[1:]), Wish("ratio", most=1.2))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _bare(marks: Sequence[Mark], width: int, height: int) -> Callable[[], bytes]:
    """What somebody writes who has nothing but matplotlib and knows where everything goes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Paper
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Polygon
    from matplotlib.patheffects import withStroke
    from pylopdf_fonts_zh_cn import sans_path

    font = str(sans_path())

    def bare() -> bytes:
        paper = Paper(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasAgg(paper)
        axes = paper.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        for order, mark in enumerate(marks):
            match mark:
                case Area():
                    axes.add_patch(Polygon(mark.points, facecolor=mark.fill, zorder=order))
                case Stroke():
                    across, down = zip(*mark.points, strict=True)
                    style = "--" if mark.dashed else "-"
                    axes.plot(across, down, style, color=mark.colour, linewidth=mark.broad, zorder=order)
                case Words():
                    effects = [withStroke(linewidth=mark.size * 0.035, foreground=mark.colour)] if mark.strong else None
                    axes.text(
                        mark.x, mark.y, mark.text, color=mark.colour, ha=mark.anchor.value, zorder=order,
                        fontproperties=FontProperties(fname=font, size=mark.size), rotation=mark.turned,
                        rotation_mode="anchor", alpha=mark.opacity, path_effects=effects, parse_math=False,
                    )  # fmt: skip
        file = BytesIO()
        paper.savefig(file, format="png")
        return file.getvalue()

    return bare


def _a_minute(rounds: int) -> Figure:
    """By one thread, of all kinds by turns."""
    from cards.pictures.drawing import draw

    def some(turn: int) -> list[bytes]:
        return [draw(board, _STAMP) for board in (ranking(PEOPLE, turn), key_figures(turn), funnel(turn))]

    rates = []
    for turn in range(2 * rounds + 1):
        began = time.process_time()  # of a core, whatever else is done on the machine
        some(turn)
        rates.append(3 * 60 / (time.process_time() - began))
    return Figure("pictures a minute of one core", "1/min", tuple(rates[1:]), (), Wish("ours", least=60))


def _memory(pictures: int) -> Figure:
    """A process of its own, after few pictures and after many."""
    command = [sys.executable, "-m", "tests.bench.pictures", str(pictures)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    few, many = json.loads(run.stdout)
    name = f"memory after {pictures:,} pictures, to after {_few(pictures)}"
    return Figure(name, "MB", (many,), (few,), Wish("ratio", most=1.1))


def _few(pictures: int) -> int:
    return min(_WARM, pictures // 2)


def _draw_many(pictures: int) -> list[float]:
    from cards.pictures.drawing import draw

    after: list[float] = []
    for turn in range(pictures):
        draw((ranking(12, turn), key_figures(turn), funnel(turn))[turn % 3], _STAMP)
        if turn + 1 in (_few(pictures), pictures):
            after.append(resident_mb(os.getpid()))
    return after


if __name__ == "__main__":
    print(json.dumps(_draw_many(int(sys.argv[1]))))  # noqa: T201
