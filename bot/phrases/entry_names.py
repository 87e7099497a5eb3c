"""The name in the argument of 录入, before it is parted into words: what leads to it, hangs on it, or parts it.

Rules, decided once:
- What only leads over to the name is left out: 「录一个 王丽」, 「来了个客户王丽」, 「报备 王丽」.
- A name typed with a space is one name where nothing else fits: a bare surname and what may be a given name
  (「欧阳 锋」, 「王 小 明」), 「老 王」, a surname and a Mongolian name, Mongolian names (「巴特尔 孟和」, with `·`).
  A whole name takes nothing more: 「王丽 急用」. Only a space parts a name, no comma and no number.
- What stands there and may belong to the name all the same (「刘志 强」) is handed out, to be told of.
- 「客户姓王」 is 王; what hangs on the name of its number (「赵女士微信同号」) is parted from it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from bot.phrases.name_words import (
    is_given,
    is_mongolian,
    is_surname,
    looks_like_name,
    may_be_mongolian,
)

_ADDING = "录入|录|登记|报备|补录|上报|新增|添加|加|建|存|来|有|接到?|收到?|新来|又来"
_ONE = "[一1]?(?:个|位|条|名|下)"
_SOMEBODY = "新?(?:客户|线索|资源|客资|人)"
_LEADS_OVER = re.compile(
    f"(?:请|麻烦)?(?:帮我?|给我|我)?(?:{_ADDING})(?:了|过)?(?:{_ONE})?(?:{_SOMEBODY})?|(?:这|那)?{_ONE}(?:{_SOMEBODY})?"
)
# Glued to the name it must say that somebody comes in, or be a word for it: 「来王丽」 may be anything.
_LEADS_OVER_GLUED = re.compile(
    f"(?:请|麻烦)?(?:帮我?|给我|我)?(?:(?:{_ADDING})(?:了|过)?(?:{_ONE}(?:{_SOMEBODY})?|{_SOMEBODY})|"
    f"录入|登记|报备|补录|上报|新增|添加|(?:这|那)?{_ONE}{_SOMEBODY}|{_ONE}(?={_SOMEBODY}))"
)
_CALLED = re.compile(
    "(?:客户|有个|有位|一个|一位)?姓(?P<name>[\u3400-\u9fff]{1,2}?)(?P<title>女士|小姐|先生|老板|总|哥|姐)?的?(?:客户)?"
)
_NUMBER_ON_IT = re.compile(
    "(?P<name>.+?)的?(?:(?P<same>(?:电话|手机号?)?微信同号|同微信)|(?:微信|电话|手机|联系方式|联系电话|号码)号?码?是?)"
)
_WORD = re.compile(r"[^\s,，、;；|。()（）\x1f]+")
_NICK = frozenset("老小大阿")
_MOST_PARTS = 2  # behind the first
_LONGEST_LEAD = 12


@dataclass(frozen=True, slots=True)
class Tidied:
    """The text with its name in one word. `doubtful` is what stands right behind the name and may belong to it."""

    text: str
    doubtful: str = ""


def without_lead_in(text: str) -> str:
    """`text` without the words before the name that only lead over to it (「来了一个 王丽 138…」 -> 「王丽 138…」)."""
    while (found := _WORD.match(text)) and _LEADS_OVER.fullmatch(found.group()):
        rest = text[found.end() :].lstrip(" ,，、:：。;；")
        if not rest or not _WORD.match(rest):
            return text
        text = rest
    found = _WORD.match(text)
    return text[_glued(found.group()) :] if found else text


def tidy_name(
    text: str, labels: tuple[str, ...], bare: Callable[[str], str], is_other: Callable[[str], bool]
) -> Tidied:
    """Make one word of the name in `text`. Before one of the `labels` none is looked for; `bare` takes labels off a
    word, `is_other` tells what is a region, a channel or the like, and no name."""
    if not any(word.group().startswith(labels) for word in _WORD.finditer(text)):
        text = without_lead_in(text)
    words = list(_WORD.finditer(text))
    from_here = next((place for place, word in enumerate(words) if word.group().startswith(labels)), 0)
    for place in range(from_here, len(words)):
        said = words[place].group()
        if not is_other(said):
            return _joined(text, words[place].end() - len(bare(said)), words[place:], is_other)
    return Tidied(text)


def _joined(text: str, start: int, words: list[re.Match[str]], is_other: Callable[[str], bool]) -> Tidied:
    first = _alone(text[start : words[0].end()])
    behind = [word.group() for word in _spaced(text, words)]
    others = next((place for place, word in enumerate(behind) if is_other(word)), len(behind))
    name, taken = _whole(first, behind[:others])
    rest = behind[taken] if taken < others else ""
    return Tidied(text[:start] + name + text[words[taken].end() :], rest if _may_belong(name, rest) else "")


def _spaced(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words behind the first one, as long as nothing but a space parts them."""
    run = []
    for before, word in pairwise(words):
        if text[before.end() : word.start()].strip(" ") or "\x1f" in text[before.end() : word.start()]:
            break
        run.append(word)
    return run


def _alone(word: str) -> str:
    """The word of the name without what hangs on it: 「姓王」 -> 「王」, 「赵女士电话」 -> 「赵女士」; what tells more
    than that a number follows (「微信同号」) becomes a word by itself."""
    called = _CALLED.fullmatch(word)
    if called and is_surname(called["name"]):
        return f"{called['name']}{called['title'] or ''}"
    hung = _NUMBER_ON_IT.fullmatch(word)
    if hung and not _LEADS_OVER.fullmatch(hung["name"]):
        return f"{hung['name']} {hung['same'] or ''}".strip()
    return word


def _whole(name: str, behind: list[str]) -> tuple[str, int]:
    """`name` with those of the words behind it that are parts of it, and how many these are."""
    if behind and (is_surname(name) or (name in _NICK and is_surname(behind[0]))):
        given = 1 if is_given(behind[0]) or is_mongolian(behind[0]) else 0
        given += given and [len(word) == 1 and is_given(word) for word in behind[:2]] == [True, True]
        return name + "".join(behind[:given]), given
    if not is_mongolian(name):
        return name, 0
    parts = list(takewhile(is_mongolian, behind[:_MOST_PARTS]))
    return "·".join([name, *parts]), len(parts)


def _may_belong(name: str, word: str) -> bool:
    if not word:
        return False
    if len(word) == 1 and len(name) <= 2:
        return is_given(word)
    return (is_mongolian(name) and may_be_mongolian(word)) or (may_be_mongolian(name) and is_mongolian(word))


def _glued(word: str) -> int:
    """How many characters of `word` lead over to the name that is glued behind them; 0 if there is no such name."""
    for end in range(2, min(len(word) - 1, _LONGEST_LEAD)):
        if _LEADS_OVER_GLUED.fullmatch(word[:end]) and looks_like_name(word[end:]):
            return end
    return 0
