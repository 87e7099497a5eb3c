"""`tuoling automation`: what rules did, and what one would do now."""

import pytest
from kit.company import ON_ONE_DATABASE, Company

from bot.commands_automation import show_log, try_rule
from bot.explain import Unready

pytestmark = ON_ONE_DATABASE
NAME = "高意向马上联系"


def test_what_was_done_stands_in_the_log(company: Company) -> None:
    settings = company.runtime.settings
    assert list(show_log(settings)) == ["自动化还没有做过什么。"]
    lead = company.lead(by="batu")
    company.person("batu").say(f"标签 L{lead} +高意向")
    (line,) = show_log(settings, NAME)
    assert line.endswith(f"  {NAME}  L{lead}  标签变更  建跟进任务 F1")
    assert list(show_log(settings, "别的")) == ["规则「别的」还没有做过什么。"]


def test_a_rule_is_tried(company: Company) -> None:
    settings = company.runtime.settings
    lead, waits = company.lead(by="batu"), company.lead(phone="13947100002")
    company.person("batu").say(f"标签 L{lead} +高意向")
    company.person("wuyun").say(f"标签 L{waits} +高意向")
    deed = "建跟进任务「客户是高意向，请尽快联系」，4工作小时内"
    assert list(try_rule(settings, NAME, 36500)) == [
        f"L{lead}：{deed}",
        f"L{waits}：{deed}（没有归属人，做不了）",
        f"最近 36500 天有变动的线索里，现在符合规则「{NAME}」的有 2 条。什么也没有改。",
    ]
    with pytest.raises(Unready, match=f"没有叫「高意向联系」的规则。是不是「{NAME}」？"):
        list(try_rule(settings, "高意向联系", 30))
