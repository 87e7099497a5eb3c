"""The company's configuration: a folder of YAML files, read and checked as a whole.

`load_company` may be called again at any time; it keeps nothing between calls and changes nothing. Keys are English,
values are what people say. What a file holds is read by the module of its name (`poolsfile.py`).
"""

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from config.poolsfile import read_pools
from config.problems import Problem, Wrong, likely, say
from config.yamlfile import read_yaml
from core.leads.pools import Pools, plain_word

_FILES = ("pools.yaml",)


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
        pools = read_pools(top, frozenset(plain_word(word) for word in commands)) if top else None
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


def _shown(path: Path) -> str:
    """The path as an administrator knows it: from the working folder where it lies below."""
    absolute = os.path.abspath(path)
    here = os.getcwd()
    return os.path.relpath(absolute, here) if absolute.startswith(here + os.sep) else absolute


def _version(pools: Pools) -> str:
    content = json.dumps(
        {"pools": asdict(pools)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: object) -> object:
    """What JSON does not know, so that equal values are written alike."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)
