"""What a plain message answers, by what was asked: one handler for each question."""

from collections.abc import Callable

from bot.call import Call, Reply
from bot.handlers import follow_up, leads

DIALOGS: dict[str, Callable[[Call], Reply]] = {
    "follow_up": follow_up.content_given,
    "next_contact": follow_up.time_given,
    "release_reason": leads.release_reason,
}
