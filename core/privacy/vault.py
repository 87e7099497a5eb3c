"""The vault: encryption at rest, blind indexes and signing keys, all derived from one master key.

The master key (32 bytes, `TUOLING_SECRET_KEY`) never leaves the environment. Each purpose has its own key, derived
with HKDF-SHA256 under its own label, so that a leaked index key opens no ciphertext. While keys are rotated the old
master is given as well: everything new is written with the new one, everything old is still found and read.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12  # 96 random bits: what NIST SP 800-38D asks of a random GCM nonce
_HEAD = len(_VERSION) + _KEY_ID_BYTES


class Unreadable(Exception):
    """A sealed value that cannot be opened: cut, altered, moved to another row, or sealed with a key we lack."""


@dataclass(frozen=True)
class MasterKey:
    """One 32-byte master key and the keys derived from it."""

    material: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.material) != 32:
            raise ValueError("a master key has 32 bytes")

    def derive(self, label: str) -> bytes:
        """The 32-byte key for one purpose; the same label always gives the same key."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tuoling:{label}".encode()).derive(self.material)

    @cached_property
    def key_id(self) -> bytes:
        """4 bytes that name this key inside envelopes; says nothing about the key itself."""
        return self.derive("key-id")[:_KEY_ID_BYTES]

    @cached_property
    def aead(self) -> AESGCM:
        return AESGCM(self.derive("seal"))


class Vault:
    """Seals and opens values, indexes them blindly, and hands out the signing keys.

    An envelope is `version(1) | key id(4) | nonce(12) | ciphertext | tag(16)`. The place of the value (table, column,
    row) is authenticated with it, so a value copied into another row does not open there.
    """

    def __init__(self, master: bytes, old: bytes | None = None) -> None:
        self._new = MasterKey(master)
        self._all = [self._new] + ([MasterKey(old)] if old else [])
        self._by_id = {key.key_id: key for key in self._all}
        self._derived: dict[str, list[bytes]] = {}

    def seal(self, place: str, value: str | bytes) -> bytes:
        """Encrypt `value` for `place` (`customer.phone:17`). Text is encoded as UTF-8."""
        plain = value.encode() if isinstance(value, str) else value
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + self._new.key_id + nonce + self._new.aead.encrypt(nonce, plain, place.encode())

    def open_bytes(self, place: str, envelope: bytes) -> bytes:
        """Decrypt an envelope sealed for `place`.

        Raises:
            Unreadable: the envelope is not ours, was altered, or belongs to another place.
        """
        key = self._by_id.get(bytes(envelope[len(_VERSION) : _HEAD]))
        if envelope[:1] != _VERSION or key is None or len(envelope) < _HEAD + _NONCE_BYTES:
            raise Unreadable(place.partition(":")[0])
        nonce, sealed = envelope[_HEAD : _HEAD + _NONCE_BYTES], envelope[_HEAD + _NONCE_BYTES :]
        try:
            return key.aead.decrypt(nonce, sealed, place.encode())
        except InvalidTag:
            raise Unreadable(place.partition(":")[0]) from None

    def open(self, place: str, envelope: bytes) -> str:
        """As `open_bytes`, for text."""
        return self.open_bytes(place, envelope).decode()

    def needs_resealing(self, envelope: bytes) -> bool:
        """True if the envelope was sealed with the key that is being retired."""
        return envelope[len(_VERSION) : _HEAD] != self._new.key_id

    def is_foreign(self, envelope: bytes) -> bool:
        """True if the envelope is one, and sealed with a key that we lack. One that is damaged tells of no key."""
        whole = envelope[:1] == _VERSION and len(envelope) >= _HEAD + _NONCE_BYTES
        return whole and bytes(envelope[len(_VERSION) : _HEAD]) not in self._by_id

    def index(self, column: str, value: str) -> bytes:
        """The blind index (32 bytes) under which `value` is stored in `column`: HMAC-SHA256 with the column's own key.

        The caller normalises the value first (`core.privacy.normal`). Equal values give equal indexes: that is the
        purpose, and all it tells.
        """
        return hmac.digest(self.keys(f"index:{column}")[0], value.encode(), "sha256")

    def indexes(self, column: str, value: str) -> list[bytes]:
        """All indexes to look for, the newest first: two while a key is being rotated."""
        return [hmac.digest(key, value.encode(), "sha256") for key in self.keys(f"index:{column}")]

    def keys(self, label: str) -> list[bytes]:
        """The keys for one purpose, the newest first. Sign with the first, accept any."""
        known = self._derived.get(label)
        if known is None:
            known = self._derived[label] = [master.derive(label) for master in self._all]
        return known

    def key_ids(self) -> list[str]:
        """The ids of the live master keys in hex, in the order of `keys`."""
        return [master.key_id.hex() for master in self._all]


def digest(*parts: str | bytes) -> str:
    """SHA-256 over length-prefixed parts, in hex: an identity for things that are no secret."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(len(raw).to_bytes(4, "big") + raw)
    return total.hexdigest()
