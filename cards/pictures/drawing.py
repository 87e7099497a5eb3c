"""A board -> PNG.

Only who draws imports this module: matplotlib takes 40 MB and half a second."""

from cards.pictures import funnel, jams, ranking, sources, tiles, trend
from cards.pictures.painting import paint
from cards.pictures.sheet import WIDTH, Sheet
from cards.pictures.stamp import Stamp
from cards.texts import boards
from core.reports.results import Board, Funnel, Jams, KeyFigures, Ranking, Sources, Trend


def draw(board: Board, stamp: Stamp) -> bytes:
    """The board as a PNG file, 1080 pixels wide and as high as it needs, with whose it is in its foot and all over it.

    Whatever stands in names is drawn as far as there are letters for it (see `substitutes`); it is no error.
    """
    sheet = lay_out(board, stamp)
    return paint(sheet.marks, WIDTH, round(sheet.y))


def lay_out(board: Board, stamp: Stamp) -> Sheet:
    """The board's sheet, as it is painted."""
    sheet = Sheet()
    match board.content:
        case KeyFigures() as content:
            tiles.draw(sheet, board, content)
        case Ranking() as content:
            ranking.draw(sheet, board, content)
        case Funnel() as content:
            funnel.draw(sheet, board, content)
        case Sources() as content:
            sources.draw(sheet, board, content)
        case Trend() as content:
            trend.draw(sheet, board, content)
        case Jams() as content:
            jams.draw(sheet, board, content)
    sheet.foot(stamp, boards.how_to_ask(board))
    return sheet
