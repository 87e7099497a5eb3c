"""批量关怀: a suggested text for every lead of a segment, as tasks for their owners. Nothing goes to customers.

It is planned first, as a draft that shows how many leads it is about, and begins when that is confirmed: one
conditional UPDATE says that it does so once, and a lead is in it once. A lead that has an open task, or had one lately,
is left out: who begins a care holds its leads first, so two at once do not both take one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update

from core.calendar import day_start
from core.leads.care_outcomes import (
    CareBegunBefore,
    CareGone,
    CarePlanned,
    CareQuota,
    CareRefusal,
    CareStarted,
    NobodyToCare,
    Ticked,
    TooManyToCare,
)
from core.leads.care_rules import CareRules
from core.leads.cared import CARE, IS_OPEN_TASK, TASK, care_text_place, subject_of
from core.leads.events import CareBegun, CareTicked
from core.leads.models import Lead
from core.leads.outcomes import Logged, NotAllowed
from core.leads.segments import Segment, matching, pack_segment, unpack_segment, whose
from core.leads.service import log_follow_up
from core.leads.tags import Tagging
from core.people.holding import hold
from core.people.policy import Actor, Verb, may
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_L = table_of(Lead)
_DAY = timedelta(days=1)
_IS_DRAFT = and_(CARE.c.begun_at.is_(None), CARE.c.until.is_(None))


def plan_care(
    unit: Unit, actor: Actor, segment: Segment, text: str, tagging: Tagging, rules: CareRules
) -> CarePlanned | CareRefusal:
    """关怀: a draft, in the place of the one that this person has not confirmed."""
    if not may(actor, Verb.CARE):
        unit.record(actor.id, f"{Verb.CARE}:denied", "care")
        return NotAllowed(Verb.CARE)
    leads = _leads(unit, actor, segment, tagging, rules)
    full = _quota(unit, actor, rules)
    refused = full or _wrong_number(unit, actor, segment, tagging, rules, len(leads))
    if refused is not None:
        return refused
    unit.connection.execute(update(CARE).where(CARE.c.by_id == actor.id, _IS_DRAFT).values(until=unit.now))
    draft = {"by_id": actor.id, "segment": pack_segment(segment), "text": b"", "at": unit.now}
    number = int(unit.connection.execute(insert(CARE).values(draft).returning(CARE.c.id)).scalar_one())
    sealed = unit.vault.seal(care_text_place(number), text)
    unit.connection.execute(update(CARE).where(CARE.c.id == number).values(text=sealed))
    return CarePlanned(number, len(leads))


def drop_care(unit: Unit, actor: Actor, number: int) -> bool:
    """The draft is not wanted any more; was there one?"""
    gone = update(CARE).where(CARE.c.id == number, CARE.c.by_id == actor.id, _IS_DRAFT).values(until=unit.now)
    return unit.connection.execute(gone.returning(CARE.c.id)).scalar() is not None


def begin_care(unit: Unit, actor: Actor, number: int, tagging: Tagging, rules: CareRules) -> CareStarted | CareRefusal:
    """The draft was confirmed: every lead that is in the segment now gets its task, and its owner is told."""
    actor = hold(unit, actor)
    if not may(actor, Verb.CARE):
        unit.record(actor.id, f"{Verb.CARE}:denied", subject_of(number))
        return NotAllowed(Verb.CARE)
    row = unit.connection.execute(select(CARE).where(CARE.c.id == number, CARE.c.by_id == actor.id)).one_or_none()
    if row is None:
        return CareGone(number)
    if row.begun_at is not None:
        return CareBegunBefore(number, row.begun_at)
    if row.until is not None:
        return CareGone(number)
    segment = unpack_segment(row.segment)
    full = _quota(unit, actor, rules)
    if full is not None:
        return full
    _hold(unit, _leads(unit, actor, segment, tagging, rules))
    leads = _leads(unit, actor, segment, tagging, rules)
    refused = _wrong_number(unit, actor, segment, tagging, rules, len(leads))
    if refused is not None:
        return refused
    begun = update(CARE).where(CARE.c.id == number, _IS_DRAFT).returning(CARE.c.id)
    if unit.connection.execute(begun.values(begun_at=unit.now, until=unit.now + rules.lasts)).scalar() is None:
        return CareBegunBefore(number, unit.now)
    unit.connection.execute(insert(TASK), [{"care_id": number, "lead_id": lead} for lead, _ in leads])
    owners = tuple(dict.fromkeys(owner for _, owner in leads))
    unit.record(actor.id, "care:begin", subject_of(number), leads=len(leads), owners=len(owners))
    unit.happened(CareBegun(number, owners))
    return CareStarted(number, len(leads), len(owners))


def _quota(unit: Unit, actor: Actor, rules: CareRules) -> CareQuota | None:
    today = day_start(unit.now)
    begun = select(func.count()).where(CARE.c.by_id == actor.id, CARE.c.begun_at >= today)
    used = unit.connection.scalar(begun) or 0
    return CareQuota(used, rules.daily, today + _DAY) if used >= rules.daily else None


def _wrong_number(
    unit: Unit, actor: Actor, segment: Segment, tagging: Tagging, rules: CareRules, count: int
) -> NobodyToCare | TooManyToCare | None:
    if count > rules.most:
        return TooManyToCare(rules.most)
    if count:
        return None
    here = and_(whose(actor, Verb.CARE, team=segment.team), matching(segment, tagging, unit.now))
    resting = unit.connection.execute(select(_L.c.id).where(here).limit(1)).scalar() is not None
    return NobodyToCare(resting, max(rules.rest // _DAY, 1))


def _leads(unit: Unit, actor: Actor, segment: Segment, tagging: Tagging, rules: CareRules) -> list[tuple[int, int]]:
    return leads_for(unit.connection, actor, segment, tagging, rules, unit.now)


def leads_for(
    executor: Executor, actor: Actor, segment: Segment, tagging: Tagging, rules: CareRules, now: datetime
) -> list[tuple[int, int]]:
    """The leads that a care by `actor` is for now, each with its owner; one more than the most where there are more."""
    here = and_(whose(actor, Verb.CARE, team=segment.team), matching(segment, tagging, now))
    wanted = select(_L.c.id, _L.c.owner_id).where(here, ~_cared_for(rules, now)).order_by(_L.c.id)
    return [(row.id, row.owner_id) for row in executor.execute(wanted.limit(rules.most + 1))]


def _cared_for(rules: CareRules, now: datetime) -> ColumnElement[bool]:
    """The lead has an open task, or had one within the rest."""
    lately = CARE.c.begun_at > now - rules.rest
    waits = and_(TASK.c.done_at.is_(None), CARE.c.until > now)
    return exists().where(TASK.c.lead_id == _L.c.id, CARE.c.id == TASK.c.care_id, or_(lately, waits)).correlate(_L)


def _hold(unit: Unit, leads: Sequence[tuple[int, int]]) -> None:
    numbers = [lead for lead, _ in leads]
    unit.connection.execute(select(_L.c.id).where(_L.c.id.in_(numbers)).order_by(_L.c.id).with_for_update()).all()


def tick_off(unit: Unit, actor: Actor, number: int, lead_ids: Sequence[int], content: str) -> Ticked:
    """已联系: of these leads those that are `actor`'s and whose task is open get a follow-up, and are done. However
    often it is tapped: the UPDATE says who ticked it off."""
    here = exists().where(
        CARE.c.id == TASK.c.care_id,
        _L.c.id == TASK.c.lead_id,
        IS_OPEN_TASK,
        CARE.c.until > unit.now,
        _L.c.owner_id == actor.id,
    )
    done = []
    for lead_id in sorted(set(lead_ids)):
        ticked = update(TASK).where(TASK.c.care_id == number, TASK.c.lead_id == lead_id, here.correlate(TASK))
        values = {"done_at": unit.now, "done_by": actor.id}
        if unit.connection.execute(ticked.values(values).returning(TASK.c.lead_id)).scalar() is None:
            continue
        if isinstance(log_follow_up(unit, actor, lead_id, content, None), Logged):
            done.append(lead_id)
        else:  # it changed hands between our two looks
            undone = update(TASK).where(TASK.c.care_id == number, TASK.c.lead_id == lead_id)
            unit.connection.execute(undone.values(done_at=None, done_by=None))
    if done:
        unit.happened(CareTicked(number))
    return Ticked(number, tuple(done))
