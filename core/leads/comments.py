"""评论: what colleagues say about a lead. Who may look into it may say something, and those whom he names hear of it,
as far as they may look into it too: a name opens no lead to anybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.leads.commented import Comment, CommentMention, comment_place
from core.leads.contact_outcomes import Commented
from core.leads.events import CommentWritten
from core.leads.models import subject
from core.leads.outcomes import Refused
from core.leads.service import Owned, hold_reachable, owned, reachable
from core.people.models import Person
from core.people.policy import Actor, Verb, may_touch
from core.privacy import Unreadable, Vault, mask_numbers
from core.store.base import new_id
from core.store.unit import Unit

SHOWN = 2


@dataclass(frozen=True, slots=True)
class Said:
    """A comment, as the viewer may read it: numbers in it are masked as everywhere."""

    id: int
    lead_id: int
    at: datetime
    by_id: int
    who: str
    content: str
    to_viewer: bool = False


def comment(unit: Unit, actor: Actor, lead_id: int, content: str, mentioned: Collection[Actor]) -> Commented | Refused:
    """评论: write it down; those who are `mentioned` and may look into the lead are told, and so is its owner."""
    lead = hold_reachable(unit, actor, Verb.COMMENT, lead_id)
    if not isinstance(lead, Owned):
        return lead
    others = {person.id: person for person in mentioned if person.id != actor.id}
    told = {number for number, person in others.items() if _may_hear(person, lead)}
    comment_id = _write(unit, actor, lead_id, content)
    if told:
        rows = [{"comment_id": comment_id, "person_id": number} for number in sorted(told)]
        unit.session.execute(insert(CommentMention), rows)
    owner = {lead.owner_id} - {None, actor.id}
    unit.record(actor.id, "lead:comment", subject(lead_id), comment=comment_id, told=sorted(told | owner))
    heard = tuple(sorted(number for number in told | owner if number is not None))
    unit.happened(CommentWritten(comment_id, lead_id, heard))
    return Commented(lead_id, comment_id, heard, tuple(sorted(others.keys() - told)))


def _write(unit: Unit, actor: Actor, lead_id: int, content: str) -> int:
    comment_id = new_id()
    values = {"id": comment_id, "lead_id": lead_id, "person_id": actor.id, "at": unit.now}
    sealed = unit.vault.seal(comment_place(comment_id), content)
    unit.session.execute(insert(Comment).values(values | {"content": sealed}))
    return comment_id


def note(unit: Unit, actor: Actor, lead_id: int, content: str) -> bool:
    """Write it down where `actor` brought something about a lead, and ring nobody; False if it stands there already."""
    his = select(Comment).where(Comment.lead_id == lead_id, Comment.person_id == actor.id)
    if any(_opened(unit.vault, row) == content for row in unit.session.scalars(his)):
        return False
    comment_id = _write(unit, actor, lead_id, content)
    unit.record(actor.id, "lead:comment", subject(lead_id), comment=comment_id, told=[])
    unit.happened(CommentWritten(comment_id, lead_id, ()))
    return True


def _may_hear(person: Actor, lead: Owned) -> bool:
    return may_touch(person, Verb.COMMENT, lead.owner_id, lead.department)


def may_comment(unit: Unit, actor: Actor, lead_id: int) -> Refused | None:
    """Why `actor` may say nothing about this lead, or None if he may: asked before he types it."""
    lead = reachable(unit, actor, Verb.COMMENT, lead_id)
    return None if isinstance(lead, Owned) else lead


def author_of(session: Session, comment_id: int) -> tuple[int, int] | None:
    """The lead of a comment, and who wrote it; None if there is none. Not for the eyes of who may not see it."""
    row = session.execute(select(Comment.lead_id, Comment.person_id).where(Comment.id == comment_id)).one_or_none()
    return (row.lead_id, row.person_id) if row else None


def said(session: Session, vault: Vault, viewer: Actor, comment_id: int) -> Said | None:
    """One comment; None if there is none that `viewer` may read now."""
    row = session.execute(
        select(Comment, Person.name).join(Person, Person.id == Comment.person_id).where(Comment.id == comment_id)
    ).one_or_none()
    lead = owned(session, row[0].lead_id) if row else None
    if row is None or lead is None or not _may_hear(viewer, lead):
        return None
    named = session.get(CommentMention, (comment_id, viewer.id)) is not None
    return _said(vault, row[0], row[1], phones_too=not _full(viewer, lead), to_viewer=named)


def _full(viewer: Actor, lead: Owned) -> bool:
    return may_touch(viewer, Verb.SEE_PHONE, lead.owner_id, lead.department)


def last_said(session: Session, vault: Vault, lead_id: int, *, phones_too: bool) -> tuple[Said, ...]:
    """The last comments on a lead, the newest first. Not for the eyes of who may not look into it."""
    rows = session.execute(
        select(Comment, Person.name)
        .join(Person, Person.id == Comment.person_id)
        .where(Comment.lead_id == lead_id)
        .order_by(Comment.at.desc(), Comment.id.desc())
        .limit(SHOWN)
    )
    return tuple(_said(vault, row, name, phones_too=phones_too) for row, name in rows)


def _said(vault: Vault, row: Comment, name: str, *, phones_too: bool, to_viewer: bool = False) -> Said:
    content = mask_numbers(_opened(vault, row), phones=phones_too)
    return Said(row.id, row.lead_id, row.at, row.person_id, name, content, to_viewer)


def _opened(vault: Vault, row: Comment) -> str:
    try:
        return vault.open(comment_place(row.id), row.content)
    except Unreadable:
        return "***"
