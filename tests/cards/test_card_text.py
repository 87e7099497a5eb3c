"""A card as plain text."""

from samples import HOSTILE, LEAD, POOL, done

from cards.model import Card, Option, Select
from cards.render.text import render_text


def test_everything_on_the_card_is_in_the_text() -> None:
    text = render_text(LEAD)
    for field in LEAD.fields:
        assert f"{field.label}：{field.value}\n" in text
    assert all(line in text for line in LEAD.lines)
    assert "「写跟进」「进件」「释放」\n打开资料：https://crm.example.com/l/1024" in text


def test_options_are_numbered_and_ticked_ones_marked() -> None:
    lines = render_text(POOL).split("\n")
    assert lines[2].startswith("1. ☑L1024 ")
    assert lines[3].startswith("2. L1025 ")
    assert lines[-1] == "「领取」"


def test_a_card_that_is_done_offers_no_buttons() -> None:
    assert render_text(done(POOL)).endswith("\n【已领取】")
    assert "「" not in render_text(done(LEAD))


def test_a_name_cannot_call_everybody_or_make_a_link_or_a_line() -> None:
    text = render_text(HOSTILE)
    assert "<" not in text
    assert "$userName" not in text
    assert "备注：第一行 状态：已同意\n" in text


def test_each_list_counts_from_one_and_empty_parts_leave_no_blank_lines() -> None:
    card = Card(
        "转移", selects=(Select("a", "转给", (Option("x", "李娜"),)), Select("b", "原因", (Option("y", "出差"),)))
    )
    assert render_text(card) == "转移\n转给\n1. 李娜\n原因\n1. 出差"
