"""Cases of a condition that can never come to their turn, since those before take all that they would. Pure.

It is tried over values on both sides of every number that the conditions name, so that what is found is so for all
values. Conditions that say more than `name >= 50万` and `name in ["房抵"]`, joined, are left out.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypeAlias

from core import expressions
from core.expressions import Fact, Names, Undecided

MOST_TRIED = 4000
"""So many combinations of values are tried at most; of conditions over more than that nothing is said."""

_NAME = r"(?P<name{0}>[A-Za-z_][A-Za-z_0-9]*)"
_NUMBER = r"-?\d+(?:\.\d+)?(?:%|\s?[万亿])?"
_LITERAL = rf"(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|{_NUMBER}|true\b|false\b)"
_ATOM = re.compile(
    rf"{_NAME.format(1)}\s*(?P<one>(?:==|!=)\s*{_LITERAL}|(?:>=|<=|>|<)\s*{_NUMBER})"
    rf"|{_NAME.format(2)}\s+in\s+\[\s*(?P<some>{_LITERAL}(?:\s*,\s*{_LITERAL})*)\s*\]"
)
_JOINED = re.compile(r"[#\s()!&|]*")
_OTHER = "\u2014"  # no choice is called so

Values: TypeAlias = tuple[Fact | None, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """The case at the place `case` never comes to its turn: what fits it fits the one at `by` before (or, of several
    that take it together, that is the first of them)."""

    case: int
    by: int


def covered(whens: Sequence[str], names: Names) -> list[Covered]:
    """The cases with these conditions, in their order, that never come to their turn."""
    plain = {place: when for place, when in enumerate(whens) if when and _is_plain(when)}
    values = _values(plain.values())
    count = 1
    for some in values.values():
        count *= len(some)
    if count > MOST_TRIED:
        return []
    tried = [dict(zip(values, each, strict=True)) for each in product(*values.values())]
    fits = {place: _fitting(when, names, tried) for place, when in plain.items()}
    return list(_taken(fits))


def _taken(fits: Mapping[int, frozenset[int]]) -> Iterator[Covered]:
    before: dict[int, frozenset[int]] = {}
    for place, own in fits.items():
        if own and own <= frozenset().union(*before.values()):
            whole = [each for each, taken in before.items() if own <= taken]
            part = [each for each, taken in before.items() if own & taken]
            yield Covered(place, (whole or part)[0])
        before[place] = own


def _is_plain(when: str) -> bool:
    return _JOINED.fullmatch(_ATOM.sub("#", when)) is not None


def _values(whens: Iterable[str]) -> dict[str, Values]:
    """What is tried of each name: every value that is named, those between, one beyond, and none."""
    named: dict[str, set[Fact]] = {}
    for atom in (found for when in whens for found in _ATOM.finditer(when)):
        literals = re.findall(_LITERAL, atom["one"] or atom["some"])
        known = named.setdefault(atom["name1"] or atom["name2"], set())
        known |= {each for one in literals if not isinstance(each := expressions.value(one, {}, {}), Undecided)}
    return {name: (None, *_around(known)) for name, known in named.items()}


def _around(known: Collection[Fact]) -> Iterator[Fact]:
    """These values, and some of each stretch beside them."""
    if all(isinstance(each, bool) for each in known):
        yield from (True, False)
        return
    numbers = sorted(each for each in known if isinstance(each, float))
    if numbers:
        yield numbers[0] - 1
        yield from numbers
        yield from ((low + high) / 2 for low, high in pairwise(numbers))
        yield numbers[-1] + 1
    texts = [each for each in known if isinstance(each, str)]
    if texts:
        yield from texts
        yield _OTHER


def _fitting(when: str, names: Names, tried: Sequence[Mapping[str, Fact | None]]) -> frozenset[int]:
    """For which of the combinations it holds."""
    return frozenset(place for place, facts in enumerate(tried) if expressions.holds(when, names, facts) is True)
