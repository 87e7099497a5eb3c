"""走势: a metric day by day. What adds up is drawn as it adds up, beside the period before and the target, and each day
below; of what does not (shares, days) each day is drawn beside that of the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from math import ceil, floor, log10

from cards.pictures.colours import BLUE, FAINT, GREY, PAPER, RED, RULE
from cards.pictures.marks import Anchor, disc, rounded
from cards.pictures.sheet import EDGE, RIGHT, Form, Sample, Sheet
from cards.texts import board_facts as facts
from cards.texts import measured
from cards.typeface import breadth
from core.reports.results import Board, Measure, Trend, Value

_LEFT, _HIGH, _LOW = 168, 620, 240
_MOST_BARS = 62  # days: of more each is too thin to be told apart
_LINES = 4  # level lines of a chart, about


@dataclass(frozen=True, slots=True)
class _Chart:
    """A field of the sheet, in which days lie from left to right and values from the bottom to the top."""

    top: float
    bottom: float
    days: int
    least: float
    most: float

    def x(self, place: int) -> float:
        """Of a day, from 0."""
        return _LEFT + 24 + (RIGHT - _LEFT - 48) * (place / (self.days - 1) if self.days > 1 else 0.5)

    def y(self, value: float) -> float:
        """Of a value."""
        return self.bottom - (value - self.least) / (self.most - self.least) * (self.bottom - self.top)


def draw(sheet: Sheet, board: Board, content: Trend) -> None:
    """The lines, and of what adds up the days below."""
    sheet.head(board)
    if not content.days:
        return
    adding = facts.adds_up(content)
    now, before = [float(value) for _, value in content.days], [float(value) for value in content.before]
    now, before = ([*accumulate(now)], [*accumulate(before)]) if adding else (now, before)
    called = measured.before(board.period, board.as_of).removesuffix("同期")
    parts = [Sample(BLUE, content.metric + ("（累计）" if adding else ""))]
    parts += [Sample(FAINT, called, Form.DASHES)] if before else []
    if content.target is not None:
        parts.append(Sample(RED, f"目标 {measured.value(content.target, content.measure)}", Form.DASHES))
    sheet.legend(*parts)
    _lines(sheet, content, now, before)
    if adding and len(now) <= _MOST_BARS:
        _days(sheet, content)


def _lines(sheet: Sheet, content: Trend, now: Sequence[float], before: Sequence[float]) -> None:
    aim = [] if content.target is None else [float(content.target)]
    top = sheet.y + 48
    chart = _chart(top, top + _HIGH, max(len(now), len(before)), [*now, *before, *aim], content.measure, sheet)
    _dates(sheet, content, chart)
    if content.target is not None:
        y = chart.y(float(content.target))
        sheet.line((_LEFT, y), (RIGHT, y), colour=RED, broad=4, dashed=True)
    if before:
        sheet.line(*_points(chart, before), colour=FAINT, broad=4, dashed=True)
    sheet.line(*_points(chart, now), colour=BLUE, broad=7)
    x, y = chart.x(len(now) - 1), chart.y(now[-1])
    sheet.fill(disc(x, y, 12), BLUE)
    last = measured.value(_exact(now[-1], content.measure), content.measure)
    half = breadth(last, 34) / 2 + 8
    middle = min(max(x, _LEFT + half), RIGHT - half)
    sheet.fill(rounded(middle - half, y - 56, middle + half, y - 16, 8), PAPER)  # no line goes through the number
    sheet.say(last, middle, y - 24, 34, BLUE, anchor=Anchor.CENTRE, strong=True)
    sheet.y = chart.bottom + 64


def _points(chart: _Chart, values: Sequence[float]) -> list[tuple[float, float]]:
    """The line's points; of one day alone a short level line."""
    if len(values) == 1:
        return [(chart.x(0) - 14, chart.y(values[0])), (chart.x(0) + 14, chart.y(values[0]))]
    return [(chart.x(place), chart.y(value)) for place, value in enumerate(values)]


def _days(sheet: Sheet, content: Trend) -> None:
    """Each day's own, the best one with its number."""
    sheet.say("每天", EDGE, sheet.y + 40, 32, strong=True)
    values = [float(value) for _, value in content.days]
    day, most = max(content.days, key=lambda each: each[1])
    best = f"最高 {day.month}月{day.day}日 {measured.value(most, content.measure)}" if most > 0 else ""
    sheet.say(best, RIGHT, sheet.y + 40, 28, GREY, anchor=Anchor.RIGHT)
    top = sheet.y + 80
    chart = _chart(top, top + _LOW, max(len(values), len(content.before)), values, content.measure, sheet, lines=2)
    half = min((RIGHT - _LEFT - 48) / max(chart.days, 1) * 0.36, 40)
    zero = chart.y(0)
    for place, value in enumerate(values):
        if value:
            x, y = chart.x(place), chart.y(value)
            colour = BLUE if value > 0 else RED
            sheet.fill(((x - half, zero), (x + half, zero), (x + half, y), (x - half, y)), colour)
    sheet.y = chart.bottom + 24


def _chart(
    top: float, bottom: float, days: int, values: Sequence[float], measure: Measure, sheet: Sheet, lines: int = _LINES
) -> _Chart:
    """A field for these values, with its level lines and what they stand for."""
    levels = _levels(min(0.0, *values, 0.0), max(0.0, *values, 0.0), lines, measure)
    chart = _Chart(top, bottom, days, levels[0], levels[-1])
    for level in levels:
        sheet.line((_LEFT, chart.y(level)), (RIGHT, chart.y(level)), colour=FAINT if level == 0 else RULE)
        said = measured.value(_exact(level, measure), measure)
        sheet.say(said, _LEFT - 14, chart.y(level) + 9, 26, FAINT, anchor=Anchor.RIGHT, room=_LEFT - 30)
    return chart


def _exact(level: float, measure: Measure) -> Value:
    return Decimal(f"{level:.6g}") if measure in (Measure.SHARE, Measure.DAYS) else round(level)


def _levels(least: float, most: float, lines: int, measure: Measure) -> list[float]:
    """Round values from below the least to above the most, 0 among them."""
    unit = 100.0 if measure is Measure.MONEY else 1.0  # levels are whole yuan
    span = (most - least) / unit or 1.0
    rough = span / lines
    power = 10.0 ** floor(log10(rough))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough * 0.999)
    if measure in (Measure.COUNT, Measure.MONEY):
        step = max(float(ceil(step)), 1.0)
    first, last = floor(least / unit / step - 1e-9) if least < 0 else 0, ceil(most / unit / step - 1e-9)
    return [number * step * unit for number in range(first, max(last, first + 1) + 1)]


def _dates(sheet: Sheet, content: Trend, chart: _Chart) -> None:
    """Days of the axis: about seven, the first one among them."""
    every = max(ceil(chart.days / 7), 1)
    for place in range(0, chart.days, every):
        if place < len(content.days):
            day = content.days[place][0]
            said = f"{day.month}/{day.day}" if place == 0 or day.day == 1 or chart.days > 31 else str(day.day)
        else:
            said = str(place + 1)
        sheet.say(said, chart.x(place), chart.bottom + 40, 26, GREY, anchor=Anchor.CENTRE)
