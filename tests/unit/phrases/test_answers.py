"""Short answers: giving up, and agreeing nothing."""

import pytest

from bot.phrases.answers import agrees_nothing, gives_up


@pytest.mark.parametrize(
    "text",
    ["取消", "取消吧", "先取消", "算了", "算了，不写了。", "还是算了吧", "不释放了", "点错了", "手滑了！", "保留"],
)
def test_this_gives_up(text: str) -> None:
    assert gives_up(text)


@pytest.mark.parametrize(
    "text",
    ["", "客户取消了预约", "取消贷款", "不要贷款了", "联系不上", "算了一下利率", "保留意见", "退出市场", "算了算月供"],
)
def test_this_is_content_or_a_reason(text: str) -> None:
    assert not gives_up(text)


@pytest.mark.parametrize(
    "text", ["不约", "不约。", "没约", "暂时不约", "先不约了", "不用", "不用了", "没有", "无", "待定", "不定"]
)
def test_this_agrees_nothing(text: str) -> None:
    assert agrees_nothing(text)


@pytest.mark.parametrize("text", ["", "约", "明天10点", "不约明天约后天", "没有时间，下周", "好的", "无法接通"])
def test_this_does_not(text: str) -> None:
    assert not agrees_nothing(text)
