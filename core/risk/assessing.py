"""What a policy says of an application: every rule that hits, the score, the suggestion. Pure.

A policy is one program of the expression language: its lists, formulas, tables and the points of its score card are
spelled out in its rules, so that the engine is asked once, and once more for the rules that speak of the score. Where
values are missing, the rules that need them are asked one by one: such a rule may still be decided by the rest
(`overdue > 3 || debts > 70%` with the debts unknown), and where it is not, it hits as what the policy says of a missing
value. A number that cannot be reckoned (debts divided by no income) is a missing one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any, TypeAlias

from core.expressions import Fact, Names, Together, Undecided, decides_in_part, handed_over, names_in, spelled_out
from core.risk import writing
from core.risk.policy import SCORE, SCORE_GRADE, Policy, Rule, ScoreItem, Severity, Suggestion

Facts: TypeAlias = Mapping[str, Fact | None]

_GRAVEST = {severity: place for place, severity in enumerate(Severity)}
_SCORED = frozenset({SCORE, SCORE_GRADE})
LONGEST_SPELLED_OUT, LONGEST_POLICY = 20_000, 300_000
"""Characters of an expression with all that it speaks of spelled out, and of all of a policy: formulas of formulas grow
beyond all bounds."""
_KEPT = 200  # programs of a policy: one for each set of values that were there
_SCORES_KEPT = 2_000
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that hit, and how grave that is; `missing`: the names without a value for want of which it did."""

    rule: str
    severity: Severity
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a policy says: all hits, gravest first and else in the policy's order. `made` are the values of its
    formulas, tables and lists, None where one has none; `points` those of the score card by what they are for."""

    hits: tuple[Hit, ...]
    made: Mapping[str, Fact | None]
    points: tuple[tuple[str, int], ...] = ()
    score: int | None = None
    grade: str = ""

    @property
    def suggestion(self) -> Suggestion:
        """By the gravest hit, which is the first: what is only warned of, or noted, stops nothing."""
        gravest = self.hits[0].severity if self.hits else None
        if gravest is Severity.REFUSE:
            return Suggestion.REFUSE
        return Suggestion.REVIEW if gravest is Severity.REVIEW else Suggestion.PASS


class Tangled(ValueError):
    """A formula, table or rule (`source`) is made of too much to be asked."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source


