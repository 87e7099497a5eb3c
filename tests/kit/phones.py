"""What a person of the sample company holds in his hand: WeCom or DingTalk, used alike by a test.

    phone.say("公海"); phone.tap(card, "领取", ticked=["L1024"]); phone.chat()

A card is read and tapped as that platform shows it: on WeCom rows are ticked and a button sends them, on DingTalk's
shared template each row is a button of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.platform import Platform
from cards.render.dingtalk import read_button_id

TICKS = pytest.mark.wecoms_own("several rows are ticked and sent together; on DingTalk each row is a button")
PARTS = pytest.mark.wecoms_own("looks at parts of WeCom's card; what DingTalk's says stands in golden_dingtalk")
CHANGES = pytest.mark.wecoms_own("an old card gives way to a fresh one; on DingTalk it is changed where it hangs")
FAULTS = pytest.mark.wecoms_own("orders what goes wrong at WeCom's interfaces; DingTalk's are in contract/dingtalk")
ONE_ACCOUNT = pytest.mark.wecoms_own("who has DingTalk too is not gone with his account on WeCom")
OF_NO_KIND = "application/octet-stream"
_UNREAD = ("key", "id", "task_id", "card_type", "question_key", "variables", "color")


@dataclass(slots=True)
class Card:
    """A card in somebody's chat, as WeCom got it."""

    message: Message

    @property
    def payload(self) -> dict[str, Any]:
        """The `template_card`."""
        assert self.message.card is not None
        return self.message.card

    @property
    def title(self) -> str:
        """Its main title."""
        return str(self.payload.get("main_title", {}).get("title", ""))

    @property
    def whole(self) -> str:
        """Everything a person can read on it."""
        return "\n".join(_readable(self.payload))

    @property
    def options(self) -> list[str]:
        """The ids of its check list."""
        return [option["id"] for option in self.payload.get("checkbox", {}).get("option_list", [])]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons, the submit button last."""
        buttons = [*self.payload.get("button_list", []), self.payload.get("submit_button", {})]
        return [str(button["text"]) for button in buttons if button.get("text")]

    @property
    def rows(self) -> dict[str, str]:
        """Its rows, by their names."""
        return {row["keyname"]: row["value"] for row in self.payload.get("horizontal_content_list", [])}

    def key(self, label: str, ticked: Sequence[str] = ()) -> str:  # noqa: ARG002
        """The key of the button with this label."""
        buttons = [*self.payload.get("button_list", []), self.payload.get("submit_button", {})]
        found = [button["key"] for button in buttons if button.get("text") == label]
        assert found, f"no button {label} on {[button.get('text') for button in buttons]}"
        return str(found[0])


class DingCard(Card):
    """A card in somebody's chat, as DingTalk shows it: title, body, buttons."""

    __slots__ = ()

    @property
    def title(self) -> str:
        return str(self.payload["title"])

    @property
    def options(self) -> list[str]:
        return [key for button in self._buttons for keys in read_button_id(button["id"])[1].values() for key in keys]

    @property
    def labels(self) -> list[str]:
        ended = _ENDED.search(str(self.payload["body"]))
        return [str(button["text"]) for button in self.payload["buttons"]] or ([ended[1]] if ended else [])

    @property
    def rows(self) -> dict[str, str]:
        lines = (line.partition("：") for line in "\n".join(_readable(self.payload["body"], "body")).split("\n\n"))
        return {name: value for name, colon, value in lines if colon}

    def key(self, label: str, ticked: Sequence[str] = ()) -> str:
        """The id of the button with this label; of a row's, which ticks it and sends it at once."""
        if ticked:
            found = [each["id"] for each in self._buttons if list(ticked) in map(list, _ticked(each["id"]))]
        else:
            found = [each["id"] for each in self._buttons if each["text"] == label]
        assert found, f"no button {label} {ticked} on {self.labels}"
        return str(found[0])

    @property
    def _buttons(self) -> list[dict[str, Any]]:
        return [button for button in self.payload["buttons"] if button.get("request")]


def _ticked(key: str) -> Iterator[tuple[str, ...]]:
    yield from read_button_id(key)[1].values()


