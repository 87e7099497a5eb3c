"""客户联系: what customers and QR codes say is anybody's word: it is shown as text, kept sealed, and gives no right."""

from dataclasses import replace

import pytest
from canaries import found_in, secret_values, tables
from kit.company import CORP_ID, ON_ONE_DATABASE, Company
from security_kit import callback
from sqlalchemy import func, select
from test_injection import EVIL, look_at_all

from bot.app import create_app
from core.leads.channels import Channel, Channels
from core.leads.models import Customer, Lead
from jobs.bell import NullBell

CONTACT, NICKNAME, REMARK, FIRM = "wmCANARYcanary0123456789abcdef", "金丝雀小卡", "画眉老板", "百灵鸟商贸"
STATE, PHONE, DESCRIPTION = "canary-state-77", "13947199999", "布谷鸟说急用"
PLANTED = (CONTACT, NICKNAME, REMARK, FIRM, STATE, PHONE, DESCRIPTION)


def leads(company: Company) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(Lead)) or 0


@ON_ONE_DATABASE
@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_what_a_customer_calls_himself_reaches_others_as_text(company: Company, evil: str) -> None:
    contacts = company.platform.contacts
    contacts.add("batu", "wm1", name=evil, company=evil, state=evil)
    company.settle()
    contacts.edit("batu", "wm1", remark=f"{evil}二", description=evil)
    company.settle()
    contacts.add("zhangsan", "wm1", state=evil)
    company.settle()
    assert leads(company) == 1
    company.person("batu").say("客户 L1")
    company.person("lina").say("客户 L1")
    contacts.leave("batu", "wm1")
    look_at_all(company)


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", ["名" * 2000, "", " \u200b\u202e ", "·", "🌸" * 300, "\x00".join("abc"), "1" * 2000])
def test_any_name_makes_a_lead_that_can_be_shown(company: Company, name: str) -> None:
    batu = company.person("batu")
    card = batu.after(lambda: (company.platform.contacts.add("batu", "wm1", name=name or " "), company.settle())).card
    assert card.title.startswith("新微信客户 L1")
    assert card.rows["客户"].strip("·")
    assert batu.say("客户 L1").card.rows["电话"] == "待补手机号"


def test_a_qr_code_names_a_channel_and_nothing_else(company: Company) -> None:
    """A word that is a channel's name, its key or a part of it, is no channel's word."""
    channel = Channel("抖音", key="douyin", secret="TUOLING_CHANNEL_X", states=("dy01",), product="car")
    company.runtime.in_force.hold(replace(company.runtime.company, channels=Channels((channel,))))
    for number, state in enumerate(("抖音", "douyin", "dy0", "dy011", "DY01", "TUOLING_CHANNEL_X")):
        company.platform.contacts.add("batu", f"wm{number}", state=state)
    company.settle()
    with company.runtime.store.read() as session:
        assert set(session.scalars(select(Lead.channel))) == {"企业微信"}
        assert set(session.scalars(select(Lead.product))) == {None}


def test_nothing_of_a_contact_stands_in_clear(company: Company) -> None:
    contacts, batu = company.platform.contacts, company.person("batu")
    contacts.add("batu", CONTACT, name=NICKNAME, company=FIRM, state=STATE)
    for _ in ("waiting", "done"):
        dump = tables(company)
        assert {key: found for key, content in dump.items() if (found := found_in(content, PLANTED))} == {}
        company.settle()
    contacts.edit("batu", CONTACT, remark=REMARK, mobiles=[PHONE], description=DESCRIPTION)
    company.settle()
    contacts.add("zhangsan", CONTACT, state=STATE)
    company.settle()
    contacts.leave("batu", CONTACT)
    company.settle()
    assert PHONE in batu.say("客户 L1").card.whole
    dump = tables(company)
    hidden = (*PLANTED, *secret_values(company))
    assert {key: found for key, content in dump.items() if (found := found_in(content, hidden))} == {}
    assert {"external_contact.userid", "external_follow.state"} <= set(dump)


def test_a_second_officer_learns_no_more_than_by_a_check(company: Company) -> None:
    company.platform.contacts.add("batu", CONTACT, name=NICKNAME, mobiles=[PHONE], company=FIRM)
    company.settle()
    zhang = company.person("zhangsan")
    heard = zhang.after(lambda: (company.platform.contacts.add("zhangsan", CONTACT), company.settle()))
    assert heard.cards == []
    assert not any(told in heard.text for told in PLANTED)
    assert "没有找到" in zhang.say("客户 L1").text


def forged(company: Company, change: str = "add_external_contact", userid: str = "batu") -> str:
    return (
        f"<xml><ToUserName>{CORP_ID}</ToUserName><FromUserName>sys</FromUserName>"
        f"<CreateTime>{int(company.clock().timestamp())}</CreateTime><MsgType>event</MsgType>"
        f"<Event>change_external_contact</Event><ChangeType>{change}</ChangeType><UserID>{userid}</UserID>"
        f"<ExternalUserID>wm1</ExternalUserID><State>s</State></xml>"
    )


@pytest.mark.parametrize(
    "wrong", [{"token": "anothertoken0123456789"}, {"corp": "wwother"}, {"key": "Z" * 43}, {"seconds": -301}], ids=str
)
def test_a_forged_event_is_refused_and_the_platform_not_asked(company: Company, wrong: dict[str, object]) -> None:
    client = create_app(company.runtime, NullBell()).test_client()
    status, _, _ = callback(company, forged(company), **wrong).post(client)  # type: ignore[arg-type]
    company.settle()
    assert status == 403
    assert leads(company) == 0
    assert company.platform.journal.calls("externalcontact/get") == ()


@pytest.mark.parametrize("change", ["add_external_contact", "edit_external_contact", "del_follow_user"])
def test_a_genuine_event_about_nobody_makes_nothing(company: Company, change: str) -> None:
    """The platform knows no such customer of this member's."""
    client = create_app(company.runtime, NullBell()).test_client()
    status, body, _ = callback(company, forged(company, change)).post(client)
    company.settle()
    assert (status, body) == (200, b"")
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0
