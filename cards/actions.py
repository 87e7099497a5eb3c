"""What a button does: one class per button, packed into a short signed token.

A token is `name~version~card~expiry~key id~fields…~mac`, for example `claim~1~k3v9…~6928d1c0~9f2c11ab~7Q…`. The MAC
(HMAC-SHA256, cut to 128 bits) covers the text before it and the audience (channel, company, app), which is not in the
text: a token of another app fails. It proves who made the button, not who tapped it: the card row says to whom it was
issued, and the policy whether that person may do it now.

Adding an action: write the class here under `@action("name")`, and its handler in `bot/taps.py` (a test fails if
either is missing). Changing the fields of a released action: give the class the next `version`; taps on older cards
are then answered with the current card.
"""

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import ClassVar, TypeVar, get_type_hints

SEPARATOR = "~"
_MAC_BYTES = 16
_PLAIN = re.compile(r"[0-9A-Za-z_.:\-]*")


class Action:
    """Base of all actions. Fields are `int` or `str` of `[0-9A-Za-z_.:-]`: routing data, never authority."""

    name: ClassVar[str]
    version: ClassVar[int]


REGISTRY: dict[str, type[Action]] = {}

A = TypeVar("A", bound=type[Action])


def action(name: str, version: int = 1) -> Callable[[A], A]:
    """Register an action class under the name that stands in its tokens."""

    def register(cls: A) -> A:
        if name in REGISTRY:
            raise ValueError(f"two actions are called {name}")
        cls.name, cls.version = name, version
        REGISTRY[name] = cls
        return cls

    return register


@action("claim")
@dataclass(frozen=True, slots=True)
class ClaimLeads(Action):
    """领取: claim the ticked leads of the pool card of `pool`."""

    pool: str


@action("claim1")
@dataclass(frozen=True, slots=True)
class ClaimLead(Action):
    """领取: claim one lead."""

    lead: int


@action("follow")
@dataclass(frozen=True, slots=True)
class WriteFollowUp(Action):
    """写跟进: the person's next plain message becomes a follow-up of `lead`."""

    lead: int


@action("way")
@dataclass(frozen=True, slots=True)
class ChooseWay(Action):
    """电话, 微信, 面谈 …: by what the contact was made that is about to be written down for `lead`, or just was."""

    lead: int
    way: str


@action("attach")
@dataclass(frozen=True, slots=True)
class AttachMedia(Action):
    """A lead on the card that asks where pictures and files belong: they go to `lead`."""

    lead: int


@action("unsent")
@dataclass(frozen=True, slots=True)
class LeaveMedia(Action):
    """不用保存 on the same card: they are forgotten."""


@action("media")
@dataclass(frozen=True, slots=True)
class ShowMedia(Action):
    """更早的: page `page` (from 1) of what is kept with `lead`."""

    lead: int
    page: int


@action("medium")
@dataclass(frozen=True, slots=True)
class SendMedium(Action):
    """看: send what is kept under the number `medium`."""

    medium: int


@action("answer")
@dataclass(frozen=True, slots=True)
class AnswerComment(Action):
    """回复: the person's next plain message is a comment to who wrote `comment`."""

    comment: int


@action("release")
@dataclass(frozen=True, slots=True)
class ReleaseLead(Action):
    """释放: hand `lead` back to its pool; the reason is asked for by a message."""

    lead: int


@action("apply")
@dataclass(frozen=True, slots=True)
class StartApplication(Action):
    """进件: start a loan application from `lead`."""

    lead: int


@action("lead")
@dataclass(frozen=True, slots=True)
class ShowLead(Action):
    """详情: show the 360 card of `lead`."""

    lead: int


@action("extend")
@dataclass(frozen=True, slots=True)
class AskExtension(Action):
    """申请延期: the superior is asked for more time for `lead`."""

    lead: int


@action("extended")
@dataclass(frozen=True, slots=True)
class DecideExtension(Action):
    """同意 (`grant` 1) or 不同意 (0) to the question `number` for more time."""

    number: int
    grant: int


@action("phone")
@dataclass(frozen=True, slots=True)
class RevealPhone(Action):
    """看电话: show the full phone number of `lead`, counted."""

    lead: int


@action("addphone")
@dataclass(frozen=True, slots=True)
class AddPhone(Action):
    """补手机号: the person's next plain message is the phone of the customer of `lead`."""

    lead: int


@action("look")
@dataclass(frozen=True, slots=True)
class LookAgain(Action):
    """刷新: bring the card of `lead` up to date, and say who has it and why nothing else can be done."""

    lead: int


@action("pool")
@dataclass(frozen=True, slots=True)
class ShowPool(Action):
    """下一页: show page `page` (from 1) of the pool card of `pool`."""

    pool: str
    page: int


@action("mine")
@dataclass(frozen=True, slots=True)
class ShowMine(Action):
    """我的客户: show page `page` (from 1) of the person's own leads."""

    page: int


@action("own")
@dataclass(frozen=True, slots=True)
class OpenMine(Action):
    """我的客户 on news that has to stay: the person's own leads on a card of their own."""


@action("give")
@dataclass(frozen=True, slots=True)
class TransferTicked(Action):
    """转移: give the ticked leads to the colleague `to`."""

    to: int


@action("ho_yes")
@dataclass(frozen=True, slots=True)
class ConfirmHandover(Action):
    """确认交接: begin the hand-over `number`."""

    number: int


