"""The words of short messages: what they say, and that each fits into one."""

from datetime import UTC, datetime, timedelta

import pytest

from cards.texts.automation import sms_by_rule
from cards.texts.deadlines import SMS_CHARS, sms
from config.automationfile import LONGEST_SMS
from core.loans.task_deadlines import TaskDeadline

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def task(number: int = 88, *, due: datetime = NOW, decides: bool = True) -> TaskDeadline:
    return TaskDeadline(number, 203, "初审", 7, due, "house", 50_000_000, decides)


@pytest.mark.parametrize(
    ("about", "on", "said"),
    [
        (task(), "wecom", "您有一件进件审批已超时，请在企业微信里处理（T88）"),
        (task(decides=False), "dingtalk", "您有一件进件待办已超时，请在钉钉里处理（T88）"),
        (task(due=NOW + timedelta(hours=2)), "wecom", "您有一件进件审批快到期了，请在企业微信里处理（T88）"),
        (task(), None, "您有一件进件审批已超时，请处理（T88）"),
    ],
)
def test_it_says_what_waits_and_where_and_nothing_of_whom(about: TaskDeadline, on: str | None, said: str) -> None:
    assert sms("青城助贷", about, NOW, on) == f"【青城助贷】驼铃：{said}"


def test_the_longest_fits_into_one() -> None:
    longest = sms("签" * 16, task(2**63 - 1, due=NOW + timedelta(1)), NOW, "wecom")
    assert len(longest) <= SMS_CHARS
    assert len(sms_by_rule("签" * 16, 99_999_999, "字" * LONGEST_SMS)) <= SMS_CHARS
