"""Lists of applications: those of an officer that are under way, and those of certain leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.loans.definitions import flow_of
from core.loans.models import LIVE, Application, State
from core.loans.sight import may_look_at
from core.people.policy import Actor
from core.store.base import table_of

PAGE = 4
"""So many lines leave room for both buttons that turn the page."""

_A = table_of(Application)
_COLUMNS = (_A.c.id, _A.c.lead_id, _A.c.product, _A.c.amount_fen, _A.c.state, _A.c.stage, _A.c.stage_since, _A.c.flow)


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application in a list. `since` it is at its stage."""

    number: int
    lead_id: int
    product: str
    amount_fen: int | None
    state: State
    stage: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One page of a list, of `total` applications."""

    page: int
    total: int
    lines: tuple[ApplicationLine, ...]


def own_live(session: Session, viewer: Actor, page: int, size: int = PAGE) -> ApplicationPage:
    """Page `page` (from 1; the last one if there are fewer) of the applications of his that are under way, `size` on
    each: what stands at its stage the longest comes first."""
    live = [state.value for state in LIVE]
    return _page(session, (_A.c.owner_id == viewer.id, _A.c.state.in_(live)), page, size)


def of_numbers(
    session: Session, viewer: Actor, numbers: Sequence[int], page: int, now: datetime, size: int = PAGE
) -> ApplicationPage:
    """Page `page` of these applications, as far as he may look at them."""
    owners = session.execute(select(_A.c.id, _A.c.owner_id).where(_A.c.id.in_(numbers)))
    seen = [row.id for row in owners if may_look_at(session.connection(), viewer, row.id, row.owner_id, now)]
    return _page(session, (_A.c.id.in_(seen),), page, size)


def newest_of_leads(session: Session, viewer: Actor, lead_ids: Sequence[int], now: datetime) -> list[int]:
    """Of each of these leads the number of its newest application that he may look at."""
    rows = session.execute(
        select(_A.c.id, _A.c.lead_id, _A.c.owner_id).where(_A.c.lead_id.in_(lead_ids)).order_by(_A.c.id.desc())
    )
    newest: dict[int, int] = {}
    for row in rows:
        if row.lead_id not in newest and may_look_at(session.connection(), viewer, row.id, row.owner_id, now):
            newest[row.lead_id] = row.id
    return list(newest.values())


def _page(session: Session, wanted: tuple[ColumnElement[bool], ...], page: int, size: int) -> ApplicationPage:
    total = session.scalar(select(func.count()).select_from(_A).where(*wanted)) or 0
    page = min(page, max(-(-total // size), 1))
    ordered = select(*_COLUMNS).where(*wanted).order_by(_A.c.stage_since, _A.c.id)
    rows = session.execute(ordered.offset((page - 1) * size).limit(size)).all()
    return ApplicationPage(page, total, tuple(_line(session, row) for row in rows))


def _line(session: Session, row: Any) -> ApplicationLine:
    stage = flow_of(session.connection(), row.flow).stage_name(row.stage)
    return ApplicationLine(row.id, row.lead_id, row.product, row.amount_fen, State(row.state), stage, row.stage_since)
