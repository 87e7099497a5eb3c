"""WeCom's groups as a `cards.channel.GroupChannel`: chats of the app and robots, and how fast each may be sent to."""

from bot.channels.wecom.appchat import AppChats
from bot.channels.wecom.channel import TEXT_BYTES
from bot.channels.wecom.robot import Robots
from cards.channel import Fault, Misconfigured, Pace, Sent, ToChat, ToGroup, ToRobot, Unsent, Vanished
from cards.limits import cut_bytes
from core.groups.guard import GroupText

# A robot: 20 a minute. The app's chats: 20,000 people a minute and, of the smallest company, 150,000 an hour, counted
# by message and member over all of them.
_ROBOT = Pace(per_minute=15, per_hour=900, app_per_minute=6000)
_CHAT_PER_MINUTE, _CHAT_PER_HOUR = 20, 600  # nobody reads more
_PEOPLE_PER_MINUTE, _PEOPLE_PER_HOUR = 12_000, 100_000
_NO_APP = Misconfigured("the app is not set up")


class WeComGroups:
    """Sends to groups. `chats` is None where no app is set up: robots need none."""

    def __init__(self, robots: Robots, chats: AppChats | None) -> None:
        self._robots, self._chats = robots, chats

    def pace(self, to: ToGroup, members: int, chats: int) -> Pace:
        """See `GroupChannel`: of what the app's chats may have together each gets an equal share."""
        if isinstance(to, ToRobot):
            return _ROBOT
        share = max(1, members) * max(1, chats)
        per_minute = min(_CHAT_PER_MINUTE, _PEOPLE_PER_MINUTE // share)
        per_hour = min(_CHAT_PER_HOUR, _PEOPLE_PER_HOUR // share)
        return Pace(max(1, per_minute), max(1, per_hour), _ROBOT.app_per_minute)

    def tell(self, to: ToGroup, text: GroupText) -> Sent | Vanished | Fault:
        """See `GroupChannel`."""
        words = cut_bytes(text.text, TEXT_BYTES)
        if isinstance(to, ToRobot):
            return self._robots.tell(to.variable, words)
        return self._chats.tell(to.chat_id, words) if self._chats is not None else _NO_APP

    def show(self, to: ToGroup, png: bytes, name: str) -> Sent | Vanished | Unsent | Fault:
        """See `GroupChannel`."""
        match to:
            case ToRobot(variable):
                return self._robots.show(variable, png)
            case ToChat(chat_id):
                return self._chats.show(chat_id, png, name) if self._chats is not None else _NO_APP
