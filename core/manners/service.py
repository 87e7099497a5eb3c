"""A person's settings of reminders: each verb changes his own, in one transaction with one audit entry."""

from collections.abc import Set
from dataclasses import replace

from sqlalchemy import select

from core.manners.kinds import ReminderKind
from core.manners.models import WishesRow, subject
from core.manners.outcomes import AlwaysOn, OutOfBounds, SettingOutcome, Settled
from core.manners.queries import wishes_of
from core.manners.rules import DailySpan, Manners, Wishes, may_have
from core.people.policy import Actor
from core.store.base import table_of
from core.store.database import insert_or_replace
from core.store.unit import Unit

_W = table_of(WishesRow)


def switch(unit: Unit, actor: Actor, manners: Manners, kind: ReminderKind, *, on: bool) -> SettingOutcome:
    """Switch a kind of reminder on or off for himself."""
    if not on and not manners.may_be_off(kind):
        return AlwaysOn(kind)
    before = _held(unit, actor)
    return _keep(unit, actor, before, replace(before, off=before.off - {kind} if on else before.off | {kind}))


def want_digest(unit: Unit, actor: Actor, *, on: bool) -> Settled:
    """Have several that waited come as one card, or each for itself."""
    before = _held(unit, actor)
    return _keep(unit, actor, before, replace(before, digest=on))


def want_quiet_days_off(unit: Unit, actor: Actor, *, on: bool) -> Settled:
    """Be left in peace on days off, or not."""
    before = _held(unit, actor)
    return _keep(unit, actor, before, replace(before, days_off=on))


def want_quiet_hours(unit: Unit, actor: Actor, manners: Manners, span: DailySpan | None) -> SettingOutcome:
    """Have these quiet hours; None: the company's."""
    if span is not None and not may_have(manners, span):
        return OutOfBounds(manners.quiet, manners.widest)
    before = _held(unit, actor)
    return _keep(unit, actor, before, replace(before, quiet=span))


def choose(
    unit: Unit, actor: Actor, manners: Manners, on: Set[ReminderKind], *, digest: bool, days_off: bool
) -> Settled:
    """All switches at once, as they were ticked: of the kinds that may be off, those in `on` are on."""
    before = _held(unit, actor)
    off = frozenset(kind for kind in ReminderKind if manners.may_be_off(kind) and kind not in on)
    return _keep(unit, actor, before, replace(before, off=off, digest=digest, days_off=days_off))


def _held(unit: Unit, actor: Actor) -> Wishes:
    """What he wants so far, held until this transaction ends: of two changes at once none is lost."""
    unit.connection.execute(select(_W.c.person_id).where(_W.c.person_id == actor.id).with_for_update())
    return wishes_of(unit.connection, actor.id)


def _keep(unit: Unit, actor: Actor, before: Wishes, wishes: Wishes) -> Settled:
    values = {
        "person_id": actor.id,
        "quiet_from": wishes.quiet.start if wishes.quiet is not None else None,
        "quiet_until": wishes.quiet.end if wishes.quiet is not None else None,
        "days_off": wishes.days_off,
        "digest": wishes.digest,
        "off": sorted(wishes.off),
    }
    if wishes != before:
        unit.connection.execute(insert_or_replace(unit.connection, WishesRow, ("person_id",)).values(values))
        details = {name: value for name, value in values.items() if name != "person_id"}
        unit.record(actor.id, "reminders:set", subject(actor.id), **details)
    return Settled(wishes, before)
