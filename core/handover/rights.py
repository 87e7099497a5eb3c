"""Whose hand-over somebody may order, look at, and take back."""

from sqlalchemy.orm import Session

from core.people.models import Person
from core.people.policy import Actor, Verb, may, may_hand_over
from core.people.queries import known_roles


def may_look_at(session: Session, viewer: Actor, leaver_id: int) -> bool:
    """May `viewer` see how the hand-over of this person stands? Who may order it may."""
    return may(viewer, Verb.HAND_OVER) and is_below(session, viewer, leaver_id)


def is_below(session: Session, actor: Actor, leaver_id: int) -> bool:
    """Is this person, leaver or not, one whom `actor` may let go?"""
    person = session.get(Person, leaver_id)
    if person is None:
        return False
    return may_hand_over(actor, person.id, person.department.path, known_roles(person.roles))
