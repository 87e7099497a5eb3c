"""Redis away, emptied, killed: a bell that does not ring costs a second, never a message."""

import os
import signal
from pathlib import Path

import pytest
from kit.barriers import until
from kit.databases import fresh_sqlite
from kit.invariants import assert_kept
from kit.ports import free_port
from kit.processes import House, open_house
from redis import Redis, RedisError

from bot.runtime import redis_url

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos")]

PEOPLE = ("batu", "zhangsan", "naren", "sunli", "surina", "eerdun")
LATE_SECONDS = 10.0  # a second or two are promised; the rest is for a busy machine


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh database: what is tested here does not depend on which."""
    return fresh_sqlite(tmp_path, sqlite_template)


def everybody_looks(house: House) -> None:
    """Each of six people sends 公海 and gets exactly one card."""
    before = house.so_far
    for userid in PEOPLE:
        delivery = house.platform.say(userid, "公海")
        assert delivery.taken
        assert delivery.attempts[0].taken, "answered at the first try"
        assert delivery.attempts[0].seconds < 4.0
    until(house.is_quiet, "everything sent", seconds=LATE_SECONDS)
    assert [len(house.person(userid).heard_since(before).cards) for userid in PEOPLE] == [1] * len(PEOPLE)


def server_pid(house: House) -> int:
    """The embedded server's process."""
    return int((house.var_dir / "redis" / "valkey.pid").read_text())


def answers(house: House) -> bool:
    """Whether Redis answers."""
    try:
        with Redis.from_url(redis_url(house.runtime.settings), socket_timeout=1) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def test_fault_26_redis_is_not_there(sqlite_url: str, tmp_path: Path) -> None:
    """Fault 26 (Redis down at enqueue): reply ok, row sent later by the sweeper. And the worker, who has nobody to
    listen to, ends when it is told to."""
    with open_house(sqlite_url, tmp_path / "var", redis=f"redis://127.0.0.1:{free_port()}/0") as house:
        everybody_looks(house)
        assert house.processes.pop("worker").end() == 0
        assert_kept(house.runtime.store, house.platform.journal)


def test_fault_27_flushall(sqlite_url: str, tmp_path: Path) -> None:
    """Fault 27 (FLUSHALL at random): nothing lost or doubled."""
    with open_house(sqlite_url, tmp_path / "var") as house, Redis.from_url(redis_url(house.runtime.settings)) as redis:
        before = house.so_far
        for _ in range(3):
            for userid in PEOPLE:
                house.platform.say(userid, "公海")
                redis.flushall()
        until(house.is_quiet, "everything sent", seconds=LATE_SECONDS)
        assert [len(house.person(userid).heard_since(before).cards) for userid in PEOPLE] == [3] * len(PEOPLE)
        assert house.processes["worker"].alive
        assert_kept(house.runtime.store, house.platform.journal)


def test_fault_28_the_embedded_redis_is_killed(sqlite_url: str, tmp_path: Path) -> None:
    """Fault 28 (Redis restart): same. It is started anew by itself, and the worker hears the bell again."""
    with open_house(sqlite_url, tmp_path / "var") as house:
        everybody_looks(house)
        old = server_pid(house)
        os.kill(old, signal.SIGKILL)
        everybody_looks(house)
        until(lambda: answers(house) and server_pid(house) != old, "a new server", seconds=15)
        house.processes.pop("scheduler").end()  # from now on only the bell can be the reason that something is sent
        until(lambda: heard_the_bell(house), "the worker to answer the bell again", seconds=30)
        assert_kept(house.runtime.store, house.platform.journal)


def heard_the_bell(house: House) -> bool:
    """One more message, and whether everything is sent a moment later."""
    house.platform.say("lina", "公海")
    try:
        until(house.is_quiet, "sent", seconds=3)
    except AssertionError:
        return False
    return True


def test_fault_28_a_full_redis(sqlite_url: str, tmp_path: Path) -> None:
    """Fault 28 (OOM, tiny `maxmemory`): same."""
    with open_house(sqlite_url, tmp_path / "var") as house, Redis.from_url(redis_url(house.runtime.settings)) as redis:
        redis.config_set("maxmemory", "1")
        everybody_looks(house)
        redis.config_set("maxmemory", "0")
        everybody_looks(house)
        assert_kept(house.runtime.store, house.platform.journal)
