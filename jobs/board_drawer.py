"""The boards that are kept, drawn for who gets them. See `jobs.picturing.Drawer`."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from cards.pictures.stamp import Stamp
from cards.texts.boards import as_text
from config.in_force import InForce
from core.groups.guard import GroupBoard
from core.groups.rules import Group
from core.people.policy import Actor
from core.reports.results import Board
from core.store.unit import Store
from jobs.board_screens import may_see
from jobs.boards import BoardMaker
from jobs.stage import Superseded

OF_USE = timedelta(days=12)
"""So long after it was made a board is worth being sent: somebody's quiet hours may be as long as a holiday."""


@dataclass(frozen=True, slots=True)
class BoardDrawer:
    """Draws from the snapshots. One a process; safe to share between threads."""

    store: Store
    in_force: InForce
    maker: BoardMaker

    def board(self, session: Session, ref: str, to: Actor | Group) -> Board | Superseded:  # noqa: ARG002
        """The board under its number, if it was made for `to`, and he may still see what it shows."""
        found = self.maker.made(int(ref))
        if found is None or found.board is None or self.store.clock() - found.wanted_at > OF_USE:
            return Superseded()
        if isinstance(to, Group):
            return found.board if found.person_id is None else Superseded()
        return found.board if may_see(to, found, self.in_force.now) else Superseded()

    def picture(self, board: Board, to: Actor) -> bytes:
        """A PNG with whose it is all over it."""
        return self._drawn(board, to.name)

    def words(self, board: Board, to: Actor) -> str:  # noqa: ARG002
        """The same as text."""
        return as_text(board)

    def group_picture(self, board: GroupBoard, to: Group) -> bytes:
        """A PNG that names the group."""
        return self._drawn(board.board, to.name)

    def group_words(self, board: GroupBoard, to: Group) -> str:  # noqa: ARG002
        """The same as text."""
        return as_text(board.board)

    def _drawn(self, board: Board, recipient: str) -> bytes:
        from cards.pictures.drawing import draw

        return draw(board, Stamp(self.in_force.now.reports.company, recipient, self.store.clock()))
