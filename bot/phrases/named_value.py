"""What begins with the name of something, and the value behind it: 「期限 3年」, 「期限改为3年」, 「用途是装修」."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
# 「是」 alone may be the answer, and a value may begin with 成 or 为 (成都, 为民路).
_LINK = re.compile(r"[\s：:，,]*(?:(?:改为|改成|换成|是(?=\S)|为(?=[\s0-9]))[\s：:，,]*)?")


def named_value(said: str, things: Iterable[T], name: Callable[[T], str]) -> tuple[T, str] | None:
    """The thing with whose name the words begin, of several the one with the longest name (初审会签 before 初审), and
    what is said behind it (empty: nothing); None if they begin with none."""
    longest_first = sorted(things, key=lambda each: -len(name(each)))
    found = next((each for each in longest_first if said.startswith(name(each))), None)
    if found is None:
        return None
    rest = said.removeprefix(name(found))
    link = _LINK.match(rest)
    return found, rest[link.end() if link else 0 :].strip()
