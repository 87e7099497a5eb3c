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
    ],
)
def test_secrets(message: str, kind: str | None) -> None:
    assert never_kept(message) == kind
