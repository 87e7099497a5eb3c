"""录入: what is understood, what is refused, and what is said about a customer who is there already."""

import pytest
from kit.company import Card, Company
from kit.phones import PARTS
from sqlalchemy import func, select

from core.leads.models import Customer, Lead, Touch
from core.people.service import leave
from core.store.inbox import InboxRow, event_place

GOOD_ID, BAD_ID = "110101199003070134", "110101199003070135"


def count(company: Company, table: type) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


ASKS = "没写{}。问清后可以写进跟进，如：跟进 L{} {}50万；卡片上的需求还不能补。"
UNDERSTOOD = [
    (
        "录入 巴特尔·孟和 13800001101 房抵50万",
        "姓名 巴特尔·孟和，电话 138****1101，产品 房抵，金额 50万，来源 手工录入。",
        "房抵50万 · 地区未知",
        "",
        "",
    ),
    (
        "录入 13800001102 王小明",
        "姓名 王小明，电话 138****1102，来源 手工录入。",
        "需求未知 · 地区未知",
        "",
        ASKS.format("产品、金额", 2, "房抵"),
    ),
    (
        "录入：王小明，１３８００００１１０３，车抵２０万",
        "姓名 王小明，电话 138****1103，产品 车抵，金额 20万，来源 手工录入。",
        "车抵20万 · 地区未知",
        "",
        "",
    ),
    (
        "录入 王小明 +86 138 0000 1104 抖音 500000",
        "姓名 王小明，电话 138****1104，金额 50万，来源 抖音。",
        "50万 · 地区未知",
        "",
        ASKS.format("产品", 4, "房抵"),
    ),
    (
        "录入 王小明 138-0000-1105 信用 赛罕区",
        "姓名 王小明，电话 138****1105，产品 信用，地区 赛罕区，来源 手工录入。",
        "信用 · 赛罕区",
        "",
        ASKS.format("金额", 5, "信用"),
    ),
    (
        "新增 王小明 8613800001106 经营贷 三万五",
        "姓名 王小明，电话 138****1106，产品 经营，金额 3.5万，来源 手工录入。",
        "经营3.5万 · 地区未知",
        "",
        "",
    ),
    (
        "录 王小明 13800001107 房抵20-30万 急用，老家有房 李小红",
        "姓名 王小明，电话 138****1107，产品 房抵，金额 30万（写的是 20-30万），来源 手工录入。",
        "房抵30万 · 地区未知",
        "20-30万 急用 老家有房 李小红",
        "",
    ),
    (
        "录入 王小明 13800001108 三五十万",
        "姓名 王小明，电话 138****1108，金额 50万（写的是 三五十万），来源 手工录入。",
        "50万 · 地区未知",
        "三五十万",
        ASKS.format("产品", 8, "房抵"),
    ),
    (
        f"录入 王小明 13800001109 {GOOD_ID} 房抵50",
        "姓名 王小明，电话 138****1109，身份证号 110***********0134，产品 房抵，来源 手工录入。",
        "房抵 · 地区未知",
        "50",
        "没看懂「50」是不是金额，只记在备注里。问清后可以写进跟进，如：跟进 L9 房抵50万；卡片上的需求还不能补。",
    ),
]


def test_an_officer_enters_a_customer_in_many_ways(company: Company) -> None:
    """What was understood is said back thing by thing, also what only went into the note, and what is missing."""
    for number, (typed, said, need, note, asked) in enumerate(UNDERSTOOD, start=1):
        heard = company.person("batu").say(typed)
        noted = [f"备注：{note}"] if note else []
        assert heard.text.split("\n") == [f"已录入 L{number}，归您跟进。", said, *noted, *filter(None, [asked])]
        rows = heard.card.rows
        assert (rows["电话"], rows["需求"]) == (f"1380000110{number}", need)
        assert f"来源 {rows['来源'].removesuffix(' 11‑24')}。" in said
        assert note in heard.card.whole
        assert heard.card.labels == ["写跟进", "释放", "进件", "等级标签"]
        assert company.owner(number) == company.person("batu").actor.id


