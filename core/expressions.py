"""Conditions and computed values as the company writes them: `amount >= 50万 && product == "房抵"`.

One language for all of its files (flows, forms, automation, risk rules).

The language is CEL (Google's Common Expression Language, https://cel.dev), which runs no code and stops by itself; its
loops over lists are left out. Two things are ours: every number is one kind of number, whatever it looks
like, and may be written as people write it (`50万`, `1.2亿`, `70%`).

Names and kinds are checked when the company's files are loaded (`check`). At work a name may have no value: then the
result is `Undecided` and never a yes, unless the rest decides alone (`a || b` with `a` true).

What another system answered (`read_answer`) has no names that could be checked: there a member that is missing, or of
another kind than is wanted, is what makes it `Undecided`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from math import isfinite
from typing import Any, Literal, TypeAlias

LONGEST = 500  # characters; what is longer is two conditions, and cannot be explained to anybody
ANSWER = "answer"
"""The one name of which expressions over another system's answer speak: `answer.data.list[0].score`."""

Fact: TypeAlias = float | str | bool | datetime | tuple[str, ...]


class Kind(StrEnum):
    """What a name stands for: a number (money in yuan, a share of 1), words, several of them, yes or no, a moment."""

    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    YES_NO = "yes_no"
    MOMENT = "moment"


