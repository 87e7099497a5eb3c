"""Made-up leads: a seeded generator for the sandbox and the bench. The same seed gives the same leads.

Nothing here touches a database. No lead means a real person: names are chance combinations, phone numbers are counted
through the blocks `xxx 0000 xxxx` and onward (138 is left free for what people type while they try things), ID numbers
carry a right check digit and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from bot.sandbox.sample_history import SampleFollowUp, SampleMove, Storyteller
from bot.sandbox.sample_words import (
    CHANNELS,
    DETAILS,
    GENERAL_TAGS,
    GIVEN,
    MONGOLIAN_NAMES,
    NEEDS,
    OPENINGS,
    PRODUCT_NAMES,
    PRODUCTS,
    SURNAMES,
)
from core.regions import REGIONS, within

__all__ = ["SampleFollowUp", "SampleLead", "SampleMove", "iter_leads", "make_leads"]

HOHHOT, BAOTOU = "1501", "1502"

# Mobile prefixes in use; each has the same share.
_PREFIXES = (
    *("130", "131", "132", "133", "135", "136", "137", "139", "147", "150"),
    *("151", "152", "153", "155", "156", "157", "158", "159", "166", "173"),
    *("175", "176", "177", "178", "180", "181", "182", "183", "184", "185"),
    *("186", "187", "188", "189", "191", "198", "199"),
)
_BLOCK = 10_000  # numbers with one prefix and one middle
_ROUND = len(_PREFIXES) * _BLOCK
_STRIDE = 157_813  # prime, so that it visits each number of a round once

# Where ID numbers were issued: divisions whose codes are as old as the codes themselves, so that code and birthday
# never contradict each other.
_ISSUED_AT = (
    *("150121", "150122", "150221", "150222", "152201", "152221", "152222", "152223"),
    *("152501", "152522", "152523", "152525", "152527", "152530", "152531", "152921"),
)
_FIRST_BIRTHDAY = date(1965, 1, 1)
_BIRTHDAYS = 14_000  # days: until May 2003
_DAY_STRIDE = 4_999  # prime
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True, slots=True)
class SampleLead:
    """One lead with its customer and its past. Times are UTC; a lead whose last move is none, a release or a recycle
    is in the pool. `touches`: when its customer came again, through which channel. `closed_at`: since when nobody works
    on it (None: it is open)."""

    name: str
    phone: str  # 11 digits, unique in a run
    id_number: str | None  # 18 characters, unique in a run
    product: str
    amount_fen: int
    region_code: str  # a banner, county or district
    channel: str
    grade: str | None  # A, B, C
    tags: tuple[str, ...]
    created_at: datetime
    note: str
    moves: tuple[SampleMove, ...]
    follow_ups: tuple[SampleFollowUp, ...]
    touches: tuple[tuple[str, datetime], ...] = ()
    closed_at: datetime | None = None


def make_leads(
    seed: int,
    count: int,
    now: datetime,
    people: Sequence[str],
    by_region: Mapping[str, Sequence[str]] | None = None,
) -> list[SampleLead]:
    """`count` leads with their histories, as `iter_leads` makes them."""
    return list(iter_leads(seed, count, now, people, by_region=by_region))


def iter_leads(
    seed: int,
    count: int,
    now: datetime,
    people: Sequence[str],
    *,
    history: bool = True,
    by_region: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[SampleLead]:
    """Make leads one by one, in constant memory; a shorter run is the beginning of a longer one.

    About half wait in the pool, the rest are owned. `people` are the user ids of the officers; where `by_region` names
    officers for a region (`{"1501": [...]}`), leads from there are theirs. Without `history` all leads are in the pool
    and untouched, and `people` may be empty: names, phones and needs are the same as with it, times differ.

    Raises:
        ValueError: `now` has no time zone, or histories are wanted without people.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    if history and not people:
        raise ValueError("a history needs people")
    return _leads(seed, count, now, people, history, by_region or {})


