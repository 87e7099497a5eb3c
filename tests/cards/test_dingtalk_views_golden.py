"""Every screen as DingTalk gets it, kept as files and checked against the platform's limits.

After a wanted change: `TUOLING_WRITE_GOLDENS=1 pytest tests/cards/test_dingtalk_views_golden.py`, then read the
difference. The keys are as long as they are in the product, since they are what a card of DingTalk has little room for.
"""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from view_samples import VIEWS

from cards.actions import Action, Forged, Signer
from cards.model import Card
from cards.render.dingtalk import read_button_id, render_dingtalk

GOLDEN = Path(__file__).parent / "golden_dingtalk"
VALUE_BYTES, KEY_BYTES = 1024, 100  # instructions-for-filling-in-api-card-data
NOW = datetime(2025, 12, 1, tzinfo=UTC)
EXPIRES = datetime(2026, 1, 1, tzinfo=UTC)
SIGNER = Signer({"9f2c11ab": b"\x01" * 32}, "dingtalk:dingtl01:dingtl01")


def pack(act: Action) -> str:
    """A button key that is the same in every run."""
    return SIGNER.pack(act, "abcdefghijklmnop.3", EXPIRES)


def drawn(card: Card) -> dict[str, Any]:
    """What is sent, with what is JSON inside read."""
    variables: dict[str, Any] = dict(render_dingtalk(card, pack=pack))
    return variables | {"sys_full_json_obj": json.loads(variables["sys_full_json_obj"])}


def tappable(card: Card) -> list[str]:
    """What can be tapped: what one can do, without the rows of a list."""
    submit = [card.submit] if card.submit else []
    return [*(button.label for button in (*card.buttons, *submit)), *(link.label for link in card.links)]


@pytest.mark.parametrize("name", VIEWS)
def test_a_screen_is_sent_to_dingtalk_as_its_golden_file_says(name: str) -> None:
    file = GOLDEN / f"{name}.json"
    text = json.dumps(drawn(VIEWS[name]), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", VIEWS)
def test_all_variables_are_strings_that_dingtalk_takes(name: str) -> None:
    variables = render_dingtalk(VIEWS[name], pack=pack)
    assert set(variables) == {"flowStatus", "msgTitle", "msgContent", "staticMsgContent", "sys_full_json_obj"}
    assert all(type(value) is str and len(value.encode()) <= VALUE_BYTES for value in variables.values())
    assert all(len(key.encode()) <= KEY_BYTES for key in variables)
    assert variables["msgTitle"]


@pytest.mark.parametrize("name", VIEWS)
def test_every_button_says_what_it_does_and_comes_back(name: str) -> None:
    card = VIEWS[name]
    buttons = drawn(card)["sys_full_json_obj"].get("msgButtons", [])
    assert buttons or card.done
    for button in buttons:
        assert button["text"]
        if "id" in button:
            assert button["request"] is True
            assert not isinstance(SIGNER.unpack(read_button_id(button["id"])[0], NOW), Forged)


@pytest.mark.parametrize("name", [name for name, card in VIEWS.items() if not card.done])
def test_what_can_be_tapped_on_wecom_can_be_tapped_here_or_is_named(name: str) -> None:
    """A card has room for about five buttons: the others stand in its text. Of a list the first rows have one."""
    card, found = VIEWS[name], drawn(VIEWS[name])
    labels = [button["text"] for button in found["sys_full_json_obj"]["msgButtons"]]
    for label in tappable(card):
        assert any(each.rstrip("…") == label[: len(each.rstrip("…"))] for each in labels) or (
            re.search(rf"^[0-9]\. {re.escape(label[:6])}.* → 发 ", found["staticMsgContent"], re.MULTILINE)
        )
    if card.checklist is not None:
        assert len(labels) >= min(2, len(card.checklist.options))
        assert all(any(label.startswith(option.text[:6]) for label in labels) for option in _turning(card))


def _turning(card: Card) -> list[Any]:
    return [option for option in card.checklist.options if option.turns] if card.checklist else []


@pytest.mark.parametrize("name", VIEWS)
def test_no_row_of_a_list_is_lost(name: str) -> None:
    """The rows stand in the text with their numbers, whether or not there is a button for them."""
    card = VIEWS[name]
    body = drawn(card)["staticMsgContent"]
    rows = [option for option in card.checklist.options if not option.turns] if card.checklist else []
    lines = body.split("\n\n")
    assert all(any(line.startswith(f"{number}. ") for line in lines) for number in range(1, len(rows) + 1))


def test_few_views_have_more_buttons_than_find_room() -> None:
    """A view that is on this list now should be looked at: what stands in the text has to be typed."""
    crowded = [name for name, card in VIEWS.items() if "没有按钮的：" in drawn(card)["staticMsgContent"]]
    assert crowded == ["segment_hard", "task_return_hard", "bottlenecks_hard", "waiting_hard"]


def test_every_golden_file_belongs_to_a_sample() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(VIEWS)
