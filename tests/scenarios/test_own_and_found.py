"""我的客户 and 客户: what is due, pages, and who may find whom by what."""

from datetime import timedelta

import pytest
from kit.company import Company
from kit.phones import PARTS
from sqlalchemy import select, update

from core.leads.models import Lead
from core.store.audit import AuditRow


def due(company: Company, lead: int, **span: float) -> None:
    """The next contact of `lead` is this far from now."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(next_contact_at=company.clock() + timedelta(**span)))


def test_what_is_due_comes_first(company: Company) -> None:
    names = ["甲某", "阿木尔·道尔吉", "丙某", "丁某"]
    undated, late, later, soon = (company.lead(n, f"1390000000{i}", by="batu") for i, n in enumerate(names))
    due(company, late, hours=-26)
    due(company, later, days=1)
    due(company, soon, hours=5)
    card = company.person("batu").say("我的客户").card
    assert "共4位 · 逾期1 · 今日待联系1" in card.whole
    assert list(card.rows.items()) == [
        (f"L{late}", "阿木尔·道尔吉 房抵50万 逾期1天"),
        (f"L{soon}", "丁某 房抵50万 今天 15:00"),
        (f"L{later}", "丙某 房抵50万 明天（周三）10:00"),
        (f"L{undated}", "甲某 房抵50万 未约"),
    ]
    assert card.labels == [f"L{late} 阿木尔", f"L{soon} 丁某", f"L{later} 丙某", f"L{undated} 甲某"]
    shown = company.person("batu").tap(card, f"L{late} 阿木尔").card
    assert shown.message.id != card.message.id
    assert shown.title == f"L{late} 阿木尔·道尔吉"
    assert shown.rows["下次联系"] == "昨天 08:00（逾期1天）"


def test_what_is_due_this_minute_is_not_overdue_yet(company: Company) -> None:
    due(company, company.lead(by="batu"), seconds=-10)
    assert company.person("batu").say("我的").card.rows == {"L1": "刘志强 房抵50万 已到时间"}


def test_a_name_of_any_length_leaves_room_for_what_counts(company: Company) -> None:
    company.lead("额尔敦巴雅尔·乌兰其木格" * 2, by="batu")
    card = company.person("batu").say("我的客户").card
    assert card.rows["L1"].endswith("… 房抵50万 未约")
    assert len(card.rows["L1"]) <= 30
    assert card.labels == ["L1 额尔敦巴雅尔"]


def test_pages_of_ones_own(company: Company) -> None:
    for number in range(7):
        company.lead(f"王{'一二三四五六七'[number]}", f"139{number + 10_000_000}", by="batu")
    batu = company.person("batu")
    first = batu.say("我的客户").card
    assert len(first.rows) == 5
    assert first.labels[-1] == "下一页"
    second = batu.tap(first, "下一页").card
    assert second.message.id == first.message.id
    assert len(second.rows) == 2
    assert "第2页" in second.whole
    company.clock.go(seconds=1)
    assert batu.tap(second, "回第一页").card.rows == first.rows
    assert batu.say("我的客户 2").card.rows == second.rows
    beyond = batu.say("我的客户 99").card
    assert beyond.rows == second.rows
    assert "只有2页，这是最后一页 · 共7位" in beyond.whole
    assert beyond.labels == second.labels


def test_who_has_nobody_yet_is_one_tap_from_the_pool(company: Company) -> None:
    card = company.person("batu").say("我的客户").card
    assert "您名下还没有客户。" in card.whole
    company.lead()
    assert company.person("batu").tap(card, "去公海看看").card.title == "呼和浩特池 1条"


FINDS = ["客户 L1", "L1", "ｌ１", "客户L1", "客户 1", "客户 13947100001", "13947100001", "客户 +86 139 4710 0001"]
FINDS += ["客户L1资料", "客户 L1 的资料", "客户 L1吧", "客户 1 怎么样"]
FINDS += ["139-4710-0001", "客户 巴特尔·孟和", "客户 巴特尔•孟和", "客户 巴特尔", "查看 巴特尔 · 孟和", "客户：巴特尔"]
FINDS += [f"客户 巴特尔{between}孟和" for between in ("", " ", ".", "．", "・", "。", " • ", "\u3000")]


def test_ones_own_customer_is_found_by_number_phone_name_and_first_part(company: Company) -> None:
    company.lead("巴特尔·孟和", by="batu")
    for typed in FINDS:
        company.clock.go(minutes=1)
        card = company.person("batu").say(typed).card
        assert card.title == "L1 巴特尔·孟和", typed
        assert card.rows["电话"] == "13947100001"


@pytest.mark.parametrize(
    ("entered", "typed"),
    [
        ("巴特尔孟和", "客户 巴特尔·孟和"),
        ("John Smith", "客户 john smith"),
        ("John Smith", "客户 ＪｏｈｎＳｍｉｔｈ"),
        ("王 小明", "客户 王小明"),
    ],
)
def test_a_name_is_found_however_it_was_written_down(company: Company, entered: str, typed: str) -> None:
    company.lead(entered, by="batu")
    assert company.person("batu").say(typed).card.title == f"L1 {entered}"


@PARTS
def test_the_360_card_of_ones_own_lead(company: Company) -> None:
    batu = company.person("batu")
    batu.say("录入 巴特尔·孟和 13800001111 房抵50万 回民区 抖音 两套房")
    company.clock.go(days=1)
    company.person("surina").say("录入 巴特尔 13800001111 快手")
    batu.say("跟进 L1 意向强，明天10点面谈")
    company.clock.go(hours=2)
    card = batu.say("客户 L1").card
    assert "由您跟进，已1天" in card.whole
    assert card.rows == {
        "电话": "13800001111",
        "需求": "房抵50万 · 回民区",
        "等级标签": "未评级",
        "来源": "抖音 11‑24 → 快手 11‑25",
        "归属": "巴特尔·孟和录入 11‑24",
        "下次联系": "明天（周四）10:00",
    }
    assert "备注：两套房" in card.whole
    assert "11-25 巴特尔·孟和：意向强，明天10点面谈" in card.whole
    assert card.labels == ["写跟进", "释放", "进件", "等级标签"]
    assert batu.tap(card, "进件").text.startswith("A1 已建好（L1 ")


def test_the_newest_owner_and_the_newest_channel_are_never_cut(company: Company) -> None:
    lead = company.lead(by="batu")
    for userid, to in (("batu", "张三"), ("zhangsan", "额尔敦巴雅尔·乌兰其木格"), ("eerdun", "斯琴·阿茹娜")):
        company.clock.go(days=1)
        company.person(userid).say(f"转移 L{lead} {to}")
    for channel in ("快手", "小红书", "视频号", "朋友圈", "老客户"):
        company.person("batu").say(f"录入 刘志强 13947100001 {channel}")
        company.clock.go(days=1)
    card = company.person("siqin").say(f"L{lead}").card
    assert card.rows["归属"] == "巴特尔 → 张三 → 额尔敦巴雅尔 → 斯琴 11‑27"
    assert card.rows["来源"] == "… → 朋友圈 11‑30 → 老客户 12‑01"
    assert max(len(value) for value in card.rows.values()) <= 30


@PARTS
def test_of_many_owners_the_first_and_the_newest_are_named_and_how_many_there_were(company: Company) -> None:
    lead = company.lead(by="batu")
    for to in ("张三", "额尔敦巴雅尔·乌兰其木格", "斯琴·阿茹娜", "娜仁·其其格", "李娜", "张三", "王强"):
        company.clock.go(days=1)
        company.person("wuyun").say(f"转移 L{lead} {to}")
    company.person("wuyun").say(f"释放 L{lead} 都没联系上")
    row = company.person("wuyun").say(f"L{lead}").card.rows["归属"]
    assert row == "巴特尔 → … → 释放到呼和浩特池 12‑01（共7位）"
    company.person("lina").say(f"领取 L{lead}")
    assert company.person("lina").say(f"L{lead}").card.rows["归属"] == "巴特尔 → … → 王强 → 李娜领取 12‑01（共7位）"


@PARTS
def test_the_newest_follow_up_stands_out_however_much_was_written(company: Company) -> None:
    company.lead(by="batu", note="两套房，急用，" * 9)
    batu = company.person("batu")
    for number in range(1, 6):
        company.clock.go(days=1)
        batu.say(f"跟进 L1 第{number}次，{'客户说再考虑考虑，' * 6}明天10点再联系")
    card = batu.say("客户 L1").card
    assert card.payload["quote_area"]["quote_text"].startswith("11-29 巴特尔·孟和：第5次，")
    below = card.payload["sub_title_text"].split("\n")
    assert [line[:18] for line in below[1:3]] == ["· 11-28 巴特尔·孟和：第4次", "· 11-27 巴特尔·孟和：第3次"]
    assert below[-1] == "（共 5 次跟进）"


def test_several_of_one_name_are_told_apart_and_one_tap_away(company: Company) -> None:
    one = company.lead("孟和·阿木尔", "13947100001", by="batu", amount_fen=30_000_000)
    two = company.lead("孟和", "13947100002", by="batu", product="car")
    company.lead("孟和", "13947100003", by="surina")
    batu = company.person("batu")
    card = batu.say("客户 孟和").card
    assert card.title == "找到 2 条"
    assert card.rows == {f"L{two}": "孟和 车抵50万 · 您", f"L{one}": "孟和·阿木尔 房抵30万 · 您"}
    assert batu.tap(card, f"L{one} 孟和").card.rows["电话"] == "13947100001"
    masked = company.person("zhaojianguo").say("客户 孟和").card
    assert masked.title == "找到 3 条"
    assert masked.rows[f"L{two}"] == "孟* 车抵50万 · 巴特尔·孟和"
    assert "1394710000" not in masked.whole


def test_more_of_one_name_than_fit_are_said_to_be_more(company: Company) -> None:
    for number in range(8):
        company.lead("王小明", f"139{number + 10_000_000}", by="batu")
    card = company.person("batu").say("客户 王小明").card
    assert card.title == "找到 6 条以上"
    assert len(card.labels) == 6


NOBODY = "没有找到您能查看的客户。请核对编号、手机号或完整姓名。新客户请这样录入：录入 姓名 手机号 需求。"


def test_what_is_not_there_and_what_one_may_not_see_sound_the_same(company: Company) -> None:
    company.lead(by="batu")
    for typed in ("客户 L1", "L1", "客户 13947100001", "客户 刘志强", "客户 L999", "客户 没这人"):
        heard = company.person("surina").say(typed)
        assert heard.text == NOBODY, typed
        assert heard.cards == []


def test_a_part_of_a_phone_or_name_finds_nobody(company: Company) -> None:
    company.lead(by="batu")
    for typed in ("客户 1394710", "客户 志强", "客户 %", "客户 刘_强", "客户 ' OR 1=1 --", "客户 *"):
        assert company.person("batu").say(typed).text == NOBODY, typed


def test_a_lead_in_ones_pool_is_shown_masked_without_what_others_wrote(company: Company) -> None:
    lead = company.lead("巴特尔·孟和", by="lina", note="急用")
    company.person("lina").say(f"跟进 L{lead} 客户很有意向")
    company.person("lina").say(f"释放 L{lead} 忙不过来")
    card = company.person("batu").say(f"客户 L{lead}").card
    assert card.title == f"L{lead} 巴**·孟*"
    assert card.rows["电话"] == "139****0001"
    assert "在呼和浩特池，可领取" in card.whole
    assert "（共 1 次跟进，领取后可见）" in card.whole
    assert "急用" not in card.whole
    assert "很有意向" not in card.whole
    assert card.labels == ["领取"]
    assert company.person("zhoumin").say(f"客户 L{lead}").text == NOBODY


@pytest.mark.parametrize("by", ["L1", "客户 刘志强", "客户 13947100001"])
def test_who_looks_at_a_colleagues_lead_sees_it_masked(company: Company, by: str) -> None:
    company.lead(by="batu")
    company.person("batu").say("跟进 L1 意向强，明天10点面谈")
    manage, look = ["看电话", "释放", "等级标签"], ["看电话", "刷新"]
    labels = {"lina": manage, "zhaojianguo": manage, "mengke": manage, "wuyun": manage, "liufang": look, "agula": look}
    for userid, shown in labels.items():
        card = company.person(userid).say(by).card
        assert card.title == "L1 刘**"
        assert card.rows["电话"] == "139****0001"
        assert "由 巴特尔·孟和 跟进，刚刚接手" in card.whole
        assert "意向强，明天10点面谈" in card.whole
        assert "13947100001" not in card.whole
        assert "刘志强" not in card.whole
        assert card.labels == shown, userid
        assert ("转移 L1 姓名" in card.whole) == (shown == manage)
        assert ("您仅可查看" in card.whole) == (shown == look)


def test_who_can_only_look_sees_the_card_of_now_and_learns_why(company: Company) -> None:
    company.lead(by="batu")
    liufang = company.person("liufang")
    card = liufang.say("客户 L1").card
    heard = liufang.tap(card, "刷新")
    assert heard.text == "L1 由 巴特尔·孟和 跟进，您只能查看。需要处理时，请与对方或主管联系。"
    assert heard.card.message.id == card.message.id
    company.person("batu").say("跟进 L1 已上门，明天10点签约")
    company.person("batu").say("释放 L1 忙不过来")
    company.clock.go(minutes=2)
    heard = liufang.tap(liufang.now(card), "刷新")
    assert heard.text == "L1 在呼和浩特池，还没有人领取。您的岗位不能领取线索。"
    assert "已上门，明天10点签约" in heard.card.whole
    with company.runtime.store.read() as session:
        looked = session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("lead:see"))).all()
    assert list(looked) == ["lead:see"] * 3


@PARTS
def test_a_card_of_what_one_may_no_longer_see_is_no_dead_end(company: Company) -> None:
    lead = company.lead(by="batu")
    manager = company.person("zhaojianguo")
    card = manager.say(f"L{lead}").card
    company.person("wuyun").say(f"转移 L{lead} 周敏")
    gone = manager.now(card)
    assert gone.labels == ["刷新"]
    assert manager.tap(gone, "刷新").text == (
        "L1 不在您可查看的范围内，可能已放回公海或转给别的部门。回复 帮助 看您能做的事。"
    )
    company.person("wuyun").say(f"转移 L{lead} 张三")
    company.clock.go(minutes=2)
    heard = manager.tap(manager.now(card), "刷新")
    assert heard.text == "L1 的卡片已刷新，可点卡片上的按钮操作。"
    assert heard.card.labels == ["看电话", "释放", "等级标签"]


def test_a_closed_lead_can_be_looked_at_and_nothing_else(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    card = batu.say("L1").card
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == 1).values(state="closed"))
    assert batu.tap(card, "写跟进").text == "L1 已结束，不能再操作。客户再有需求时，请重新录入。"
    assert batu.now(card).labels == ["刷新"]
    shown = batu.say("客户 L1").card
    assert "已结束" in shown.whole
    assert shown.labels == ["刷新"]
    company.clock.go(minutes=2)
    assert batu.tap(shown, "刷新").text == "L1 已结束，不能再操作。客户再有需求时，请重新录入。"


def test_every_look_at_a_customer_is_in_the_audit_log(company: Company) -> None:
    company.lead(by="batu")
    company.person("batu").say("客户 L1")
    company.person("surina").say("客户 L1")
    with company.runtime.store.read() as session:
        looked = session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("lead:see"))).all()
    assert list(looked) == ["lead:see", "lead:see:none"]


@pytest.mark.parametrize("said", ["点错客户了", "我问下", "等下我问问李娜", "李娜", "可以的，没问题"])
def test_what_is_no_reason_releases_nothing(company: Company, said: str) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"释放 L{lead}")
    batu.say(said)
    assert company.owner(lead) == batu.actor.id


@pytest.mark.parametrize("typed", ["跟进 L1 没接", "释放 L1 没意向", "转移 L1 张三", "电话 L1", "延期 L1", "为什么 L1"])
def test_of_a_lead_out_of_sight_no_command_tells_more_than_that_none_was_found(company: Company, typed: str) -> None:
    company.lead(by="batu")
    surina = company.person("surina")
    said = surina.say(typed).text
    assert said.startswith("没有找到 L1。")
    assert said == surina.say(typed.replace("L1", "L99")).text.replace("L99", "L1"), "as of one that does not exist"
    assert surina.say("客户 L1").text.startswith("没有找到")


def test_who_had_it_right_before_is_told_where_it_went(company: Company) -> None:
    company.lead(by="batu")
    company.person("lina").say("转移 L1 张三")
    assert company.person("batu").say("跟进 L1 没接").text.startswith("L1 由 张* 跟进，您不能操作。")
