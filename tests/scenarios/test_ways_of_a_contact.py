"""跟进方式: by what a contact was made, tapped or typed, and seen in the lead's history."""

import pytest
from kit.company import Colleague, Company
from sqlalchemy import select

from core.leads.models import FollowUp


@pytest.fixture
def batu(company: Company) -> Colleague:
    company.lead(by="batu")
    return company.person("batu")


def ways(company: Company) -> list[str | None]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(FollowUp.way).order_by(FollowUp.at, FollowUp.id)))


def test_typed_at_the_beginning(company: Company, batu: Colleague) -> None:
    assert batu.say("跟进 L1 电话：没人接").text.startswith("已记录 L1 的跟进（电话），未约下次联系。")
    assert ways(company) == ["phone"]
    assert "11-24 巴特尔·孟和 电话：没人接" in batu.say("L1").card.whole


def test_tapped_before_the_content(company: Company, batu: Colleague) -> None:
    asked = batu.tap(batu.say("L1").card, "写跟进").card
    assert asked.labels == ["电话", "微信", "面谈", "短信", "其他", "详情"]
    batu.tap(asked, "面谈")
    assert batu.now(asked).rows["方式"] == "面谈"
    assert batu.say("看了房本").text.startswith("已记录 L1 的跟进（面谈）")
    assert ways(company) == ["meeting"]
    assert batu.now(asked).title == "L1 刘志强", "the question is answered"


def test_tapped_after_the_content(company: Company, batu: Colleague) -> None:
    asked = batu.tap(batu.say("L1").card, "写跟进").card
    company.clock.go(minutes=1)
    batu.say("意向强")
    assert ways(company) == [None]
    assert "这次是怎么联系的？" in batu.now(asked).whole
    assert batu.tap(batu.now(asked), "微信").text == "已记为微信跟进。"
    assert ways(company) == ["wechat"]
    assert "巴特尔·孟和 微信：意向强" in batu.say("L1").card.whole


def test_tapped_much_later_is_about_the_next_contact(company: Company, batu: Colleague) -> None:
    asked = batu.tap(batu.say("L1").card, "写跟进").card
    company.clock.go(minutes=1)
    batu.say("意向强")
    company.clock.go(hours=2)
    batu.tap(batu.now(asked), "电话")
    assert ways(company) == [None]
    company.clock.go(minutes=1)
    batu.say("资料不齐")
    assert ways(company) == [None, "phone"]


def test_a_lead_that_went_elsewhere_gets_none(company: Company, batu: Colleague) -> None:
    asked = batu.tap(batu.say("L1").card, "写跟进").card
    company.person("lina").phone.say("转移 L1 张三")
    batu.tap(asked, "电话")
    company.settle()
    assert ways(company) == []
    assert "13947100001" not in batu.now(asked).whole
