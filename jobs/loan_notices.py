"""Who is told of applications: those who have something to do, the officer, and who looks on. See `jobs/notices.py`."""

from collections import defaultdict

from cards.texts import officer_news, standing_in
from cards.texts import reports as report_texts
from cards.texts.repaying import plan_command
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
    ReportsMissing,
    Screened,
    StandInArranged,
    StandInLost,
    StandInOver,
    TasksChanged,
    TasksOpened,
)
from core.loans.loan_now import lent, plan_row, terms_in
from core.loans.models import subject, task_subject
from core.loans.standing_in import StandsIn, stand_ins_of
from core.loans.task_queries import holders_of, is_payout, open_of
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.store import dialogs, issued, post
from core.store.issued import Face
from core.store.unit import Unit
from jobs.progress_screens import progress_face
from jobs.reach import say, show, tell_other
from jobs.repayment_screens import loan_subject
from jobs.screening_screens import screening_face
from jobs.task_screens import task_face, todo_face

_MOST_AT_ONCE = 5


def opened(unit: Unit, event: TasksOpened) -> None:
    """A card of each task to who has it, and to who stands in for him now; of many at once to one person his list."""
    by_person: dict[int, list[int]] = defaultdict(list)
    for task, holder in event.tasks:
        for person_id in (holder, *stand_ins_of(unit, holder)):
            by_person[person_id].append(task)
    for person_id, tasks in by_person.items():
        _show_tasks(unit, person_id, list(dict.fromkeys(tasks)))


def _show_tasks(unit: Unit, person_id: int, tasks: list[int]) -> None:
    if len(tasks) > _MOST_AT_ONCE:
        pays = any(is_payout(unit.connection, task) for task in tasks)
        show(unit, ReminderKind.PAYOUT if pays else ReminderKind.TASK, person_id, todo_face())
        return
    for task in tasks:
        if not _is_on_the_way(unit, person_id, task):
            show(unit, _kind_of(unit, task), person_id, task_face(task))


def _kind_of(unit: Unit, task: int) -> ReminderKind:
    return ReminderKind.PAYOUT if is_payout(unit.connection, task) else ReminderKind.TASK


def _is_on_the_way(unit: Unit, person_id: int, task: int) -> bool:
    """Is a card of it brought up to date for this person already, because he tapped it (取回)?"""
    cards = issued.hold_about(unit.connection, task_subject(task))
    return any(card.person_id == person_id and card.id in unit.current_cards for card in cards)


def changed(unit: Unit, event: TasksChanged) -> None:
    """The cards of these tasks become what came of them."""
    for task in event.tasks:
        post.refresh_all(unit, task_subject(task))


def clock_went_on(unit: Unit, event: ClockWentOn) -> None:
    """The cards of these tasks tell of the deadline again, as far as they can be changed. Who has one that cannot, for
    the pause has used that up, gets a fresh one."""
    fresh: dict[int, list[int]] = defaultdict(list)
    for task, holder in event.tasks:
        left = post.refresh_all(unit, task_subject(task))
        for person_id in left & {holder, *stand_ins_of(unit, holder)}:
            fresh[person_id].append(task)
    for person_id, tasks in fresh.items():
        _show_tasks(unit, person_id, tasks)


def application_changed(unit: Unit, event: ApplicationChanged) -> None:
    """Every card about the application that can still be changed: it stands elsewhere. (Those of tasks are found by
    their task.)"""
    post.refresh_all(unit, subject(event.application_id))


def screened(unit: Unit, event: Screened) -> None:
    """What the rules found, on a card of its own. As it is handed in: to its officer, where it is not to pass as it is;
    who gets it next sees it on his card. Later: to its officer and those who have it now, where something else is
    suggested than before. (Their cards are not changed for it: each can be once, to what came of it.)"""
    if event.handed_in:
        told = [event.owner_id] if event.speaks_against else []
    else:
        told = [event.owner_id, *holders_of(unit.connection, event.application_id)] if event.turned else []
    for person_id in dict.fromkeys(told):
        if event.handed_in or person_id != event.by_id:
            show(unit, ReminderKind.RISK, person_id, screening_face(event.application_id))


def reports_missing(unit: Unit, event: ReportsMissing) -> None:
    """The officer: what does not come, why, and what he can do. The task to amend it has its own card."""
    say(unit, ReminderKind.RISK, event.owner_id, report_texts.missing(event.application_id, event.reports, unit.now))


def returned(unit: Unit, event: ApplicationReturned) -> None:
    """The officer, where it went back to a node before: who sent it there, and why. What comes back to himself is a
    task of his."""
    if not event.to_start:
        tell_other(unit, ReminderKind.PROGRESS, event.owner_id, event.by_id, progress_face(event.application_id))


def outside_awaited(unit: Unit, event: OutsideAwaited) -> None:
    """The officer, whoever brought it there: it is his to say that the answer has come."""
    show(unit, ReminderKind.PROGRESS, event.owner_id, progress_face(event.application_id))


