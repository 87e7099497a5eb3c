"""The screens of boards and of 明细. See `jobs/screens.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cards.model import Card
from cards.views import board as views
from config.company import Company
from core.leads.access import may_see as may_see_lead
from core.people import queries as people
from core.people.policy import Actor, Scope, Verb, may
from core.reports import snapshots
from core.reports.asking import Asking
from core.reports.details import PAGE, DetailPage, detail_page
from core.reports.snapshots import Snapshot, seen_as
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs

BOARD = "board"
"""The screen of a board, which is made before it is drawn."""


def board_face(number: int) -> Face:
    """The board numbered so."""
    return Face(BOARD, {"board": number})


def details_face(board: int, number: int, page: int = 1) -> Face:
    """明细: what is behind a number of the board."""
    return Face("details", {"board": board, "number": number, "page": page})


def may_see(viewer: Actor, board: Snapshot, company: Company) -> bool:
    """Is the board his, and may he still see what it shows?"""
    if board.person_id != viewer.id or not may(viewer, Verb.SEE_BOARD) or board.seen_as != seen_as(viewer):
        return False
    return company.reports.open_rankings or not _of_colleagues(viewer, board)


def _of_colleagues(viewer: Actor, board: Snapshot) -> bool:
    """Does somebody who sees only what is his own see the others of his department there?"""
    shown = board.board
    return viewer.scope(Verb.SEE_BOARD) is Scope.SELF and shown is not None and shown.scope == viewer.department


def _board(stage: Stage, args: Args) -> Card | Superseded:
    found = snapshots.find(stage.session, args["board"])
    if found is None or found.board is None or not may_see(stage.viewer, found, stage.company):
        return Superseded()
    return views.board_card(found.id, found.wanted.kind, found.board)


@dataclass(frozen=True, slots=True)
class DetailRows:
    """Rows behind a number of a board: whose (`name`), with the names of customers by lead and of colleagues."""

    board: int
    name: str
    page: DetailPage
    customers: dict[int, str]
    people: Mapping[int, str]


def detail_rows(stage: Stage, args: Args, size: int = PAGE) -> DetailRows | Superseded:
    """A page of what is behind a number, `size` on each, as far as the viewer may see it now."""
    found, number = snapshots.find(stage.session, args["board"]), args["number"]
    if found is None or found.board is None:
        return Superseded()
    if found.person_id != stage.viewer.id or not may(stage.viewer, Verb.SEE_BOARD):
        return Superseded()
    behind = found.behind[number - 1]
    if behind.closed or not behind.is_defined(stage.company.reports):
        return Superseded()
    asking = Asking(stage.viewer, behind.pick, stage.company.reports, found.board.as_of)
    page, customers = _as_shown(stage, detail_page(stage.session, asking, behind, args["page"], size))
    names = people.names(stage.session, [line.person_id for line in page.lines])
    return DetailRows(found.id, behind.name, page, customers, names)


def _details(stage: Stage, args: Args) -> Card | Superseded:
    found, number = detail_rows(stage, args), args["number"]
    if isinstance(found, Superseded):
        return found
    return views.details_card(
        found.board, number, found.name, found.page, found.customers, found.people, stage.now
    )  # fmt: skip


def _as_shown(stage: Stage, page: DetailPage) -> tuple[DetailPage, dict[int, str]]:
    """The page with what he may see of its customers, and their names by lead. Of a lead that is not his to look at
    there is its number alone; of one that waits, what its pool hides is left out."""
    pools = stage.company.pools
    seen = [
        line.lead_id
        for line in page.lines
        if line.letter == "A" or may_see_lead(stage.session, stage.viewer, line.lead_id, pools, stage.now)
    ]
    found = briefs(stage, list(dict.fromkeys(seen)))
    lines = (
        line
        if line.letter == "A"
        else replace(line, product=found[line.lead_id].product if line.lead_id in found else None)
        for line in page.lines
    )
    return replace(page, lines=tuple(lines)), {lead: brief.name for lead, brief in found.items()}


BOARD_SCREENS: dict[str, Screen] = {BOARD: _board, "details": _details}
