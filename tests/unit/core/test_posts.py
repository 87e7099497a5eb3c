"""Who had which post when: reckoned back from what the log says of changes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from firm import PEOPLE, Firm
from kit.clock import Clock
from sqlalchemy import update

from core.people.models import Person
from core.people.posts import Career, Post, career_of
from core.people.service import Imported, Left, import_people, leave
from core.store.audit import AuditRow

DAY = timedelta(days=1)


def career(firm: Firm, person_id: int) -> Career:
    with firm.store.read() as session:
        found = career_of(session, person_id)
    assert found is not None
    return found


def taken_over(firm: Firm, role: str, department: str) -> None:
    """张三's line of the people file, changed."""
    rows = [replace(row, role=role, department=department) if row.wecom_userid == "zhang" else row for row in PEOPLE]
    with firm.store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, rows), Imported)


@pytest.fixture
def began(firm: Firm, clock: Clock) -> datetime:
    """A day after the firm began."""
    clock.now += DAY
    return clock.now - DAY


def test_each_change_counts_from_its_moment(firm: Firm, clock: Clock, began: datetime) -> None:
    number = firm.who("zhang").id
    taken_over(firm, "approver", "总部/审批部")
    changed = clock.now
    clock.now += DAY
    with firm.store.unit(request_id="test") as unit:
        assert isinstance(leave(unit, "zhang"), Left)
    left = clock.now
    clock.now += DAY
    taken_over(firm, "risk|approver", "总部/审批部")
    back = clock.now
    found = career(firm, number)
    assert found.name == "张三"
    officer = Post(("officer",), "呼和浩特/一部")
    assert [found.at(began - DAY), found.at(began), found.at(changed - timedelta(seconds=1))] == [officer] * 3
    assert [found.at(changed), found.at(left - timedelta(seconds=1))] == [Post(("approver",), "总部/审批部")] * 2
    assert [found.at(moment).works_here for moment in (left, back - timedelta(seconds=1), back)] == [False, False, True]
    assert found.at(back) == found.now == Post(("approver", "risk"), "总部/审批部")


def test_nobody_of_whom_nothing_is_told(firm: Firm, began: datetime) -> None:
    found = career(firm, firm.who("batu").id)
    assert found.at(began) == found.now == Post(("officer",), "呼和浩特/一部")
    with firm.store.read() as session:
        assert career_of(session, 10**6) is None


def test_an_entry_that_was_altered_tells_nothing(firm: Firm, began: datetime) -> None:
    taken_over(firm, "approver", "总部/审批部")
    with firm.store.database.write() as session:
        session.execute(update(AuditRow).where(AuditRow.action == "people:rights").values(details="no json"))
    assert career(firm, firm.who("zhang").id).at(began) == Post(("approver",), "总部/审批部")
    with firm.store.database.write() as session:
        session.execute(update(AuditRow).where(AuditRow.action == "people:rights").values(details="[1]"))
        session.execute(update(Person).where(Person.wecom_userid == "zhang").values(roles=""))
    assert career(firm, firm.who("zhang").id).at(began).roles == ()
