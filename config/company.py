"""The company's configuration: a folder of YAML files, read and checked as a whole.

`load_company` may be called again at any time; it keeps nothing between calls and changes nothing. Keys are English,
values are what people say (呼和浩特市, 房抵). Whether a department or a person exists is not checked here: people live
in the database.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from config.yamlfile import Problem, Value, likely, read_yaml
from core.leads.pools import Pool, Pools, plain_word
from core.leads.products import PRODUCTS
from core.regions import PROVINCE, REGIONS, find_region

EVERYBODY = "全员"
_FILES = ("pools.yaml",)
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,19}")  # it stands in action tokens and in the database
_USERID = re.compile(r"[0-9a-z_.@-]{1,64}")
_PATH = re.compile(r"[^/\s][^/]*(/[^/\s][^/]*)*")

T = TypeVar("T")


class CompanyError(Exception):
    """The folder cannot be used; `problems` holds everything that is wrong, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Company:
    """What the company decided. `version` is the SHA-256 of the content: comments, order of keys and the spelling of
    values do not change it."""

    pools: Pools
    version: str


def load_company(folder: Path) -> Company:
    """Read and check the folder.

    Raises:
        CompanyError: something is missing or wrong; it names file, line, column and key of every problem.
    """
    problems: list[Problem] = []
    _check_files(folder, problems)
    pools = None
    if folder.is_dir():
        top = read_yaml(folder / "pools.yaml", _shown(folder / "pools.yaml"), problems)
        pools = _read_pools(top) if top else None
    if problems or pools is None:
        raise CompanyError(tuple(problems))
    return Company(pools, _version(pools))


def _check_files(folder: Path, problems: list[Problem]) -> None:
    """The folder is there, and holds no file that nobody reads (a misspelt one would be ignored in silence)."""
    if not folder.is_dir():
        problems.append(
            Problem(_shown(folder), 0, 0, "is no folder; TUOLING_CONFIG_DIR names the company's YAML folder")
        )
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".yaml", ".yml") and path.name not in _FILES:
            problems.append(Problem(_shown(path), 0, 0, f'unknown file "{path.name}"{likely(path.name, _FILES)}'))


def _read_pools(top: Value) -> Pools:
    table = top.table(required=("default", "pools"), optional=("limits",))
    limits = table["limits"].table((), ("daily_claims", "holding")) if "limits" in table else {}
    places = table["pools"].each(least=1) if "pools" in table else []
    pools = tuple(_read_pool(place) for place in places)
    _check_words(places, pools)
    default = table["default"].text() if "default" in table else ""
    keys = [pool.key for pool in pools if pool.key]
    if default and keys and default not in keys:
        table["default"].problem(f'default names no pool: "{default}"{likely(default, keys)}')
    return Pools(pools, default, _number(limits, "daily_claims"), _number(limits, "holding"))


def _read_pool(place: Value) -> Pool:
    table = place.table(
        required=("key", "name", "departments"),
        optional=("synonyms", "regions", "products", "admins", "daily_claims", "holding"),
    )
    return Pool(
        key=_matching(table["key"], _KEY, "small letters, digits, - and _, at most 20") if "key" in table else "",
        name=table["name"].text(20) if "name" in table else "",
        departments=_departments(table["departments"]) if "departments" in table else (),
        regions=_list(table, "regions", _region),
        products=_list(table, "products", _product),
        admins=_list(table, "admins", _userid),
        daily_claims=_number(table, "daily_claims"),
        holding=_number(table, "holding"),
        synonyms=_list(table, "synonyms", lambda value: value.text(20)),
    )


def _check_words(places: list[Value], pools: tuple[Pool, ...]) -> None:
    """A word in chat means one pool: keys, names and synonyms are unique."""
    taken: dict[str, Pool] = {}
    for place, pool in zip(places, pools, strict=True):
        for word in (pool.key, pool.name, *pool.synonyms):
            other = taken.setdefault(plain_word(word), pool) if word else pool
            if other is not pool:
                place.problem(f'"{word}" means the pool {other.name or other.key} already; choose another word')


def _departments(value: Value) -> tuple[str, ...]:
    """Paths, or nothing for everybody. Everybody must be said: a list that was left empty opens no pool to all."""
    items = value.each(least=1)
    paths = tuple(item.text(100) for item in items)
    if EVERYBODY in paths:
        if len(paths) > 1:
            value.problem(f"departments names {EVERYBODY} (everybody) and others; {EVERYBODY} stands alone")
        return ()
    for item, path in zip(items, paths, strict=True):
        if path and not _PATH.fullmatch(path):
            item.problem(f'a department is a path like 呼和浩特/一部, not "{path}"')
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
        names = [region.name for region in REGIONS.values()]
        near = likely(text, names)
        value.problem(f'unknown region "{text}"' + (near if "did you mean" in near else "; give a name or a code"))
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
        words = [f"{key} {word}" for key, word in PRODUCTS.items()]
        near = likely(text, list(PRODUCTS))
        value.problem(f'unknown product "{text}"' + (near if "mean" in near else f"; known are: {', '.join(words)}"))
    return ""


def _userid(value: Value) -> str:
    text = value.text(64).casefold()  # WeCom's user ids do not care for case
    if text and not _USERID.fullmatch(text):
        value.problem(f'"{text}" is no WeCom user id (letters, digits, - _ . @)')
    return text


def _matching(value: Value, pattern: re.Pattern[str], what: str) -> str:
    text = value.text()
    if text and not pattern.fullmatch(text):
        value.problem(f'key must be {what}, beginning with a letter, not "{text}"')
        return ""
    return text


def _list(table: dict[str, Value], key: str, read: Callable[[Value], T]) -> tuple[T, ...]:
    """The items of an optional list, without repetitions."""
    return tuple(dict.fromkeys(read(item) for item in table[key].each())) if key in table else ()


def _number(table: dict[str, Value], key: str) -> int | None:
    return table[key].number(1, 100_000) if key in table else None


def _shown(path: Path) -> str:
    """The path as an administrator knows it: from the working folder where it lies below."""
    absolute = os.path.abspath(path)
    here = os.getcwd()
    return os.path.relpath(absolute, here) if absolute.startswith(here + os.sep) else absolute


def _version(pools: Pools) -> str:
    content = json.dumps({"pools": asdict(pools)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
