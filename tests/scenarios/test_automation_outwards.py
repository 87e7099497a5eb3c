"""自动化 that reaches beyond the chat: short messages to the owner's phone, and other systems that are told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import Company, open_company
from kit.gateway import Arrived, Gateway, gateway_at_work
from kit.loans import hand_in
from kit.webhooks import OtherSystem, other_system
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.automation.queries import runs
from core.automation.rules import Automation, CallWebhook, Deed, GiveLead, PutTag, Rule, SendSms, Trigger
from core.leads.marking import Wanted, set_tags
from core.people.models import Person, own_phone_place
from core.store.outbox import OutboxRow

PHONE = "13947100009"
HOT = '"高意向" in tags'


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateway_at_work() as gateway:
        yield gateway


@pytest.fixture
def other() -> Iterator[OtherSystem]:
    with other_system() as other:
        yield other


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock, gateway: Gateway, other: OtherSystem) -> Iterator[Company]:
    """The company with a gateway for short messages and another system; 巴图 has a phone."""
    with open_company(database_url, tmp_path / "var", clock, **gateway.environ, **other.environ) as company:
        batu, vault = company.person("batu").actor.id, company.runtime.store.vault
        with company.runtime.store.database.write() as session:
            person = session.get_one(Person, batu)
            person.phone = vault.seal(own_phone_place(batu), PHONE)
        yield company


def does(company: Company, *deeds: Deed) -> None:
    """What is done when a lead becomes 高意向."""
    rule = Rule("热", Trigger.TAGS, deeds, HOT)
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((rule,))))


def came(company: Company) -> list[tuple[str, str, str]]:
    """What came of each deed, the first first."""
    with company.runtime.store.read() as session:
        return [(one.kind, str(one.came), one.what) for run in reversed(runs(session)) for one in run.did]


def ended(company: Company, channel: str) -> list[tuple[str, str | None]]:
    """How what was to go out by this channel ended, and why."""
    with company.runtime.store.read() as session:
        rows = session.execute(select(OutboxRow.state, OutboxRow.fault).where(OutboxRow.channel == channel))
        return [(state, why) for state, why in rows.all()]


def test_a_short_message_goes_to_the_owner(company: Company, gateway: Gateway) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    does(company, SendSms("客户热了，请回电"))
    batu.say(f"标签 L{lead} +高意向")
    (message,) = gateway.arrived
    assert message == Arrived(PHONE, f"【青城助贷】驼铃：客户热了，请回电（L{lead}）", message.id)
    assert came(company) == [("sms", "done", "")]
    assert ended(company, "sms") == [("sent", None)]


def test_who_has_no_phone_gets_none_and_the_log_says_so(company: Company, gateway: Gateway) -> None:
    lead = company.lead(by="lina")
    does(company, SendSms("客户热了"))
    company.person("lina").say(f"标签 L{lead} +高意向")
    assert gateway.asked == []
    assert came(company) == [("sms", "no_phone", "")]


def test_of_a_lead_that_is_another_s_by_then_nothing_is_sent(company: Company, gateway: Gateway) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    does(company, SendSms("客户热了"))
    gateway.answers.append((503, {}))
    batu.say(f"标签 L{lead} +高意向")
    batu.say(f"转移 L{lead} 李娜")
    company.clock.go(minutes=5)
    company.settle()
    assert gateway.arrived == []
    assert ended(company, "sms") == [("superseded", "superseded")]


def test_without_a_gateway_the_log_says_so(database_url: str, tmp_path: Path, clock: Clock) -> None:
    with open_company(database_url, tmp_path / "plain", clock) as company:
        lead = company.lead(by="batu")
        does(company, SendSms("客户热了"))
        company.person("batu").say(f"标签 L{lead} +高意向")
        assert came(company) == [("sms", "no_gateway", "")]
        assert ended(company, "sms") == []


def test_another_system_is_told_what_happened_and_of_nobody_s_person(company: Company, other: OtherSystem) -> None:
    lead, batu = company.lead("刘志强", "13947100001", by="batu"), company.person("batu")
    does(company, CallWebhook(other.url))
    batu.say(f"标签 L{lead} +刘老师介绍")
    batu.say(f"标签 L{lead} +高意向")
    told = other.told[-1]
    assert (told["type"], told["timestamp"]) == ("lead.tags", company.clock().isoformat())
    data = told["data"]
    assert (data["rule"], data["lead"], data["application"], data["owner"]) == ("热", f"L{lead}", None, "batu")
    assert (data["tags"], data["follow_ups"]) == (["高意向"], 0)
    assert not {"刘志强", "13947100001", "刘"} & set(str(told).replace("'", " ").split())
    assert "13947100001" not in str(told)
    assert "刘" not in str(told)
    assert "channel" not in data, "as somebody typed it, it may be a name"
    assert came(company) == [("webhook", "done", other.url)]
    assert ended(company, "webhook") == [("sent", None)]


def test_it_is_told_how_the_lead_stands_after_what_the_rule_did(company: Company, other: OtherSystem) -> None:
    lead, batu = company.lead("刘志强", "13947100001", by="batu"), company.person("batu")
    does(company, PutTag("急用"), GiveLead("zhoumin"), CallWebhook(other.url))
    batu.say(f"标签 L{lead} +高意向")
    data = other.told[-1]["data"]
    assert (data["owner"], sorted(data["tags"])) == ("zhoumin", ["急用", "高意向"])
    assert data["department"].startswith("包头")


def test_of_an_application_its_stage_and_money(company: Company, other: OtherSystem) -> None:
    rule = Rule("进度", Trigger.STAGE, (CallWebhook(other.url),), only_when_changed=False)
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((rule,))))
    number = hand_in(company)
    company.settle()
    told = other.told[-1]
    assert told["type"] == "application.stage"
    assert (told["data"]["application"], told["data"]["stage"]) == (f"A{number}", "初审")
    assert (told["data"]["amount"], told["data"]["product"]) == ("500000.00", "房抵")


def test_what_fails_twice_arrives_once_under_one_id(company: Company, other: OtherSystem) -> None:
    lead = company.lead(by="batu")
    does(company, CallWebhook(other.url))
    other.answers += [500, 500]
    company.person("batu").say(f"标签 L{lead} +高意向")
    assert other.told == []
    for _ in range(3):
        company.clock.go(minutes=2)
        breaker = company.runtime.relay._webhooks._breaker  # type: ignore[union-attr]
        breaker.note("127.0.0.1", failed=False)  # its rest goes by the machine's time
        company.settle()
    assert len(other.told) == 1
    assert len(set(other.asked)) == 1
    assert len(other.asked) == 3


def test_a_system_that_is_down_holds_up_nobody(company: Company, other: OtherSystem) -> None:
    first, second = company.lead(by="batu"), company.lead("白云飞", "13947100002", by="batu")
    does(company, CallWebhook(other.url))
    other.answers += [503]
    batu = company.person("batu")
    batu.say(f"标签 L{first} +高意向")
    heard = batu.say(f"标签 L{second} +高意向")
    assert "高意向" in heard.text
    assert len(other.asked) == 1, "who failed is left alone"
    assert sorted(why or "" for _, why in ended(company, "webhook")) == ["HTTP 503", "pace"]


def test_a_host_that_nobody_allowed_is_not_called(company: Company, other: OtherSystem) -> None:
    lead = company.lead(by="batu")
    does(company, CallWebhook(other.url.replace("127.0.0.1", "localhost")))
    company.person("batu").say(f"标签 L{lead} +高意向")
    assert other.asked == []
    assert ended(company, "webhook") == [("pending", "localhost is not in TUOLING_WEBHOOK_HOSTS")]
    assert [why for _, why, _ in came(company)] == ["not_allowed"]


def test_what_a_broken_transaction_did_is_told_to_nobody(company: Company, other: OtherSystem) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu").actor
    does(company, CallWebhook(other.url))

    def breaks() -> None:
        with company.runtime.store.unit(request_id="x") as unit:
            set_tags(unit, batu, lead, Wanted(on=("高意向",)), company.runtime.company.tagging)
            unit.connection.execute(text("SELECT no_such_column"))

    with pytest.raises(DBAPIError):
        breaks()
    company.settle()
    assert (other.asked, ended(company, "webhook")) == ([], [])


def test_nor_of_the_tags_that_somebody_made_up(company: Company, other: OtherSystem) -> None:
    """They may be somebody's name; and a rule can be about them."""
    now = company.runtime.company
    rule = Rule("介绍", Trigger.TAGS, (CallWebhook(other.url),), '"巴老师介绍" in tags')
    free = replace(now, automation=Automation((rule,)), tagging=replace(now.tagging, free=True))
    company.runtime.in_force.hold(free)
    lead, batu = company.lead("刘志强", "13947100001", by="batu"), company.person("batu")
    batu.say(f"标签 L{lead} +高意向")
    assert "巴老师介绍" in batu.say(f"标签 L{lead} +巴老师介绍").text
    (told,) = other.told
    assert told["data"]["tags"] == ["高意向"]
    assert "巴老师" not in str(told)
