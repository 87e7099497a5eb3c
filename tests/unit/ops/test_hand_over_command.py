"""`tuoling people hand-over` and `take-back`: the counts, what is done, and what is refused."""

from pathlib import Path

import pytest
from kit.company import SECRETS, Company
from kit.invariants import assert_kept

from bot.commands_handover import Where, hand_over, take_back
from bot.commands_people import mark_leaver
from bot.explain import Unready
from config.settings import Settings, load_settings
from core.handover.models import Aim


@pytest.fixture
def settings(company: Company, tmp_path: Path) -> Settings:
    """The company's settings, as a command at its terminal reads them."""
    url = company.runtime.settings.database_url
    given = {"TUOLING_ENV": "test", "TUOLING_DATABASE_URL": url, "TUOLING_VAR_DIR": str(tmp_path / "var")}
    return load_settings(SECRETS | given, env_file=None)


def test_the_counts_first_and_nothing_is_done(company: Company, settings: Settings) -> None:
    lead = company.lead(by="batu")
    said = list(hand_over(settings, "batu", Where(Aim.PERSON, "zhangsan"), yes=False))
    assert said[0] == "离职交接 巴特尔·孟和 → 张三"
    assert said[1:3] == ["  线索：1条", "  约好的联系：0个"]
    assert said[-1] == "什么也没有改。确认就运行：\n  tuoling people hand-over batu --to zhangsan --yes"
    assert company.owner(lead) == company.person("batu").actor.id
    assert company.person("batu").say("帮助").text


def test_done_told_and_taken_back(company: Company, settings: Settings) -> None:
    lead = company.lead(by="batu")
    batu, zhang = company.person("batu"), company.person("zhangsan")
    number, before = batu.actor.id, company.so_far
    said = list(hand_over(settings, "巴特尔孟和", Where(Aim.PERSON, "张三"), yes=True))
    assert "巴特尔·孟和 不能再用驼铃了，开始交接 H1。" in said
    assert "  线索（条）：转出 1，进公海 0，失效 0，留下 0，已变动 0" in said
    assert company.owner(lead) == zhang.actor.id
    company.settle()
    assert [card.title for card in zhang.heard_since(before).cards] == ["接手 巴特尔·孟和 的 1 条线索"]
    back = list(take_back(settings, 1, restore=True))
    assert back[0].startswith("巴特尔·孟和 恢复在职")
    assert "  线索（条）：退回 1，不动 0" in back
    assert company.owner(lead) == number
    assert batu.say("帮助").text
    company.settle()
    assert_kept(company.runtime.store)


def test_who_has_left_is_handed_over_too(company: Company, settings: Settings) -> None:
    lead = company.lead(by="batu")
    assert "tuoling people hand-over batu --to 接收人" in mark_leaver(settings, "batu")
    list(hand_over(settings, "batu", Where(Aim.POOL), yes=True))
    assert company.owner(lead) is None


REFUSED = [
    ("nobody", Where(Aim.POOL), "没有账号或姓名为 nobody 的人"),
    ("batu", Where(Aim.PERSON, "nobody"), "没有账号或姓名为 nobody 的在职的人"),
    ("batu", Where(Aim.PERSON, "batu"), "离职的人不能是接收人"),
    ("batu", Where(Aim.PERSON, "hejing"), "何静 的岗位不跟进客户"),
]


def test_what_is_refused(company: Company, settings: Settings) -> None:
    for who, where, why in REFUSED:
        with pytest.raises(Unready, match=why):
            list(hand_over(settings, who, where, yes=True))
    mark_leaver(settings, "wuyun")
    with pytest.raises(Unready, match="是唯一的管理员，请先让另一个人当管理员"):
        list(hand_over(settings, "mengke", Where(Aim.POOL), yes=True))
    with pytest.raises(Unready, match="H9"):
        list(take_back(settings, 9, restore=False))
    assert company.person("batu").say("帮助").text
