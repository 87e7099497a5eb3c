"""One person's messages at one instant, and a follow-up that meets a transfer."""

import threading

import pytest
from kit.barriers import at_once
from kit.company import Company
from sqlalchemy import func, select

from core.leads import service
from core.leads.models import FollowUp
from core.leads.outcomes import Logged, NotYours, Transferred
from core.leads.service import log_follow_up, transfer_lead
from core.store import dialogs
from core.store.dialogs import Dialog, DialogRow
from core.store.unit import Store


def test_questions_asked_at_one_instant_leave_one_open(store: Store) -> None:
    """Was: IntegrityError pk_dialog on PostgreSQL, and 「系统出了点问题」 to the person."""

    def ask(number: int) -> None:
        with store.unit(request_id="race") as unit:
            dialogs.ask(unit.connection, unit.vault, 7, "wecom", Dialog("follow_up", {"lead": number}), unit.now)

    for _ in range(5):
        at_once([lambda number=number: ask(number) for number in range(8)])
        with store.read() as session:
            assert session.scalar(select(func.count()).select_from(DialogRow)) == 1
            assert dialogs.current(session, store.vault, 7, "wecom", store.clock()) is not None
        with store.unit(request_id="clean") as unit:
            dialogs.end(unit.session, 7, "wecom")


def test_a_follow_up_does_not_land_on_the_new_owners_lead(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transfer commits between the look at the lead and the writing: the follow-up is refused, not written down."""
    store = company.runtime.store
    if store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: nothing can come between")
    lead = company.lead(by="batu")
    batu, lina = company.person("batu").actor, company.person("lina").actor
    look, looks = service.reachable, []

    def looked(unit, actor, verb, lead_id):
        found = look(unit, actor, verb, lead_id)
        if not looks:
            looks.append(lead_id)
            with store.unit(request_id="between") as other:
                assert isinstance(transfer_lead(other, batu, lead, lina, company.runtime.company.pools), Transferred)
        return found

    monkeypatch.setattr(service, "reachable", looked)
    with store.unit(request_id="late") as unit:
        outcome = log_follow_up(unit, batu, lead, "意向强", None)

    assert outcome == NotYours(lead, lina.id)
    assert not isinstance(outcome, Logged)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 0


def test_an_answer_that_waited_meets_the_question_that_the_one_before_it_left(store: Store) -> None:
    """The first answer ends its question and asks the next one; the second waits for its commit. Was: on PostgreSQL it
    found no question at all."""
    with store.unit(request_id="asked") as unit:
        dialogs.ask(unit.connection, unit.vault, 7, "wecom", Dialog("follow_up", {"lead": 1}), unit.now)
    holds, met = threading.Event(), []

    def first() -> None:
        with store.unit(request_id="first") as unit:
            assert dialogs.hold(unit.connection, unit.vault, 7, "wecom", unit.now) == Dialog("follow_up", {"lead": 1})
            holds.set()
            dialogs.end(unit.session, 7, "wecom")
            dialogs.ask(unit.connection, unit.vault, 7, "wecom", Dialog("next_contact", {"lead": 1}), unit.now)

    def second() -> None:
        holds.wait(10)
        with store.unit(request_id="second") as unit:
            met.append(dialogs.hold(unit.connection, unit.vault, 7, "wecom", unit.now))

    at_once([first, second])
    assert met == [Dialog("next_contact", {"lead": 1})]
