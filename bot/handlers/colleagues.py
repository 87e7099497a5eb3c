"""Which colleague is meant by 「呼和浩特/一部 李娜 出差」: a department or none, a name, a reason or none."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import product

from bot.call import Call
from bot.phrases.named_people import Somebody
from bot.phrases.need import tight_names
from bot.phrases.numbers import beginnings
from cards import texts
from core.loans.forms import FieldKind, FormField
from core.people import queries as people
from core.people.models import Person
from core.people.policy import RULES, Actor, Verb
from core.privacy import name_key, normal_name

_MOST_ALIKE = 3
_ALIKE = 0.5  # of two characters one
_AND = "还有|以及|和|与|及|跟"
_BETWEEN = re.compile(r"\s*[、,，;；]+\s*|\s+和\s*")
_GLUED_AND = re.compile(_AND)
_MARKS = " 、,，;；"
_LONGEST = 40  # no name is longer, and more need not be looked at
_ASKS = re.compile("请|麻烦|帮|烦|辛苦|谢")
_SHORTEST = 2  # what a sentence begins with may be a name of one character by chance
_SEPARATORS = re.compile("[/ \\\\、,>-]+")


@dataclass(frozen=True, slots=True)
class _Said:
    """What was written: the department, the name, those who have this name in any department, and the reason. `short`:
    it is what stands before the dot of their names."""

    department: str
    name: str
    people: Sequence[Person]
    reason: str
    short: bool = False


def colleagues_of(call: Call, field: FormField) -> list[Somebody]:
    """Who can be named in answer to `field`: everybody, if it asks for a colleague."""
    if field.kind is not FieldKind.PERSON:
        return []
    return [Somebody(one.id, one.name, one.wecom_userid or "") for one in people.everybody(call.unit.session)]


def names_only(call: Call, text: str) -> bool:
    """Is this a colleague's name and nothing else?"""
    said = normal_name(text)
    return bool(said) and any(normal_name(one.name) == said for one in people.everybody(call.unit.session))


def colleague(call: Call, command: str, text: str) -> tuple[Actor | str, str]:
    """The colleague named in `text` and the reason behind the name; or the sentence that says why it is nobody, with
    what to send (`command` and the name), and no reason."""
    everybody = people.everybody(call.unit.session)
    found, reason = person_named(command, text, everybody, meant=partial(_may_receive, call))
    if isinstance(found, str):
        return found, reason
    to = people.by_id(call.unit.session, call.unit.channel, found.id)
    return to or texts.no_colleague(command, found.name), reason


def colleagues_named(call: Call, command: str, text: str, *, one_only: bool = False) -> dict[int, str] | str:
    """The numbers of those who are named in `text` (`李娜、王强`, `李娜 王强`, `李娜和王强`), each with the reason
    behind the name; or what is said of the first name that is nobody's. Offered in its place are those who have tasks.
    A second colleague's name is no reason: where `one_only` can have it, it is asked which."""
    everybody = people.everybody(call.unit.session)
    names = _by_names(everybody, short=True)
    found: dict[int, str] = {}
    called: list[str] = []
    left = _apart(text, names).strip(_MARKS)
    while left:
        first, rest = (left, "") if one_only else _first_part(left)
        person, reason = person_named(command, _bare(first), everybody, meant=partial(may_have_tasks, call))
        if isinstance(person, str) and found and _ASKS.match(first):  # 「李娜、王强，请把关」
            found[next(reversed(found))] = left
            break
        if isinstance(person, str):
            return person
        called.append(person.name)
        if reason and _begins_with_name(_bare(reason), everybody):
            reason, rest = "", f"{reason}、{rest}"
        if rest and one_only:
            return texts.one_colleague_only(command, person.name)
        another = "" if one_only else _glued_name(_bare(reason), names)
        if another and another not in called:  # 「李娜 李娜更懂房抵」 is why
            return texts.colleague_or_reason(command, [*called, another], reason)
        found[person.id] = reason
        left = rest.strip(_MARKS)
    return found


def _bare(text: str) -> str:
    return re.sub(rf"^(?:给|(?:{_AND})(?=[ @]))", "", text.strip()).lstrip(" @")


