"""What the bench measures, as values: our samples, the floor's samples of the same run, and the wish."""

import math
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. `of` is `ratio` (ours to floor) or `ours`; it is met from `least` up, or up to `most`."""

    of: str
    least: float | None = None
    most: float | None = None

    def is_met(self, value: float) -> bool:
        """True if `value` lies within the wish."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        sign, limit = (">=", self.least) if self.least is not None else ("<=", self.most)
        return f"{'ratio ' if self.of == 'ratio' else ''}{sign} {limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Samples of `ours` and `floor` were taken by turns; `floor` and `wish` may be missing."""

    name: str
    unit: str
    ours: tuple[float, ...]
    floor: tuple[float, ...] = ()
    wish: Wish | None = None

    @property
    def ratio(self) -> float | None:
        """Median of ours by median of the floor."""
        return median(self.ours) / median(self.floor) if self.floor and median(self.floor) else None

    @property
    def is_met(self) -> bool | None:
        """Whether the wish is met; None without one."""
        if self.wish is None:
            return None
        value = self.ratio if self.wish.of == "ratio" else median(self.ours)
        return value is not None and self.wish.is_met(value)


def table(figures: Sequence[Figure]) -> Table:
    """All figures, each beside its floor."""
    shown = Table(title="make bench", caption=machine(), header_style="bold")
    for heading in ("figure", "unit", "ours (least … most)", "floor (least … most)", "ratio", "wanted", "met"):
        right = heading.startswith(("ours", "floor", "ratio"))
        shown.add_column(heading, justify="right" if right else "left", overflow="fold")
    for figure in figures:
        ratio, met = figure.ratio, figure.is_met
        shown.add_row(
            figure.name,
            figure.unit,
            _spread(figure.ours),
            _spread(figure.floor),
            f"{ratio:.2f}" if ratio is not None else "",
            str(figure.wish or ""),
            "" if met is None else "yes" if met else "NO",
            style="red" if met is False else None,
        )
    return shown


def _spread(samples: Sequence[float]) -> str:
    if not samples:
        return ""
    if len(samples) == 1:
        return _number(samples[0])
    return f"{_number(median(samples))} ({_number(min(samples))} … {_number(max(samples))})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` (0 to 1) of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(round(len(ordered) * share, 6)) - 1)]


def machine() -> str:
    """The machine in one line: figures of two machines are not to be compared."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) // 1024**2 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    return (
        f"{os.cpu_count()} x {cpu}, {memory} GB; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; load before: {os.getloadavg()[0]:.1f}"
    )


def _lines(file: str) -> list[str]:
    path = Path(file)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
