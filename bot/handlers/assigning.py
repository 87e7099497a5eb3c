"""为什么分给我, 分配队列."""

from bot.call import Call, Reply
from cards import texts
from core.leads import explaining
from core.leads.assignment_outcomes import Chosen, Nobody
from core.leads.explaining import NextRound, NoRule, OtherwiseGiven, Paused
from core.people.policy import Scope, Verb


def why(call: Call) -> Reply:
    """为什么分给我 L1024: the decision as it was taken, or why there is none."""
    number, _ = call.numbered()
    unit, company = call.unit, call.company
    found = explaining.explain(unit, call.actor, number, company.assignment, company.pools)
    in_full = call.actor.scope(Verb.EXPLAIN) > Scope.SELF
    match found:
        case Chosen():
            return Reply(say=texts.why_given(found, call.words(), in_full=in_full))
        case Nobody():
            return Reply(say=texts.why_nobody(found, call.words(), in_full=in_full))
        case OtherwiseGiven(last):
            return Reply(say=texts.not_assigned(number, last, call.words()))
        case NoRule():
            return Reply(say=texts.no_rule(number))
        case NextRound(rule):
            return Reply(say=texts.next_round(number, rule))
        case Paused():
            return Reply(say=texts.assignment_paused(number))
        case _:
            return Reply(say=call.refusal(found))


def has_queue(call: Call) -> bool:
    """Does this person look after a pool?"""
    return explaining.sees_queue(call.actor, call.company.pools)


def queue(call: Call) -> Reply:
    """分配队列: what waits in the pools that this person looks after; for administrators in all."""
    waiting = explaining.queue_of(call.unit, call.actor, call.company.pools)
    if waiting is None:
        return Reply(say=texts.NO_QUEUE)
    assignment = call.company.assignment
    is_paused = assignment.paused or not assignment.rules
    return Reply(say=texts.queue(waiting, call.words(), is_paused=is_paused))