def _leads(
    seed: int,
    count: int,
    now: datetime,
    people: Sequence[str],
    history: bool,
    by_region: Mapping[str, Sequence[str]],
) -> Iterator[SampleLead]:
    who = _Customers(seed)
    # Its own source of chance: with or without histories, the customers are the same.
    stories = Storyteller(Random(seed ^ 0x5EED), now)
    teams = {code: _team(code, people, by_region) for code in REGIONS} if history else {}
    for index in range(count):
        region_code = who.region_code()
        product = who.product(region_code)
        channel = who.pick(CHANNELS)
        grade = who.grade()
        past = stories.tell(teams[region_code]) if history else stories.waiting()
        yield SampleLead(
            name=who.name(),
            phone=who.phone(index),
            id_number=who.id_number(index),
            product=product,
            amount_fen=who.amount_fen(product),
            region_code=region_code,
            channel=channel,
            grade=grade,
            tags=who.tags(product, grade),
            created_at=past.created_at,
            note=who.note(channel, product),
            moves=past.moves,
            follow_ups=past.follow_ups,
        )


def _team(code: str, people: Sequence[str], by_region: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return next((team for prefix, team in by_region.items() if team and within(code, prefix)), people)


class _Customers:
    """The facts of one customer after another."""

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        self._random = rng.random
        self._phone_start = rng.randrange(_ROUND)
        self._day_start = rng.randrange(_BIRTHDAYS)
        districts = [code for code, region in REGIONS.items() if not region.is_city]
        self._hohhot = [code for code in districts if within(code, HOHHOT)]
        self._baotou = [code for code in districts if within(code, BAOTOU)]
        self._elsewhere = [code for code in districts if not within(code, HOHHOT) and not within(code, BAOTOU)]

    def pick(self, choices: Sequence[str]) -> str:
        """One of `choices`, evenly. (Twice as fast as `random.choice`.)"""
        return choices[int(self._random() * len(choices))]

    def region_code(self) -> str:
        roll = self._random()
        return self.pick(self._hohhot if roll < 0.45 else self._baotou if roll < 0.75 else self._elsewhere)

    def name(self) -> str:
        roll = self._random()
        if roll < 0.12:
            return self.pick(MONGOLIAN_NAMES)
        if roll < 0.3:
            first, second = self.pick(MONGOLIAN_NAMES), self.pick(MONGOLIAN_NAMES)
            return f"{first}·{second}" if first != second else first
        return self.pick(SURNAMES) + self.pick(GIVEN) + (self.pick(GIVEN) if roll < 0.8 else "")

    def phone(self, index: int) -> str:
        """The `index`-th number: all prefixes with the middle 0000 in mixed order, then with 0001, and so on."""
        middle, place = divmod(index, _ROUND)
        prefix, tail = divmod((self._phone_start + place * _STRIDE) % _ROUND, _BLOCK)
        return f"{_PREFIXES[prefix]}{middle:04d}{tail:04d}"

    def id_number(self, index: int) -> str | None:
        """For two customers in five. Birthday and serial number together never repeat within 14 million customers."""
        if self._random() > 0.4:
            return None
        turn, place = divmod(index, _BIRTHDAYS)
        day = (self._day_start + place * _DAY_STRIDE) % _BIRTHDAYS
        born = _FIRST_BIRTHDAY + timedelta(days=day)
        body = f"{self.pick(_ISSUED_AT)}{born:%Y%m%d}{(turn + day * 37) % 1000:03d}"
        return body + _CHECK_DIGITS[sum(map(int.__mul__, map(int, body), _CHECK_WEIGHTS)) % 11]

    def product(self, region_code: str) -> str:
        product = self.pick(PRODUCT_NAMES)
        if product == "牧户贷" and not REGIONS[region_code].name.endswith(("旗", "县")):
            return "信用贷"  # no herders in town
        return product

    def amount_fen(self, product: str) -> int:
        least, most, _ = PRODUCTS[product]
        wan = int(least + self._random() ** 2 * (most - least))
        if wan > 20:
            wan -= wan % 5
        return wan * 10_000 * 100

    def grade(self) -> str | None:
        roll = self._random()
        return "A" if roll < 0.15 else "B" if roll < 0.4 else "C" if roll < 0.6 else None

    def tags(self, product: str, grade: str | None) -> tuple[str, ...]:
        fitting = PRODUCTS[product][2]
        roll = self._random()
        chosen = [self.pick(fitting)] if roll < 0.7 else []
        if grade == "A":
            chosen.append("高意向")
        elif roll > 0.8 or roll < 0.1:
            chosen.append(self.pick(GENERAL_TAGS))
        return tuple(chosen)

    def note(self, channel: str, product: str) -> str:
        said = f"{self.pick(OPENINGS[channel])}，{self.pick(NEEDS[product])}"
        return f"{said}，{self.pick(DETAILS)}" if self._random() < 0.7 else said
