"""A segment as people type it: 「A 高意向 3天未跟进」, 「房抵 50万以上 包头 今天到期」, in any order, spaces or not.

Total: what is not understood is named, with the nearest word that would have been.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

from bot.phrases.numbers import folded, read_number
from bot.phrases.products import SYNONYMS
from core.leads.products import PRODUCTS
from core.leads.segments import MOST_OF_EACH, DueWhen, Segment
from core.leads.tags import Tagging, plain
from core.regions import PROVINCE, REGIONS, find_region, significant

_LONGEST_REGION = 12
LONGEST_DEPARTMENT = 60  # characters of a path: a segment must fit into a button
_LONGEST_WORD = 16
_MOST_READ = 200
_COUNT = r"([0-9]{1,3}|半|[一二两三四五六七八九十]{1,3})"
_NOT_DONE = r"(?:内|以上|多)?(?:都|还)?(?:没有?|未)(?:有)?(?:跟进|联系|动静?|打电话)过?"
_IDLE = re.compile(rf"{_COUNT} ?个? ?(天|日|周|星期|礼拜|月){_NOT_DONE}")
_NEVER = re.compile(r"从来?(?:没有?|未)(?:跟进|联系)过?|(?:没有?|未)(?:跟进|联系)过?|(?:没有?|未)首[联次](?:联系)?")
_DUE: tuple[tuple[re.Pattern[str], DueWhen], ...] = (
    (re.compile("(?:今天|今日|当天)(?:要|该|应)?(?:到期|待?联系|待?跟进)?的?"), DueWhen.TODAY),
    (re.compile("(?:明天|明日)(?:要|该|应)?(?:到期|待?联系|待?跟进)?的?"), DueWhen.TOMORROW),
    (re.compile("逾期|过期|超期|已到期"), DueWhen.LATE),
    (re.compile("到期|待联系|该联系"), DueWhen.BY_TODAY),
    (re.compile("未约|没约|没有约|未预约"), DueWhen.NEVER),
)
_UNIT = "(亿|千万|百万|万|[wW]|元|块)?"
_SUM = rf"([0-9]{{1,9}}(?:\.[0-9]{{1,2}})?) ?{_UNIT}"
_RANGE = re.compile(rf"{_SUM} ?[-~到至] ?{_SUM}")
_LEAST = re.compile(rf"(?:(?:大于|超过|不低于|至少|>=?|≥) ?{_SUM}(?:以上|起)?|{_SUM} ?(?:以上|及以上|起|\+))")
_MOST = re.compile(rf"(?:(?:小于|低于|不超过|最多|<=?|≤) ?{_SUM}(?:以[下内])?|{_SUM} ?(?:以下|以内|及以下))")
_FACTOR = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "w": 10**4, "元": 1, "块": 1, "": 1}
_LETTER = re.compile(r"([A-Za-z])(?![A-Za-z])级?")
_UNGRADED = re.compile("未评级|没评级|没有评级")
_TEAM = re.compile("(?:我的)?(?:部门|团队|全部门|全公司|下属|全员)的?")
_PAGE = re.compile(r"第? ?([0-9]{1,3}) ?页|([0-9]{1,3})$")
_PARTED = re.compile(r"[/\s\\、>-]+")
_NOT = re.compile("(?:不是|不要|除了|没有|非|不含|-) ?")
_BETWEEN = re.compile(r"[\s,，、;；/。.+&]+|(?:客户|线索|的|和|与|且|并且|级)")
_RUN = re.compile(r"[^\s,，、;；/。+&]{1,16}")


@dataclass(frozen=True, slots=True)
class Understood:
    """The segment, and the page of it."""

    segment: Segment
    page: int = 1


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`word` is nothing that one can ask for; `nearest` is alike (empty: nothing is). `whole` is what was typed with it
    in the place of the other, to be sent as it stands. `which`: `word` names several departments, by their paths."""

    word: str
    nearest: str
    whole: str
    which: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What was read so far; `values` are those of `Segment`."""

    tagging: Tagging
    departments: Mapping[str, Sequence[str]]
    values: dict[str, Any] = field(default_factory=dict)
    page: int = 1

    def add(self, name: str, value: str) -> None:
        there = self.values.get(name, ())
        if value not in there:
            self.values[name] = (*there, value)


def read_segment(text: str, tagging: Tagging, departments: Collection[str] = ()) -> Understood | NotUnderstood:
    """What is asked for, or the first word that is not understood. `departments` are the paths of those that may be
    asked for."""
    said = folded(text)[:_MOST_READ]
    reading, at = _Reading(tagging, names_of_departments(departments)), 0
    while at < len(said):
        if said[at] == " ":
            at += 1
            continue
        which = named_department(said, at, reading.departments)
        if which is not None and len(which[1]) > 1:
            to, paths = which
            return NotUnderstood(said[at:to], paths[0], f"{said[:at]}{paths[0]}{said[to:]}", tuple(paths))
        apart = _BETWEEN.match(said, at)
        behind = next((end for read in _READERS if (end := read(reading, said, at)) is not None), None)
        if behind is not None:
            at = behind
        elif apart:
            at = apart.end()
        else:
            return _unknown(said, at, reading)
    over = next((each for each, value in reading.values.items() if _is_many(value)), None)
    if over is not None:
        return NotUnderstood(said[:_LONGEST_WORD], "", "")
    return Understood(Segment(**reading.values), reading.page)


def _is_many(value: object) -> bool:
    return isinstance(value, tuple) and len(value) > MOST_OF_EACH


def names_of_departments(paths: Collection[str]) -> dict[str, list[str]]:
    """What each of these departments may be called (its own name, with those above it before it), and the paths that
    have the name. A department of which another of the name is a part stands for both. What is a region's name is left
    to that: there is where customers live."""
    named: dict[str, list[str]] = {}
    for path in sorted(path for path in paths if len(path) <= LONGEST_DEPARTMENT):
        parts = [_plain_department(part) for part in path.split("/")]
        for start in range(len(parts)):
            if start == len(parts) - 1 and find_region(parts[start]) is not None:
                continue
            there = named.setdefault("".join(parts[start:]), [])
            if not any(path.startswith(f"{other}/") for other in there):
                there.append(path)
    return {name: _whole(name, paths) for name, paths in named.items() if len(name) > 1}


def _whole(name: str, paths: list[str]) -> list[str]:
    return [path for path in paths if _plain_department(path) == name] or paths


def _plain_department(said: str) -> str:
    return _PARTED.sub("", folded(said)).casefold()


def named_department(said: str, at: int, departments: Mapping[str, Sequence[str]]) -> tuple[int, Sequence[str]] | None:
    """Where the longest name of a department that stands at `at` ends, and the paths that have it."""
    if _PARTED.match(said, at):
        return None
    for end in range(min(len(said), at + LONGEST_DEPARTMENT), at + 1, -1):
        fits = departments.get(_PARTED.sub("", said[at:end]).casefold(), ())
        if fits and not _PARTED.match(said[end - 1]):
            return end, fits
    return None


def _department(reading: _Reading, said: str, at: int) -> int | None:
    found = named_department(said, at, reading.departments)
    if found is None or reading.values.get("department", found[1][0]) != found[1][0]:
        return None
    reading.values |= {"department": found[1][0], "team": True}
    return found[0]


def _unknown(said: str, at: int, reading: _Reading) -> NotUnderstood:
    tagging = reading.tagging
    found = _RUN.match(said, at)
    word = found.group() if found else said[at : at + 1]
    known = [*_vocabulary(), *(each for tag in tagging.tags for each in (tag.name, *tag.synonyms))]
    known += [grade.name for grade in tagging.grades if grade.name]
    known += list(reading.departments)
    near = "" if word[0].isdigit() else next(iter(get_close_matches(word, known, n=1, cutoff=0.5)), "")
    near = f"{word}以上" if re.fullmatch(_SUM, word) else near
    return NotUnderstood(word, near, f"{said[:at]}{near}{said[at + len(word) :]}" if near else "")


@cache
def _vocabulary() -> tuple[str, ...]:
    words = ("3天未跟进", "从未跟进", "今天到期", "明天到期", "逾期", "到期", "未约", "未评级", "部门")
    return (*words, *PRODUCTS.values(), *(region.name for region in REGIONS.values()))


_Reader = Callable[[_Reading, str, int], int | None]


def _named(reading: _Reading, said: str, at: int) -> int | None:
    """A tag, a grade by its name, a tag that it must not have: the longest word that stands here."""
    without = _NOT.match(said, at)
    for start, name in ((without.end() if without else at, "without"), (at, "tags")):
        if name == "without" and without is None:
            continue
        for end in range(min(len(said), start + _LONGEST_WORD), start, -1):
            tag = reading.tagging.tag(said[start:end]) if said[end - 1] != " " else None
            if tag is not None:
                reading.add(name, tag.name)
                return end
    return None


def _grade(reading: _Reading, said: str, at: int) -> int | None:
    none = _UNGRADED.match(said, at)
    if none:
        reading.add("grades", "")
        return none.end()
    letter = _LETTER.match(said, at)
    grade = reading.tagging.grade(letter[1]) if letter else None
    if letter and grade:
        reading.add("grades", grade.key)
        return letter.end()
    for grade in reading.tagging.grades:
        for word in sorted(filter(None, (grade.name, *grade.synonyms)), key=len, reverse=True):
            if plain(said[at : at + len(word)]) == plain(word):
                reading.add("grades", grade.key)
                return at + len(word)
    return None


def _times(reading: _Reading, said: str, at: int) -> int | None:
    idle = _IDLE.match(said, at)
    if idle:
        days = {"周": 7, "星期": 7, "礼拜": 7, "月": 30}.get(idle[2], 1)
        count = days // 2 if idle[1] == "半" else days * (read_number(idle[1]) or 1)
        reading.values["idle"] = min(count, 3650)
        return idle.end()
    never = _NEVER.match(said, at)
    if never:
        reading.values["never"] = True
        return never.end()
    for pattern, due in _DUE:
        found = pattern.match(said, at)
        if found:
            reading.values["due"] = due
            return found.end()
    return None


def _amount(reading: _Reading, said: str, at: int) -> int | None:
    found = _RANGE.match(said, at)
    if found and (found[2] or found[4]):
        reading.values["least_fen"] = _fen(found[1], found[2] or found[4])
        reading.values["most_fen"] = _fen(found[3], found[4] or found[2])
        return found.end()
    for pattern, name in ((_LEAST, "least_fen"), (_MOST, "most_fen")):
        found = pattern.match(said, at)
        if found:
            number, unit = (found[1], found[2]) if found[1] else (found[3], found[4])
            reading.values[name] = _fen(number, unit)
            return found.end()
    return None


def _fen(number: str, unit: str | None) -> int:
    return int(Decimal(number) * _FACTOR[(unit or "").lower()] * 100)


def _product(reading: _Reading, said: str, at: int) -> int | None:
    for key, word in PRODUCTS.items():
        if said.startswith(word, at):
            reading.add("products", key)
            return at + len(word) + (1 if said.startswith("贷", at + len(word)) else 0)
    for key, pattern in SYNONYMS.items():
        found = pattern.match(said, at)
        if found:
            reading.add("products", key)
            return found.end()
    return None


def _region(reading: _Reading, said: str, at: int) -> int | None:
    for end in range(min(len(said), at + _LONGEST_REGION), at + 1, -1):
        word = said[at:end]
        if word in ("内蒙古", "内蒙", "全区"):
            reading.add("regions", PROVINCE)
            return end
        found = find_region(word) if word[-1] != " " and not word.isascii() else None
        if found is not None:
            reading.add("regions", significant(found.code))
            return end
    return None


def _team(reading: _Reading, said: str, at: int) -> int | None:
    found = _TEAM.match(said, at)
    if found:
        reading.values["team"] = True
        return found.end()
    return None


def _page(reading: _Reading, said: str, at: int) -> int | None:
    found = _PAGE.match(said, at)
    if found:
        reading.page = max(int(found[1] or found[2]), 1)
        return found.end()
    return None


_READERS: tuple[_Reader, ...] = (_department, _times, _amount, _named, _grade, _product, _region, _team, _page)
"""In this order: what begins with a number before what is one, the company's own words before the usual ones."""