Names: TypeAlias = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why an expression cannot be used. `column` counts from 1 in what was written; `found` is the word or sign there.

    `unknown`: no such name. `kinds`: an operator between things that it is not for. `result`: it gives another kind
    than is needed here. `wide`: a full-width sign. `long`, `syntax`: as they say.
    """

    why: Literal["unknown", "kinds", "result", "wide", "long", "syntax"]
    column: int
    found: str = ""


@dataclass(frozen=True, slots=True)
class Undecided:
    """No answer: `name` has no value, or (None) the values make it impossible: a computed value that divides by 0. (In
    a condition what is divided by 0 is larger than any number, as with floats, and 0 / 0 neither larger nor smaller.)
    """

    name: str | None


def check(source: str, names: Names, result: Kind = Kind.YES_NO) -> Mistake | None:
    """What is wrong with an expression over these names that is to give `result`; None if it can be used."""
    if len(source) > LONGEST:
        return Mistake("long", LONGEST)
    compiled = _compile(source, _key(names))
    if isinstance(compiled, Mistake):
        return compiled
    return None if compiled.return_type() == _types()[result] else Mistake("result", 1)


def value(source: str, names: Names, facts: Mapping[str, Fact | None]) -> Fact | Undecided:
    """What the expression gives for these values of its names; a name that is left out, or None, has none.

    Raises:
        ValueError: the expression cannot be used: `check` says why.
    """
    compiled = Mistake("long", LONGEST) if len(source) > LONGEST else _compile(source, _key(names))
    if isinstance(compiled, Mistake):
        raise _unusable(source, compiled)
    return _outcome(
        compiled, {name: _given(fact) for name, fact in facts.items() if fact is not None and name in names}
    )


def check_answer(source: str, result: Kind = Kind.YES_NO) -> Mistake | None:
    """What is wrong with an expression over another system's answer that is to give `result` (a number, a text, a
    moment, or yes and no); None if it can be used. Of which kind a member is, only the answer tells."""
    compiled = _compile_answer(source)
    if isinstance(compiled, Mistake):
        return compiled
    giving = _giving(result)
    return None if giving and compiled.return_type() in (_types()["any"], *giving) else Mistake("result", 1)


def read_answer(source: str, answer: Mapping[str, Any], result: Kind = Kind.YES_NO) -> Fact | Undecided:
    """What the expression gives for this answer: a JSON object in which every number is a float, in texts of which
    there is no NUL (which ends a text for CEL). A member that is missing or null, or of another kind than `result`, is
    no answer; a number that stands in a text is read by `double(answer.x)`.

    Raises:
        ValueError: the expression cannot be used: `check_answer` says why.
    """
    compiled = _compile_answer(source)
    if isinstance(compiled, Mistake):
        raise _unusable(source, compiled)
    return _outcome(compiled, {ANSWER: answer}, _giving(result))


def _unusable(source: str, mistake: Mistake) -> ValueError:
    return ValueError(f"{mistake.why} in {source!r}, column {mistake.column}")


def _outcome(compiled: Any, given: Mapping[str, object], wanted: Sequence[Any] | None = None) -> Fact | Undecided:
    """What the program gives; `wanted`: of which types of CEL it may be, where compiling did not say so."""
    try:
        found = compiled.eval(data=given)
    except RuntimeError:  # it would take too long: CEL's own budget is used up; or half a character
        return Undecided(None)
    if found.type() in _failed():
        missing = _MISSING.search(str(found))
        return Undecided(missing[1] or missing[2] if missing else None)
    # A null must not even be looked at: handing one over, cel-expr-python 0.1.3 gives a reference to None away that it
    # does not have, and some thousand of them end the process.
    if wanted is not None and found.type() not in wanted:
        return Undecided(None)
    plain: Any = found.plain_value()
    if isinstance(plain, float) and not isfinite(plain):  # CEL divides by nothing, and means without end by it
        return Undecided(None)
    if isinstance(plain, int) and not isinstance(plain, bool):  # `size`
        return float(plain)
    return tuple(plain) if isinstance(plain, list) else plain


def of_kind(fact: Fact | None, kind: Kind) -> bool:
    """Is it a value of this kind?"""
    match kind:
        case Kind.NUMBER:
            return isinstance(fact, int | float) and not isinstance(fact, bool)
        case Kind.TEXT:
            return isinstance(fact, str)
        case Kind.TEXTS:
            return isinstance(fact, tuple)
        case Kind.YES_NO:
            return isinstance(fact, bool)
        case Kind.MOMENT:
            return isinstance(fact, datetime)


def names_in(source: str) -> frozenset[str]:
    """The names that stand in an expression for a value: no word of the language, no function."""
    words = (token for token in _TOKEN.finditer(source) if token["name"])
    return frozenset(word[0] for word in words if not _CALLED.match(source, word.end())) - _LANGUAGE


def decides_in_part(source: str) -> bool:
    """May the expression be decided where one of its names has no value (`a || b`, `a && b`, `a ? b : c`)?"""
    return _IN_PART.search(_outside_texts(source)) is not None


def spelled_out(source: str, meanings: Mapping[str, str]) -> str:
    """The expression with each name that has a meaning (an expression itself) replaced by it."""

    def replaced(token: re.Match[str]) -> str:
        return f"({meanings[token['name']]})" if token["name"] in meanings else token[0]

    return _TOKEN.sub(replaced, source)


def handed_over(names: Iterable[str], facts: Mapping[str, Fact | None]) -> dict[str, object]:
    """The values of these names as the engine takes them; what has none is left out."""
    return {
        name: fact if type(fact) in _TAKEN_AS_IT_IS else _given(fact)
        for name in names
        if (fact := facts.get(name)) is not None
    }


class Together:
    """Several expressions over the same names, of any length, that are asked for at once: as long as none of them fails
    they are one program, which is many times quicker than one by one, as most of the time goes into handing the values
    over.

    Raises:
        ValueError: one of them cannot be used: `check` says why.
    """

    def __init__(self, sources: Sequence[str], names: Names) -> None:
        self._sources, self._names = tuple(sources), names
        self._used = tuple(sorted(frozenset().union(*(names_in(each) for each in sources)) & names.keys()))
        self._programs = [_joined(some, _key(names)) for some in _portions(self._sources)]

    def evaluate(self, given: Mapping[str, object]) -> list[Any] | None:
        """What each gives for these values (as `handed_over` gives them): a number may be infinite, or none, where it
        is divided by 0. None: one of them fails."""
        if len(given) > len(self._used):
            given = {name: given[name] for name in self._used if name in given}
        values: list[Any] = []
        for program in self._programs:
            try:
                found = program.eval(data=given)
            except RuntimeError:  # it would take too long
                return None
            if found.type() in _failed():
                return None
            values += found.plain_value()
        return values

    def one_by_one(self, given: Mapping[str, object]) -> list[Fact | Undecided]:
        """The same where one of them fails: it says so for itself, and for no other."""
        names = _key(self._names)
        return [_outcome(_compile(each, names), given) for each in self._sources]


def holds(source: str, names: Names, facts: Mapping[str, Fact | None]) -> bool | Undecided:
    """Does the condition hold for these values? Raises as `value`."""
    found = value(source, names, facts)
    return found if isinstance(found, bool | Undecided) else Undecided(None)


def _portions(sources: Sequence[str]) -> Iterator[list[str]]:
    """Of all that is long, as much at once as the engine takes."""
    portion: list[str] = []
    for each in sources:
        if portion and sum(map(len, portion)) + len(each) > _LONGEST_PROGRAM:
            yield portion
            portion = []
        portion.append(each)
    if portion:
        yield portion


def _joined(sources: Sequence[str], names: tuple[tuple[str, str], ...]) -> Any:
    compiled = _compile(f"[{', '.join(f'({each})' for each in sources)}]", names)
    if isinstance(compiled, Mistake):
        raise ValueError(f"{compiled.why} in {sources!r}")  # noqa: TRY004  it is no type that is wrong
    return compiled


_LONGEST_PROGRAM = 40_000  # characters as they are written; CEL takes 100,000 of its own
_MISSING = re.compile(r'No value with name "([^"]*)"|Key not found in map : "([^"]*)"')
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)'")
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): ([^\n]*)")
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"""
    r"""|(?P<number>\d+(?:\.\d+)?)(?:(?P<unit>%)|\s?(?P<many>[万亿]))?"""
)
_LANGUAGE = frozenset({"in", "true", "false", "null"})
_CALLED = re.compile(r"\s*\(")
_IN_PART = re.compile(r"\|\||&&|\?")
_RAW = re.compile(r"(?<!\w)[rRbB]{1,2}(?=[\"'])")
_THREE_MARKS = re.compile(r"\"{3}|'{3}")
_PATTERN = re.compile(r"\b(matches)\s*\(")
_LOOP = re.compile(r"\b(map|filter|all|exists|exists_one|existsOne|transformList|transformMap)\s*\(")
_TIMES = {"": Decimal(1), "%": Decimal("0.01"), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_HALF = re.compile(r"[\ud800-\udfff]")
_WIDE = re.compile(r"[，。；：（）【】“”‘’！＝＞＜＆｜＋－％０-９《》]")


def _key(names: Names) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items()))


