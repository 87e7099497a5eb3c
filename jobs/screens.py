"""What a card can show: each screen loads the state of now, as the viewer may see it, and makes a card of it.

An issued card names its screen and its arguments; whoever renders it (a relay, minutes later) gets today's truth, not
the truth of when it was decided. A screen that is no longer true answers `Superseded`, and nothing is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from cards import texts
from cards.model import Card
from cards.views import lead as views
from config.company import Company
from core.leads import outcomes, queries
from core.leads.models import How
from core.leads.rules import day_start
from core.people import queries as people
from core.people.policy import Actor
from core.privacy import Vault, mask_colleague
from core.store.issued import Face


@dataclass(frozen=True, slots=True)
class Superseded:
    """The card would say what is no longer true."""


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
        return texts.Words(people.names(self.session, person_ids), self.company.pools, self.now)


Args: TypeAlias = dict[str, Any]
Screen: TypeAlias = Callable[[Stage, Args], Card | Superseded]


def _pool(stage: Stage, args: Args) -> Card | Superseded:
    pool = stage.company.pools.by_key(args["pool"])
    if pool is None:
        return Superseded()
    return views.pool_card(queries.pool_page(stage.session, stage.vault, pool, args["page"]), stage.now)


def _claimed(stage: Stage, args: Args) -> Card | Superseded:
    results = [outcomes.unpack_outcome(packed) for packed in args["outcomes"]]
    won = [result.lead_id for result in results if isinstance(result, outcomes.Claimed)]
    found = queries.briefs(stage.session, stage.vault, stage.viewer, won)
    words = stage.words(*[result.owner_id for result in results if isinstance(result, outcomes.TakenBy)])
    refusals = [sentence for result in results if (sentence := texts.refusal(result, words))]
    decided_at = datetime.fromisoformat(args["at"])
    return views.claimed_card([found[number] for number in won if number in found], _once(refusals), decided_at)


def _once(sentences: list[str]) -> list[str]:
    """The same sentence (a limit that stopped three leads) is said once."""
    return list(dict.fromkeys(sentences))


def _mine(stage: Stage, args: Args) -> Card | Superseded:
    tomorrow = day_start(stage.now) + timedelta(days=1)
    page = queries.own_page(stage.session, stage.vault, stage.viewer, args["page"], stage.now, tomorrow)
    return views.own_card(page, stage.now)


def _lead(stage: Stage, args: Args) -> Card | Superseded:
    lead = queries.lead_360(stage.session, stage.vault, stage.viewer, args["lead"], stage.company.pools)
    return views.lead_card(lead, stage.now) if lead else views.gone_card(args["lead"])


def _received(stage: Stage, args: Args) -> Card | Superseded:
    brief, last = _brief(stage, args["lead"])
    if brief is None or last is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    return views.received_card(brief, _name(stage, args["by"]), last.how, last.reason, stage.now)


def _lost(stage: Stage, args: Args) -> Card | Superseded:
    brief, last = _brief(stage, args["lead"])
    if brief is None or last is None or brief.owner_id == stage.viewer.id:
        return Superseded()
    to = mask_colleague(last.who) if last.who else last.pool
    return views.lost_card(brief, _name(stage, args["by"]), to, How(args["how"]), last.reason, stage.now)


def _came_again(stage: Stage, args: Args) -> Card | Superseded:
    brief, _ = _brief(stage, args["lead"])
    if brief is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    return views.came_again_card(brief, args["channel"], stage.now)


def _brief(stage: Stage, lead_id: int) -> tuple[queries.Brief | None, queries.Step | None]:
    found = queries.briefs(stage.session, stage.vault, stage.viewer, [lead_id]).get(lead_id)
    return found, queries.last_step(stage.session, lead_id, stage.company.pools)


def _name(stage: Stage, person_id: int) -> str:
    return people.names(stage.session, [person_id]).get(person_id, "同事")


SCREENS: dict[str, Screen] = {
    "pool": _pool,
    "claimed": _claimed,
    "mine": _mine,
    "lead": _lead,
    "received": _received,
    "lost": _lost,
    "came_again": _came_again,
}


def pool_face(pool: str, page: int = 1) -> Face:
    """公海."""
    return Face("pool", {"pool": pool, "page": page}, f"pool:{pool}")


def claimed_face(results: list[outcomes.ClaimOutcome], now: datetime) -> Face:
    """The result of a claim."""
    packed = [outcomes.pack_outcome(result) for result in results]
    return Face("claimed", {"outcomes": packed, "at": now.isoformat()})


def mine_face(page: int = 1) -> Face:
    """我的客户."""
    return Face("mine", {"page": page})


def lead_face(lead_id: int) -> Face:
    """客户360."""
    return Face("lead", {"lead": lead_id}, f"lead:{lead_id}")


def draw(stage: Stage, face: Face) -> Card | Superseded:
    """The card of `face` as it is now.

    Raises:
        KeyError: a face of a newer release; the relay reports the row as dead.
    """
    return SCREENS[face.screen](stage, face.args)
