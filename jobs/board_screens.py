"""The screens of boards and of 明细. See `jobs/screens.py`."""

from dataclasses import replace

from cards.model import Card
from cards.views import board as views
from core.people import queries as people
from core.people.policy import Verb, may
from core.reports import snapshots
from core.reports.boards import shows_colleagues
from core.reports.details import detail_page
from core.reports.measuring import Asking
from core.reports.results import Board, Funnel, KeyFigures, Ranking, Sources
from core.reports.snapshots import Snapshot
from core.reports.wanted import scope_of
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs


def board_face(number: int) -> Face:
    """The board numbered so."""
    return Face("board", {"board": number})


def details_face(board: int, number: int, page: int = 1) -> Face:
    """明细: what is behind a number of the board."""
    return Face("details", {"board": board, "number": number, "page": page})


def shown_to(stage: Stage, number: int) -> Snapshot | None:
    """The board, if it is his, and he may still see what it shows."""
    found = snapshots.find(stage.session, number)
    if found is None or found.person_id != stage.viewer.id or not may(stage.viewer, Verb.SEE_BOARD):
        return None
    asking = Asking(stage.viewer, found.wanted.pick, stage.company.reports, stage.now)
    asking = replace(asking, colleagues=shows_colleagues(asking, found.wanted))
    return found if scope_of(asking) == found.board.scope else None


def _board(stage: Stage, args: Args) -> Card | Superseded:
    found = shown_to(stage, args["board"])
    return views.board_card(found.id, found.wanted.kind, found.board) if found is not None else Superseded()


def _details(stage: Stage, args: Args) -> Card | Superseded:
    found, number = snapshots.find(stage.session, args["board"]), args["number"]
    if found is None or found.person_id != stage.viewer.id or not may(stage.viewer, Verb.SEE_BOARD):
        return Superseded()
    behind = found.behind[number - 1]
    if behind.closed or (behind.metric and stage.company.reports.find(behind.metric) is None):
        return Superseded()
    asking = Asking(stage.viewer, behind.pick, stage.company.reports, found.board.as_of)
    page = detail_page(stage.session, asking, behind, args["page"])
    leads = list(dict.fromkeys(line.lead_id for line in page.lines))
    customers = {lead: brief.name for lead, brief in briefs(stage, leads).items()}
    names = people.names(stage.session, [line.person_id for line in page.lines])
    name = number_name(found.board, number)
    return views.details_card(found.id, number, name, page, customers, names, stage.now)


def number_name(board: Board, number: int) -> str:
    """What a number of the board is called: its metric, who is ranked, the stage, the channel."""
    match board.content:
        case KeyFigures(figures):
            names = {each.number: each.name for each in figures}
        case Ranking(metric, _, rows):
            names = {each.number: f"{each.name} {metric}" for each in rows}
        case Funnel(stages):
            names = {each.number: each.name for each in stages}
        case Sources(rows):
            names = {each.number: f"{each.channel} 线索" for each in rows}
        case _:
            names = {}
    return names.get(number, board.title)


BOARD_SCREENS: dict[str, Screen] = {"board": _board, "details": _details}
