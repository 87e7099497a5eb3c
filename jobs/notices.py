"""Who is told when something happens: one function for each event, all listed at the end.

Called inside the transaction in which it happened, so a notice is sent exactly if the thing is true.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from cards import texts
from core.handover.events import HandoverEnded, HandoverUndone
from core.leads import holdings
from core.leads.care_queries import care_now
from core.leads.cared import subject_of
from core.leads.events import (
    CareBegun,
    CareTicked,
    CommentWritten,
    ContactsDue,
    CustomerCameAgain,
    CustomerChanged,
    ExtensionAsked,
    ExtensionDecided,
    Fallen,
    FallsAnew,
    FollowUpLogged,
    FriendGone,
    LeadJoined,
    LeadMarked,
    LeadsAboutToFall,
    LeadsAssigned,
    LeadsFell,
    LeadsTransferred,
    MediumAsked,
    MediumKept,
    MediumReceived,
    NobodyEligible,
    OwnerChanged,
)
from core.leads.models import How, subject
from core.people import queries as people
from core.people.events import PeopleJoined, PersonLeft
from core.people.policy import Verb
from core.privacy import mask_colleague
from core.store import issued, post
from core.store.issued import Face
from core.store.unit import Event, Unit
from jobs import handover_notices
from jobs.media_screens import SORT_SCREEN, unsorted_subject
from jobs.screens import care_face, care_tasks_face, lead_face, mine_face

# A notice that hangs in somebody's chat was true when it came; when the owner changes it becomes the lead's card, as it
# is to be seen then. One that was not sent yet stays a notice, and is not sent if it is no longer true.
_MOST_LISTED = 5
_NEWS = (
    "received",
    "came_again",
    "about_to_fall",
    "extended",
    "grab",
    "contact_due",
    "new_contact",
    "friend_gone",
    "ask_follow_up",
    "media",
    "comment",
)


def outlived(face: Face) -> Face:
    """What a card that hangs shows after its lead changed hands: news becomes the lead's card, all else stays."""
    return lead_face(face.args["lead"]) if face.screen in _NEWS else face


def _owner_changed(unit: Unit, event: OwnerChanged) -> None:
    """Old and new owner, unless they did it themselves; and the cards that still show the old state."""
    args = {"lead": event.lead_id, "by": event.by_id, "how": event.how}
    if not event.one_of_many:
        _tell(unit, event.new_id, event.by_id, Face("received", args, (subject(event.lead_id),)))
        _tell(unit, event.old_id, event.by_id, Face("lost", args))
    current = lead_face(event.lead_id)
    left = post.refresh_all(unit, subject(event.lead_id), over=dict.fromkeys(_NEWS, current))
    told = event.one_of_many or event.old_id != event.by_id
    if event.old_id is not None and event.old_id in left and not told:
        _show(unit, event.old_id, current)


def _transferred(unit: Unit, event: LeadsTransferred) -> None:
    """Old and new owners of several leads, each once of all, unless they did it themselves; of one as ever."""
    if len(event.moved) == 1:
        ((lead, old),) = event.moved
        args = {"lead": lead, "by": event.by_id, "how": (How.ASSIGN if old is None else How.TRANSFER).value}
        _tell(unit, event.to_id, event.by_id, Face("received", args, (subject(lead),)))
        _tell(unit, old, event.by_id, Face("lost", args))
        return
    lost: dict[int, list[int]] = defaultdict(list)
    for lead, old in event.moved:
        if old is not None:
            lost[old].append(lead)
    leads = [lead for lead, _ in event.moved]
    _tell(unit, event.to_id, event.by_id, Face("many_given", {"leads": leads, "by": event.by_id}))
    for old, his in lost.items():
        args = {"leads": his, "by": event.by_id, "to": event.to_id}
        _tell(unit, old, event.by_id, Face("many_lost", args))


def _came_again(unit: Unit, event: CustomerCameAgain) -> None:
    face = Face("came_again", {"lead": event.lead_id, "channel": event.channel}, (subject(event.lead_id),))
    _tell(unit, event.owner_id, event.by_id, face)


def _fell(unit: Unit, event: LeadsFell) -> None:
    """The old owners, each once; their superiors and who runs the pools, with the counts; the cards that still show a
    number; and for a grab all others of the department, of whom the first tap wins."""
    by_owner: dict[int, list[Fallen]] = defaultdict(list)
    for one in event.fallen:
        by_owner[one.old_id].append(one)
    for owner_id, fallen in by_owner.items():
        first = [[one.lead_id, one.pool] for one in fallen[:_MOST_LISTED]]
        _show(unit, owner_id, Face("fallen", {"leads": first, "count": len(fallen), "rule": event.rule}))
    for person_id, owners in _overseers(unit, event, by_owner).items():
        counts = {str(owner): len(by_owner[owner]) for owner in sorted(owners)}
        _show(
            unit, person_id, Face("fallen_below", {"people": counts, "rule": event.rule, "pool": event.fallen[0].pool})
        )
    shown = issued.with_cards(unit.connection, [subject(one.lead_id) for one in event.fallen])
    for one in event.fallen:
        if subject(one.lead_id) in shown:
            post.refresh_all(unit, subject(one.lead_id), over=dict.fromkeys(_NEWS, lead_face(one.lead_id)))
        if event.grab:
            for person_id in people.colleagues_of(unit.session, one.old_id, Verb.CLAIM):
                _show(unit, person_id, Face("grab", {"lead": one.lead_id}, (subject(one.lead_id),)))


