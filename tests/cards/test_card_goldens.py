"""What representative cards look like on each channel, kept as files.

After a wanted change: `TUOLING_WRITE_GOLDENS=1 pytest tests/cards/test_card_goldens.py`, then read the difference.
"""

import json
import os
from pathlib import Path

import pytest
from samples import SENT, TOLD, UPDATED, pack
from wecom_table import violations

from cards.render.text import render_text
from cards.render.wecom import render_wecom, render_wecom_update

GOLDEN = Path(__file__).parent / "golden"


def same_as_golden(name: str, text: str) -> None:
    """Compare `text` with the golden file `name`, or write it where the environment asks for that."""
    file = GOLDEN / name
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def as_json(payload: dict[str, object]) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("name", SENT)
def test_a_card_is_sent_as_its_golden_file_says(name: str) -> None:
    payload = render_wecom(SENT[name], task_id="c1-v1", pack=pack)
    assert violations(payload) == []
    same_as_golden(f"wecom_{name}.json", as_json(payload))


@pytest.mark.parametrize("name", UPDATED)
def test_a_card_is_changed_as_its_golden_file_says(name: str) -> None:
    payload = render_wecom_update(UPDATED[name], task_id=None, pack=pack)
    assert violations(payload, update=True) == []
    same_as_golden(f"wecom_update_{name}.json", as_json(payload))


@pytest.mark.parametrize("name", TOLD)
def test_a_card_as_text_is_as_its_golden_file_says(name: str) -> None:
    same_as_golden(f"text_{name}.txt", render_text(TOLD[name]) + "\n")


def test_every_golden_file_belongs_to_a_sample() -> None:
    wanted = {f"wecom_{name}.json" for name in SENT} | {f"text_{name}.txt" for name in TOLD}
    wanted |= {f"wecom_update_{name}.json" for name in UPDATED}
    assert {file.name for file in GOLDEN.iterdir()} == wanted
