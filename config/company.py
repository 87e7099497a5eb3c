"""The company's configuration: a folder of YAML files, read and checked as a whole.

`load_company` may be called again at any time; it keeps nothing between calls and changes nothing. Keys are English,
values are what people say (呼和浩特市, 房抵). Whether a department or a person exists is not checked here: people live
in the database.
"""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from config.problems import Problem, Wrong, likely, quoted, say
from config.yamlfile import Value, read_yaml
from core.leads.pools import Pool, Pools, plain_word
from core.leads.products import PRODUCTS
from core.regions import PROVINCE, REGIONS, find_region

EVERYBODY = "全员"
_FILES = ("pools.yaml",)
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,19}")  # it stands in action tokens and in the database
_USERID = re.compile(r"[0-9a-z_.@-]{1,64}")
_PATH = re.compile(r"[^/\s][^/]*(/[^/\s][^/]*)*")

T = TypeVar("T")


class CompanyError(Wrong):
    """The folder cannot be used; `problems` holds everything that is wrong, from the first line to the last."""


@dataclass(frozen=True, slots=True)
class Company:
    """What the company decided. `version` is the SHA-256 of the content: comments, order of keys and the spelling of
    values do not change it."""

    pools: Pools
    version: str


def load_company(folder: Path, commands: Collection[str] = ()) -> Company:
    """Read and check the folder. `commands` are the words of the chat's commands, which no pool may be called by.

    Raises:
        CompanyError: something is missing or wrong; it names file, line and key of every problem.
    """
    problems: list[Problem] = []
    _check_files(folder, problems)
    pools = None
    if folder.is_dir():
        top = read_yaml(folder / "pools.yaml", _shown(folder / "pools.yaml"), problems)
        pools = _read_pools(top, frozenset(plain_word(word) for word in commands)) if top else None
    if problems or pools is None:
        raise CompanyError(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
    return Company(pools, _version(pools))


def _check_files(folder: Path, problems: list[Problem]) -> None:
    """The folder is there, and holds no file that nobody reads (a misspelt one would be ignored in silence)."""
    if not folder.is_dir():
        problems.append(Problem(say("no_company", ""), _shown(folder)))
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".yaml", ".yml") and path.name not in _FILES:
            near = likely(path.name, _FILES)
            problems.append(Problem(say("unknown_file", path.name, near=near, known=_FILES), _shown(path)))


def _read_pools(top: Value, commands: frozenset[str]) -> Pools:
    table = top.table(required=("default", "pools"), optional=("limits",))
    limits = table["limits"].table((), ("daily_claims", "holding")) if "limits" in table else {}
    places = [_pool_table(place) for place in table["pools"].each(least=1)] if "pools" in table else []
    pools = tuple(_read_pool(place) for place in places)
    _check_words(places, pools, commands)
    default = table["default"].text() if "default" in table else ""
    keys = [pool.key for pool in pools if pool.key]
    if default and keys and default not in keys:
        table["default"].problem("no_pool", found=quoted(default), near=likely(default, keys), known=keys)
    return Pools(pools, default, _number(limits, "daily_claims"), _number(limits, "holding"))


Table = dict[str, Value]


def _pool_table(place: Value) -> Table:
    return place.table(
        required=("key", "name", "departments"),
        optional=("synonyms", "regions", "products", "admins", "daily_claims", "holding"),
    )


def _read_pool(table: Table) -> Pool:
    return Pool(
        key=_key(table["key"]) if "key" in table else "",
        name=table["name"].text(20) if "name" in table else "",
        departments=_departments(table["departments"]) if "departments" in table else (),
        regions=_list(table, "regions", _region),
        products=_list(table, "products", _product),
        admins=_list(table, "admins", _userid),
        daily_claims=_number(table, "daily_claims"),
        holding=_number(table, "holding"),
        synonyms=_list(table, "synonyms", lambda value: value.text(20)),
    )


def _check_words(tables: list[Table], pools: tuple[Pool, ...], commands: frozenset[str]) -> None:
    """A word in chat means one pool: keys, names and synonyms are unique, and none is a command or a page number."""
    taken: dict[str, Pool] = {}
    for table, pool in zip(tables, pools, strict=True):
        words = [(table.get("key"), pool.key), (table.get("name"), pool.name)]
        words += [(table.get("synonyms"), synonym) for synonym in pool.synonyms]
        for place, word in words:
            if place is None or not word:
                continue
            other = taken.setdefault(plain_word(word), pool)
            if other is not pool:
                place.problem("taken_word", word=word, other=other.name or other.key)
            if plain_word(word) in commands:
                place.problem("command_word", word=word)
            if _is_page(word):
                place.problem("number_word", word=word)


def _is_page(word: str) -> bool:
    """Would 公海 with this word be read as a page? So is a number that stands at the end, by itself."""
    last = unicodedata.normalize("NFKC", word).split()[-1:]
    return bool(last) and last[0].isdigit()


def _departments(value: Value) -> tuple[str, ...]:
    """Paths, or nothing for everybody. Everybody must be said: a list that was left empty opens no pool to all."""
    items = value.each(least=1)
    paths = tuple(item.text(100) for item in items)
    if EVERYBODY in paths:
        if len(paths) > 1:
            value.problem("everybody")
        return ()
    for item, path in zip(items, paths, strict=True):
        if path and not _PATH.fullmatch(path):
            item.problem("shape", what="部门路径", found=quoted(path), example="呼和浩特/一部")
    return paths


def _region(value: Value) -> str:
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


def _product(value: Value) -> str:
    text = value.text()
    for key, word in PRODUCTS.items():
        if text.casefold() == key or text == word:
            return key
    if text:
        known = [f"{word}（{key}）" for key, word in PRODUCTS.items()]
        value.problem("unknown_product", word=text, near=likely(text, list(PRODUCTS)), known=known)
    return ""


def _userid(value: Value) -> str:
    text = value.text(64).casefold()  # WeCom's user ids do not care for case
    if text and not _USERID.fullmatch(text):
        value.problem("userid", found=quoted(text))
    return text


def _key(value: Value) -> str:
    text = value.text()
    if text and not _KEY.fullmatch(text):
        value.problem(
            "shape", what="小写字母开头，只有小写字母、数字、- 和 _，最多 20 个", found=quoted(text), example="hohhot"
        )
        return ""
    return text


def _list(table: Table, key: str, read: Callable[[Value], T]) -> tuple[T, ...]:
    """The items of an optional list, without repetitions."""
    return tuple(dict.fromkeys(read(item) for item in table[key].each())) if key in table else ()


def _number(table: Table, key: str) -> int | None:
    return table[key].number(1, 100_000) if key in table else None


def _shown(path: Path) -> str:
    """The path as an administrator knows it: from the working folder where it lies below."""
    absolute = os.path.abspath(path)
    here = os.getcwd()
    return os.path.relpath(absolute, here) if absolute.startswith(here + os.sep) else absolute


def _version(pools: Pools) -> str:
    content = json.dumps({"pools": asdict(pools)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
