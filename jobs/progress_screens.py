"""The screens of 进度 and 瓶颈. See `jobs/screens.py`."""

from collections.abc import Iterable

from cards.model import Card
from cards.views import progress as views
from core.loans import bottlenecks, listing
from core.loans.models import subject
from core.loans.progress import Progress, progress
from core.people import queries as people
from core.people.policy import Verb, may
from core.store.issued import Face
from jobs.stage import Args, Screen, Stage, Superseded, briefs


def progress_face(number: int, page: int = 0) -> Face:
    """进度 of an application, or (from page 1) its 历程."""
    return Face("progress", {"application": number, "page": page}, (subject(number),))


def own_applications_face(page: int = 1) -> Face:
    """进度 alone."""
    return Face("applications", {"page": page})


def found_applications_face(numbers: list[int]) -> Face:
    """Several applications that fit."""
    return Face("applications", {"page": 1, "numbers": numbers})


def bottlenecks_face(packed: str) -> Face:
    """瓶颈."""
    return Face("bottlenecks", {"pick": packed})


def waiting_face(packed: str, page: int = 1) -> Face:
    """The list behind a line of 瓶颈."""
    return Face("waiting", {"pick": packed, "page": page})


def _progress(stage: Stage, args: Args) -> Card | Superseded:
    way = progress(stage.session, stage.vault, stage.viewer, args["application"], stage.company.loans, stage.now)
    if way is None:
        return Superseded()
    names = people.names(stage.session, _people_of(way))
    if args["page"]:
        return views.way_card(way, args["page"], names, stage.now)
    customer = customers_of(stage, [way.lead_id])[way.lead_id]
    return views.progress_card(way, customer, names, stage.now, own=way.owner_id == stage.viewer.id)


def _people_of(way: Progress) -> set[int | None]:
    voters = {number for visit in way.visits for vote in visit.votes for number in (vote.person_id, vote.by_id)}
    paused = {way.paused.by_id} if way.paused is not None else set()
    against = {way.against.person_id, way.against.by_id} if way.against is not None else set()
    by = {number for visit in way.visits for number in (visit.told_by, visit.withdrawn_by, visit.taken_back_by)}
    return {
        way.owner_id,
        *paused,
        *against,
        *by,
        *voters,
        *(number for visit in way.visits for number in visit.people),
    }


def customers_of(stage: Stage, lead_ids: Iterable[int]) -> dict[int, str]:
    """The customers' names by lead, as the viewer may see them."""
    wanted = list(dict.fromkeys(lead_ids))
    found = briefs(stage, wanted)
    return {number: found[number].name if number in found else "客户" for number in wanted}


def _applications(stage: Stage, args: Args) -> Card | Superseded:
    numbers = args.get("numbers")
    if numbers is None:
        page = listing.own_live(stage.session, stage.viewer, args["page"])
    else:
        page = listing.of_numbers(stage.session, stage.viewer, numbers, args["page"], stage.now)
        if not page.total:
            return Superseded()
    customers = customers_of(stage, [line.lead_id for line in page.lines])
    return views.applications_card(page, customers, stage.now, own=numbers is None)


def _bottlenecks(stage: Stage, args: Args) -> Card | Superseded:
    if not may(stage.viewer, Verb.SEE_WAITING):
        return Superseded()
    pick = bottlenecks.from_token(args["pick"])
    found = bottlenecks.bottlenecks(stage.session, stage.viewer, pick, stage.now)
    names = people.names(stage.session, [pick.person, *(spot.person_id for spot in found.people)])
    return views.bottlenecks_card(found, pick, names, stage.viewer.id, stage.now)


def _waiting(stage: Stage, args: Args) -> Card | Superseded:
    if not may(stage.viewer, Verb.SEE_WAITING):
        return Superseded()
    pick = bottlenecks.from_token(args["pick"])
    page = bottlenecks.waiting_page(stage.session, stage.viewer, pick, args["page"])
    customers = customers_of(stage, [line.lead_id for line in page.lines])
    names = people.names(stage.session, [pick.person, *(number for line in page.lines for number in line.people)])
    return views.waiting_card(page, pick, customers, names, stage.now)


PROGRESS_SCREENS: dict[str, Screen] = {
    "progress": _progress,
    "applications": _applications,
    "bottlenecks": _bottlenecks,
    "waiting": _waiting,
}
