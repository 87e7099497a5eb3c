"""我的客户 with words and 部门客户, as people meet them."""

from dataclasses import replace

import pytest
from kit.company import Company
from kit.phones import PARTS

from core.leads.tags import Tag, Tagging


@pytest.fixture(autouse=True)
def leads(company: Company) -> None:
    """Seven of 巴特尔's and one of 张三's, and one that waits."""
    tagging = Tagging(tags=(Tag("高意向", group="意向"), Tag("冷", group="意向"), Tag("急用")))
    company.runtime.in_force.hold(replace(company.runtime.company, tagging=tagging))
    batu = company.person("batu")
    for place in range(7):
        company.lead(phone=f"1394710000{place}", by="batu", product="house" if place < 6 else "car")
    company.lead(phone="13947100008", by="zhangsan", region="150202")
    company.lead(phone="13947100009")
    batu.say("等级 L1-L6 A")
    batu.say("标签 L1-L5 高意向")
    company.person("zhangsan").say("等级 L8 A")


@PARTS
def test_own_leads_by_words(company: Company) -> None:
    batu = company.person("batu")
    card = batu.say("我的客户 A 高意向").card
    assert card.title == "我的客户"
    assert "共5位 · A级 高意向" in card.whole
    assert set(card.rows) == {"L1", "L2", "L3", "L4", "L5"}
    assert "关怀 A级 高意向：" in card.whole
    assert batu.say("我的客户 车抵").card.rows.keys() == {"L7"}
    assert "没有符合的" in batu.say("我的客户 包头").card.whole, "who has it does not matter to others"
    assert batu.say("我的客户").card.labels[-1] == "下一页", "without words it is as it was"


def test_days_without_a_follow_up(company: Company) -> None:
    batu = company.person("batu")
    assert "没有符合的" in batu.say("我的客户 A 3天未跟进").card.whole
    company.clock.go(days=3)
    batu.say("跟进 L2 约了")
    assert "共5位" in batu.say("我的客户 A 3天未跟进").card.whole
    assert "L2" not in batu.say("我的客户 高意向 从未跟进").card.rows


@PARTS
def test_pages_are_turned_on_the_card(company: Company) -> None:
    batu = company.person("batu")
    card = batu.say("我的客户 A").card
    assert card.labels[-1] == "下一页"
    batu.tap(card, "下一页")
    second = batu.now(card)
    assert len(second.rows) == 1
    assert "第2页" in second.whole
    assert batu.say("我的客户 A 2").card.rows == second.rows
    assert "只有2页，这是最后一页" in batu.say("我的客户 A 第9页").card.whole
    batu.tap(second, "回第一页")
    assert len(batu.now(card).rows) == 5


def test_a_word_that_is_none_is_named_with_the_nearest(company: Company) -> None:
    batu = company.person("batu")
    assert batu.say("我的客户 A 高意问").text == "没看懂「高意问」，是不是 高意向？请发：我的客户 A 高意向"
    assert batu.say("我的客户 摆烂").text.startswith(
        "没看懂「摆烂」。可以写等级、标签、产品、地区、部门、金额、几天未跟进"
    )


@PARTS
def test_a_superior_looks_through_all_his_peoples(company: Company) -> None:
    lina = company.person("lina")
    card = lina.say("部门客户 A").card
    assert card.title == "部门客户"
    assert "共7位" in card.whole
    assert "刘**" in card.whole
    assert "刘志强" not in card.whole
    assert "1394710" not in card.whole
    rows = lina.say("部门客户 包头").card.rows
    assert list(rows) == ["L8"]
    assert "张三" in rows["L8"]
    assert lina.say("我的客户 部门 包头").card.rows == rows
    assert "没有符合的" in company.person("wangqiang").say("部门客户 A").card.whole, "another department"
    assert "共7位" in company.person("wuyun").say("团队客户 A").card.whole


def test_an_officer_looks_after_himself_alone(company: Company) -> None:
    heard = company.person("batu").say("部门客户 A")
    assert "共6位" in heard.card.whole
    heard = company.person("batu").say("我的客户 部门 A")
    assert heard.text.startswith("您看得到的只有自己名下的客户")
    assert "L8" not in heard.card.whole
    assert company.person("hejing").say("部门客户 A").text.startswith("您的岗位不能挑选客户。")


@PARTS
@pytest.mark.parametrize(
    ("typed", "counted", "left"),
    [("部门客户 一部", 8, 3), ("部门客户 呼和浩特/一部 A", 7, 2), ("部门客户 A 呼和浩特一部", 7, 2)],
)
def test_a_department_below_ones_own_may_be_asked_for(company: Company, typed: str, counted: int, left: int) -> None:
    company.lead(phone="13947100010", by="surina")
    zhaojianguo = company.person("zhaojianguo")
    card = zhaojianguo.say(typed).card
    assert card.title == "部门客户"
    assert f"共{counted}位 · 呼和浩特/一部" in card.whole
    zhaojianguo.tap(card, "下一页")
    assert len(zhaojianguo.now(card).rows) == left, "it stays the same on the other pages"


@PARTS
def test_where_customers_live_is_no_department(company: Company) -> None:
    card = company.person("wuyun").say("部门客户 包头").card
    assert list(card.rows) == ["L8"], "张三 of 呼和浩特 has it"
    assert "没有符合的：包头/一部" in company.person("wuyun").say("部门客户 包头 一部").card.whole


def test_a_department_that_several_are_called_is_asked_about(company: Company) -> None:
    wuyun = company.person("wuyun")
    said = wuyun.say("部门客户 一部 A").text
    assert said == ("有 2 个部门叫「一部」：包头/一部、呼和浩特/一部。请写全，如：部门客户 包头/一部 A")
    assert "没有符合的：包头/一部 A级" in wuyun.say(said.rpartition("如：")[2]).card.whole
    assert wuyun.say("关怀 一部：节日").text.endswith("如：关怀 包头/一部：节日")


def test_a_department_of_others_is_told_so(company: Company) -> None:
    assert company.person("lina").say("部门客户 二部").text == (
        "「二部」不归您管，看不到那里的客户。您能看的部门：呼和浩特/一部，如：部门客户 呼和浩特/一部"
    )
    batu = company.person("batu")
    assert batu.say("部门客户 二部").text.startswith("「二部」不归您管")
    assert "共8位" in company.person("lina").say("我的客户 一部").card.whole
    heard = batu.say("部门客户 一部")
    assert heard.text.startswith("您看得到的只有自己名下的客户")
    assert "共7位" in heard.card.whole


def test_the_way_back_from_a_middle_page(company: Company) -> None:
    """Five leads and 下一页 are all the buttons that a card has: the page before is typed; the last page has room."""
    batu = company.person("batu")
    for place in range(10, 14):
        company.lead(phone=f"139471000{place}", by="batu")
    for first, command in (
        ("我的客户", "我的客户"),
        ("我的客户 从未跟进", "我的客户 从未跟进"),
        ("部门客户", "部门客户"),
    ):
        card = batu.say(first).card
        assert "看上一页" not in card.whole
        batu.tap(card, "下一页")
        middle = batu.now(card)
        assert middle.labels[-1] == "下一页"
        assert f"看上一页回复 {command} 第1页" in middle.whole
        assert batu.say(f"{command} 第1页").card.rows == card.rows
        batu.tap(middle, "下一页")
        last = batu.now(card)
        assert last.labels == [*last.labels[:1], "上一页", "回第一页"]
        batu.tap(last, "上一页")
        assert batu.now(card).rows == middle.rows
