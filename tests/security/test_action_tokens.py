"""Action tokens: of any number of altered ones none passes, and whatever comes in, one of three answers comes out."""

import random
import string
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.actions import REGISTRY, Action, Forged, Outdated, Signer, Unpacked
from cards.lead_actions import ClaimLead, ShowPool

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
KEYS = {"9f2c11ab": b"n" * 32, "00c0ffee": b"o" * 32}
SIGNER = Signer(KEYS, "wecom:ww1:1000002")
CARD = "k3v9q2abcdefgh23.1"
ALPHABET = string.ascii_letters + string.digits + "~_.:-=+/ 领\x00\ud800"


def sample(kind: type[Action], number: int = 1024) -> Action:
    """An action of this class with plausible fields."""
    values = {name: number if hint is int else "hohhot" for name, hint in get_type_hints(kind).items() if name in
              {field.name for field in fields(kind)}}  # type: ignore[arg-type]  # fmt: skip
    return kind(**values)


TOKENS = [SIGNER.pack(sample(kind), CARD, LATER) for kind in REGISTRY.values()]


def mutated(token: str, other: str, dice: random.Random) -> str:
    """One of the ways to alter a token; the result differs from `token`."""
    place = dice.randrange(len(token))
    parts, others = token.split("~"), other.split("~")
    match dice.randrange(8):
        case 0:
            result = token[:place] + dice.choice(ALPHABET) + token[place + 1 :]
        case 1:
            result = token[:place] + token[place + dice.randint(1, 4) :]
        case 2:
            result = token[:place] + dice.choice(ALPHABET) * dice.randint(1, 3) + token[place:]
        case 3:
            result = token[:place] + token[place:].swapcase()
        case 4:
            parts[dice.randrange(len(parts))] = others[dice.randrange(len(others))]
            result = "~".join(parts)
        case 5:
            parts[-1] = others[-1]
            result = "~".join(parts)
        case 6:
            dice.shuffle(parts)
            result = "~".join(parts)
        case _:
            result = token + dice.choice(["~", "~~", " ", "\n", "=", token, "~1"])
    return result


def test_of_200000_altered_tokens_none_passes() -> None:
    dice, genuine, tried = random.Random(20261124), set(TOKENS), 0
    while tried < 200_000:
        token = mutated(dice.choice(TOKENS), dice.choice(TOKENS), dice)
        if token in genuine:
            continue
        tried += 1
        assert SIGNER.unpack(token, NOW) == Forged(), token


@settings(max_examples=500, deadline=None)
@given(st.text() | st.lists(st.text(st.sampled_from(ALPHABET), max_size=12), max_size=9).map("~".join))
def test_whatever_comes_in_one_of_three_comes_out(text: str) -> None:
    assert SIGNER.unpack(text, NOW) == Forged()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(REGISTRY.values())), st.integers(-(2**63), 2**63 - 1), st.text("abc019_.:-", max_size=20))
def test_what_is_packed_comes_back(kind: type[Action], number: int, text: str) -> None:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    act = kind(**{name: number if hints[name] is int else text for name in names})
    assert SIGNER.unpack(SIGNER.pack(act, CARD, LATER), NOW) == Unpacked(act, CARD)


@pytest.mark.parametrize("bad", ["a~b", "公海", "a b", "a\n", "", "~"])
def test_a_field_holds_no_separator_nor_anything_strange(bad: str) -> None:
    if bad == "":
        assert SIGNER.unpack(SIGNER.pack(ShowPool(bad, 1), CARD, LATER), NOW) == Unpacked(ShowPool(bad, 1), CARD)
        return
    with pytest.raises(ValueError, match=r"a field may only hold") as caught:
        SIGNER.pack(ShowPool(bad, 1), CARD, LATER)
    assert bad not in str(caught.value).replace("a field", "")