@lru_cache(maxsize=1)
def _types() -> dict[str, Any]:
    from cel_expr_python import cel  # 6 MB and some milliseconds, for those who have conditions

    types = cel.Type
    return {
        Kind.NUMBER: types.DOUBLE,
        Kind.TEXT: types.STRING,
        Kind.TEXTS: types.List(types.STRING),
        Kind.YES_NO: types.BOOL,
        Kind.MOMENT: types.TIMESTAMP,
        "any": types.DYN,
        "int": types.INT,
        "error": types.ERROR,
        "unknown": types.UNKNOWN,
    }


@lru_cache(maxsize=1)
def _failed() -> tuple[Any, Any]:
    return _types()["error"], _types()["unknown"]


def _giving(result: Kind) -> tuple[Any, ...]:
    """The types of CEL that give a fact of this kind. Texts are none: what stands in a list, its type does not say."""
    types = _types()
    match result:
        case Kind.NUMBER:
            return types[Kind.NUMBER], types["int"]
        case Kind.TEXTS:
            return ()
        case _:
            return (types[result],)


def _compile_answer(source: str) -> Any:
    """As `_compile`. Patterns are left out: matching one takes as long as it is long, times an answer of 256 KB, which
    is seconds."""
    if len(source) > LONGEST:
        return Mistake("long", LONGEST)
    pattern = _PATTERN.search(_outside_texts(source))
    if pattern:
        return Mistake("unknown", pattern.start() + 1, pattern[1])
    return _compile(source, ((ANSWER, "any"),))


@lru_cache(maxsize=64)
def _environment(names: tuple[tuple[str, str], ...]) -> Any:
    from cel_expr_python import cel

    return cel.NewEnv(variables={name: _types()[kind] for name, kind in names})


