"""What can be exported: for each screen that shows a list or a board, all of its rows as a table, as the viewer may see
them by the rights of now. A list more is a line in `LISTS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cards import saying
from cards.texts import measured
from cards.texts.boards_asked import title
from cards.texts.exports import called
from cards.workbook import boards, lists
from cards.workbook.table import Table
from config.company import Company
from core.calendar import day_start
from core.exports.kinds import NAMES, ExportKind
from core.leads import pooled, queries
from core.leads.access import pools_to_see
from core.leads.segments import segment_page, unpack_segment
from core.leads.tagged import marks_of
from core.loans import bottlenecks, listing
from core.loans.overdue import late_loans
from core.people import queries as people
from core.people.policy import Verb, may
from core.reports import snapshots
from core.store.issued import Face
from jobs.board_screens import BOARD, detail_rows, may_see
from jobs.progress_screens import customers_of
from jobs.stage import Args, Stage, Superseded, legible
from jobs.task_screens import all_that_waits

_All = Callable[[Stage, Args, int], Table | Superseded]
"""All rows of what a screen shows, at most so many."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a list is named from."""

    session: Session
    company: Company
    now: datetime


@dataclass(frozen=True, slots=True)
class ListedAs:
    """What a screen shows, to be exported: its kind, its rows, and what it is `called`, where that is more than its
    kind: in the company's own words, never in what somebody typed."""

    kind: Callable[[Args], ExportKind]
    rows: _All
    called: Callable[[Naming, Args], str] | None = None


def kind_of(face: Face) -> ExportKind | None:
    """What would be exported of `face`; None if it shows nothing that can be."""
    found = LISTS.get(face.screen)
    return found.kind(face.args) if found is not None else None


def named(naming: Naming, face: Face) -> str:
    """What the export of `face` is called."""
    found = LISTS[face.screen]
    return found.called(naming, face.args) if found.called is not None else NAMES[found.kind(face.args)]


def without_page(face: Face) -> Face:
    """The face as all of its pages are."""
    return Face(face.screen, {key: value for key, value in face.args.items() if key != "page"})


def table_of(stage: Stage, face: Face, most: int) -> Table | Superseded:
    """All rows of what `face` shows, at most `most` and one more; Superseded if the viewer may not see it, or it is not
    there any more."""
    return LISTS[face.screen].rows(stage, face.args, most + 1)


def _own(stage: Stage, args: Args, most: int) -> Table | Superseded:  # noqa: ARG001
    if not may(stage.viewer, Verb.FOLLOW):
        return Superseded()
    tomorrow = day_start(stage.now) + timedelta(days=1)
    page = queries.own_page(stage.session, stage.vault, stage.viewer, 1, stage.now, tomorrow, most)
    marks = marks_of(stage.session, [lead.id for lead in page.leads], stage.company.tagging, stage.now)
    leads = [legible(replace(lead, tags=tuple(mark.tag for mark in marks[lead.id]))) for lead in page.leads]
    return lists.lead_table(NAMES[ExportKind.OWN], leads, stage.viewer.name, stage.now)


def _segment(stage: Stage, args: Args, most: int) -> Table | Superseded:
    segment = unpack_segment(args["segment"])
    if not may(stage.viewer, Verb.SEGMENT):
        return Superseded()
    tagging = stage.company.tagging
    page = segment_page(stage.session, stage.vault, stage.viewer, segment, 1, tagging, stage.now, most)
    return lists.lead_table(called(segment), [legible(lead) for lead in page.leads], stage.viewer.name, stage.now)


def _pool(stage: Stage, args: Args, most: int) -> Table | Superseded:
    pool = next((one for one in pools_to_see(stage.viewer, stage.company.pools) if one.key == args["pool"]), None)
    if pool is None:
        return Superseded()
    leads = pooled.every_waiting(stage.session, stage.vault, stage.look(), pool, most)
    title = f"{NAMES[ExportKind.POOL]} {saying.pool_name(pool)}"
    return lists.pool_table(title, [legible(lead) for lead in leads], stage.now)


def _todo(stage: Stage, args: Args, most: int) -> Table | Superseded:  # noqa: ARG001
    waiting = all_that_waits(stage)
    title = NAMES[ExportKind.TODO]
    return lists.todo_table(title, waiting.lines, waiting.customers, waiting.names, stage.viewer.id, stage.now)


