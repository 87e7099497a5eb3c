"""渠道: what each channel brought, what became of it, what it cost, and whether that was worth it."""

from decimal import Decimal

from cards.pictures.colours import BLUE, FAINT, GREY, INK, PALE, RED
from cards.pictures.marks import Anchor, rounded
from cards.pictures.sheet import EDGE, RIGHT, ROOM, Sheet
from cards.texts import board_facts as facts
from cards.texts import measured
from core.reports.results import Board, Measure, Source, Sources

_ROW, _BAR = 142, 16
_LEADS_X, _PAID_X, _COST_X, _ROI_X = 392, 648, 846, RIGHT - 24  # right edges of the columns
_TO_TAG, _ABOVE = 8, 9  # from a figure to its number, and how far this stands above the base line
_TOP = 14  # channels with a row of their own


def draw(sheet: Sheet, board: Board, content: Sources) -> None:
    """A row a channel, those that brought most first, and all of them together."""
    sheet.head(board, "放款按最后一次来的渠道算" if content.last_touch else "放款按首次来的渠道算")
    for said, x in (("线索", _LEADS_X), ("放款", _PAID_X), ("成本", _COST_X), ("ROI", _ROI_X)):
        sheet.say(said, x, sheet.y + 26, 26, FAINT, anchor=Anchor.RIGHT)
    sheet.say("渠道 · 蓝条为线索", EDGE, sheet.y + 26, 26, FAINT)
    sheet.y += 44
    most = max((row.leads for row in content.rows), default=0) or 1
    for row in content.rows[:_TOP]:
        _row(sheet, row, most)
        sheet.rule()
    left_out = content.rows[_TOP:]
    if left_out:
        leads, paid = sum(row.leads for row in left_out), sum(row.disbursed_fen for row in left_out)
        said = f"其余 {len(left_out)} 个渠道：线索 {leads:,}，放款 {measured.value(paid, Measure.MONEY)}"
        sheet.say(said, EDGE, sheet.y + 52, 30, GREY, room=ROOM)
        sheet.y += 84
    sheet.panel(_ROW - 30)
    _numbers(sheet, content.total, sheet.y + 52, name="合计")
    sheet.y += _ROW - 20


def _row(sheet: Sheet, row: Source, most: int) -> None:
    wide = _numbers(sheet, row, sheet.y + 46)
    sheet.say(facts.name(row.channel), EDGE, sheet.y + 46, 34, room=_LEADS_X - EDGE - wide - 24)
    top = sheet.y + 104
    sheet.fill(rounded(EDGE, top, RIGHT, top + _BAR, _BAR / 2), PALE)
    sheet.bar(EDGE, top, EDGE + ROOM * row.leads / most, top + _BAR, BLUE)
    sheet.y += _ROW


def _numbers(sheet: Sheet, row: Source, base: float, name: str = "") -> float:
    """The figures of a row, below each what belongs to it; how broad the leftmost one is."""
    if name:
        sheet.say(name, EDGE + 24, base + 8, 36, strong=True)
    leads = measured.value(row.leads, Measure.COUNT)
    wide = sheet.say(leads, _LEADS_X, base, 34, anchor=Anchor.RIGHT, strong=True, room=180)
    sheet.small_tag(row.number, _LEADS_X + _TO_TAG, base - _ABOVE)
    sheet.say(f"进件 {row.applications:,}", _LEADS_X, base + 38, 24, GREY, anchor=Anchor.RIGHT, room=180)
    sheet.small_tag(row.applications_number, _LEADS_X + _TO_TAG, base + 38 - _ABOVE)
    paid = measured.value(row.disbursed_fen, Measure.MONEY)
    sheet.say(paid, _PAID_X, base, 34, INK if row.disbursed else FAINT, anchor=Anchor.RIGHT, room=190)
    sheet.small_tag(row.lent_number, _PAID_X + _TO_TAG, base - _ABOVE)
    sheet.say(f"{row.disbursed:,} 笔", _PAID_X, base + 38, 24, GREY, anchor=Anchor.RIGHT, room=190)
    sheet.small_tag(row.loans_number, _PAID_X + _TO_TAG, base + 38 - _ABOVE)
    cost = measured.value(row.cost_fen, Measure.MONEY)
    sheet.say(cost, _COST_X, base, 34, anchor=Anchor.RIGHT, room=146)
    if row.cost_fen and row.leads:
        each = measured.value(Decimal(row.cost_fen) / row.leads, Measure.MONEY)
        sheet.say(f"每条 {each}", _COST_X, base + 38, 24, GREY, anchor=Anchor.RIGHT, room=146)
    if row.roi is not None:
        colour = BLUE if row.roi >= 0 else RED
        sheet.say(measured.percent(row.roi), _ROI_X, base, 34, colour, anchor=Anchor.RIGHT, room=146)
        sheet.say("赚" if row.roi >= 0 else "亏", _ROI_X, base + 38, 24, colour, anchor=Anchor.RIGHT)
    else:
        sheet.say(measured.UNKNOWN, _ROI_X, base, 34, FAINT, anchor=Anchor.RIGHT)
    return wide
