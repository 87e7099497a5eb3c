"""A card as plain text."""

from samples import HOSTILE, LEAD, POOL, done

from cards.lead_actions import ConfirmHandover, ShowLead
from cards.model import Button, Card, Option, Select
from cards.render.text import render_text


def test_everything_on_the_card_is_in_the_text() -> None:
    text = render_text(LEAD)
    for field in LEAD.fields:
        assert f"{field.label}：{field.value}\n" in text
    assert all(line in text for line in LEAD.lines)
    typed = ("1. 写跟进 → 发 跟进 L1024", "2. 进件 → 发 进件 L1024", "3. 释放 → 发 释放 L1024")
    assert "\n".join((*typed, "打开资料：https://crm.example.com/l/1024")) in text


def test_options_are_numbered_and_ticked_ones_marked() -> None:
    lines = render_text(POOL).split("\n")
    assert lines[2].startswith("1. ☑L1024 ")
    assert lines[3].startswith("2. L1025 ")
    assert [line.partition(" → ")[2] for line in lines[2:5]] == ["发 领取 1024", "发 领取 1025", "发 领取 1031"]


def test_what_can_only_be_tapped_is_said_to_wait_for_a_card() -> None:
    card = Card("请确认", buttons=(Button("确认交接", ConfirmHandover(3)), Button("客户", ShowLead(7))))
    assert render_text(card).split("\n")[1:] == [
        "1. 客户 → 发 客户 L7",
        "「确认交接」要在卡片上点，等卡片能显示了再点。",
    ]


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
