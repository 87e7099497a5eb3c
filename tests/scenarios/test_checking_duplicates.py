"""查重: what is typed, and what is answered."""

from dataclasses import replace
from datetime import UTC, datetime

from kit.company import Company
from sqlalchemy import insert, update

from core.leads.models import Deferral, DeferralKind, Lead, LeadState

PHONE, OTHER, ID_NUMBER = "13947100001", "13947100002", "150102199001011230"
CREDIT_CODE = "91150100MA0N12345T"
DEC_30 = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)

WRITTEN = [
    PHONE, f"＋８６ {PHONE}", "139 4710 0001", "139-4710-0001", "１３９４７１００００１", "+86-139 4710 0001",
    "(86)13947100001", f"手机号 {PHONE}", f"电话：{PHONE}", ID_NUMBER, "150102 19900101 1230", "150102-19900101-1230",
    "１５０１０２１９９００１０１１２３０", f"身份证号:{ID_NUMBER}",
]  # fmt: skip


def test_a_number_is_understood_however_it_is_written(company: Company) -> None:
    company.lead(phone=PHONE, by="wangqiang", id_number=ID_NUMBER)
    batu = company.person("batu")
    for typed in WRITTEN:
        for sent in (f"查重 {typed}", f"查重：{typed}"):
            assert batu.say(sent).text == "已存在：刘** · 呼和浩特/二部 王* 跟进。", sent
    assert batu.say(f"查重{PHONE}").text.startswith("已存在")


WRONG = [
    ("查重 15010219900101123", "身份证号应是 18 位，这里是 17 位，请核对后再发。"),
    ("查重 150102199001011231", "身份证号不对：出生日期或末位的校验码对不上，请核对后再发。"),
    ("查重 15010219900231123X", "身份证号不对：出生日期或末位的校验码对不上，请核对后再发。"),
    ("查重 1394710000", "手机号应是 11 位，这里是 10 位，请核对后再发。"),
    ("查重 12047100001", "这个号码不是大陆手机号，请核对后再发。"),
    ("查重 0471-1234567", "这是座机号，请发客户的手机号。"),
]
NO_WHOLE_NUMBER = [
    "刘志强",
    "0001",
    "1394710",
    "*0001",
    "139****0001",
    "%",
    "L1",
    f"{PHONE} {OTHER}",
    f"刘志强 {PHONE}",
]


def test_what_is_nearly_a_number_is_told_and_a_part_is_no_question(company: Company) -> None:
    company.lead(phone=PHONE, by="wangqiang", id_number=ID_NUMBER)
    batu = company.person("batu")
    for typed, said in WRONG:
        assert batu.say(typed).text == said, typed
    for typed in NO_WHOLE_NUMBER:
        assert batu.say(f"查重 {typed}").text == (
            "查重要写完整的手机号、18 位身份证号或统一社会信用代码，一次查一个，如：查重 13800001111。"
        ), typed
    assert "例如：查重 13800001111" in batu.say("查重").text


def test_what_is_told_of_whom(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    assert company.person("batu").say(f"查重 {PHONE}").text == f"已存在：刘** L{lead} 在您名下。"
    protect(company, lead)
    assert company.person("baiyin").say(f"查重 {PHONE}").text == (
        "已存在：刘** · 呼和浩特/一部 巴* 跟进 · 保护至 12-30。"
    )
    assert company.person("lina").say(f"查重 {PHONE}").text == (
        f"已存在：刘** L{lead} · 呼和浩特/一部 巴* 跟进 · 保护至 12-30。"
    )
    assert company.person("batu").say("查重 13800001111").text == "没有找到，可以录入。"
    assert company.person("liufang").say("查重 13800001111").text == "没有找到。"


def protect(company: Company, lead: int) -> None:
    owner = company.owner(lead)
    with company.runtime.store.database.write() as session:
        values = {"lead_id": lead, "owner_id": owner, "by_id": owner, "at": company.clock.now, "until": DEC_30}
        session.execute(insert(Deferral).values(kind=DeferralKind.PROTECTION.value, **values))


def test_a_company_is_entered_and_found_by_its_credit_code(company: Company) -> None:
    entered = company.person("batu").say(f"录入 驼城商贸 {PHONE} {CREDIT_CODE} 经营贷50万").text
    assert "信用代码 9115**********345T" in entered
    for typed in (CREDIT_CODE, CREDIT_CODE.lower(), "9115 0100 MA0N 1234 5T", f"统一社会信用代码：{CREDIT_CODE}"):
        assert company.person("wangqiang").say(f"查重 {typed}").text == ("已存在：驼*** · 呼和浩特/一部 巴* 跟进。"), (
            typed
        )
    assert company.person("wangqiang").say(f"查重 {CREDIT_CODE[:-1]}X").text == (
        "统一社会信用代码不对：应是 18 位，末位的校验码也要对上，请核对后再发。"
    )


def test_what_waits_in_a_pool(company: Company) -> None:
    here, there = company.lead(phone=PHONE), company.lead(phone=OTHER, region="150202")
    batu = company.person("batu")
    assert batu.say(f"查重 {PHONE}").text == f"已存在：刘** 在 呼和浩特池，可领取：回复 领取 L{here}。"
    assert company.person("zhaojianguo").say(f"查重 {PHONE}").text == (
        f"已存在：刘** L{here} 在 呼和浩特池，还没有人领取。"
    )
    hidden = batu.say(f"查重 {OTHER}").text
    assert hidden == "已存在，在不对您开放的公海等待分配。需要时请联系管理员。"
    assert company.person("baiyin").say(f"查重 {OTHER}").text.endswith(f"可领取：回复 领取 L{there}。")
    for number in range(10):
        batu.say(f"领取 L{company.lead(phone=f'1394720000{number}')}")
    assert batu.say(f"查重 {PHONE}").text == (
        "已存在：刘** 在 呼和浩特池，现在不能领取。今日已领 10/10，明天（周三）00:00 恢复。回复 我的客户 先看手上的。"
    )


def test_who_came_before(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    with company.runtime.store.database.write() as session:
        closed = {"state": LeadState.CLOSED, "closed_at": company.clock.now}
        session.execute(update(Lead).where(Lead.id == lead).values(closed))
    assert company.person("baiyin").say(f"查重 {PHONE}").text == (
        "曾经来过（11-24 结束），现在没有进行中的线索，可以录入。"
    )


def test_the_shipped_quota_is_thirty_a_day(company: Company) -> None:
    runtime = company.runtime
    assert runtime.company.pools.daily_checks == 30
    runtime.in_force.hold(replace(runtime.company, pools=replace(runtime.company.pools, daily_checks=1)))
    batu = company.person("batu")
    batu.say("查重 13800001111")
    assert batu.say("查重 13800001112").text == (
        "今日已查重 1/1 个号码，明天（周三）00:00 恢复。需要更多时请联系管理员。"
    )
    assert batu.say("查重 138 0000 1111").text == "没有找到，可以录入。"