REFUSED = [
    ("录入 王小明", "还缺手机号。"),
    ("录入 13800001111", "还缺姓名。"),
    ("录入 王小明 1380000111", "手机号应是 11 位，这里是 10 位"),
    ("录入 王小明 12800001111", "不是大陆手机号"),
    ("录入 王小明 0471-1234567", "座机号"),
    ("录入 王小明 13800001111 13900001111", "写了两个手机号"),
    (f"录入 王小明 13800001111 {BAD_ID}", "身份证号不对：出生日期或末位的校验码对不上"),
    ("录入 王小明 13800001111 11010119900307013", "身份证号应是 18 位，这里是 17 位"),
    ("录入 王小明 13800001111 房抵$50000", "「$50000」不是人民币，请写成「50万」这样的人民币金额再发。"),
    ("录入 王小明 13800001111 房抵 车抵", "写了不止一种产品，请只留一种再发：房抵、车抵、信用、经营。"),
    ("录入 王小明 13800001111 50万 80万", "写了不止一个金额"),
    ("录入 王小明 13800001111 房抵-5万", "金额「-5万」没看懂，请写成「50万」这样再发。"),
    ("录入 😀😀 13800001111", "姓名只能有文字"),
    ("录入 王*明 13800001111", "姓名只能有文字"),
    ("录入 **王小明** 13800001111", "姓名只能有文字"),
    ("录入 Robert';DROP/**/TABLE/**/lead;-- 13800001111", "姓名只能有文字"),
    ("录入 <@all> 13800001111", "姓名只能有文字"),
    (f"录入 {'王' * 31} 13800001111", "姓名最多 30 个字"),
    ("录入 赛罕 13800001111 王小明", "第一个词是姓名还是地区"),
]


def test_what_cannot_be_entered_is_refused_and_nothing_is_written(company: Company) -> None:
    for typed, said in REFUSED:
        heard = company.person("batu").say(typed)
        assert said in heard.text, typed
        assert len(heard.text) < 80
        assert heard.cards == []
    assert count(company, Customer) == count(company, Lead) == 0


@pytest.mark.parametrize(
    ("typed", "said", "secret"),
    [
        ("录入 王小明 13800001111 网银密码 abc12345", "请不要发送密码", "abc12345"),
        ("录入 王小明 13800001111 6222020200112233445", "银行卡号", "6222020200112233445"),
    ],
)
def test_what_may_never_be_kept_is_not_even_kept_in_the_inbox(
    company: Company, typed: str, said: str, secret: str
) -> None:
    heard = company.person("batu").say(typed)
    assert said in heard.text
    assert secret not in heard.text
    vault = company.runtime.store.vault
    with company.runtime.store.read() as session:
        events = [vault.open(event_place(row.key), row.event) for row in session.scalars(select(InboxRow))]
    assert len(events) == 1
    assert secret not in events[0]


def test_a_manager_enters_into_the_pool_that_fits(company: Company) -> None:
    said = company.person("zhaojianguo").say("录入 王小明 13800001111 房抵 包头昆都仑区").text
    assert said.split("\n") == [
        "已录入 L1，已放入包头池。",
        "姓名 王小明，电话 138****1111，产品 房抵，地区 昆区，来源 手工录入。",
        "没写金额。",
    ]
    assert company.owner(1) is None


def test_an_officer_who_holds_all_he_may_gets_the_reason_and_the_lead_waits_in_the_pool(company: Company) -> None:
    for number in range(80):
        company.lead(f"客户{'甲乙丙丁'[number % 4]}", f"1390000{number:04}", by="batu")
    text = company.person("batu").say("录入 王小明 13800001111 新城区").text
    assert text.startswith(
        "已录入 L81，已放入呼和浩特池，没有归到您名下：名下已有 80/80 条，释放后可再领。\n姓名 王小明"
    )
    assert company.owner(81) is None


def test_who_enters_a_customer_of_his_own_again_is_told_so(company: Company) -> None:
    lead = company.lead(by="batu")
    heard = company.person("batu").say("录入 刘志强 13947100001 快手 车抵10万")
    assert heard.text == (
        f"这位客户已在您名下：L{lead}，本次来访已记上。"
        f"这次写的「车抵10万」没有改动资料，请记一笔：跟进 L{lead} 车抵10万"
    )
    assert heard.card.rows["来源"] == "抖音 11‑24 → 快手 11‑24"
    assert count(company, Lead) == 1
    assert count(company, Touch) == 2


def test_a_customer_who_waits_in_the_pool_may_be_claimed(company: Company) -> None:
    lead = company.lead()
    heard = company.person("batu").say("录入 刘志强 13947100001")
    assert heard.text == f"已存在：刘** 在呼和浩特池，本次来访已记上。回复 领取 L{lead} 即可领取。"
    assert heard.cards == []
    again = company.person("batu").say("录入 刘志强 13947100001 急用").text
    assert again == (f"已存在：刘** 在呼和浩特池，本次来访已记上。这次写的需求没有另存。回复 领取 L{lead} 即可领取。")
    assert company.person("zhoumin").say("录入 刘强 13947100001").text == (
        "已存在：刘**（登记的姓名与您写的不同），本次来访已记上。L1 在呼和浩特池，不对您的部门开放。"
        "您可领取的：包头池、全区池。"
    )
    assert company.person("wuyun").say("录入 刘志强 13947100001").text == (
        "已存在：刘** 在呼和浩特池，本次来访已记上。"
    )


