"""申请延期 and 保护: what keeps a lead from falling for a time.

An extension is asked for by the owner and decided by his superior with one tap; a protection the owner takes himself,
for so many leads at a time and so long at most. Both hold for these hands only.
"""

from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select, update

from core.leads.events import ExtensionAsked, ExtensionDecided, FallsAnew
from core.leads.models import Deferral, DeferralKind, FallWarning, Lead, subject
from core.leads.outcomes import (
    AlreadyDecided,
    Asked,
    Extended,
    NoExtension,
    NoProtection,
    NotAllowed,
    NotExtended,
    NothingToDecide,
    NotYours,
    Protected,
    Refused,
    Unprotected,
)
from core.leads.questions import IN_HIS_HANDS, ask_instead
from core.leads.recycle import held
from core.leads.recycling import Due, Recycling, due
from core.leads.service import Owned, reachable
from core.people import queries as people
from core.people.holding import hold
from core.people.policy import Actor, Verb, may_touch
from core.store.base import table_of
from core.store.unit import Unit

_D, _L = table_of(Deferral), table_of(Lead)


def falls(unit: Unit, lead_id: int, recycling: Recycling) -> Due | None:
    """When the lead falls if nothing is done, and by which rule; None if never."""
    found = held(unit.session, [lead_id]).get(lead_id)
    return due(recycling, found) if found else None


def ask_extension(unit: Unit, actor: Actor, lead_id: int, recycling: Recycling) -> Asked | NoExtension | Refused:
    """申请延期: the owner's superior is asked for more time. One question a lead at a time, and no more extensions in
    these hands than the rule allows. If somebody else is the superior by now, the open question goes to him."""
    actor = hold(unit, actor)  # two taps at once are one question
    lead = reachable(unit, actor, Verb.FOLLOW, lead_id)
    if not isinstance(lead, Owned):
        return lead
    if lead.owner_id is None:
        return NotYours(lead_id, None)
    superior = people.superior_of(unit.session, lead.owner_id)
    ends = falls(unit, lead_id, recycling)
    refusal = _no_extension(unit, lead_id, recycling, ends, superior)
    if refusal is not None or superior is None or ends is None:
        return refusal or NoExtension(lead_id, "nobody", lapse=ends.rule.lapse if ends else None)
    waiting = _open_question(unit, lead_id)
    if waiting is None or not ask_instead(unit, waiting, superior, actor.id):
        _ask(unit, actor, lead_id, lead.owner_id, superior)
    return Asked(lead_id, superior, ends.at, ends.rule.lapse)


def _ask(unit: Unit, actor: Actor, lead_id: int, owner_id: int, superior: int) -> None:
    values = {"lead_id": lead_id, "owner_id": owner_id, "kind": DeferralKind.EXTENSION, "at": unit.now}
    asked = insert(Deferral).values(values | {"asked_id": superior}).returning(Deferral.id)
    number = unit.session.scalars(asked).one()
    unit.record(actor.id, "lead:extension:ask", subject(lead_id), deferral=number, superior=superior)
    unit.happened(ExtensionAsked(number, lead_id, owner_id, superior))


def _open_question(unit: Unit, lead_id: int) -> int | None:
    """The question of the lead that waits for an answer."""
    waits = select(_D.c.id).where(_D.c.lead_id == lead_id, _D.c.kind == DeferralKind.EXTENSION.value)
    number: int | None = unit.connection.execute(waits.where(_D.c.by_id.is_(None), IN_HIS_HANDS)).scalar()
    return number


def _no_extension(
    unit: Unit, lead_id: int, recycling: Recycling, ends: Due | None, superior: int | None
) -> NoExtension | None:
    if recycling.extension is None:
        return NoExtension(lead_id, "not_offered")
    if ends is None:
        return NoExtension(lead_id, "not_due")
    asked = select(_D.c.until, _D.c.by_id, _D.c.asked_id).where(
        _D.c.lead_id == lead_id, _D.c.kind == DeferralKind.EXTENSION.value, IN_HIS_HANDS
    )
    rows = unit.connection.execute(asked).all()
    if any(row.by_id is None and row.asked_id == superior for row in rows):
        return NoExtension(lead_id, "asked", person_id=superior, lapse=ends.rule.lapse)
    granted = sum(row.until is not None for row in rows)
    if granted >= recycling.extension.most:
        most = recycling.extension.most
        return NoExtension(lead_id, "used_up", used=granted, most=most, lapse=ends.rule.lapse)
    return None


def decide_extension(
    unit: Unit, actor: Actor, number: int, recycling: Recycling, *, grant: bool
) -> Extended | NotExtended | AlreadyDecided | NothingToDecide | NotAllowed:
    """同意 or 不同意 to the question `number`, by the owner's superior or who else looks after his leads. The first
    answer counts. The time is reckoned from when the lead would fall, or from now if that is over."""
    asked = unit.session.get(Deferral, number)
    if asked is None:
        return NothingToDecide(0)
    lead_id, owner_id = asked.lead_id, asked.owner_id
    if not _may_decide(unit, actor, owner_id):
        unit.record(actor.id, f"{Verb.EXTEND}:denied", subject(lead_id))
        return NotAllowed(Verb.EXTEND)
    until = _extended(unit, lead_id, recycling) if grant else None
    if (grant and until is None) or not _decide(unit, number, actor.id, until):
        unit.session.refresh(asked)
        return NothingToDecide(lead_id) if asked.by_id is None else AlreadyDecided(lead_id, asked.by_id, asked.until)
    _warn_anew(unit, lead_id)
    unit.record(actor.id, "lead:extend" if grant else "lead:extend:refuse", subject(lead_id), deferral=number)
    unit.happened(ExtensionDecided(lead_id, owner_id, until, actor.id))
    return Extended(lead_id, until) if until else NotExtended(lead_id)


