"""Who is told when something happens: one function for each event, all listed at the end.

Called inside the transaction in which it happened, so a notice is sent exactly if the thing is true.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from core.exports.outcomes import ExportAsked, ExportChanged, ExportDue
from core.handover.events import HandoverEnded, HandoverUndone
from core.leads.events import (
    CareBegun,
    CareTasksMoved,
    CareTicked,
    CommentWritten,
    ContactsDue,
    CustomerCameAgain,
    CustomerChanged,
    ExtensionAsked,
    ExtensionDecided,
    Fallen,
    FallsAnew,
    FollowTaskOpened,
    FollowTaskTicked,
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
    OwnerTold,
)
from core.leads.models import How, subject
from core.loans.events import (
    AmountLowered,
    ApplicationChanged,
    ApplicationEnded,
    ApplicationReturned,
    ClockWentOn,
    Copied,
    Nudged,
    OutsideAwaited,
    PaidOut,
    PayoutCorrected,
    RepaymentDue,
    ReportsMissing,
    RungsReached,
    Screened,
    StandInArranged,
    StandInLost,
    StandInOver,
    TasksChanged,
    TasksOpened,
)
from core.manners.kinds import ReminderKind
from core.moments import day_of
from core.people import queries as people
from core.people.events import AccessEnded, AccountContested, AccountGivenUp, PeopleJoined, PersonLeft
from core.people.policy import Verb
from core.store import issued, post
from core.store.issued import Face
from core.store.unit import Event, Unit
from jobs import (
    care_notices,
    customer_notices,
    deadline_notices,
    export_notices,
    follow_task_notices,
    handover_notices,
    loan_notices,
    people_notices,
)
from jobs.news import NEWS
from jobs.reach import show, tell_other
from jobs.repayment_screens import due_face
from jobs.screens import lead_face, mine_face

_MOST_LISTED = 5


def _owner_changed(unit: Unit, event: OwnerChanged) -> None:
    """Old and new owner, unless they did it themselves; and the cards that still show the old state."""
    args = {"lead": event.lead_id, "by": event.by_id, "how": event.how}
    if not event.one_of_many:
        tell_other(
            unit, ReminderKind.LEAD_CAME, event.new_id, event.by_id, Face("received", args, (subject(event.lead_id),))
        )
        tell_other(unit, ReminderKind.LEAD_WENT, event.old_id, event.by_id, Face("lost", args))
    care_notices.tasks_went(unit, {} if event.old_id is None else {event.lead_id: event.old_id})
    current = lead_face(event.lead_id)
    left = post.refresh_all(unit, subject(event.lead_id), over=dict.fromkeys(NEWS, current))
    told = event.one_of_many or event.old_id != event.by_id
    if event.old_id is not None and event.old_id in left and not told:
        show(unit, ReminderKind.LEAD_WENT, event.old_id, current)
    if event.new_id is not None and not event.one_of_many:
        follow_task_notices.tasks_came(unit, {event.lead_id: event.new_id})


def _transferred(unit: Unit, event: LeadsTransferred) -> None:
    """Old and new owners of several leads, each once of all, unless they did it themselves; of one as ever."""
    if len(event.moved) == 1:
        ((lead, old),) = event.moved
        args = {"lead": lead, "by": event.by_id, "how": (How.ASSIGN if old is None else How.TRANSFER).value}
        tell_other(unit, ReminderKind.LEAD_CAME, event.to_id, event.by_id, Face("received", args, (subject(lead),)))
        tell_other(unit, ReminderKind.LEAD_WENT, old, event.by_id, Face("lost", args))
        return
    lost: dict[int, list[int]] = defaultdict(list)
    for lead, old in event.moved:
        if old is not None:
            lost[old].append(lead)
    leads = [lead for lead, _ in event.moved]
    tell_other(
        unit, ReminderKind.LEAD_CAME, event.to_id, event.by_id, Face("many_given", {"leads": leads, "by": event.by_id})
    )
    for old, his in lost.items():
        args = {"leads": his, "by": event.by_id, "to": event.to_id}
        tell_other(unit, ReminderKind.LEAD_WENT, old, event.by_id, Face("many_lost", args))


def _fell(unit: Unit, event: LeadsFell) -> None:
    """The old owners, each once; their superiors and who runs the pools, with the counts; the cards that still show a
    number; and for a grab all others of the department, of whom the first tap wins."""
    by_owner: dict[int, list[Fallen]] = defaultdict(list)
    for one in event.fallen:
        by_owner[one.old_id].append(one)
    for owner_id, fallen in by_owner.items():
        first = [[one.lead_id, one.pool] for one in fallen[:_MOST_LISTED]]
        show(
            unit,
            ReminderKind.LEAD_WENT,
            owner_id,
            Face("fallen", {"leads": first, "count": len(fallen), "rule": event.rule}),
        )
    for person_id, seen in _overseers(unit, event).items():
        counts = Counter(str(one.old_id) for one in seen)
        pools = [pool for pool, _ in Counter(one.pool for one in seen).most_common()]
        show(
            unit,
            ReminderKind.BELOW,
            person_id,
            Face("fallen_below", {"people": dict(counts), "rule": event.rule, "pools": pools}),
        )
    care_notices.tasks_went(unit, {one.lead_id: one.old_id for one in event.fallen})
    shown = issued.with_cards(unit.connection, [subject(one.lead_id) for one in event.fallen])
    for one in event.fallen:
        if subject(one.lead_id) in shown:
            post.refresh_all(unit, subject(one.lead_id), over=dict.fromkeys(NEWS, lead_face(one.lead_id)))
        if event.grab:
            for person_id in people.colleagues_of(unit.session, one.old_id, Verb.CLAIM):
                show(unit, ReminderKind.GRAB, person_id, Face("grab", {"lead": one.lead_id}, (subject(one.lead_id),)))


def _overseers(unit: Unit, event: LeadsFell) -> dict[int, list[Fallen]]:
    """Who is told of which: each owner's superior of all that were his, who runs a pool of what came into that one;
    nobody of his own."""
    above = people.superiors(unit.session, {one.old_id for one in event.fallen})
    run_by = {
        pool: people.by_accounts(unit.session, event.admins.get(pool, ()))
        for pool in sorted({one.pool for one in event.fallen})
    }
    told: dict[int, list[Fallen]] = defaultdict(list)
    for one in event.fallen:
        superior = above.get(one.old_id)
        for person_id in {*run_by[one.pool], *([superior] if superior is not None else ())} - {one.old_id}:
            told[person_id].append(one)
    return told


def _assigned(unit: Unit, event: LeadsAssigned) -> None:
    """The new owners, each of many at once by one card; and the cards that still show a lead as it waited."""
    shown = issued.with_cards(unit.connection, [subject(lead_id) for lead_id, _ in event.given])
    by_owner: dict[int, list[int]] = defaultdict(list)
    for lead_id, owner_id in event.given:
        by_owner[owner_id].append(lead_id)
    for owner_id, leads in by_owner.items():
        if len(leads) > _MOST_LISTED:
            show(unit, ReminderKind.LEAD_CAME, owner_id, Face("many_received", {"leads": leads}))
            continue
        for lead in leads:
            args = {"lead": lead, "by": None, "how": How.ASSIGN.value}
            show(unit, ReminderKind.LEAD_CAME, owner_id, Face("received", args, (subject(lead),)))
    for lead_id, _ in event.given:
        if subject(lead_id) in shown:
            post.refresh_all(unit, subject(lead_id), over=dict.fromkeys(NEWS, lead_face(lead_id)))
    few = {lead_id: owner_id for lead_id, owner_id in event.given if len(by_owner[owner_id]) <= _MOST_LISTED}
    follow_task_notices.tasks_came(unit, few)


def _nobody_eligible(unit: Unit, event: NobodyEligible) -> None:
    """Who can mend it: the administrators, and who runs the pools in which leads wait."""
    face = Face("nobody_eligible", {"rule": event.rule, "pools": list(event.pools)})
    admins = people.by_accounts(unit.session, event.admins)
    for person_id in sorted({*people.administrators(unit.session), *admins}):
        show(unit, ReminderKind.STAFF, person_id, face)


def _about_to_fall(unit: Unit, event: LeadsAboutToFall) -> None:
    """One card a lead, so that each can be answered with a tap; of many at once one card for all."""
    leads = event.lead_ids
    if len(leads) > _MOST_LISTED:
        show(unit, ReminderKind.FALLING, event.owner_id, Face("many_about_to_fall", {"leads": list(leads)}))
        return
    for lead in leads:
        show(unit, ReminderKind.FALLING, event.owner_id, Face("about_to_fall", {"lead": lead}, (subject(lead),)))


def _contacts_due(unit: Unit, event: ContactsDue) -> None:
    """One card a lead; of many at once his own list, which begins with what is due."""
    if len(event.lead_ids) > _MOST_LISTED:
        show(unit, ReminderKind.CONTACT, event.owner_id, mine_face())
        return
    for lead in event.lead_ids:
        show(unit, ReminderKind.CONTACT, event.owner_id, Face("contact_due", {"lead": lead}, (subject(lead),)))


def _extension_asked(unit: Unit, event: ExtensionAsked) -> None:
    show(
        unit,
        ReminderKind.EXTENSION,
        event.superior_id,
        Face("extension", {"number": event.number}, (subject(event.lead_id),)),
    )


def _extension_decided(unit: Unit, event: ExtensionDecided) -> None:
    """Who had asked."""
    until = event.until.isoformat() if event.until else None
    args = {"lead": event.lead_id, "by": event.by_id, "until": until}
    show(unit, ReminderKind.FALLING, event.owner_id, Face("extended", args, (subject(event.lead_id),)))


def _repayment_due(unit: Unit, event: RepaymentDue) -> None:
    """Its officer. What is due today is a kind of its own: tomorrow it is late."""
    today = event.due == day_of(unit.now)
    kind = ReminderKind.REPAID_TODAY if today else ReminderKind.REPAYMENT
    show(unit, kind, event.owner_id, due_face(event.application_id, event.due, event.what))


def _falls_anew(unit: Unit, event: FallsAnew) -> None:
    """The cards that still show the old end."""
    for screen in (lead_face(event.lead_id).screen, "about_to_fall"):
        post.refresh_newest(unit, subject(event.lead_id), screen)


NOTICES: dict[type[Event], Callable[[Unit, Any], None]] = {
    OwnerChanged: _owner_changed,
    LeadsTransferred: _transferred,
    CustomerCameAgain: customer_notices.came_again,
    FollowUpLogged: customer_notices.follow_up_logged,
    LeadsFell: _fell,
    LeadsAboutToFall: _about_to_fall,
    LeadsAssigned: _assigned,
    NobodyEligible: _nobody_eligible,
    ContactsDue: _contacts_due,
    ExtensionAsked: _extension_asked,
    ExtensionDecided: _extension_decided,
    FallsAnew: _falls_anew,
    ExportDue: export_notices.due,
    ExportAsked: export_notices.asked,
    ExportChanged: export_notices.changed,
    CustomerChanged: customer_notices.customer_changed,
    LeadJoined: customer_notices.joined,
    FriendGone: customer_notices.friend_gone,
    AccessEnded: people_notices.access_ended,
    AccountGivenUp: people_notices.account_given_up,
    PersonLeft: people_notices.person_left,
    PeopleJoined: people_notices.people_joined,
    AccountContested: people_notices.account_contested,
    HandoverEnded: handover_notices.ended,
    HandoverUndone: handover_notices.undone,
    CommentWritten: customer_notices.comment_written,
    MediumReceived: customer_notices.medium_received,
    MediumKept: customer_notices.medium_kept,
    MediumAsked: customer_notices.medium_asked,
    LeadMarked: customer_notices.marked,
    CareBegun: care_notices.care_begun,
    CareTicked: care_notices.care_ticked,
    CareTasksMoved: care_notices.tasks_moved,
    TasksOpened: loan_notices.opened,
    TasksChanged: loan_notices.changed,
    ClockWentOn: loan_notices.clock_went_on,
    ApplicationChanged: loan_notices.application_changed,
    Screened: loan_notices.screened,
    ReportsMissing: loan_notices.reports_missing,
    OutsideAwaited: loan_notices.outside_awaited,
    ApplicationEnded: loan_notices.ended,
    ApplicationReturned: loan_notices.returned,
    Copied: loan_notices.copied,
    PaidOut: loan_notices.paid_out,
    PayoutCorrected: loan_notices.payout_corrected,
    AmountLowered: loan_notices.amount_lowered,
    Nudged: loan_notices.nudged,
    StandInArranged: loan_notices.stand_in_arranged,
    StandInLost: loan_notices.stand_in_lost,
    StandInOver: loan_notices.stand_in_over,
    FollowTaskOpened: follow_task_notices.opened,
    FollowTaskTicked: follow_task_notices.ticked,
    OwnerTold: follow_task_notices.told,
    RepaymentDue: _repayment_due,
    RungsReached: deadline_notices.rungs_reached,
}


def tell(unit: Unit, event: Event) -> None:
    """The listener for all events (`Store.listen`). An event nobody listens to is fine."""
    notice = NOTICES.get(type(event))
    if notice is not None:
        notice(unit, event)
