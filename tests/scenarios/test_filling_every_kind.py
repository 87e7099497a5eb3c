"""进件 with a form of the company's own that has a field of every kind, over two pages of 修改."""

from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Colleague, Company, Heard
from kit.phones import PARTS

from core.loans.forms import TODAY, FieldKind, Form, FormField
from core.loans.queries import ApplicationNow, application

pytestmark = ON_ONE_DATABASE
PNG = b"\x89PNG\r\n\x1a\n" + b"picture of a house" * 50
USCI = "91350100M000100Y43"  # the example of GB 32100
KINDS = (
    FormField("amount", "申请金额", FieldKind.MONEY, required=True),
    FormField("term", "期限", FieldKind.NUMBER, required=True, whole=True),
    FormField("story", "经营情况", FieldKind.TEXT, required=True),
    FormField("share", "持股比例", FieldKind.PERCENT, required=True),
    FormField("founded", "成立日期", FieldKind.DATE, required=True, earliest="1978-01-01", latest=TODAY),
    FormField("phone", "老板手机", FieldKind.PHONE, required=True),
    FormField("code", "信用代码", FieldKind.CREDIT_CODE, required=True),
    FormField("trade", "行业", FieldKind.CHOICE, required=True, choices=("餐饮", "运输")),
    FormField("assets", "资产", FieldKind.CHOICES, required=True, choices=("房", "车", "存款")),
    FormField("pictures", "店面照片", FieldKind.FILE, required=True),
    FormField("helper", "协办人", FieldKind.PERSON, required=True),
    FormField("place", "经营地", FieldKind.REGION, required=True),
    *(FormField(f"more{number}", f"其他{number}", FieldKind.TEXT) for number in range(1, 9)),
)
FORM = Form("loan", "经营贷款申请", KINDS)


@pytest.fixture
def batu(company: Company) -> Colleague:
    company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,)))
    company.lead(by="batu")
    return company.person("batu")


def now_of(company: Company) -> ApplicationNow:
    runtime, viewer = company.runtime, company.person("mengke").actor
    with runtime.store.read() as session:
        found = application(session, runtime.store.vault, viewer, 1, runtime.company.tagging, company.clock())
    assert found is not None
    return found


def asked(heard: Heard) -> str:
    return heard.cards[-1].title.removesuffix("？")


def picture(company: Company, who: Colleague, content: bytes) -> Heard:
    company.clock.go(seconds=20)
    return who.after(lambda: who.phone.send_picture(content))


def test_a_field_of_every_kind(company: Company, batu: Colleague) -> None:
    heard = batu.say("进件 L1 经营贷 50万 36期")
    for label, answer in [
        ("经营情况", "开饭馆五年"),
        ("持股比例", "六成"),
        ("成立日期", "2021年5月3日"),
        ("老板手机", "13947100009"),
        ("信用代码", USCI.lower()),
        ("行业", "餐饮"),
        ("资产", "房、存款"),
    ]:
        assert asked(heard) == label
        company.clock.go(seconds=20)
        heard = batu.say(answer)
    assert asked(heard) == "店面照片"
    assert "这一项要发图片或文件，没有记下" in batu.say("在手机里").text
    assert "存为「店面照片」（第 1 份）" in picture(company, batu, PNG).text
    assert "（第 2 份）" in picture(company, batu, PNG + b"2").text
    heard = batu.say("好了")
    assert asked(heard) == "协办人"
    heard = batu.say("李娜")
    assert asked(heard) == "经营地"
    heard = batu.say("呼和浩特新城区")
    assert asked(heard) == "其他1"
    values = now_of(company).values
    lina = company.person("lina").actor.id
    assert (values["share"], values["founded"], values["code"]) == ("0.6", "2021-05-03", USCI)
    assert (values["trade"], values["assets"], values["helper"]) == ("餐饮", ["房", "存款"], lina)
    assert (values["phone"], len(values["pictures"]), values["place"]) == ("13947100009", 2, "150102")
    card = batu.say("先停下").cards[-1]
    for said in ("店面照片 2个", "协办人 李娜", "资产 房、存款", "老板手机 139****0009"):
        assert said in card.whole
    assert "13947100009" not in card.whole


def test_a_date_has_its_bounds(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 经营贷 50万 36期")
    batu.say("修改 成立日期")
    assert batu.say("2026-11-25").text.startswith("成立日期不能晚于今天，没有记下。")
    assert batu.say("1977-12-31").text.startswith("成立日期不能早于 1978-01-01，没有记下。")
    batu.say("2026-11-24")
    assert now_of(company).values["founded"] == "2026-11-24"


@PARTS
def test_what_stands_on_the_second_page_is_changed_there(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 经营贷 50万 36期")
    listed = batu.tap(batu.say("先停下").cards[-1], "修改").card
    assert len(listed.options) == 19
    second = batu.tap(listed, "修改", ticked=[listed.options[-1]]).card
    assert second.options[:2] == ["more7", "more8"]
    company.clock.go(seconds=20)
    heard = batu.tap(second, "修改", ticked=["more8"])
    assert asked(heard) == "其他8"
    batu.say("有担保人")
    assert now_of(company).values["more8"] == "有担保人"


def test_behind_the_last_page_comes_the_first(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 经营贷 50万 36期")
    listed = batu.tap(batu.say("先停下").cards[-1], "修改").card
    for first in ("more7", "amount"):
        company.clock.go(seconds=20)
        listed = batu.tap(listed, "修改", ticked=[listed.options[-1]]).card
        assert listed.options[0] == first
