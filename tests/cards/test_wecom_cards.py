"""Any card fits WeCom; what cannot be shown there is refused while the card is built."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import BOARD, EXPIRES, LEAD, POOL, SIGNER, TRANSFER, done, pack
from wecom_table import violations

from cards.actions import Action, Forged
from cards.lead_actions import ClaimLeads, ShowLead, ShowMine
from cards.limits import LimitBroken, Malformed, TooLarge, check_wecom
from cards.model import Button, Card, Checklist, Field, Link, Option, Select, Style
from cards.render.clean import clean
from cards.render.text import render_text
from cards.render.wecom import SEEN_KEY, render_wecom, render_wecom_update

PIECES = [
    "巴特尔",
    "·",
    "斯琴高娃",
    "👨‍👩‍👧",
    "🇨🇳",
    "👍🏽",
    "\u202e",
    "\u200b",
    "\n",
    " ",
    "$userName=a$",
    "<@all>",
    "abc",
]
ALPHABET = st.characters(max_codepoint=0xFFFF, categories=None)
SHORT = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(ALPHABET, max_size=30)
LONG = st.integers(0, 170).map(lambda times: "意向强，明天10点面谈👍🏽" * times)  # up to 2,200 characters
TEXT = st.one_of(SHORT, LONG)
FIELDS = st.lists(st.builds(Field, TEXT, TEXT), max_size=40).map(tuple)
LINES = st.lists(TEXT, max_size=6).map(tuple)
LINKS = st.lists(st.builds(Link, TEXT, st.just("https://crm.example.com/数/1")), max_size=3).map(tuple)


def options(most: int) -> st.SearchStrategy[tuple[Option, ...]]:
    made = st.lists(st.tuples(TEXT, TEXT, st.booleans()), min_size=1, max_size=most)
    return made.map(lambda rows: tuple(Option(str(number), *row) for number, row in enumerate(rows)))


def buttons(most: int, least: int = 0) -> st.SearchStrategy[tuple[Button, ...]]:
    made = st.lists(st.tuples(TEXT, st.sampled_from(Style)), min_size=least, max_size=most)
    return made.map(lambda rows: tuple(Button(row[0], ShowLead(n), row[1]) for n, row in enumerate(rows)))


COMMON: dict[str, Any] = {
    "title": TEXT,
    "subtitle": TEXT,
    "source": TEXT,
    "emphasis": TEXT,
    "quote": TEXT,
    "fields": FIELDS,
    "lines": LINES,
}
SUBMITTING = Button("好", ShowMine(1))
SUBMIT = st.builds(Button, TEXT, st.just(ClaimLeads("hohhot")))
SELECTS = st.integers(1, 3).flatmap(
    lambda count: st.tuples(*(st.builds(Select, st.just(f"q{number}"), TEXT, options(10)) for number in range(count)))
)
SOME_LINKS = LINKS.filter(bool)
CARDS = st.one_of(
    st.builds(Card, **COMMON, buttons=buttons(3, least=1), links=LINKS),
    st.builds(Card, **COMMON, links=SOME_LINKS),
    st.builds(Card, **COMMON, checklist=st.builds(Checklist, st.just("leads"), options(20), SUBMIT, st.booleans())),
    st.builds(Card, **COMMON, selects=SELECTS, submit=SUBMIT),
)


def texts(payload: Any) -> list[str]:
    """Every text in a payload, at any depth."""
    if isinstance(payload, dict):
        return [text for value in payload.values() for text in texts(value)]
    if isinstance(payload, list):
        return [text for value in payload for text in texts(value)]
    return [payload] if isinstance(payload, str) else []


@settings(max_examples=150, deadline=None)
@given(CARDS, st.text(min_size=1) | TEXT)
def test_any_card_fits_and_keeps_whole_characters(card: Card, end: str) -> None:
    sent = render_wecom(card, task_id="t-1", pack=pack)
    changed = render_wecom_update(card, task_id=None, pack=pack)
    ended = render_wecom_update(replace(card, done=end or "已结束"), task_id=None, pack=pack)
    assert violations(sent) == []
    assert violations(changed, update=True) == []
    assert violations(ended, update=True) == []
    for text in texts([sent, changed, ended]):
        for part in text.split("\n"):
            assert clean(part) == part.strip()
            for first, last in (("👨", "👧"), ("🇨", "🇳"), ("👍", "🏽")):
                assert part.count(first) == part.count(last)
    assert "\u202e" not in render_text(card)


@settings(max_examples=60, deadline=None)
@given(options(20), TEXT)
def test_every_option_keeps_a_line_of_its_own(made: tuple[Option, ...], subtitle: str) -> None:
    card = Card("公海", subtitle, checklist=Checklist("leads", made, Button("领取", ClaimLeads("a"))))
    below = render_wecom(card, task_id="t-1", pack=pack)["main_title"].get("desc", "")
    details = [clean(option.detail) for option in made if clean(option.detail)]
    lines = below.split("\n")[-len(details) :] if details else []
    assert len(lines) == len(details)
    for line, detail in zip(lines, details, strict=True):
        assert line == detail or (line.endswith("…") and detail.startswith(line[:-1]))


@pytest.mark.parametrize(
    ("card", "sent", "changed"),
    [
        (POOL, "vote_interaction", "vote_interaction"),
        (done(POOL), "no button_list", "vote_interaction"),
        (TRANSFER, "multiple_interaction", "multiple_interaction"),
        (done(TRANSFER), "no button_list", "multiple_interaction"),
        (LEAD, "button_interaction", "button_interaction"),
        (BOARD, "text_notice", "text_notice"),
        (done(BOARD), "text_notice", "button_interaction"),
        (Card("好"), "no button_list", "no button_list"),
        (done(Card("好")), "no button_list", "button_interaction"),
    ],
)
def test_a_card_becomes_the_type_that_can_show_it(card: Card, sent: str, changed: str) -> None:
    """Or is refused: there is nothing to tap, and a button that does nothing would be a lie."""

    def kind(render: Callable[[], dict[str, Any]]) -> str:
        try:
            return str(render()["card_type"])
        except Malformed as refused:
            return f"no {refused.field}"

    assert kind(lambda: render_wecom(card, task_id="t", pack=pack)) == sent
    assert kind(lambda: render_wecom_update(card, task_id=None, pack=pack)) == changed


@pytest.mark.parametrize("card", [done(POOL), done(LEAD), done(TRANSFER), done(BOARD)])
def test_a_card_that_is_done_carries_no_token_and_one_grey_button(card: Card) -> None:
    def no_token(act: Action) -> str:
        raise AssertionError(f"{act.name} was packed")

    changed = render_wecom_update(card, task_id="t", pack=no_token)
    assert changed["replace_text"] == "已领取"
    assert changed["task_id"] == "t"
    assert changed.get("checkbox", {"disable": True})["disable"] is True
    assert all(select["disable"] is True for select in changed.get("select_list", []))


def test_the_key_of_a_grey_button_is_no_action() -> None:
    payload = render_wecom_update(done(Card("已登记")), task_id="t", pack=pack)
    assert [(button["text"], button["key"]) for button in payload["button_list"]] == [("已领取", SEEN_KEY)]
    assert SIGNER.unpack(SEEN_KEY, EXPIRES) == Forged()


def test_single_choice_and_checked_options_are_said() -> None:
    one = Checklist(
        "q", (Option("a", "甲", checked=True), Option("b", "乙")), Button("好", ShowMine(1)), multiple=False
    )
    box = render_wecom(Card("选一个", checklist=one), task_id="t", pack=pack)["checkbox"]
    assert box["mode"] == 0
    assert [option["is_checked"] for option in box["option_list"]] == [True, False]


def test_fields_beyond_six_and_long_follow_ups_are_not_lost() -> None:
    fields = tuple(Field(f"项{number}", f"值{number}") for number in range(9))
    note = "客户" * 60
    card = Card("客户", fields=fields, lines=("短", note, "末", "行" * 40), buttons=(SUBMITTING,))
    payload = render_wecom(card, task_id="t", pack=pack)
    assert [row["value"] for row in payload["horizontal_content_list"]] == [f"值{number}" for number in range(6)]
    assert payload["sub_title_text"] == "项6：值6\n项7：值7\n项8：值8\n短\n末\n" + "行" * 40
    assert payload["quote_area"]["quote_text"] == note


def test_many_middling_lines_begin_in_the_quote_area_which_stands_above() -> None:
    lines = tuple(f"{number}" + "进" * 49 for number in range(5))
    payload = render_wecom(Card("客户", lines=lines, buttons=(SUBMITTING,)), task_id="t", pack=pack)
    assert payload["quote_area"]["quote_text"] == "\n".join(lines[:2])
    assert payload["sub_title_text"] == "\n".join(lines[2:])


@pytest.mark.parametrize("lines", [("短",), tuple(f"{number}" + "进" * 69 for number in range(4))])
def test_what_a_card_quotes_stands_in_the_quote_area_and_every_line_keeps_its_beginning(lines: tuple[str, ...]) -> None:
    card = Card("客户", quote="今天说的", lines=lines, buttons=(SUBMITTING,))
    payload = render_wecom(card, task_id="t", pack=pack)
    assert payload["quote_area"]["quote_text"] == "今天说的"
    below = payload["sub_title_text"].split("\n")
    assert [line[0] for line in below] == [line[0] for line in lines]
    assert render_text(card).split("\n")[1:-1] == ["今天说的", *lines]


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(number), "项") for number in range(count))


@pytest.mark.parametrize(
    ("card", "field", "limit", "length"),
    [
        (Card("a", buttons=tuple(Button("b", ShowLead(n)) for n in range(7))), "button_list", 6, 7),
        (Card("a", checklist=Checklist("q", _options(21), SUBMITTING)), "checkbox.option_list", 20, 21),
        (Card("a", checklist=Checklist("长" * 400, _options(1), SUBMITTING)), "checkbox.question_key", 1024, 1200),
        (
            Card("a", checklist=Checklist("q", (Option("键" * 43, "x"),), SUBMITTING)),
            "checkbox.option_list[0].id",
            128,
            129,
        ),
        (
            Card("a", selects=tuple(Select(str(n), "t", _options(1)) for n in range(4)), submit=SUBMITTING),
            "select_list",
            3,
            4,
        ),
        (
            Card("a", selects=(Select("x", "t", _options(1)), Select("y", "t", _options(11))), submit=SUBMITTING),
            "select_list[1].option_list",
            10,
            11,
        ),
        (Card("a", links=tuple(Link("b", "https://x/") for _ in range(5))), "jump_list", 3, 4),
        (
            Card("a", checklist=Checklist("q", _options(1), SUBMITTING), buttons=(SUBMITTING,)),
            "buttons and links beside the choice",
            0,
            1,
        ),
    ],
)
def test_what_wecom_would_refuse_is_refused_with_field_limit_and_length(
    card: Card, field: str, limit: int, length: int
) -> None:
    with pytest.raises(TooLarge) as refused:
        render_wecom(card, task_id="t", pack=pack)
    assert (refused.value.field, refused.value.limit, refused.value.length) == (field, limit, length)


@pytest.mark.parametrize(
    ("card", "task_id", "field"),
    [
        (LEAD, "lead 1", "task_id"),
        (LEAD, "", "task_id"),
        (Card("a", links=(Link("b", "javascript:alert(1)"),)), "t", "card_action.url"),
        (Card("a", buttons=(SUBMITTING,), links=(Link("b", "ftp://x"),)), "t", "button_list[1].url"),
        (Card("a", buttons=(SUBMITTING, SUBMITTING)), "t", "button_list"),
        (Card("a", checklist=Checklist("q", (), SUBMITTING)), "t", "checkbox.option_list"),
        (
            Card("a", checklist=Checklist("q", (Option("1", "a"), Option("1", "b")), SUBMITTING)),
            "t",
            "checkbox.option_list",
        ),
        (Card("a", selects=(Select("x", "t", _options(1)),)), "t", "submit_button.key"),
        (Card("a", selects=(Select("x", "t", ()),), submit=SUBMITTING), "t", "select_list[0].option_list"),
    ],
)
def test_what_is_missing_doubled_or_no_address_is_refused(card: Card, task_id: str, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        render_wecom(card, task_id=task_id, pack=pack)
    assert refused.value.field == field


def test_a_task_id_and_a_key_may_be_as_long_as_wecom_allows_and_no_longer() -> None:
    payload = render_wecom(LEAD, task_id="t" * 128, pack=lambda act: f"{act.name}".ljust(1024, "x"))
    assert violations(payload) == []
    with pytest.raises(TooLarge, match="task_id: at most 128, has 129"):
        render_wecom(LEAD, task_id="t" * 129, pack=pack)
    with pytest.raises(TooLarge, match=r"button_list\[0\].key: at most 1024, has 1025"):
        render_wecom(LEAD, task_id="t", pack=lambda act: f"{act.name}".ljust(1025, "x"))


def test_no_refusal_repeats_what_the_card_says() -> None:
    with pytest.raises(LimitBroken) as refused:
        check_wecom({"card_type": "text_notice", "card_action": {"url": "13800001111"}, "main_title": {"title": "x"}})
    assert "13800001111" not in str(refused.value)
