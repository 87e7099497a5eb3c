"""What a plain message answers, by what was asked: one handler for each question."""

from collections.abc import Callable
from dataclasses import replace

from bot.call import Call, Reply
from bot.handlers import follow_up, leads
from cards import texts
from core.store import dialogs

DIALOGS: dict[str, Callable[[Call], Reply]] = {
    "follow_up": follow_up.content_given,
    "next_contact": follow_up.time_given,
    "release_reason": leads.release_reason,
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
    if open_now is None or open_now.args != call.asked or reply.asks:
        return reply
    still = texts.still_asked(int(str(open_now.args["lead"])), open_now.kind)
    return replace(reply, say=f"{reply.say}\n{still}" if reply.say else still)
