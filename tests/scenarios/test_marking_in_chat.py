"""等级 and 标签 as people meet them: typed for one lead or several, ticked on a card, given by a rule and explained."""

from dataclasses import replace

import pytest
from kit.company import Company
from kit.phones import TICKS

from core.leads.tags import Grade, Tag, Tagging, TagRule
from core.people.policy import Role

PHONE = "13947100001"
TAGGING = Tagging(
    grades=(Grade("A", "重点", ("优质",)), Grade("B", "一般"), Grade("C")),
    tags=(
        Tag("高意向", ("意向高",), group="意向"),
        Tag("低意向", ("冷",), group="意向"),
        Tag("急用"),
        Tag("谨慎跟进", roles=(Role.MANAGER,)),
        Tag("大额"),
    ),
    rules=(TagRule("100万以上", "大额", amount_fen=100_000_000),),
)


@pytest.fixture(autouse=True)
def rules(company: Company) -> None:
    use(company, TAGGING)


def use(company: Company, tagging: Tagging) -> None:
    company.runtime.in_force.hold(replace(company.runtime.company, tagging=tagging))


GRADED = [
    ("等级 L1 A", "L1 已定为A级（重点）。"),
    ("等级 L1 a级", "L1 已定为A级（重点）。"),
    ("等级 Ｌ１ Ａ", "L1 已定为A级（重点）。"),
    ("评级 L1 改成优质", "L1 已定为A级（重点）。"),
    ("定级 L1：C", "L1 已定为C级。"),
    ("等级L1 B", "L1 已定为B级（一般）。"),
    ("等级 1 B", "L1 已定为B级（一般）。"),
    ("等级 L1 不评级", "L1 本来就是未评级，没有改动。"),
    ("等级 L1 Z", "没有等级「Z」，公司的等级是 A级（重点）、B级（一般）、C级。请发：等级 L1 A"),
    ("等级 L9 A", "没有找到 L9。请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"),
    ("等级", "等级 请这样发：等级 编号 等级\n例如：等级 编号 A（编号是卡片上 L 开头的数字）"),
    ("等级 L0 A", "没有 L0 这样的编号：编号是 L 加最多 9 位数字，如卡片上所写。请核对后再发。"),
]


@pytest.mark.parametrize(("typed", "said"), GRADED, ids=[typed for typed, _ in GRADED])
def test_a_grade_is_typed(company: Company, typed: str, said: str) -> None:
    company.lead(phone=PHONE, by="batu")
    assert company.person("batu").say(typed).text == said


