"""What conditions may know of leads, many at once; and which leads there are to be asked about. For automation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from core.expressions import Fact
from core.leads.models import IS_OPEN, FollowUp, Lead
from core.leads.products import PRODUCTS
from core.leads.tagged import marks_of
from core.leads.tags import Tagging
from core.people.models import Department, Person
from core.store.base import table_of
from core.store.database import Executor, among

_L, _F, _P, _D = table_of(Lead), table_of(FollowUp), table_of(Person), table_of(Department)
MOMENTS = {"followed": _L.c.last_follow_up_at, "owned": _L.c.owned_at, "added": _L.c.created_at}
"""The moments from which a time can be reckoned, by their names."""
_FOLLOW_UPS = select(func.count()).select_from(_F).where(_F.c.lead_id == _L.c.id).correlate(_L).scalar_subquery()


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """An open lead: who has it, since when by each of the `MOMENTS`, and what conditions see."""

    lead_id: int
    owner_id: int | None
    moments: dict[str, datetime | None]
    facts: dict[str, Fact | None]


def facts_of(executor: Executor, lead_ids: Sequence[int], tagging: Tagging, now: datetime) -> dict[int, LeadFacts]:
    """Those of the leads that are open, by number: in a few statements, however many there are."""
    told = (_L.c.product, _L.c.channel, _L.c.grade, _L.c.amount_fen, _L.c.region, _L.c.pool)
    wanted = select(
        _L.c.id, _L.c.owner_id, _L.c.idle_since, *told, _D.c.path, _P.c.rank, *MOMENTS.values(), _FOLLOW_UPS
    )
    joined = wanted.outerjoin(_P, _P.c.id == _L.c.owner_id).outerjoin(_D, _D.c.id == _P.c.department_id)
    rows = executor.execute(joined.where(among(executor, _L.c.id, lead_ids), IS_OPEN)).all()
    marks = marks_of(executor, [row[0] for row in rows], tagging, now)
    found = {}
    for lead_id, owner_id, idle, product, channel, grade, fen, region, pool, department, rank, *rest in rows:
        *moments, follow_ups = rest
        facts: dict[str, Fact | None] = {
            "product": PRODUCTS.get(product, product) if product else None,
            "channel": channel,
            "grade": grade,
            "tags": tuple(mark.tag for mark in marks.get(lead_id, ())),
            "amount": fen / 100 if fen is not None else None,
            "idle_days": float((now - idle) // timedelta(days=1)) if idle is not None else None,
            "follow_ups": float(follow_ups),
            "region": region,
            "pool": pool,
            "department": department,
            "rank": rank,
        }
        found[lead_id] = LeadFacts(lead_id, owner_id, dict(zip(MOMENTS, moments, strict=True)), facts)
    return found


def leads_since(
    executor: Executor, moment: str, after: datetime, until: datetime, above: int, limit: int, *, owned: bool
) -> list[int]:
    """The open leads whose `moment` came later than `after` and not later than `until`, from the number above `above`
    on; with an owner only if `owned`."""
    within = (MOMENTS[moment] > after, MOMENTS[moment] <= until)
    return _numbers(executor, within, above, limit, owned=owned)


def open_leads(executor: Executor, above: int, limit: int, *, owned: bool) -> list[int]:
    """All open leads, so many at a time; as above."""
    return _numbers(executor, (), above, limit, owned=owned)


def moved_leads(executor: Executor, after: datetime, above: int, limit: int) -> list[int]:
    """The open leads that came in, changed hands or were followed up later than `after`; as above."""
    return _numbers(executor, (or_(*(column > after for column in MOMENTS.values())),), above, limit, owned=False)


def _numbers(
    executor: Executor, which: Sequence[ColumnElement[bool]], above: int, limit: int, *, owned: bool
) -> list[int]:
    has_owner = (_L.c.owner_id.is_not(None),) if owned else ()
    wanted = select(_L.c.id).where(IS_OPEN, _L.c.id > above, *which, *has_owner)
    return list(executor.scalars(wanted.order_by(_L.c.id).limit(limit)))


def hold_leads(executor: Executor, lead_ids: Sequence[int]) -> None:
    """Nobody changes these leads until the transaction ends. In one order for all."""
    executor.execute(select(_L.c.id).where(_L.c.id.in_(lead_ids)).order_by(_L.c.id).with_for_update()).all()
