"""Owners of the stream as processes: one is killed, one is paused, and another takes over."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from kit.barriers import until
from kit.company import SECRETS, Company, open_company
from kit.stream import SECRET, StreamGateway, stream_gateway
from kit.streamed import LEASE_SECONDS, message, start_owner
from sqlalchemy import func, select, update

from bot.channels.dingtalk.frames import MESSAGES
from bot.doctor_stream import examine_stream
from bot.health import Part
from config.settings import load_settings
from core.people.models import Person
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import OutboxRow
from core.store.unit import utc_now

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


@dataclass(slots=True)
class Owners:
    """The processes, and what they share."""

    company: Company
    gateway: StreamGateway
    environ: dict[str, str]
    folder: Path
    processes: list[ForkServerProcess] = field(default_factory=list)

    def start(self) -> ForkServerProcess:
        log = self.folder / f"owner-{len(self.processes) + 1}.log"
        self.processes.append(start_owner(self.environ, self.gateway.app, log))
        return self.processes[-1]

    def done(self) -> list[str]:
        with self.company.runtime.store.read() as session:
            rows = select(InboxRow.key).where(InboxRow.channel == "dingtalk", InboxRow.state == InboxState.DONE)
            return sorted(session.scalars(rows))

    def said(self) -> int:
        with self.company.runtime.store.read() as session:
            of_ours = select(func.count()).select_from(OutboxRow).where(OutboxRow.channel == "dingtalk")
            return session.scalar(of_ours) or 0

    def seen_by_doctor(self) -> Part:
        settings = load_settings(self.environ, env_file=None)
        part = examine_stream(settings, self.company.runtime.store.database, utc_now)
        assert part is not None
        return part


@pytest.fixture
def owners(database_url: str, tmp_path: Path) -> Iterator[Owners]:
    with open_company(database_url, tmp_path / "var", utc_now) as company, stream_gateway() as gateway:
        with company.runtime.store.database.write() as session:
            session.execute(update(Person).where(Person.wecom_userid == "batu").values(dingtalk_userid="ding-batu"))
        environ = {
            **os.environ,
            **SECRETS,
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": database_url,
            "TUOLING_VAR_DIR": str(tmp_path / "var"),
            "DINGTALK_CLIENT_ID": "dingtest01",
            "DINGTALK_CLIENT_SECRET": SECRET,
            "DINGTALK_ROBOT_CODE": "dingtest01",
        }
        ours = Owners(company, gateway, environ, tmp_path)
        try:
            yield ours
        finally:
            for process in ours.processes:
                if process.is_alive():
                    os.kill(process.pid or 0, signal.SIGCONT)
                    process.terminate()
            for process in ours.processes:
                process.join(20)
                if process.is_alive():
                    process.kill()


def test_one_of_three_holds_the_stream_and_another_takes_over_when_it_is_killed(owners: Owners) -> None:
    gateway, first = owners.gateway, owners.start()
    one = gateway.peer(1)
    for _ in range(2):
        owners.start()
    gateway.acknowledged(one.push(MESSAGES, message("a1")))
    with suppress(AssertionError):
        until(lambda: len(gateway.opened) > 1, "what must not come", seconds=LEASE_SECONDS + 0.5)
    assert len(gateway.opened) == 1
    assert owners.seen_by_doctor().ok
    first.kill()
    first.join(10)
    two = gateway.peer(2)
    assert gateway.acknowledged(two.push(MESSAGES, message("a1")))["code"] == 200  # as the platform may do
    gateway.acknowledged(two.push(MESSAGES, message("a2")))
    until(lambda: owners.said() == 2, "the answers, each once")
    assert owners.done() == ["m:dingtest01:a1", "m:dingtest01:a2"]
    until(lambda: [peer.number for peer in gateway.live] == [2], "one connection")
    part = owners.seen_by_doctor()
    assert part.ok
    assert f":{owners.processes[0].pid} " not in part.said
    assert "共连了 2 次" in part.said


def test_an_owner_that_wakes_up_after_another_took_over_cuts_its_socket_and_acknowledges_nothing(
    owners: Owners,
) -> None:
    """What came to its socket while it was paused is recorded, worked on, and acknowledged by nobody: the platform may
    send it again, to the one who leads."""
    gateway, first = owners.gateway, owners.start()
    one = gateway.peer(1)
    gateway.acknowledged(one.push(MESSAGES, message("a1")))
    until(lambda: owners.said() == 1, "the work")
    pause = owners.folder / "owner-1.pause"
    pause.touch()
    until(lambda: not pause.exists(), "the pause")
    owners.start()
    two = gateway.peer(2)
    assert not one.ended.is_set()  # the paused one's socket stands: nobody else can close it
    late, ping = one.push(MESSAGES, message("a2")), one.system("ping", opaque="1")
    os.kill(first.pid or 0, signal.SIGCONT)
    until(one.ended.is_set, "the end of the paused one's socket")
    assert gateway.answers_to(late) == gateway.answers_to(ping) == []
    assert gateway.acknowledged(two.push(MESSAGES, message("a2")))["code"] == 200
    gateway.acknowledged(two.push(MESSAGES, message("a3")))
    until(lambda: owners.said() == 3, "the answers, each once")
    assert owners.done() == [f"m:dingtest01:a{n}" for n in (1, 2, 3)]
    assert first.is_alive()
    until(lambda: [peer.number for peer in gateway.live] == [2], "one connection")


def test_an_owner_that_is_asked_to_end_hands_over_at_once(owners: Owners) -> None:
    gateway, first = owners.gateway, owners.start()
    one = gateway.peer(1)
    owners.start()
    first.terminate()
    first.join(20)
    assert first.exitcode == 0
    until(lambda: len(gateway.peers) == 2, "the next one", seconds=LEASE_SECONDS + 5)
    until(one.ended.is_set, "the gateway's end of it")
    assert one.socket.close_code == 1000
