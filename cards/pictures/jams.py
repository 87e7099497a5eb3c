"""瓶颈: where applications wait, at which node and with whom, and how many of them too long."""

from collections.abc import Sequence

from cards.pictures.colours import BLUE, GREY, PALE, RED
from cards.pictures.marks import Anchor, rounded
from cards.pictures.sheet import EDGE, RIGHT, ROOM, Sample, Sheet
from cards.texts import board_facts as facts
from core.reports.results import Board, Jam, Jams

_ROW, _BAR = 116, 20
_TOP = 10  # rows of each kind
_BAR_RIGHT = RIGHT - 90


def draw(sheet: Sheet, board: Board, content: Jams) -> None:
    """A row for each node and each person, the worst first."""
    sheet.head(board)
    if not content.count:
        return
    sheet.legend(Sample(RED, "超时"), Sample(BLUE, "在时限内"))
    for title, jams in (("卡在哪个节点", content.nodes), ("等谁处理", content.people)):
        if jams:
            _part(sheet, title, jams)


def _part(sheet: Sheet, title: str, jams: Sequence[Jam]) -> None:
    sheet.say(title, EDGE, sheet.y + 52, 36, strong=True)
    sheet.y += 72
    most = max(jam.count for jam in jams) or 1
    for jam in jams[:_TOP]:
        _row(sheet, jam, most)
    left_out = jams[_TOP:]
    if left_out:
        said = f"其余 {len(left_out)} 个：{sum(jam.count for jam in left_out):,} 件"
        late = sum(jam.late for jam in left_out)
        sheet.say(f"{said}，{late:,} 件超时" if late else said, EDGE, sheet.y + 42, 30, GREY, room=ROOM)
        sheet.y += 68
    sheet.y += 16


def _row(sheet: Sheet, jam: Jam, most: int) -> None:
    top = sheet.y
    late = f"{jam.late:,} 件超时 · " if jam.late else ""
    count = f"{jam.count:,} 件"
    wide = sheet.say(count, _BAR_RIGHT, top + 44, 34, anchor=Anchor.RIGHT, strong=True)
    detail = f"{late}平均 {facts.days(jam.average_days)}"
    wide += 20 + sheet.say(detail, _BAR_RIGHT - wide - 20, top + 43, 26, RED if jam.late else GREY, anchor=Anchor.RIGHT)
    sheet.say(facts.name(jam.name), EDGE, top + 44, 34, room=_BAR_RIGHT - EDGE - wide - 24)
    left, long = float(EDGE), _BAR_RIGHT - EDGE
    sheet.fill(rounded(left, top + 64, _BAR_RIGHT, top + 64 + _BAR, _BAR / 2), PALE)
    sheet.bar(left, top + 64, left + long * jam.count / most, top + 64 + _BAR, BLUE)
    sheet.bar(left, top + 64, left + long * jam.late / most, top + 64 + _BAR, RED)
    sheet.tag(jam.number, RIGHT, top + 72)
    sheet.y += _ROW