class Assessor:
    """A policy, ready to be asked. Safe to share between threads.

    Raises:
        Tangled: one of its expressions is made of too much.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._given = tuple(policy.given)
        self._programs: dict[frozenset[str], Programmed] = {}
        self.programmed(frozenset())

    def assess(self, facts: Facts) -> Result:
        """What it says of an application of which these facts are known."""
        given = handed_over(self._given, facts)
        absent = _NONE if len(given) == len(self._given) else frozenset(self._given).difference(given)
        while True:
            programmed = self.programmed(absent)
            found = programmed.said(programmed.first.values(given), given)
            if isinstance(found, Result):
                return found
            absent |= found  # what cannot be reckoned is as good as missing: asked again without it

    def programmed(self, absent: frozenset[str]) -> "Programmed":
        """The policy as it is asked where these of its names are absent."""
        programmed = self._programs.get(absent)
        if programmed is None:
            if len(self._programs) >= _KEPT:
                self._programs.clear()
            programmed = self._programs[absent] = Programmed(self.policy, absent)
        return programmed


class Programmed:
    """The policy as it is asked where these names are absent: what it makes, the points of its score card and its rules
    as one list of expressions (`first`) over the names that it finds there; and, apart, the rules that speak of the
    score."""

    def __init__(self, policy: Policy, absent: frozenset[str]) -> None:
        self._policy, self._absent = policy, absent
        self._needs = {name: frozenset({name}) for name in policy.given}
        self._meanings: dict[str, str] = {}
        for key, source in writing.made(policy):
            self._define(key, source)
        self._made = tuple(self._meanings)
        self._card = policy.score
        items = self._card.items if self._card is not None else ()
        self._items = tuple(item.of for item in items)
        asked = {rule.key: writing.asked(rule) for rule in policy.rules}
        scored = {key for key, source in asked.items() if names_in(source) & _SCORED}
        plain = [rule for rule in policy.rules if rule.key not in scored]
        about_score = [rule for rule in policy.rules if rule.key in scored]
        points = [self._points(item) for item in items]
        self.first = self._asking([*self._made, *points, *(asked[rule.key] for rule in plain)])
        self._second = self._asking([asked[rule.key] for rule in about_score])
        missing = dict(zip(self._made, self.first.missing, strict=False))
        self._reckoned = [key for key in self._made if not missing[key]]  # all that these are made of is there
        self._lacking = [key for key in self._made if missing[key]]
        rules = len(self._made) + len(items)
        self._plain = self._possible(plain, self.first.missing[rules:])
        self._scored = self._possible(about_score, self._second.missing)
        self._score_alone = all(names_in(asked[rule.key]) <= _SCORED for rule in about_score)
        self._scores: dict[int, _ByScore] = {}

    def _define(self, key: str, source: str) -> None:
        if key in self._absent:  # it cannot be reckoned: whatever needs it misses it
            self._needs[key] = frozenset({key})
            return
        self._meanings[key] = self._spelled_out(source)
        self._needs[key] = self._needed(source)

    def _points(self, item: ScoreItem) -> str:
        return f"{item.missing}.0" if self._needed(item.of) & self._absent else writing.points(item)

    def _spelled_out(self, source: str) -> str:
        whole = spelled_out(source, self._meanings)
        if len(whole) > LONGEST_SPELLED_OUT:
            raise Tangled(source)
        return whole

    def _needed(self, source: str) -> frozenset[str]:
        return frozenset().union(*(self._needs.get(name, frozenset()) for name in names_in(source)))

    def _asking(self, sources: Sequence[str]) -> "Asking":
        written = [self._spelled_out(each) for each in sources]
        if sum(map(len, written)) > LONGEST_POLICY:
            raise Tangled(sources[max(range(len(written)), key=lambda place: len(written[place]))])
        missing = [tuple(sorted(self._needed(each) & self._absent)) for each in sources]
        return Asking(written, missing, self._policy.speaks_of)

    def said(self, found: Sequence[Any], given: Mapping[str, object]) -> Result | frozenset[str]:
        """What the policy says where its `first` expressions give this; or the names of what it makes that cannot be
        reckoned, though all that they are made of is there."""
        made = dict(zip(self._made, found, strict=False))
        void = [key for key in self._reckoned if _is_void(made[key])]
        if void:
            return frozenset(void)
        count = len(self._made)
        for key in self._lacking:
            made[key] = None if isinstance(made[key], Undecided) else made[key]
        card = self._card
        if card is None:
            return Result(_in_order(_hits(self._plain, found[count:])), made)
        rules = count + len(self._items)
        points = tuple(zip(self._items, map(int, found[count:rules]), strict=True))
        score = card.base + sum([each for _, each in points])
        grade, by_score = self._by_score(score, given)
        hits = _hits(self._plain, found[rules:]) + by_score
        return Result(_in_order(hits), made, points, score, grade)

    def _by_score(self, score: int, given: Mapping[str, object]) -> "_ByScore":
        """The grade, and the hits of the rules that speak of the score: where they speak of nothing else, reckoned once
        for each score."""
        known = self._scores.get(score)
        if known is not None:
            return known
        grade = self._card.grade_of(score) if self._card is not None else ""
        asked = self._second.values({**given, SCORE: float(score), SCORE_GRADE: grade}) if self._scored else []
        said = grade, _hits(self._scored, asked)
        if self._score_alone:
            if len(self._scores) >= _SCORES_KEPT:
                self._scores.clear()
            self._scores[score] = said
        return said

    def _possible(self, rules: Sequence[Rule], missing: Sequence[tuple[str, ...]]) -> "list[_Possible]":
        """What can come of each of these rules."""

        def ranked(rule: Rule, severity: Severity, without: tuple[str, ...] = ()) -> _Ranked:
            return (_GRAVEST[severity], self._policy.place[rule.key]), Hit(rule.key, severity, without)

        return [
            (ranked(rule, rule.severity), ranked(rule, rule.missing, without))
            for rule, without in zip(rules, missing, strict=True)
        ]


_Ranked: TypeAlias = tuple[tuple[int, int], Hit]
"""A hit, and where it stands among the others: by how grave it is, and by the policy's order."""
_ByScore: TypeAlias = tuple[str, list[_Ranked]]
_Possible: TypeAlias = tuple[_Ranked, _Ranked]
"""The hit of a rule that holds, and that of one of which it is not known."""


def _hits(rules: Sequence[_Possible], values: Sequence[Any]) -> list[_Ranked]:
    return [rule[isinstance(value, Undecided)] for rule, value in zip(rules, values, strict=True) if value is not False]


def _in_order(hits: list[_Ranked]) -> tuple[Hit, ...]:
    if len(hits) > 1:
        hits.sort()
    return tuple([hit for _, hit in hits])


def _is_void(value: Any) -> bool:
    """Is it none of the things that can be reckoned with: nothing, no word, a number without end?"""
    if isinstance(value, float):
        return not isfinite(value)
    return value == "" or isinstance(value, Undecided)


class Asking:
    """Expressions that are asked together. `missing`: which names each of those that are `written` lacks. One that
    lacks some may be decided all the same; where it is not, those that lack nothing are asked together, and the others
    one by one."""

    def __init__(self, written: list[str], missing: list[tuple[str, ...]], names: Names) -> None:
        self.written, self.missing, self._names = written, missing, names
        places = range(len(written))
        whole = [place for place in places if not missing[place]]
        partly = [place for place in places if missing[place] and decides_in_part(written[place])]
        never = [place for place in places if missing[place] and not decides_in_part(written[place])]
        self._whole, self._partly = [written[place] for place in whole], [written[place] for place in partly]
        self._never = [Undecided(missing[place][0]) for place in never]
        self._all = Together([*self._whole, *self._partly], names)
        ordered = [*whole, *partly, *never]
        self._order = [ordered.index(place) for place in places] if ordered != list(places) else None

    @cached_property
    def _apart(self) -> tuple[Together, Together]:
        return Together(self._whole, self._names), Together(self._partly, self._names)

    def values(self, given: Mapping[str, object]) -> list[Any]:
        """What each gives, or Undecided; a number may be without end."""
        found = self._all.evaluate(given)
        if found is None:
            found = [value for some in self._apart for value in some.evaluate(given) or some.one_by_one(given)]
        found += self._never
        return found if self._order is None else [found[place] for place in self._order]
