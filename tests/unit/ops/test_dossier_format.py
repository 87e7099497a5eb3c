"""What an export holds is described, and called something, whatever stands in it."""

import os
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import get_type_hints

import pytest
from dossier_format import described, inside, rows_of

from bot.export.sections import SECTIONS, Section
from cards.texts import dossier as texts
from cards.texts.dossier_words import WORDS

DOCUMENT = Path(__file__).parents[3] / "docs" / "档案格式.md"
BEGINS = "<!-- 以下由测试核对，TUOLING_WRITE_GOLDENS=1 时重写 -->\n"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda each: each.key)
def test_every_field_and_every_word_is_called_something(section: Section) -> None:
    for row in rows_of(section):
        hints = get_type_hints(row)
        for field in fields(row):
            assert texts.label(row, field.name)
            for kind in inside(hints[field.name]):
                if isinstance(kind, type) and issubclass(kind, Enum) and kind.__name__ not in ("Bucket", "Kind"):
                    assert set(WORDS[kind]) == set(kind), kind


def test_keys_are_one_section_each() -> None:
    keys = [section.key for section in SECTIONS]
    assert len(keys) == len(set(keys))
    assert keys[-1] == "people"


def test_the_document_describes_what_is_exported() -> None:
    head, mark, tables = DOCUMENT.read_text(encoding="utf-8").partition(BEGINS)
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        DOCUMENT.write_text(f"{head}{BEGINS}{described()}", encoding="utf-8")
        return
    assert mark
    assert tables == described()


def test_no_label_is_left_over() -> None:
    used = {field.name for section in SECTIONS for row in rows_of(section) for field in fields(row)}
    assert set(texts.LABELS) == used
