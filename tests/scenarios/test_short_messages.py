"""「审批超过24小时未处理时，自动发送提醒短信」, from the people file to the phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import Company, open_company
from kit.gateway import Arrived, Gateway, gateway_at_work
from kit.loan_flows import FIRST, FORM, PAY, flow
from sqlalchemy import select

from bot.peoplefile import read_people
from cards.saying import PLATFORMS
from core.calendar import CHINA, Length, Unit
from core.loans import service
from core.loans.deadline_models import RungRow
from core.loans.flows import Deadline, Flows, Rung, Step, Who
from core.loans.outcomes import Started, Submitted
from core.people.service import Imported, import_people, leave
from core.store.outbox import OutboxRow

PHONE = "13947100009"
DAY = Deadline(Length(24, Unit.HOUR), (Step(Rung.SMS),))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateway_at_work() as gateway:
        yield gateway


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock, gateway: Gateway) -> Iterator[Company]:
    """The company with a gateway; what 张三 has to approve he has 24 hours for, then a short message comes."""
    with open_company(database_url, tmp_path / "var", clock, **gateway.environ) as company:
        first = replace(FIRST, next="pay", who=(Who(people=("zhangsan",)),), deadline=DAY)
        of = flow(first, replace(PAY, deadline=DAY))
        company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,), flows=Flows((of,))))
        yield company


def zhangsan_has_a_phone(company: Company, folder: Path) -> None:
    """By the people file, of which the others are not the matter."""
    zhang = company.person("zhangsan").actor
    line = f"张三,{zhang.department},{'|'.join(sorted(zhang.roles))},zhangsan,{PHONE}"
    file = folder / "phones.csv"
    file.write_text(f"姓名,部门,岗位,企业微信账号,手机号\n{line}\n", encoding="utf-8")
    with company.runtime.store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, read_people(file)), Imported)


def applied(company: Company, phone: str = "13947100001") -> int:
    """巴图 hands an application in at 10:00; its number."""
    lead = company.lead("张伟", phone=phone, by="batu")
    rules, batu = company.runtime.company.loans, company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        started = service.start(unit, batu, lead, "house", {"amount": 50_000_000, "term": "12"}, rules)
        assert isinstance(started, Started)
        assert isinstance(service.submit(unit, batu, started.application_id, rules), Submitted)
    company.settle()
    return started.application_id


def sweep(company: Company, day: int, hour: int, minute: int = 0) -> None:
    company.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=CHINA)
    company.runtime.deadlines.round()
    company.settle()


def came(company: Company) -> list[str]:
    """What the ladder's rows say."""
    with company.runtime.store.read() as session:
        return list(session.scalars(select(RungRow.came).order_by(RungRow.task_id)))


def ended(company: Company) -> list[tuple[str, str | None]]:
    """How the short messages of the outbox ended, and why."""
    with company.runtime.store.read() as session:
        rows = session.execute(select(OutboxRow.state, OutboxRow.fault).where(OutboxRow.channel == "sms"))
        return [(state, why) for state, why in rows]


def test_an_approval_that_waits_for_more_than_24_hours_brings_one_short_message(
    company: Company, gateway: Gateway, tmp_path: Path
) -> None:
    zhangsan_has_a_phone(company, tmp_path)
    number = applied(company)
    sweep(company, 25, 9, 59)
    assert gateway.asked == []
    card = company.person("zhangsan").after(lambda: sweep(company, 25, 11)).card
    sweep(company, 25, 12)
    (message,) = gateway.arrived
    where = PLATFORMS[company.person("zhangsan").phone.channel]  # where his card is
    text = f"【青城助贷】驼铃：您有一件进件审批已超时，请在{where}里处理（T1）"
    assert message == Arrived(PHONE, text, message.id)
    assert card.title.startswith(f"A{number} 初审"), "and the card, as ever"
    assert came(company) == ["done"]
    assert ended(company) == [("sent", None)]
    assert PHONE not in card.whole


def test_who_has_no_phone_gets_the_card_alone(company: Company, gateway: Gateway) -> None:
    applied(company)
    assert company.person("zhangsan").after(lambda: sweep(company, 25, 11)).card.labels == [
        "去处理",
        "进度",
        "稍后提醒",
    ]
    assert gateway.asked == []
    assert came(company) == ["no_phone"]


def test_what_is_decided_before_the_gateway_is_back_is_not_sent(
    company: Company, gateway: Gateway, tmp_path: Path
) -> None:
    """The row waits for the gateway; meanwhile its task is done."""
    zhangsan_has_a_phone(company, tmp_path)
    applied(company)
    gateway.answers.append((503, {}))
    zhang = company.person("zhangsan")
    card = zhang.after(lambda: sweep(company, 25, 11)).card
    assert len(gateway.asked) == 1
    zhang.tap(zhang.tap(card, "去处理").card, "同意")
    company.clock.go(minutes=5)
    company.settle()
    assert len(gateway.asked) == 1
    assert ended(company) == [("superseded", "superseded")]


def test_a_gateway_that_was_away_gets_it_under_the_same_id(company: Company, gateway: Gateway, tmp_path: Path) -> None:
    zhangsan_has_a_phone(company, tmp_path)
    applied(company)
    gateway.drops = True  # it has it, and the connection breaks before it says so
    sweep(company, 25, 11)
    company.clock.go(minutes=5)
    company.settle()
    assert len(gateway.asked) == 2
    assert len(set(gateway.asked)) == len(gateway.arrived) == 1


def test_who_left_gets_none(company: Company, gateway: Gateway, tmp_path: Path) -> None:
    zhangsan_has_a_phone(company, tmp_path)
    applied(company)
    gateway.answers.append((503, {}))
    sweep(company, 25, 11)
    with company.runtime.store.unit(request_id="test") as unit:
        leave(unit, "zhangsan")
    company.clock.go(minutes=5)
    company.settle()
    assert gateway.arrived == []
    assert ended(company)[0][0] == "superseded"


def test_several_at_once_are_spread_over_minutes(company: Company, gateway: Gateway, tmp_path: Path) -> None:
    """Operators block a number that gets a burst; and what is done by then is not sent."""
    zhangsan_has_a_phone(company, tmp_path)
    for phone in ("13947100001", "13947100002"):
        applied(company, phone)
    sweep(company, 25, 11)
    assert len(gateway.arrived) == 1
    company.clock.go(minutes=1, seconds=5)
    company.settle()
    assert len(gateway.arrived) == 2
