"""Pools (公海): where leads without an owner wait, who may claim from which, and into which a new lead falls.

Plain values made from the company's configuration, and pure functions over them. What is counted and refused when
somebody claims stands in the service; here stand only the numbers.
"""

import unicodedata
from dataclasses import dataclass

from core.regions import within

_DEPARTMENT_SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool.

    `departments` are paths (`呼和浩特/一部`), each with everything below it; empty means everybody. `regions` are
    prefixes of region codes, `products` product keys: which new leads fall in here (see `Pools.place`). `admins` are
    WeCom user ids, case-folded. `daily_claims` and `holding` limit one person, None is no limit of the pool's own;
    the company's limits in `Pools` hold besides.
    """

    key: str
    name: str
    departments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    daily_claims: int | None = None
    holding: int | None = None
    synonyms: tuple[str, ...] = ()

    def is_open_to(self, department: str) -> bool:
        """True if a person of the department with this path may claim from here.

        Whole names count: a pool of `呼和浩特` is open to `呼和浩特/一部`, not to `呼和浩特东`.
        """
        own = department + _DEPARTMENT_SEPARATOR
        return not self.departments or any(own.startswith(path + _DEPARTMENT_SEPARATOR) for path in self.departments)

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
    hold over all pools together: claims a person a day, and leads a person holds; None is no limit."""

    pools: tuple[Pool, ...]
    default: str
    daily_claims: int | None = None
    holding: int | None = None

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

    def open_to(self, department: str) -> tuple[Pool, ...]:
        """The pools that a person of the department with this path may claim from, in their order."""
        return tuple(pool for pool in self.pools if pool.is_open_to(department))

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


def _words(pool: Pool) -> tuple[str, ...]:
    return tuple(plain_word(word) for word in (pool.key, pool.name, *pool.synonyms))
