"""What a channel can do for us: send a card, change it, send a text, take a picture; and what may come back.

Results are values, because the relay decides by their kind what happens next. A channel never raises for what the
platform answers; it raises only for a bug of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from cards.model import Card
from core.groups.guard import GroupText
from core.leads.filetypes import MediumKind
from core.risk.providers import Answer, Exchange, Item


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it. `code` changes the card later, once, until `code_seconds` from now (WeCom's
    response_code); `message_id` names the message for a recall."""

    code: str | None = None
    code_seconds: int = 0
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """The card can no longer be changed (code used or too old): send a fresh one. Of a picture: the platform has it no
    longer, upload it anew. Of a session: nothing was said there, send it otherwise."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now, perhaps later: the platform is busy, throttles us, or the outcome is unknown. `after` in seconds.
    `maybe_sent` is True when the request may have been carried out (a timeout after sending)."""

    after: float
    why: str
    maybe_sent: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Never for this person or this content: outside the app's visible range, no licence, bad content. `unreachable`:
    it is about the person, whom nothing else would reach either."""

    why: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of the platform is reached; wait `after` seconds with what has this limit, or with `everything`, or with
    all that is `counted` among the calls of the month."""

    after: float
    why: str
    everything: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Our credentials or settings are wrong: an engineer must act; waiting does not help."""

    why: str


@dataclass(frozen=True, slots=True)
class Resting:
    """Not tried: who is to get it failed lately and is left alone for `after` seconds more."""

    after: float


Fault: TypeAlias = Retry | Permanent | Quota | Misconfigured


@dataclass(frozen=True, slots=True)
class Vanished:
    """The group is not there any more, or we (our robot) are not in it: somebody must act."""

    why: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """A picture that did not get as far as being sent, because of `fault`: nobody has it."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A picture or file the platform holds for us under `media_id`."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What somebody sent: the content, and what its sender calls it (empty if nobody said). The name is a stranger's
    word: to be shown, and nothing else."""

    content: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """It is larger than what was asked for; nothing was kept of it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much one member may be sent by one app before the platform drops messages without an error."""

    per_minute: int
    per_hour: int
    app_per_minute: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer as a member has him among his contacts. `name` is what he calls himself, `remark` what the member
    calls him, `phones` what the member noted; `state` is the word of the QR code by which he came, `way` the platform's
    number of how."""

    name: str
    company: str = ""
    remark: str = ""
    description: str = ""
    phones: tuple[str, ...] = ()
    state: str = ""
    way: int | None = None


@dataclass(frozen=True, slots=True)
class NoContact:
    """The member has no such contact, or no longer."""


class Texting(Protocol):
    """A gateway for short messages (短信): a channel that reaches a phone, and takes no card. `name` stands in outbox
    rows, `sign` is the 签名 with which each text begins."""

    name: str
    pace: Pace
    sign: str

    def send(self, phone: str, text: str, key: str) -> Sent | Fault:
        """Send `text`, which fits into one message, to a mobile number. By `key` the gateway recognises a
        repetition: what is sent again under the same one arrives once."""
        ...


