"""A sealed value that does not open (damaged, or copied from another row) spoils the line of its lead, and no other."""

import pytest
from kit.company import Company
from kit.logs import own_logging
from sqlalchemy import select, update
from structlog.testing import capture_logs

from core.leads.models import Customer, Lead
from jobs import stage

NAMES = {"刘志强": "13947100001", "赵丽华": "13947100002", "王小明": "13947100003"}


@pytest.fixture(autouse=True)
def _nothing_told_yet() -> None:
    stage._told.clear()


def damaged(company: Company, by: str = "") -> tuple[int, list[int]]:
    """Three leads (of `by`, else in the pool): of the first the phone was overwritten with the second's; the others."""
    leads = [company.lead(name, phone, **({"by": by} if by else {})) for name, phone in NAMES.items()]
    with company.runtime.store.database.write() as session:
        of = [session.scalars(select(Lead.customer_id).where(Lead.id == lead)).one() for lead in leads]
        foreign = session.scalars(select(Customer.phone).where(Customer.id == of[1])).one()
        session.execute(update(Customer).where(Customer.id == of[0]).values(phone=foreign))
    return leads[0], leads[1:]


def test_the_pool_shows_the_others_and_says_of_one_that_its_data_is_broken(company: Company) -> None:
    broken, others = damaged(company)
    before = stage.UNREADABLE._value.get()
    with own_logging(), capture_logs() as logs:
        whole = company.person("batu").say("公海").card.whole
        company.person("batu").say("公海")
    assert f"L{broken} 数据异常" in whole
    for lead in others:
        assert f"L{lead} " in whole
    assert "139****0002" in whole
    assert "139****0003" in whole
    assert "139****0001" not in whole
    told = [line for line in logs if "cannot be read" in line["event"]]
    assert [line["lead"] for line in told] == [broken], "told of once, by its number"
    assert not any(word in str(told) for word in ("刘志强", "1394710"))
    assert stage.UNREADABLE._value.get() == before + 2


def test_who_watches_the_pool_sees_it_too(company: Company) -> None:
    broken, others = damaged(company)
    whole = company.person("wuyun").say("公海").card.whole
    assert "数据异常" in whole
    assert all(f"L{lead}" in whole for lead in (broken, *others))


def test_a_claim_of_several_with_one_that_is_broken_is_answered(company: Company) -> None:
    broken, others = damaged(company)
    batu = company.person("batu")
    whole = batu.say(f"领取 L{broken} L{others[0]}").card.whole
    assert "已领取 2 条" in whole
    assert "数据异常" in whole
    assert "13947100002" in whole


def test_ones_own_leads_are_shown_with_one_that_is_broken(company: Company) -> None:
    broken, others = damaged(company, by="batu")
    with company.runtime.store.database.write() as session:
        of = session.scalars(select(Lead.customer_id).where(Lead.id == broken)).one()
        session.execute(update(Customer).where(Customer.id == of).values(name=b"\x01" + b"junk" * 12))
    whole = company.person("batu").say("我的客户").card.whole
    assert "数据异常" in whole
    assert "赵丽华" in whole
    assert all(f"L{lead}" in whole for lead in (broken, *others))
