"""看板: a tile for each metric: its value, what it is compared with, and how far it is to the target."""

from cards.pictures.colours import AMBER, BLUE, FAINT, GREY, INK, PALE, RED, RULE
from cards.pictures.marks import Anchor, rounded
from cards.pictures.sheet import EDGE, Sheet
from cards.texts import board_facts as facts
from cards.texts import measured
from core.reports.results import Board, Figure, KeyFigures, Value

_GAP, _WIDE, _IN = 24, 480, 28
_HIGH, _WITH_TARGET = 240, 322
_TOP = 20  # tiles


def draw(sheet: Sheet, board: Board, content: KeyFigures) -> None:
    """Two tiles a row."""
    sheet.head(board)
    shown = content.figures[:_TOP]
    for place in range(0, len(shown), 2):
        pair = shown[place : place + 2]
        high = _WITH_TARGET if any(figure.target is not None for figure in pair) else _HIGH
        for column, figure in enumerate(pair):
            _tile(sheet, board, figure, EDGE + column * (_WIDE + _GAP), high)
        sheet.y += high + _GAP
    if len(content.figures) > _TOP:
        sheet.say(f"还有 {len(content.figures) - _TOP} 项没有画出", EDGE, sheet.y + 36, 30, GREY)
        sheet.y += 56


def _tile(sheet: Sheet, board: Board, figure: Figure, left: float, high: float) -> None:
    top, right = sheet.y, left + _WIDE - _IN
    sheet.fill(rounded(left, top, left + _WIDE, top + high, 20), PALE)
    left += _IN
    wide = sheet.tag(figure.number, right, top + 42)
    sheet.say(facts.name(figure.name), left, top + 52, 30, GREY, room=right - left - wide - 16)
    said = measured.value(figure.value, figure.measure)
    size = 60 if len(said) <= 9 else 44
    sheet.say(said, left, top + 126, size, INK if figure.value else FAINT, strong=True, room=right - left)
    _compared(sheet, figure, figure.before, measured.before(board.period, board.as_of), left, top + 174)
    _compared(sheet, figure, figure.year_ago, measured.year_ago(board.period), left, top + 212)
    if figure.target is not None:
        _target(sheet, figure, left, right, top + 240)


def _compared(sheet: Sheet, figure: Figure, other: Value | None, called: str, left: float, base: float) -> None:
    said = measured.changed(figure.value, other, figure.measure)
    if not said or not called:
        return
    rose = said.startswith("+")
    x = left + 8 + sheet.say(f"较{called}", left, base, 26, GREY)
    if said == "持平":
        sheet.say(said, x, base, 26, GREY)
        return
    good = rose != figure.good_is_low
    sheet.say(
        f"{'▲' if rose else '▼'}{said.lstrip('+-')}", x, base, 26, BLUE if good else RED, room=_WIDE - _IN - (x - left)
    )


def _target(sheet: Sheet, figure: Figure, left: float, right: float, top: float) -> None:
    part = measured.attained(figure.value, figure.target, good_is_low=figure.good_is_low)
    sheet.fill(rounded(left, top, right, top + 16, 8), RULE)
    if part:
        share = min(float(part), 1.0)
        sheet.bar(left, top, left + max(share, 0) * (right - left), top + 16, BLUE if part >= 1 else AMBER)
    aim = f"目标 {measured.value(figure.target, figure.measure)}"
    done = f"完成 {measured.attainment(part)}" if part is not None else ""
    wide = sheet.say(done, right, top + 54, 26, INK, anchor=Anchor.RIGHT)
    sheet.say(aim, left, top + 54, 26, GREY, room=right - left - wide - 12)
