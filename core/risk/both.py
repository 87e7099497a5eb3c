"""Two policies asked about the same facts at once: what both ask is asked once. For trying a change on many
applications, where the two are alike but for a rule or two."""

from dataclasses import dataclass

from core.expressions import handed_over
from core.risk.assessing import Asking, Assessor, Facts, Programmed, Result

_KEPT = 200  # sets of values that were there


@dataclass(frozen=True, slots=True)
class _Joint:
    """Both where these names are absent: all that they ask, and which of it is whose."""

    asking: Asking
    of_each: tuple[tuple[Programmed, tuple[int, ...]], ...]


class Both:
    """Two policies, ready to be asked. They say what each says for itself."""

    def __init__(self, first: Assessor, second: Assessor) -> None:
        self._pair = first, second
        self._names = {**first.policy.given, **second.policy.given}
        self._alike = all(first.policy.given.get(name, kind) is kind for name, kind in self._names.items())
        self._joints: dict[frozenset[str], _Joint] = {}

    def assess(self, facts: Facts) -> tuple[Result, Result]:
        """What the first says of an application of which these facts are known, and what the second does."""
        first, second = self._pair
        if not self._alike:  # a name that is a number for the one and a word for the other
            return first.assess(facts), second.assess(facts)
        given = handed_over(self._names, facts)
        absent = frozenset(self._names).difference(given)
        joint = self._joints.get(absent)
        if joint is None:
            if len(self._joints) >= _KEPT:
                self._joints.clear()
            joint = self._joints[absent] = self._joined(absent)
        found = joint.asking.values(given)
        old, new = (programmed.said([found[place] for place in places], given) for programmed, places in joint.of_each)
        return (
            old if isinstance(old, Result) else first.assess(facts),
            new if isinstance(new, Result) else second.assess(facts),
        )

    def _joined(self, absent: frozenset[str]) -> _Joint:
        both = [each.programmed(absent.intersection(each.policy.given)) for each in self._pair]
        asked = [list(zip(each.first.written, each.first.missing, strict=True)) for each in both]
        whole = list(dict.fromkeys(asked[0] + asked[1]))
        at = {pair: place for place, pair in enumerate(whole)}
        asking = Asking([source for source, _ in whole], [without for _, without in whole], self._names)
        places = [tuple(at[pair] for pair in pairs) for pairs in asked]
        return _Joint(asking, tuple(zip(both, places, strict=True)))