def _overseers(unit: Unit, event: LeadsFell, owners: Collection[int]) -> dict[int, set[int]]:
    """Who is told of whom: each owner's superior of his people, who runs a pool of those whose leads went there."""
    told: dict[int, set[int]] = defaultdict(set)
    for owner, superior in people.superiors(unit.session, owners).items():
        told[superior].add(owner)
    for pool in {one.pool for one in event.fallen}:
        for person_id in people.by_accounts(unit.session, event.admins.get(pool, ())):
            told[person_id] |= {one.old_id for one in event.fallen if one.pool == pool} - {person_id}
    return told


def _assigned(unit: Unit, event: LeadsAssigned) -> None:
    """The new owners, each of many at once by one card; and the cards that still show a lead as it waited."""
    shown = issued.with_cards(unit.connection, [subject(lead_id) for lead_id, _ in event.given])
    by_owner: dict[int, list[int]] = defaultdict(list)
    for lead_id, owner_id in event.given:
        by_owner[owner_id].append(lead_id)
    for owner_id, leads in by_owner.items():
        if len(leads) > _MOST_LISTED:
            _show(unit, owner_id, Face("many_received", {"leads": leads}))
            continue
        for lead in leads:
            args = {"lead": lead, "by": None, "how": How.ASSIGN.value}
            _show(unit, owner_id, Face("received", args, (subject(lead),)))
    for lead_id, _ in event.given:
        if subject(lead_id) in shown:
            post.refresh_all(unit, subject(lead_id), over=dict.fromkeys(_NEWS, lead_face(lead_id)))


def _nobody_eligible(unit: Unit, event: NobodyEligible) -> None:
    """Who can mend it: the administrators, and who runs the pools in which leads wait."""
    face = Face("nobody_eligible", {"rule": event.rule, "pools": list(event.pools)})
    admins = people.by_accounts(unit.session, event.admins)
    for person_id in sorted({*people.administrators(unit.session), *admins}):
        _show(unit, person_id, face)


def _about_to_fall(unit: Unit, event: LeadsAboutToFall) -> None:
    """One card a lead, so that each can be answered with a tap; of many at once one card for all."""
    leads = event.lead_ids
    if len(leads) > _MOST_LISTED:
        _show(unit, event.owner_id, Face("many_about_to_fall", {"leads": list(leads)}))
        return
    for lead in leads:
        _show(unit, event.owner_id, Face("about_to_fall", {"lead": lead}, (subject(lead),)))


def _contacts_due(unit: Unit, event: ContactsDue) -> None:
    """One card a lead; of many at once his own list, which begins with what is due."""
    if len(event.lead_ids) > _MOST_LISTED:
        _show(unit, event.owner_id, mine_face())
        return
    for lead in event.lead_ids:
        _show(unit, event.owner_id, Face("contact_due", {"lead": lead}, (subject(lead),)))


def _extension_asked(unit: Unit, event: ExtensionAsked) -> None:
    _show(unit, event.superior_id, Face("extension", {"number": event.number}, (subject(event.lead_id),)))


def _extension_decided(unit: Unit, event: ExtensionDecided) -> None:
    """Who had asked."""
    until = event.until.isoformat() if event.until else None
    args = {"lead": event.lead_id, "by": event.by_id, "until": until}
    _show(unit, event.owner_id, Face("extended", args, (subject(event.lead_id),)))


def _falls_anew(unit: Unit, event: FallsAnew) -> None:
    """The cards that still show the old end."""
    for screen in (lead_face(event.lead_id).screen, "about_to_fall"):
        post.refresh_newest(unit, subject(event.lead_id), screen)


def _follow_up_logged(unit: Unit, event: FollowUpLogged) -> None:
    for screen in (lead_face(event.lead_id).screen, "about_to_fall", "contact_due", "new_contact", "ask_follow_up"):
        post.refresh_newest(unit, subject(event.lead_id), screen)


def _customer_changed(unit: Unit, event: CustomerChanged) -> None:
    post.refresh_all(unit, subject(event.lead_id))


def _joined(unit: Unit, event: LeadJoined) -> None:
    """The cards of both leads; and the owner of the one that is closed, or goes on for another customer, unless he did
    it himself."""
    for lead_id in dict.fromkeys((event.lead_id, event.into)):
        post.refresh_all(unit, subject(lead_id), over=dict.fromkeys(_NEWS, lead_face(lead_id)))
    channel = people.reachable_on(unit.connection, event.old_id) if event.old_id is not None else None
    if event.old_id is None or channel is None or event.old_id == event.by_id:
        return
    names = people.names(unit.session, [event.by_id, event.owner_id])
    holder = "公海" if event.owner_id is None else mask_colleague(names.get(event.owner_id, ""))
    post.say(unit, channel, event.old_id, texts.joined_told(event.lead_id, event.into, names[event.by_id], holder))


