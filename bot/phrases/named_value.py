"""What begins with the name of something, and the value behind it: 「期限 3年」, 「期限改为3年」, 「用途是装修」."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
# 「是」 alone may be the answer, and a value may begin with 成 or 为 (成都, 为民路).
_SHORTEST, _LONGEST = 2, 20
_BETWEEN = " ，,；;、。"
_LINK = re.compile(r"[\s：:，,]*(?:(?:改为|改成|换成|是(?=\S)|为(?=[\s0-9]))[\s：:，,]*)?")


def named_value(said: str, things: Iterable[T], name: Callable[[T], str]) -> tuple[T, str] | None:
    """The thing with whose name the words begin, of several the one with the longest name (初审会签 before 初审), and
    what is said behind it (empty: nothing); None if they begin with none."""
    longest_first = sorted(things, key=lambda each: -len(name(each)))
    found = next((each for each in longest_first if said.startswith(name(each))), None)
    return (found, _behind(said, len(name(found)))) if found is not None else None


def partly_named_value(said: str, things: Iterable[T], name: Callable[[T], str]) -> tuple[T, str] | None:
    """The same, and where the words begin with no whole name, the only thing in whose name their beginning stands:
    「金额 60万」 of 申请金额. None if that may be several."""
    among = list(things)
    whole = named_value(said, among, name)
    if whole is not None:
        return whole
    for length in range(min(len(said), _LONGEST), _SHORTEST - 1, -1):
        fits = [each for each in among if said[:length] in name(each)]
        if fits:
            return (fits[0], _behind(said, length)) if len(fits) == 1 else None
    return None


def named_values(said: str, things: Iterable[T], name: Callable[[T], str]) -> tuple[list[tuple[T, str]], str]:
    """Several of them, in any order: 「年利率 18% 服务费 3万」. Each thing that is named whole, with what is said
    behind it up to the next; and what stands before the first. The longest name counts where one holds another."""
    by_name = {name(each): each for each in things}
    longest_first = sorted(by_name, key=len, reverse=True)
    places = list(re.finditer("|".join(map(re.escape, longest_first)), said)) if by_name else []
    if not places:
        return [], said
    ends = [*(place.start() for place in places[1:]), len(said)]
    found = [
        (by_name[place[0]], _behind(said[:end], place.end()).rstrip(_BETWEEN))
        for place, end in zip(places, ends, strict=True)
    ]
    return found, said[: places[0].start()].strip(_BETWEEN)


def _behind(said: str, length: int) -> str:
    rest = said[length:]
    link = _LINK.match(rest)
    return rest[link.end() if link else 0 :].strip()
