"""How single values of the company's YAML are read: places, products, people, lengths of time.

Keys are English, values are what people say (呼和浩特市, 房抵, 7天). Whether a department or a person exists is not
checked here: people live in the database.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from config.lengths import MOST, is_no_limit, meant_length, parse_length
from config.problems import likely, quoted
from config.yamlfile import Value
from core.leads.products import PRODUCTS
from core.people.rows import account_of, has_wrong_slash, path_of
from core.regions import PROVINCE, REGIONS, find_region

EVERYBODY = "全员"
LONGEST_PURPOSE = 20  # of a query that a customer authorises
_LIKE_EVERYBODY = frozenset({"全体", "全部", "所有", "所有人", "全公司", "大家", "全体员工", "全体人员"})
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,19}")  # it stands in action tokens and in the database
_ACCOUNT = re.compile(r"[0-9a-z_.@-]{1,64}")
_PATH = re.compile(r"[^/\s][^/]*(/[^/\s][^/]*)*")
_DELETE = "不限就删掉这一行"
_YES = frozenset({"是", "yes", "true", "Yes", "True"})
_NO = frozenset({"否", "no", "false", "No", "False"})

T = TypeVar("T")
Table = dict[str, Value]


def key(value: Value) -> str:
    text = value.text()
    if text and not _KEY.fullmatch(text):
        value.problem(
            "shape", what="小写字母开头，只有小写字母、数字、- 和 _，最多 20 个", found=quoted(text), example="hohhot"
        )
        return ""
    return text


def departments(value: Value) -> tuple[str, ...]:
    """Paths in their one spelling, as the people file has them, or nothing for everybody. Everybody must be said: a
    list that was left empty opens no pool to all."""
    items = value.each(least=1)
    paths = tuple(item.text(100) for item in items)
    if EVERYBODY in paths:
        if len(paths) > 1:
            value.problem("everybody")
        return ()
    for item, path in zip(items, paths, strict=True):
        if path in _LIKE_EVERYBODY:
            item.problem("choice", found=quoted(path), near=EVERYBODY)
        elif path and (not _PATH.fullmatch(path_of(path) and path) or has_wrong_slash(path_of(path))):
            item.problem("shape", what="部门路径", found=quoted(path), example="呼和浩特/一部")
    return tuple(path_of(path) for path in paths)


def region(value: Value) -> str:
    """The code prefix of a region given by code (1501, 150102) or name (呼和浩特市, 新城区 with its city)."""
    text = value.text()
    if text.isascii() and text.isdigit():
        prefix = _trimmed(text)
        if len(text) % 2 == 0 and any(code.startswith(prefix) for code in REGIONS):
            return prefix
    elif text in ("内蒙古", "内蒙古自治区"):
        return PROVINCE
    elif found := find_region(text):
        return _trimmed(found.code)
    if text:
        near = likely(text, [region.name for region in REGIONS.values()])
        value.problem("unknown_region", word=text, near=near, mend="" if near else "请写地区名或行政区划代码")
    return ""


def _trimmed(code: str) -> str:
    """A six-digit code as the prefix of everything within: 150100 -> 1501."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def product(value: Value) -> str:
    text = value.text()
    for key, word in PRODUCTS.items():
        if text.casefold() == key or text == word:
            return key
    if text:
        known = [f"{word}（{key}）" for key, word in PRODUCTS.items()]
        value.problem("unknown_product", word=text, near=likely(text, list(PRODUCTS)), known=known)
    return ""


def account(value: Value) -> str:
    text = account_of(value.text(64))  # WeCom's user ids do not care for case
    if text and not _ACCOUNT.fullmatch(text):
        value.problem("account", found=quoted(text))
    return text


def each_of(table: Table, key: str, read: Callable[[Value], T], *, least: int = 0) -> tuple[T, ...]:
    """The items of an optional list (of at least so many, if it is there), without repetitions."""
    return tuple(dict.fromkeys(read(item) for item in table[key].each(least))) if key in table else ()


def length(table: Table, key: str) -> timedelta:
    """A length of time: `7天`, `12小时`, `30分钟`; none if the key is not there."""
    if key not in table:
        return timedelta(0)
    place = table[key]
    text = place.word()
    found = parse_length(text)
    if found is None:
        near, mend = meant_length(text), _DELETE if is_no_limit(text) or text.startswith("0") else ""
        place.problem("length", most=MOST, found=place.found(), near=near, example="" if near else "7天", mend=mend)
    return found or timedelta(0)


def yes_or_no(table: Table, key: str) -> bool:
    """`是` or `否`; no if the key is not there."""
    text = table[key].text() if key in table else "否"
    if text and text not in _YES | _NO:
        table[key].problem("choice", found=quoted(text), known=("是", "否"))
    return text in _YES


def whole_number(table: Table, key: str, *, optional: bool = True) -> int | None:
    """A limit; None if the key is not there."""
    return table[key].number(1, 100_000, no_limit=_DELETE if optional else "") if key in table else None


def chosen(value: Value, known: Mapping[str, T]) -> T | None:
    """What one of the known words stands for; None, and a problem, if it is none of them."""
    text = value.text()
    if text and text not in known:
        value.problem("choice", found=quoted(text), near=likely(text, known), known=list(known))
    return known.get(text)


def check_once(tables: Iterable[Table], key: str) -> None:
    """What stands at `key` in one of the tables stands there in no other."""
    seen: set[str] = set()
    for table in tables:
        word = table[key].word() if key in table else ""
        if word and word in seen:
            table[key].problem("taken", word=word)
        seen.add(word)