def _first_part(text: str) -> tuple[str, str]:
    """What stands before the first mark between names, and what behind it."""
    parts = _BETWEEN.split(text, maxsplit=1)
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def _apart(text: str, names: Sequence[Mapping[str, list[Person]]]) -> str:
    """`text` with a mark in place of each 和 between two names: 「白音和王强」, but not in 孟和."""
    keys = [key for by_name in names for key in by_name]
    for found in reversed(list(_GLUED_AND.finditer(text))):
        start, end = found.span()
        before = name_key(text[max(0, start - _LONGEST) : start].rstrip(_MARKS))
        behind = name_key(text[end : end + _LONGEST])
        if before.endswith(tuple(keys)) and behind.startswith(tuple(keys)):
            text = f"{text[: found.start()].rstrip()}、{text[found.end() :].lstrip()}"
    return text


def _begins_with_name(text: str, everybody: Sequence[Person]) -> bool:
    """Does it begin with a colleague's name, whole or to its dot, with or without his department before it?"""
    return bool(_read(tight_names(text), everybody, strict=True, short=True).people)


def _glued_name(text: str, names: Sequence[Mapping[str, list[Person]]]) -> str:
    """The colleague's name with which a reason begins, with no space behind it; empty if it begins otherwise."""
    key = name_key(text)
    fits = [name for by_name in names for name in by_name if len(name) >= _SHORTEST and key.startswith(name)]
    longest = max(fits, key=len, default="")
    return next((by_name[longest][0].name for by_name in names if longest in by_name), "")


def may_have_tasks(call: Call, person: Person) -> bool:
    """Somebody else, whose post has tasks."""
    roles = people.known_roles(person.roles)
    return person.id != call.actor.id and any(Verb.WORK_TASKS in RULES[role] for role in roles)


def _may_receive(call: Call, person: Person) -> bool:
    """Somebody else, whose post works leads."""
    roles = people.known_roles(person.roles)
    return person.id != call.actor.id and any(Verb.FOLLOW in RULES[role] for role in roles)


def person_named(
    command: str,
    text: str,
    everybody: Sequence[Person],
    *,
    strict: bool = False,
    short: bool = True,
    meant: Callable[[Person], bool] = lambda _: True,
) -> tuple[Person | str, str]:
    """The same among these people: the person's row. `strict`: before the name stands a department or nothing. (Where
    two people are named, a word that is neither is the first one's name, and must not pass for a department.) `short`:
    also by what stands before the dot of a name, if that is nobody's whole name. `meant`: who may be offered where
    nobody has the name."""
    said = _read(tight_names(text), everybody, strict=strict, short=short)
    fits = [person for person in said.people if _is_in(person.department.path, said.department)]
    if len(fits) == 1:
        return fits[0], said.reason
    if fits and said.short:
        return texts.same_beginning(command, said.name, [(one.name, one.department.path) for one in fits]), ""
    if fits:
        return texts.same_name(command, said.name, [person.department.path for person in fits]), ""
    if said.people:
        paths = [person.department.path for person in said.people]
        return texts.elsewhere(command, said.name, said.department, paths, said.reason), ""
    return texts.no_colleague(command, said.name, _alike(said.name, filter(meant, everybody)), said.reason), ""


def _alike(name: str, among: Iterable[Person]) -> list[str]:
    """The names that are nearest to one that nobody has."""
    names = {name_key(person.name): person.name for person in among}
    return [names[key] for key in get_close_matches(name_key(name), names, n=_MOST_ALIKE, cutoff=_ALIKE)]


def _by_names(everybody: Sequence[Person], *, short: bool) -> list[Mapping[str, list[Person]]]:
    """Who has which whole name, and who what before the dot of his."""
    whole: Mapping[str, list[Person]] = defaultdict(list)
    first: Mapping[str, list[Person]] = defaultdict(list)
    for person in sorted(everybody, key=lambda one: one.id):
        whole[name_key(person.name)].append(person)
        beginning, dot, _ = normal_name(person.name).partition("·")
        if dot:
            first[name_key(beginning)].append(person)
    return [whole, first] if short else [whole]


def _read(text: str, everybody: Sequence[Person], *, strict: bool, short: bool) -> _Said:
    """The first name that somebody has: it may stand first, and be typed without its dot, or only to it. Before it, one
    word may be anything (a department that is written wrong is then named), several words only what is a department."""
    by_names = _by_names(everybody, short=short)
    paths = {person.department.path for person in everybody}
    heads = list(reversed(beginnings(text)))
    known = [head for head in heads if _is_department(head[0], paths)]
    before = [("", text), *(known if strict else dict.fromkeys((*heads[:1], *known)))]
    for (department, rest), by_name in product(before, by_names):
        for name, reason in beginnings(rest):
            named = by_name.get(name_key(name))
            if named:
                is_short = by_name is not by_names[0]
                called = name if is_short and len(named) > 1 else named[0].name
                return _Said(department, called, named, reason, is_short)
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