def _readable(node: Any, name: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _UNREAD:
                yield from _readable(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from _readable(item, name)
    elif isinstance(node, str):
        yield _MARKDOWN.sub("", node).translate(_AS_WRITTEN) if name == "body" else node


_MARKDOWN = re.compile(r"^> |\*\*", re.MULTILINE)
"""What of a body's markdown nobody sees."""
_ENDED = re.compile(r"【(.+)】$")
"""What takes the place of the buttons of a card that is done: on WeCom a grey one."""
_AS_WRITTEN = str.maketrans("＜＞［］＊＿｀～＼＃", "<>[]*_`~\\#")
"""What stands in a body for what would be markdown."""


class Phone(Protocol):
    """One person's account on one platform."""

    channel: str
    userid: str

    def say(self, text: str) -> object:
        """Type a message."""

    def tap(self, card: Card, label: str, ticked: Sequence[str] = ()) -> object:
        """Tap a button of a card, with these options ticked."""

    def press(self, card: Card, key: str) -> object:
        """Tap the button that has this key, or had it when the card was looked at."""

    def send_picture(self, picture: bytes) -> object:
        """Send a picture."""

    def send_file(self, content: bytes, name: str, mime: str = OF_NO_KIND) -> object:
        """Send a file."""

    def send_voice(self, sound: bytes) -> object:
        """Speak."""

    def send_video(self, film: bytes) -> object:
        """Send a film."""

    def chat(self, after: int = 0) -> tuple[Message, ...]:
        """What stands in the chat, new or changed since change number `after`."""

    def read(self, message: Message) -> Card:
        """The card that a message is."""


@dataclass(frozen=True, slots=True)
class WeComPhone:
    """An account on the fake WeCom."""

    platform: Platform
    userid: str
    channel: str = "wecom"

    def say(self, text: str) -> object:
        return self.platform.say(self.userid, text)

    def tap(self, card: Card, label: str, ticked: Sequence[str] = ()) -> object:
        selected = {card.payload["checkbox"]["question_key"]: list(ticked)} if ticked else {}
        return self.platform.tap(self.userid, card.message.id, card.key(label), selected)

    def press(self, card: Card, key: str) -> object:
        return self.platform.tap(self.userid, card.message.id, key)

    def send_picture(self, picture: bytes) -> object:
        return self.platform.send_picture(self.userid, picture)

    def send_file(self, content: bytes, name: str, mime: str = OF_NO_KIND) -> object:
        return self.platform.send_file(self.userid, content, name, mime)

    def send_voice(self, sound: bytes) -> object:
        return self.platform.send_voice(self.userid, sound)

    def send_video(self, film: bytes) -> object:
        return self.platform.send_video(self.userid, film)

    def chat(self, after: int = 0) -> tuple[Message, ...]:
        return self.platform.chat(self.userid, after)

    def read(self, message: Message) -> Card:
        return Card(message)


@dataclass(frozen=True, slots=True)
class DingPhone:
    """An account on the fake DingTalk."""

    ding: DingTalk
    userid: str
    channel: str = "dingtalk"

    def say(self, text: str) -> object:
        return self.ding.say(self.userid, text)

    def tap(self, card: Card, label: str, ticked: Sequence[str] = ()) -> object:
        return self.press(card, card.key(label, ticked))

    def press(self, card: Card, key: str) -> object:
        return self.ding.tap(self.userid, card.message.id, key)

    def send_picture(self, picture: bytes) -> object:
        return self.ding.send_picture(self.userid, picture)

    def send_file(self, content: bytes, name: str, mime: str = OF_NO_KIND) -> object:
        return self.ding.send_file(self.userid, content, name, mime)

    def send_voice(self, sound: bytes) -> object:
        return self.ding.send_voice(self.userid, sound)

    def send_video(self, film: bytes) -> object:
        return self.ding.send_video(self.userid, film)

    def chat(self, after: int = 0) -> tuple[Message, ...]:
        return self.ding.chat(self.userid, after)

    def read(self, message: Message) -> Card:
        return DingCard(message)
