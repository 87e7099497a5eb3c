"""What waits for a superior's answer does not go with him: whoever decides then is asked, with a card."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.company import Card, Company
from kit.invariants import assert_kept
from kit.office import follow_up
from kit.phones import ONE_ACCOUNT
from sqlalchemy import update

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.models import Deferral
from core.leads.recycling import Extension, Lapse, Recycling, RecyclingRule
from core.people.models import Person
from core.people.service import leave

RULES = Recycling(
    WorkingCalendar(),
    (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),),
    extension=Extension(Length(3, Unit.DAY), 1),
)


def carry_out(company: Company) -> None:
    while company.runtime.handing_over.round():
        pass
    company.settle()


def asked(company: Company) -> tuple[int, Card]:
    """A lead for which 李娜 is asked for more time, a day before it falls; and her card."""
    company.runtime.in_force.hold(replace(company.runtime.company, recycling=RULES))
    lead, before = company.lead(by="batu"), company.so_far
    company.clock.go(days=6)
    company.person("batu").say(f"延期 L{lead}")
    return lead, company.person("lina").heard_since(before).card


def test_handed_over_it_is_counted_and_goes_to_the_next_superior(company: Company) -> None:
    """Was: 线索 0 · 约好的联系 0, nobody got the question, and the lead fell."""
    lead, hers = asked(company)
    batu, zhao = company.person("batu"), company.person("zhaojianguo")
    order = zhao.say("离职交接 李娜 公海").card
    assert order.rows["待批的申请"] == "1个"
    before = company.so_far
    zhao.tap(order, "确认交接")
    carry_out(company)
    assert zhao.now(order).rows["待批的申请"] == "转出1"
    zhao.tap(zhao.now(order), "明细")
    assert zhao.now(order).rows["待批的申请"] == f"L{lead} 改由 赵建国 批"
    (card,) = [one for one in zhao.heard_since(before).cards if "申请延期" in one.title]
    assert (card.title, card.labels) == (hers.title, ["同意", "不同意", "详情"])
    assert batu.say(f"延期 L{lead}").text.startswith(f"L{lead} 已申请延期，等 赵* 批复")
    zhao.tap(card, "同意")
    company.clock.go(days=2)
    company.runtime.recycler.round()
    company.settle()
    assert company.owner(lead) == batu.actor.id
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


@ONE_ACCOUNT
@pytest.mark.parametrize("way", ["leaves", "is deleted"])
def test_it_goes_to_the_next_superior_however_he_leaves(company: Company, way: str) -> None:
    lead, _ = asked(company)
    before = company.so_far
    if way == "leaves":
        with company.runtime.store.unit(request_id="test") as unit:
            leave(unit, "lina")
    else:
        company.platform.office.dismiss("lina")
        follow_up(company)
    company.settle()
    zhao = company.person("zhaojianguo")
    (card,) = [one for one in zhao.heard_since(before).cards if "申请延期" in one.title]
    heard = company.so_far
    assert "已告诉 巴特尔·孟和" in zhao.tap(card, "同意").text
    assert company.person("batu").heard_since(heard).card.title == f"L{lead} 已延期"


def test_taken_back_the_open_question_comes_back(company: Company) -> None:
    lead, _ = asked(company)
    lina, zhao = company.person("lina"), company.person("zhaojianguo")
    order = zhao.say("离职交接 李娜 公海").card
    zhao.tap(order, "确认交接")
    carry_out(company)
    before = company.so_far
    zhao.tap(zhao.now(order), "撤销")
    zhao.tap(zhao.now(order), "退回并复职")
    carry_out(company)
    assert zhao.say("交接结果 H1").card.rows["待批的申请"] == "退回1个"
    (card,) = [one for one in lina.heard_since(before).cards if "申请延期" in one.title]
    assert "已告诉 巴特尔·孟和" in lina.tap(card, "同意").text
    assert f"L{lead}" in card.whole


def test_asked_again_it_goes_to_who_is_the_superior_now(company: Company) -> None:
    """A superior who changed without leaving: the first one answers no more, so the second is asked."""
    lead, _ = asked(company)
    company.clock.go(minutes=1)
    with company.runtime.store.database.write() as session:
        batu = session.get_one(Person, company.person("batu").actor.id)
        batu.superior_id = company.person("wangqiang").actor.id
    before = company.so_far
    assert "王" in company.person("batu").say(f"延期 L{lead}").text
    assert "申请延期" in company.person("wangqiang").heard_since(before).card.title
    assert "等 王* 批复" in company.person("batu").say(f"延期 L{lead}").text


def test_an_answer_that_came_first_is_told(company: Company) -> None:
    lead, _ = asked(company)
    zhao, lina = company.person("zhaojianguo"), company.person("lina").actor.id
    order = zhao.say("离职交接 李娜 公海").card
    zhao.tap(order, "确认交接")
    with company.runtime.store.database.write() as session:  # between the confirmation and its turn
        session.execute(update(Deferral).values(by_id=lina, until=company.clock() + timedelta(days=3)))
    carry_out(company)
    assert f"L{lead} 的延期申请 已答复，或不用再批" in zhao.now(order).whole
