"""What may not be kept even sealed: and what only looks like it."""

import pytest

from bot.phrases.never_kept import never_kept


@pytest.mark.parametrize(
    "message",
    [
        "跟进 L1 4111111111111111",
        "跟进 L1 4111 1111 1111 1111",
        "跟进 1024 4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "卡４１１１１１１１１１１１１１１１",
        "跟进 L1 卡号6222021234567890123",  # its check digit is wrong, and yet it was called a card
        "卡号：6222 0212 3456",
        "卡号是622202123456",
    ],
)
def test_bank_cards(message: str) -> None:
    assert never_kept(message) == "bank_card"


@pytest.mark.parametrize(
    "message",
    [
        "跟进 L1109 13912345676 是他爱人的号",
        "跟进 1109 13912345676 是他爱人的号",
        "跟进 L1109 139 1234 5676",
        "录入 L1024 13800004006",
        "跟进 L1 6222021234567890123",  # wrong check digit: kept, and masked where it is shown
        "社保卡号110101199003070134",
        "卡号没给，电话13912345676",
        "领取 1024 1025 1026 1027",
    ],
)
def test_what_is_no_bank_card(message: str) -> None:
    assert never_kept(message) is None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("密码 abc123", "secret"),
        ("验证码123456", "secret"),
        ("忘了密码", None),
        ("录入 王小明 13800001111 银行卡密码是：8888", "secret"),
        ("录入 王小明 13800001111 CVV 123", "secret"),
        ("录入 王小明 13800001111 ｃｖｖ２：123", "secret"),
        ("银行卡密码是八八八八八八", "secret"),
        ("取款密码 1 2 3 4 5 6", "secret"),
        ("密 码 123456", "secret"),
        ("密.码：123456", "secret"),
        ("短信码 123456", "secret"),
        ("验 证 码 1-2-3-4-5-6", "secret"),
        ("密码12 34 56", "secret"),
        ("密码是六个八", "secret"),
        ("密码是6个8，记一下", "secret"),
        ("密码一二三四、五六", "secret"),
        ("密码：ａ１ｂ２ｃ３", "secret"),
        ("八八八八八八是密码", "secret"),
        ("1 2 3 4 5 6 是取款密码", "secret"),
        ("yzm 123456", "secret"),
        ("mima123456", "secret"),
        ("密码忘了", None),
        ("验证码没收到", None),
        ("征信报告编码 2026", None),
        ("客户忘了密码，改天再来", None),
        ("密码一直输错，约周三再来", None),
        ("验证码没收到，10点再试", None),
        ("密码错了三次，过五六天再办", None),
        ("让他自己改密码，三个五天的假", None),
        ("验证码十一月二十六日再发", None),
        ("手机银行密码锁了，三四个月没用", None),
        ("要一个密码箱，一九九五年的老房子", None),
        ("短信没收到，周五 5 点再发", None),
        ("安全码头 三号楼", None),
        ("身份证号码 150102199001011230", None),
        ("征信代码 0 0 1 2 的那份", None),
    ],
)
def test_secrets(message: str, kind: str | None) -> None:
    assert never_kept(message) == kind
