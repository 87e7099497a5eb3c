"""The questions: who takes the next plain message as the answer, and what is said while one is open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.call import Call, Reply
from bot.handlers import follow_up, leads, merging
from cards import texts
from core.store import dialogs


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question. `answer` handles what is typed next; `still` says what is waited for, after a command that
    came between; `left` gives what is said when the question is left by 取消."""

    answer: Callable[[Call], Reply]
    still: Callable[[Mapping[str, object]], str]
    left: Callable[[Call], str] = lambda _: texts.CANCELLED


QUESTIONS: dict[str, Question] = {
    "follow_up": Question(follow_up.content_given, lambda asked: texts.still_asked(asked["lead"], "跟进内容")),
    "next_contact": Question(
        follow_up.time_given,
        lambda asked: texts.still_asked(asked["lead"], "下次联系时间"),
        left=follow_up.time_left,
    ),
    "release_reason": Question(
        leads.release_reason,
        lambda asked: texts.still_asked(asked["lead"], "释放原因"),
        left=lambda _: texts.NOT_RELEASED,
    ),
    "merge": Question(
        merging.merge_confirmed,
        lambda asked: texts.still_asked(asked["lead"], "合并确认"),
        left=lambda _: texts.NOT_MERGED,
    ),
}


def said_again(call: Call, reply: Reply) -> Reply:
    """`reply` to a command that was typed while a question was open (`call.asked`).

    A question stays open over a command: people look something up before they write. So that the next message is not
    taken amiss, the reply ends with what is still waited for; not where the command itself asked, or answered it.
    """
    unit = call.unit
    open_now = (
        dialogs.current(unit.connection, unit.vault, call.actor.id, unit.channel, unit.now) if call.asked else None
    )
    if open_now is None or open_now.kind not in QUESTIONS or open_now.args != call.asked or reply.asks:
        return reply
    still = QUESTIONS[open_now.kind].still(open_now.args)
    return replace(reply, say=f"{reply.say}\n{still}" if reply.say else still)
