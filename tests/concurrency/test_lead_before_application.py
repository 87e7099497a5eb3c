"""Whoever changes an application holds its lead first, as who gives the lead away does: so the two wait for each other,
and neither for the database to find out that both would wait for ever."""

import threading
from dataclasses import replace

import pytest
from kit.barriers import until
from kit.loan_flows import FIRST, PAY, flow, rules_with
from sqlalchemy import select, text

from core.leads.intake import NewLead, add_lead
from core.leads.models import Lead
from core.leads.outcomes import Added
from core.leads.pools import Pool, Pools
from core.loans import service
from core.loans.models import Application
from core.loans.outcomes import Started
from core.loans.run import hold
from core.people.queries import by_userid
from core.people.service import PersonRow, import_people
from core.store.unit import Store

RULES = rules_with(flow(replace(FIRST, next="pay"), PAY))
BATU = PersonRow(2, "巴图", "一部", "officer", "batu", "", "", "")
POOLS = Pools((Pool("all", "全区池"),), "all")
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def begun(store: Store) -> tuple[int, int]:
    """A lead and its application."""
    with store.unit(request_id="test") as unit:
        import_people(unit, [BATU])
    with store.unit(request_id="test", channel="wecom") as unit:
        batu = by_userid(unit.session, "wecom", "batu")
        assert batu is not None
        added = add_lead(unit, batu, NewLead("刘志强", "13947100001", channel="抖音", product="house"), POOLS)
        assert isinstance(added, Added)
        started = service.start(unit, batu, added.lead_id, None, {"amount": 5_000_000, "term": "12"}, RULES)
        assert isinstance(started, Started)
        return added.lead_id, started.application_id


def test_who_waits_for_the_lead_has_not_got_the_application(store: Store) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: nobody waits for a row")
    lead, application = begun(store)
    held = threading.Event()

    def change() -> None:
        with store.unit(request_id="second") as unit:
            assert hold(unit, application, RULES, None) is not None
        held.set()

    def waits() -> bool:
        with store.read() as session:
            return bool(session.scalar(WAITING))

    thread = threading.Thread(target=change)
    with store.unit(request_id="first") as unit:
        unit.connection.execute(select(Lead.id).where(Lead.id == lead).with_for_update(key_share=True))
        thread.start()
        until(waits, "who comes second")
        free = select(Application.id).where(Application.id == application).with_for_update(nowait=True)
        assert unit.connection.execute(free).scalar() == application
    thread.join(10)
    assert held.is_set()
