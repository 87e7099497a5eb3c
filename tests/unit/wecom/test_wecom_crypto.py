"""The encryption: published vectors, wechatpy as a second opinion, and everything that must be refused."""

import base64

import pytest
import wecom_vectors as v
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.work.crypto import PrpCrypto, WeChatCrypto

from bot.channels.wecom.crypto import BadCallback, CallbackCipher, check_signature, signature

CORP, KEY = "ww1", v.V2_KEY
RAW_KEY = base64.b64decode(KEY + "=")


def seal(plain: bytes) -> str:
    """Encrypt a plaintext exactly as given: its padding may be wrong."""
    encryptor = Cipher(algorithms.AES(RAW_KEY), modes.CBC(RAW_KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def layout(message: bytes, receiver: bytes = CORP.encode(), length: int | None = None) -> bytes:
    size = len(message) if length is None else length
    return b"r" * 16 + size.to_bytes(4, "big") + message + receiver


def padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


@pytest.mark.parametrize("vector", [v.V1, v.V3, v.V4, v.V7, v.V8], ids=["V1", "V3", "V4", "V7", "V8"])
def test_published_signatures_hold(vector):
    values = (vector.token, str(vector.timestamp), vector.nonce, vector.encrypted)
    assert signature(*values) == vector.signature
    check_signature(vector.signature, *values)
    with pytest.raises(BadCallback, match="signature"):
        check_signature(vector.signature, vector.token, str(vector.timestamp), vector.nonce + "4", vector.encrypted)


@pytest.mark.parametrize(
    ("vector", "inside"),
    [
        (v.V1, b"<Content><![CDATA[hello]]></Content>"),
        (v.V3, v.V3_ECHO),
        (v.V4, v.V4_ECHO),
        (v.V7, "<Content>你好</Content>".encode()),
        (v.V8, v.V8_ECHO),
    ],
    ids=["V1", "V3", "V4", "V7", "V8"],
)
def test_published_ciphertexts_open(vector, inside):
    assert inside in CallbackCipher(vector.aes_key, vector.receive_id).decrypt(vector.encrypted)


DINGTALKS = {"D3": (v.D3, v.D3_SAID), "D4": (v.D4, v.D4_SAID), "D5": (v.D5, v.D5_SAID)}


@pytest.mark.parametrize(("vector", "said"), DINGTALKS.values(), ids=DINGTALKS)
def test_dingtalks_published_events_open_with_the_same_key(vector, said):
    """Nothing comes to us from DingTalk like this, but it is the same scheme: three more witnesses of ours, one of them
    with a message whose signs have more than one byte."""
    values = (vector.token, str(vector.timestamp), vector.nonce, vector.encrypted)
    check_signature(vector.signature, *values)
    cipher = CallbackCipher(vector.aes_key, vector.receive_id)
    assert cipher.decrypt(vector.encrypted).decode() == said
    prefix = layout_of(vector)[:16]
    assert cipher.encrypt(said.encode(), prefix) == vector.encrypted
    with pytest.raises(BadCallback, match="receiver"):
        CallbackCipher(vector.aes_key, "ww1").decrypt(vector.encrypted)


def test_our_own_vector_begins_as_it_was_made():
    assert layout_of(v.D5)[:16] == v.D5_PREFIX


def layout_of(vector):
    """The whole plaintext, with its padding."""
    key = base64.b64decode(vector.aes_key + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    return decryptor.update(base64.b64decode(vector.encrypted)) + decryptor.finalize()


def test_v2_encrypts_to_the_published_bytes():
    cipher = CallbackCipher(v.V2_KEY, v.V2_ID)
    assert cipher.encrypt(v.V2_MESSAGE.encode(), v.V2_PREFIX) == v.V2_ENCRYPTED
    assert cipher.decrypt(v.V2_ENCRYPTED).decode() == v.V2_MESSAGE


def test_v8_encrypts_to_the_published_signature():
    encrypted = CallbackCipher(v.V8.aes_key, v.V8.receive_id).encrypt(v.V8_TEXT.encode(), v.V8_PREFIX)
    assert encrypted.startswith("9s4gMv99m88kKTh/H8Id")
    assert signature(v.V8.token, v.V8_STAMP, v.V8_NONCE, encrypted) == v.V8_SIGNATURE


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_agrees_with_wechatpy_in_both_directions(text):
    theirs, ours = PrpCrypto(RAW_KEY), CallbackCipher(KEY, CORP)
    assert ours.decrypt(theirs.encrypt(text, CORP).decode()) == text.encode()
    assert theirs.decrypt(ours.encrypt(text.encode()), CORP) == text


def test_wechatpy_accepts_our_address_verification():
    encrypted = CallbackCipher(KEY, CORP).encrypt(b"1616140317555161061")
    theirs = WeChatCrypto("tok", KEY, CORP)
    assert theirs.check_signature(signature("tok", "1", "2", encrypted), "1", "2", encrypted) == "1616140317555161061"


def test_the_random_prefix_is_new_each_time():
    cipher = CallbackCipher(KEY, CORP)
    assert len({cipher.encrypt(b"same") for _ in range(50)}) == 50


@pytest.mark.parametrize("size", range(65))
def test_every_length_of_padding_goes_through(size):
    cipher = CallbackCipher(KEY, CORP)
    assert cipher.decrypt(cipher.encrypt(b"x" * size)) == b"x" * size


@pytest.mark.parametrize(
    ("encrypted", "why"),
    [
        ("", "length"),
        ("====", "base64"),
        ("公海", "base64"),
        ("abc", "base64"),
        (" " + v.V2_ENCRYPTED, "base64"),
        ("AAAA", "length"),
        (base64.b64encode(bytes(16)).decode(), "length"),
        (base64.b64encode(bytes(48)).decode(), "length"),
        (seal(bytes(32)), "padding"),
        (seal(b"r" * 31 + b"\x21"), "padding"),
        (seal(padded(layout(b"m"))[:-2] + b"\x00" + padded(layout(b"m"))[-1:]), "padding"),
        (seal(bytes([32]) * 32), "length"),
        (seal(padded(layout(b"m", length=9999))), "length"),
        (seal(padded(layout(b"m", length=2**32 - 1))), "length"),
        (seal(padded(layout(b"m", length=0))), "receiver"),
        (seal(padded(layout(b"m", receiver=b"ww2"))), "receiver"),
        (seal(padded(layout(b"m", receiver=b""))), "receiver"),
        (seal(padded(layout(b"m", receiver=b"ww1x"))), "receiver"),
        (seal(padded(layout(b"m", receiver=b"WW1"))), "receiver"),
    ],
)
def test_hostile_ciphertexts_are_refused(encrypted, why):
    with pytest.raises(BadCallback) as refused:
        CallbackCipher(KEY, CORP).decrypt(encrypted)
    assert refused.value.why == why


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=128) | st.binary(min_size=64, max_size=64))
def test_nothing_but_bad_callback_is_raised(plain):
    cipher = CallbackCipher(KEY, CORP)
    for encrypted in (base64.b64encode(plain).decode(), seal(plain + bytes(-len(plain) % 16))):
        with pytest.raises(BadCallback):
            cipher.decrypt(encrypted)


@pytest.mark.parametrize("key", ["", "short", KEY + "A", KEY[:-1], "!" * 43, "中" * 43])
def test_a_key_that_is_none_is_refused_at_start(key):
    with pytest.raises(ValueError, match="43"):
        CallbackCipher(key, CORP)
