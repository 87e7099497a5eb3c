"""等级 and 标签 as the company names them, and the rules by which a lead has a tag; pure values and functions.

A tag is set and taken off by hand (`marking.py`), or a lead has it by a rule: from what is so now, stored nowhere, so
that it comes and goes by itself. What somebody did by hand wins: a tag that was taken off does not come back by its
rule, and of a group, of whose tags a lead has one at a time, the one set by hand keeps those of the rules away. Of two
rules in one group the first that fits counts.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from hashlib import sha256

from core.leads.pools import Hidden
from core.people.policy import Actor, Role
from core.regions import within

MOST_TAGS = 20  # on one lead by hand, and on a card with boxes
LONGEST_TAG = 10
_ALIKE = 0.5
_MOST_DIGITS = 3  # in a free tag: more of them are somebody's number


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade: its letter, what it is called beside it, and what else people say."""

    key: str
    name: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All that it may be called."""
        return (self.key, f"{self.key}级", *filter(None, (self.name,)), *self.synonyms)


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. Of a `group` a lead has one at a time; `roles` are who may set it and take it off (empty: all who may
    mark the lead)."""

    name: str
    synonyms: tuple[str, ...] = ()
    group: str = ""
    roles: tuple[Role, ...] = ()

    def may_be_set_by(self, actor: Actor) -> bool:
        """True if it is for this person's post."""
        return not self.roles or any(role in actor.roles for role in self.roles)


@dataclass(frozen=True, slots=True)
class TagRule:
    """A lead has the tag `tag` as long as all of this is so (what is not given is free). `idle`: nobody followed up
    for so long, in these hands; `waiting`: so long in its pool; `follow_ups`: at least so many in all; `never`: its
    owner has not contacted the customer."""

    name: str
    tag: str
    amount_fen: int | None = None
    pools: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    idle: timedelta | None = None
    waiting: timedelta | None = None
    never: bool = False
    follow_ups: int | None = None

    @property
    def tells(self) -> frozenset[Hidden]:
        """What somebody who sees the tag can tell of the lead."""
        told = {
            Hidden.AMOUNT: self.amount_fen is not None,
            Hidden.REGION: bool(self.regions),
            Hidden.PRODUCT: bool(self.products),
            Hidden.CHANNEL: bool(self.channels),
        }
        return frozenset(what for what, is_told in told.items() if is_told)

    def fits(self, lead: "Facts", now: datetime) -> bool:
        """True if all of it is so for `lead`. Its twin over the database is `tagged.fits`."""
        given = (
            (self.pools, lead.pool in self.pools),
            (self.regions, lead.region is not None and any(within(lead.region, each) for each in self.regions)),
            (self.products, lead.product in self.products),
            (self.channels, lead.channel in self.channels),
            (self.grades, lead.grade in self.grades),
            (self.amount_fen is not None, lead.amount_fen is not None and lead.amount_fen >= (self.amount_fen or 0)),
            (self.idle is not None, _since(lead.idle_since, self.idle, now)),
            (self.waiting is not None, _since(lead.pooled_at, self.waiting, now)),
            (self.never, lead.idle_since is not None and not lead.contacted),
            (self.follow_ups is not None, lead.follow_ups >= (self.follow_ups or 0)),
        )
        return all(so for asked, so in given if asked)


def _since(moment: datetime | None, length: timedelta | None, now: datetime) -> bool:
    return moment is not None and length is not None and moment <= now - length


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at: see `Lead`. `follow_ups` is how many there are."""

    pool: str
    region: str | None
    product: str | None
    amount_fen: int | None
    channel: str
    grade: str | None
    idle_since: datetime | None
    pooled_at: datetime | None
    contacted: bool
    follow_ups: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag that a lead has: by the rule named `rule`, or (empty) by hand."""

    tag: str
    rule: str = ""


DEFAULT_GRADES = tuple(Grade(letter) for letter in "ABCD")


