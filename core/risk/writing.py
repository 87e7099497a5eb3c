"""Lists, tables and score cards of a policy, written as expressions: so that one engine reckons all of it."""

from collections.abc import Iterator

from core.expressions import Kind
from core.regions import significant
from core.risk.policy import Listing, Lookup, Policy, Range, Row, Rule, ScoreItem

NO_NUMBER, NO_WORD = "1.0 / 0.0", '""'
"""What a table gives where no row of it fits."""


def made(policy: Policy) -> Iterator[tuple[str, str]]:
    """What the policy makes for itself before the score, each in the order in which one may speak of another."""
    for listing in policy.lists:
        yield listing.key, _listed(listing)
    for formula in policy.formulas:
        yield formula.key, formula.formula
    for lookup in policy.lookups:
        yield lookup.key, _looked_up(lookup.rows, lookup)


def points(item: ScoreItem) -> str:
    """The points for a value that is there."""
    return _chain([(_in_range(item, each), f"{each.points}.0") for each in item.ranges])


def asked(rule: Rule) -> str:
    """When the rule hits."""
    return f"({rule.only}) && ({rule.when})" if rule.only else rule.when


def _listed(listing: Listing) -> str:
    if not listing.regions:
        return f"{listing.of} in [{', '.join(_word(item) for item in listing.items)}]"
    return " || ".join(f"{listing.of}.startsWith({_word(significant(item))})" for item in listing.items)


def _in_range(item: ScoreItem, span: Range) -> str:
    if span.words:
        return f"{item.of} in [{', '.join(_word(word) for word in span.words)}]"
    return "true" if span.below is None else f"{item.of} < {span.below!r}"


def _looked_up(rows: tuple[Row, ...], lookup: Lookup) -> str:
    """The first row that fits, by halves: one row within the other would be too deep."""
    if len(rows) == 1:
        row, is_number = rows[0], lookup.kind is Kind.NUMBER
        gives = repr(float(row.gives)) if is_number else _word(str(row.gives))
        return f"{_fits(row)} ? {gives} : {NO_NUMBER if is_number else NO_WORD}"
    half = len(rows) // 2
    first = " || ".join(f"({_fits(row)})" for row in rows[:half])
    return f"({first}) ? ({_looked_up(rows[:half], lookup)}) : ({_looked_up(rows[half:], lookup)})"


def _fits(row: Row) -> str:
    return " && ".join(f"({cell})" for cell in row.cells if cell) or "true"


def _chain(cases: list[tuple[str, str]]) -> str:
    """The first case that holds; the last one takes all that is left."""
    *cases, (_, rest) = cases
    for when, gives in reversed(cases):
        rest = f"{when} ? {gives} : ({rest})"
    return rest


def _word(text: str) -> str:
    """A text as the language writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
