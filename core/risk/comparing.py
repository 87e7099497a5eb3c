"""What two policies say of the same applications, side by side, added up. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest

from core.risk.assessing import Hit, Result
from core.risk.policy import Policy, Severity, Suggestion

NAMED = 20
"""So many applications of which the two say another thing are kept by number, the newest."""
_SEVERITIES = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Said:
    """What a policy says of an application, as far as it is compared."""

    suggestion: Suggestion
    hits: tuple[Hit, ...] = ()


NOTHING = Said(Suggestion.PASS)
"""What is said where nothing is looked for."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An application (by number) of which the second policy says another thing."""

    number: int
    before: Suggestion
    after: Suggestion


@dataclass(frozen=True, slots=True)
class RuleHits:
    """How many applications a rule hits with this severity, by the first policy and by the second."""

    rule: str
    name: str
    severity: Severity
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Of so many applications (of a channel, or all) how many each policy suggests to refuse."""

    count: int
    before: int
    after: int

    @property
    def shares(self) -> tuple[float, float]:
        """Of all; 0 where there are none."""
        return (self.before / self.count, self.after / self.count) if self.count else (0.0, 0.0)


@dataclass(slots=True)
class Tally:
    """The applications that were compared, added up. Parts of it that were reckoned apart are put together by `add`.

    Of others there is the number alone: `unreadable` do not open, for `unruled` neither policy looks for anything, of
    `unsaid` there is nothing to compare. `unrecorded` were compared, by what stands in their forms: nothing was said of
    them then. `lacking`: for how many a name has no value that their record lacks."""

    cells: Counter[tuple[str, Suggestion, Suggestion]] = field(default_factory=Counter)  # channel, before, after
    hits_before: Counter[tuple[str, str, Severity]] = field(default_factory=Counter)  # product, rule, severity
    hits_after: Counter[tuple[str, str, Severity]] = field(default_factory=Counter)
    moved: list[Moved] = field(default_factory=list)
    unreadable: int = 0
    unruled: int = 0
    unsaid: int = 0
    unrecorded: int = 0
    lacking: Counter[str] = field(default_factory=Counter)

    def compare(self, number: int, product: str, channel: str, before: Said | Result, after: Said | Result) -> None:
        """One more application."""
        first, second = before.suggestion, after.suggestion
        self.cells[channel, first, second] += 1
        for hits, said in ((self.hits_before, before), (self.hits_after, after)):
            for hit in said.hits:
                hits[product, hit.rule, hit.severity] += 1
        if first is not second:
            self.moved.append(Moved(number, first, second))
            if len(self.moved) > 4 * NAMED:
                self._forget_moved()

    def _forget_moved(self) -> None:
        self.moved = nlargest(NAMED, self.moved, key=lambda each: each.number)

    def add(self, other: "Tally") -> None:
        """Those of another part."""
        self.cells.update(other.cells)
        self.hits_before.update(other.hits_before)
        self.hits_after.update(other.hits_after)
        self.lacking.update(other.lacking)
        self.moved += other.moved
        self._forget_moved()
        self.unreadable += other.unreadable
        self.unruled += other.unruled
        self.unsaid += other.unsaid
        self.unrecorded += other.unrecorded

    @property
    def count(self) -> int:
        """How many were compared."""
        return self.cells.total()

    @property
    def matrix(self) -> dict[tuple[Suggestion, Suggestion], int]:
        """By what the first policy suggests and what the second does, how many; every pair is there."""
        found = {(before, after): 0 for before in Suggestion for after in Suggestion}
        for (_, before, after), count in self.cells.items():
            found[before, after] += count
        return found

    @property
    def changed(self) -> int:
        """Of how many they suggest another thing."""
        return sum(count for (before, after), count in self.matrix.items() if before is not after)

    @property
    def named(self) -> tuple[Moved, ...]:
        """Those by number, at most `NAMED`, the newest first."""
        return tuple(nlargest(NAMED, self.moved, key=lambda each: each.number))

    @property
    def refused(self) -> Refused:
        """Of all of them."""
        matrix = self.matrix
        before = sum(count for (first, _), count in matrix.items() if first is Suggestion.REFUSE)
        after = sum(count for (_, second), count in matrix.items() if second is Suggestion.REFUSE)
        return Refused(self.count, before, after)

    def by_channel(self) -> dict[str, Refused]:
        """By channel, those with the most applications first."""
        counts: Counter[str] = Counter()
        before: Counter[str] = Counter()
        after: Counter[str] = Counter()
        for (channel, first, second), count in self.cells.items():
            counts[channel] += count
            before[channel] += count * (first is Suggestion.REFUSE)
            after[channel] += count * (second is Suggestion.REFUSE)
        return {channel: Refused(count, before[channel], after[channel]) for channel, count in counts.most_common()}

    def by_rule(self, names: Mapping[tuple[str, str], str]) -> list[RuleHits]:
        """By rule and severity, where the two differ most first, then by how often they hit. `names`: what a product's
        rule is called; those of one key and name are one, whatever the product."""
        found: dict[tuple[str, str, Severity], list[int]] = {}
        for place, hits in enumerate((self.hits_before, self.hits_after)):
            for (product, rule, severity), count in hits.items():
                named = (rule, names.get((product, rule), rule), severity)
                found.setdefault(named, [0, 0])[place] += count
        rows = [RuleHits(*named, *counts) for named, counts in found.items()]
        return sorted(rows, key=_order)


def _order(row: RuleHits) -> tuple[int, int, int, str]:
    return -abs(row.after - row.before), -max(row.before, row.after), _SEVERITIES[row.severity], row.rule


def names_of(policies: Iterable[Policy]) -> dict[tuple[str, str], str]:
    """What the rules of these policies are called, by product and key; of one that several have, as the last one
    does."""
    return {(policy.product, rule.key): rule.name for policy in policies for rule in policy.rules}
