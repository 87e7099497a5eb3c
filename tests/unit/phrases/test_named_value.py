"""What stands behind a name that words begin with."""

import pytest

from bot.phrases.named_value import named_value, partly_named_value

NAMES = ("初审", "初审会签", "期限", "房产所在地")
SAID = {
    "期限 3年": ("期限", "3年"),
    "期限改为3年": ("期限", "3年"),
    "期限 改成 36": ("期限", "36"),
    "期限：36": ("期限", "36"),
    "期限是三年": ("期限", "三年"),
    "期限为36": ("期限", "36"),
    "期限 是": ("期限", "是"),
    "期限": ("期限", ""),
    "初审会签 李娜": ("初审会签", "李娜"),
    "初审 李娜": ("初审", "李娜"),
    "房产所在地 成都": ("房产所在地", "成都"),
    "房产所在地 为民路": ("房产所在地", "为民路"),
    "金额 3万": None,
}


@pytest.mark.parametrize(("said", "found"), SAID.items())
def test_a_name_and_the_value_behind_it(said: str, found: tuple[str, str] | None) -> None:
    assert named_value(said, NAMES, str) == found


LABELS = ("申请金额", "期限", "用途", "用途说明", "还款方式", "每月还款")
PARTLY = {
    "金额 60万": ("申请金额", "60万"),
    "金额60万": ("申请金额", "60万"),
    "金额改成60万": ("申请金额", "60万"),
    "说明 装修": ("用途说明", "装修"),
    "用途 装修": ("用途", "装修"),
    "还款 先息后本": None,
    "还款方式 先息后本": ("还款方式", "先息后本"),
    "利率 5%": None,
    "额 60万": None,
}


@pytest.mark.parametrize(("said", "found"), PARTLY.items())
def test_a_part_of_one_name_is_enough(said: str, found: tuple[str, str] | None) -> None:
    assert partly_named_value(said, LABELS, str) == found
