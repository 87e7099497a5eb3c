"""The client of Stream mode against a gateway of the test: sockets and frames. What is recorded is the business of
`tests/contract/test_streaming.py`."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from kit.barriers import until
from kit.stream import SECRET, StreamGateway, stream_gateway
from prometheus_client import REGISTRY

from bot.channels.dingtalk import connection, patience, stream
from bot.channels.dingtalk.frames import MESSAGES, TAPS, Frame
from bot.channels.dingtalk.gateway import Gateway, NotOpened, _may_be
from bot.channels.dingtalk.stream import Acknowledge, StreamClient


@dataclass(slots=True)
class Taken:
    """What the client handed over; each is acknowledged, as long as `holds` is not there to be waited for."""

    frames: list[Frame] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)
    holds: threading.Event | None = None
    before: Callable[[], None] = lambda: None

    def __call__(self, frame: Frame, acknowledge: Acknowledge) -> str:
        self.frames.append(frame)
        if self.holds is not None:
            assert self.holds.wait(15)
        self.before()
        self.told.append(acknowledge())
        return "acknowledged" if self.told[-1] else "kept"


@dataclass(slots=True)
class Running:
    """A client at work."""

    gateway: StreamGateway
    taken: Taken
    client: StreamClient
    leads: threading.Event
    stop: threading.Event
    thread: threading.Thread

    def ends(self) -> None:
        self.thread.join(15)
        assert not self.thread.is_alive()


@pytest.fixture
def gateway() -> Iterator[StreamGateway]:
    with stream_gateway() as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes half a second in earnest takes less."""
    monkeypatch.setattr(connection, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(patience, "FIRST", 0.1)


@contextmanager
def running(gateway: StreamGateway, taken: Taken | None = None) -> Iterator[Running]:
    taken, leads, stop = taken or Taken(), threading.Event(), threading.Event()
    leads.set()
    client = StreamClient(Gateway(gateway.app), taken, leads.is_set)
    thread = threading.Thread(target=client.run, args=(stop,))
    thread.start()
    try:
        yield Running(gateway, taken, client, leads, stop, thread)
    finally:
        stop.set()
        thread.join(15)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def frames_counted(topic: str, outcome: str) -> float:
    return counted("tuoling_stream_frames_total", topic=topic, outcome=outcome)


def test_it_asks_as_the_protocol_has_it_and_a_ticket_with_odd_letters_comes_through(gateway: StreamGateway) -> None:
    with running(gateway):
        peer = gateway.peer(1)
        assert gateway.accepts == ["application/json"]
        assert gateway.opened == [
            {
                "clientId": "dingtest01",
                "clientSecret": SECRET,
                "subscriptions": [
                    {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},
                    {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"},
                ],
                "ua": "tuoling/1",
            }
        ]
        assert gateway.tickets == {"ticket+/= 1": True}
        assert not peer.ended.is_set()


def test_messages_and_taps_are_handed_over_and_acknowledged(gateway: StreamGateway) -> None:
    with running(gateway) as at_work:
        peer = gateway.peer(1)
        message = peer.push(MESSAGES, {"text": {"content": "公海"}})
        tap = peer.push(TAPS, {"outTrackId": "c1"})
        assert gateway.acknowledged(message)["data"] == '{"response":null}'
        assert gateway.acknowledged(tap)["data"] == '{"response":{}}'
        by_topic = {frame.topic: json.loads(frame.data) for frame in at_work.taken.frames}
        assert by_topic == {MESSAGES: {"text": {"content": "公海"}}, TAPS: {"outTrackId": "c1"}}


def test_a_ping_is_answered_while_all_hands_are_busy(gateway: StreamGateway) -> None:
    held = Taken(holds=threading.Event())
    with running(gateway, held):
        peer = gateway.peer(1)
        numbers = [peer.push(MESSAGES, {}) for _ in range(3 * stream.WORKERS)]
        ping = peer.system("ping", opaque="123-dsfs")
        assert gateway.acknowledged(ping)["data"] == '{"opaque": "123-dsfs"}'
        assert [gateway.answers_to(number) for number in numbers] == [[]] * len(numbers)
        assert held.holds is not None
        held.holds.set()
        for number in numbers:
            assert gateway.acknowledged(number)["code"] == 200


def test_bad_frames_are_skipped_and_counted_and_the_connection_stands(gateway: StreamGateway) -> None:
    before = frames_counted("other", "bad")
    with running(gateway) as at_work:
        peer = gateway.peer(1)
        for bad in ("{", "[]", '{"type":"CALLBACK"}', ""):
            peer.socket.send(bad)
        peer.socket.send(b"\xff\x00")
        good = peer.push(MESSAGES, {})
        assert gateway.acknowledged(good)["code"] == 200
        assert frames_counted("other", "bad") == before + 5
        assert (len(gateway.peers), len(at_work.taken.frames), len(gateway.answers)) == (1, 1, 1)


def test_an_unknown_topic_is_answered_404_and_data_that_is_too_large_500(gateway: StreamGateway) -> None:
    with running(gateway) as at_work:
        peer = gateway.peer(1)
        delegated = peer.push("/v1.0/im/bot/messages/delegate", {})
        event = peer.push("*", {}, kind="EVENT")
        large = peer.push(MESSAGES, "x" * (stream.DATA_BYTES + 1))
        registered = peer.system("REGISTERED")
        fits = peer.push(MESSAGES, "x" * stream.DATA_BYTES)
        assert gateway.acknowledged(fits)["code"] == 200
        codes = [gateway.acknowledged(number)["code"] for number in (delegated, event, large)]
        assert codes == [404, 404, 500]
        assert gateway.answers_to(registered) == []
        assert len(at_work.taken.frames) == 1


def test_asked_to_go_it_has_another_connection_before_the_old_one_ends(gateway: StreamGateway) -> None:
    """The old one is heard until then, and what it brought is acknowledged on it."""
    held = Taken(holds=threading.Event())
    with running(gateway, held):
        first = gateway.peer(1)
        early = first.push(MESSAGES, {"n": 1})
        first.system("disconnect", reason="connection is expired")
        second = gateway.peer(2)
        assert not first.ended.is_set()
        late = first.push(MESSAGES, {"n": 2})
        new = second.push(MESSAGES, {"n": 3})
        assert held.holds is not None
        held.holds.set()
        for number in (early, late, new):
            assert gateway.acknowledged(number)["code"] == 200
        brought_by = {number: gateway.answers_to(number)[0][0] for number in (early, late, new)}
        assert brought_by == {early: 1, late: 1, new: 2}
        assert gateway.tickets == {"ticket+/= 1": True, "ticket+/= 2": True}


def test_a_connection_that_was_given_up_is_closed_after_a_while(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "RETIRED_SECONDS", 0.2)
    with running(gateway):
        gateway.peer(1).system("disconnect", reason="connection is expired")
        second = gateway.peer(2)
        until(gateway.peers[0].ended.is_set, "the old one's end")
        assert gateway.acknowledged(second.push(MESSAGES, {}))["code"] == 200
        assert gateway.live == [second]


def test_a_connection_that_was_given_up_is_heard_until_the_platform_closes_it(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the platform had sent there already comes on it for ten seconds more."""
    now, gone = connection.boot_seconds(), [0.0]
    monkeypatch.setattr(connection, "boot_seconds", lambda: now + gone[0])
    with running(gateway) as at_work:
        first = gateway.peer(1)
        first.system("disconnect", reason="connection is expired")
        gone[0] = 1.0  # before that it tries no second time
        gateway.peer(2)
        until(lambda: at_work.client._retired, "the old one's retirement")
        gone[0] = 10.5
        looks(at_work)
        assert gateway.acknowledged(first.push(MESSAGES, {}))["code"] == 200
        assert not first.ended.is_set()
        gone[0] = 11.5
        until(first.ended.is_set, "the old one's end")


def test_a_connection_that_stood_long_enough_was_no_failure(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed before it does not count any more: the tries after its loss begin anew, seconds apart."""
    now, gone = connection.boot_seconds(), [0.0]
    monkeypatch.setattr(connection, "boot_seconds", lambda: now + gone[0])
    monkeypatch.setattr(patience, "FIRST", 1.0)
    gateway.status = 503
    with running(gateway) as at_work:
        for tries in range(1, 8):
            until(lambda tries=tries: len(gateway.opened) >= tries, f"try {tries}")
            gone[0] += patience.LONGEST
        gateway.status = 200
        gone[0] += patience.LONGEST
        first = gateway.peer(1)
        until(lambda: at_work.client._current is not None, "the connection")
        gone[0] += stream.STEADY_SECONDS
        looks(at_work)
        gateway.status, before = 503, len(gateway.opened)
        first.socket.close()
        until(lambda: at_work.client._current is None, "the loss")
        for tries, seconds in enumerate((1.0, 2.0, 4.0), start=1):
            gone[0] += seconds
            until(lambda tries=tries: len(gateway.opened) == before + tries, f"try {tries} after it")


def looks(at_work: Running) -> None:
    """Its thread has looked around twice since: once with all that a test has changed."""
    seen, real = [0], at_work.client._let_go

    def let_go(now: float) -> None:
        real(now)
        seen[0] += 1

    at_work.client._let_go = let_go  # type: ignore[method-assign]
    until(lambda: seen[0] > 1, "two looks")


def test_the_old_connection_is_heard_while_no_new_one_can_be_had(gateway: StreamGateway) -> None:
    with running(gateway):
        first = gateway.peer(1)
        gateway.status = 503
        first.system("disconnect", reason="connection is expired")
        until(lambda: len(gateway.opened) > 1, "a try")
        assert gateway.acknowledged(first.push(MESSAGES, {}))["code"] == 200
        gateway.status = 200
        assert gateway.acknowledged(gateway.peer(2).push(MESSAGES, {}))["code"] == 200


@pytest.mark.parametrize("how", ["closed", "cut"])
def test_it_comes_back_after_the_connection_was_lost(gateway: StreamGateway, how: str) -> None:
    with running(gateway):
        first = gateway.peer(1)
        if how == "closed":
            first.socket.close()
        else:
            first.socket.close_socket()
        assert gateway.acknowledged(gateway.peer(2).push(MESSAGES, {}))["code"] == 200


def test_what_was_taken_on_a_lost_connection_is_not_acknowledged_on_another(gateway: StreamGateway) -> None:
    held = Taken(holds=threading.Event())
    with running(gateway, held):
        number = gateway.peer(1).push(MESSAGES, {})
        until(lambda: held.frames, "the frame")
        gateway.peer(1).socket.close_socket()
        gateway.peer(2)
        assert held.holds is not None
        held.holds.set()
        until(lambda: held.told, "the acknowledgement's failure")
        assert (held.told, gateway.answers_to(number)) == ([False], [])


def test_fault_54_a_connection_that_has_gone_silent_is_replaced(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open, and its pings are answered by the library on the other side: only frames count."""
    monkeypatch.setattr(patience, "SHORTEST_SILENCE", 0.3)
    with running(gateway) as at_work:
        first = gateway.peer(1)
        for number in range(4):
            gateway.acknowledged(first.system("ping", opaque=str(number)))
        second = gateway.peer(2)
        assert gateway.acknowledged(second.push(MESSAGES, {}))["code"] == 200
        assert gateway.acknowledged(first.push(MESSAGES, {}))["code"] == 200  # it was only slow
        assert at_work.thread.is_alive()


def test_a_quiet_connection_without_a_rhythm_is_left_alone(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call to open may count against the month's 5,000."""
    now = connection.boot_seconds()
    gone = [0.0]
    monkeypatch.setattr(connection, "boot_seconds", lambda: now + gone[0])
    with running(gateway):
        gateway.peer(1)
        gone[0] = 500
        gateway.acknowledged(gateway.peer(1).push(MESSAGES, {}))
        gone[0] = 1050
        gateway.acknowledged(gateway.peer(1).push(MESSAGES, {}))
        assert len(gateway.opened) == 1
        gone[0] = 1651
        gateway.peer(2)


def test_who_leads_no_more_cuts_its_sockets_and_acknowledges_nothing(gateway: StreamGateway) -> None:
    held = Taken(holds=threading.Event())
    with running(gateway, held) as at_work:
        number = gateway.peer(1).push(MESSAGES, {})
        until(lambda: held.frames, "the frame")
        at_work.leads.clear()
        until(gateway.peers[0].ended.is_set, "the socket's end")
        assert held.holds is not None
        held.holds.set()
        at_work.ends()
        assert (held.told, gateway.answers_to(number), len(gateway.peers)) == ([False], [], 1)


def test_who_leads_no_more_acknowledges_nothing_on_a_socket_that_stands(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look before the acknowledgement: nobody else looks in this test."""
    taken = Taken()
    with running(gateway, taken) as at_work:
        first = gateway.peer(1)
        monkeypatch.setattr(connection, "TICK_SECONDS", 30.0)
        gateway.acknowledged(first.push(MESSAGES, {}))  # from here on all of its threads wait so long
        at_work.client._news.set()
        until(lambda: not at_work.client._news.is_set(), "the look")
        taken.before = at_work.leads.clear
        number = first.push(MESSAGES, {})
        until(first.ended.is_set, "the socket's end")
        at_work.client._news.set()
        at_work.ends()
        assert (taken.told, gateway.answers_to(number)) == ([True, False], [])


def test_a_socket_is_cut_while_another_is_asked_for(gateway: StreamGateway) -> None:
    """The platform takes its time to answer, and the lease is over meanwhile."""
    asked, go_on, real = threading.Event(), threading.Event(), gateway.open

    def slowly(accept: str, body: dict[str, Any]) -> tuple[int, bytes]:
        asked.set()
        assert go_on.wait(15)
        return real(accept, body)

    with running(gateway) as at_work:
        first = gateway.peer(1)
        gateway.open = slowly  # type: ignore[method-assign]
        first.system("disconnect", reason="connection is expired")
        assert asked.wait(15)
        at_work.leads.clear()
        until(first.ended.is_set, "the socket's end", seconds=5)  # the call would end it after 8
        go_on.set()
        at_work.ends()
        until(lambda: not gateway.live, "the end of what was opened meanwhile")


@pytest.mark.parametrize(
    ("endpoint", "good"),
    [
        ("wss://wss-open-connection.dingtalk.com:443/connect", True),
        ("wss://wss-open-connection-union.dingtalk.com:443/connect", True),
        ("ws://wss-open-connection.dingtalk.com/connect", False),
        ("https://wss-open-connection.dingtalk.com/connect", False),
    ],
)
def test_who_asked_by_tls_is_sent_to_tls(endpoint: str, good: bool) -> None:
    assert _may_be(endpoint, secure=True) is good


def test_what_was_in_hand_when_it_is_to_stop_is_acknowledged(gateway: StreamGateway) -> None:
    held = Taken(holds=threading.Event())
    with running(gateway, held) as at_work:
        number = gateway.peer(1).push(MESSAGES, {})
        until(lambda: held.frames, "the frame")
        at_work.stop.set()
        with suppress(AssertionError):
            until(gateway.peers[0].ended.is_set, "what must not come", seconds=0.3)
        assert not gateway.peers[0].ended.is_set()
        assert held.holds is not None
        held.holds.set()
        at_work.ends()
        assert gateway.acknowledged(number)["code"] == 200
        until(gateway.peers[0].ended.is_set, "the gateway's end of it")
        assert gateway.peers[0].socket.close_code == 1000


def test_a_frame_that_is_failed_of_is_not_acknowledged_and_stops_no_other(gateway: StreamGateway) -> None:
    def fail() -> None:
        if len(taken.frames) == 1:
            raise RuntimeError("a bug of ours")

    taken, before = Taken(before=fail), frames_counted("messages", "failed")
    with running(gateway, taken):
        first = gateway.peer(1).push(MESSAGES, {})
        until(lambda: frames_counted("messages", "failed") == before + 1, "the failure")
        second = gateway.peer(1).push(MESSAGES, {})
        assert gateway.acknowledged(second)["code"] == 200
        assert gateway.answers_to(first) == []


def test_more_frames_than_can_be_held_are_not_acknowledged(
    gateway: StreamGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_IN_HAND", 2)
    monkeypatch.setattr(stream, "CROWDED_SECONDS", 0.01)
    before, held = frames_counted("messages", "crowded"), Taken(holds=threading.Event())
    with running(gateway, held):
        numbers = [gateway.peer(1).push(MESSAGES, {"n": n}) for n in range(3)]
        until(lambda: frames_counted("messages", "crowded") == before + 1, "the third one")
        assert held.holds is not None
        held.holds.set()
        for number in numbers[:2]:
            assert gateway.acknowledged(number)["code"] == 200
        assert gateway.answers_to(numbers[2]) == []


def test_wrong_credentials_are_not_tried_again_and_again(gateway: StreamGateway) -> None:
    gateway.status, gateway.body = 401, b'{"code":"invalidClientIdOrSecret","message":"secret"}'
    before = counted("tuoling_stream_failures_total", why="refused")
    with running(gateway) as at_work:
        until(lambda: counted("tuoling_stream_failures_total", why="refused") > before, "the refusal")
        assert at_work.client._next_try - connection.boot_seconds() > 50
        assert len(gateway.opened) == 1


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, b"<xml/>", NotOpened("odd", "no endpoint and ticket")),
        (200, b"[]", NotOpened("odd", "no endpoint and ticket")),
        (200, b'{"endpoint":"ws://x/","ticket":""}', NotOpened("odd", "no endpoint and ticket")),
        (200, b'{"endpoint":"http://x/","ticket":"t"}', NotOpened("odd", "no endpoint of a stream")),
        (200, b'{"endpoint":"ws:///x","ticket":"t"}', NotOpened("odd", "no endpoint of a stream")),
        (200, b'{"endpoint":"ws://[x","ticket":"t"}', NotOpened("odd", "no endpoint of a stream")),
        (401, b"{}", NotOpened("refused", "HTTP 401")),
        (400, b'{"code":"invalidClientIdOrSecret"}', NotOpened("refused", "HTTP 400 invalidClientIdOrSecret")),
        (400, b'{"code":"a secret\\n"}', NotOpened("refused", "HTTP 400")),
        (
            403,
            b'{"code":"Forbidden.AccessDenied.QpsLimitForApi"}',
            NotOpened("away", "HTTP 403 Forbidden.AccessDenied.QpsLimitForApi"),
        ),
        (503, b"busy", NotOpened("away", "HTTP 503")),
        (302, b"", NotOpened("odd", "redirect")),
    ],
)
def test_what_opens_nothing(gateway: StreamGateway, status: int, body: bytes, found: NotOpened) -> None:
    gateway.status, gateway.body = status, body
    gateway.open = lambda *_: (status, body)  # type: ignore[method-assign]
    assert Gateway(gateway.app).open() == found


def test_no_log_holds_ticket_or_secret(gateway: StreamGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running(gateway):
        gateway.acknowledged(gateway.peer(1).push(MESSAGES, {"text": {"content": "秘密"}}))
    ours = [record for record in caplog.records if not record.name.startswith("websockets.server")]
    said = "\n".join(f"{record.getMessage()} {record.args}" for record in ours)
    assert "urllib3" in {record.name.partition(".")[0] for record in ours}
    for secret in ("ticket+", "ticket%2B", SECRET, "秘密"):
        assert secret not in said
