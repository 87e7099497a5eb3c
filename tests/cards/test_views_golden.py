"""Every screen as WeCom gets it and as text, kept as files and checked against the platform's limits.

After a wanted change: `TUOLING_WRITE_GOLDENS=1 pytest tests/cards/test_views_golden.py`, then read the difference.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samples import pack
from view_samples import VIEWS
from wecom_table import violations

from cards.limits import WECOM, Unit
from cards.model import Card
from cards.render.text import render_text
from cards.render.wecom import render_wecom, render_wecom_update
from jobs.screens import SCREENS

GOLDEN = Path(__file__).parent / "golden_views"


def same_as_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", VIEWS)
def test_a_screen_is_sent_to_wecom_as_its_golden_file_says(name: str) -> None:
    payload = render_wecom(VIEWS[name], task_id="t-c1", pack=pack)
    assert violations(payload) == []
    same_as_golden(f"{name}.json", json.dumps(payload, ensure_ascii=False, indent=2) + "\n")


@pytest.mark.parametrize("name", VIEWS)
def test_a_screen_can_take_the_place_of_another(name: str) -> None:
    assert violations(render_wecom_update(VIEWS[name], task_id=None, pack=pack), update=True) == []


@pytest.mark.parametrize("name", VIEWS)
def test_a_screen_as_text_is_as_its_golden_file_says(name: str) -> None:
    same_as_golden(f"{name}.txt", render_text(VIEWS[name]) + "\n")


@pytest.mark.parametrize("name", VIEWS)
def test_what_a_view_cuts_it_cuts_itself_and_nothing_that_counts(name: str) -> None:
    """Rows, buttons and lines to tick are made to fit by the views: the renderer, which cuts from the end, has nothing
    to cut there. (Note and follow-ups below the rows may be cut: they are quotations.)"""
    card = VIEWS[name]
    values = {
        "horizontal_content_list[].keyname": [field.label for field in card.fields],
        "horizontal_content_list[].value": [field.value for field in card.fields if field.label != "等级标签"],
        "button_list[].text": [button.label for button in card.buttons],
        "checkbox.option_list[].text": [option.text for option in card.checklist.options] if card.checklist else [],
        "source.desc": [card.source],
        "main_title.desc": [_below_a_choice(card)] if card.checklist else [],
    }
    rooms = {limit.path: limit.maximum for limit in reversed(WECOM) if limit.unit is Unit.CHARS}
    assert [(path, value) for path, found in values.items() for value in found if len(value) > rooms[path]] == []


def _below_a_choice(card: Card) -> str:
    """All text of a card with boxes but its title, as it stands below that."""
    assert card.checklist is not None
    return "\n".join(filter(None, [card.subtitle, *card.lines, *(option.detail for option in card.checklist.options)]))


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_has_its_samples(screen: str) -> None:
    assert any(name == screen or name.startswith(f"{screen}_") for name in VIEWS)


def test_every_golden_file_belongs_to_a_sample() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(VIEWS)


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _words(value)
    elif isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif isinstance(node, str):
        yield node


@pytest.mark.parametrize("name", VIEWS)
def test_no_card_says_what_a_person_would_not(name: str) -> None:
    text = "\n".join(_words(render_wecom(VIEWS[name], task_id="t-c1", pack=pack)))
    assert not any(odd in text for odd in ("None", "已 刚刚", "已刚刚", "刚刚前", "逾期刚刚", "等刚刚", "()", "（）"))