class Channel(Protocol):
    """One platform, seen from inside. `name` is what stands in inbox and outbox rows (`wecom`, `dingtalk`).

    `changes_freely`: how long a card can be changed once it was sent, as often as is wanted; None: only with the
    one-time codes that the platform gives.
    """

    name: str
    pace: Pace
    changes_freely: timedelta | None

    def runs_short(self) -> bool:
        """Are most of the calls used up that the platform allows for now, so that what can wait is put together?"""
        ...

    def send_card(self, to: str, card: Card, card_id: str, *, again: bool) -> Sent | Fault:
        """Send `card` to the member `to` under the key that `card_id` makes. Its buttons carry `card_id.revision`.

        `again` says that an earlier attempt may have arrived: the platform's "this key exists" then means Sent.
        """
        ...

    def update_card(self, to: str, card: Card, card_id: str, code: str | None) -> Sent | Expired | Fault:
        """Change the card that was sent as `card_id`, for `to` alone, with a one-time `code`; without one where a card
        `changes_freely`."""
        ...

    def send_text(self, to: str, text: str, *, again: bool) -> Sent | Fault:
        """Send plain text of at most `text_bytes` bytes (the caller splits). `again` as in `send_card`: the
        platform is asked to drop it if it has the same text from just before. One that cannot be asked (DingTalk) may
        bring it twice."""
        ...

    def answer(self, url: str, text: str) -> Sent | Expired | Fault:
        """Send plain text, as `send_text` takes it, where the session of a message leads (`core/store/sessions.py`).
        Expired: nothing was sent, because it has ended or there is no such thing on this platform."""
        ...

    def send_picture(self, to: str, media_id: str) -> Sent | Expired | Fault:
        """Send a picture uploaded before. The same one, sent again within a minute or two, comes once, but where
        the platform cannot be asked to drop a repetition (DingTalk)."""
        ...

    def upload(self, png: bytes, name: str) -> Uploaded | Fault:
        """Hand a PNG over to the platform."""
        ...

    def contact(self, contact_id: str, member: str) -> Contact | NoContact | Fault:
        """The contact with this id of the platform's, as `member` has him. Changes nothing; may be asked again."""

    def send_file(self, to: str, media_id: str, kind: MediumKind) -> Sent | Fault:
        """Send what was uploaded before as `kind`."""
        ...

    def upload_file(self, content: bytes, name: str, mime: str, kind: MediumKind) -> Uploaded | Fault:
        """Hand a file over to the platform, to be sent as `kind` under `name` (which we made)."""
        ...

    def download(self, media_id: str, most: int) -> Downloaded | TooLarge | Fault:
        """What a member sent, of at most `most` bytes."""
        ...

    @property
    def text_bytes(self) -> int:
        """The longest text in bytes of UTF-8 that one message holds."""
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """A group chat as it is on the platform: its name, its owner and its members, by their user ids."""

    name: str
    owner: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """There was a chat of this id before: another id is needed."""


@dataclass(frozen=True, slots=True)
class ToChat:
    """A group chat by its id on the platform: the app has made it, or its robot is in it."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class ToRobot:
    """The group in which a robot is, by the name of the variable that holds its key."""

    variable: str


ToGroup: TypeAlias = ToChat | ToRobot


class GroupChannel(Protocol):
    """The groups of one platform. None of them knows a key for a message: what is sent again comes again."""

    def pace(self, to: ToGroup, members: int, chats: int) -> Pace:
        """How much this group may be sent, which has so many members and is one of so many chats of the app."""
        ...

    def tell(self, to: ToGroup, text: GroupText) -> Sent | Vanished | Fault:
        """Send plain text, cut to what one message holds."""
        ...

    def show(self, to: ToGroup, png: bytes, name: str) -> Sent | Vanished | Unsent | Fault:
        """Send a picture (of a `GroupBoard`: the caller sees to it)."""
        ...


class Chats(Protocol):
    """The group chats that the app may make, and change."""

    def read(self, chat_id: str) -> Chat | Vanished | Fault:
        """The chat as it is; changes nothing."""
        ...

    def create(self, chat_id: str, chat: Chat) -> Sent | Taken | Fault:
        """Make the chat under an id that was chosen here."""
        ...

    def update(self, chat_id: str, old: Chat, new: Chat) -> Sent | Vanished | Fault:
        """Make of the chat as it is, `old`, the one that is wanted."""
        ...


@dataclass(frozen=True, slots=True)
class Reported:
    """A provider's report. `raw` is the answer as it came."""

    answer: Answer
    raw: bytes


@dataclass(frozen=True, slots=True)
class Promised:
    """The report comes later: it is asked for under `reference`, or (empty) the provider brings it."""

    reference: str


@dataclass(frozen=True, slots=True)
class NoReport:
    """The provider answered as it should, and has no report on this applicant, or gives none."""

    why: str


class Reporting(Protocol):
    """Asks providers for reports on applicants."""

    def ask(
        self, exchange: Exchange, key: str, items: Mapping[Item, str]
    ) -> Reported | Promised | NoReport | Fault | Resting:
        """Ask for a report; under one `key` it is the same one, however often it is asked for, and is paid for once."""
        ...

    def poll(self, exchange: Exchange, key: str, reference: str) -> Reported | Promised | NoReport | Fault | Resting:
        """Ask whether the report is there that was promised under `reference`."""
        ...

    def brought(
        self, exchange: Exchange, headers: Mapping[str, str], body: bytes
    ) -> tuple[str, Reported | NoReport] | None:
        """What a provider brings by itself (a callback), and our key of it; None: it is not the provider's, or nothing
        that can be read."""
        ...


class Calling(Protocol):
    """Tells other systems what happened."""

    def call(self, url: str, body: bytes, key: str) -> Sent | Fault | Resting:
        """Tell the system at `url` the body; under one `key` it is told the same, however often."""
        ...