@action("ho_no")
@dataclass(frozen=True, slots=True)
class DropHandover(Action):
    """不交接: the hand-over `number` is not done."""

    number: int


@action("ho")
@dataclass(frozen=True, slots=True)
class ShowHandover(Action):
    """刷新: how the hand-over `number` stands; with `ask` 1 the question how to take it back."""

    number: int
    ask: int


@action("ho_items")
@dataclass(frozen=True, slots=True)
class ShowHandoverItems(Action):
    """明细: page `page` (from 1) of what became of each record of the hand-over `number`."""

    number: int
    page: int


@action("ho_undo")
@dataclass(frozen=True, slots=True)
class UndoHandover(Action):
    """退回: take back the hand-over `number`; with `restore` 1 the leaver works here again."""

    number: int
    restore: int


@action("list")
@dataclass(frozen=True, slots=True)
class OpenList(Action):
    """即将收回, 新线索 on the morning's card: the list of this name, on a card of its own."""

    which: str


@action("marks")
@dataclass(frozen=True, slots=True)
class ShowMarks(Action):
    """等级标签: grade and tags of `lead`, how they came about, and a button for each grade."""

    lead: int


@action("grade")
@dataclass(frozen=True, slots=True)
class SetGrade(Action):
    """等级: `lead` has this grade; empty: none."""

    lead: int
    grade: str


@action("tags")
@dataclass(frozen=True, slots=True)
class ShowTags(Action):
    """标签: a card with a box for each tag that `lead` may have."""

    lead: int


@action("tag")
@dataclass(frozen=True, slots=True)
class SetTags(Action):
    """保存: `lead` has of the tags on the card those that are ticked. `seen` is the picture that the card showed: if
    it is another by now, nothing is done."""

    lead: int
    seen: str


@action("segment")
@dataclass(frozen=True, slots=True)
class ShowSegment(Action):
    """Page `page` (from 1) of a segment: `packed` is what it asks for, as `core.leads.segments.to_token` writes it."""

    packed: str
    page: int


@action("care")
@dataclass(frozen=True, slots=True)
class BeginCare(Action):
    """确认: the care `number`, a draft so far, begins."""

    number: int


@action("nocare")
@dataclass(frozen=True, slots=True)
class DropCare(Action):
    """不发了: the draft `number` is not wanted any more."""

    number: int


@action("caring")
@dataclass(frozen=True, slots=True)
class ShowCare(Action):
    """刷新: how far the care `number` has come."""

    number: int


@action("cared")
@dataclass(frozen=True, slots=True)
class TickCare(Action):
    """已联系: the ticked leads of the care `number` were contacted; each gets a follow-up."""

    number: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A genuine token: the action and the id of the card it was made for."""

    action: Action
    card_id: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """A genuine token that is no longer valid: expired, or of a release whose action had other fields."""

    card_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Forged:
    """Not a token of ours: malformed, altered, or made for another audience."""


def _fields(cls: type[Action]) -> dict[str, type]:
    """An action's fields in their order, each with its type: `int` or `str`."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}  # type: ignore[arg-type]


class Signer:
    """Packs actions into tokens and reads them back. `keys` maps key ids to keys, the signing key first."""

    def __init__(self, keys: dict[str, bytes], audience: str) -> None:
        self._keys = keys
        self._audience = audience.encode()
        self._newest = next(iter(keys))

    def pack(self, act: Action, card_id: str, expires: datetime) -> str:
        """The token for `act` on card `card_id`, valid until `expires` (to the second).

        Raises:
            ValueError: a field is not of its declared type, or holds a character that may not stand in a token.
        """
        values = []
        for name, kind in _fields(type(act)).items():
            value = getattr(act, name)
            if type(value) is not kind:  # not isinstance: True is no number here
                raise ValueError(f"{act.name}.{name} must be {kind.__name__}, not {type(value).__name__}")
            values.append(str(value))
        parts = [act.name, str(act.version), card_id, f"{int(expires.timestamp()):x}", self._newest, *values]
        for part in parts:
            if not _PLAIN.fullmatch(part):
                raise ValueError(f"{act.name}: a field may only hold letters, digits and _.:- ({len(part)} chars)")
        text = SEPARATOR.join(parts)
        return f"{text}{SEPARATOR}{self._mac(self._keys[self._newest], text)}"

    def unpack(self, token: str, now: datetime) -> Unpacked | Outdated | Forged:
        """Read a token back. Total: whatever comes in, one of the three comes out."""
        text, _, mac = token.rpartition(SEPARATOR)
        parts = text.split(SEPARATOR)
        if len(parts) < 5 or not token.isascii():
            return Forged()
        name, version, card_id, expiry, key_id, *values = parts
        key = self._keys.get(key_id)
        if key is None or not hmac.compare_digest(mac, self._mac(key, text)):
            return Forged()
        cls = REGISTRY.get(name)
        if cls is None or version != str(cls.version) or now >= datetime.fromtimestamp(int(expiry, 16), UTC):
            return Outdated(card_id, name)
        typed = _fields(cls)
        if len(values) != len(typed):
            return Outdated(card_id, name)
        try:
            given = {field: kind(value) for (field, kind), value in zip(typed.items(), values, strict=True)}
        except ValueError:  # a release that kept the version but not the fields' types
            return Outdated(card_id, name)
        return Unpacked(cls(**given), card_id)

    def _mac(self, key: bytes, text: str) -> str:
        mac = hmac.digest(key, self._audience + b"\0" + text.encode(), "sha256")[:_MAC_BYTES]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