def _applications(stage: Stage, args: Args, most: int) -> Table | Superseded:
    numbers = args.get("numbers")
    if numbers is None:
        page = listing.own_live(stage.session, stage.viewer, 1, most)
    else:
        page = listing.of_numbers(stage.session, stage.viewer, numbers, 1, stage.now, most)
    customers = customers_of(stage, [line.lead_id for line in page.lines])
    return lists.application_table(NAMES[ExportKind.APPLICATIONS], page.lines, customers)


def _waiting(stage: Stage, args: Args, most: int) -> Table | Superseded:
    if not may(stage.viewer, Verb.SEE_WAITING):
        return Superseded()
    page = bottlenecks.waiting_page(stage.session, stage.viewer, bottlenecks.from_token(args["pick"]), 1, most)
    customers = customers_of(stage, [line.lead_id for line in page.lines])
    names = people.names(stage.session, [number for line in page.lines for number in line.people])
    return lists.waiting_table(NAMES[ExportKind.WAITING], page.lines, customers, names)


def _late(stage: Stage, args: Args, most: int) -> Table | Superseded:  # noqa: ARG001
    if not may(stage.viewer, Verb.REPAY):
        return Superseded()
    page = late_loans(stage.session, stage.viewer, 1, stage.now, most)
    customers = customers_of(stage, [line.lead_id for line in page.lines])
    names = people.names(stage.session, [line.owner_id for line in page.lines])
    return lists.late_table(NAMES[ExportKind.LATE], page.lines, customers, names)


def _details(stage: Stage, args: Args, most: int) -> Table | Superseded:
    found = detail_rows(stage, args | {"page": 1}, most)
    if isinstance(found, Superseded):
        return found
    return lists.detail_table(f"明细 {found.name}", found.page, found.customers, found.people)


def _board(stage: Stage, args: Args, most: int) -> Table | Superseded:  # noqa: ARG001
    found = snapshots.find(stage.session, args["board"])
    if found is None or found.board is None or not may_see(stage.viewer, found, stage.company):
        return Superseded()
    return boards.board_table(found.board)


def _segment_called(_: Naming, args: Args) -> str:
    return called(unpack_segment(args["segment"]))


def _pool_called(naming: Naming, args: Args) -> str:
    return f"{NAMES[ExportKind.POOL]} {saying.pool_name(naming.company.pools.by_key(args['pool']))}"


def _waiting_called(_: Naming, args: Args) -> str:
    pick = bottlenecks.from_token(args["pick"])
    picked = (pick.department, saying.product(pick.product) if pick.product else "", pick.node)
    return " ".join(filter(None, (NAMES[ExportKind.WAITING], *picked)))


def _details_called(naming: Naming, args: Args) -> str:
    found = snapshots.find(naming.session, args["board"])
    if found is None or not found.behind:
        return NAMES[ExportKind.DETAILS]
    behind = found.behind[args["number"] - 1]
    parts = (behind.name, measured.period(behind.period, naming.now), behind.pick.department, found.only)
    return " ".join(filter(None, (NAMES[ExportKind.DETAILS], *parts)))


def _board_called(naming: Naming, args: Args) -> str:
    found = snapshots.find(naming.session, args["board"])
    if found is None:
        return NAMES[ExportKind.BOARD]
    wanted = found.wanted
    kind = found.title or title(wanted.kind, wanted.metric)
    return " ".join(
        filter(None, (kind, measured.period(wanted.period, naming.now), wanted.pick.department, found.only))
    )


def _always(kind: ExportKind) -> Callable[[Args], ExportKind]:
    return lambda _: kind


def _whose(args: Args) -> ExportKind:
    return ExportKind.TEAM if unpack_segment(args["segment"]).team else ExportKind.OWN


LISTS: Mapping[str, ListedAs] = {
    "mine": ListedAs(_always(ExportKind.OWN), _own),
    "segment": ListedAs(_whose, _segment, _segment_called),
    "pool": ListedAs(_always(ExportKind.POOL), _pool, _pool_called),
    "todo": ListedAs(_always(ExportKind.TODO), _todo),
    "applications": ListedAs(_always(ExportKind.APPLICATIONS), _applications),
    "waiting": ListedAs(_always(ExportKind.WAITING), _waiting, _waiting_called),
    "bottlenecks": ListedAs(_always(ExportKind.WAITING), _waiting, _waiting_called),  # all that waits there
    "loan_late": ListedAs(_always(ExportKind.LATE), _late),
    "details": ListedAs(_always(ExportKind.DETAILS), _details, _details_called),
    BOARD: ListedAs(_always(ExportKind.BOARD), _board, _board_called),
}
"""By screen."""
