"""Short answers: giving up, and agreeing nothing."""

import pytest

from bot.phrases.answers import (
    agrees,
    agrees_nothing,
    calls_off,
    denies,
    gives_up,
    is_undecided,
    leaves_unchanged,
    nods,
)


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


@pytest.mark.parametrize("text", ["是", "是的", "对", "嗯嗯", "好的", "好", "可以", "没错！", "OK", "是，对的", "ｏｋ"])
def test_this_says_yes(text: str) -> None:
    assert agrees(text)
    assert not denies(text)


@pytest.mark.parametrize("text", ["不是", "不是的", "不对", "不", "错了", "不行"])
def test_this_says_no(text: str) -> None:
    assert denies(text)
    assert not agrees(text)


@pytest.mark.parametrize("text", ["", "是周五", "好像不行", "对了，周五", "不是周二", "明天10点"])
def test_this_says_neither(text: str) -> None:
    assert not agrees(text)
    assert not denies(text)


@pytest.mark.parametrize("text", ["不变", "不改", "照旧", "还是原来的", "按原来的", "就按原来", "不变。"])
def test_this_leaves_it_unchanged(text: str) -> None:
    assert leaves_unchanged(text)


@pytest.mark.parametrize("text", ["", "改到周五", "不变的话呢，周五", "变"])
def test_this_does_not_leave_it(text: str) -> None:
    assert not leaves_unchanged(text)


@pytest.mark.parametrize(
    "text",
    [
        "不约",
        "不用约",
        "不用再约了",
        "先不约",
        "取消约",
        "取消预约",
        "取消面谈",
        "面谈取消了",
        "不再联系",
        "以后不再联系",
        "不用联系了",
        "别再联系他",
        "不跟了",
        "客户说不用联系了",
        "客户没意向，不约了",
        "征信太花 不再联系",
        "不约，发了资料",
    ],
)
def test_this_calls_off(text: str) -> None:
    assert calls_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "约",
        "联系不上",
        "不约而同",
        "客户取消了贷款",
        "取消贷款",
        "没约",
        "不联系方案了解",
        "跟进",
        "无",
        "不想约太早",
    ],
)
def test_this_calls_nothing_off(text: str) -> None:
    assert not calls_off(text)


@pytest.mark.parametrize("text", ["👌", "👍👍", "👌🏻", "✅", "[OK]", "[强]"])
def test_this_nods(text: str) -> None:
    assert nods(text)


@pytest.mark.parametrize("text", ["", "😀", "👎", "👌明天10点", "[微笑]", "好"])
def test_this_does_not_nod(text: str) -> None:
    assert not nods(text)


@pytest.mark.parametrize(
    "text", ["不知道", "还没想好", "我也不清楚", "看情况", "再说吧", "到时候再说", "等他电话", "说不准"]
)
def test_this_is_undecided(text: str) -> None:
    assert is_undecided(text)


@pytest.mark.parametrize(
    "text", ["", "明天再说", "不知道他明天10点来不来", "等他电话，周五再打", "看情况，周五吧", "随便"]
)
def test_this_is_not(text: str) -> None:
    assert not is_undecided(text)
