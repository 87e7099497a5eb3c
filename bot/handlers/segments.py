"""我的客户 with and without words, 部门客户."""

from dataclasses import replace

from bot.call import Call, Reply
from bot.phrases.segments import NotUnderstood, read_segment
from cards import texts
from cards.actions import ShowSegment
from core.leads.segments import from_token
from core.people.policy import Scope, Verb, may
from jobs.screens import mine_face, segment_face


def mine(call: Call) -> Reply:
    """我的客户 [条件] [页]: what is due first; with words what fits them; with 部门 of all one looks after."""
    return _pick(call, "我的客户", team=False)


def team(call: Call) -> Reply:
    """部门客户 条件 [页]: of all that one looks after, what was longest without a follow-up first."""
    return _pick(call, "部门客户", team=True)


def _pick(call: Call, word: str, *, team: bool) -> Reply:
    found = read_segment(call.text, call.company.tagging)
    if isinstance(found, NotUnderstood):
        return Reply(say=texts.segment_not_understood(word, found.word, found.nearest, found.whole))
    segment = replace(found.segment, team=team or found.segment.team)
    if segment.is_all and not segment.team:
        return Reply(show=mine_face(found.page))
    only_own = found.segment.team and call.actor.scope(Verb.SEGMENT) <= Scope.SELF
    return Reply(say=texts.ONLY_OWN if only_own else "", show=segment_face(segment, found.page))


def turn_page(call: Call, action: ShowSegment) -> Reply:
    """下一页."""
    if not may(call.actor, Verb.SEGMENT):
        call.unit.record(call.actor.id, f"{Verb.SEGMENT}:denied", "segment")
        return Reply(say=texts.not_allowed(Verb.SEGMENT))
    return Reply(change=segment_face(from_token(action.packed), action.page))