@PARTS
def test_a_colleagues_customer_is_not_given_away_and_his_owner_is_rung_by_a_card(company: Company) -> None:
    lead = company.lead(by="batu")
    before = company.so_far
    heard = company.person("surina").say("录入 别的名字 13947100001 小红书")
    assert heard.text == "已存在：刘**（登记的姓名与您写的不同）· 呼和浩特/一部 巴* 跟进，已提醒对方。"
    assert "刘志强" not in heard.text
    assert heard.cards == []

    rung: Card = company.person("batu").heard_since(before).card
    assert rung.title == f"L{lead} 客户再次来访"
    assert "渠道：小红书 · 今天 10:00" in rung.whole
    assert rung.rows == {"客户": "刘志强", "电话": "13947100001", "需求": "房抵50万"}
    assert rung.labels == ["写跟进", "详情"]
    assert company.person("batu").tap(rung, "写跟进").card.title == f"写跟进 L{lead} 刘志强"


SAME_NAMES = ["巴特尔孟和", "巴特尔·孟和", "巴特尔 · 孟和", "巴特尔•孟和"]
OTHER_NAMES = ["巴特尔", "孟和", "巴特尔孟和尔", "其特尔孟和", "巴特尔·朝鲁"]


@pytest.mark.parametrize("stored", ["巴特尔·孟和", "巴特尔孟和"])
def test_the_dot_of_a_name_makes_no_other_name(company: Company, stored: str) -> None:
    company.lead(stored, "13947100001", by="batu")
    for typed in SAME_NAMES:
        company.clock.go(minutes=2)  # the platform drops a text that is the same as one of the last minute
        text = company.person("surina").say(f"录入 姓名：{typed} 13947100001").text
        assert "登记的姓名与您写的不同" not in text, typed


def test_another_name_is_compared_with_what_is_shown_and_no_more(company: Company) -> None:
    """With a mask of one or two letters the answer is no oracle: 巴雅尔·孟克 is as good as the stored name."""
    company.lead("巴特尔·孟和", "13947100001", by="batu")
    for typed in OTHER_NAMES:
        company.clock.go(minutes=2)
        text = company.person("surina").say(f"录入 {typed} 13947100001").text
        assert "登记的姓名与您写的不同" in text, typed
    company.clock.go(minutes=2)
    assert "不同" not in company.person("surina").say("录入 巴雅尔·孟克 13947100001").text


