"""我的客户 with and without words, 部门客户."""

from collections.abc import Iterable
from dataclasses import replace

from bot.call import Call, Reply
from bot.phrases.segments import Understood, named_department, names_of_departments, read_segment
from cards import texts
from cards.lead_actions import ShowSegment
from core.leads.segments import from_token
from core.people import queries as people
from core.people.policy import Scope, Verb, may
from jobs.screens import mine_face, segment_face


def mine(call: Call) -> Reply:
    """我的客户 [条件] [页]: what is due first; with words what fits them; with 部门 of all one looks after."""
    return _pick(call, "我的客户", team=False)


def team(call: Call) -> Reply:
    """部门客户 条件 [页]: of all that one looks after, what was longest without a follow-up first."""
    return _pick(call, "部门客户", team=True)


def _pick(call: Call, word: str, *, team: bool) -> Reply:
    found = asked_for(call, word, call.text, Verb.SEGMENT)
    if isinstance(found, str):
        return Reply(say=found)
    segment = replace(found.segment, team=team or found.segment.team)
    if segment.is_all and not segment.team:
        return Reply(show=mine_face(found.page))
    only_own = found.segment.team and call.actor.scope(Verb.SEGMENT) <= Scope.SELF
    return Reply(say=texts.ONLY_OWN if only_own else "", show=segment_face(segment, found.page))


def asked_for(call: Call, command: str, words: str, verb: Verb, behind: str = "") -> Understood | str:
    """The segment that `words` ask for, or what is said to those that ask for none. `behind` stands after them, and
    belongs into what is to be sent."""
    every = _with_those_above(people.departments(call.unit.session))
    theirs = {path for path in every if _looks_after(call, verb, path)}
    found = read_segment(words, call.company.tagging, theirs)
    if isinstance(found, Understood):
        return found
    whole = f"{found.whole}{behind}" if found.whole else ""
    if found.which:
        return texts.which_department(command, found.word, found.which, whole)
    if named_department(found.word, 0, names_of_departments(every)) is not None:
        return texts.not_your_department(command, found.word, sorted(theirs), behind)
    return texts.segment_not_understood(command, found.word, found.nearest, whole)


def _with_those_above(paths: Iterable[str]) -> set[str]:
    """The departments, and those that only stand in the path of one."""
    return {"/".join(parts[:end]) for parts in (path.split("/") for path in paths) for end in range(1, len(parts) + 1)}


def _looks_after(call: Call, verb: Verb, path: str) -> bool:
    """Has `path` anybody of whom the actor may do `verb` to, as far as the place says?"""
    scope, own = call.actor.scope(verb), call.actor.department
    return scope == Scope.ALL or path == own or (scope == Scope.TREE and path.startswith(f"{own}/"))


def turn_page(call: Call, action: ShowSegment) -> Reply:
    """下一页."""
    if not may(call.actor, Verb.SEGMENT):
        call.unit.record(call.actor.id, f"{Verb.SEGMENT}:denied", "segment")
        return Reply(say=texts.not_allowed(Verb.SEGMENT))
    return Reply(change=segment_face(from_token(action.packed), action.page))
