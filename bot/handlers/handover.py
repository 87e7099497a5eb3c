"""离职交接 张三 李四, 撤销交接 H3, 交接结果 H3, and the buttons on their cards."""

import re
from functools import partial

from bot.call import Call, Reply
from bot.handlers.colleagues import colleague, person_named
from bot.phrases.numbers import folded, read_numbered
from cards.lead_actions import ConfirmHandover, DropHandover, ShowHandover, ShowHandoverItems, UndoHandover
from cards.texts import handover as texts
from core.handover import queries, service
from core.handover.kinds import Rules
from core.handover.models import Aim
from core.handover.outcomes import Begun, Dropped, HandoverRefusal, Proposed, Undoing
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor, may_hand_over
from jobs.handing_over import rules_of
from jobs.handover_screens import handover_face, items_face

_WORD = "离职交接"
_ARROW = re.compile(r"\s*(?:→|⇒|➔|➜|⟶|[-=—]+>|>|＞)\s*")
_TO = re.compile(r"^(?:移交给|转交给|交接给|交给|转给|移交|给|到|由)?[ @]*")
_POOL = re.compile(r"(?:都|全部)?(?:进|放|放进|放回|放到|退回|回|到)?(?:公海|线索池)[。.!！吧]*")
_RULE = re.compile(r"(?:都|全部)?(?:按|用|走)?(?:分配)?规则(?:分配|来|分)?[。.!！吧]*|自动分配[。.!！吧]*")


def hand_over(call: Call) -> Reply:
    """离职交接 张三 → 李四, 按规则, or 公海: shows what there is, with a button to confirm."""
    leaver, rest = _leaver(call)
    if isinstance(leaver, str):
        return Reply(say=leaver)
    rest = _TO.sub("", rest.strip(), count=1)
    if not rest:
        found = service.look(call.unit, call.actor, leaver.id, _rules(call))
        return Reply(say=texts.to_whom(leaver.name, found) if isinstance(found, list) else _refused(call, found))
    if _POOL.fullmatch(folded(rest)):
        return _propose(call, leaver.id, Aim.POOL, None)
    if _RULE.fullmatch(folded(rest)):
        return _propose(call, leaver.id, Aim.RULE, None)
    to, more = colleague(call, f"{_WORD} {leaver.name}", rest)
    if not isinstance(to, Actor):
        return Reply(say=to)
    if any(map(str.isalnum, more)):
        return Reply(say=texts.one_receiver(leaver.name, to.name, more))
    return _propose(call, leaver.id, Aim.PERSON, to.id)


def _leaver(call: Call) -> tuple[Person | str, str]:
    """Whose things: somebody who works here, or else somebody of this name who has left; by a whole name before one
    that is cut at its dot."""
    text, session = _ARROW.sub(" ", call.text), call.unit.session
    here, gone = people.everybody(session), people.leavers(session)
    for whom in (here, gone):
        found, rest = person_named(_WORD, text, whom, strict=True, short=False)
        if isinstance(found, Person):
            return found, rest
    return person_named(_WORD, text, [*here, *gone], strict=True, meant=partial(_may_leave, call))


def _may_leave(call: Call, person: Person) -> bool:
    """Somebody who works here, and whom this person may hand over."""
    roles = people.known_roles(person.roles)
    return person.left_at is None and may_hand_over(call.actor, person.id, person.department.path, roles)


def _propose(call: Call, leaver_id: int, aim: Aim, to_id: int | None) -> Reply:
    outcome = service.propose(call.unit, call.actor, leaver_id, aim, to_id, _rules(call))
    if isinstance(outcome, Proposed):
        return Reply(show=handover_face(outcome.number))
    return Reply(say=_refused(call, outcome))


def confirm(call: Call, action: ConfirmHandover) -> Reply:
    """确认交接: the leaver is out at once, and the rest is done record by record."""
    outcome = service.confirm(call.unit, call.actor, action.number, _rules(call))
    match outcome:
        case Begun(number):
            one = queries.overview(call.unit.session, call.actor, number, most_odd=0)
            leaver, cut = (_name(call, one.leaver_id), one.cut_access) if one else ("", False)
            return Reply(say=texts.handover_begun(number, leaver, cut=cut), change=handover_face(number))
        case Proposed(number):
            return Reply(say=texts.COUNTS_CHANGED, change=handover_face(number))
        case _:
            return Reply(say=_refused(call, outcome), refresh=True)


def drop(call: Call, action: DropHandover) -> Reply:
    """不交接."""
    outcome = service.drop(call.unit, call.actor, action.number)
    if isinstance(outcome, Dropped):
        return Reply(say=texts.HANDOVER_DROPPED, refresh=True)
    return Reply(say=_refused(call, outcome), refresh=True)


def show(call: Call, action: ShowHandover) -> Reply:
    """刷新, and the question how to take it back."""
    if action.ask:
        refused = service.may_undo(call.unit, call.actor, action.number)
        if refused is not None:
            return Reply(say=_refused(call, refused), refresh=True)
    refused = service.may_see(call.unit, call.actor, action.number)
    if refused is not None:
        return Reply(say=_refused(call, refused), refresh=True)
    return Reply(change=handover_face(action.number, ask=bool(action.ask)))


def show_items(call: Call, action: ShowHandoverItems) -> Reply:
    """明细, page by page."""
    refused = service.may_see(call.unit, call.actor, action.number)
    if refused is not None:
        return Reply(say=_refused(call, refused), refresh=True)
    return Reply(change=items_face(action.number, action.page))


def result(call: Call) -> Reply:
    """交接结果 H3; without a number the last one."""
    number = _number(call)
    if number is None:
        return Reply(say=texts.NO_HANDOVER if not call.text else texts.WHICH_HANDOVER)
    refused = service.may_see(call.unit, call.actor, number)
    return Reply(say=_refused(call, refused)) if refused is not None else Reply(show=handover_face(number))


def undo(call: Call) -> Reply:
    """撤销交接 H3; without a number the last one: asks whether the leaver works here again."""
    number = _number(call)
    if number is None:
        return Reply(say=texts.NO_HANDOVER if not call.text else texts.WHICH_HANDOVER)
    refused = service.may_undo(call.unit, call.actor, number)
    return Reply(say=_refused(call, refused)) if refused is not None else Reply(show=handover_face(number, ask=True))


def undo_confirmed(call: Call, action: UndoHandover) -> Reply:
    """退回并复职, or 只退回."""
    outcome = service.undo(call.unit, call.actor, action.number, restore=bool(action.restore))
    if not isinstance(outcome, Undoing):
        return Reply(say=_refused(call, outcome), refresh=True)
    leaver_id, _, _ = queries.people_of(call.unit.session, action.number)
    said = texts.handover_undoing(outcome, _name(call, leaver_id))
    return Reply(say=said, change=handover_face(action.number))


def _number(call: Call) -> int | None:
    if not call.text.strip():
        return queries.last_of(call.unit.session, call.actor.id)
    return read_numbered("H", call.text)


def _rules(call: Call) -> Rules:
    return rules_of(call.company)


def _name(call: Call, person_id: int) -> str:
    return call.words(person_id).names.get(person_id, "")


def _refused(call: Call, outcome: HandoverRefusal) -> str:
    return texts.handover_refused(outcome, call.words_for(outcome))
