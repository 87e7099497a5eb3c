"""风控规则: what the company looks for in an application before anybody decides on it; pure values.

What comes of a policy is a suggestion (预审建议): pass it on, have somebody look at it, refuse it. The lender alone
decides on a loan (金规〔2025〕9号, as others read it; see `docs/`).

A policy speaks of names (`Named`): what stands in the form, what is known of the customer, what outside reports say.
Above them it makes names of its own, in this order, each of those before it: lists (`Listing`: is this region one of
those?), values (`Formula`), tables (`Lookup`), the score. Its rules speak of all of them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from core.expressions import Fact, Kind, Names, names_in, of_kind

SCORE, SCORE_GRADE = "score", "score_grade"
"""The names of what a score card gives: points, and the grade of the band that they are in."""
PLACE = re.compile(r"\{([^{}]*)\}")
"""Where a value stands in the sentence of a rule: `{debt_ratio}`, `{amount:金额}`."""


class Severity(StrEnum):
    """What a hit of a rule means, gravest first: refuse it, have somebody look at it, say so, note it."""

    REFUSE = "refuse"
    REVIEW = "review"
    WARN = "warn"
    INFO = "info"


class Suggestion(StrEnum):
    """What the policy suggests: nothing stops it, somebody of risk looks at it, refuse it."""

    PASS = "pass"  # noqa: S105  no password
    REVIEW = "review"
    REFUSE = "refuse"


SUGGESTED = {Suggestion.PASS: "通过", Suggestion.REVIEW: "复核", Suggestion.REFUSE: "拒绝"}
"""What is suggested, by the words that the company's conditions compare it with."""


class Unit(StrEnum):
    """How a number is said: money in yuan, a share of 1, a count of months, years or times, points, a bare number."""

    YUAN = "yuan"
    SHARE = "share"
    MONTHS = "months"
    YEARS = "years"
    TIMES = "times"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the policy finds there: of which kind it is, what people call it, and how it is said."""

    name: str
    kind: Kind
    label: str
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Listing:
    """名单: does what stands in `of` (text) stand in this list? `regions`: its items are codes, of 2 to 6 digits, each
    with all that lies within."""

    key: str
    label: str
    of: str
    items: tuple[str, ...]
    regions: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A number that is reckoned from others."""

    key: str
    label: str
    formula: str
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """Where all `cells` (conditions; empty: whatever it is) hold, the table gives `gives`."""

    cells: tuple[str, ...]
    gives: float | str


