"""What a customer wants, of two leads of one person: where the one that goes on says nothing, the other is heard.

Notes of both are kept, one behind the other. What was filled in is written down with the merge, so that taking it back
empties what is still as it was filled in, and nothing that somebody has changed since.
"""

import json
from typing import Any

from sqlalchemy import Row, insert, select, update

from core.leads.models import Lead, MarkChange, MarkKind, note_place
from core.leads.queries import opened
from core.people.policy import Actor
from core.store.base import table_of
from core.store.unit import Unit

_L = table_of(Lead)
_PLAIN = ("product", "amount_fen", "region", "language", "grade")
_NOTE = "note"
NEEDS = (*_PLAIN, _NOTE)
"""What may be filled in, as the columns of `lead` are called."""
_BETWEEN = "；"


def lacking(unit: Unit, into: Row[Any], closes: Row[Any]) -> tuple[str, ...]:
    """What `closes` says and `into` does not."""
    plain = [name for name in _PLAIN if getattr(into, name) is None and getattr(closes, name) is not None]
    return (*plain, *([_NOTE] if _both(unit, into, closes) is not None else []))


def filled(unit: Unit, into: Row[Any], closes: Row[Any]) -> dict[str, Any]:
    """The columns of `into` as they become."""
    lacks = lacking(unit, into, closes)
    values = {name: getattr(closes, name) for name in lacks if name != _NOTE}
    note = _both(unit, into, closes)
    return values | ({_NOTE: unit.vault.seal(note_place(into.id), note)} if note is not None else {})


def kept(unit: Unit, into: Row[Any], values: dict[str, Any]) -> str | None:
    """What is written down with the merge about these `values`: them, and of a note only how long the old one was."""
    plain = {name: value for name, value in values.items() if name != _NOTE}
    note = {_NOTE: len(_note(unit, into) or "")} if _NOTE in values else {}
    return json.dumps(plain | note) if values else None


def note_grade(unit: Unit, actor: Actor, lead_id: int, value: str | None, was: str | None) -> None:
    """The lead's history of its grade: by the merge it got this one, or lost it again."""
    row = {"lead_id": lead_id, "kind": MarkKind.GRADE.value, "value": value, "was": was}
    unit.connection.execute(insert(table_of(MarkChange)).values(row | {"by_id": actor.id, "at": unit.now}))


def take_back(unit: Unit, actor: Actor, merge: Row[Any]) -> None:
    """The lead that went on says no more than it said before."""
    if merge.needs is None:
        return
    told = json.loads(merge.needs)
    wanted = select(_L).where(_L.c.id.in_([merge.into_lead_id, merge.closed_lead_id]))
    leads = {lead.id: lead for lead in unit.connection.execute(wanted)}
    into, closed = leads[merge.into_lead_id], leads[merge.closed_lead_id]
    values = {name: None for name in _PLAIN if name in told and getattr(into, name) == told[name]}
    emptied = values | (_note_before(unit, into, closed, told[_NOTE]) if _NOTE in told else {})
    if emptied:
        unit.connection.execute(update(_L).where(_L.c.id == into.id).values(revision=_L.c.revision + 1, **emptied))
    if "grade" in values:
        note_grade(unit, actor, into.id, None, into.grade)


def _note_before(unit: Unit, into: Row[Any], closed: Row[Any], length: int) -> dict[str, bytes | None]:
    """The note without the other lead's, if nobody wrote anything else."""
    now, other = _note(unit, into), _note(unit, closed)
    if now is None or other is None or now[length:] != (_BETWEEN if length else "") + other:
        return {}
    return {_NOTE: unit.vault.seal(note_place(into.id), now[:length]) if length else None}


def _both(unit: Unit, into: Row[Any], closes: Row[Any]) -> str | None:
    """The note with the other lead's behind it; None if it stays as it is: there is nothing to add, or one of them does
    not open."""
    mine, other = _note(unit, into), _note(unit, closes)
    if not other or (into.note and mine is None):
        return None
    if not mine:
        return other
    return None if other in mine.split(_BETWEEN) else f"{mine}{_BETWEEN}{other}"


def _note(unit: Unit, lead: Row[Any]) -> str | None:
    return opened(unit.vault, note_place(lead.id), lead.note) if lead.note else None
