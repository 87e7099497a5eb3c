"""What may go into a group: aggregate numbers, and no word about a single customer."""

from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.any_boards import BOARDS
from kit.drawing import DEPARTMENTS, JAMS, KEY_FIGURES, PEOPLE, board

from core.groups.guard import GroupBoard, GroupText, PersonalData, refuse_personal
from core.groups.rules import Group, GroupKind, members_of
from core.people.policy import Actor, Role
from core.reports.results import (
    Board,
    Figure,
    KeyFigures,
    Measure,
)

STAFF = frozenset({"李娜", "巴特尔·孟和", "额尔敦巴雅尔·乌兰其木格"})

DIGITS = st.text("0123456789", min_size=8, max_size=8)
PHONES = st.builds(lambda head, tail: f"1{head}{tail}", st.sampled_from(["38", "59", "71", "86", "99"]), DIGITS)
PARTED = st.builds(
    lambda phone, gap: gap.join((phone[:3], phone[3:7], phone[7:])), PHONES, st.sampled_from(["", " ", "-", "  "])
)
ID_NUMBERS = st.sampled_from(["150102199001011234", "15010219900101123X", "150102 19900101 1234"])
CARDS = st.just("6222 0212 3456 7890 123")
LEADS = st.builds(lambda letter, number: f"{letter}{number}", st.sampled_from("LAla"), st.integers(1, 10**6))
FIRMS = st.just("91150100MA0N12345T")
PERSONAL = st.one_of(PARTED, ID_NUMBERS, CARDS, LEADS)


@given(BOARDS)
@settings(max_examples=300, deadline=None)
def test_what_boards_are_made_of_is_let_through_as_it_is(made: Board) -> None:
    assert GroupBoard(made, colleagues=STAFF).board == made


@given(BOARDS, PERSONAL, st.data())
@settings(max_examples=500, deadline=None)
def test_no_number_of_a_person_gets_into_a_group_wherever_it_stands_on_a_board(
    made: Board, personal: str, data: st.DataObject
) -> None:
    """A customer's phone, ID or card number, a lead's or an application's, put into any word of any board."""
    places = list(_texts(made))
    where = data.draw(st.sampled_from(places))
    around = data.draw(st.sampled_from(["{}", "客户{}", "{}的贷款", "王强 {}", "联系（{}）"]))
    with pytest.raises(PersonalData) as refused:
        GroupBoard(_with(made, where, around.format(personal)), names=data.draw(st.booleans()))
    assert personal not in str(refused.value)


@given(BOARDS, st.sampled_from(sorted(STAFF)), st.data())
@settings(max_examples=200, deadline=None)
def test_no_colleagues_name_gets_into_a_group_that_is_to_have_none(made: Board, name: str, data: st.DataObject) -> None:
    named = _with(made, data.draw(st.sampled_from(list(_texts(made)))), name)
    with pytest.raises(PersonalData):
        GroupBoard(named, colleagues=STAFF)
    assert GroupBoard(named, names=True, colleagues=STAFF).board == named


def test_a_board_about_people_needs_leave() -> None:
    with pytest.raises(PersonalData, match="people"):
        GroupBoard(board(PEOPLE))
    assert GroupBoard(board(PEOPLE), names=True).board.content == PEOPLE
    assert GroupBoard(board(DEPARTMENTS)).board.content == DEPARTMENTS


def test_the_people_of_a_jam_are_left_out() -> None:
    assert GroupBoard(board(JAMS)).board.content == replace(JAMS, people=())
    assert GroupBoard(board(JAMS), names=True).board.content == JAMS


@pytest.mark.parametrize("content", [None, {"phone": 1}, [KEY_FIGURES], "13947100001", object()])
def test_what_is_no_content_of_a_board_is_refused(content: Any) -> None:
    with pytest.raises(PersonalData):
        GroupBoard(board(content))
    with pytest.raises(PersonalData):
        GroupBoard(content)


def test_what_a_board_does_not_consist_of_is_refused() -> None:
    with pytest.raises(PersonalData):
        GroupBoard(board(KeyFigures((Figure(1, "新增", Measure.COUNT, {"name": "王强"}),))))  # type: ignore[arg-type]

    class Worse(KeyFigures):
        """One that carries more."""

    with pytest.raises(PersonalData):
        GroupBoard(board(Worse(KEY_FIGURES.figures)))