def _may_decide(unit: Unit, actor: Actor, owner_id: int) -> bool:
    if actor.id == owner_id:
        return False
    department = people.department_of(unit.connection, owner_id)
    return actor.id == people.superior_of(unit.session, owner_id) or may_touch(actor, Verb.EXTEND, owner_id, department)


def _extended(unit: Unit, lead_id: int, recycling: Recycling) -> datetime | None:
    """Until when the lead would be held; None if nothing lets it fall any more."""
    ends = falls(unit, lead_id, recycling)
    if recycling.extension is None or ends is None:
        return None
    return recycling.extension.length.after(recycling.calendar, max(ends.at, unit.now))


def _decide(unit: Unit, number: int, by_id: int, until: datetime | None) -> bool:
    """The answer, if there is none yet and the lead is still in the hands of who asked."""
    open_question = update(_D).where(_D.c.id == number, _D.c.by_id.is_(None), IN_HIS_HANDS)
    return (
        unit.connection.execute(open_question.values(by_id=by_id, until=until).returning(_D.c.id)).scalar() is not None
    )


def _warn_anew(unit: Unit, lead_id: int) -> None:
    """It falls at another time now: who was warned is warned again."""
    unit.session.execute(delete(FallWarning).where(FallWarning.lead_id == lead_id))
    unit.happened(FallsAnew(lead_id))


def protect(unit: Unit, actor: Actor, lead_id: int, recycling: Recycling) -> Protected | NoProtection | Refused:
    """保护: the lead does not fall from its owner's hands for the longest time that the rule allows. That counts from
    when he first protected it: taken up anew it goes on, and only a follow-up begins it again."""
    actor = hold(unit, actor)
    lead = reachable(unit, actor, Verb.PROTECT, lead_id)
    if not isinstance(lead, Owned):
        return lead
    if recycling.protection is None:
        return NoProtection(lead_id, None, 0)
    protected = _protected(unit, actor)
    if lead_id in protected:
        return Protected(lead_id, protected[lead_id], len(protected), recycling.protection.most)
    until = _first_protected(unit, actor, lead_id) + recycling.protection.longest
    if until <= unit.now:
        return NoProtection(lead_id, recycling.protection.most, len(protected), until)
    if len(protected) >= recycling.protection.most:
        return NoProtection(lead_id, recycling.protection.most, len(protected))
    values = {"lead_id": lead_id, "owner_id": actor.id, "by_id": actor.id, "until": until, "at": unit.now}
    unit.session.execute(insert(Deferral).values(values | {"kind": DeferralKind.PROTECTION}))
    _warn_anew(unit, lead_id)
    unit.record(actor.id, "lead:protect", subject(lead_id), until=until.isoformat())
    return Protected(lead_id, until, len(protected) + 1, recycling.protection.most)


def unprotect(unit: Unit, actor: Actor, lead_id: int) -> Unprotected | Refused:
    """取消保护: the place is free for another lead."""
    lead = reachable(unit, actor, Verb.PROTECT, lead_id)
    if not isinstance(lead, Owned):
        return lead
    held_now = and_(_D.c.lead_id == lead_id, _D.c.owner_id == actor.id, _D.c.until > unit.now)
    ended = update(_D).where(held_now, _D.c.kind == DeferralKind.PROTECTION.value).values(until=unit.now)
    was = unit.connection.execute(ended.returning(_D.c.id)).scalar() is not None
    if was:
        _warn_anew(unit, lead_id)
        unit.record(actor.id, "lead:unprotect", subject(lead_id))
    return Unprotected(lead_id, was)


def _first_protected(unit: Unit, actor: Actor, lead_id: int) -> datetime:
    """Since when he has protected the lead, with pauses, and without a follow-up between; now if he has not."""
    his = select(func.min(_D.c.at)).join(_L, _L.c.id == _D.c.lead_id)
    his = his.where(_D.c.lead_id == lead_id, _D.c.owner_id == actor.id, _D.c.kind == DeferralKind.PROTECTION.value)
    worked_on = func.coalesce(_L.c.last_follow_up_at, _L.c.owned_at)
    first: datetime | None = unit.connection.execute(his.where(_D.c.at >= _L.c.owned_at, _D.c.at >= worked_on)).scalar()
    return first or unit.now


def _protected(unit: Unit, actor: Actor) -> dict[int, datetime]:
    """The leads in this person's hands that he protects now, each with the end."""
    rows = unit.connection.execute(
        select(_D.c.lead_id, func.max(_D.c.until))
        .where(_D.c.owner_id == actor.id, _D.c.kind == DeferralKind.PROTECTION.value, _D.c.until > unit.now)
        .where(IN_HIS_HANDS)
        .group_by(_D.c.lead_id)
    )
    return {row[0]: row[1] for row in rows}
