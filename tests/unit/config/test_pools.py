"""Pools: who may claim where, what a word means, and where a new lead falls."""

import pytest

from core.leads.access import pools_to_claim_from
from core.leads.pools import Pool, Pools
from core.people.policy import Actor, Role

POOLS = Pools(
    (
        Pool("hohhot", "呼和浩特池", departments=("呼和浩特",), regions=("1501",), synonyms=("青城",)),
        Pool("house", "房抵池", departments=("呼和浩特/一部", "包头"), regions=("1502", "150304"), products=("house",)),
        Pool("credit", "信用池", products=("credit",)),
        Pool("byhand", "包商池", departments=("包头",)),
        Pool("region", "全区池"),
    ),
    default="region",
)


@pytest.mark.parametrize(
    ("department", "keys"),
    [
        ("呼和浩特", ["hohhot", "credit", "region"]),
        ("呼和浩特/一部", ["hohhot", "house", "credit", "region"]),
        ("呼和浩特/一部/甲组", ["hohhot", "house", "credit", "region"]),
        ("呼和浩特/一部二", ["hohhot", "credit", "region"]),
        ("呼和浩特东", ["credit", "region"]),
        ("包头", ["house", "credit", "byhand", "region"]),
        ("", ["credit", "region"]),
    ],
)
def test_pools_to_claim_from(department: str, keys: list[str]) -> None:
    officer = Actor(1, "某某", department, frozenset({Role.OFFICER}))
    assert [pool.key for pool in pools_to_claim_from(officer, POOLS)] == keys


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("hohhot", "hohhot"),
        (" ＨＯＨＨＯＴ ", "hohhot"),
        ("呼和浩特池", "hohhot"),
        ("呼", "hohhot"),
        ("青城", "hohhot"),
        ("青", "hohhot"),
        ("全 区", "region"),
        ("ho", None),  # hohhot and house
        ("包", "byhand"),
        ("城", None),
        ("", None),
        ("  ", None),
        ("月球", None),
    ],
)
def test_by_word(word: str, key: str | None) -> None:
    pool = POOLS.by_word(word)
    assert (pool.key if pool else None) == key


def test_a_whole_word_wins_over_a_beginning() -> None:
    pools = Pools((Pool("a", "包头"), Pool("b", "包头东")), "a")
    assert pools.by_word("包头") == pools.pools[0]
    assert pools.by_word("包") is None


@pytest.mark.parametrize(
    ("region", "product", "key"),
    [
        ("150102", "house", "hohhot"),
        ("150100", None, "hohhot"),
        ("150203", "house", "house"),
        ("150304", "house", "house"),
        ("150303", "house", "region"),
        ("150203", "car", "region"),
        ("150203", None, "region"),
        ("150203", "credit", "credit"),
        (None, "credit", "credit"),
        (None, "house", "region"),
        (None, None, "region"),
    ],
)
def test_place(region: str | None, product: str | None, key: str) -> None:
    assert POOLS.place(region, product).key == key


def test_by_key() -> None:
    assert POOLS.by_key("credit") == POOLS.pools[2]
    assert POOLS.by_key("信用池") is None


def test_a_default_that_is_no_pool() -> None:
    with pytest.raises(KeyError, match="gone"):
        Pools((Pool("a", "甲"),), "gone").place(None, None)