def test_a_field_of_the_wrong_type_is_not_packed() -> None:
    """What is packed must be readable again: a text where a number belongs would raise at the tap."""
    with pytest.raises(ValueError, match="lead"):
        SIGNER.pack(ClaimLead("abc"), CARD, LATER)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pool"):
        SIGNER.pack(ShowPool(1, 1), CARD, LATER)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="lead"):
        SIGNER.pack(ClaimLead(True), CARD, LATER)


@pytest.mark.parametrize(
    "audience",
    [
        "wecom:ww2:1000002",
        "wecom:ww1:1000003",
        "dingtalk:ww1:1000002",
        "WECOM:ww1:1000002",
        "wecom:ww1:100000",
        "wecom:ww1:10000021",
        "",
    ],
)
def test_another_audience_is_forged(audience: str) -> None:
    token = SIGNER.pack(ClaimLead(1), CARD, LATER)
    assert Signer(KEYS, audience).unpack(token, NOW) == Forged()


def test_the_old_key_counts_while_it_lives() -> None:
    before = Signer({"00c0ffee": KEYS["00c0ffee"]}, "wecom:ww1:1000002")
    token = before.pack(ClaimLead(1), CARD, LATER)
    assert SIGNER.unpack(token, NOW) == Unpacked(ClaimLead(1), CARD)
    after = Signer({"9f2c11ab": KEYS["9f2c11ab"]}, "wecom:ww1:1000002")
    assert after.unpack(token, NOW) == Forged()
    assert "~9f2c11ab~" in SIGNER.pack(ClaimLead(1), CARD, LATER), "the new key signs"


def test_the_right_key_under_another_keys_name_is_forged() -> None:
    swapped = Signer({"9f2c11ab": KEYS["00c0ffee"], "00c0ffee": KEYS["9f2c11ab"]}, "wecom:ww1:1000002")
    assert swapped.unpack(SIGNER.pack(ClaimLead(1), CARD, LATER), NOW) == Forged()


@pytest.mark.parametrize(("seconds", "valid"), [(-1, True), (0, False), (1, False), (10**9, False)])
def test_a_token_ends_to_the_second(seconds: int, valid: bool) -> None:
    found = SIGNER.unpack(SIGNER.pack(ClaimLead(1), CARD, LATER), LATER + timedelta(seconds=seconds))
    assert found == (Unpacked(ClaimLead(1), CARD) if valid else Outdated(CARD, "claim1"))


@dataclass(frozen=True, slots=True)
class _Older(Action):
    """`claim1` of another release."""

    lead: int


def of_release(version: int, name: str = "claim1", values: int = 1) -> str:
    """A genuine token of a release whose action had another version, or other fields."""
    if values == 1:
        kind: type[Action] = type("_Made", (_Older,), {"name": name, "version": version})
        return SIGNER.pack(kind(7), CARD, LATER)  # type: ignore[call-arg]
    several = type("_Wide", (ShowPool,), {"name": name, "version": version})
    return SIGNER.pack(several("hohhot", 1), CARD, LATER)


@pytest.mark.parametrize(
    "token", [of_release(0), of_release(2), of_release(1, "gone"), of_release(1, "claim1", 2)],
    ids=["older version", "newer version", "action gone", "other fields"],
)  # fmt: skip
def test_a_genuine_token_of_another_release_is_outdated(token: str) -> None:
    assert SIGNER.unpack(token, NOW) == Outdated(CARD, token.partition("~")[0])


def test_fields_of_another_type_in_a_genuine_token_are_outdated() -> None:
    """A release that kept the version but made a text of a number: total all the same."""
    key, text = KEYS["9f2c11ab"], f"pool~1~{CARD}~{int(LATER.timestamp()):x}~9f2c11ab~hohhot~x"
    token = f"{text}~{SIGNER._mac(key, text)}"
    assert SIGNER.unpack(token, NOW) == Outdated(CARD, "pool")


def test_a_token_fits_every_platform() -> None:
    """WeCom allows 1,024 bytes for a button's key; ours stay far below, with the largest numbers too."""
    longest = max(len(SIGNER.pack(sample(kind, 2**63 - 1), CARD, LATER)) for kind in REGISTRY.values())
    assert longest <= 128
