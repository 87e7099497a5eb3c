"""跟进任务."""

from typing import assert_never

from bot.call import Call, Reply
from cards import texts
from cards.follow_task_actions import DoneFollowTask
from core.leads.follow_tasks import FollowTaskDone, FollowTaskOver, tick_follow_task
from core.leads.outcomes import NotAllowed


def done(call: Call, action: DoneFollowTask) -> Reply:
    """已完成: the card shows that it is."""
    outcome = tick_follow_task(call.unit, call.actor, action.number)
    match outcome:
        case FollowTaskDone(number, lead_id):
            return Reply(say=texts.follow_task_done(number, lead_id), refresh=True)
        case FollowTaskOver(number):
            return Reply(say=texts.follow_task_over(number), refresh=True)
        case NotAllowed(verb):
            return Reply(say=texts.not_allowed(verb), refresh=True)
        case _:
            assert_never(outcome)
