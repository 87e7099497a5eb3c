"""Who is told of what happened with a lead's customer and what is kept about him. See `jobs/notices.py`."""

from cards import texts
from core.leads import media
from core.leads.events import (
    CommentWritten,
    CustomerCameAgain,
    CustomerChanged,
    FollowUpLogged,
    FriendGone,
    LeadJoined,
    LeadMarked,
    MediumAsked,
    MediumKept,
    MediumReceived,
)
from core.leads.models import subject
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.privacy import mask_colleague
from core.store import post
from core.store.issued import Face
from core.store.unit import Unit
from jobs import care_notices
from jobs.media_screens import SORT_SCREEN, unsorted_subject
from jobs.news import NEWS
from jobs.reach import say, show, tell_other
from jobs.screens import lead_face


def came_again(unit: Unit, event: CustomerCameAgain) -> None:
    """The owner, unless he brought the customer himself; if he has left, who decides for him."""
    if event.owner_id is not None and not people.works_here(unit.connection, event.owner_id):
        _came_to_a_leaver(unit, event, event.owner_id)
        return
    face = Face("came_again", {"lead": event.lead_id, "channel": event.channel}, (subject(event.lead_id),))
    tell_other(unit, ReminderKind.LEAD_CAME, event.owner_id, event.by_id, face)


def _came_to_a_leaver(unit: Unit, event: CustomerCameAgain, owner_id: int) -> None:
    superior = people.superior_of(unit.session, owner_id)
    if superior is not None and superior != event.by_id:
        name = people.names(unit.session, [owner_id])[owner_id]
        say(unit, ReminderKind.BELOW, superior, texts.came_to_a_leaver(event.lead_id, name, event.channel))


def customer_changed(unit: Unit, event: CustomerChanged) -> None:
    """All cards that show the customer."""
    post.refresh_all(unit, subject(event.lead_id))


def joined(unit: Unit, event: LeadJoined) -> None:
    """The cards of both leads; the owner of the one that is closed, or goes on for another customer, unless he did it
    himself; and who goes on with the customer, if the other had agreed on a time with him."""
    care_notices.tasks_went(unit, {} if event.old_id is None else {event.lead_id: event.old_id})
    for lead_id in dict.fromkeys((event.lead_id, event.into)):
        post.refresh_all(unit, subject(lead_id), over=dict.fromkeys(NEWS, lead_face(lead_id)))
    if event.agreed is not None and event.owner_id not in (None, event.old_id, event.by_id):
        say(unit, ReminderKind.CONTACT, event.owner_id or 0, texts.agreed_elsewhere(event.into, event.agreed, unit.now))
    if event.old_id is None or event.old_id == event.by_id:
        return
    names = people.names(unit.session, [event.by_id, event.owner_id])
    holder = "公海" if event.owner_id is None else mask_colleague(names.get(event.owner_id, ""))
    say(
        unit,
        ReminderKind.LEAD_WENT,
        event.old_id,
        texts.joined_told(event.lead_id, event.into, names[event.by_id], holder),
    )


def friend_gone(unit: Unit, event: FriendGone) -> None:
    """The owner, whoever was removed."""
    args = {"lead": event.lead_id, "who": event.person_id}
    show(unit, ReminderKind.LEAD_WENT, event.owner_id, Face("friend_gone", args, (subject(event.lead_id),)))


def follow_up_logged(unit: Unit, event: FollowUpLogged) -> None:
    """The cards that show what is due."""
    for screen in (lead_face(event.lead_id).screen, "about_to_fall", "contact_due", "new_contact", "ask_follow_up"):
        post.refresh_newest(unit, subject(event.lead_id), screen)


def comment_written(unit: Unit, event: CommentWritten) -> None:
    """Who is to hear it; and the cards that show what was said."""
    for person_id in event.told:
        args = {"comment": event.comment_id, "lead": event.lead_id}
        show(unit, ReminderKind.COMMENT, person_id, Face("comment", args, (subject(event.lead_id),)))
    post.refresh_newest(unit, subject(event.lead_id), lead_face(event.lead_id).screen)


def medium_received(unit: Unit, event: MediumReceived) -> None:
    """It is fetched; and the cards that count what is there, or what waits for a lead."""
    if event.medium_id is not None:
        post.fetch(unit, event.channel, event.person_id, event.medium_id)
    if event.lead_id is None or event.medium_id is None:
        post.refresh_newest(unit, unsorted_subject(event.person_id), SORT_SCREEN)


def medium_kept(unit: Unit, event: MediumKept) -> None:
    """The cards that count what is kept; and of what will not be, those that ask where it belongs."""
    if event.lead_id is None and event.lost_to is not None:
        about = unsorted_subject(event.lost_to)
        if media.unsorted_count(unit.session, event.lost_to):
            post.refresh_newest(unit, about, SORT_SCREEN)
        else:
            post.refresh_all(unit, about)  # also one that is on its way: its buttons would do nothing
    if event.lead_id is not None:
        for screen in (lead_face(event.lead_id).screen, "media"):
            post.refresh_newest(unit, subject(event.lead_id), screen)


def medium_asked(unit: Unit, event: MediumAsked) -> None:
    """Who asked for it gets it."""
    post.send_file(unit, event.channel, event.person_id, event.medium_id)


def marked(unit: Unit, event: LeadMarked) -> None:
    """The cards that show its grade and tags; and those that say when it falls: that may go by its grade."""
    for screen in (lead_face(event.lead_id).screen, "about_to_fall", "marks", "tags"):
        post.refresh_newest(unit, subject(event.lead_id), screen)
