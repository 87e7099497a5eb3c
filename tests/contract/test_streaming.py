"""Stream mode from the socket to the inbox, on both databases: an event is acknowledged when it is recorded, is one
effect however often it comes, and one process alone holds the connection."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from kit.barriers import until
from kit.company import Company, open_company
from kit.stream import StreamGateway, stream_gateway
from kit.streamed import intake_of, message, streaming_of
from prometheus_client import REGISTRY
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from bot import streaming
from bot.channels.dingtalk import connection, patience
from bot.channels.dingtalk.frames import MESSAGES
from bot.dispatch import Intake
from bot.streaming import LEASE, Streaming
from core.people.models import Person
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import OutboxRow
from core.store.shared import LeaseRow, take_lease
from core.store.unit import utc_now
from jobs.bell import NullBell


@dataclass(slots=True)
class Owner:
    """One process's share in the stream."""

    streaming: Streaming
    bell: NullBell
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> "Owner":
        self.thread = threading.Thread(target=self.streaming.run, args=(self.bell, self.stop))
        self.thread.start()
        return self

    def end(self) -> None:
        self.stop.set()
        if self.thread is not None:
            self.thread.join(20)
            assert not self.thread.is_alive()


@dataclass(slots=True)
class At:
    """A company that is reached by a stream."""

    company: Company
    gateway: StreamGateway
    intake: Intake
    owners: list[Owner] = field(default_factory=list)

    def owner(self) -> Owner:
        ours = streaming_of(self.company.runtime, self.intake, self.gateway.app)
        self.owners.append(Owner(ours, NullBell()))
        return self.owners[-1]

    def rows(self) -> list[tuple[str, str]]:
        with self.company.runtime.store.read() as session:
            found = session.execute(select(InboxRow.key, InboxRow.state).where(InboxRow.channel == "dingtalk"))
            return sorted((key, state) for key, state in found)

    def said(self) -> int:
        """How many messages wait to be sent by DingTalk."""
        with self.company.runtime.store.read() as session:
            of_ours = select(func.count()).select_from(OutboxRow).where(OutboxRow.channel == "dingtalk")
            return session.scalar(of_ours) or 0


