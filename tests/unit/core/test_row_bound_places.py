"""What people typed is bound to its row: moved to another row of the same lead or customer, it does not open."""

import pytest
from kit.company import Company
from sqlalchemy import select, update

from core.leads.models import Customer, Lead, Ownership
from core.leads.whole import Lead360, lead_360


def swap(company: Company, model: type[Lead | Ownership], column: str) -> None:
    """Exchange the sealed values of the first and the last row that has one."""
    with company.runtime.store.database.write() as session:
        value = getattr(model, column)
        rows = session.execute(select(model.id, value).where(value.is_not(None)).order_by(model.id)).all()
        (first, one), (last, other) = rows[0], rows[-1]
        assert one != other
        for row_id, new in ((first, other), (last, one)):
            session.execute(update(model).where(model.id == row_id).values({column: new}))


def look(company: Company, lead: int) -> Lead360 | None:
    """The lead, as the administrator sees it."""
    store, viewer = company.runtime.store, company.person("wuyun").actor
    with store.read() as session:
        return lead_360(session, store.vault, viewer, lead, company.runtime.company.pools, store.clock())


def reasons(company: Company, lead: int) -> list[str]:
    seen = look(company, lead)
    assert seen is not None
    return [step.reason for step in seen.history if step.reason]


def note(company: Company, lead: int) -> str:
    seen = look(company, lead)
    assert seen is not None
    return seen.note


def test_reasons_of_one_lead_cannot_be_exchanged(company: Company) -> None:
    """Was: bound to the lead, so that any reason of its history opened in any other row of it."""
    lead = company.lead(by="batu")
    company.person("batu").say(f"释放 L{lead} 联系不上")
    company.person("zhangsan").say(f"领取 L{lead}")
    company.person("zhangsan").say(f"释放 L{lead} 客户投诉")
    assert reasons(company, lead) == ["联系不上", "客户投诉"]
    swap(company, Ownership, "reason")
    assert reasons(company, lead) == ["***", "***"], "neither opens in the other's row"


def test_notes_of_two_leads_of_one_customer_cannot_be_exchanged(company: Company) -> None:
    first = company.lead(note="有房")
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).values(state="closed"))
    second = company.lead(note="有车")
    with company.runtime.store.read() as session:
        assert len(session.scalars(select(Customer.id)).all()) == 1
    assert [note(company, lead) for lead in (first, second)] == ["有房", "有车"]
    swap(company, Lead, "note")
    assert [note(company, lead) for lead in (first, second)] == ["***", "***"]


def test_a_history_keeps_its_order_whatever_the_clocks_of_the_machines(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next row is written by a machine whose clock is far behind, in the same instant of the company's clock."""
    lead = company.lead(by="batu")
    with monkeypatch.context() as behind:
        behind.setattr("core.leads.ownership.new_id", lambda: 7)
        company.person("batu").say(f"释放 L{lead} 联系不上")
    company.person("zhangsan").say(f"领取 L{lead}")
    with company.runtime.store.read() as session:
        hows = session.scalars(select(Ownership.how).order_by(Ownership.id)).all()
    assert hows == ["enter", "release", "claim"]
