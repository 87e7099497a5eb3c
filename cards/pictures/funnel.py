"""漏斗: how far those that came in have come, stage by stage, beside what happened within the period."""

from cards.pictures.colours import BLUE, FAINT, INK, PAPER, RED, SKY
from cards.pictures.marks import Anchor, rounded
from cards.pictures.sheet import EDGE, RIGHT, ROOM, Sheet
from cards.texts import board_facts as facts
from cards.texts import measured
from cards.typeface import breadth
from core.reports.results import Board, Funnel, FunnelStage

_MIDDLE, _WIDEST = 548, 456
_BAR, _STEP = 76, 164  # how high a bar is, and from one to the next
_NAMES = 248  # room of a stage's name
_COUNT_X = RIGHT - 64


def draw(sheet: Sheet, board: Board, content: Funnel) -> None:
    """A bar a stage, as broad as it has of those that came in, and between two what share goes on."""
    sheet.head(board)
    if not content.stages:
        return
    sheet.say("阶段", EDGE, sheet.y + 26, 26, FAINT)
    sheet.say("这批走到哪", _MIDDLE, sheet.y + 26, 26, FAINT, anchor=Anchor.CENTRE)
    sheet.say("期内发生", _COUNT_X, sheet.y + 26, 26, FAINT, anchor=Anchor.RIGHT)
    sheet.y += 52
    most = max((stage.cohort for stage in content.stages), default=0) or 1
    worst = facts.weakest(content)
    above: FunnelStage | None = None
    for place, stage in enumerate(content.stages):
        if above:
            _between(sheet, above, stage, most, weakest=place == worst)
        _stage(sheet, stage, most)
        above = stage
    sheet.y += 36
    for line in ("这批：这段时间进来的，到截至时各走到了哪一步", "期内发生：这段时间里走到这一步的，也含以前进来的"):
        sheet.say(line, EDGE, sheet.y + 28, 26, FAINT, room=ROOM)
        sheet.y += 40


def _half(cohort: int, most: int) -> float:
    return max(_WIDEST * cohort / most / 2, 3 if cohort else 1)


def _stage(sheet: Sheet, stage: FunnelStage, most: int) -> None:
    top, half = sheet.y, _half(stage.cohort, most)
    sheet.fill(rounded(_MIDDLE - half, top, _MIDDLE + half, top + _BAR, 4), BLUE)
    said = f"{stage.cohort:,}"
    behind = _MIDDLE + half + 14
    if breadth(said, 36) + 24 < 2 * half:
        sheet.say(said, _MIDDLE, top + 51, 36, PAPER, anchor=Anchor.CENTRE, strong=True)
    else:
        behind += sheet.say(said, behind, top + 51, 36, INK, strong=True) + 14
    sheet.small_tag(stage.cohort_number, behind, top + 38)
    sheet.say(facts.name(stage.name), EDGE, top + 50, 34, room=_NAMES)
    sheet.say(f"{stage.count:,}", _COUNT_X, top + 48, 34, anchor=Anchor.RIGHT, room=130)
    sheet.tag(stage.number, RIGHT, top + 37)
    sheet.y += _BAR


def _between(sheet: Sheet, above: FunnelStage, stage: FunnelStage, most: int, *, weakest: bool) -> None:
    """What share of those above comes to this stage; the place where most are lost is marked."""
    top, below = sheet.y, sheet.y + _STEP - _BAR
    first, second = _half(above.cohort, most), _half(stage.cohort, most)
    sheet.fill((
        (_MIDDLE - first + 6, top), (_MIDDLE + first - 6, top), (_MIDDLE + second, below), (_MIDDLE - second, below)
    ), SKY)  # fmt: skip
    part = facts.passing(above, stage)
    if part is not None:
        said = f"↓ {measured.percent(part)}" + (" 掉得最多" if weakest else "")
        wide = breadth(said, 28) + 36
        sheet.fill(rounded(_MIDDLE - wide / 2, top + 18, _MIDDLE + wide / 2, top + 70, 26), RED if weakest else PAPER)
        sheet.say(said, _MIDDLE, top + 54, 28, PAPER if weakest else INK, anchor=Anchor.CENTRE)
    sheet.y = below
