"""A merge against 评论 and against 存到 at one instant: what is said or put to a lead goes along, or is refused."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from kit.barriers import at_once, until
from kit.company import Company
from sqlalchemy import Table, insert, select, text

from core.leads.commented import Comment
from core.leads.comments import comment
from core.leads.contact_outcomes import Attached, Commented
from core.leads.filetypes import MediumKind
from core.leads.kept import Medium, MediumState
from core.leads.media import attach
from core.leads.merging import Merged, merge_customers
from core.leads.outcomes import Closed, Refused
from core.people.policy import Actor
from core.store.base import new_id, table_of
from core.store.unit import Unit

ROUNDS = 5
POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
_phones = count(13947300000)

Put = Callable[[Unit, Actor, int], object]


def say(unit: Unit, actor: Actor, lead: int) -> Commented | Refused:
    """评论."""
    return comment(unit, actor, lead, "请看一下", [])


BOTH = pytest.mark.parametrize(
    ("put", "table"), [(say, table_of(Comment)), (attach, table_of(Medium))], ids=["comment", "attach"]
)


def two(company: Company) -> tuple[int, int]:
    """Two leads of one person, batu's and zhangsan's, who has sent a picture without saying where it belongs."""
    first, second = (company.lead(phone=str(next(_phones)), by=by) for by in ("batu", "zhangsan"))
    person = company.person("zhangsan").actor.id
    sent = {"id": new_id(), "person_id": person, "channel": "wecom", "received_at": company.clock.now}
    picture = {"kind": MediumKind.PICTURE.value, "state": MediumState.WAITING.value, "key": b"k", "source": b"s"}
    with company.runtime.store.database.write() as session:
        session.execute(insert(Medium).values(sent | picture))
    return first, second


def doing(company: Company, put: Put, userid: str, lead: int) -> Callable[[], object]:
    """One verb by one person in a unit of its own, again after a deadlock."""
    store, actor = company.runtime.store, company.person(userid).actor

    def work() -> object:
        with store.unit(request_id="race", channel="wecom") as unit:
            return put(unit, actor, lead)

    return lambda: store.database.attempt(work)


def merging(other: int) -> Put:
    return lambda unit, actor, lead: merge_customers(unit, actor, lead, other)


@contextmanager
def meanwhile(company: Company, work: Callable[[], object]) -> Iterator[list[object]]:
    """What is done within is done and not committed when `work`, in a thread of its own, comes to wait for it; what
    came of that."""
    came: list[object] = []
    thread = threading.Thread(target=lambda: came.append(work()), daemon=True)
    with company.runtime.store.unit(request_id="first", channel="wecom") as unit:
        came.append(unit)
        yield came
        thread.start()
        until(lambda: _waiting(company), "it waits")
    thread.join(30)


def _waiting(company: Company) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0


def lies_with(company: Company, table: Table) -> list[int]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(table.c.lead_id).where(table.c.lead_id.is_not(None))))


@POSTGRES
@BOTH
def test_who_comes_while_the_lead_is_merged_away_is_told_that_it_has_ended(
    company: Company, put: Put, table: Table
) -> None:
    first, second = two(company)
    with meanwhile(company, doing(company, put, "zhangsan", second)) as came:
        unit = came.pop()
        assert isinstance(unit, Unit)
        assert isinstance(merge_customers(unit, company.person("lina").actor, first, second), Merged)
    assert came == [Closed(second)]
    assert lies_with(company, table) == []


@POSTGRES
@BOTH
def test_a_merge_waits_for_what_is_just_put_to_the_lead_and_takes_it_along(
    company: Company, put: Put, table: Table
) -> None:
    first, second = two(company)
    with meanwhile(company, doing(company, merging(second), "lina", first)) as came:
        unit = came.pop()
        assert isinstance(unit, Unit)
        assert isinstance(put(unit, company.person("zhangsan").actor, second), Commented | Attached)
    assert [type(outcome) for outcome in came] == [Merged]
    assert lies_with(company, table) == [first]


@BOTH
def test_at_one_instant_it_goes_along_or_is_refused(company: Company, put: Put, table: Table) -> None:
    there = 0
    for _ in range(ROUNDS):
        first, second = two(company)
        merged, done = at_once(
            [doing(company, merging(second), "lina", first), doing(company, put, "zhangsan", second)]
        )
        assert isinstance(merged, Merged)
        assert isinstance(done, Commented | Attached) or done == Closed(second)
        there += isinstance(done, Commented | Attached)
        assert second not in lies_with(company, table)
        company.clock.go(minutes=1)
    assert len(set(lies_with(company, table))) == there
