"""Somebody with two accounts is reached where he prefers, else where he acted last."""

import pytest
from kit.clock import Clock
from sqlalchemy import select, update

from core.people import queries as people
from core.people.arrivals import arrival
from core.people.models import Department, Person
from core.people.policy import Actor
from core.people.reached import channels_of, prefer
from core.store import inbox
from core.store.unit import Store


@pytest.fixture
def person(store: Store) -> int:
    here = {"department_id": 1, "roles": "officer"}
    with store.database.write() as session:
        session.add(Department(id=1, path="总部"))
        session.flush()
        session.add(Person(id=1, name="甲", wecom_userid="jia", dingtalk_userid="dd1", **here))
        session.add(Person(id=2, name="乙", dingtalk_userid="dd2", **here))
    return 1


def act(store: Store, clock: Clock, channel: str, userid: str, key: str) -> None:
    with store.unit(request_id=key, channel=channel) as unit:
        inbox.record(unit.connection, key=key, channel=channel, event=b"", request_id=key, now=unit.now)
        found = arrival(unit.connection, unit.vault, key, channel, userid, clock())
        assert found is not None
        assert found.actor is not None


def where(store: Store, person: int) -> str | None:
    with store.read() as session:
        alone = people.reachable_on(session, person)
        assert people.reachable(session, [person]) == ({person: alone} if alone else {})
        return alone


def test_where_he_acted_last(store: Store, clock: Clock, person: int) -> None:
    assert where(store, person) == "wecom"
    act(store, clock, "dingtalk", "DD1", "a")
    assert where(store, person) == "dingtalk"
    act(store, clock, "wecom", "jia", "b")
    assert where(store, person) == "wecom"


def test_what_he_prefers_comes_first(store: Store, clock: Clock, person: int) -> None:
    actor = Actor(person, "甲", "总部", frozenset())
    with store.unit(request_id="p") as unit:
        assert channels_of(unit, actor) == ("wecom", "dingtalk")
        assert prefer(unit, actor, "dingtalk")
    act(store, clock, "wecom", "jia", "a")
    assert where(store, person) == "dingtalk"
    with store.unit(request_id="q") as unit:
        assert prefer(unit, actor, None)
    assert where(store, person) == "wecom"


def test_an_account_that_is_gone_is_not_preferred(store: Store, person: int) -> None:
    with store.unit(request_id="p") as unit:
        prefer(unit, Actor(person, "甲", "总部", frozenset()), "dingtalk")
        unit.connection.execute(update(Person).where(Person.id == person).values(dingtalk_userid=None))
    assert where(store, person) == "wecom"


def test_who_has_one_account_has_no_choice(store: Store, clock: Clock, person: int) -> None:
    other = Actor(2, "乙", "总部", frozenset())
    with store.unit(request_id="p") as unit:
        assert not prefer(unit, other, "wecom")
    act(store, clock, "dingtalk", "dd2", "a")
    with store.read() as session:
        assert session.scalar(select(Person.acted_on).where(Person.id == 2)) is None, "nothing is written for him"
    assert where(store, 2) == "dingtalk"
