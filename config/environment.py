"""Our variables, from the process's environment and from `.env`, each with the place where it was written.

The environment wins over the file; an empty variable counts as not set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, DotEnvSettingsSource

from config.problems import Problem, Wrong, reason, say

PREFIXES = ("TUOLING_", "WECOM_", "DINGTALK_")
_NAME = re.compile(r"\s*(?:export\s+)?([^=#\s]+)")
_PLAIN = re.compile(r"[A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Given:
    """What is set. `others` are the names of variables that are not ours, in case one was meant to be. `lines` tells in
    which line of `file` those stand that come from there; `problems`, what in the file cannot be read."""

    values: dict[str, str]
    others: frozenset[str] = frozenset()
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def problem(self, kind: str, variable: str, **details: Any) -> Problem:
        """Something is wrong with `variable`, told with its place."""
        line = self.lines.get(variable, 0)
        return Problem(say(kind, variable, **details), self.file if line else "", line)


def read(environ: Mapping[str, str], env_file: str | Path | None) -> Given:
    """The variables of ours that are set, the environment over the file, which need not be there.

    Raises:
        Wrong: the file is there and cannot be read.
    """
    file = str(env_file or "")
    try:
        text = Path(file).read_text(encoding="utf-8") if file and Path(file).is_file() else ""
        source = DotEnvSettingsSource(BaseSettings, env_file=env_file, env_file_encoding="utf-8", case_sensitive=True)
    except OSError as error:
        raise Wrong([Problem(say("unreadable", file, why=reason(error)), file)]) from None
    except UnicodeDecodeError:
        raise Wrong([Problem(say("encoding", file), file)]) from None
    lines, problems = _lines(text, file)
    both = {**{name: value or "" for name, value in source.env_vars.items()}, **environ}
    others = frozenset(name for name in both if not name.startswith(PREFIXES))
    in_file = {name: line for name, line in lines.items() if name not in environ}
    return Given(_ours(both), others, file, in_file, problems)


def _lines(text: str, file: str) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """The line of each variable, and the lines that are meant for one of ours and are none."""
    lines, problems = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        named = _NAME.match(line)
        name = _PLAIN.match(named[1]) if named else None
        if name is None or named is None:
            continue
        if name[0] == named[1]:
            lines[name[0]] = number
        elif name[0].startswith(PREFIXES):
            # `WECOM_SECRET＝…`, with a full-width mark: to dotenv a variable of that name, without a value
            problems.append(Problem(say("env_line", name[0]), file, number))
    return lines, tuple(problems)


def _ours(variables: Mapping[str, str]) -> dict[str, str]:
    plain = {name: value.strip() for name, value in variables.items() if name.startswith(PREFIXES)}
    return {name: value for name, value in plain.items() if value and _PLAIN.fullmatch(name)}
