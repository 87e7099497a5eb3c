"""The company's folder as files: which of them are read, and what is said of those that nobody reads."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from config import commissionfile, flowsfile, formsfile, reportsfile, riskfile
from config.problems import SAME, Problem, likely, reason, say
from config.yamltree import MOST_BYTES

FILES = (
    "pools.yaml",
    "calendar.yaml",
    "recycling.yaml",
    "assignment.yaml",
    "channels.yaml",
    "people.yaml",
    "schedule.yaml",
    "tags.yaml",
    "automation.yaml",
    "reports.yaml",
    "groups.yaml",
    "manners.yaml",
    "exports.yaml",
)
FOLDERS = (
    formsfile.FOLDER,
    flowsfile.FOLDER,
    riskfile.FOLDER,
    reportsfile.FOLDER,
    commissionfile.FOLDER,
)
"""Below the company's folder: each file in them is one thing, whose key is the file's name."""

MOST_FILES = 30  # in one of the folders
_NEEDED = frozenset({"pools.yaml"})
_KEYED = re.compile(r"([a-z][a-z0-9_-]{0,19})\.yaml")


def key_of(name: str) -> str:
    """The key of what stands in a file of the `FOLDERS`: of `forms/loan.yaml` it is `loan`."""
    return name.partition("/")[2].removesuffix(".yaml")


def read_folder(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """The content of the files in the folder by name (`pools.yaml`, `forms/loan.yaml`). A file that nobody reads is a
    problem: a misspelt one would be ignored in silence."""
    if not folder.is_dir():
        problems.append(Problem(say("no_company", ""), shown(folder)))
        return {}
    known = (*FILES, *(f"{each}/….yaml" for each in FOLDERS))
    for path in _yaml_in(folder):
        if path.name not in FILES:
            near = likely(path.name, FILES, SAME)
            problems.append(Problem(say("unknown_file", path.name, near=near, known=known), shown(path)))
    names = [*FILES, *(name for each in FOLDERS for name in _names_in(folder / each, problems))]
    for path in sorted(folder.iterdir()):
        near = likely(path.name, FOLDERS, SAME)
        if near and path.name not in FOLDERS and path.is_dir():
            problems.append(Problem(say("unknown_folder", path.name, near=near), shown(path)))
    read = {name: content_of(folder / name, problems, needed=name not in FILES or name in _NEEDED) for name in names}
    return {name: content for name, content in read.items() if content is not None}


def _names_in(folder: Path, problems: list[Problem]) -> list[str]:
    """The names of the files to be read in one of the folders."""
    if not folder.is_dir():
        return []
    paths = list(_yaml_in(folder))
    if len(paths) > MOST_FILES:
        problems.append(Problem(say("many_files", "", most=MOST_FILES), shown(folder)))
    misnamed = [path for path in paths if not _KEYED.fullmatch(path.name)]
    problems += [Problem(say("file_name", path.name), shown(path)) for path in misnamed]
    deeper = [path for below in sorted(folder.iterdir()) if below.is_dir() for path in _yaml_in(below)]
    problems += [Problem(say("unknown_file", path.name), shown(path)) for path in deeper]
    return [f"{folder.name}/{path.name}" for path in paths[:MOST_FILES] if path not in misnamed]


def _yaml_in(folder: Path) -> Iterator[Path]:
    """Its YAML files, however they spell that."""
    return (path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".yaml", ".yml"))


def content_of(path: Path, problems: list[Problem], *, needed: bool = True) -> bytes | None:
    """The content of one file; None where it cannot be read, which is a problem if it is `needed`, or is not there."""
    if not needed and not path.exists():
        return None
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        problems.append(Problem(say("unreadable", shown(path), why=reason(error)), shown(path)))
        return None


def shown(path: Path) -> str:
    """The path as an administrator knows it: from the working folder where it lies below."""
    absolute = os.path.abspath(path)
    here = os.getcwd()
    return os.path.relpath(absolute, here) if absolute.startswith(here + os.sep) else absolute