@pytest.fixture
def at(database_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[At]:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(connection, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(patience, "FIRST", 0.1)
    monkeypatch.setattr(streaming, "ROUND_SECONDS", 0.05)
    with open_company(database_url, tmp_path / "var", utc_now) as company, stream_gateway() as gateway:
        runtime = company.runtime
        with runtime.store.database.write() as session:
            session.execute(update(Person).where(Person.wecom_userid == "batu").values(dingtalk_userid="ding-batu"))
        at = At(company, gateway, intake_of(runtime))
        try:
            yield at
        finally:
            for owner in at.owners:
                owner.end()


def outcomes(outcome: str) -> float:
    name = "tuoling_stream_frames_total"
    return REGISTRY.get_sample_value(name, {"topic": "messages", "outcome": outcome}) or 0.0


@contextmanager
def the_inbox_refusing(at: At, monkeypatch: pytest.MonkeyPatch, times: float = float("inf")) -> Iterator[list[int]]:
    """Nothing can be recorded for so many times."""
    real, refused = at.company.runtime.store.database.single, [0]

    @contextmanager
    def single():  # type: ignore[no-untyped-def]
        if refused[0] < times:
            refused[0] += 1
            raise OperationalError("INSERT", None, Exception("the disk is full"))
        with real() as connection:
            yield connection

    with monkeypatch.context() as patched:
        patched.setattr(at.company.runtime.store.database, "single", single)
        yield refused


def test_a_message_is_recorded_acknowledged_and_worked_on(at: At) -> None:
    owner = at.owner().start()
    number = at.gateway.peer(1).push(MESSAGES, message("msgT0001"))
    assert at.gateway.acknowledged(number)["code"] == 200
    until(lambda: at.rows() == [("m:dingtest01:msgT0001", InboxState.DONE)], "the work")
    until(lambda: owner.bell.rings == 1, "the ring")
    assert at.said() == 1


def test_it_is_acknowledged_when_the_row_is_there_and_before_the_work_is_done(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, go_on, real = threading.Event(), threading.Event(), at.intake.work

    def slowly(recorded):  # type: ignore[no-untyped-def]
        working.set()
        assert go_on.wait(60)
        return real(recorded)

    monkeypatch.setattr(at.intake, "work", slowly)
    at.owner().start()
    number = at.gateway.peer(1).push(MESSAGES, message("msgT0001"))
    assert at.gateway.acknowledged(number)["code"] == 200
    assert at.rows() == [("m:dingtest01:msgT0001", InboxState.NEW)]
    assert working.wait(15)
    go_on.set()
    until(lambda: at.rows() == [("m:dingtest01:msgT0001", InboxState.DONE)], "the work")


def test_nothing_is_acknowledged_that_could_not_be_recorded(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "RECORD_SECONDS", 0.3)
    monkeypatch.setattr(streaming, "LATE_SECONDS", 0.0)
    monkeypatch.setattr(streaming, "RETRY_SECONDS", 0.05)
    before = outcomes("unrecorded")
    at.owner().start()
    with the_inbox_refusing(at, monkeypatch) as refused:
        number = at.gateway.peer(1).push(MESSAGES, message("msgT0001"))
        until(lambda: outcomes("unrecorded") == before + 1, "the end of the tries")
    assert refused[0] > 1
    assert (at.gateway.answers_to(number), at.rows()) == ([], [])
    again = at.gateway.peer(1).push(MESSAGES, message("msgT0001"))  # as the platform may do
    assert at.gateway.acknowledged(again)["code"] == 200
    until(lambda: at.rows() == [("m:dingtest01:msgT0001", InboxState.DONE)], "the work")


def test_a_database_that_is_away_for_a_moment_costs_no_message(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the platform sends an event again is promised nowhere, so what has come is not given up at once."""
    monkeypatch.setattr(streaming, "RETRY_SECONDS", 0.05)
    at.owner().start()
    with the_inbox_refusing(at, monkeypatch, times=3):
        number = at.gateway.peer(1).push(MESSAGES, message("msgT0001"))
        assert at.gateway.acknowledged(number)["code"] == 200
    assert len(at.rows()) == 1


def test_what_has_come_is_recorded_though_the_platform_waits_no_longer(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "RECORD_SECONDS", 0.1)
    monkeypatch.setattr(streaming, "RETRY_SECONDS", 0.05)
    at.owner().start()
    with the_inbox_refusing(at, monkeypatch, times=8):
        at.gateway.peer(1).push(MESSAGES, message("msgT0001"))
        until(lambda: at.rows() == [("m:dingtest01:msgT0001", InboxState.DONE)], "the work")


def test_a_slow_database_delays_the_acknowledgement_of_what_it_keeps_and_nothing_else(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than the platform's 3 seconds, if need be: what has been kept is said to be, and a ping does not wait."""
    real, slow, go_on = at.company.runtime.store.database.single, threading.Event(), threading.Event()

    @contextmanager
    def single():  # type: ignore[no-untyped-def]
        slow.set()
        assert go_on.wait(15)
        with real() as connection:
            yield connection

    at.owner().start()
    peer = at.gateway.peer(1)
    monkeypatch.setattr(at.company.runtime.store.database, "single", single)
    number = peer.push(MESSAGES, message("msgT0001"))
    assert slow.wait(15)
    assert at.gateway.acknowledged(peer.system("ping", opaque="1"))["code"] == 200
    assert (at.gateway.answers_to(number), at.rows()) == ([], [])
    go_on.set()
    assert at.gateway.acknowledged(number)["code"] == 200
    assert len(at.rows()) == 1


def test_a_repetition_is_acknowledged_too_and_done_once(at: At) -> None:
    at.owner().start()
    peer = at.gateway.peer(1)
    first = peer.push(MESSAGES, message("msgT0001"))
    at.gateway.acknowledged(first)
    until(lambda: at.said() == 1, "the work")
    again = [peer.push(MESSAGES, message("msgT0001")) for _ in range(5)]
    for number in again:
        assert at.gateway.acknowledged(number)["code"] == 200
    last = peer.push(MESSAGES, message("msgT0002"))
    at.gateway.acknowledged(last)
    until(lambda: at.said() == 2, "the next one's work")
    assert at.rows() == [(f"m:dingtest01:msgT000{n}", InboxState.DONE) for n in (1, 2)]


def test_another_event_under_a_used_key_is_recorded_before_it_is_acknowledged(at: At) -> None:
    at.owner().start()
    peer = at.gateway.peer(1)
    at.gateway.acknowledged(peer.push(MESSAGES, message("msgT0001", "帮助")))
    until(lambda: at.said() == 1, "the first one's work")
    at.gateway.acknowledged(peer.push(MESSAGES, message("msgT0001", "我的客户")))
    assert len(at.rows()) == 2
    until(lambda: {state for _, state in at.rows()} == {InboxState.DONE}, "the work")
    until(lambda: at.said() == 2, "its answer")


def test_what_is_nothing_to_us_is_acknowledged_and_not_kept(at: At) -> None:
    at.owner().start()
    number = at.gateway.peer(1).push(MESSAGES, {"msgId": "msgT0001"})
    assert at.gateway.acknowledged(number)["code"] == 200
    assert at.rows() == []


def test_no_message_is_lost_or_done_twice_over_disconnects(at: At) -> None:
    """The platform asks it to go again and again, while messages come on the old connection and the new."""
    at.owner().start()
    numbers = []
    for turn in range(1, 5):
        peer = at.gateway.peer(turn)
        numbers += [peer.push(MESSAGES, message(f"a{turn}{n}")) for n in range(3)]
        peer.system("disconnect", reason="connection is expired")
        numbers += [peer.push(MESSAGES, message(f"b{turn}{n}")) for n in range(3)]
    for number in numbers:
        assert at.gateway.acknowledged(number)["code"] == 200
    until(lambda: at.said() == len(numbers), "all answers")
    assert len(at.rows()) == len(numbers)


# One owner.


def free_lease(at: At) -> None:
    """As if the lease of whoever holds it had run out without his knowing."""
    with at.company.runtime.store.database.write() as session:
        session.execute(update(LeaseRow).where(LeaseRow.name == LEASE).values(until=utc_now() - timedelta(minutes=1)))


def fence(at: At) -> int:
    with at.company.runtime.store.read() as session:
        return session.scalar(select(LeaseRow.fence).where(LeaseRow.name == LEASE)) or 0


def test_two_processes_have_one_connection_and_the_second_takes_over_when_the_first_ends(at: At) -> None:
    first = at.owner().start()
    at.gateway.peer(1)
    at.owner().start()
    with suppress(AssertionError):
        until(lambda: len(at.gateway.opened) > 1, "what must not come", seconds=0.5)
    assert len(at.gateway.opened) == 1
    first.end()
    second = at.gateway.peer(2)
    until(at.gateway.peers[0].ended.is_set, "the end of the first one's")
    assert at.gateway.acknowledged(second.push(MESSAGES, message("msgT0001")))["code"] == 200
    assert fence(at) == 2


def test_who_ends_gives_the_lease_back(at: At) -> None:
    owner = at.owner().start()
    at.gateway.peer(1)
    owner.end()
    with at.company.runtime.store.read() as session:
        until_then = session.scalar(select(LeaseRow.until).where(LeaseRow.name == LEASE))
    assert until_then is not None
    assert until_then < utc_now()


def test_an_owner_whose_lease_had_run_out_begins_anew_when_it_has_it_again(at: At) -> None:
    """As after a sleep of the machine: nobody took over, but the socket may be dead, and nobody would tell."""
    at.owner().start()
    first = at.gateway.peer(1)
    free_lease(at)
    second = at.gateway.peer(2)
    until(first.ended.is_set, "the first connection's end")
    assert at.gateway.acknowledged(second.push(MESSAGES, message("msgT0001")))["code"] == 200
    assert fence(at) == 2


def test_an_owner_that_was_overtaken_records_and_does_not_acknowledge(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a pause that its clocks did not see (a frozen machine): it looks into the database before each
    acknowledgement, and then it cuts its socket."""
    monkeypatch.setattr(streaming, "ROUND_SECONDS", 30.0)  # it does not look by itself
    monkeypatch.setattr(streaming, "LEASE_SECONDS", 60.0)  # and reckons that it leads
    at.owner().start()
    peer = at.gateway.peer(1)
    free_lease(at)
    with at.company.runtime.store.database.write() as session:
        assert take_lease(session, LEASE, "another", now=utc_now(), seconds=30) == 2
    before = outcomes("kept")
    number = peer.push(MESSAGES, message("msgT0001"))
    until(peer.ended.is_set, "the socket's end")
    until(lambda: outcomes("kept") == before + 1, "the work")
    assert at.gateway.answers_to(number) == []
    assert at.rows() == [("m:dingtest01:msgT0001", InboxState.DONE)]
    at.owners[0].stop.set()


def test_an_owner_that_cannot_renew_lets_go_before_the_lease_is_over(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database does not answer it; another machine may reach it."""
    monkeypatch.setattr(streaming, "LEASE_SECONDS", 2.0)
    owner = at.owner().start()
    peer = at.gateway.peer(1)
    renewed: Callable[[], int | None] = owner.streaming._lead

    def away() -> int | None:
        raise OperationalError("UPDATE", None, Exception("away"))

    monkeypatch.setattr(owner.streaming, "_lead", away)
    until(peer.ended.is_set, "the socket's end")
    with at.company.runtime.store.read() as session:
        until_then = session.scalar(select(LeaseRow.until).where(LeaseRow.name == LEASE))
    assert until_then is not None
    assert utc_now() < until_then
    monkeypatch.setattr(owner.streaming, "_lead", renewed)
    assert at.gateway.acknowledged(at.gateway.peer(2).push(MESSAGES, message("msgT0001")))["code"] == 200
