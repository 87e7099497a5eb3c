"""等级 and 标签: the verbs. By the owner, or by who looks after him; each change stands in the lead's history.

Whoever changes a lead's marks holds its row first, so two at once come one after the other: of a group a lead never
gets two tags. An automation's rule marks like a person who may do all of it, and stands in the history by its name.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import delete, insert, select, update

from core.leads.events import LeadMarked
from core.leads.marking_outcomes import (
    GradeSet,
    MarkRefusal,
    NoSuchGrade,
    NoSuchTag,
    OneOfGroup,
    SameGrade,
    Tagged,
    TagNotForYou,
    TooManyTags,
)
from core.leads.models import IS_OPEN, FallWarning, Lead, LeadState, LeadTag, MarkChange, MarkKind, TagOff, subject
from core.leads.outcomes import Closed, NoSuchLead
from core.leads.queries import customer_name
from core.leads.service import Owned, owned, reachable
from core.leads.tagged import marks_of
from core.leads.tags import MOST_TAGS, Mark, Tag, Tagging, is_fit_for_free, plain
from core.people.policy import Actor, Verb
from core.store.base import table_of
from core.store.database import insert_new
from core.store.unit import Unit

_L, _T, _OFF, _C = table_of(Lead), table_of(LeadTag), table_of(TagOff), table_of(MarkChange)


@dataclass(frozen=True, slots=True)
class ByRule:
    """Nobody did it, but the automation rule of this name."""

    name: str


Hand: TypeAlias = Actor | ByRule


def set_grade(unit: Unit, actor: Hand, lead_id: int, word: str, tagging: Tagging) -> GradeSet | SameGrade | MarkRefusal:
    """等级: the lead has the grade that `word` names; empty takes it away. What falls by grade is reckoned anew."""
    grade = tagging.grade(word) if word else None
    if word and grade is None:
        return NoSuchGrade(lead_id, word)
    refused = _held(unit, actor, lead_id)
    if refused is not None:
        return refused
    to = grade.key if grade else None
    was: str | None = unit.connection.execute(select(_L.c.grade).where(_L.c.id == lead_id)).scalar()
    if was == to:
        return SameGrade(lead_id, to)
    unit.connection.execute(update(_L).where(_L.c.id == lead_id).values(grade=to))
    unit.connection.execute(delete(FallWarning).where(FallWarning.lead_id == lead_id))
    _note(unit, actor, lead_id, MarkKind.GRADE, to, was)
    by_id, by_rule = _named(actor)
    unit.record(by_id, "lead:grade", subject(lead_id), was=was, to=to, **by_rule)
    unit.happened(LeadMarked(lead_id, grade=True, was=(("grade", was),)))
    return GradeSet(lead_id, to, was)


def may_mark(unit: Unit, actor: Actor, lead_id: int) -> MarkRefusal | None:
    """Why `actor` may not mark this lead, or None if he may: asked before he is shown what there is."""
    lead = reachable(unit, actor, Verb.MARK, lead_id)
    return None if isinstance(lead, Owned) else lead


def _held(unit: Unit, actor: Hand, lead_id: int) -> MarkRefusal | None:
    """Hold the lead to the commit, if `actor` may mark it; else why he may not."""
    lead = _open_lead(unit, lead_id) if isinstance(actor, ByRule) else reachable(unit, actor, Verb.MARK, lead_id)
    if not isinstance(lead, Owned):
        return lead
    still = update(_L).where(_L.c.id == lead_id, IS_OPEN, _L.c.owner_id.is_not_distinct_from(lead.owner_id))
    held = unit.connection.execute(still.values(revision=_L.c.revision + 1).returning(_L.c.id)).scalar()
    return None if held is not None else _held(unit, actor, lead_id)  # it changed hands between our two looks


def _open_lead(unit: Unit, lead_id: int) -> Owned | NoSuchLead | Closed:
    lead = owned(unit.connection, lead_id)
    if lead is None:
        return NoSuchLead(lead_id)
    return lead if lead.state == LeadState.OPEN else Closed(lead_id)


def _named(actor: Hand) -> tuple[int | None, dict[str, str]]:
    """Who it was, for the audit log: a person's number, or a rule's name."""
    return (None, {"rule": actor.name}) if isinstance(actor, ByRule) else (actor.id, {})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to a lead's tags, in words as they were typed: put `on`, taken `off`, left to the rules
    (`by_rule`). `exactly`: words of `on` that are free tags even though a known one is alike."""

    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    by_rule: tuple[str, ...] = ()
    exactly: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Change:
    """What was done, by name."""

    on: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    by_rule: list[str] = field(default_factory=list)
    no_rule: list[str] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)


def set_tags(unit: Unit, actor: Hand, lead_id: int, wanted: Wanted, tagging: Tagging) -> Tagged | MarkRefusal:
    """标签: all that is wanted, or nothing. A tag that is put on takes the others of its group off."""
    refused = _held(unit, actor, lead_id)
    if refused is not None:
        return refused
    has = {mark.tag: mark for mark in marks_of(unit.connection, [lead_id], tagging, unit.now).get(lead_id, ())}
    names = _names(lead_id, actor, wanted, tagging, has)
    if not isinstance(names, Wanted):
        return names
    told = _names_customer(unit, lead_id, names, tagging)
    if told is not None:
        return told
    by_hand = {tag for tag, mark in has.items() if not mark.rule}
    if len(by_hand | set(names.on)) > MOST_TAGS:
        return TooManyTags(lead_id, MOST_TAGS)
    change = _carry_out(unit, lead_id, names, has, tagging)
    _keep(unit, actor, lead_id, change, tagging, has)
    now = marks_of(unit.connection, [lead_id], tagging, unit.now)[lead_id]
    on, off, by_rule = tuple(change.on), tuple(change.off), tuple(change.by_rule)
    return Tagged(lead_id, on, off, tuple(change.stayed), now, by_rule, tuple(change.no_rule))


