"""`tuoling automation`: what rules did, and what one would do now."""

import shutil
from pathlib import Path

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.office import settings_of
from sqlalchemy import update

from bot.commands_automation import show_log, try_rule
from bot.explain import Unready
from core.people.models import Person, own_phone_place

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
        f"L{waits}：{deed}（没有在职的归属人，做不了）",
        f"最近 36500 天有变动的线索里，现在符合规则「{NAME}」的有 2 条。什么也没有改。",
    ]
    with pytest.raises(Unready, match=f"没有叫「高意向联系」的规则。是不是「{NAME}」？"):
        list(try_rule(settings, "高意向联系", 30))


OUTWARDS = """
rules:
  - name: 急用
    when: 标签变更
    if: '"高意向" in tags'
    do:
      - sms: 客户急用
      - webhook: https://a.example.com/x
      - tag: 大额
"""
SENDS = {
    "TUOLING_SMS_URL": "https://sms.example.com/send",
    "TUOLING_SMS_KEY": "the-key-of-the-sms-gateway-0123456789",
    "TUOLING_SMS_SIGN": "驼铃金服",
    "TUOLING_WEBHOOK_KEY": "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTAwMDE=",
    "TUOLING_WEBHOOK_HOSTS": "a.example.com",
}


def test_what_could_not_be_sent_is_said_before(company: Company, tmp_path: Path) -> None:
    folder = tmp_path / "company"
    shutil.copytree(company.runtime.settings.config_dir, folder)
    (folder / "automation.yaml").write_text(OUTWARDS, encoding="utf-8")
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"标签 L{lead} +高意向")

    def tried(**more: str) -> str:
        settings = settings_of(company, TUOLING_CONFIG_DIR=str(folder), **more)
        return next(iter(try_rule(settings, "急用", 36500)))

    sms, calls, tags = "发短信给归属人「客户急用」", "通知外部系统 https://a.example.com/x", "加标签 大额"
    not_allowed = "（还没有允许通知这个主机，做不了，会排着）"
    assert tried() == f"L{lead}：{sms}（短信没有开，做不了）；{calls}{not_allowed}；{tags}"
    assert tried(**SENDS) == f"L{lead}：{sms}（归属人没有登记手机号，做不了）；{calls}；{tags}"
    give_phone(company, batu.actor.id)
    assert tried(**SENDS) == f"L{lead}：{sms}；{calls}；{tags}"
    elsewhere = SENDS | {"TUOLING_WEBHOOK_HOSTS": "b.example.com"}
    assert tried(**elsewhere) == f"L{lead}：{sms}；{calls}{not_allowed}；{tags}"


def give_phone(company: Company, person_id: int) -> None:
    store = company.runtime.store
    sealed = store.vault.seal(own_phone_place(person_id), "13947100009")
    with store.database.write() as session:
        session.execute(update(Person).where(Person.id == person_id).values(phone=sealed))
