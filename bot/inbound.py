"""What comes in, from any channel: neutral and frozen.

A channel's `parse` turns a verified raw event into exactly one of these. It is total: what is not known becomes
`Ignored`, never an exception.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from core.leads.filetypes import MediumKind
from core.store.sessions import Session


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sent it, when, and the key under which it is taken exactly once.

    `key` is the same for every repetition of the same event and for no other event. `sender` is the platform's user
    id, case-folded; empty for events of the system. `at` is the platform's time of the event. `spelt` is the user id
    as the platform has it, where its case may count. `session`: where a text may be sent that answers this message to
    its sender alone, if the platform has such a thing; a repetition may have another.
    """

    channel: str
    key: str
    sender: str
    at: datetime
    spelt: str = ""
    session: Session | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A typed message."""

    envelope: Envelope
    text: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button. `token` is the button's key as it came back (not yet checked), `card_key` the platform's id of
    the card, `selected` what was ticked or chosen by question key, `code` the one-time code that changes the card, good
    for `code_seconds`."""

    envelope: Envelope
    token: str
    card_key: str
    selected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    code: str | None = None
    code_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture, a voice, a film or a file; `media_id` fetches it for three days. `kind` is what the platform calls it:
    what it is, only its content says."""

    envelope: Envelope
    media_id: str
    kind: MediumKind


@dataclass(frozen=True, slots=True)
class Mixed:
    """One message that is several things: pictures, and words with them (perhaps none). All have the envelope of the
    message, which is taken once, as a whole."""

    envelope: Envelope
    sent: tuple[Sent, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A location the person sent. Latitude and longitude in degrees."""

    envelope: Envelope
    latitude: float
    longitude: float
    label: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The person came or went: `kind` is `joined`, `left`, `opened` (opened the chat) or `menu` (`key` says which)."""

    envelope: Envelope
    kind: str
    key: str = ""


ContactDeed: TypeAlias = Literal["added", "changed", "removed", "left"]


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Something happened between a member and a customer whom he has among his contacts (客户联系): the member has him
    now (`added`), noted something with him (`changed`), or removed him (`removed`), or the customer removed the member
    (`left`). `contact` is the platform's id of the customer, `state` the word of the QR code by which he came."""

    envelope: Envelope
    deed: ContactDeed
    member: str
    contact: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationChanged:
    """The platform's address book has changed: `kind` as the platform names it (`update_user`), `subject` an account or
    a department's number, `carried` what else the event said that we keep, by the platform's names."""

    envelope: Envelope
    kind: str
    subject: str
    carried: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotaGone:
    """A message came whose words the platform keeps back, because the company's quota of calls is used up."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class InGroup:
    """Somebody called the robot by name in a group, which is read by all who are in it. `group` is its id there,
    `title` what it is called, `words` what was typed (empty if it was something else); `session` leads into the group,
    and never to the sender alone."""

    envelope: Envelope
    group: str
    title: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    session: Session | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Genuine, but nothing we act upon; `kind` names it (`link`, `LOCATION` …) without content."""

    envelope: Envelope
    kind: str


Inbound: TypeAlias = (
    Text | Tap | Sent | Mixed | Place | Lifecycle | InGroup | ContactChange | OrganisationChanged | QuotaGone | Ignored
)