def _names(lead_id: int, actor: Hand, wanted: Wanted, tagging: Tagging, has: Collection[str]) -> Wanted | MarkRefusal:
    """The same by the tags' own names, or what is wrong with it. What the lead `has` can be taken off, whether the
    company knows it still or not."""
    named: dict[str, list[str]] = {"on": [], "off": [], "by_rule": []}
    for what, found in named.items():
        for word in getattr(wanted, what):
            stale = what == "off" and word in has and tagging.tag(word) is None
            name = word if stale else _name(lead_id, actor, word, tagging, free=what == "on", exactly=wanted.exactly)
            if not isinstance(name, str):
                return name
            found.append(name)
    on = tuple(dict.fromkeys(named["on"]))
    for name in on:
        others = [each for each in tagging.group_of(name) if each in on]
        if others or name in named["off"]:
            return OneOfGroup(lead_id, (name, *others) if others else (name, name))
    return Wanted(on, tuple(dict.fromkeys(named["off"])), tuple(dict.fromkeys(named["by_rule"])))


def _name(
    lead_id: int, actor: Hand, word: str, tagging: Tagging, *, free: bool, exactly: frozenset[str]
) -> str | NoSuchTag | TagNotForYou:
    tag = tagging.tag(word)
    if tag is not None:
        may_set = isinstance(actor, ByRule) or tag.may_be_set_by(actor)
        return tag.name if may_set else TagNotForYou(lead_id, tag.name, tag.roles)
    near = "" if word in exactly else tagging.nearest(word)
    may_be_free = tagging.free and free and is_fit_for_free(word)
    return word if may_be_free and not near else NoSuchTag(lead_id, word, near, free=may_be_free)


def _names_customer(unit: Unit, lead_id: int, names: Wanted, tagging: Tagging) -> NoSuchTag | None:
    """A free tag stands in the open: it must not be what its customer is called."""
    free = [name for name in names.on if tagging.tag(name) is None]
    name = plain(customer_name(unit.session, unit.vault, lead_id) or "") if free else ""
    told = next((each for each in free if name and (plain(each) in name or name in plain(each))), None)
    return NoSuchTag(lead_id, told, "", free=False) if told is not None else None


def _carry_out(unit: Unit, lead_id: int, names: Wanted, has: dict[str, Mark], tagging: Tagging) -> _Change:
    change = _Change()
    for name in names.on:
        if name in has and not has[name].rule:
            change.stayed.append(name)
            continue
        change.off += [each for each in tagging.group_of(name) if each in has and not has[each].rule]
        change.on.append(name)
    change.off += [name for name in names.off if name in has]
    change.stayed += [name for name in names.off if name not in has]
    for name in names.by_rule:  # what nobody would give back is not taken off: a hand did not say so
        (change.by_rule if tagging.has_rule(name) else change.no_rule).append(name)
    for name in change.on:
        unit.connection.execute(insert_new(unit.connection, LeadTag).values(lead_id=lead_id, tag=name))
        _without(unit, lead_id, (name,), off=True)
    _without(unit, lead_id, change.off, tags=True)
    for name in set(names.off) & set(change.off):
        unit.connection.execute(insert_new(unit.connection, TagOff).values(lead_id=lead_id, tag=name))
    _without(unit, lead_id, change.by_rule, tags=True, off=True)
    return change


def _without(unit: Unit, lead_id: int, names: Collection[str], *, tags: bool = False, off: bool = False) -> None:
    for table in ([_T] if tags else []) + ([_OFF] if off else []):
        unit.connection.execute(delete(table).where(table.c.lead_id == lead_id, table.c.tag.in_(list(names))))


def _keep(unit: Unit, actor: Hand, lead_id: int, change: _Change, tagging: Tagging, had: Collection[str]) -> None:
    """The history, the audit log (which names no tag that somebody made up), and whoever shows the lead."""
    for kind, names in ((MarkKind.OFF, change.off), (MarkKind.SET, change.on), (MarkKind.RULE, change.by_rule)):
        for name in names:
            _note(unit, actor, lead_id, kind, name, None)
    if not (change.on or change.off or change.by_rule):
        return
    told = {"on": change.on, "off": change.off, "by_rule": change.by_rule}
    known = {what: [name for name in names if tagging.tag(name)] for what, names in told.items() if names}
    free = sum(tagging.tag(name) is None for names in told.values() for name in names)
    by_id, by_rule = _named(actor)
    unit.record(by_id, "lead:tag", subject(lead_id), free=free, **known, **by_rule)
    unit.happened(LeadMarked(lead_id, was=(("tags", tuple(had)),)))


def _note(unit: Unit, actor: Hand, lead_id: int, kind: MarkKind, value: str | None, was: str | None) -> None:
    by_id, by_rule = _named(actor)
    row = {"lead_id": lead_id, "kind": kind.value, "value": value, "was": was, "by_id": by_id, "at": unit.now}
    unit.connection.execute(insert(_C).values(row | by_rule))


def ticked(tagging: Tagging, actor: Actor, has: Sequence[Mark], names: Collection[str]) -> Wanted:
    """What it means that of the tags on a card (`Tagging.for_card`) exactly `names` are ticked."""
    offered: tuple[Tag, ...] = tagging.for_card(actor)
    there = {mark.tag for mark in has}
    on = tuple(tag.name for tag in offered if tag.name in names and tag.name not in there)
    off = [tag.name for tag in offered if tag.name not in names and tag.name in there]
    replaced = {other for name in on for other in tagging.group_of(name)}
    return Wanted(on, tuple(name for name in off if name not in replaced))
