"""The buttons of boards. See `cards/actions.py`."""

from dataclasses import dataclass

from cards.actions import Action, action


@action("board")
@dataclass(frozen=True, slots=True)
class ShowBoard(Action):
    """Another board, from the one numbered `board`: `what` is a kind (`ranking`), or `before`, the period before."""

    board: int
    what: str


@action("detail")
@dataclass(frozen=True, slots=True)
class ShowDetail(Action):
    """明细: the rows behind the number `number` of the board, page `page` (from 1); 0: the first, on its own card."""

    board: int
    number: int
    page: int
