"""The vault: what is sealed opens at its own place, with a live key, unaltered; and nowhere else."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.privacy import Unreadable, Vault, digest
from core.privacy.vault import MasterKey

VAULT, OTHER = Vault(b"k" * 32), Vault(b"x" * 32)
PLACE = "customer.phone:17"


@settings(max_examples=200)
@given(st.text(), st.text())
def test_what_is_sealed_opens_at_its_place(place: str, value: str) -> None:
    assert VAULT.open(place, VAULT.seal(place, value)) == value


@settings(max_examples=100)
@given(st.binary(max_size=5000))
def test_bytes_too(value: bytes) -> None:
    assert VAULT.open_bytes(PLACE, VAULT.seal(PLACE, value)) == value


@pytest.mark.parametrize(
    "place", ["customer.phone:18", "customer.name:17", "customer.phone:1", "customer.phone:170", ""]
)
def test_a_value_moved_elsewhere_does_not_open(place: str) -> None:
    with pytest.raises(Unreadable):
        VAULT.open(place, VAULT.seal(PLACE, "13800001111"))


def test_each_altered_bit_and_each_cut_is_noticed() -> None:
    sealed = VAULT.seal(PLACE, "13800001111")
    for place in range(len(sealed)):
        for bit in range(8):
            altered = bytearray(sealed)
            altered[place] ^= 1 << bit
            with pytest.raises(Unreadable):
                VAULT.open(PLACE, bytes(altered))
        with pytest.raises(Unreadable):
            VAULT.open(PLACE, sealed[:place])
    with pytest.raises(Unreadable):
        VAULT.open(PLACE, sealed + b"\0")


@settings(max_examples=300)
@given(st.binary(max_size=80))
def test_whatever_is_opened_opens_or_is_unreadable(junk: bytes) -> None:
    for envelope in (junk, b"\x01" + bytes.fromhex(VAULT.key_ids()[0]) + junk):
        with pytest.raises(Unreadable) as caught:
            VAULT.open(PLACE, envelope)
        assert str(caught.value) == "customer.phone", "the row is not named"


def test_two_sealings_of_one_value_differ() -> None:
    sealed = {VAULT.seal(PLACE, "13800001111") for _ in range(1000)}
    assert len(sealed) == 1000
    assert len({envelope[5:17] for envelope in sealed}) == 1000, "no nonce twice"
    assert all(b"13800001111" not in envelope for envelope in sealed)


def test_another_firms_vault_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        OTHER.open(PLACE, VAULT.seal(PLACE, "13800001111"))


def test_while_rotating_both_keys_open_and_the_new_one_seals() -> None:
    both = Vault(b"x" * 32, b"k" * 32)
    old = VAULT.seal(PLACE, "13800001111")
    assert both.open(PLACE, old) == "13800001111"
    assert both.needs_resealing(old)
    new = both.seal(PLACE, "13800001111")
    assert not both.needs_resealing(new)
    assert OTHER.open(PLACE, new) == "13800001111"
    assert both.key_ids() == [*OTHER.key_ids(), *VAULT.key_ids()]


def test_a_blind_index_tells_equality_within_one_column_and_key() -> None:
    phone = VAULT.index("customer.phone", "13800001111")
    assert len(phone) == 32
    assert phone == VAULT.index("customer.phone", "13800001111")
    assert len({phone, VAULT.index("customer.id_number", "13800001111"), VAULT.index("customer.phone", "13800001112"),
                OTHER.index("customer.phone", "13800001111")}) == 4  # fmt: skip
    both = Vault(b"x" * 32, b"k" * 32)
    assert both.index("customer.phone", "13800001111") == OTHER.index("customer.phone", "13800001111")
    assert both.indexes("customer.phone", "13800001111") == [OTHER.index("customer.phone", "13800001111"), phone]


def test_no_key_serves_two_purposes() -> None:
    labels = ("seal", "audit", "action", "index:customer.phone", "index:customer.name", "key-id")
    keys = [key for label in labels for key in VAULT.keys(label)]
    assert len(set(keys)) == len(labels)
    assert all(len(key) == 32 and key != b"k" * 32 for key in keys)


@pytest.mark.parametrize("material", [b"", b"k" * 31, b"k" * 33])
def test_a_master_key_has_32_bytes(material: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(material)
    if material:
        with pytest.raises(ValueError, match="32 bytes"):
            Vault(b"k" * 32, material)


def test_keys_are_not_shown() -> None:
    material = os.urandom(16).hex().encode()
    for holder in (MasterKey(material), Vault(material)):
        assert material.decode() not in f"{holder} {holder!r}"


def test_a_digest_tells_where_parts_end() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("中") == digest("中".encode())
