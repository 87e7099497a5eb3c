"""What a policy says of an application: every rule that hits, the score, the suggestion. Pure.

A policy is one program of the expression language: its lists, formulas, tables and the points of its score card are
spelled out in its rules, so that the engine is asked once. Where values are missing, the rules that need them are asked
one by one: such a rule may still be decided by the rest (`overdue > 3 || debts > 70%` with the debts unknown), and
where it is not, it hits as what the policy says of a missing value. A number that cannot be reckoned (debts divided by
no income) is a missing one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.expressions import Fact, Together, Undecided, names_in, spelled_out
from core.risk import writing
from core.risk.policy import SCORE, SCORE_GRADE, Policy, Severity, Suggestion

Facts: TypeAlias = Mapping[str, Fact | None]

_GRAVEST = {severity: place for place, severity in enumerate(Severity)}
_KEPT = 200  # programs of a policy: one for each set of values that were there


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
        """By the gravest hit: what is only warned of, or noted, stops nothing."""
        found = {hit.severity for hit in self.hits}
        if Severity.REFUSE in found:
            return Suggestion.REFUSE
        return Suggestion.REVIEW if Severity.REVIEW in found else Suggestion.PASS


class Assessor:
    """A policy, ready to be asked. Safe to share between threads."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._programs: dict[frozenset[str], _Programmed] = {}

    def assess(self, facts: Facts) -> Result:
        """What it says of an application of which these facts are known."""
        absent = frozenset(name for name in self.policy.given if facts.get(name) is None)
        while True:
            programmed = self._programmed(absent)
            found = programmed.evaluate(facts)
            void = programmed.void(found)
            if not void:
                return programmed.result(found)
            absent |= void  # what cannot be reckoned is as good as missing: asked again without it

    def _programmed(self, absent: frozenset[str]) -> "_Programmed":
        programmed = self._programs.get(absent)
        if programmed is None:
            if len(self._programs) >= _KEPT:
                self._programs.clear()
            programmed = self._programs[absent] = _Programmed(self.policy, absent)
        return programmed


class _Programmed:
    """The policy as it is asked where these names are absent: what it makes, the points of its score card and its rules
    as one list of expressions over the names that it finds there."""

    def __init__(self, policy: Policy, absent: frozenset[str]) -> None:
        self._policy, self._absent = policy, absent
        self._needs = {name: frozenset({name}) for name in policy.given}
        self._meanings: dict[str, str] = {}
        for key, source in writing.made(policy):
            self._define(key, source)
        self._made = tuple(self._meanings)
        points: list[str] = []
        if policy.score is not None:
            points = [
                f"{item.missing}.0" if self._needed(item.of) & absent else writing.points(item)
                for item in policy.score.items
            ]
            self._define(SCORE, writing.total(policy.score.base, points))
            self._define(SCORE_GRADE, writing.grade(policy.score))
        sources = (*self._made, *points, *(writing.asked(rule) for rule in policy.rules))
        self._written = [spelled_out(each, self._meanings) for each in sources]
        self._missing = [tuple(sorted(self._needed(each) & absent)) for each in sources]
        self._whole = [place for place, missing in enumerate(self._missing) if not missing]
        self._together = Together([self._written[place] for place in self._whole], policy.speaks_of)
        unsure = [written for written, missing in zip(self._written, self._missing, strict=True) if missing]
        self._one_by_one = Together(unsure, policy.speaks_of)
        self._first_rule = len(sources) - len(policy.rules)

    def _define(self, key: str, source: str) -> None:
        if key in self._absent:  # it cannot be reckoned: whatever needs it misses it
            self._needs[key] = frozenset({key})
            return
        self._meanings[key] = spelled_out(source, self._meanings)
        self._needs[key] = self._needed(source)

    def _needed(self, source: str) -> frozenset[str]:
        return frozenset().union(*(self._needs.get(name, frozenset()) for name in names_in(source)))

    def evaluate(self, facts: Facts) -> list[Fact | Undecided]:
        """What each of its expressions gives."""
        found = self._together.values(facts)
        if len(found) == len(self._written):
            return found
        known = {name: fact for name, fact in facts.items() if name not in self._absent}
        whole, rest = iter(found), iter(self._one_by_one.values(known))
        return [next(rest) if missing else next(whole) for missing in self._missing]

    def void(self, found: list[Fact | Undecided]) -> frozenset[str]:
        """What it makes that could not be reckoned, though all that it is made of is there."""
        of = zip(self._made, found, self._missing, strict=False)
        return frozenset(
            key for key, value, missing in of if not missing and (isinstance(value, Undecided) or value == "")
        )

    def result(self, found: list[Fact | Undecided]) -> Result:
        """What these values come to."""
        policy, made = self._policy, len(self._made)
        values = {
            key: None if isinstance(each, Undecided) else each for key, each in zip(self._made, found, strict=False)
        }
        hits: list[Hit] = []
        for place, rule in enumerate(policy.rules, self._first_rule):
            value = found[place]
            if isinstance(value, Undecided):
                hits.append(Hit(rule.key, rule.missing, self._missing[place]))
            elif value:
                hits.append(Hit(rule.key, rule.severity))
        hits.sort(key=lambda hit: _GRAVEST[hit.severity])
        card = policy.score
        if card is None:
            return Result(tuple(hits), values)
        scored = found[made : self._first_rule]
        points = tuple((item.of, int(each)) for item, each in zip(card.items, scored, strict=True))  # type: ignore[arg-type]
        score = card.base + sum(each for _, each in points)
        return Result(tuple(hits), values, points, score, card.grade_of(score))
