"""Which colleague is meant by 「呼和浩特/一部 李娜 出差」: a department or none, a name, a reason or none."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.call import Call
from bot.phrases.need import tight_names
from bot.phrases.numbers import beginnings
from cards import texts
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor
from core.privacy import name_key

_SEPARATORS = re.compile("[/ \\\\、,>-]+")


@dataclass(frozen=True, slots=True)
class _Said:
    """What was written: the department, the name, those who have this name in any department, and the reason."""

    department: str
    name: str
    people: Sequence[Person]
    reason: str


def colleague(call: Call, command: str, text: str) -> tuple[Actor | str, str]:
    """The colleague named in `text` and the reason behind the name; or the sentence that says why it is nobody, with
    what to send (`command` and the name), and no reason."""
    found, reason = person_named(command, text, people.everybody(call.unit.session))
    if isinstance(found, str):
        return found, reason
    to = people.by_id(call.unit.session, call.unit.channel, found.id)
    return to or texts.no_colleague(command, found.name), reason


def person_named(
    command: str, text: str, everybody: Sequence[Person], *, strict: bool = False
) -> tuple[Person | str, str]:
    """The same among these people: the person's row. `strict`: before the name stands a department or nothing. (Where
    two people are named, a word that is neither is the first one's name, and must not pass for a department.)"""
    said = _read(tight_names(text), everybody, strict=strict)
    fits = [person for person in said.people if _is_in(person.department.path, said.department)]
    if len(fits) == 1:
        return fits[0], said.reason
    if fits:
        return texts.same_name(command, said.name, [person.department.path for person in fits]), ""
    if said.people:
        paths = [person.department.path for person in said.people]
        return texts.elsewhere(command, said.name, said.department, paths, said.reason), ""
    return texts.no_colleague(command, said.name), ""


def _read(text: str, everybody: Sequence[Person], *, strict: bool) -> _Said:
    """The first name that somebody has: it may stand first, and be typed without its dot. Before it, one word may be
    anything (a department that is written wrong is then named), several words only what is a department."""
    by_name: Mapping[str, list[Person]] = defaultdict(list)
    for person in sorted(everybody, key=lambda one: one.id):
        by_name[name_key(person.name)].append(person)
    paths = {person.department.path for person in everybody}
    heads = list(reversed(beginnings(text)))
    known = [head for head in heads if _is_department(head[0], paths)]
    before = [("", text), *(known if strict else dict.fromkeys((*heads[:1], *known)))]
    for department, rest in before:
        for name, reason in beginnings(rest):
            named = by_name.get(name_key(name))
            if named:
                return _Said(department, named[0].name, named, reason)
    _, rest = next((head for head in reversed(heads) if _is_department(head[0], paths) and head[1]), ("", text))
    name, reason = beginnings(rest)[-1]
    return _Said("", name, (), reason)


def _is_department(said: str, paths: set[str]) -> bool:
    return any(_is_in(path, said) for path in paths)


def _is_in(path: str, said: str) -> bool:
    """True if `said` is a part of the department's path, in whole names: 「包头」, 「一部」, 「包头一部」."""
    parts, wanted = path.split("/"), _SEPARATORS.sub("", said).casefold()
    runs = ("".join(parts[start:end]) for start in range(len(parts)) for end in range(start + 1, len(parts) + 1))
    return not wanted or wanted in (run.casefold() for run in runs)
