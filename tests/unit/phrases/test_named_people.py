"""Colleagues behind an @: the longest name that stands there, dots aside; several; nobody; and what is no mention."""

import pytest

from bot.phrases.named_people import Somebody, named_people

PEOPLE = (
    Somebody(1, "李娜", "lina"),
    Somebody(2, "巴特尔·孟和", "batu"),
    Somebody(3, "巴特尔", "bate"),
    Somebody(4, "张伟", "zhangwei"),
    Somebody(5, "张伟", "zhangwei2"),
    Somebody(6, "李娜娜", "nana"),
    Somebody(7, "乌云·塔娜", "wuyun"),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@李娜 请确认利率", (1,)),
        ("请＠李娜确认", (1,)),
        ("@ 李娜，看一下", (1,)),
        ("@李娜娜 看一下", (6,)),
        ("@巴特尔孟和 好的", (2,)),
        ("@巴特尔·孟和好的", (2,)),
        ("@巴特尔 好的", (3,)),
        ("@乌云 看一下", (7,)),
        ("@LINA 看一下", (1,)),
        ("@zhangwei2", (5,)),
        ("@李娜 @乌云塔娜 @李娜 都看一下", (1, 7)),
        ("邮箱 a@b.com", ()),
        ("没有人", ()),
        ("@", ()),
        ("价格@", ()),
    ],
)
def test_who_is_named(text: str, wanted: tuple[int, ...]) -> None:
    named = named_people(text, PEOPLE)
    assert (named.people, named.several, named.unknown) == (wanted, (), ())


def test_several_of_one_name_and_nobody() -> None:
    named = named_people("@张伟 @王五，看一下", PEOPLE)
    assert [(name, [each.id for each in some]) for name, some in named.several] == [("张伟", [4, 5])]
    assert named.unknown == ("王五",)


def test_an_account_is_not_the_beginning_of_another() -> None:
    assert named_people("@linaX", PEOPLE).unknown == ("linaX",)
