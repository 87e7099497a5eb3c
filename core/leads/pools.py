"""Pools (公海): where leads without an owner wait, who may claim from which, and into which a new lead falls.

Plain values made from the company's configuration, and pure functions over them. What is counted and refused when
somebody claims stands in the service; here stand only the numbers.
"""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.people.policy import Actor
from core.regions import within

_DEPARTMENT_SEPARATOR = "/"
NEVER = timedelta(0)


class Hidden(StrEnum):
    """What a pool may hide of a lead until somebody claims it: the fields of what the reads give. Name and phone are
    masked at the least."""

    NAME = "name"
    PHONE = "phone"
    REGION = "region"
    PRODUCT = "product"
    AMOUNT = "amount_fen"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class HoldingRule:
    """At most `most` leads in hand for each of these people: those of the ranks, below the departments, or named by
    their accounts (case-folded). A rule that names nobody binds everybody."""

    most: int
    people: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def binds(self, person: Actor) -> bool:
        """True if it holds for `person`."""
        named = person.account in self.people or person.rank in self.ranks or _is_below(person, self.departments)
        return named or not (self.people or self.ranks or self.departments)

    def whose(self, person: Actor) -> str:
        """By what it binds `person`, as an administrator wrote it: his rank, a department; empty if it is everybody's
        or names himself."""
        if person.account in self.people:
            return ""
        if person.rank in self.ranks:
            return person.rank
        return next((path for path in self.departments if _is_below(person, (path,))), "")


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool.

    Its members are the people of the `departments` (paths as `呼和浩特/一部`, each with everything below it) and those
    named in `people`; if neither is given, everybody. `regions` are prefixes of region codes, `products` product keys:
    which new leads fall in here (see `Pools.place`). `people` and `admins` are accounts (see `Actor`). From a pool
    that is `assign_only` nobody claims: its admins give the leads out. `daily_claims` and `holding` limit one person,
    None is no limit of the pool's own; the company's limits in `Pools` hold besides. So many full phone numbers as
    `daily_reveals` says may a person ask for in a day before he claims; None is none.

    Who has had a lead does not get it again before `cooldown` is over; a lead that has just come into the pool is free
    to be claimed after `freeze`, so that all have seen it.
    """

    key: str
    name: str
    departments: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    daily_claims: int | None = None
    daily_reveals: int | None = None
    holding: int | None = None
    synonyms: tuple[str, ...] = ()
    assign_only: bool = False
    cooldown: timedelta = NEVER
    freeze: timedelta = NEVER
    hidden: frozenset[Hidden] = frozenset()

    def has_member(self, person: Actor) -> bool:
        """True if `person` works this pool's leads: whether he claims them or gets them assigned.

        Whole names count: a pool of `呼和浩特` is open to `呼和浩特/一部`, not to `呼和浩特东`.
        """
        anybody = not self.departments and not self.people
        return anybody or person.account in self.people or _is_below(person, self.departments)

    def is_open_to(self, person: Actor) -> bool:
        """True if `person` may claim from here."""
        return not self.assign_only and self.has_member(person)

    def is_run_by(self, person: Actor) -> bool:
        """True if `person` looks after this pool: he sees what waits, and assigns it."""
        return person.account in self.admins

    def takes(self, region_code: str | None, product: str | None) -> bool:
        """True if a new lead of this region and product falls in here by itself.

        What the pool does not name is free; what it names must be known and match. A pool that names neither takes
        nothing by itself: it is filled by hand, or it is the default.
        """
        if not self.regions and not self.products:
            return False
        here = not self.regions or any(within(region_code, prefix) for prefix in self.regions if region_code)
        return here and (not self.products or product in self.products)


@dataclass(frozen=True, slots=True)
class Pools:
    """All pools of the company in their order, the key of the one that takes what no other takes, and the limits that
    hold over all pools together: claims, full phone numbers asked for, numbers checked for duplicates, and pictures and
    files sent, by one person in a day (None is no limit), the rules for what a person may hold, and the least
    `cooldown` and `freeze` of every pool."""

    pools: tuple[Pool, ...]
    default: str
    daily_claims: int | None = None
    daily_reveals: int | None = None
    daily_checks: int | None = None
    daily_media: int | None = None
    holding: tuple[HoldingRule, ...] = ()
    cooldown: timedelta = NEVER
    freeze: timedelta = NEVER

    def by_key(self, key: str) -> Pool | None:
        """The pool with exactly this key, or None."""
        return next((pool for pool in self.pools if pool.key == key), None)

    def by_word(self, text: str) -> Pool | None:
        """The pool a person means: by key, name or synonym, or by a beginning that fits one pool only; else None.

        Case, full-width letters and spaces do not matter.
        """
        wanted = plain_word(text)
        if not wanted:
            return None
        exact = [pool for pool in self.pools if wanted in _words(pool)]
        begins = [pool for pool in self.pools if any(word.startswith(wanted) for word in _words(pool))]
        found = exact or begins
        return found[0] if len(found) == 1 else None

    def holding_rule(self, person: Actor) -> HoldingRule | None:
        """The lowest of the company's rules that bind `person`, or None if he may hold any number."""
        return min((rule for rule in self.holding if rule.binds(person)), key=lambda rule: rule.most, default=None)

    def place(self, region_code: str | None, product: str | None) -> Pool:
        """The pool a new lead falls into: the first that takes its region and product, else the default.

        Raises:
            KeyError: the default is no pool (a checked configuration never has that).
        """
        for pool in self.pools:
            if pool.takes(region_code, product):
                return pool
        default = self.by_key(self.default)
        if default is None:
            raise KeyError(self.default)
        return default


def plain_word(text: str) -> str:
    """A pool's word as it is compared: half-width, lower case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_below(person: Actor, departments: tuple[str, ...]) -> bool:
    own = person.department + _DEPARTMENT_SEPARATOR
    return any(own.startswith(path + _DEPARTMENT_SEPARATOR) for path in departments)


def _words(pool: Pool) -> tuple[str, ...]:
    return tuple(plain_word(word) for word in (pool.key, pool.name, *pool.synonyms))
