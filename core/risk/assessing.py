"""What a policy says of an application: every rule that hits, the score, the suggestion. Pure.

A policy is one program of the expression language: its lists, formulas, tables and the points of its score card are
spelled out in its rules, so that the engine is asked once, and once more for the rules that speak of the score. Where
values are missing, the rules that need them are asked one by one: such a rule may still be decided by the rest
(`overdue > 3 || debts > 70%` with the debts unknown), and where it is not, it hits as what the policy says of a missing
value. A number that cannot be reckoned (debts divided by no income) is a missing one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.expressions import Fact, Names, Together, Undecided, names_in, spelled_out
from core.risk import writing
from core.risk.policy import SCORE, SCORE_GRADE, Policy, Rule, ScoreItem, Severity, Suggestion

Facts: TypeAlias = Mapping[str, Fact | None]

_GRAVEST = {severity: place for place, severity in enumerate(Severity)}
_SCORED = frozenset({SCORE, SCORE_GRADE})
LONGEST_SPELLED_OUT, LONGEST_POLICY = 20_000, 300_000
"""Characters of an expression with all that it speaks of spelled out, and of all of a policy: formulas of formulas grow
beyond all bounds."""
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
        self._programs: dict[frozenset[str], _Programmed] = {}
        self._programmed(frozenset())

    def assess(self, facts: Facts) -> Result:
        """What it says of an application of which these facts are known."""
        absent = frozenset(name for name in self.policy.given if facts.get(name) is None)
        while True:
            found = self._programmed(absent).assess(facts)
            if isinstance(found, Result):
                return found
            absent |= found  # what cannot be reckoned is as good as missing: asked again without it

    def _programmed(self, absent: frozenset[str]) -> "_Programmed":
        programmed = self._programs.get(absent)
        if programmed is None:
            if len(self._programs) >= _KEPT:
                self._programs.clear()
            programmed = self._programs[absent] = _Programmed(self.policy, absent)
        return programmed


class _Programmed:
    """The policy as it is asked where these names are absent: what it makes, the points of its score card and its rules
    as one list of expressions over the names that it finds there; and, apart, the rules that speak of the score."""

    def __init__(self, policy: Policy, absent: frozenset[str]) -> None:
        self._policy, self._absent = policy, absent
        self._needs = {name: frozenset({name}) for name in policy.given}
        self._meanings: dict[str, str] = {}
        for key, source in writing.made(policy):
            self._define(key, source)
        self._made = tuple(self._meanings)
        self._card = policy.score
        points = [self._points(item) for item in self._card.items] if self._card is not None else []
        asked = {rule.key: writing.asked(rule) for rule in policy.rules}
        scored = {key for key, source in asked.items() if names_in(source) & _SCORED}
        self._plain = [rule for rule in policy.rules if rule.key not in scored]
        self._scored = [rule for rule in policy.rules if rule.key in scored]
        first = (*self._made, *points, *(asked[rule.key] for rule in self._plain))
        self._first = self._asking(first)
        self._second = self._asking([asked[rule.key] for rule in self._scored])

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

    def _asking(self, sources: Sequence[str]) -> "_Asking":
        written = [self._spelled_out(each) for each in sources]
        if sum(map(len, written)) > LONGEST_POLICY:
            raise Tangled(sources[max(range(len(written)), key=lambda place: len(written[place]))])
        missing = [tuple(sorted(self._needed(each) & self._absent)) for each in sources]
        return _Asking(written, missing, self._policy.speaks_of, self._absent)

    def assess(self, facts: Facts) -> Result | frozenset[str]:
        """What the policy says; or the names of what it makes that cannot be reckoned, though all that they are made of
        is there."""
        found = self._first.values(facts)
        made = dict(zip(self._made, found, strict=False))
        void = frozenset(
            key
            for (key, value), missing in zip(made.items(), self._first.missing, strict=False)
            if not missing and (isinstance(value, Undecided) or value == "")
        )
        if void:
            return void
        values = {key: None if isinstance(each, Undecided) else each for key, each in made.items()}
        if self._card is None:
            return Result(self._hits(found[len(made) :], []), values)
        count = len(self._card.items)
        scored = found[len(made) : len(made) + count]
        points = tuple((item.of, int(each)) for item, each in zip(self._card.items, scored, strict=True))  # type: ignore[arg-type]
        score = self._card.base + sum(each for _, each in points)
        grade = self._card.grade_of(score)
        by_score = self._second.values({**facts, SCORE: float(score), SCORE_GRADE: grade}) if self._scored else []
        return Result(self._hits(found[len(made) + count :], by_score), values, points, score, grade)

    def _hits(self, plain: Sequence[Fact | Undecided], scored: Sequence[Fact | Undecided]) -> tuple[Hit, ...]:
        missing = self._first.missing[len(self._first.missing) - len(plain) :]
        hits = [
            *_hits(self._plain, plain, missing),
            *(_hits(self._scored, scored, self._second.missing) if scored else ()),
        ]
        return tuple(sorted(hits, key=lambda hit: (_GRAVEST[hit.severity], self._policy.place[hit.rule])))


def _hits(
    rules: Sequence[Rule], values: Sequence[Fact | Undecided], missing: Sequence[tuple[str, ...]]
) -> Iterator[Hit]:
    for rule, value, without in zip(rules, values, missing, strict=True):
        if isinstance(value, Undecided):
            yield Hit(rule.key, rule.missing, without)
        elif value:
            yield Hit(rule.key, rule.severity)


class _Asking:
    """Expressions of which those whose names are all there are asked together, the others for themselves. `missing`:
    which names each lacks."""

    def __init__(
        self, written: list[str], missing: list[tuple[str, ...]], names: Names, absent: frozenset[str]
    ) -> None:
        self.missing, self._absent = missing, absent
        self._whole = Together([each for each, without in zip(written, missing, strict=True) if not without], names)
        self._rest = Together([each for each, without in zip(written, missing, strict=True) if without], names)
        self._all = not any(missing)

    def values(self, facts: Facts) -> list[Fact | Undecided]:
        """What each gives."""
        found = self._whole.values(facts)
        if self._all:
            return found
        known = {name: fact for name, fact in facts.items() if name not in self._absent}
        whole, rest = iter(found), iter(self._rest.values(known))
        return [next(rest) if without else next(whole) for without in self.missing]
