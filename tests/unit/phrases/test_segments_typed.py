"""Segments as people type them: every order, every spelling; what is no word of it is named."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases.segments import NotUnderstood, Understood, read_segment
from cards.texts import segment_said
from core.leads.segments import DueWhen, Segment, to_token
from core.leads.tags import Grade, Tag, Tagging

TAGGING = Tagging(
    grades=(Grade("A", "重点", ("优质",)), Grade("B"), Grade("C")),
    tags=(Tag("高意向", ("意向高",), group="意向"), Tag("冷", group="意向"), Tag("急用"), Tag("90后")),
)
WAN = 1_000_000

READ = [
    ("", Segment()),
    ("A", Segment(("A",))),
    ("a级 B", Segment(("A", "B"))),
    ("重点客户", Segment(("A",))),
    ("未评级", Segment(("",))),
    ("高意向", Segment(tags=("高意向",))),
    ("意向高，急用", Segment(tags=("高意向", "急用"))),
    ("90后", Segment(tags=("90后",))),
    ("非冷", Segment(without=("冷",))),
    ("-冷 急用", Segment(tags=("急用",), without=("冷",))),
    ("房抵", Segment(products=("house",))),
    ("房抵贷 车抵", Segment(products=("house", "car"))),
    ("经营贷", Segment(products=("business",))),
    ("包头", Segment(regions=("1502",))),
    ("呼和浩特新城区", Segment(regions=("150102",))),
    ("呼市的", Segment(regions=("1501",))),
    ("内蒙古", Segment(regions=("15",))),
    ("50万以上", Segment(least_fen=50 * WAN)),
    ("50w起", Segment(least_fen=50 * WAN)),
    ("超过100万", Segment(least_fen=100 * WAN)),
    ("≥ 50 万", Segment(least_fen=50 * WAN)),
    ("300000元以上", Segment(least_fen=30 * WAN)),
    ("30万以下", Segment(most_fen=30 * WAN)),
    ("50-80万", Segment(least_fen=50 * WAN, most_fen=80 * WAN)),
    ("50万到1.5亿", Segment(least_fen=50 * WAN, most_fen=15_000 * WAN)),
    ("3天未跟进", Segment(idle=3)),
    ("三天没跟进", Segment(idle=3)),
    ("15天没联系过", Segment(idle=15)),
    ("两周没有跟进", Segment(idle=14)),
    ("半个月没联系", Segment(idle=15)),
    ("7天以上未联系", Segment(idle=7)),
    ("从未跟进", Segment(never=True)),
    ("没跟进过", Segment(never=True)),
    ("今天到期", Segment(due=DueWhen.TODAY)),
    ("今天要联系的", Segment(due=DueWhen.TODAY)),
    ("明天到期", Segment(due=DueWhen.TOMORROW)),
    ("逾期", Segment(due=DueWhen.LATE)),
    ("到期", Segment(due=DueWhen.BY_TODAY)),
    ("未约", Segment(due=DueWhen.NEVER)),
    ("部门 A", Segment(("A",), team=True)),
    ("A高意向3天未跟进", Segment(("A",), ("高意向",), idle=3)),
    ("房抵50万以上包头今天到期", Segment((), (), (), ("house",), ("1502",), 50 * WAN, due=DueWhen.TODAY)),
    ("Ａ　高意向，３天未跟进", Segment(("A",), ("高意向",), idle=3)),
]


@pytest.mark.parametrize(("typed", "segment"), READ, ids=[typed for typed, _ in READ])
def test_what_is_typed_is_understood(typed: str, segment: Segment) -> None:
    assert read_segment(typed, TAGGING) == Understood(segment)


def test_in_any_order() -> None:
    words = ("A", "高意向", "3天未跟进", "房抵", "50万以上", "包头")
    first = read_segment(" ".join(words), TAGGING)
    assert isinstance(first, Understood)
    assert all(read_segment(" ".join(each), TAGGING) == first for each in permutations(words))


@pytest.mark.parametrize(
    ("typed", "page"), [("2", 2), ("A 2", 2), ("第3页", 3), ("A 高意向 第 3 页", 3), ("3天未跟进 2", 2)]
)
def test_a_page_at_the_end(typed: str, page: int) -> None:
    found = read_segment(typed, TAGGING)
    assert isinstance(found, Understood)
    assert found.page == page


UNKNOWN = [
    ("A 高意问", "高意问", "高意向", "A 高意向"),
    ("房低 A", "房低", "房抵", "房抵 A"),
    ("A 包头是", "是", "", ""),
    ("50万", "50万", "50万以上", "50万以上"),
    ("今天天气", "天气", "", ""),
    ("Z", "Z", "", ""),
]


@pytest.mark.parametrize(("typed", "word", "nearest", "whole"), UNKNOWN)
def test_what_is_no_word_of_it_is_named(typed: str, word: str, nearest: str, whole: str) -> None:
    assert read_segment(typed, TAGGING) == NotUnderstood(word, nearest, whole)


segments = st.builds(
    Segment,
    grades=st.lists(st.sampled_from(["A", "B", "C", ""]), max_size=3, unique=True).map(tuple),
    tags=st.lists(st.sampled_from(["高意向", "急用"]), max_size=2, unique=True).map(tuple),
    without=st.lists(st.sampled_from(["冷", "90后"]), max_size=2, unique=True).map(tuple),
    products=st.lists(st.sampled_from(["house", "car", "credit", "business"]), max_size=2, unique=True).map(tuple),
    regions=st.lists(st.sampled_from(["1502", "150102"]), max_size=2, unique=True).map(tuple),
    least_fen=st.sampled_from([None, 30 * WAN, 123_400]),
    most_fen=st.sampled_from([None, 80 * WAN]),
    idle=st.sampled_from([None, 1, 3, 365]),
    never=st.booleans(),
    due=st.sampled_from([None, *DueWhen]),
    department=st.sampled_from(["", "呼和浩特/一部", "总部/综合部"]),
).map(lambda segment: replace(segment, team=bool(segment.department)))
DEPARTMENTS = ("呼和浩特", "呼和浩特/一部", "呼和浩特/一部/一部", "包头/一部", "总部/综合部", "长" * 61)


@given(segment=segments)
def test_what_is_said_of_a_segment_can_be_typed_again(segment: Segment) -> None:
    said = segment_said(segment)
    assert read_segment("" if said == "全部" else said, TAGGING, DEPARTMENTS) == Understood(segment)
    assert len(to_token(segment)) < 700, "it must fit into a button"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("综合部", "总部/综合部"),
        ("总部 综合部", "总部/综合部"),
        ("综合部的A", "总部/综合部"),
        ("包头一部", "包头/一部"),
        ("呼和浩特/一部", "呼和浩特/一部"),
        ("一部 一部", "呼和浩特/一部/一部"),
        ("长" * 61, ""),
        ("综合部 包头一部", ""),
    ],
)
def test_a_department_by_its_name_and_those_above_it(typed: str, path: str) -> None:
    found = read_segment(typed, TAGGING, DEPARTMENTS)
    assert (found.segment.department if isinstance(found, Understood) else "") == path


def test_several_departments_of_one_name_are_all_named() -> None:
    found = read_segment("A 一部 B", TAGGING, DEPARTMENTS)
    assert found == NotUnderstood("一部", "包头/一部", "A 包头/一部 B", ("包头/一部", "呼和浩特/一部"))


@given(text=st.text(max_size=60))
def test_anything_is_answered(text: str) -> None:
    assert isinstance(read_segment(text, TAGGING), Understood | NotUnderstood)