@dataclass(frozen=True, slots=True)
class Lookup:
    """决策表: the first row that fits gives a number or a word. Where none fits it gives nothing, and nothing is never
    a pass. `kind` is NUMBER or TEXT."""

    key: str
    label: str
    kind: Kind
    rows: tuple[Row, ...]
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Range:
    """Points for what is below `below` (None: for all that is left), or that is one of `words` (empty: any other)."""

    points: int
    below: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """The points for one name, by half-open ranges or by words; `missing` where it has no value."""

    of: str
    label: str
    ranges: tuple[Range, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Band:
    """From so many points on it is this grade; the last band begins nowhere (None)."""

    grade: str
    least: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """评分卡: `base` and the points of all items, and the grade of the first band that they reach."""

    base: int
    items: tuple[ScoreItem, ...]
    bands: tuple[Band, ...]

    def grade_of(self, score: float) -> str:
        """The grade for so many points."""
        return next(band.grade for band in self.bands if band.least is None or score >= band.least)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its key: it hits where `when` holds, and where it is not known whether it does for want of a value: the
    hit is `missing` then. `only`: it is asked only where this holds (empty: always). `says` is the sentence, with names
    in braces where their values stand; `source` where the company has it from."""

    key: str
    name: str
    when: str
    severity: Severity
    says: str
    only: str = ""
    missing: Severity = Severity.REVIEW
    source: str = ""


@dataclass(frozen=True)
class Policy:
    """All that is looked for in the applications for one product (by key). `names` are those that it finds there.
    `rate`: the yearly rate by which an instalment is reckoned as long as none is agreed on (None: none is).
    `challenger`: the files (by key) that stand for others in it, if it is a challenger's."""

    product: str
    names: tuple[Named, ...] = ()
    lists: tuple[Listing, ...] = ()
    formulas: tuple[Formula, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    score: ScoreCard | None = None
    rules: tuple[Rule, ...] = ()
    rate: float | None = None
    challenger: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """By what its versions are counted: its product; those of challengers apart."""
        return f"{self.product}:challenger" if self.challenger else self.product

    @cached_property
    def given(self) -> Names:
        """The names that it finds there, by kind."""
        return {each.name: each.kind for each in self.names}

    def known(self, facts: Mapping[str, Fact | None]) -> dict[str, Fact | None]:
        """Of these facts those that it finds there. One of another kind is none: a form may be of before the policy."""
        return {name: fact if of_kind(fact := facts.get(name), kind) else None for name, kind in self.given.items()}

    @cached_property
    def made(self) -> tuple[Named, ...]:
        """The names that it makes."""
        scored = (Named(SCORE, Kind.NUMBER, "评分"), Named(SCORE_GRADE, Kind.TEXT, "评分等级"))
        return (
            *(Named(listing.key, Kind.YES_NO, listing.label) for listing in self.lists),
            *(Named(formula.key, Kind.NUMBER, formula.label, formula.unit) for formula in self.formulas),
            *(Named(lookup.key, lookup.kind, lookup.label, lookup.unit) for lookup in self.lookups),
            *(scored if self.score is not None else ()),
        )

    @cached_property
    def speaks_of(self) -> Names:
        """All names of which its rules may speak, by kind."""
        return {**self.given, **{each.name: each.kind for each in self.made}}

    @cached_property
    def named(self) -> dict[str, Named]:
        """All its names."""
        return {each.name: each for each in (*self.names, *self.made)}

    @cached_property
    def place(self) -> dict[str, int]:
        """Which of its rules each is."""
        return {rule.key: place for place, rule in enumerate(self.rules)}

    def rule(self, key: str) -> Rule:
        """The rule of this key.

        Raises:
            KeyError: there is none.
        """
        return self.rules[self.place[key]]

    def needs_of(self, name: str) -> frozenset[str]:
        """The names among those it finds there of which this one is made; of one that it finds there, itself."""
        return self._made_of.get(name, frozenset({name}) if name in self.given else frozenset())

    def needs(self, rule: str) -> frozenset[str]:
        """The same of what the rule of this key, and its sentence, speak of."""
        of = self.rule(rule)
        said = {found.partition(":")[0] for found in PLACE.findall(of.says)}
        return frozenset().union(*(self.needs_of(name) for name in names_in(of.when) | names_in(of.only) | said))

    @property
    def needs_of_score(self) -> frozenset[str]:
        """The same of its score."""
        return self.needs_of(SCORE)

    @cached_property
    def _made_of(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}

        def of(names: Iterable[str]) -> frozenset[str]:
            known = [found.get(name, frozenset({name}) if name in self.given else frozenset()) for name in names]
            return frozenset().union(*known)

        for listing in self.lists:
            found[listing.key] = of([listing.of])
        for formula in self.formulas:
            found[formula.key] = of(names_in(formula.formula))
        for lookup in self.lookups:
            found[lookup.key] = of(name for row in lookup.rows for cell in row.cells for name in names_in(cell))
        if self.score is not None:
            found[SCORE] = found[SCORE_GRADE] = of(item.of for item in self.score.items)
        return found

    def pruned(self) -> "Policy":
        """The same without the names that it does not use."""
        spoken = [formula.formula for formula in self.formulas]
        spoken += [cell for lookup in self.lookups for row in lookup.rows for cell in row.cells]
        spoken += [source for rule in self.rules for source in (rule.when, rule.only)]
        used = frozenset().union(*(names_in(source) for source in spoken))
        used |= {each.of for each in self.lists} | {each.of for each in (self.score.items if self.score else ())}
        used |= {found.partition(":")[0] for rule in self.rules for found in PLACE.findall(rule.says)}
        return replace(self, names=tuple(each for each in self.names if each.name in used))


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies of the company, one for each product that has rules, and those of the challengers, which are asked
    beside them: what these say is only recorded."""

    policies: tuple[Policy, ...] = ()
    challengers: tuple[Policy, ...] = ()

    def of(self, product: str) -> Policy | None:
        """The policy for this product (by key)."""
        return next((policy for policy in self.policies if policy.product == product), None)

    def challenger_of(self, product: str) -> Policy | None:
        """The challenger's policy for this product (by key)."""
        return next((policy for policy in self.challengers if policy.product == product), None)

    def won(self) -> "Policies":
        """As they would be if the challengers took the place of those that count."""
        return Policies(tuple(self.challenger_of(each.product) or each for each in self.policies))
