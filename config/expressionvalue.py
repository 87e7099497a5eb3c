"""Conditions and formulas as values of the company's YAML: what is wrong with one is said with its place in it, and
with the name or sign that was likely meant."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from config.problems import likely, quoted
from config.yamlfile import Value
from core import expressions
from core.expressions import ANSWER, LONGEST, Kind, Mistake, Names
from core.regions import REGIONS, find_region

_RESULTS = {Kind.YES_NO: "condition", Kind.NUMBER: "formula", Kind.TEXT: "words"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
_OF_ANSWER = {ANSWER: Kind.TEXT}
_SIGNS = dict(
    pair.split()
    for pair in (
        *("=< <=", "=> >=", "<> !=", "≥ >=", "≤ <=", "≠ !=", "× *", "÷ /", "= ==", "& &&", "| ||"),
        *("并且 &&", "而且 &&", "且 &&", "或者 ||", "或 ||", "不是 !=", "and &&", "or ||", "not !"),
    )
)
"""What people write for a sign, and the sign."""
_CHINESE = re.compile(r"[\u4e00-\u9fff·]+")
_WORD = re.compile(r"[A-Za-z_0-9]+|.", re.DOTALL)
_TEXT = r'"[^"]*"|\'[^\']*\''
_COMPARED = re.compile(
    rf"(?P<name>[A-Za-z_][A-Za-z_0-9]*)\s*(?:[=!]=\s*(?P<one>{_TEXT})|in\s*\[(?P<many>[^\]]*)\])"
    rf"|(?P<first>{_TEXT})\s*(?:[=!]=|in)\s*(?P<last>[A-Za-z_][A-Za-z_0-9]*)"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What an expression may speak of. `labels`: the name by what it is called on the screen; `words`: the only words
    that what a name stands for can be; `regions`: names that stand for a region's code; `below`: names that come too
    late; `unsure`: names that are told of already."""

    names: Names
    labels: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Collection[str]] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()


def read_expression(value: Value, lexicon: Lexicon | None, result: Kind = Kind.YES_NO) -> str:
    """The expression at this place, which gives `result`. Without a lexicon (what it speaks of is wrong itself, and
    told) it is taken as it stands."""
    text = value.word()
    if not text:
        value.problem("text", found=value.found())
    elif lexicon is not None and not set(_WORD.findall(text)) & lexicon.unsure:
        mistake = expressions.check(text, lexicon.names, result)
        if mistake is None:
            _check_words(value, text, lexicon)
        else:
            _tell(value, text, mistake, lexicon, result)
    return text


def read_answer_expression(value: Value, result: Kind) -> str:
    """The expression over what another system answers at this place, which gives `result`."""
    text = value.word()
    if not text:
        value.problem("text", found=value.found())
        return ""
    mistake = expressions.check_answer(text, result)
    if mistake is not None and mistake.why == "kinds" and "size" in text:
        value.problem("size_in_answer", column=mistake.column, word=mistake.found)
    elif mistake is not None:
        _tell(value, text, mistake, Lexicon(_OF_ANSWER), result)
    return text


def read_name(value: Value, example: str, reserved: Collection[str] = ()) -> str:
    """A name that may stand in conditions, and is none of those; empty, and a problem, if it is not."""
    text = value.text()
    if text and not _NAME.fullmatch(text):
        what = "小写字母开头，只有小写字母、数字和 _，最多 30 个"
        value.problem("shape", what=what, found=quoted(text), example=example)
    elif text in reserved or (text and expressions.check(text, {text: Kind.NUMBER}, Kind.NUMBER) is not None):
        value.problem("about_key", word=text)
    else:
        return text
    return ""


def _tell(value: Value, text: str, mistake: Mistake, lexicon: Lexicon, result: Kind) -> None:
    match mistake.why:
        case "unknown" if mistake.found in lexicon.below:
            value.problem("name_below", column=mistake.column, word=mistake.found)
        case "unknown":
            near = _SIGNS.get(mistake.found.lower()) or likely(mistake.found, lexicon.names)
            known = lexicon.names
            value.problem("unknown_name", column=mistake.column, word=mistake.found, near=near, known=known)
        case "kinds":
            value.problem("kinds", column=mistake.column, word=mistake.found)
        case "result":
            value.problem(_RESULTS[result])
        case "wide":
            near = _half(mistake.found)
            value.problem("wide_sign", column=mistake.column, word=mistake.found, near=near)
        case "long":
            value.problem("long_expression", most=LONGEST)
        case _:
            _tell_syntax(value, text, mistake.column, lexicon)


def _half(sign: str) -> str:
    if sign in "“”‘’":
        return '"'
    return "." if sign == "。" else chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else {"《": "<", "》": ">"}[sign]


def _tell_syntax(value: Value, text: str, column: int, lexicon: Lexicon) -> None:
    """The mistake is where the reader stumbled: at a sign that is none, a word without quotes, or the end."""
    rest = text[column - 1 :]
    if not rest:
        value.problem("unfinished")
        return
    sign = next((each for each in _SIGNS if rest.lower().startswith(each) and _whole(each, rest)), "")
    chinese = _CHINESE.match(rest)
    if sign:
        value.problem("sign", column=column, word=sign, near=_SIGNS[sign])
    elif chinese and column > 1 and text[column - 2].isdigit():
        value.problem("expression", column=column, word=chinese[0])
    elif chinese:
        near = lexicon.labels.get(chinese[0]) or lexicon.labels.get(likely(chinese[0], lexicon.labels), "")
        value.problem("bare_word", column=column, word=chinese[0], near=near)
    else:
        word = _WORD.match(rest)
        value.problem("expression", column=column, word=word[0] if word else rest[:1])


def _whole(sign: str, rest: str) -> bool:
    """A sign that is a word ends where the word ends: `or` is none in `order`."""
    return not sign.isascii() or not sign.isalpha() or not re.match(r"[A-Za-z_0-9]", rest[len(sign) :])


def _check_words(value: Value, text: str, lexicon: Lexicon) -> None:
    """A word that what it is compared with can never be makes a condition that never holds, in silence."""
    for name, word in _compared(text):
        known = lexicon.words.get(name)
        if name in lexicon.regions and word not in REGIONS:
            region = find_region(word)
            value.problem("region_code", name=name, word=word, near=region.code if region else "")
        elif known and word not in known:
            value.problem("never_so", name=name, word=word, near=likely(word, known), known=known)


def _compared(text: str) -> Iterator[tuple[str, str]]:
    """Each name with each word that it is compared with."""
    for found in _COMPARED.finditer(text):
        for written in re.findall(_TEXT, found["one"] or found["many"] or found["first"] or ""):
            yield found["name"] or found["last"], written[1:-1]
