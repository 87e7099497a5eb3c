"""Where what comes is to come, as people say it; and what only looks like it."""

import pytest

from bot.phrases.where_to import AUTOMATIC, says_where, where_to


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("发到 钉钉", "dingtalk"),
        ("钉钉", "dingtalk"),
        ("提醒 钉钉", "dingtalk"),
        ("把提醒发到企业微信里", "wecom"),
        ("消息都发企微", "wecom"),
        ("只用 微信", "wecom"),
        ("发到 自动", AUTOMATIC),
        ("自动", AUTOMATIC),
        ("发到最近用的那一边。", AUTOMATIC),
    ],
)
def test_behind_the_word(said: str, channel: str) -> None:
    assert where_to(said) == channel


@pytest.mark.parametrize("said", ["", "早报 关", "钉钉 关", "发到 李娜", "发到钉钉群", "免打扰 21:00-8:00"])
def test_what_is_set_otherwise(said: str) -> None:
    assert where_to(said) is None


@pytest.mark.parametrize(
    "message",
    ["设置发到 自动", "设置钉钉", "提醒设置发到钉钉", "发到 钉钉", "发到企业微信", "提醒发到微信", "把消息都发到钉钉"],
)
def test_by_itself(message: str) -> None:
    assert says_where(message)


@pytest.mark.parametrize(
    "message",
    ["钉钉", "自动", "发到微信", "资料发到微信", "发到钉钉群", "客户说发到钉钉", "提醒钉钉", "用钉钉", "设置"],
)
def test_what_may_be_a_note_is_left(message: str) -> None:
    assert not says_where(message)
