"""早报: what the day brings, also by word."""

from bot.call import Call, Reply
from cards.lead_actions import OpenList
from jobs.morning_screens import LISTS, morning_face


def show(call: Call) -> Reply:
    """早报: the card of today, whatever the time."""
    return Reply(show=morning_face(call.unit.now, asked=True))


def open_list(call: Call, action: OpenList) -> Reply:  # noqa: ARG001
    """即将收回, 新线索: the list on a card of its own."""
    face = LISTS.get(action.which)
    return Reply(show=face) if face else Reply(refresh=True)
