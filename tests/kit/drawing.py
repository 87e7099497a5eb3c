"""Boards to send, and somebody who draws them: one grey block for each, so that a picture is known by its size.

drawer = BlockDrawer({"day": board(KEY_FIGURES)})
drawer.broken = True        # nothing can be drawn
"""

import struct
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from core.groups.guard import GroupBoard
from core.groups.rules import Group
from core.people.policy import Actor
from core.reports.periods import of_day
from core.reports.results import Board, Content, Figure, Jam, Jams, KeyFigures, Measure, Ranking, RankRow
from jobs.stage import Superseded

DAY = date(2026, 11, 24)
_LEADS, _PAID = Figure(1, "新增线索", Measure.COUNT, 128, 96), Figure(2, "放款金额", Measure.MONEY, 138_000_000)
KEY_FIGURES = KeyFigures((_LEADS, _PAID))
PEOPLE = Ranking("放款金额", Measure.MONEY, (RankRow(1, 1, "李娜", "呼和浩特/一部", 50_000_000),), 50_000_000)
DEPARTMENTS = replace(PEOPLE, rows=(RankRow(1, 1, "呼和浩特/一部", "", 50_000_000),), of_people=False)
JAMS = Jams(3, 1, (Jam(1, "初审", 3, 1, Decimal("1.5")),), (Jam(2, "刘芳", 3, 1, Decimal("1.5")),))


def board(content: Content = KEY_FIGURES, title: str = "日报", scope: str = "全公司", only: str = "") -> Board:
    """A board of one day."""
    return Board(title, scope, of_day(DAY), datetime(2026, 11, 24, 10, 5, tzinfo=UTC), content, only)


def png(width: int = 60, height: int = 80, noise: bytes = b"") -> bytes:
    """A grey PNG of this size; `noise` makes it longer."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x99" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    note = chunk(b"teXt", noise) if noise else b""
    parts = (chunk(b"IHDR", head), note, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@dataclass
class BlockDrawer:
    """Draws the boards that it has, by their references. `broken`: it cannot draw; `noise`: how many bytes too many.
    `drawn` counts its pictures; `words_of_group` is what it says of any board to a group."""

    boards: dict[str, Board] = field(default_factory=dict)
    broken: bool = False
    noise: int = 0
    drawn: int = 0
    words_of_group: str = ""

    def board(self, session: Session, ref: str, to: Actor | Group) -> Board | Superseded:  # noqa: ARG002
        return self.boards.get(ref, Superseded())

    def picture(self, board: Board, to: Actor) -> bytes:  # noqa: ARG002
        return self._png()

    def words(self, board: Board, to: Actor) -> str:
        return f"{board.title} {board.scope}，给{to.name}"

    def group_picture(self, board: GroupBoard, to: Group) -> bytes:  # noqa: ARG002
        return self._png()

    def group_words(self, board: GroupBoard, to: Group) -> str:
        return self.words_of_group or f"{board.board.title} {board.board.scope}，给{to.name}"

    def _png(self) -> bytes:
        if self.broken:
            raise RuntimeError("no ink")
        self.drawn += 1
        return png(noise=b"x" * self.noise)
