"""The company's configuration: a folder of YAML files, read and checked as a whole.

`load_company` may be called again at any time; it keeps nothing between calls and changes nothing. Keys are English,
values are what people say. What a file holds is read by the module of its name (`poolsfile.py`).
"""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from datetime import time as dtime
from pathlib import Path

from config.assignmentfile import read_assignment
from config.calendarfile import read_calendar
from config.channelsfile import read_channels
from config.newcomersfile import read_newcomers
from config.poolsfile import read_pools
from config.problems import CompanyError, Problem, likely, reason, say
from config.recyclingfile import read_recycling
from config.schedulefile import read_schedule
from config.tagsfile import read_tags
from config.yamlfile import Value, read_yaml
from config.yamltree import MOST_BYTES
from core.calendar import WorkingCalendar
from core.leads.assignment_rules import Assignment
from core.leads.care_rules import CareRules
from core.leads.channels import Channels
from core.leads.pools import Pools, plain_word
from core.leads.recycling import Recycling
from core.leads.tags import Tagging
from core.people.newcomers import Newcomers
from core.schedule import Schedule

_FILES = (
    "pools.yaml",
    "calendar.yaml",
    "recycling.yaml",
    "assignment.yaml",
    "channels.yaml",
    "people.yaml",
    "schedule.yaml",
    "tags.yaml",
)

_NEEDED = frozenset({"pools.yaml"})


@dataclass(frozen=True, slots=True)
class Company:
    """What the company decided. `version` is the SHA-256 of the content: comments, order of keys and the spelling of
    values do not change it."""

    pools: Pools
    recycling: Recycling
    assignment: Assignment
    channels: Channels
    newcomers: Newcomers
    schedule: Schedule
    tagging: Tagging
    care: CareRules
    version: str


def load_company(folder: Path, commands: Collection[str] = ()) -> Company:
    """Read and check the folder. `commands` are the words of the chat's commands, which no pool may be called by.

    Raises:
        CompanyError: something is missing or wrong; it names file, line and key of every problem.
    """
    problems: list[Problem] = []
    files = read_folder(folder, problems)
    return _company(files, lambda name: shown(folder / name), commands, problems)


def company_of(files: Mapping[str, str], commands: Collection[str] = ()) -> Company:
    """The same from the texts of the files by name, as they were put into force.

    Raises:
        CompanyError: as above; problems name the file alone.
    """
    return _company({name: text.encode() for name, text in files.items()}, lambda name: name, commands, [])


def _company(
    files: Mapping[str, bytes], place: Callable[[str], str], commands: Collection[str], problems: list[Problem]
) -> Company:
    def top_of(name: str) -> Value | None:
        return read_yaml(files[name], place(name), problems) if name in files else None

    of_pools, of_calendar, of_recycling = top_of("pools.yaml"), top_of("calendar.yaml"), top_of("recycling.yaml")
    pools = read_pools(of_pools, frozenset(plain_word(word) for word in commands)) if of_pools else None
    calendar = read_calendar(of_calendar) if of_calendar else WorkingCalendar()
    keys = [pool.key for pool in pools.pools] if pools else []
    of_tags = top_of("tags.yaml")
    tagging, care = read_tags(of_tags, keys) if of_tags else (Tagging(), CareRules())
    grades = [grade.key for grade in tagging.grades]
    recycling = read_recycling(of_recycling, calendar, keys, grades) if of_recycling else Recycling(calendar)
    of_assignment = top_of("assignment.yaml")
    assignment = read_assignment(of_assignment, keys, grades) if of_assignment else Assignment(paused=True)
    of_channels = top_of("channels.yaml")
    channels = read_channels(of_channels) if of_channels else Channels()
    of_people = top_of("people.yaml")
    newcomers = read_newcomers(of_people) if of_people else Newcomers()
    of_schedule = top_of("schedule.yaml")
    schedule = read_schedule(of_schedule) if of_schedule else Schedule()
    if problems or pools is None:
        raise CompanyError(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
    parts = (pools, recycling, assignment, channels, newcomers, schedule, tagging, care)
    return Company(*parts, _version(*parts))


def read_folder(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """The content of the files in the folder by name. A file that nobody reads is a problem: a misspelt one would be
    ignored in silence."""
    if not folder.is_dir():
        problems.append(Problem(say("no_company", ""), shown(folder)))
        return {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".yaml", ".yml") and path.name not in _FILES:
            near = likely(path.name, _FILES)
            problems.append(Problem(say("unknown_file", path.name, near=near, known=_FILES), shown(path)))
    read = {name: _content(folder / name, problems) for name in _FILES}
    return {name: content for name, content in read.items() if content is not None}


def _content(path: Path, problems: list[Problem]) -> bytes | None:
    if path.name not in _NEEDED and not path.exists():
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


def _version(
    *parts: Pools | Recycling | Assignment | Channels | Newcomers | Schedule | Tagging | CareRules,
) -> str:
    content = json.dumps(
        {type(part).__name__: asdict(part) for part in parts},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_plain,
    )
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: object) -> object:
    """What JSON does not know, so that equal values are written alike."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date | dtime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