def _friend_gone(unit: Unit, event: FriendGone) -> None:
    """The owner, whoever was removed."""
    args = {"lead": event.lead_id, "who": event.person_id}
    _show(unit, event.owner_id, Face("friend_gone", args, (subject(event.lead_id),)))


def _person_left(unit: Unit, event: PersonLeft) -> None:
    """The administrators, if anything of his waits for somebody."""
    count = holdings.open_leads(unit.session, [event.person_id]).get(event.person_id, 0)
    if count:
        name = people.names(unit.session, [event.person_id])[event.person_id]
        _say_to_administrators(unit, texts.left_with_leads(name, count))


def _people_joined(unit: Unit, event: PeopleJoined) -> None:
    names = people.names(unit.session, event.person_ids)
    _say_to_administrators(unit, texts.new_people([names[number] for number in event.person_ids]))


def _say_to_administrators(unit: Unit, text: str) -> None:
    for person_id in people.administrators(unit.session):
        channel = people.reachable_on(unit.connection, person_id)
        if channel is not None:
            post.say(unit, channel, person_id, text)


def _comment_written(unit: Unit, event: CommentWritten) -> None:
    """Who is to hear it; and the cards that show what was said."""
    for person_id in event.told:
        args = {"comment": event.comment_id, "lead": event.lead_id}
        _show(unit, person_id, Face("comment", args, (subject(event.lead_id),)))
    post.refresh_newest(unit, subject(event.lead_id), lead_face(event.lead_id).screen)


def _medium_received(unit: Unit, event: MediumReceived) -> None:
    """It is fetched; and the cards that count what is there, or what waits for a lead."""
    if event.medium_id is not None:
        post.fetch(unit, event.channel, event.person_id, event.medium_id)
    if event.lead_id is None or event.medium_id is None:
        post.refresh_newest(unit, unsorted_subject(event.person_id), SORT_SCREEN)


def _medium_kept(unit: Unit, event: MediumKept) -> None:
    if event.lead_id is not None:
        for screen in (lead_face(event.lead_id).screen, "media"):
            post.refresh_newest(unit, subject(event.lead_id), screen)


def _medium_asked(unit: Unit, event: MediumAsked) -> None:
    post.send_file(unit, event.channel, event.person_id, event.medium_id)


def _marked(unit: Unit, event: LeadMarked) -> None:
    """The cards that show its grade and tags; and those that say when it falls: that may go by its grade."""
    for screen in (lead_face(event.lead_id).screen, "about_to_fall", "marks", "tags"):
        post.refresh_newest(unit, subject(event.lead_id), screen)


def _care_begun(unit: Unit, event: CareBegun) -> None:
    """Each owner: his tasks on a card, and the text in a message of its own, to be copied."""
    care = care_now(unit.session, unit.vault, event.number)
    for owner_id in event.owners:
        channel = people.reachable_on(unit.connection, owner_id)
        if channel is not None and care is not None:
            post.show(unit, channel, owner_id, care_tasks_face(event.number))
            post.say(unit, channel, owner_id, care.text)


def _care_ticked(unit: Unit, event: CareTicked) -> None:
    """Who began it, and watches."""
    post.refresh_newest(unit, subject_of(event.number), care_face(event.number).screen)


def _tell(unit: Unit, person_id: int | None, by_id: int | None, face: Face) -> None:
    if person_id is not None and person_id != by_id:
        _show(unit, person_id, face)


def _show(unit: Unit, person_id: int, face: Face) -> None:
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.show(unit, channel, person_id, face)


NOTICES: dict[type[Event], Callable[[Unit, Any], None]] = {
    OwnerChanged: _owner_changed,
    LeadsTransferred: _transferred,
    CustomerCameAgain: _came_again,
    FollowUpLogged: _follow_up_logged,
    LeadsFell: _fell,
    LeadsAboutToFall: _about_to_fall,
    LeadsAssigned: _assigned,
    NobodyEligible: _nobody_eligible,
    ContactsDue: _contacts_due,
    ExtensionAsked: _extension_asked,
    ExtensionDecided: _extension_decided,
    FallsAnew: _falls_anew,
    CustomerChanged: _customer_changed,
    LeadJoined: _joined,
    FriendGone: _friend_gone,
    PersonLeft: _person_left,
    PeopleJoined: _people_joined,
    HandoverEnded: handover_notices.ended,
    HandoverUndone: handover_notices.undone,
    CommentWritten: _comment_written,
    MediumReceived: _medium_received,
    MediumKept: _medium_kept,
    MediumAsked: _medium_asked,
    LeadMarked: _marked,
    CareBegun: _care_begun,
    CareTicked: _care_ticked,
}


def tell(unit: Unit, event: Event) -> None:
    """The listener for all events (`Store.listen`). An event nobody listens to is fine."""
    notice = NOTICES.get(type(event))
    if notice is not None:
        notice(unit, event)