def test_a_checked_value_stays_as_it_was_checked() -> None:
    text = GroupText("放款 3 笔")
    with pytest.raises(FrozenInstanceError):
        text.text = "13947100001"  # type: ignore[misc]
    with pytest.raises(PersonalData):
        replace(text, text="13947100001")


@given(PERSONAL, st.sampled_from(["{}", "客户 {} 已放款", "第一行\n{}\n第三行", "**{}**"]))
@settings(max_examples=300, deadline=None)
def test_no_number_of_a_person_gets_into_a_groups_text(personal: str, around: str) -> None:
    with pytest.raises(PersonalData):
        GroupText(around.format(personal))


@pytest.mark.parametrize("firm", ["91150100MA0N12345T", "91150100MA0N123459"])
def test_a_firm_is_known_by_its_credit_code(firm: str) -> None:
    right = [f"{firm[:17]}{last}" for last in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
    refused = []
    for code in right:
        try:
            refuse_personal(f"企业 {code}", "text")
        except PersonalData:
            refused.append(code)
    assert len(refused) == 1


@pytest.mark.parametrize(
    "text",
    [
        "日报 11月24日（周二）截至 18:05",
        "新增线索 128 条，比昨天 +32；放款 1,380,000.00 元",
        "1. 呼和浩特/一部 50 万元\n2. 包头 38 万元\n3. 二部 0 元",
        "漏斗：线索 1280 → 进件 203 → 放款 96，转化 7.5%",
        "2026-11-01 至 2026-11-24",
        "LPR 3.0，A 类渠道，AA12，T+1",
        "平均 1.5 天，最长 13 天",
    ],
)
def test_what_boards_say_is_let_through(text: str) -> None:
    assert GroupText(text).text == text


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_nothing_in_a_groups_text_mentions_anybody(text: str) -> None:
    try:
        said = GroupText(f"<@all>{text}@所有人").text
    except PersonalData:
        return
    assert not set(said) & set("<>@")


def test_who_belongs_to_a_chat() -> None:
    def one(number: int, account: str, department: str, *roles: Role) -> Actor:
        return Actor(number, account, department, frozenset(roles), userid=account, account=account)

    staff = [
        one(1, "boss", "总部", Role.MANAGER),
        one(2, "lina", "呼和浩特/一部", Role.MANAGER, Role.OFFICER),
        one(3, "batu", "呼和浩特/一部", Role.OFFICER),
        one(4, "wulei", "包头/一部", Role.OFFICER),
        replace(one(5, "ding", "呼和浩特", Role.MANAGER), userid=""),
    ]
    chat = Group("g", "群", GroupKind.APP_CHAT, owner="boss")
    assert members_of(chat, staff) == {"boss"}
    assert members_of(replace(chat, people=("wulei",)), staff) == {"boss", "wulei"}
    assert members_of(replace(chat, roles=(Role.MANAGER,)), staff) == {"boss", "lina"}
    assert members_of(replace(chat, departments=("呼和浩特",)), staff) == {"boss", "lina", "batu"}
    assert members_of(replace(chat, departments=("呼和浩特",), roles=(Role.OFFICER,)), staff) == {
        "boss",
        "lina",
        "batu",
    }
    assert members_of(replace(chat, departments=("呼",)), staff) == {"boss"}
    assert members_of(replace(chat, everybody=True), staff) == {"boss", "lina", "batu", "wulei"}


def _texts(node: Any, path: tuple[Any, ...] = ()) -> Any:
    """Where a text stands in it."""
    if type(node) is str:
        yield path
    elif is_dataclass(node):
        for each in fields(node):
            yield from _texts(getattr(node, each.name), (*path, each.name))
    elif isinstance(node, tuple):
        for number, item in enumerate(node):
            yield from _texts(item, (*path, number))


def _with(node: Any, path: tuple[Any, ...], text: str) -> Any:
    if not path:
        return text
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        return (*node[:first], _with(node[first], rest, text), *node[first + 1 :])
    return replace(node, **{first: _with(getattr(node, first), rest, text)})


def test_the_places_of_a_board_are_all_found() -> None:
    assert len(list(_texts(board(JAMS, only="抖音")))) == 5
    assert Decimal(1) not in list(_texts(board(JAMS)))
