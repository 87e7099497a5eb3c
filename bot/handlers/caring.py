"""关怀, 关怀任务, 关怀进度."""

import re
from dataclasses import replace

from bot.call import Call, Reply
from bot.handlers.segments import asked_for
from bot.phrases.numbers import read_lead_numbers, read_numbered
from cards import texts
from cards.lead_actions import BeginCare, DropCare, ShowCare, TickCare
from cards.views.caring import TICKS
from core.leads.care_outcomes import CareBegunBefore, CarePlanned, CareRefusal, CareStarted
from core.leads.care_queries import care_now, cares_begun_by, cares_open_for, tasks_of
from core.leads.caring import begin_care, drop_care, plan_care, tick_off
from core.people.policy import Scope, Verb
from jobs.screens import care_face, care_tasks_face

TEXT_LENGTH = 500  # it goes to the owners in one message, whatever its letters
_TEXT_BEGINS = re.compile("[:：]")


def plan(call: Call) -> Reply:
    """关怀 条件：想说的话: of all that one looks after; shows how many it would be, and begins by a tap."""
    words, *rest = _TEXT_BEGINS.split(call.text, maxsplit=1)
    found = asked_for(call, "关怀", words, Verb.CARE, f"：{rest[0].strip()}" if rest else "")
    if isinstance(found, str):
        return Reply(say=found)
    text = rest[0].strip() if rest else ""
    if len(text) > TEXT_LENGTH:
        return Reply(say=texts.care_text_too_long(len(text), TEXT_LENGTH))
    rules = call.company.care
    if found.segment.is_all or not text:
        return Reply(say=texts.care_how("" if found.segment.is_all else texts.segment_said(found.segment), rules))
    template = rules.template(text)
    segment = replace(found.segment, team=call.actor.scope(Verb.CARE) > Scope.SELF)
    said = template.text if template else text
    outcome = plan_care(call.unit, call.actor, segment, said, call.company.tagging, rules)
    return Reply(show=care_face(outcome.number)) if isinstance(outcome, CarePlanned) else _refused(call, outcome)


def begin(call: Call, action: BeginCare) -> Reply:
    """确认发起: the card shows how far it has come from then on."""
    outcome = begin_care(call.unit, call.actor, action.number, call.company.tagging, call.company.care)
    if isinstance(outcome, CareStarted):
        return Reply(say=texts.care_begun(outcome), refresh=True)
    return replace(_refused(call, outcome), refresh=True)


def drop(call: Call, action: DropCare) -> Reply:
    """不发了."""
    if drop_care(call.unit, call.actor, action.number):
        return Reply(say=texts.CARE_DROPPED, refresh=True)
    care = care_now(call.unit.session, call.unit.vault, action.number)
    if care is None or care.begun_at is None or care.by_id != call.actor.id:
        return Reply(refresh=True)
    return replace(_refused(call, CareBegunBefore(action.number, care.begun_at)), refresh=True)


def look_again(call: Call, action: ShowCare) -> Reply:  # noqa: ARG001
    """刷新."""
    return Reply(refresh=True)


def tasks(call: Call) -> Reply:
    """关怀任务: what is left to do of the newest care, and how much of older ones."""
    unit = call.unit
    cares = cares_open_for(unit.connection, call.actor, unit.now)
    if not cares:
        return Reply(say=texts.NO_CARE_TASKS)
    older = sum(len(tasks_of(unit.connection, call.actor, number, unit.now)) for number in cares[1:])
    return Reply(say=texts.older_cares(older) if older else "", show=care_tasks_face(cares[0], call.actor.id))


def tick(call: Call, action: TickCare) -> Reply:
    """已联系: each ticked lead gets its follow-up; the card shows what is left."""
    unit = call.unit
    numbers = read_lead_numbers(" ".join(call.selected.get(TICKS, ())))
    care = care_now(unit.session, unit.vault, action.number)
    if not numbers or care is None:
        return Reply(say=texts.TICK_CARE, refresh=True)
    outcome = tick_off(unit, call.actor, action.number, numbers, texts.care_logged(care.text))
    left = len(tasks_of(unit.connection, call.actor, action.number, unit.now))
    return Reply(say=texts.care_ticked(outcome, left), refresh=True)


def progress(call: Call) -> Reply:
    """关怀进度 [C3]: of the care of this number, or of the last one that this person began."""
    begun = cares_begun_by(call.unit.connection, call.actor, limit=1000)
    number = read_numbered("C", call.text) or next(iter(begun), 0)
    return Reply(show=care_face(number)) if number in begun else Reply(say=texts.NO_CARES)


def _refused(call: Call, outcome: CareRefusal) -> Reply:
    return Reply(say=texts.care_refused(outcome, call.words()))
