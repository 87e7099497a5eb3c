"""稍后提醒, and what stands on a card of several reminders."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.call import Call, Reply
from bot.phrases.put_off import TAPPED, read_put_off
from cards.reminder_actions import DropSnooze, OpenReminder, Snooze, SnoozeFor, TurnDigest
from cards.texts import manners as texts
from cards.views.reminders import reminds
from core.leads.outcomes import NoSuchLead
from core.manners.kinds import ReminderKind, as_reminder
from core.manners.rules import tomorrow_morning
from core.store import issued, outbox_held, outbox_sent, post
from core.store.issued import Face
from core.store.outbox import Kind
from jobs.deadline_screens import due_face
from jobs.digest_screens import DIGEST, REMINDING, digest_face, face_of, still_true, text_of
from jobs.progress_screens import progress_face
from jobs.screens import draw, lead_face
from jobs.snooze_screens import ASKING, PUT_OFF, put_off_face, snooze_face, snoozed_face
from jobs.stage import Stage, Superseded
from jobs.task_screens import task_face

_LATELY = timedelta(days=1)


def snooze(call: Call, action: Snooze) -> Reply:  # noqa: ARG001
    """稍后提醒: asks when, on the card itself."""
    face = _tapped(call)
    card = draw(_stage(call), face) if face is not None else Superseded()
    if face is None or isinstance(card, Superseded) or not reminds(card):
        return Reply(say=texts.NOTHING_TO_PUT_OFF, refresh=True)
    return Reply(change=snooze_face(face))


def snooze_for(call: Call, action: SnoozeFor) -> Reply:
    """1小时后, 3小时后, 明早: the card says so, and another one comes then."""
    face, now = _tapped(call), call.unit.now
    if face is None or face.screen != ASKING:
        return Reply(refresh=True)
    of = put_off_face(face)
    if not _is_open(call, of):
        return Reply(say=texts.NOTHING_TO_PUT_OFF, refresh=True)
    length = TAPPED.get(action.when)
    until = now + length if length is not None else tomorrow_morning(call.company.recycling.calendar, now)
    about = issued.subjects_of(call.unit.connection, call.card_id)
    again = _come_again(call, replace(of, subjects=about), until)
    return Reply(change=snoozed_face(of, again, until))


def drop_snooze(call: Call, action: DropSnooze) -> Reply:  # noqa: ARG001
    """返回, 现在看: the card is what it was; it does not come again."""
    face = _tapped(call)
    if face is None or face.screen not in (ASKING, PUT_OFF):
        return Reply(refresh=True)
    if face.screen == PUT_OFF:
        outbox_held.close_card(call.unit.connection, face.args["again"], call.unit.now, "not wanted again")
    return Reply(change=put_off_face(face))


def put_off(call: Call) -> Reply:
    """稍后提醒 L1024 3小时: of a lead, a task, an application, or what came last."""
    unit = call.unit
    meant = read_put_off(call.text, call.company.recycling.calendar, unit.now)
    if meant.until is None:
        return Reply(say=texts.WHEN_TO_PUT_OFF if meant.letter else texts.WHAT_TO_PUT_OFF)
    if meant.letter == "L" and not call.may_see(meant.number):
        return Reply(say=call.refusal(NoSuchLead(meant.number)))
    face = next((face for face in _meant(call, meant.letter, meant.number) if _is_open(call, face)), None)
    if face is None:
        return Reply(say=texts.NOTHING_TO_PUT_OFF if meant.letter else texts.WHAT_TO_PUT_OFF)
    _come_again(call, face, meant.until)
    return Reply(say=texts.will_remind(meant.until, unit.now))


def _meant(call: Call, letter: str, number: int) -> list[Face]:
    """What may be meant by a number, the nearest first; without one the reminders that came lately."""
    match letter:
        case "L":
            lead = lead_face(number)
            return [Face("contact_due", {"lead": number}, lead.subjects), lead]
        case "T":
            return [due_face(number, None), task_face(number)]
        case "A":
            return [progress_face(number)]
        case _:
            return _lately(call)


def _lately(call: Call) -> list[Face]:
    unit = call.unit
    target = post.target_of(unit.channel, call.actor.id)
    cards = outbox_sent.cards_since(unit.connection, target, unit.now - _LATELY)
    held = [(card, issued.hold(unit.connection, card)) for card in cards]
    faces = [(card, put_off_face(each.face)) for card, each in held if each is not None]
    return [
        replace(face, subjects=issued.subjects_of(unit.connection, card))
        for card, face in faces
        if face.screen in (*REMINDING, "task")
    ]


def open_one(call: Call, action: OpenReminder) -> Reply:
    """打开: the thing on a card of its own, as it is now."""
    rows = outbox_held.rows_of(call.unit.connection, [action.row])
    if not rows or rows[0].person_id != call.actor.id:
        return Reply(say=texts.REMINDER_GONE, refresh=True)
    stage, row = _stage(call), rows[0]
    if row.kind is not Kind.SHOW:
        return Reply(say=text_of(stage, row) or texts.REMINDER_GONE)
    face = face_of(stage, row)
    if face is None:
        return Reply(say=texts.REMINDER_GONE, refresh=True)
    if not _is_open(call, face):
        return Reply(say=texts.NOT_TRUE_ANY_MORE, refresh=True)
    return Reply(show=replace(face, subjects=issued.subjects_of(call.unit.connection, row.card_id or "")))


def turn_page(call: Call, action: TurnDigest) -> Reply:
    """下一页 of a card of several."""
    face = _tapped(call)
    if face is None or face.screen != DIGEST:
        return Reply(refresh=True)
    return Reply(change=digest_face(face.args["rows"], page=action.page))


def _tapped(call: Call) -> Face | None:
    held = issued.hold(call.unit.connection, call.card_id) if call.card_id else None
    return held.face if held is not None else None


def _come_again(call: Call, face: Face, until: datetime) -> str:
    """Once, at the moment that was said last."""
    why, connection = replace(as_reminder(ReminderKind.SNOOZED), until=until), call.unit.connection
    for card_id in outbox_held.waiting_cards(connection, call.actor.id, ReminderKind.SNOOZED.value):
        held = issued.hold(connection, card_id)
        if held is not None and (held.face.screen, held.face.args) == (face.screen, face.args):
            outbox_held.close_card(connection, card_id, call.unit.now, "put off anew")
    return post.show(call.unit, call.unit.channel, call.actor.id, face, why)


def _is_open(call: Call, face: Face) -> bool:
    """Is there something to be reminded of?"""
    stage = _stage(call)
    card = draw(stage, face)
    return not isinstance(card, Superseded) and still_true(stage, face, card)


def _stage(call: Call) -> Stage:
    return Stage(call.unit.session, call.unit.vault, call.actor, call.company, call.unit.now)