@dataclass(frozen=True, slots=True)
class Tagging:
    """The company's grades, tags and rules. `free`: tags that it does not name may be set too."""

    grades: tuple[Grade, ...] = DEFAULT_GRADES
    tags: tuple[Tag, ...] = ()
    rules: tuple[TagRule, ...] = ()
    free: bool = False
    _by_word: dict[str, Tag] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """The words for each tag; built once."""
        words = {plain(word): tag for tag in self.tags for word in (tag.name, *tag.synonyms)}
        object.__setattr__(self, "_by_word", words)

    def grade(self, word: str) -> Grade | None:
        """The grade that `word` names: its letter in any case, its name, a synonym."""
        wanted = plain(word)
        return next((grade for grade in self.grades if wanted in map(plain, grade.words)), None)

    def tag(self, word: str) -> Tag | None:
        """The tag that `word` names."""
        return self._by_word.get(plain(word))

    def nearest(self, word: str) -> str:
        """The name of the tag that was probably meant; empty if none is alike."""
        near = get_close_matches(plain(word), list(self._by_word), n=1, cutoff=_ALIKE)
        return self._by_word[near[0]].name if near else ""

    def group_of(self, name: str) -> tuple[str, ...]:
        """The other tags of which a lead with the tag `name` has none."""
        group = next((tag.group for tag in self.tags if tag.name == name), "")
        return tuple(tag.name for tag in self.tags if group and tag.group == group and tag.name != name)

    def has_rule(self, name: str) -> bool:
        """Is there a rule by which a lead may have the tag `name`?"""
        return any(rule.tag == name for rule in self.rules)

    def for_card(self, actor: Actor) -> tuple[Tag, ...]:
        """The tags that `actor` may tick on a card, as many as it has room for."""
        return tuple(tag for tag in self.tags if tag.may_be_set_by(actor))[:MOST_TAGS]

    def marks(
        self, by_hand: Sequence[str], taken_off: Collection[str], facts: Facts, now: datetime
    ) -> tuple[Mark, ...]:
        """The tags of a lead: those set by hand, in the company's order, then those of the rules."""
        order = {tag.name: place for place, tag in enumerate(self.tags)}
        hand = sorted(by_hand, key=lambda name: (order.get(name, len(order)), name))
        found = {name: Mark(name) for name in hand}
        for rule in self.rules:
            kept_away = (
                rule.tag in found or rule.tag in taken_off or any(each in found for each in self.group_of(rule.tag))
            )
            if not kept_away and rule.fits(facts, now):
                found[rule.tag] = Mark(rule.tag, rule.name)
        return tuple(found.values())


NO_TAGS = Tagging()


def picture(tagging: Tagging, actor: Actor, has: Sequence[Mark]) -> str:
    """A short sign of what a card with boxes for `actor` shows: another when the tags, or the company's, changed."""
    offered = [tag.name for tag in tagging.for_card(actor)]
    return sha256(repr((offered, sorted((mark.tag, mark.rule) for mark in has))).encode()).hexdigest()[:12]


def plain(word: str) -> str:
    """A word as it is compared: width, case and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()


def is_fit_for_free(word: str) -> bool:
    """May somebody make a tag of his own of this: a short word without a number of anybody?"""
    letters = all(char.isalnum() or char == "·" for char in word)
    return letters and 0 < len(word) <= LONGEST_TAG and sum(char.isdigit() for char in word) <= _MOST_DIGITS


def earlier_in_group(tagging: Tagging, rule: TagRule) -> Iterator[TagRule]:
    """The rules that come before `rule` and whose tag keeps its tag away."""
    others = set(tagging.group_of(rule.tag))
    for each in tagging.rules:
        if each is rule:
            return
        if each.tag in others:
            yield each


def in_order(names: Iterable[str], tagging: Tagging) -> list[str]:
    """Names of tags in the company's order."""
    order = {tag.name: place for place, tag in enumerate(tagging.tags)}
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))
