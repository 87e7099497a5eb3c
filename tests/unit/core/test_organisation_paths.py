"""Departments of the platform as paths of ours, and members' names, whatever the platform leaves out."""

import pytest

from core.people.organisation import LONGEST_PATH, Bureau, member_name, paths_of

TREE = (Bureau(1, "青城", 0), Bureau(2, "呼和浩特", 1), Bureau(5, "一部", 2), Bureau(9, "包头", 1))


def test_the_company_itself_begins_no_path() -> None:
    assert paths_of(TREE, {}) == {1: "青城", 2: "呼和浩特", 5: "呼和浩特/一部", 9: "包头"}


def test_the_order_of_the_answer_does_not_matter() -> None:
    assert paths_of(reversed(TREE), {}) == paths_of(TREE, {})


def test_under_a_department_that_is_not_seen_the_known_path_goes_on() -> None:
    assert paths_of([Bureau(5, "一部", 2)], {2: "呼市"}) == {5: "呼市/一部"}
    assert paths_of([Bureau(5, "一部", 2)], {}) == {5: "一部"}
    assert paths_of([Bureau(5, "一部", 1)], {1: "青城"}) == {5: "一部"}


def test_what_was_not_said_stays_as_it_is_known() -> None:
    known = {5: "呼和浩特/一部"}
    assert paths_of([Bureau(5, None, 2)], {**known, 2: "呼和浩特"}) == {5: "呼和浩特/一部"}
    assert paths_of([Bureau(5, "直营部", None)], known) == {5: "呼和浩特/直营部"}
    assert paths_of([Bureau(5, "", None)], known) == known
    assert paths_of([Bureau(5, None, None)], {}) == {5: "5"}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("一部/二部", "一部-二部"),
        ("Ａ部", "A部"),
        (" 一 部 ", "一 部"),
        ("房抵|车抵", "房抵-车抵"),
        ("一\u200b部", "一部"),
        ("一\x07部", "7"),
    ],
)
def test_a_name_is_one_part_of_a_path(name: str, part: str) -> None:
    assert paths_of([Bureau(7, name, 1)], {}) == {7: part}


def test_two_that_would_be_one_are_told_apart_by_their_number() -> None:
    bureaus = [Bureau(1, "青城", 0), Bureau(3, "青城", 1), Bureau(4, "A/B", 1), Bureau(6, "A-B", 1), Bureau(8, "甲", 6)]
    assert paths_of(bureaus, {}) == {1: "青城", 3: "青城(3)", 4: "A-B", 6: "A-B(6)", 8: "A-B(6)/甲"}


def test_a_part_read_alone_never_takes_another_ones_path() -> None:
    assert paths_of([Bureau(5, "二部", 2)], {2: "呼和浩特", 6: "呼和浩特/二部"}) == {5: "呼和浩特/二部(5)"}


def test_a_name_that_is_another_ones_mark_takes_no_path_twice() -> None:
    bureaus = [Bureau(12, "三部", 2), Bureau(13, "三部(14)", 2), Bureau(14, "三部 ", 2)]
    own = {12: "呼和浩特/三部", 13: "呼和浩特/三部(14)", 14: "呼和浩特/三部(14-2)"}
    assert paths_of(bureaus, {2: "呼和浩特"}) == own
    assert paths_of(bureaus, {2: "呼和浩特", **own}) == own, "said again, nothing moves"
    assert paths_of(bureaus[2:], {2: "呼和浩特", **own}) == {14: own[14]}


def test_a_long_path_that_was_cut_is_nobody_elses() -> None:
    long = "长" * (LONGEST_PATH - 4)
    paths = paths_of([Bureau(7, "甲" * 60, 3), Bureau(8, "乙", 3)], {3: long, 9: f"{long[:-1]}(7)", 10: f"{long}/乙"})
    assert len({*paths.values(), f"{long[:-1]}(7)", f"{long}/乙"}) == 4
    assert max(map(len, paths.values())) <= LONGEST_PATH


def test_a_circle_of_departments_ends() -> None:
    assert set(paths_of([Bureau(5, "甲", 6), Bureau(6, "乙", 5)], {})) == {5, 6}


def test_a_path_is_never_too_long_for_its_column() -> None:
    deep = [Bureau(number, "深" * 60, number - 1 if number > 2 else 1) for number in range(2, 9)]
    paths = paths_of(deep, {})
    assert max(map(len, paths.values())) <= LONGEST_PATH
    assert len(set(paths.values())) == len(deep)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("巴特尔。孟和", "巴特尔。孟和"),
        (" 巴特尔•孟和 ", "巴特尔·孟和"),
        ("batu", None),
        ("BATU", None),
        ("", None),
        (None, None),
        ("\u200b", None),
        ("巴\x00图", None),
        ("长" * 70, "长" * 60),
    ],
)
def test_no_name_and_an_account_in_its_place_are_none(said: str | None, kept: str | None) -> None:
    assert member_name(said, "batu") == kept
