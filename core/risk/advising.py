"""What could be done about a hit: by how little a smaller sum, or by how much a longer term, the rule would not hit.

Tried out on the rules themselves, so that it holds whatever they are made of. A rule that a smaller sum does not turn
off, or turns on, is given no advice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.risk.assessing import Result
from core.risk.policy import Severity

_ADVISED = (Severity.REFUSE, Severity.REVIEW)
_TERMS = (12, 24, 36, 48, 60, 72, 84, 96, 120, 144, 180, 240, 300, 360)
_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Advice:
    """With the sum `amount` (in yuan) and all else as it is, or with so many months, this rule would not hit; None: no
    such sum or term is known."""

    amount: float | None = None
    months: int | None = None


def advise(
    result: Result,
    amount: float,
    months: int,
    least: float,
    most_months: int,
    at: Callable[[float, int], Result],
) -> dict[str, Advice]:
    """By rule, what would turn it off. `at` says what the policy says of another sum (in yuan, not below `least`) and
    term (in months, not above `most_months`)."""
    hit = [each.rule for each in result.hits if each.severity in _ADVISED and not each.missing]
    if not hit:
        return {}
    seen: dict[tuple[float, int], frozenset[str]] = {}

    def hits(of: float, within: int) -> frozenset[str]:
        if (of, within) not in seen:
            seen[of, within] = frozenset(each.rule for each in at(of, within).hits)
        return seen[of, within]

    longer = [each for each in _TERMS if months < each <= most_months]
    found: dict[str, Advice] = {}
    for rule in hit:
        less = _most_without(rule, amount, months, least, hits)
        term = next((each for each in longer if rule not in hits(amount, each)), None)
        if less is not None or term is not None:
            found[rule] = Advice(less, term)
    return found


def _most_without(
    rule: str, amount: float, months: int, least: float, hits: Callable[[float, int], frozenset[str]]
) -> float | None:
    """The largest round sum at which the rule does not hit; None if it does so at the smallest, too."""
    step = _WAN if amount >= 10 * _WAN else _WAN / 10
    low, high = int(-(-least // step)), int(amount // step)
    if low * step == amount or low > high or rule in hits(low * step, months):
        return None
    if high * step == amount or rule in hits(high * step, months):
        while high - low > 1:  # it does not hit at low, and does at high
            middle = (low + high) // 2
            low, high = (low, middle) if rule in hits(middle * step, months) else (middle, high)
        return low * step
    return high * step


def said(advice: Mapping[str, Advice]) -> dict[str, list[float | int | None]]:
    """As it is written down."""
    return {rule: [each.amount, each.months] for rule, each in advice.items()}


def read(written: Mapping[str, Iterable[float | int | None]]) -> dict[str, Advice]:
    """What `said` wrote."""
    found = {}
    for rule, each in written.items():
        amount, months = each
        found[rule] = Advice(amount, int(months) if months is not None else None)
    return found
