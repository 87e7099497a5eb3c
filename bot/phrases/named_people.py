"""Colleagues who are named with @ in a text: 「@李娜 请确认利率」, 「请@巴特尔孟和确认」, 「@lina」."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_AT = re.compile(r"(?<![0-9A-Za-z._%+-])[@＠]\s?")
_DOTS = frozenset("·•・‧. ")
_SAYS_NOTHING = re.compile(r"[\s,，。.;；:：、@＠和与及]*")
_WORD = re.compile(r"[^\s,，。;；:：!！?？、@＠]{1,10}")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A colleague by the names he may be called by."""

    id: int
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named; the names that several have, each with them; and those that nobody has. `speaks`: there is more
    than that."""

    people: tuple[int, ...]
    several: tuple[tuple[str, tuple[Somebody, ...]], ...]
    unknown: tuple[str, ...]
    speaks: bool = True


def named_people(text: str, everybody: Sequence[Somebody]) -> Named:
    """Everybody behind an @: by name (dots and spaces aside), by the first part of a name with `·`, or by account. The
    longest name that stands there is meant: nobody writes a space behind it."""
    people: dict[int, None] = {}
    several: dict[str, tuple[Somebody, ...]] = {}
    unknown: dict[str, None] = {}
    beside, done = "", 0
    for at in _AT.finditer(text):
        rest = text[at.end() :]
        length, fits = _longest(rest, everybody)
        if len(fits) == 1:
            people[fits[0].id] = None
        elif fits:
            several[rest[:length].strip()] = fits
        elif word := _WORD.match(rest):
            unknown[word.group()] = None
        beside, done = beside + text[done : at.start()], at.end() + length
    speaks = _SAYS_NOTHING.fullmatch(beside + text[done:]) is None
    return Named(tuple(people), tuple(several.items()), tuple(unknown), speaks)


def _longest(rest: str, everybody: Iterable[Somebody]) -> tuple[int, tuple[Somebody, ...]]:
    best, fits = (0, False), dict[int, Somebody]()
    for person in everybody:
        found = max(_names(rest, person), default=(0, False))
        if found > best:
            best, fits = found, {}
        if found[0] and found == best:
            fits[person.id] = person
    return best[0], tuple(fits.values())


def _names(rest: str, person: Somebody) -> Iterable[tuple[int, bool]]:
    """How much of `rest` each of the person's names takes, and whether it is the whole name."""
    yield _taken(rest, person.name), True
    yield _taken(rest, person.name.partition("·")[0]), False
    account = person.account
    if account and rest[: len(account)].casefold() == account.casefold():
        behind = rest[len(account) : len(account) + 1]
        if not (behind and behind.isascii() and (behind.isalnum() or behind in "_-")):
            yield len(account), True


def _taken(rest: str, name: str) -> int:
    """How many characters of `rest` write this name, dots and spaces inside aside; 0 if it does not stand there."""
    wanted = [letter for letter in name if letter not in _DOTS]
    at = 0
    for count, letter in enumerate(wanted):
        while count and at < len(rest) and rest[at] in _DOTS:
            at += 1
        if at >= len(rest) or rest[at].casefold() != letter.casefold():
            return 0
        at += 1
    return at
