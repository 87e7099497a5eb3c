"""By what a contact was made, from the beginning of the text: only what has been, and never a plan."""

import pytest

from bot.phrases.ways import read_way
from core.leads.ways import Way


@pytest.mark.parametrize(
    ("said", "way", "kept"),
    [
        ("电话：没人接", Way.PHONE, "没人接"),
        ("电话 没人接", Way.PHONE, "没人接"),
        ("【微信】发了资料", Way.WECHAT, "发了资料"),
        ("微信，客户要考虑", Way.WECHAT, "客户要考虑"),
        ("面谈: 看了房本", Way.MEETING, "看了房本"),
        ("见面 聊了一小时", Way.MEETING, "聊了一小时"),
        ("短信：已发地址", Way.SMS, "已发地址"),
        ("其他：朋友转告", Way.OTHER, "朋友转告"),
        ("打了电话，明天10点面谈", Way.PHONE, "打了电话，明天10点面谈"),
        ("刚打完电话没人接", Way.PHONE, "刚打完电话没人接"),
        ("刚打过电话没人接", Way.PHONE, "刚打过电话没人接"),
        ("电话没打通", Way.PHONE, "电话没打通"),
        ("致电客户，意向强", Way.PHONE, "致电客户，意向强"),
        ("加上微信了", Way.WECHAT, "加上微信了"),
        ("微信聊了额度", Way.WECHAT, "微信聊了额度"),
        ("面谈了，材料齐", Way.MEETING, "面谈了，材料齐"),
        ("今天见了客户一面", Way.MEETING, "今天见了客户一面"),
        ("上门了，客户不在", Way.MEETING, "上门了，客户不在"),
        ("发了条短信", Way.SMS, "发了条短信"),
    ],
)
def test_a_way_is_understood(said: str, way: Way | None, kept: str) -> None:
    assert read_way(said) == (way, kept)


@pytest.mark.parametrize(
    "said",
    [
        "意向强，明天10点面谈",
        "面谈 明天10点",
        "面谈：约在周三",
        "电话 13947100001",
        "电话：明天下午3点",
        "电话号码换了",
        "电话约在周三",
        "微信号是 wx123",
        "加微信号 wx123",
        "面谈时间定在明天",
        "面谈改到下周",
        "见面约明天",
        "上门约在后天",
        "明天打电话",
        "没打电话",
        "电话",
        "",
    ],
)
def test_what_names_no_way_stays_whole(said: str) -> None:
    assert read_way(said) == (None, said)
