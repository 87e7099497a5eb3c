"""Sealing anew after a change of the master key: everything, with its indexes, beside people at work."""

from datetime import date, timedelta
from typing import Any

import pytest
from kit.company import Company
from kit.loans import challenge, hand_in, open_task
from sqlalchemy import LargeBinary, select, update
from sqlalchemy.orm import Session

from core.leads.intake import NewLead, add_lead, customer_of
from core.leads.kept import Medium
from core.leads.models import Customer, Lead
from core.leads.outcomes import AlreadyOpen
from core.leads.queries import find_leads
from core.leads.whole import lead_360
from core.loans.models import Application
from core.people.models import Person, own_phone_place
from core.privacy import Vault, resealing
from core.privacy.sealed import SEALED
from core.risk import blacklist, consent, reports
from core.risk.providers import Provider
from core.store import shared
from core.store.base import table_of
from core.store.outbox import Kind, Message, put
from core.store.shared import Secret
from core.store.unit import Store, Unit
from core.tables import metadata

NAME, PHONE, ID_NUMBER = "巴特尔·孟和", "13947100001", "150102199001011230"
CREDIT_CODE = "91150100MA0N12345T"
NOT_SEALED = {
    "seal",
    "inputs_index",
    "number_index",
    "name_index",
    "given_name_index",
    "phone_index",
    "id_number_index",
    "credit_code_index",
    "userid_index",
    "hash",
    "hangs_as",  # a card is drawn once more than needed then
    "about",  # of a report: after the old key's end it is asked for anew
}
NEW = b"n" * 32


@pytest.fixture
def used(company: Company) -> Company:
    """A company in whose database every sealed column holds something."""
    runtime = company.runtime
    batu = company.person("batu").actor
    new = NewLead(NAME, PHONE, "抖音", ID_NUMBER, "house", 50_000_000, "150102", "有房，要快", CREDIT_CODE)
    with runtime.store.unit(request_id="test") as unit:
        lead = add_lead(unit, batu, new, runtime.company.pools).lead_id  # type: ignore[union-attr]
    company.person("batu").say(f"跟进 L{lead} 意向强，明天10点面谈")
    company.person("batu").say(f"评论 L{lead} 材料齐了")
    company.person("batu").say("关怀 房抵：快过节了")
    company.person("batu").say(f"转移 L{lead} 李娜 住得近")  # and a card for each: issued, sent, with a code
    company.person("zhangsan").say(
        f"释放 L{company.lead(phone='13947100002', by='zhangsan')}"
    )  # is asked for the reason
    challenge(company)
    hand_in(company, phone="13947100003")
    company.person("liufang").say(f"同意 T{open_task(company, 'liufang')} 资料齐全")
    with runtime.store.unit(request_id="test") as unit:
        blacklist.add(unit, blacklist.Number("id_number", ID_NUMBER), "伪造流水", None)
    company.platform.contacts.add("batu", name="萨仁", state="dy01")
    company.settle()
    for lead_of, name in (("zhangsan", "流水.pdf"), ("batu", "征信.pdf")):  # one is kept, one still to be fetched
        company.platform.send_file(lead_of, b"%PDF-1.7 a statement", name)
        if lead_of == "zhangsan":
            company.settle()
    with runtime.store.unit(request_id="test") as unit:
        a_report(unit)
    vault, now = runtime.store.vault, company.clock()
    with runtime.store.database.write() as session:
        shared.write_secret(session, vault, "token", Secret("t", 1, now))
        own = {"phone": vault.seal(own_phone_place(batu.id), PHONE)}
        session.execute(update(Person).where(Person.id == batu.id).values(own))
        sealed = {"body": vault.seal("outbox.body:k", "你好"), "code": vault.seal("outbox.code:k", "c")}
        put(session, Message("k", "wecom", 1, "wecom:1", Kind.SAY, **sealed), now=now, request_id="test")
    return company


def a_report(unit: Unit) -> None:
    """A report that came, of the first application."""
    customer, application = unit.connection.execute(
        select(Lead.customer_id, Application.id).join(Lead, Lead.id == Application.lead_id)
    ).first() or (0, 0)
    person = unit.connection.execute(select(Person.id)).scalars().first() or 0
    medium = unit.connection.execute(select(Medium.id)).scalars().first() or 0
    signed = consent.Signed(customer, application, "consent", (medium,), ("征信查询",), date(2027, 1, 1), ID_NUMBER)
    consent.give(unit, person, signed)
    (given,) = consent.of_paper(unit.connection, unit.vault, application, "consent")
    provider = Provider("credit", "征信报告", "征信查询", True, (), (), None, timedelta(days=180))
    wanted = reports.Wanted(application, customer, provider, given.id, "巴特尔", person)
    reports.hand_in(unit, wanted, {"queries": 3.0}, [medium])


def rotated(company: Company) -> Store:
    """The same database while the key is changed."""
    (old,) = (key.material for key in company.runtime.store.vault._all)
    return Store(company.runtime.store.database, Vault(NEW, old), clock=company.clock)


def after(company: Company) -> Store:
    """The same database when the old key is gone."""
    return Store(company.runtime.store.database, Vault(NEW), clock=company.clock)


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    tables = {sealed.table for sealed in SEALED}
    return {
        table.name: [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]
        for table in tables
    }


def test_every_sealed_column_is_listed() -> None:
    """A new one must be put into the list, or it would be lost with the old key. What is binary is sealed, or an index
    or a hash that is named here."""
    binary = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name not in NOT_SEALED
    }
    assert {str(sealed) for sealed in SEALED} == binary
    indexes = {column.name for table in metadata.tables.values() for column in table.columns if "_index" in column.name}
    assert {column for sealed in SEALED for column in sealed.indexes} == indexes


