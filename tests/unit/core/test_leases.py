"""Leases with their fences, and the secrets that processes share."""

import threading
from datetime import timedelta

import pytest
from kit.clock import Clock
from sqlalchemy import select, update

from core.privacy import Unreadable
from core.store.base import SKEW
from core.store.shared import (
    LONGEST_LEASE,
    Secret,
    SecretRow,
    drop_lease,
    lease_until,
    read_secret,
    still_leads,
    take_lease,
    write_secret,
)
from core.store.unit import Store


def take(store: Store, holder: str, name: str = "sweep", seconds: float = 30) -> int | None:
    with store.database.write() as session:
        return take_lease(session, name, holder, now=store.clock(), seconds=seconds)


def drop(store: Store, holder: str, name: str = "sweep") -> None:
    with store.database.write() as session:
        drop_lease(session, name, holder, now=store.clock())


def test_one_holds_it_until_it_ends_and_the_fence_grows_with_each_holder(store: Store, clock: Clock) -> None:
    assert take(store, "a") == 1
    assert take(store, "b") is None
    clock.go(seconds=20)
    assert take(store, "a") == 1, "extended, by the same holder"
    clock.go(seconds=29)
    assert take(store, "b") is None
    clock.go(seconds=2)
    assert take(store, "b") == 2
    assert take(store, "a") is None
    clock.go(seconds=31)
    assert take(store, "b") == 3, "who let it run out is a new holder: another may have been there between"
    clock.go(seconds=31)
    assert take(store, "a") == 4


def test_who_gives_it_back_makes_room_at_once(store: Store) -> None:
    assert take(store, "a") == 1
    drop(store, "b")
    assert take(store, "b") is None, "only the holder gives it back"
    drop(store, "a")
    assert take(store, "b") == 2


def test_until_when_somebody_held_it(store: Store, clock: Clock) -> None:
    def until() -> object:
        with store.read() as session:
            return lease_until(session, "sweep")

    assert until() is None
    take(store, "a", seconds=30)
    assert until() == clock() + timedelta(seconds=30)
    clock.go(hours=8)
    assert until() == clock() - timedelta(hours=8) + timedelta(seconds=30)


def test_an_older_number_leads_no_more(store: Store, clock: Clock) -> None:
    def leads(fence: int) -> bool:
        with store.database.write() as session:
            return still_leads(session, "sweep", fence)

    assert not leads(1)
    take(store, "a")
    clock.go(seconds=31)
    assert leads(1), "nobody else has taken it: it may go on"
    take(store, "b")
    assert (leads(1), leads(2), leads(3)) == (False, True, False)


def test_who_would_take_over_waits_for_what_the_leader_is_about_to_commit(store: Store, clock: Clock) -> None:
    """The other way round a message could be written by one that leads no more."""
    take(store, "a")
    clock.go(seconds=31)
    came: list[int | None] = []
    with store.database.write() as session:
        assert still_leads(session, "sweep", 1)
        other = threading.Thread(target=lambda: came.append(take(store, "b")))
        other.start()
        other.join(0.3)
        assert came == []
    other.join(10)
    assert came == [2]


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=400), LONGEST_LEASE + SKEW])
def test_a_lease_of_a_clock_that_runs_ahead_holds_nobody_back(store: Store, clock: Clock, ahead: timedelta) -> None:
    """Was: nobody else could take it until that time came."""
    clock.now += ahead
    assert take(store, "ahead") == 1
    clock.now -= ahead
    assert take(store, "b") == 2, "the fence tells the first from the second"
    assert take(store, "ahead") is None
    drop(store, "ahead")
    assert take(store, "c") is None, "b has it"


def test_a_lease_of_a_clock_within_the_skew_is_kept(store: Store, clock: Clock) -> None:
    clock.now += SKEW
    assert take(store, "a", seconds=LONGEST_LEASE.total_seconds()) == 1
    clock.now -= SKEW
    assert take(store, "b") is None


def test_a_lease_that_nobody_would_believe_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="at most 60 s"):
        take(store, "a", seconds=LONGEST_LEASE.total_seconds() + 1)


def test_leases_of_other_names_are_others(store: Store) -> None:
    assert take(store, "a", "sweep") == 1
    assert take(store, "b", "token:wecom") == 1


def put(store: Store, secret: Secret, name: str = "wecom") -> None:
    with store.database.write() as session:
        write_secret(session, store.vault, name, secret)


def get(store: Store, name: str = "wecom") -> Secret | None:
    with store.read() as session:
        return read_secret(session, store.vault, name)


def test_a_secret_is_sealed_and_the_highest_version_stays(store: Store) -> None:
    until = store.clock() + timedelta(hours=2)
    assert get(store) is None
    put(store, Secret("first", 1, until))
    put(store, Secret("third", 3, until))
    put(store, Secret("second", 2, until))
    put(store, Secret("another third", 3, until))
    assert get(store) == Secret("third", 3, until)
    assert get(store, "dingtalk") is None
    with store.read() as session:
        assert b"third" not in session.scalars(select(SecretRow.value)).one()


def test_a_secret_under_another_name_does_not_open(store: Store) -> None:
    put(store, Secret("first", 1, store.clock()))
    with store.database.write() as session:
        session.execute(update(SecretRow).values(name="other"))
    with pytest.raises(Unreadable):
        get(store, "other")
