"""The questions for more time that wait for an answer, by whom they were asked of.

Whoever leaves cannot answer: the question goes to who is the owner's superior then, with a card of his own.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, update

from core.leads.events import ExtensionAsked
from core.leads.models import IS_OPEN, Deferral, DeferralKind, Lead, subject
from core.people import queries as people
from core.store.base import table_of
from core.store.unit import Unit

_D, _L = table_of(Deferral), table_of(Lead)
IN_HIS_HANDS = exists().where(
    _L.c.id == _D.c.lead_id, _L.c.owner_id == _D.c.owner_id, _D.c.at >= _L.c.owned_at, IS_OPEN
)
_WAITS = and_(_D.c.by_id.is_(None), _D.c.kind == DeferralKind.EXTENSION.value, IN_HIS_HANDS)


def asked_of(person_id: int) -> tuple[ColumnElement[bool], ...]:
    """The rows of `Deferral` that are questions to this person which wait for his answer."""
    return _D.c.asked_id == person_id, _WAITS


def waiting(unit: Unit, number: int) -> Any:
    """The question (`lead_id`, `owner_id`, `asked_id`), held to the commit, if it still waits for an answer."""
    wanted = select(_D.c.lead_id, _D.c.owner_id, _D.c.asked_id).where(_D.c.id == number, _WAITS)
    return unit.connection.execute(wanted.with_for_update(of=_D)).one_or_none()


def ask_instead(unit: Unit, number: int, superior: int, by_id: int | None) -> bool:
    """The question goes to `superior`, with a card; False if it was with him already, or waits no more."""
    others = update(_D).where(_D.c.id == number, _WAITS, _D.c.asked_id.is_distinct_from(superior))
    row = unit.connection.execute(others.values(asked_id=superior).returning(_D.c.lead_id, _D.c.owner_id)).one_or_none()
    if row is None:
        return False
    unit.record(by_id, "lead:extension:pass", subject(row.lead_id), deferral=number, superior=superior)
    unit.happened(ExtensionAsked(number, row.lead_id, row.owner_id, superior))
    return True


def ask_anew(unit: Unit, lead_id: int) -> None:
    """The lead was closed and is open again: its question waits again, for who decides now, with a card of its own. The
    old one said that nothing is to be decided."""
    row = unit.connection.execute(select(_D.c.id, _D.c.owner_id).where(_D.c.lead_id == lead_id, _WAITS)).one_or_none()
    superior = people.superior_of(unit.session, row.owner_id) if row is not None else None
    if row is not None and superior is not None and not ask_instead(unit, row.id, superior, None):
        unit.happened(ExtensionAsked(row.id, lead_id, row.owner_id, superior))


def ask_others(unit: Unit, person_id: int) -> None:
    """This person has left: each question that waits for him goes to who decides now. One that nobody can decide stays
    as it is, and goes on when its owner asks again."""
    rows = unit.connection.execute(select(_D.c.id, _D.c.owner_id).where(*asked_of(person_id)).order_by(_D.c.id)).all()
    superiors = people.superiors(unit.session, {row.owner_id for row in rows})
    for row in rows:
        if row.owner_id in superiors:
            ask_instead(unit, row.id, superiors[row.owner_id], None)
