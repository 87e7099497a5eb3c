"""What may go into a group: aggregate numbers, and no word about a single customer.

A group is read by whoever is in it, whatever his rights. So nothing goes there but a `GroupBoard` or a `GroupText`:
values that cannot be made of anything else, because making one is the check. Who sends to a group takes no others.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any, get_args

from core.privacy.normal import normal_credit_code
from core.reports.results import Board, Content, Jams, Ranking
from core.typed_numbers import PERSONAL_OR_LONG

# A lead or an application by its number, as people type it: L1024, A203, l 88, Ａ203.
_NUMBERED = re.compile(r"(?<![A-Za-zＡ-Ｚａ-ｚ0-9０-９])[LAlaＬＡｌａ][ \u3000]?[0-9０-９]+(?![A-Za-z0-9０-９])")
_CREDIT = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
# What is read as more than text: <@userid>, @all, <a href=…>.
_PLAIN = str.maketrans({"<": "＜", ">": "＞", "@": "＠"})


class PersonalData(Exception):
    """It may not go into a group. Says what kind of thing it holds and where, never the thing itself."""


@dataclass(frozen=True, slots=True)
class GroupText:
    """Words that may stand in a group. Two bare numbers that only a space or a comma parts may be read as one phone
    number: let words stand between them. What would mention somebody, or be a link, is text like any other.

    Raises:
        PersonalData: a phone or ID number, a bank card's, a firm's credit code, or a lead or an application by
            its number.
    """

    text: str

    def __post_init__(self) -> None:
        refuse_personal(self.text, "text")
        object.__setattr__(self, "text", self.text.translate(_PLAIN))


@dataclass(frozen=True, slots=True)
class GroupBoard:
    """A board that may be shown in a group. `names`: colleagues' names may stand there; else the people of a 瓶颈 are
    left out, and a board about people is refused. `colleagues`: the names of all who work here, by which a board about
    people is known that does not say so.

    Raises:
        PersonalData: it is no board of the known contents, is about single people where it may not be, or a word on it
            is what `GroupText` refuses.
    """

    board: Board
    names: bool = False
    colleagues: Collection[str] = frozenset()

    def __post_init__(self) -> None:
        board = self.board
        if type(board) is not Board or type(board.content) not in get_args(Content):
            raise PersonalData("no board of aggregate numbers")
        if not self.names:
            board = _without_people(board)
            for where, word in _words(board):
                if word in self.colleagues:
                    raise PersonalData(f"{where}: a colleague's name")
        for where, word in _words(board):
            refuse_personal(word, where)
        object.__setattr__(self, "board", board)
        object.__setattr__(self, "colleagues", frozenset())  # asked once; a board is no place to keep them


def refuse_personal(text: str, where: str) -> None:
    """Nothing, if no number in `text` leads to a person.

    Raises:
        PersonalData: one does.
    """
    if PERSONAL_OR_LONG.search(text):
        raise PersonalData(f"{where}: a phone, ID or card number")
    if _NUMBERED.search(text):
        raise PersonalData(f"{where}: the number of a lead or an application")
    if any(normal_credit_code(found) for found in _CREDIT.findall(text)):
        raise PersonalData(f"{where}: a credit code")


def _without_people(board: Board) -> Board:
    match board.content:
        case Ranking(of_people=True):
            raise PersonalData("a ranking of people")
        case Jams() as jams:
            return replace(board, content=replace(jams, people=()))
    return board


def _words(node: Any, where: str = "board") -> Iterator[tuple[str, str]]:
    """Every text in it, with where it stands. What is neither text nor a number, a time nor made of these is refused.

    Raises:
        PersonalData: something that a board does not consist of.
    """
    if isinstance(node, str) and not isinstance(node, Enum):
        yield where, node
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from _words(getattr(node, field.name), f"{where}.{field.name}")
    elif isinstance(node, tuple):
        for item in node:
            yield from _words(item, where)
    elif not (node is None or isinstance(node, Enum | int | Decimal) or hasattr(node, "isoformat")):
        raise PersonalData(f"{where}: no part of a board")
