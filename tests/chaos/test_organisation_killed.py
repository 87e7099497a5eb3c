"""SIGKILL while a change of the address book is on its way: it is followed up all the same, once."""

from pathlib import Path

import pytest
from kit.barriers import until
from kit.office import hints_left, stands
from kit.processes import House, open_house
from sqlalchemy import select, update

from bot.sandbox.faults import CALLBACK, Fault
from core.people.hints import HintRow
from core.store.audit import AuditRow
from core.store.unit import utc_now

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]

MOVED = ("巴特尔·孟和", "呼和浩特/二部", "officer", True)
SECONDS = 30.0


def moves(house: House) -> int:
    with house.runtime.store.read() as session:
        return session.scalars(select(AuditRow.action)).all().count("people:rights")


def test_the_scheduler_is_killed_between_asking_and_taking_over(database_url: str, tmp_path: Path) -> None:
    with open_house(database_url, tmp_path / "var", start=("serve", "scheduler")) as house:
        house.stop_at("scheduler", "organisation_read")
        house.platform.office.change("batu", department="呼和浩特/二部")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end", seconds=SECONDS)
        assert hints_left(house) == 1
        assert moves(house) == 0
        with house.runtime.store.database.write() as session:  # as if the lease had run out
            session.execute(update(HintRow).values(next_try_at=utc_now()))
        house.start("scheduler")
        until(lambda: hints_left(house) == 0, "the next one to follow it up", seconds=SECONDS)
        assert stands(house, "batu") == MOVED
        assert moves(house) == 1


@pytest.mark.parametrize("point", ["recorded", "before_commit", "after_commit"])
def test_the_web_process_is_killed_over_the_event(database_url: str, tmp_path: Path, point: str) -> None:
    with open_house(database_url, tmp_path / "var", start=("serve", "scheduler")) as house:
        house.platform.faults.order(api=CALLBACK, fault=Fault.NO_RETRY)
        house.stop_at("serve", point)
        delivery = house.platform.office.change("batu", department="呼和浩特/二部")
        assert not delivery.taken
        until(lambda: stands(house, "batu") == MOVED, "the change to be followed up", seconds=SECONDS)
        until(lambda: hints_left(house) == 0, "nothing to be left", seconds=SECONDS)
        assert moves(house) == 1
