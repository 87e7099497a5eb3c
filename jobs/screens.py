"""What a card can show: each screen loads the state of now, as the viewer may see it, and makes a card of it.

An issued card names its screen and its arguments; whoever renders it (a relay, minutes later) gets today's truth, not
the truth of when it was decided. A screen that is no longer true answers `Superseded`, and nothing is sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy.orm import Session

from cards import saying, texts
from cards.model import Card
from cards.views import lead as views
from cards.views import pool as pool_views
from config.company import Company
from core.calendar import day_start
from core.leads import outcomes, pooled, queries, reveals, whole
from core.leads.access import may_claim_from, may_see, pools_to_claim_from, pools_to_see
from core.leads.models import How, subject
from core.leads.pools import Pool
from core.people import queries as people
from core.people.policy import Actor, Verb, may
from core.privacy import Vault, mask_colleague
from core.store.issued import Face

UNREADABLE = Counter("tuoling_unreadable_leads", "Leads that were shown without what is sealed: it does not open.")
_UNREADABLE = "数据异常"
_MOST_TOLD = 1_000  # with a wrong key nothing opens, and a line for each lead says nothing new

_log = structlog.get_logger(__name__)
_told: set[int] = set()


@dataclass(frozen=True, slots=True)
class Superseded:
    """The card would say what is no longer true."""


class UnknownScreen(Exception):
    """A face whose screen this release does not know."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a screen needs: a reading session, the viewer with his rights of now, the company's configuration."""

    session: Session
    vault: Vault
    viewer: Actor
    company: Company
    now: datetime

    def words(self, *person_ids: int | None) -> texts.Words:
        """What sentences look up."""
        names = people.names(self.session, person_ids)
        return texts.Words(names, self.company.pools, self.now, self.viewer)

    def look(self) -> pooled.Look:
        """How the viewer looks at the pools."""
        return pooled.Look(self.viewer, self.company.pools, self.now)


Args: TypeAlias = dict[str, Any]
Line = TypeVar("Line", pooled.PooledLead, queries.OwnLead, queries.Brief, whole.Lead360, reveals.Phone)
Screen: TypeAlias = Callable[[Stage, Args], Card | Superseded]


def _legible(lead: Line) -> Line:
    """The line of a lead; one whose customer does not open says so, is counted, and told of in the log once."""
    if lead.readable:
        return lead
    UNREADABLE.inc()
    if lead.id not in _told and len(_told) < _MOST_TOLD:
        _told.add(lead.id)
        _log.error("a customer cannot be read; was the row altered?", lead=lead.id)
    return replace(lead, name=_UNREADABLE)


def _briefs(stage: Stage, lead_ids: Sequence[int]) -> dict[int, queries.Brief]:
    found = queries.briefs(stage.session, stage.vault, stage.viewer, lead_ids, stage.company.pools)
    return {number: _legible(brief) for number, brief in found.items()}


def _pool(stage: Stage, args: Args) -> Card | Superseded:
    visible, look = pools_to_see(stage.viewer, stage.company.pools), stage.look()
    pool = next((pool for pool in visible if pool.key == args["pool"]), None)
    if pool is None:
        return Superseded()
    page = pooled.pool_page(stage.session, stage.vault, look, pool, args["page"])
    page = replace(page, leads=tuple(_legible(lead) for lead in page.leads))
    others = pooled.count_waiting(stage.session, look, [other for other in visible if other is not pool])
    view = pool_views.pool_card if may_claim_from(stage.viewer, pool) else pool_views.watched_pool_card
    return view(page, others, stage.now)


def _claimed(stage: Stage, args: Args) -> Card | Superseded:
    """What was claimed, as far as it is still the viewer's: numbers of a lead that went elsewhere disappear."""
    results = [outcomes.unpack_outcome(packed) for packed in args["outcomes"]]
    claimed = [result.lead_id for result in results if isinstance(result, outcomes.Claimed)]
    found = _briefs(stage, claimed)
    won = [found[number] for number in claimed if number in found and found[number].mine]
    words = stage.words(*[result.owner_id for result in results if isinstance(result, outcomes.TakenBy)])
    kept = {brief.id for brief in won}
    reasons = [f"L{number} 已不在您名下" for number in claimed if number not in kept]
    reasons += texts.reasons(results, words)
    if claimed and not won and len(results) == 1:
        return _lead(stage, {"lead": claimed[0]})
    again = _try_again(stage, args.get("pool", ""), results)
    return pool_views.claimed_card(won, reasons, again, datetime.fromisoformat(args["at"]), had=bool(claimed))


def _try_again(stage: Stage, key: str, results: Sequence[outcomes.ClaimOutcome]) -> Pool | None:
    """The pool where another try makes sense: that of the card, else the first that is open; none at the limit."""
    if all(isinstance(result, outcomes.LimitReached) for result in results):
        return None
    pools = pools_to_see(stage.viewer, stage.company.pools)
    return next((pool for pool in pools if pool.key == key), next(iter(pools), None))


