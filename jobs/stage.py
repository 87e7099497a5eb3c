"""What every screen draws from: the state of now as one viewer may see it, and a lead's line where it does not open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy.orm import Session

from cards import texts
from cards.model import Card
from config.company import Company
from core.leads import pooled, queries, reveals, whole
from core.people import queries as people
from core.people.policy import Actor
from core.privacy import Vault

UNREADABLE = Counter("tuoling_unreadable_leads", "Leads that were shown without what is sealed: it does not open.")
_UNREADABLE = "数据异常"
_MOST_TOLD = 1_000  # with a wrong key nothing opens, and a line for each lead says nothing new

_log = structlog.get_logger(__name__)
_told: set[int] = set()


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
        names = people.names(self.session, person_ids)
        return texts.Words(names, self.company.pools, self.now, self.viewer)

    def look(self) -> pooled.Look:
        """How the viewer looks at the pools."""
        return pooled.Look(self.viewer, self.company.pools, self.now)


Args: TypeAlias = dict[str, Any]
Screen: TypeAlias = Callable[[Stage, Args], Card | Superseded]
Line = TypeVar("Line", pooled.PooledLead, queries.OwnLead, queries.Brief, whole.Lead360, reveals.Phone)


def legible(lead: Line) -> Line:
    """The line of a lead; one whose customer does not open says so, is counted, and told of in the log once."""
    if lead.readable:
        return lead
    UNREADABLE.inc()
    if lead.id not in _told and len(_told) < _MOST_TOLD:
        _told.add(lead.id)
        _log.error("a customer cannot be read; was the row altered?", lead=lead.id)
    return replace(lead, name=_UNREADABLE)


def briefs(stage: Stage, lead_ids: Sequence[int]) -> dict[int, queries.Brief]:
    """These leads in one line each, as the viewer may see them."""
    found = queries.briefs(stage.session, stage.vault, stage.viewer, lead_ids, stage.company.pools)
    return {number: legible(brief) for number, brief in found.items()}


def whole_of(stage: Stage, lead_id: int) -> whole.Lead360 | None:
    """All about a lead, as the viewer may see it; None if he may not."""
    company = stage.company
    return whole.lead_360(stage.session, stage.vault, stage.viewer, lead_id, company.pools, stage.now, company.tagging)


def brief_of(stage: Stage, lead_id: int) -> tuple[queries.Brief | None, whole.Step | None]:
    """A lead in one line, and how it came where it is."""
    found = briefs(stage, [lead_id]).get(lead_id)
    return found, whole.last_step(stage.session, stage.vault, lead_id, stage.company.pools)


def name_of(stage: Stage, person_id: int | None) -> str:
    """A colleague's name; of what no person did it is the system's."""
    if person_id is None:
        return "系统"
    return people.names(stage.session, [person_id]).get(person_id, "同事")
