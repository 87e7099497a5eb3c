"""What a button does: one class per button, packed into a short signed token.

A token is `name~version~card~expiry~key id~fields…~mac`, for example `claim~1~k3v9…~6928d1c0~9f2c11ab~7Q…`. The MAC
(HMAC-SHA256, cut to 128 bits) covers the text before it and the audience (channel, company, app), which is not in the
text: a token of another app fails. It proves who made the button, not who tapped it: the card row says to whom it was
issued, and the policy whether that person may do it now.

Adding an action: write the class in `lead_actions.py` or `loan_actions.py` under `@action("name")`, and its handler in
`bot/taps.py` (a test fails if either is missing). Changing the fields of a released action: give the class the next
`version`; taps on older cards are then answered with the current card.
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


def numbers_of(act: Action) -> tuple[int, ...]:
    """The numbers in an action: what it is about, and a page perhaps."""
    values = (getattr(act, name) for name in _fields(type(act)))
    return tuple(value for value in values if isinstance(value, int))