def test_arrivals_of_one_day_by_one_way_are_one(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    for _ in range(3):
        heard = batu.say("录入 刘志强 13947100001")
        company.clock.go(minutes=2)
    assert heard.card.rows["来源"] == "抖音 11‑24 → 手工录入×3 11‑24"


def test_the_same_person_under_another_phone_is_found_by_the_id_number(company: Company) -> None:
    batu = company.person("batu")
    batu.say(f"录入 王小明 13800001111 {GOOD_ID}")
    text = batu.say(f"录入 王小明 13900001111 {GOOD_ID}").text
    assert text == "这位客户已在您名下：L1，本次来访已记上。"
    assert count(company, Customer) == 1


def test_two_thousand_characters_of_note_are_kept_and_shown_cut(company: Company) -> None:
    heard = company.person("batu").say(f"录入 王小明 13800001111 {'情况' * 1000}")
    assert f"\n备注：{('情况' * 100)[:199]}…\n" in heard.text
    assert "备注：情况" in heard.card.whole
    assert "…" in heard.card.whole


def test_a_name_with_a_space_is_one_and_the_customers_own(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    assert "姓名 欧阳锋，" in batu.say("录入 欧阳 锋 13800001101").text
    assert "姓名 巴特尔·孟和，" in batu.say("录入 巴特尔 孟和 13800001102 急用").text
    known = "这位客户已在您名下：L1，本次来访已记上。"
    assert batu.say("录入 刘 志强 13947100001").text == known
    assert batu.say("录入 刘志 强 13947100001").text == known, "which of the two it is the stored name tells"
    said = batu.say("录入 刘志 强 13800001103").text
    assert "姓名 刘志，" in said
    assert "「强」没有算进姓名，只记在备注里。" in said


@pytest.mark.parametrize(
    ("typed", "product", "note"),
    [
        ("二抵15万", "房抵（写的是 二抵）", "二抵"),
        ("公积金贷15万", "信用（写的是 公积金贷）", "公积金贷"),
        ("抵押贷款15万", "房抵（写的是 抵押贷款）", "抵押贷款"),
        ("房抵经营贷15万", "房抵（写的是 经营贷）", "经营贷"),
    ],
)
def test_a_word_that_says_more_than_the_product_is_kept(company: Company, typed: str, product: str, note: str) -> None:
    heard = company.person("batu").say(f"录入 王小明 13800001101 {typed}")
    assert f"产品 {product}，金额 15万" in heard.text
    assert f"备注：{note}" in heard.text
    assert f"备注：{note}" in heard.card.whole


def test_a_time_in_the_note_is_no_appointment_and_that_is_said(company: Company) -> None:
    batu = company.person("batu")
    heard = batu.say("录入 张伟 13800001101 房抵50万 明天上午10点来公司")
    assert heard.text.endswith(
        "备注里的「明天上午10点」没有约成下次联系。要约请回复 好，或发：跟进 L1 明天上午10点来公司"
    )
    assert heard.card.rows["下次联系"] == "未约"
    assert batu.say("好").text.startswith("已记录 L1 的跟进，下次联系：明天 11月25日（周三）上午10点")
    assert "没有约成" not in batu.say("录入 张伟 13800001102 房抵50万 昨天来过公司").text


def test_the_time_of_an_entry_into_a_pool_is_told_of_too(company: Company) -> None:
    wuyun = company.person("wuyun")
    assert wuyun.say("录入 张伟 13800001101 房抵50万 明天10点来公司").text.endswith(
        "备注里的「明天10点」没有约成下次联系。"
    )


def test_over_an_open_question_no_yes_is_offered(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    said = batu.say("录入 张伟 13800001101 房抵50万 明天10点来公司").text
    assert "要约请发：跟进 L2 明天10点来公司" in said
    assert said.endswith("还在等 L1 的跟进内容，直接回复即可；回复 取消 退出。")


def test_the_same_entry_again_has_nothing_to_log(company: Company) -> None:
    batu = company.person("batu")
    batu.say("录入 王小明 13800001101 二抵15万 急用")
    company.clock.go(minutes=2)
    assert batu.say("录入 王小明 13800001101 二抵15万 急用").text == "这位客户已在您名下：L1，本次来访已记上。"
    assert "请记一笔：跟进 L1 房抵20万" in batu.say("录入 王小明 13800001101 房抵20万").text


def test_the_id_number_of_a_known_customer_is_kept_and_said_to_who_may_see_him(company: Company) -> None:
    batu, zhangsan, lina = (company.person(who) for who in ("batu", "zhangsan", "lina"))
    batu.say("录入 刘志强 13947100001")
    said = batu.say("录入 刘志强 13947100001 110101199003074610 车抵20万").text
    assert "这位客户已在您名下：L1，本次来访已记上。已补上身份证号 110***********4610。" in said
    assert "110101199003074610" not in said
    assert "没有找到" not in zhangsan.say("查重 110101199003074610").text
    other = zhangsan.say("录入 刘志强 13947100002 110101199003074610").text
    assert other.startswith("已存在：刘** · "), "no second customer"
    code = "91150100MA0N12345T"
    assert "补上" not in zhangsan.say(f"录入 刘志强 13947100001 {code}").text, "he may not see the lead"
    assert "补上" not in batu.say(f"录入 刘志强 13947100001 {code}").text, "it is there by now"
    company.lead("王小明", "13947100003", by="batu")
    assert "已补上身份证号 1" in lina.say("录入 王小明 13947100003 152201197305192204").text, "his superior may"


def test_who_brings_a_leavers_customer_is_told_the_truth_and_the_superior_rings(company: Company) -> None:
    """Was: 「已提醒对方」, of somebody who hears nothing any more; nobody was told."""
    lead = company.lead(by="batu")
    with company.runtime.store.unit(request_id="test") as unit:
        leave(unit, "batu")
    company.settle()
    before = company.so_far
    said = company.person("zhangsan").say("录入 刘志强 13947100001 房抵60万").text
    assert "巴* 名下，但他已离职，已提醒其上级。" in said
    assert "已提醒对方" not in said
    (told,) = company.person("lina").heard_since(before).texts
    assert told.startswith(f"L{lead} 的客户又来了（来源 ")
    assert f"请尽快交给同事：转移 L{lead} 姓名" in told
    assert f"他已离职，请交给同事：转移 L{lead} 姓名" in company.person("lina").say("录入 刘志强 13947100001").text
