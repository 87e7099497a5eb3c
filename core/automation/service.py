"""Automation at work: it hears of what happened inside the transaction in which it happened, so what it does is done
exactly if that is true; and it goes by the clock where a rule says so.

What it changes is heard of too. Three guards keep it from going round: of one rule and one record at most once in a
transaction, and `MOST_AN_HOUR` times in an hour; and at most `MOST_DEEP` automations set off by others in a row.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select

from core.automation.deeds import Did, carry_out, kind_of
from core.automation.memory import began, had_their_turn, is_held, let_go, take_turn
from core.automation.models import Came, RunRow
from core.automation.rules import (
    MOST_AN_HOUR,
    MOST_DEEP,
    Automation,
    CallWebhook,
    GiveLead,
    Means,
    Rule,
    Since,
    Trigger,
)
from core.automation.things import Thing, before, heard, is_time, reckoned_from, things
from core.leads.facts import hold_leads, leads_since, open_leads
from core.leads.service import owned
from core.loans.models import number_in
from core.store.base import table_of
from core.store.unit import Event, Unit

_R = table_of(RunRow)
_WORK = "automation"
CLOCK = "clock"
_LEFT = tuple(f'"{each}"' for each in (Came.TOO_DEEP, Came.TOO_OFTEN))  # in the JSON of a run that was none


@dataclass(slots=True)
class _Work:
    """What automation did in one transaction: how deep each event that it caused is (by `id`; the unit keeps them),
    and which rule was done for which record."""

    depths: dict[int, int] = field(default_factory=dict)
    done: set[tuple[str, str]] = field(default_factory=set)


def _work(unit: Unit) -> _Work:
    work: _Work = unit.session.info.setdefault(_WORK, _Work())
    return work


def hear(unit: Unit, event: Event, automation: Automation, means: Means) -> None:
    """Do what the rules say about this event."""
    found = heard(event)
    rules = automation.heard_by(found[0]) if found is not None else ()
    if found is None or not rules:
        return
    trigger, numbers = found
    was = before(event)
    work, depth = _work(unit), _work(unit).depths.get(id(event), 0)
    unit.session.flush()
    # As it stands now, for all rules alike: what one of them changes is an event of its own, and one step deeper.
    now = list(things(unit.connection, rules[0], numbers, means.tagging, unit.now))
    for rule in rules:
        fits = [thing for thing in now if rule.fits(thing.facts)]
        for thing in (thing for thing in fits if (rule.name, thing.subject) not in work.done):
            done, told = _lately(unit, rule, thing)
            if depth > MOST_DEEP:
                _leave(unit, rule, thing, trigger, depth, Came.TOO_DEEP)
            elif done >= MOST_AN_HOUR:
                if not told:
                    _leave(unit, rule, thing, trigger, depth, Came.TOO_OFTEN)
            elif take_turn(unit, rule, thing.subject, anew=not rule.fitted(thing.facts, was)):
                _do(unit, rule, thing, means, trigger, depth)
        fit = {thing.subject for thing in fits}
        let_go(unit, rule, [thing.subject for thing in now if thing.subject not in fit])


def _do(unit: Unit, rule: Rule, thing: Thing, means: Means, came_by: str, depth: int) -> None:
    work, before = _work(unit), len(unit.events)
    did: list[Did] = []
    if any(name != rule.name for name, _ in work.done):  # which may have given the lead away in this transaction
        thing = _with_owner(unit, thing)
    work.done.add((rule.name, thing.subject))
    for deed in rule.deeds:
        if did and isinstance(deed, CallWebhook):  # which tells how it stands after the deeds before it
            thing = _as_now(unit, rule, thing, means)
        did.append(carry_out(unit, rule, deed, thing, means, str(came_by)))
        if isinstance(deed, GiveLead) and did[-1].came is Came.DONE:  # what comes behind is for who has it now
            thing = _with_owner(unit, thing)
    work.depths |= {id(event): depth + 1 for event in unit.events[before:]}
    _keep(unit, rule, thing, came_by, depth, did)


def _with_owner(unit: Unit, thing: Thing) -> Thing:
    """The record with whose its lead is by now."""
    lead = owned(unit.connection, thing.lead_id)
    return replace(thing, owner_id=lead.owner_id if lead is not None else None)


def _as_now(unit: Unit, rule: Rule, thing: Thing, means: Means) -> Thing:
    """The record as this transaction has it by now; as it was, if it is none that the rule can be about any more."""
    unit.session.flush()
    numbers = [number_in(thing.subject) if rule.of_applications else thing.lead_id]
    return next(things(unit.connection, rule, numbers, means.tagging, unit.now), thing)


def _lately(unit: Unit, rule: Rule, thing: Thing) -> tuple[int, bool]:
    """How often it was done for this record within an hour, and whether it was written down that it was left."""
    same = (_R.c.subject == thing.subject, _R.c.rule == rule.name, _R.c.at > unit.now - timedelta(hours=1))
    runs = unit.connection.scalars(select(_R.c.did).where(*same)).all()
    left = [any(one in did for one in _LEFT) for did in runs]
    return left.count(False), any(f'"{Came.TOO_OFTEN}"' in did for did in runs)


def _leave(unit: Unit, rule: Rule, thing: Thing, trigger: Trigger, depth: int, why: Came) -> None:
    """It would be its turn, but too many came before it: that is only written down."""
    if is_held(unit, rule, thing.subject):
        return
    _work(unit).done.add((rule.name, thing.subject))
    _keep(unit, rule, thing, trigger, depth, [Did(kind_of(deed), why) for deed in rule.deeds])


def _keep(unit: Unit, rule: Rule, thing: Thing, came_by: str, depth: int, did: Sequence[Did]) -> None:
    """The log that an administrator reads, and the audit log."""
    told = json.dumps([list(asdict(one).values()) for one in did], ensure_ascii=False)
    row = {"rule": rule.name, "subject": thing.subject, "lead_id": thing.lead_id, "came_by": str(came_by)}
    unit.connection.execute(insert(_R).values(row | {"depth": depth, "did": told, "at": unit.now}))
    came = [f"{one.kind}:{one.came}" for one in did]
    unit.record(None, "automation:run", thing.subject, rule=rule.name, by=str(came_by), did=came)


def due(unit: Unit, rule: Rule, above: int, limit: int, means: Means) -> list[int]:
    """The leads that a rule of the clock is to look at next, from the number above `above` on; empty at the end."""
    when = rule.when
    if not isinstance(when, Since):
        return open_leads(unit.connection, above, limit, owned=rule.needs_owner)
    after = when.after.before(means.calendar, began(unit, rule, when))
    until = when.after.before(means.calendar, unit.now)
    return leads_since(unit.connection, when.moment, after, until, above, limit, owned=rule.needs_owner)


def do_due(unit: Unit, rule: Rule, lead_ids: Sequence[int], means: Means, day: date) -> int:
    """Do what the clock says for those of these leads for which the condition holds and whose turn it is; for how
    many. They are held, so that nobody changes what was looked at."""
    hold_leads(unit.connection, lead_ids)
    found = list(things(unit.connection, rule, lead_ids, means.tagging, unit.now))
    moments = {thing.subject: reckoned_from(rule, thing) for thing in found}
    over = had_their_turn(unit, rule, moments, day.isoformat())
    apart, count = [], 0
    for thing in found:
        if thing.subject in over or not is_time(rule, thing, means, unit.now):
            continue
        if not rule.fits(thing.facts):
            apart.append(thing.subject)
        elif take_turn(unit, rule, thing.subject, since=moments[thing.subject], day=day.isoformat()):
            _do(unit, rule, thing, means, CLOCK, 0)
            count += 1
    let_go(unit, rule, apart)
    return count


def forget_runs(unit: Unit, before: datetime) -> None:
    """The log is kept for some time."""
    unit.connection.execute(delete(_R).where(_R.c.at < before))