def test_a_grade_is_seen_wherever_the_lead_is(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    hangs = batu.say(f"客户 L{lead}").card
    assert hangs.rows["等级标签"] == "未评级"
    assert lina.say(f"等级 L{lead} B").text == "L1 已定为B级（一般）。"
    assert lina.say(f"等级 L{lead} A").text == "L1 已定为A级（重点），原来是B级（一般）。"
    assert batu.say(f"客户 L{lead}").card.rows["等级标签"] == "A级"
    assert "A " in batu.say("我的客户").card.rows["L1"]


def test_several_leads_at_once_and_each_for_itself(company: Company) -> None:
    for place in range(3):
        company.lead(phone=f"1394710000{place}", by=("batu", "batu", "zhoumin")[place])
    batu = company.person("batu")
    assert batu.say("等级 L1 L2 L3 A").text == (
        "2 条已定为A级（重点）：L1、L2。\n"
        "没有找到 L3。请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"
    )
    assert batu.say("标签 L1-L2 +高意向").text == "L1 已加 高意向。\nL2 已加 高意向。"
    assert batu.say("等级 L1-L30 A").text == "一次最多 20 条，您写了 30 条，什么都没有改。请分几次发。"
    assert batu.say("等级 1 2 B").text == "2 条已定为B级（一般）：L1、L2。"


def test_the_card_of_marks_sets_a_grade_and_tells_who_did_what(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    shown = batu.tap(batu.say(f"客户 L{lead}").card, "等级标签").card
    assert (shown.title, shown.rows) == ("L1 刘志强", {"等级": "未评级", "标签": "没有"})
    assert shown.labels == ["A级", "B级", "C级", "标签", "详情"]
    assert batu.tap(shown, "B级").text == "L1 已定为B级（一般）。"
    now = batu.now(shown)
    assert now.rows["等级"] == "B级（一般）"
    assert now.labels == ["A级", "C级", "不评级", "标签", "详情"]
    assert "11-24 巴特尔·孟和：等级 未评→B" in now.whole
    assert batu.tap(now, "不评级").text == "L1 已定为未评级，原来是B级（一般）。"
    assert batu.say(f"等级 L{lead}").card.title == "L1 刘志强"


TAGGED = [
    ("标签 L1 +高意向 -冷", "L1 已加 高意向。现有标签：高意向。"),
    ("标签 L1 高意向", "L1 已加 高意向。现有标签：高意向。"),
    ("标签 L1 ＋意向高 －急用", "L1 已加 高意向。现有标签：高意向。"),
    ("标签 L1 高意向，急用", "L1 已加 高意向、急用。现有标签：高意向、急用。"),
    ("打标签 L1 +高意向+急用", "L1 已加 高意向、急用。现有标签：高意向、急用。"),
    ("标签 L1 加上 急用", "L1 已加 急用。现有标签：急用。"),
    ("标签 L1 -急用", "L1 没有改动。现有标签：没有。"),
    ("标签 L1 +高意问", "没有标签「高意问」，是不是 高意向？请发：标签 L1 +高意向"),
    ("标签 L1 +高意向 +冷", "高意向、低意向 只能选一个，请再发一遍。"),
    ("标签 L1 +急用 -急用", "「急用」又要加又要去，请只写一个。"),
    ("标签 L1 谨慎跟进", "「谨慎跟进」只能由主管加、去。需要时请联系对方。"),
    ("标签 L1 爱好钓鱼", "没有标签「爱好钓鱼」，公司的标签是 高意向、低意向、急用、谨慎跟进、大额。"),
    ("标签", "标签 请这样发：标签 编号 +标签 -标签\n例如：标签 编号 +高意向 -冷（编号是卡片上 L 开头的数字）"),
]


@pytest.mark.parametrize(("typed", "said"), TAGGED, ids=[typed for typed, _ in TAGGED])
def test_tags_are_typed(company: Company, typed: str, said: str) -> None:
    company.lead(phone=PHONE, by="batu")
    assert company.person("batu").say(typed).text == said


def test_tags_come_and_go(company: Company) -> None:
    company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    batu.say("标签 L1 急用 冷")
    assert batu.say("标签 L1 +高意向").text == "L1 已加 高意向，已去掉 低意向。现有标签：高意向、急用。"
    assert batu.say("标签 L1 去掉 急用 高意向").text == "L1 已去掉 急用、高意向。现有标签：没有。"


def test_a_tag_by_rule_says_so_and_a_hand_wins(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu", amount_fen=100_000_000)
    batu = company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    assert card.rows["等级标签"] == "大额"
    assert "自动标签：大额（100万以上）" in card.whole
    assert "大额：自动，规则 100万以上" in batu.say(f"等级 L{lead}").card.whole
    assert batu.say(f"标签 L{lead} -大额").text == "L1 已去掉 大额。现有标签：没有。"
    assert "大额" not in batu.say(f"客户 L{lead}").card.rows["等级标签"]
    assert batu.say(f"标签 L{lead} 自动大额").text == "L1 大额 恢复按规则。现有标签：大额（自动：100万以上）。"


@TICKS
def test_tags_are_ticked_on_a_card(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu", amount_fen=100_000_000)
    batu = company.person("batu")
    batu.say(f"标签 L{lead} 急用")
    card = batu.say(f"标签 L{lead}").card
    assert card.title == "L1 标签"
    options = card.payload["checkbox"]["option_list"]
    assert [(option["text"], option.get("is_checked", False)) for option in options] == [
        ("高意向", False),
        ("低意向", False),
        ("急用", True),
        ("大额（自动）", True),
    ]
    assert "大额：规则 100万以上" in card.whole
    assert "急用：巴特尔·孟和" in card.whole
    heard = batu.tap(card, "保存", ticked=["t0", "t3"])
    assert heard.text == "L1 已加 高意向，已去掉 急用。现有标签：高意向、大额（自动：100万以上）。"
    assert batu.tap(batu.now(card), "保存", ticked=["t0", "t1", "t3"]).text == (
        "L1 已加 低意向，已去掉 高意向。现有标签：低意向、大额（自动：100万以上）。"
    ), "what is ticked anew takes the place of the other of its group"
    assert batu.tap(batu.now(card), "保存", ticked=["t2"]).text == (
        "L1 已加 急用，已去掉 低意向、大额。现有标签：急用。"
    )


def test_a_card_that_shows_what_is_no_longer_so_changes_nothing(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    card = batu.say(f"标签 L{lead}").card
    lina.say(f"标签 L{lead} 急用")
    assert "已过期" in batu.tap(card, "保存", ticked=["t0"]).text
    assert lina.say(f"等级 L{lead}").card.rows["标签"] == "急用"
    assert "已加 高意向" in batu.tap(batu.now(card), "保存", ticked=["t0", "t2"]).text


def test_without_tags_of_the_company_there_is_nothing_to_tick(company: Company) -> None:
    company.lead(phone=PHONE, by="batu")
    use(company, Tagging())
    batu = company.person("batu")
    assert batu.say("标签 L1").text == "公司还没有设标签，请管理员写进 tags.yaml。"
    assert batu.say("标签 L1 急用").text == "公司还没有设标签，请管理员写进 tags.yaml。"
    assert "标签" not in batu.say("等级 L1").card.labels


def test_a_tag_of_ones_own(company: Company) -> None:
    company.lead(phone=PHONE, by="batu")
    use(company, replace(TAGGING, free=True))
    batu = company.person("batu")
    assert batu.say("标签 L1 爱钓鱼").text == "L1 已加 爱钓鱼。现有标签：爱钓鱼。"
    assert batu.say("标签 L1 高意愿").text == (
        "没有标签「高意愿」，是不是 高意向？请发：标签 L1 +高意向；就要「高意愿」，请发：标签 L1 #高意愿"
    )
    assert batu.say("标签 L1 #高意愿").text == "L1 已加 高意愿。现有标签：爱钓鱼、高意愿。"
    assert batu.say("标签 L1 #QQ12345").text == "「QQ12345」不能作标签：最多 10 个字，不能是号码或客户的姓名。"
    assert "不能作标签" in batu.say("标签 L1 刘志强").text


def test_who_may_not_is_told_so(company: Company) -> None:
    company.lead(phone=PHONE, by="batu")
    assert company.person("zhangsan").say("等级 L1 A").text.startswith("没有找到 L1。")
    assert company.person("zhangsan").say("标签 L1").text.startswith("没有找到 L1。")
    assert company.person("hejing").say("标签 L1 +急用").text.startswith("您的岗位不能改等级和标签。")


def test_a_tag_that_no_rule_gives_stays_when_it_is_left_to_the_rules(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"标签 L{lead} 高意向")
    heard = batu.say(f"标签 L{lead} 自动高意向").text
    assert heard == f"L{lead} 高意向 没有自动规则，没有改动。现有标签：高意向。"