@lru_cache(maxsize=2_000)
def _compile(source: str, names: tuple[tuple[str, str], ...]) -> Any:
    """The program, or the mistake in it. Kept: compiling takes as long as a hundred evaluations."""
    odd = _first_half(source) or _first_wide(source) or _first_loop(source)
    if odd is not None:
        return odd
    written, places = _translated(source)
    try:
        return _environment(names).compile(written)
    except RuntimeError as error:
        return _mistake(str(error), source, written, places)


def _first_half(source: str) -> Mistake | None:
    """Half a character (a lone surrogate, as YAML's `\\ud800` makes it), which cannot be handed to CEL."""
    found = _HALF.search(source)
    return Mistake("syntax", found.start() + 1) if found else None


def _outside_texts(source: str) -> str:
    """The expression with blanks where texts stand in it."""
    return _TOKEN.sub(lambda token: " " * len(token[0]) if token["text"] else token[0], source)


def _first_wide(source: str) -> Mistake | None:
    found = _WIDE.search(_outside_texts(source))
    return Mistake("wide", found.start() + 1, found[0]) if found else None


def _first_loop(source: str) -> Mistake | None:
    """CEL's budget counts the turns of a loop, and not what they make: a short one could fill the memory. What lists
    are for here, `"急用" in tags` does."""
    outside = _outside_texts(source)
    found = _LOOP.search(outside)
    if found:
        return Mistake("unknown", found.start(1) + 1, found[1])
    # What CEL reads otherwise than we do here could hide one: comments, raw strings, strings of three marks.
    comment = outside.find("//")
    raw = (found.start() for found in _RAW.finditer(source) if outside[found.start()] != " ")
    three = (found.start() for found in _THREE_MARKS.finditer(source))
    hides = min([at for at in (comment, *raw, *three) if at >= 0], default=None)
    return Mistake("unknown", hides + 1, source[hides : hides + 3].split()[0]) if hides is not None else None


def _translated(source: str) -> tuple[str, list[int]]:
    """The expression with its numbers as CEL wants them, and for each of its characters where it came from."""
    written: list[str] = []
    places: list[int] = []
    for at, text, replaced in _parts(source):
        written.append(replaced)
        places += [at] * len(replaced) if replaced != text else range(at, at + len(text))
    return "".join(written), [*places, len(source)]


def _parts(source: str) -> Iterator[tuple[int, str, str]]:
    """Each stretch of the source: where it begins, as it was written, and as CEL wants it."""
    last = 0
    for token in _TOKEN.finditer(source):
        if token.start() > last:
            yield last, source[last : token.start()], source[last : token.start()]
        yield token.start(), token[0], _number(token) if token["number"] else token[0]
        last = token.end()
    yield last, source[last:], source[last:]


def _number(token: re.Match[str]) -> str:
    """Always with a point, by which CEL knows a double."""
    number = Decimal(token["number"]) * _TIMES[token["unit"] or token["many"] or ""]
    return repr(float(number))


def _mistake(message: str, source: str, written: str, places: list[int]) -> Mistake:
    found = _PLACE.search(message)
    line, column, text = (int(found[1]), int(found[2]), found[3]) if found else (1, 1, message)
    before = sum(len(each) for each in written.splitlines(keepends=True)[: line - 1])
    at = places[min(before + max(column - 1, 0), len(places) - 1)]
    name, overload = _UNDECLARED.search(text), _OVERLOAD.search(text)
    if name:
        word = name[1].partition(".")[0]  # of `anser.code` CEL names the whole, and the place of the point
        begins = re.search(rf"(?<![\w.]){re.escape(word)}\b", source) if word != name[1] else None
        return Mistake("unknown", (begins.start() if begins else at) + 1, word)
    if overload:
        return Mistake("kinds", at + 1, overload[1].strip("_@"))
    return Mistake("syntax", at + 1, source[at : at + 1])


_TAKEN_AS_IT_IS = frozenset({float, str, bool, datetime})


def _given(fact: Fact) -> object:
    """As CEL takes it: every number is a float, which holds money to the fen up to some hundred billion yuan."""
    if isinstance(fact, bool | str | datetime):
        return fact
    return list(fact) if isinstance(fact, tuple) else float(fact)
