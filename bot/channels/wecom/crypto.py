"""The encryption of WeCom's callbacks: signature, AES-256-CBC and the layout of the plaintext.

A plaintext is `random(16) | length(4, big-endian) | message | receive id`, padded by PKCS#7 to a multiple of 32, with
the first half of the key as IV. Source: developer.work.weixin.qq.com/document/path/90968.
"""

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32  # PKCS#7 pads to 32 here, not to AES's own 16
_RANDOM = 16
_HEAD = _RANDOM + 4


class BadCallback(Exception):
    """A callback that is not genuine. `why` is one word for metrics; it never goes back to the sender."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """The lower-case hex SHA-1 over the four values, sorted and joined."""
    return hashlib.sha1(
        "".join(sorted((token, timestamp, nonce, encrypted))).encode(), usedforsecurity=False
    ).hexdigest()


def check_signature(given: str, token: str, timestamp: str, nonce: str, encrypted: str) -> None:
    """Compare in constant time.

    Raises:
        BadCallback: `signature`.
    """
    if not hmac.compare_digest(given.encode(errors="replace"), signature(token, timestamp, nonce, encrypted).encode()):
        raise BadCallback("signature")


class CallbackCipher:
    """Encrypts and decrypts for one EncodingAESKey (43 characters) and one receive id (the corp id for an app)."""

    def __init__(self, aes_key: str, receive_id: str) -> None:
        try:
            key = base64.b64decode(aes_key + "=")
        except ValueError:
            key = b""
        if len(aes_key) != 43 or len(key) != 32:
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._receive_id = receive_id.encode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message in `encrypted` (base64), with padding, length field and receive id checked.

        Raises:
            BadCallback: `base64`, `length`, `padding` or `receiver`.
        """
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):  # ValueError: characters beyond ASCII
            raise BadCallback("base64") from None
        if not sealed or len(sealed) % _BLOCK:
            raise BadCallback("length")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes((pad,)) * pad:
            raise BadCallback("padding")
        end = _HEAD + int.from_bytes(plain[_RANDOM:_HEAD], "big")
        if len(plain) - pad < end:
            raise BadCallback("length")
        if not hmac.compare_digest(plain[end:-pad], self._receive_id):
            raise BadCallback("receiver")
        return plain[_HEAD:end]

    def encrypt(self, message: bytes, prefix: bytes | None = None) -> str:
        """`message` encrypted, in base64. `prefix` replaces the 16 random bytes where a published vector fixes them."""
        text = (prefix or os.urandom(_RANDOM)) + len(message).to_bytes(4, "big") + message + self._receive_id
        pad = _BLOCK - len(text) % _BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(text + bytes((pad,)) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()
