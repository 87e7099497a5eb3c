"""SIGKILL while a short message is handed over: it arrives once, since it is handed over again under the same id."""

from dataclasses import replace
from pathlib import Path

import pytest
from kit.barriers import until
from kit.gateway import Gateway, gateway_at_work
from kit.invariants import assert_kept
from kit.loan_flows import FIRST, FORM, PAY, flow
from kit.processes import House, open_house
from sqlalchemy import select, update

from core.calendar import Length, Unit
from core.loans import service
from core.loans.flows import Deadline, Flows, Who
from core.loans.models import Task
from core.loans.outcomes import Started, Submitted
from core.manners.kinds import ReminderKind, as_reminder
from core.people.models import Person, own_phone_place
from core.store import post
from core.store.outbox import Kind, OutboxRow
from core.store.unit import utc_now

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


def text(house: House) -> None:
    """Have a short message written about a task of 张三's, as the ladder does."""
    store, zhang = house.runtime.store, house.person("zhangsan").actor
    first = replace(FIRST, next="pay", who=(Who(people=("zhangsan",)),), deadline=Deadline(Length(24, Unit.HOUR)))
    rules = replace(house.runtime.company, forms=(FORM,), flows=Flows((flow(first, PAY),))).loans
    lead, batu = house.lead(by="batu"), house.person("batu").actor
    sealed = store.vault.seal(own_phone_place(zhang.id), "13947100009")
    with store.unit(request_id="test", channel="wecom") as unit:
        unit.session.execute(update(Person).where(Person.id == zhang.id).values(phone=sealed))
        started = service.start(unit, batu, lead, "house", {"amount": 50_000_000, "term": "12"}, rules)
        assert isinstance(started, Started)
        assert isinstance(service.submit(unit, batu, started.application_id, rules), Submitted)
        task = unit.session.scalars(select(Task.id)).one()
        post.text(unit, zhang.id, task, as_reminder(ReminderKind.DEADLINE))


def is_sent(house: House, gateway: Gateway) -> bool:
    return bool(gateway.arrived) and house.is_quiet()


@pytest.mark.parametrize(("point", "asked"), [("relay_before_send", 1), ("relay_after_send", 2)])
def test_a_short_message_survives_its_process(database_url: str, tmp_path: Path, point: str, asked: int) -> None:
    (tmp_path / "var").mkdir()
    with gateway_at_work() as gateway, open_house(database_url, tmp_path / "var", start=(), **gateway.environ) as house:
        text(house)
        house.runtime.relay.drain()  # the cards; what is for the gateway it puts back, having none
        with house.runtime.store.database.write() as session:
            session.execute(update(OutboxRow).where(OutboxRow.kind == Kind.SMS).values(next_try_at=utc_now()))
        house.stop_at("scheduler", point)
        house.start("scheduler")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end")
        assert len(gateway.asked) == asked - 1
        house.let_leases_run_out()
        house.start("scheduler")
        until(lambda: is_sent(house, gateway), "the short message")
        assert len(gateway.asked) == asked
        assert len(set(gateway.asked)) == len(gateway.arrived) == 1
        assert_kept(house.runtime.store, house.platform.journal)
