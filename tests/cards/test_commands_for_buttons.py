"""What is typed in place of a button is a command of the chat grammar, whole."""

from collections.abc import Iterator

import pytest
from view_samples import VIEWS

from bot.handlers.exports import numbered
from bot.routing import Incomplete, Routed, read
from cards.commands import command_of, command_of_row
from cards.model import Card
from core.people.policy import Actor, Role

EVERYTHING = Actor(1, "巴特尔·孟和", "呼和浩特/一部", frozenset(Role))
ANSWERS = "app_question"
"""These ask something: what is typed there is the answer."""


def commands(card: Card) -> Iterator[str]:
    for button in (*card.buttons, *([card.submit] if card.submit else [])):
        yield command_of(button)
    for option in card.checklist.options if card.checklist else ():
        yield command_of_row(card.checklist, option)


@pytest.mark.parametrize("name", [name for name in VIEWS if not name.startswith(ANSWERS)])
def test_every_one_is_understood(name: str) -> None:
    for command in filter(None, commands(VIEWS[name])):
        found = read(command, EVERYTHING)
        if isinstance(found, Incomplete) and found.command.word in ("同意", "驳回"):
            numbers, behind = numbered(command.split()[1])  # that of an export, which is asked for before tasks
            assert numbers, command
            assert not behind, command
        else:
            assert isinstance(found, Routed), command


def test_most_of_what_can_be_tapped_can_be_typed() -> None:
    every = [command for card in VIEWS.values() for command in commands(card)]
    assert len(list(filter(None, every))) > len(every) * 0.6