def test_everything_is_sealed_anew_at_its_place_and_nothing_else_changed(used: Company) -> None:
    during = rotated(used)
    with during.read() as session:
        before = everything(session)
    waiting = resealing.count(during)
    assert set(waiting.old) == {str(sealed) for sealed in SEALED}, "the company fills every sealed column"
    with during.read() as session:
        assert everything(session) == before, "counting changes nothing"

    tally = resealing.reseal(during)
    assert (tally.anew, tally.old) == (waiting.old, waiting.old)
    assert not tally.unreadable + tally.doubled
    assert not resealing.count(after(used)).old

    with during.read() as session:
        now = everything(session)
    old_vault, new_vault = used.runtime.store.vault, Vault(NEW)
    changed = {(sealed.table.name, name) for sealed in SEALED for name in (sealed.name, *sealed.indexes)}
    for table, rows in now.items():
        for was, row in zip(before[table], rows, strict=True):
            assert {k: v for k, v in row.items() if (table, k) not in changed} == {
                k: v for k, v in was.items() if (table, k) not in changed
            }
    for sealed in SEALED:
        for was, row in zip(before[sealed.table.name], now[sealed.table.name], strict=True):
            if was[sealed.name] is not None:
                plain = old_vault.open_bytes(sealed.place.format(**was), was[sealed.name])
                assert new_vault.open_bytes(sealed.place.format(**row), row[sealed.name]) == plain


def test_with_the_old_key_gone_people_are_found_and_not_doubled(used: Company) -> None:
    resealing.reseal(rotated(used))
    store = after(used)
    lina = used.person("lina").actor
    with store.read() as session:
        (lead,) = find_leads(session, store.vault, lina, PHONE, store.clock())
        for words in (NAME, "巴特尔"):
            assert list(find_leads(session, store.vault, lina, words, store.clock())) == [lead], words
        shown = lead_360(session, store.vault, lina, lead, used.runtime.company.pools, store.clock())
        resealed = session.scalars(
            select(Customer).where(Customer.phone_index == store.vault.index("customer.phone", PHONE))
        ).one()
        indexes = resealed.name_index, resealed.given_name_index
    assert shown is not None
    assert (shown.name, shown.phone) == (NAME, PHONE)
    for new in (NewLead(NAME, PHONE, "抖音"), NewLead(NAME, "13947100009", "抖音", ID_NUMBER)):
        with store.unit(request_id="test") as unit:
            outcome = add_lead(unit, lina, new, used.runtime.company.pools)
        assert isinstance(outcome, AlreadyOpen)
    with store.unit(request_id="test") as unit:  # the indexes are those that a new customer of this name would get
        fresh = customer_of(unit, NewLead(NAME, "13947100010", "抖音"))
        entered = unit.session.get_one(Customer, fresh)
        assert (entered.name_index, entered.given_name_index) == indexes


def test_what_somebody_changed_meanwhile_stays_as_he_left_it(used: Company) -> None:
    during = rotated(used)
    customers = table_of(Customer)
    with during.read() as session:
        page = resealing.read_page(session, during.vault, customers)
    first = page.changes[0].row["id"]
    theirs = during.vault.seal(f"customer.phone:{first}", "13947109999")
    with during.database.begin() as connection:
        connection.execute(update(customers).where(customers.c.id == first).values(phone=theirs))
    with during.database.begin() as connection:
        written = resealing.write(connection, page.changes)
    left = [change for change in page.changes if change not in written]
    assert [(change.row["id"], str(change.sealed)) for change in left] == [(first, "customer.phone")]
    with during.read() as session:
        assert session.get_one(Customer, first).phone == theirs
    assert not resealing.count(during).old["customer.phone"]


def test_stopped_half_way_it_goes_on_where_it_was(used: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "PAGE", 1)
    during = rotated(used)
    waiting = resealing.count(during).old
    with during.read() as session:
        page = resealing.read_page(session, during.vault, table_of(Customer))
    with during.database.begin() as connection:
        done = resealing.write(connection, page.changes)
    assert resealing.reseal(during).anew.total() == waiting.total() - len(done)
    assert not resealing.count(during).old
    assert not resealing.reseal(during).anew


def test_what_no_key_opens_is_counted_and_left_alone(used: Company) -> None:
    lost = Store(used.runtime.store.database, Vault(NEW), clock=used.clock)
    with lost.read() as session:
        before = everything(session)
    tally = resealing.reseal(lost)
    assert not tally.old + tally.anew
    assert tally.unreadable == resealing.count(rotated(used)).old
    with lost.read() as session:
        assert everything(session) == before
        seen = lead_360(session, lost.vault, used.person("lina").actor, 1, used.runtime.company.pools, lost.clock())
    assert seen is not None
    assert (seen.name, seen.readable) == ("***", False)


def test_a_customer_entered_twice_by_processes_with_different_keys_stops_nobody(used: Company) -> None:
    """One process knows the old key only and cannot see what the new one has written."""
    with rotated(used).unit(request_id="test") as unit:
        unit.vault = Vault(NEW)  # it was let in before the keys were rotated
        customer_of(unit, NewLead(NAME, PHONE, "抖音"))
    during = rotated(used)
    tally = resealing.reseal(during)
    assert dict(tally.doubled) == {"customer.phone": 1}
    assert tally.anew.total() == tally.old.total() - 1
    assert dict(resealing.count(during).old) == {"customer.phone": 1}