def _mine(stage: Stage, args: Args) -> Card | Superseded:
    tomorrow = day_start(stage.now) + timedelta(days=1)
    page = queries.own_page(stage.session, stage.vault, stage.viewer, args["page"], stage.now, tomorrow)
    page = replace(page, leads=tuple(_legible(lead) for lead in page.leads))
    first = next(iter(pools_to_claim_from(stage.viewer, stage.company.pools)), None)
    return views.own_card(page, first, stage.now)


def _lead(stage: Stage, args: Args) -> Card | Superseded:
    lead = _whole(stage, args["lead"])
    return views.lead_card(_legible(lead), stage.now) if lead else _gone(stage, args["lead"])


def _whole(stage: Stage, lead_id: int) -> whole.Lead360 | None:
    return whole.lead_360(stage.session, stage.vault, stage.viewer, lead_id, stage.company.pools, stage.now)


def _phone(stage: Stage, args: Args) -> Card | Superseded:
    """The full number, as long as it may be shown: tomorrow, and once the lead is somebody else's, it is the lead's
    card."""
    pools, lead = stage.company.pools, args["lead"]
    phone = reveals.phone_shown(stage.session, stage.vault, stage.viewer, lead, pools, stage.now)
    return views.phone_card(_legible(phone)) if phone else _lead(stage, args)


def _gone(stage: Stage, lead_id: int) -> Card:
    history = whole.owner_history(stage.session, stage.vault, lead_id, stage.company.pools)
    *_, had, last = (None, None, *history)
    went = replace(last, who=mask_colleague(last.who) if last.who else None) if last else None
    own = had is not None and had.owner_id == stage.viewer.id
    return views.gone_card(lead_id, went if own else None, stage.now, owns_leads=may(stage.viewer, Verb.FOLLOW))


def _found(stage: Stage, args: Args) -> Card | Superseded:
    """Those of the found leads that the viewer may still see."""
    pools = stage.company.pools
    seen = [number for number in args["leads"] if may_see(stage.session, stage.viewer, number, pools)]
    briefs = _briefs(stage, seen)
    leads = [briefs[number] for number in seen if number in briefs]
    names = people.names(stage.session, [lead.owner_id for lead in leads])
    return views.found_card(leads, names, more=args["more"]) if leads else Superseded()


def _received(stage: Stage, args: Args) -> Card | Superseded:
    brief, last = _brief(stage, args["lead"])
    if brief is None or last is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    return views.received_card(brief, _name(stage, args["by"]), last.how, last.reason, stage.now)


def _lost(stage: Stage, args: Args) -> Card | Superseded:
    brief, last = _brief(stage, args["lead"])
    if brief is None or last is None or brief.owner_id == stage.viewer.id:
        return Superseded()
    to = mask_colleague(last.who) if last.who else saying.pool_name(last.pool)
    return views.lost_card(brief, _name(stage, args["by"]), to, How(args["how"]), last.reason, stage.now)


def _came_again(stage: Stage, args: Args) -> Card | Superseded:
    brief, _ = _brief(stage, args["lead"])
    if brief is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    return views.came_again_card(brief, args["channel"], stage.now)


def _brief(stage: Stage, lead_id: int) -> tuple[queries.Brief | None, whole.Step | None]:
    found = _briefs(stage, [lead_id]).get(lead_id)
    return found, whole.last_step(stage.session, stage.vault, lead_id, stage.company.pools)


def _name(stage: Stage, person_id: int) -> str:
    return people.names(stage.session, [person_id]).get(person_id, "同事")


SCREENS: dict[str, Screen] = {
    "pool": _pool,
    "claimed": _claimed,
    "mine": _mine,
    "lead": _lead,
    "phone": _phone,
    "found": _found,
    "received": _received,
    "lost": _lost,
    "came_again": _came_again,
}


def pool_face(pool: str, page: int = 1) -> Face:
    """公海."""
    return Face("pool", {"pool": pool, "page": page}, (f"pool:{pool}",))


def claimed_face(results: list[outcomes.ClaimOutcome], now: datetime, pool: str = "") -> Face:
    """The result of a claim, from the card of `pool` where it was one. A single lead's is found when that changes."""
    packed = [outcomes.pack_outcome(result) for result in results]
    won = [result.lead_id for result in results if isinstance(result, outcomes.Claimed)]
    about = tuple(subject(number) for number in won)
    return Face("claimed", {"outcomes": packed, "at": now.isoformat(), "pool": pool}, about)


def mine_face(page: int = 1) -> Face:
    """我的客户."""
    return Face("mine", {"page": page})


def lead_face(lead_id: int) -> Face:
    """客户360."""
    return Face("lead", {"lead": lead_id}, (subject(lead_id),))


def phone_face(lead_id: int) -> Face:
    """看电话."""
    return Face("phone", {"lead": lead_id}, (subject(lead_id),))


def found_face(leads: Sequence[int], *, more: bool) -> Face:
    """Several leads that fit a search; `more` if there are others beside them."""
    return Face("found", {"leads": list(leads), "more": more})


def draw(stage: Stage, face: Face) -> Card | Superseded:
    """The card of `face` as it is now.

    Raises:
        UnknownScreen: a face of another release; the relay reports the row as dead.
    """
    screen = SCREENS.get(face.screen)
    if screen is None:
        raise UnknownScreen(face.screen)
    return screen(stage, face.args)
