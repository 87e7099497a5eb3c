"""外部数据源: who is asked for a report on an applicant (credit bureau, big data, anti-fraud), for which products, and
what the rules learn from it. Pure values, as the company's `reports/*.yaml` says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from core.expressions import Kind
from core.risk.policy import Named, Unit

Answer: TypeAlias = Mapping[str, Any]
"""What a provider answered: the JSON object, in which every number is a float."""


class Item(StrEnum):
    """What of an application can be sent to a provider. Nothing is that its file does not name."""

    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    PRODUCT = "product"
    AMOUNT = "amount"  # in yuan
    TERM = "term"  # in months
    NUMBER = "number"  # of the application: A203


REFERENCE = "{reference}"
"""In the address of a `Polling`: where the provider's name for the report stands."""
IDENTITY = (Item.NAME, Item.PHONE, Item.ID_NUMBER, Item.CREDIT_CODE)
"""What says whom a report is about: with another one of these it is another report."""


def host_of(url: str) -> str:
    """The host of an address, in small letters; empty if it has none."""
    return (urlsplit(url).hostname or "").lower()


class Signing(StrEnum):
    """How a request shows that it is ours: an HMAC over it, or the secret itself as a bearer token."""

    HMAC = "hmac"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Polling:
    """Where the answer is had later (`REFERENCE` in the address stands for what the provider called it by), and how
    long is waited between two times."""

    url: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a provider is asked by HTTP: a POST of a JSON object to `url` with the items `send`, each under its name.
    `secret` is the name of the environment variable that signs. The expressions speak of `answer`, as
    `core.expressions.read_answer` has it: `ok` says that it is a report (empty: every one is), `pending` that the
    report comes later (empty: never), `reference` gives the name by which it is asked for then, `polling` says where;
    with `calls_back` the provider brings it, under our key, which `called_by` finds in what it brings. No attempt takes
    longer than `timeout`."""

    url: str
    secret: str
    signing: Signing
    send: tuple[tuple[str, Item], ...]
    ok: str = ""
    pending: str = ""
    reference: str = ""
    polling: Polling | None = None
    calls_back: bool = False
    called_by: str = ""
    timeout: timedelta = timedelta(seconds=8)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that are called, in small letters."""
        urls = [self.url, *([self.polling.url] if self.polling is not None else [])]
        return tuple(dict.fromkeys(host_of(url) for url in urls))


@dataclass(frozen=True, slots=True)
class Figure:
    """What the rules learn from a report: the name `key`, a number, a text, or yes and no. `source`: the expression
    over the answer that gives it; empty where it is typed. One with the key of a field of the form counts before what
    stands there. `whole`, `least` and `most` bound what is typed (money in yuan, shares of 1)."""

    key: str
    label: str
    kind: Kind
    unit: Unit = Unit.PLAIN
    source: str = ""
    whole: bool = False
    least: float | None = None
    most: float | None = None

    @property
    def named(self) -> Named:
        """The name that rules speak of."""
        return Named(self.key, self.kind, self.label, self.unit)


@dataclass(frozen=True, slots=True)
class Terms:
    """For these products (by key; none: for all): is the report `mandatory` (nothing goes on without it), does it go on
    all the same where the provider fails (`skippable`), and for how long is a report still good (`stale`)."""

    products: tuple[str, ...]
    mandatory: bool
    skippable: bool
    stale: timedelta


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider by its key. It is asked only where the customer has authorised `purpose`. `exchange` None: the
    report is handed in as pictures or files, and its figures are typed. A report costs `cost_fen`, of which
    `budget_fen` may be spent on one day (None: without limit); it is given up `gives_up` after it was asked for, and
    deleted `keep` after it came."""

    key: str
    name: str
    purpose: str
    active: bool
    terms: tuple[Terms, ...]
    figures: tuple[Figure, ...]
    exchange: Exchange | None
    keep: timedelta
    cost_fen: int = 0
    budget_fen: int | None = None
    gives_up: timedelta = timedelta(hours=2)

    def serves(self, product: str) -> bool:
        """Is it asked for this product (by key) as long as it is active?"""
        return any(not each.products or product in each.products for each in self.terms)

    def terms_for(self, product: str) -> Terms | None:
        """The terms for a product (by key): those that name it, else those for all; None: it is not asked for it."""
        if not self.active:
            return None
        general = next((each for each in self.terms if not each.products), None)
        return next((each for each in self.terms if product in each.products), general)


@dataclass(frozen=True, slots=True)
class Providers:
    """All providers of the company, in the order of their files."""

    providers: tuple[Provider, ...] = ()

    def of(self, key: str) -> Provider | None:
        """The provider of this key."""
        return next((each for each in self.providers if each.key == key), None)

    def asked_for(self, product: str) -> tuple[tuple[Provider, Terms], ...]:
        """Who is asked for applications for this product, on which terms."""
        found = ((each, each.terms_for(product)) for each in self.providers)
        return tuple((each, terms) for each, terms in found if terms is not None)

    def named(self, product: str) -> tuple[Named, ...]:
        """The names of the figures that there may be for this product. Of who is not active at present, too: his are
        missing then, and what is missing is never a pass."""
        serving = sorted((each for each in self.providers if each.serves(product)), key=lambda each: not each.active)
        found: dict[str, Named] = {}
        for figure in (figure for each in serving for figure in each.figures):
            found.setdefault(figure.key, figure.named)
        return tuple(found.values())
