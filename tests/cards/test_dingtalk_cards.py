"""How a card becomes variables of DingTalk's template: what a row's button says, what finds room, what markdown may not
make of people's words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.actions import Action, Signer
from cards.lead_actions import ClaimLead, ClaimLeads, OpenMine
from cards.limits import LimitBroken, Malformed, TooLarge, check_dingtalk
from cards.model import Button, Card, Checklist, Field, Link, Option, Select, Style
from cards.render.dingtalk import SHARED, button_id, read_button_id, render_dingtalk, template_of

SIGNER = Signer({"9f2c11ab": b"\x01" * 32}, "dingtalk:dingtl01:dingtl01")
EXPIRES = datetime(2026, 1, 1, tzinfo=UTC)
CLAIM, MINE = Button("领取", ClaimLeads("hohhot"), Style.PRIMARY), Button("我的客户", OpenMine())


def pack(act: Action) -> str:
    return SIGNER.pack(act, "abcdefghijklmnop.3", EXPIRES)


def buttons(card: Card) -> list[dict[str, Any]]:
    return list(json.loads(render_dingtalk(card, pack=pack)["sys_full_json_obj"]).get("msgButtons", []))


def body(card: Card) -> list[str]:
    return render_dingtalk(card, pack=pack)["staticMsgContent"].split("\n\n")


def rows(*options: Option, multiple: bool = True, typed: str = "") -> Card:
    return Card(title="公海", checklist=Checklist("leads", options, CLAIM, multiple=multiple, typed=typed))


def said(card: Card) -> list[tuple[str, ...]]:
    """What each button says is ticked."""
    return [read_button_id(button["id"])[1].get("leads", ("-",)) for button in buttons(card)]


def test_a_row_is_ticked_by_its_button_and_nothing_else_is() -> None:
    card = rows(Option("L1", "L1 王**"), Option("L2", "L2 李**"))
    assert said(card) == [("L1",), ("L2",)]
    assert [button["text"] for button in buttons(card)] == ["L1 王**", "L2 李**"]
    assert {read_button_id(button["id"])[0] for button in buttons(card)} == {pack(CLAIM.action)}


def test_of_several_that_are_ticked_a_button_turns_its_own() -> None:
    """As if it was tapped there and then sent: saving must not take off what nobody has touched."""
    card = rows(Option("a", "甲", checked=True), Option("b", "乙"), Option("c", "丙", checked=True))
    assert said(card) == [("c",), ("a", "b", "c"), ("a",)]
    assert [button["text"] for button in buttons(card)] == ["☑甲", "乙", "☑丙"]


def test_the_last_one_that_is_ticked_can_be_taken_off() -> None:
    assert said(rows(Option("a", "甲", checked=True))) == [()]


def test_of_one_choice_a_button_is_that_choice() -> None:
    card = rows(Option("a", "甲", checked=True), Option("b", "乙"), multiple=False)
    assert said(card) == [("a",), ("b",)]


def test_a_row_that_turns_the_page_turns_nothing_else() -> None:
    card = rows(Option("a", "甲", checked=True), Option("more", "更多的项", turns=True))
    assert said(card) == [(), ("more",)]
    assert [line for line in body(card) if "更多" in line] == []


def test_the_rows_that_find_no_room_are_typed_and_the_next_page_is_tapped() -> None:
    options = [Option(f"L{number}", f"L{number} 额尔敦巴雅尔·乌兰") for number in range(1000, 1018)]
    card = rows(*options, Option("more", "更多的项", turns=True), typed="几条一起：发 领取 L1 L2")
    labels = [button["text"] for button in buttons(card)]
    assert labels[:2] == ["L1000 额尔敦巴雅尔·乌兰", "L1001 额尔敦巴雅尔·乌兰"]
    assert labels[-1] == "更多的项"
    assert 4 <= len(labels) < 19
    assert body(card)[0] == "点一行就领取；几条一起：发 领取 L1 L2"
    assert [line.split(".")[0] for line in body(card)[1:]] == [str(number) for number in range(1, 19)]


def test_what_a_tap_does_stands_before_the_rows_and_on_each_of_them() -> None:
    """It is done at once: nobody is to find that out by a tap."""
    options = tuple(Option(f"L{number}", f"L{number} 王小明 信用8万") for number in range(1230, 1250))
    listed = Checklist("leads", options, CLAIM, ticks="勾选要转的", taps="转给 张三", before="转给张三")
    card = Card(title="转给 张三", subtitle="共20条", quote="长" * 900, checklist=listed)
    assert body(card)[:2] == ["共20条", "点一行就转给 张三"]
    assert buttons(card)[0]["text"] == "转给张三 L1230 王小明 信用8万"
    assert not [line for line in body(card) if "勾选" in line]


def test_what_has_no_room_but_in_wecoms_source_stands_below_the_rows() -> None:
    card = Card(title="公海", source="看更多回复 公海 2", buttons=(MINE,), lines=("末行",))
    assert body(card) == ["末行", "看更多回复 公海 2"]
    assert body(Card(title="公海", subtitle="一", buttons=(MINE,))) == ["一"], "who sends it stands above the chat"


def test_a_drop_down_is_a_choice_of_one() -> None:
    options = (Option("a", "甲"), Option("b", "乙", checked=True))
    card = Card(title="转给", selects=(Select("leads", "同事", options),), submit=CLAIM)
    assert said(card) == [("a",), ("b",)]


def test_several_drop_downs_at_once_dingtalk_has_not() -> None:
    select = Select("a", "甲", (Option("x", "x"),))
    with pytest.raises(TooLarge):
        render_dingtalk(Card(title="x", selects=(select, select), submit=CLAIM), pack=pack)
    with pytest.raises(Malformed):
        render_dingtalk(Card(title="x", selects=(select,)), pack=pack)


def test_a_card_with_nothing_to_tap_is_a_bug() -> None:
    with pytest.raises(Malformed):
        render_dingtalk(Card(title="x"), pack=pack)


def test_a_card_that_is_done_has_no_button_and_says_so() -> None:
    card = Card(title="已领取", buttons=(CLAIM,), done="已领取")
    assert buttons(card) == []
    assert json.loads(render_dingtalk(card, pack=pack)["sys_full_json_obj"]) == {
        "order": ["msgTitle", "staticMsgContent"]
    }
    assert body(card) == ["【已领取】"]


def test_what_was_to_be_chosen_on_a_card_that_is_done_stands_there() -> None:
    options = (Option("a", "甲", checked=True), Option("b", "乙"))
    assert body(Card(title="x", checklist=Checklist("q", options, CLAIM), done="完")) == ["☑ 甲", "☐ 乙", "【完】"]
    assert body(Card(title="x", selects=(Select("q", "同事", options),), done="完")) == ["同事：甲", "【完】"]


def test_a_link_opens_a_page() -> None:
    link = {"text": "打开", "color": "gray", "url": "https://a.example/b", "iosUrl": "https://a.example/b"}
    assert buttons(Card(title="x", links=(Link("打开", "https://a.example/b"),))) == [link]
    for url in ("dtmd://dingtalkclient/sendMessage?content=x", "javascript:x", "https://a b", ""):
        with pytest.raises(LimitBroken):
            render_dingtalk(Card(title="x", links=(Link("打开", url),)), pack=pack)


def test_colours_follow_the_style() -> None:
    styles = [Style.PRIMARY, Style.PLAIN, Style.DANGER]
    card = Card(title="x", buttons=tuple(Button(style.value, ClaimLead(1), style) for style in styles))
    assert [button["color"] for button in buttons(card)] == ["blue", "gray", "red"]


def test_buttons_that_find_no_room_are_named() -> None:
    """With what is typed instead: those that can be typed give way to those that cannot."""
    tapped = [Button(f"甲{number}", ClaimLeads("x" * 60 + str(number))) for number in range(3)]
    typed = [Button(f"乙{number}", ClaimLead(number), typed=f"领取 L{number}") for number in range(1, 9)]
    card = Card(title="x", buttons=(*typed, *tapped))
    shown = [button["text"] for button in buttons(card)]
    assert shown[-3:] == ["甲0", "甲1", "甲2"]
    left = [f"乙{number}" for number in range(1, 9) if f"乙{number}" not in shown]
    assert left
    said = [f"{place}. {label} → 发 领取 L{label[1:]}" for place, label in enumerate(left, start=1)]
    assert body(card) == ["没有按钮的：", *said]


def test_not_one_button_that_finds_room_is_a_bug() -> None:
    with pytest.raises(TooLarge):
        render_dingtalk(Card(title="x", buttons=(Button("领取", ClaimLeads("x" * 1000)),)), pack=pack)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("138****1111", "138＊＊＊＊1111"),
        ("<a atId=boss>经理</a>", "＜a atId=boss＞经理＜/a＞"),
        ("[点我](dtmd://dingtalkclient/sendMessage)", "［点我］(dtmd：//dingtalkclient/sendMessage)"),
        ("![x](https://a.example/p.png)", "!［x］(https：//a.example/p.png)"),
        ("> 引用", "＞ 引用"),
        ("`code` _x_ ~~y~~ \\*", "｀code｀ ＿x＿ ～～y～～ ＼＊"),
        ("一\n\n二", "一 二"),
        ("巴特尔·孟和", "巴特尔·孟和"),
    ],
)
def test_what_people_wrote_is_only_text(written: str, shown: str) -> None:
    card = Card(title="x", subtitle=written, fields=(Field("备注", written),), buttons=(MINE,))
    assert body(card) == [shown, f"备注：{shown}"]


@pytest.mark.parametrize(("written", "shown"), [("# 标题", "＃ 标题"), ("- 一项", "－ 一项"), ("=", "＝")])
def test_what_is_markdown_at_the_beginning_of_a_line_is_text_there(written: str, shown: str) -> None:
    card = Card(title="x", subtitle=written, fields=(Field("备注", written), Field(written, "1")), buttons=(MINE,))
    assert body(card) == [shown, f"备注：{written}", f"{shown}：1"]


def test_a_number_that_stands_before_both_parts_of_a_row_is_said_once() -> None:
    options = (Option("L7", "L7 刘** 房抵50万", "L7 139****0001 新城区"), Option("L8", "L8 白**", "新城区 L8"))
    card = Card(title="x", checklist=Checklist("leads", options, MINE, typed="几条一起：发 领取 L7 L8"))
    assert body(card)[1:3] == ["1. L7 刘＊＊ 房抵50万  139＊＊＊＊0001 新城区", "2. L8 白＊＊  新城区 L8"]
    tags = (Option("t1", "高意向", "高意向：巴特尔 11-29", checked=True), Option("t2", "大额（自动）", "大额：规则 甲"))
    assert body(rows(*tags))[1:] == ["1. ☑高意向  巴特尔 11-29", "2. 大额（自动）  规则 甲"]


def test_a_long_note_keeps_its_beginning_and_all_other_lines() -> None:
    fields = tuple(Field(f"项{number}", "值" * 5) for number in range(6))
    card = Card(title="x", subtitle="小标题", quote="长" * 900, fields=fields, lines=("末行",), buttons=(MINE,))
    lines = body(card)
    assert lines[0] == "小标题"
    assert lines[1].startswith("> 长长长")
    assert lines[1].endswith("…")
    assert lines[2:] == [*(f"项{number}：{'值' * 5}" for number in range(6)), "末行"]


def test_an_own_template_has_its_own_names() -> None:
    template = template_of("own.schema", {"title": "t", "body": "b", "status": "s", "buttons": "actions"})
    variables = render_dingtalk(Card(title="标题", subtitle="正文", buttons=(MINE,)), pack=pack, template=template)
    assert set(variables) == {"t", "b", "s", "actions"}
    assert (variables["t"], variables["b"], variables["s"]) == ("标题", "正文", "3")
    (button,) = json.loads(variables["actions"])
    assert button == {"text": "我的客户", "color": "gray", "id": pack(OpenMine()), "request": True}
    assert template_of(None, {}) == SHARED
    assert template_of("other.schema", {}).kind == "parts"


@pytest.mark.parametrize(
    "variables",
    [{"a": 1}, {"a": True}, {"a": None}, {"a": ["x"]}, {"a": "x" * 1025}, {"a": "号" * 342}, {"n" * 101: "x"}],
)
def test_dingtalk_takes_strings_of_a_kilobyte_only(variables: dict[str, Any]) -> None:
    with pytest.raises(LimitBroken):
        check_dingtalk(variables)


TEXTS = st.text(max_size=300)
KEYS = st.text(min_size=1, max_size=12)


@given(st.sampled_from(["claim~1~c.1~6b~k~x~mac", ""]), KEYS, st.lists(KEYS, max_size=8))
def test_what_is_ticked_comes_back_as_it_was(token: str, question: str, ticked: list[str]) -> None:
    assert read_button_id(button_id(token, question, ticked)) == (token, {question: tuple(ticked)})


@given(TEXTS)
def test_any_id_can_be_read(text: str) -> None:
    token, selected = read_button_id(text)
    assert text.startswith(token)
    assert all(isinstance(key, str) for keys in selected.values() for key in keys)


@given(TEXTS, TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=8), st.lists(TEXTS, max_size=20), st.booleans())
def test_whatever_stands_on_a_card_fits(
    title: str, quote: str, fields: list[tuple[str, str]], options: list[str], multiple: bool
) -> None:
    choice = tuple(Option(f"k{number}", text, text, checked=number % 2 == 0) for number, text in enumerate(options))
    card = Card(
        title=title,
        quote=quote,
        fields=tuple(Field(label, value) for label, value in fields),
        buttons=(MINE,),
        checklist=Checklist("leads", choice, CLAIM, multiple=multiple) if choice else None,
    )
    variables = render_dingtalk(card, pack=pack)
    assert all(len(value.encode()) <= 1024 for value in variables.values())
    assert buttons(card)[-1]["text"] == "我的客户"