def ended(unit: Unit, event: ApplicationEnded) -> None:
    """The officer; what he was asked of it is asked no more."""
    dialogs.end_about_application(unit.connection, unit.vault, event.owner_id, event.application_id)
    args = {"application": event.application_id, "won": event.won}
    kind = ReminderKind.PAYOUT if event.won else ReminderKind.PROGRESS
    tell_other(unit, kind, event.owner_id, event.by_id, Face("loan_ended", args, (subject(event.application_id),)))


def paid_out(unit: Unit, event: PaidOut) -> None:
    """The officer, where his repayment plan is of another sum by that; and the cards of the loan."""
    row = plan_row(unit.connection, event.application_id) if event.planned_fen is not None else None
    if row is not None and event.planned_fen is not None and event.owner_id != event.by_id:
        send = plan_command(event.application_id, terms_in(row))
        said = officer_news.paid_out_more(event.application_id, event.amount_fen, event.planned_fen, send)
        say(unit, ReminderKind.PAYOUT, event.owner_id, said)
    post.refresh_all(unit, loan_subject(event.application_id))


def payout_corrected(unit: Unit, event: PayoutCorrected) -> None:
    """The officer; and the cards of the loan."""
    by = people.names(unit.session, [event.by_id]).get(event.by_id or 0, "同事")
    if event.owner_id != event.by_id:
        row = plan_row(unit.connection, event.application_id) if event.planned_fen is not None else None
        send = plan_command(event.application_id, terms_in(row)) if row is not None else ""
        in_all = lent(unit.connection, event.application_id)
        lent_fen = in_all[0] if in_all is not None else event.amount_fen
        told = (event.application_id, event.amount_fen, event.paid_on, by, event.planned_fen, lent_fen, send)
        say(unit, ReminderKind.PAYOUT, event.owner_id, officer_news.payout_corrected(*told))
    post.refresh_all(unit, loan_subject(event.application_id))


def amount_lowered(unit: Unit, event: AmountLowered) -> None:
    """The officer."""
    by = people.names(unit.session, [event.by_id]).get(event.by_id or 0, "同事")
    if event.owner_id != event.by_id:
        told = (event.application_id, event.node, by, event.before_fen, event.amount_fen)
        say(unit, ReminderKind.PAYOUT, event.owner_id, officer_news.amount_lowered(*told))


def copied(unit: Unit, event: Copied) -> None:
    """Whom somebody, or the flow, wanted to know of it."""
    args = {"application": event.application_id, "by": event.by_id, "at": unit.now.isoformat()}
    for person_id in dict.fromkeys(event.people):
        tell_other(
            unit, ReminderKind.COPY, person_id, event.by_id, Face("copied", args, (subject(event.application_id),))
        )


def nudged(unit: Unit, event: Nudged) -> None:
    """Who has a task is shown it once more, and who asked for haste."""
    for task, holder in event.tasks:
        for person_id in dict.fromkeys((holder, *stand_ins_of(unit, holder))):
            tell_other(unit, ReminderKind.NUDGE, person_id, event.by_id, task_face(task, event.by_id))


def stand_in_arranged(unit: Unit, event: StandInArranged) -> None:
    """Who is to stand in, with what waits already if it begins now; and who did so until now."""
    tasks = open_of(unit.connection, event.person_id) if event.since <= unit.now else []
    name = people.names(unit.session, [event.person_id]).get(event.person_id, "同事")
    one = StandsIn(event.person_id, event.stand_in_id, event.since, event.until)
    say(unit, ReminderKind.STAND_IN, event.stand_in_id, standing_in.told(one, name, unit.now, len(tasks)))
    _show_tasks(unit, event.stand_in_id, tasks)
    for person_id in event.instead_of:
        if person_id in event.go_on_after:
            say(unit, ReminderKind.STAND_IN, person_id, standing_in.interrupted(one, name, unit.now))
        elif event.since <= unit.now:
            say(unit, ReminderKind.STAND_IN, person_id, standing_in.no_more(name))
        else:
            say(unit, ReminderKind.STAND_IN, person_id, standing_in.no_more_from(name, event.since, unit.now))


def stand_in_over(unit: Unit, event: StandInOver) -> None:
    """Who stood in."""
    name = people.names(unit.session, [event.person_id]).get(event.person_id, "同事")
    for person_id in dict.fromkeys(event.stand_in_ids):
        say(unit, ReminderKind.STAND_IN, person_id, standing_in.no_more(name))


def stand_in_lost(unit: Unit, event: StandInLost) -> None:
    """For whom he stood in."""
    name = people.names(unit.session, [event.stand_in_id]).get(event.stand_in_id, "同事")
    for person_id in event.people:
        say(unit, ReminderKind.STAND_IN, person_id, standing_in.lost(name))
