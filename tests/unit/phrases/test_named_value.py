"""What stands behind a name that words begin with."""

import pytest

from bot.phrases.named_value import named_value

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
