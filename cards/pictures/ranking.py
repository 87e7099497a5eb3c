"""龙虎榜: a row for each of the best, bars from one zero line, and in words who comes after them."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.pictures.colours import AMBER, BLUE, BRONZE, FAINT, GREY, INK, PALE, RED, SILVER
from cards.pictures.lettering import listed
from cards.pictures.marks import Anchor, disc, rounded
from cards.pictures.sheet import EDGE, RIGHT, ROOM, Form, Sample, Sheet
from cards.texts import board_facts as facts
from cards.texts import boards, measured
from cards.typeface import breadth
from core.reports.results import Board, Ranking, RankRow, Value

_ROW, _NAME_X, _VALUE_X, _MOVED_X = 104, 140, 850, 950
_BAR_TOP, _BAR = 64, 16
_MEDALS = {1: (AMBER, INK), 2: (SILVER, INK), 3: (BRONZE, INK)}
_LINES, _SMALL = 5, 28  # of names without a row of their own, and their size


def draw(sheet: Sheet, board: Board, content: Ranking) -> None:
    """All rows of a small board, the first of a large one and the rest in words."""
    sheet.head(board, boards.target_of_each(content))
    if not content.rows:
        return
    shown = len(content.rows) if len(content.rows) <= facts.WHOLE else facts.TOP
    scale = _scale(content)
    moves = any(row.moved is not None for row in content.rows)
    _legend(sheet, board, content, moves=moves)
    for row in content.rows[:shown]:
        _row(sheet, content, row, scale, moves=moves)
    if shown < len(content.rows):
        _rest(sheet, content, shown)


def _legend(sheet: Sheet, board: Board, content: Ranking, *, moves: bool) -> None:
    parts = [Sample(BLUE, content.metric)]
    if any(facts.target_of(content, row) is not None for row in content.rows):
        parts.append(Sample(RED, "目标", Form.UPRIGHT))
    sheet.legend(*parts)
    if moves:
        said = f"▲▼ 名次较{measured.before(board.period, board.as_of)}"
        sheet.say(said, _MOVED_X, sheet.y - 19, 26, GREY, anchor=Anchor.RIGHT)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a value lies on the bars."""

    least: float
    most: float

    def x(self, value: Value) -> float:
        """Pixels from the left edge."""
        part = (float(value) - self.least) / (self.most - self.least)
        return _NAME_X + part * (_VALUE_X - _NAME_X)


def _scale(content: Ranking) -> _Scale:
    targets = [facts.target_of(content, row) for row in content.rows]
    values = [float(value) for value in (*(row.value for row in content.rows), *targets) if value is not None]
    least, most = min(0.0, *values), max(0.0, *values)
    return _Scale(least, most if most > least else least + 1)


def _row(sheet: Sheet, content: Ranking, row: RankRow, scale: _Scale, *, moves: bool) -> None:
    top = sheet.y
    _place(sheet, row, top + 52)
    wide = sheet.say(
        measured.value(row.value, content.measure), _VALUE_X, top + 46, 38, INK if row.value else FAINT,
        anchor=Anchor.RIGHT, strong=bool(row.value),
    )  # fmt: skip
    room = _VALUE_X - _NAME_X - wide - 28
    used = sheet.say(facts.name(row.name), _NAME_X, top + 45, 36, room=room)
    if room - used > 90:
        sheet.say(row.department, _NAME_X + used + 16, top + 44, 26, FAINT, room=room - used - 16)
    _bar(sheet, content, row, scale)
    if moves:
        _moved(sheet, row, top + 44)
    sheet.tag(row.number, RIGHT, top + 35)
    sheet.y += _ROW
    sheet.line((_NAME_X, sheet.y), (RIGHT, sheet.y), colour=PALE)


def _place(sheet: Sheet, row: RankRow, middle: float) -> None:
    said = str(row.rank)
    if row.rank in _MEDALS and row.value:
        fill, colour = _MEDALS[row.rank]
        sheet.fill(disc(EDGE + 36, middle, 32), fill)
        sheet.say(said, EDGE + 36, middle + 13, 38, colour, anchor=Anchor.CENTRE, strong=True)
    else:
        sheet.say(said, EDGE + 36, middle + 12, 34, GREY, anchor=Anchor.CENTRE)


def _bar(sheet: Sheet, content: Ranking, row: RankRow, scale: _Scale) -> None:
    top, zero = sheet.y + _BAR_TOP, scale.x(0)
    x = scale.x(row.value) if row.value >= 0 else min(scale.x(row.value), zero - 3)
    sheet.fill(rounded(_NAME_X, top, _VALUE_X, top + _BAR, _BAR / 2), PALE)
    sheet.bar(min(zero, x), top, max(zero, x), top + _BAR, BLUE if row.value >= 0 else RED)
    if scale.least < 0:
        sheet.line((zero, top - 4), (zero, top + _BAR + 4), colour=FAINT)
    target = facts.target_of(content, row)
    if target is not None:
        at = scale.x(target)
        sheet.line((at, top - 6), (at, top + _BAR + 6), colour=RED, broad=4)


def _moved(sheet: Sheet, row: RankRow, base: float) -> None:
    """By how many places since the board before."""
    said, colour = boards.moved(row), GREY
    if row.moved:
        said = f"{'▲' if row.moved > 0 else '▼'}{abs(row.moved)}"
        colour = BLUE if row.moved > 0 else RED
    elif row.moved == 0:
        said, colour = "–", FAINT
    sheet.say(said, _MOVED_X, base, 28, colour, anchor=Anchor.RIGHT, room=90)


def _rest(sheet: Sheet, content: Ranking, shown: int) -> None:
    """Who has no row: how many, what it adds up to, and the names as far as there is room."""
    rows, left = content.rows[shown:], facts.rest(content, shown)
    some = [f"{facts.name(row.name)} {measured.value(row.value, content.measure)}" for row in rows if row.value]
    sheet.y += 28
    top, at = sheet.y, len(sheet.marks)
    sheet.say(boards.rest_said(content, left), EDGE + 28, top + 56, 34, strong=True, room=ROOM - 56)
    sheet.y += 84
    last = content.rows[shown - 1].rank
    tied = sum(row.rank == last for row in rows)
    if tied and content.rows[shown - 1].value:
        sheet.say(f"其中 {tied} {facts.counted_in(content)}与第 {last} 名并列", EDGE + 28, sheet.y + 22, 28, GREY)
        sheet.y += 44
    _names(sheet, some, f"{left.some} {facts.counted_in(content)}")
    _names(sheet, left.nothing, f"{len(left.nothing)} {facts.counted_in(content)}", begin="为 0：")
    sheet.y += 20
    foot, sheet.y = sheet.y, top
    below = sheet.marks[at:]
    del sheet.marks[at:]
    sheet.panel(foot - top)
    sheet.marks += below
    sheet.y = foot


def _names(sheet: Sheet, names: Sequence[str], all_of_them: str, begin: str = "") -> None:
    """As many names as there is room for, and of how many."""
    if not names:
        return
    names = [f"{begin}{names[0]}", *names[1:]]
    more = f"…等 {all_of_them}"
    lines, told = listed(names, ROOM - 56, _SMALL, _LINES, breadth(more, _SMALL) + 24)
    for line in lines:
        sheet.say(line, EDGE + 28, sheet.y + 30, _SMALL, GREY)
        sheet.y += 44
    if told < len(names):
        sheet.say(more, RIGHT - 28, sheet.y - 14, _SMALL, anchor=Anchor.RIGHT)
    sheet.y += 12
