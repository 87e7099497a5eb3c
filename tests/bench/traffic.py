"""Traffic: processes that post callbacks over kept-alive connections as fast as the answers come.

The bodies are encrypted before the clock starts, each with a message id of its own, and answers are read by hand from
the socket, so that the load takes little of the machine from the server under test.
"""

import multiprocessing
import secrets
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from urllib.parse import urlencode

from bot.channels.wecom.crypto import CallbackCipher, signature
from bot.channels.wecom.markup import fields, read
from tests.bench.company import AES_KEY, AGENT_ID, CORP_ID, HOST, OFFICERS, TOKEN
from tests.bench.figures import percentile

PROCESSES = 2
CONNECTIONS = 8  # each process's
MOST_A_SECOND = 6_000  # bodies prepared for each process and second: more than any server here answers
_START_SECONDS = 60.0
_ANSWER_SECONDS = 10.0


class BadAnswer(Exception):
    """A server under test did not answer as it must; its figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is posted: `text` typed by the officers in turn, with message ids from `first_id` on, for `seconds` or
    until `most` requests were answered. `expect` stands in every right answer (one a connection is opened)."""

    text: str
    first_id: int
    seconds: float
    expect: str
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came of a load: answers, how long they took (ms), and how long all of it took (seconds)."""

    answered: int
    seconds: float
    milliseconds: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Throughput."""
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the requests were answered."""
        return percentile(self.milliseconds, share)


def drive(port: int, load: Load) -> Traffic:
    """Put `load` on the server at `port`.

    Raises:
        BadAnswer: an answer was not 200, or did not hold what was expected.
    """
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    pipes, processes = [], []
    for number in range(PROCESSES):
        ours, theirs = context.Pipe(duplex=False)
        processes.append(context.Process(target=_drive, args=(port, load, number, barrier, theirs), daemon=True))
        pipes.append(ours)
    for child in processes:
        child.start()
    try:
        parts = [_result(pipe, load) for pipe in pipes]
    finally:
        for child in processes:
            child.join(5)
            if child.is_alive():
                child.kill()
    faults = [part for part in parts if isinstance(part, str)]
    if faults:
        raise BadAnswer(faults[0])
    started, ended = min(part[0] for part in parts), max(part[1] for part in parts)
    times = tuple(millis for part in parts for millis in part[2])
    return Traffic(len(times), ended - started, times)


Part = tuple[float, float, list[float]] | str


def _result(pipe: Connection, load: Load) -> Part:
    if not pipe.poll(_START_SECONDS + load.seconds + 2 * _ANSWER_SECONDS):
        raise BadAnswer("a load process did not report")
    part: Part = pipe.recv()
    return part


def _drive(port: int, load: Load, number: int, barrier: Barrier, pipe: Connection) -> None:
    """One load process: prepare, wait for the others, post."""
    try:
        pipe.send(_post_all(port, load, number, barrier))
    except (BadAnswer, OSError) as error:
        barrier.abort()
        pipe.send(f"{type(error).__name__}: {error}")


def _post_all(port: int, load: Load, number: int, barrier: Barrier) -> Part:
    count = load.most // PROCESSES if load.most else int(load.seconds * MOST_A_SECOND)
    requests = prepare(load.text, load.first_id + number * count, count)
    lanes = [_Lane(port) for _ in range(CONNECTIONS)]
    with selectors.DefaultSelector() as selector:
        for lane in lanes:
            selector.register(lane.socket, selectors.EVENT_READ, lane)
        barrier.wait(_START_SECONDS)
        started = time.monotonic()
        times = _post(selector, lanes, requests, started + load.seconds)
        ended = time.monotonic()
    for lane in lanes:
        if lane.last and load.expect not in opened(lane.last):
            raise BadAnswer(f"an answer without {load.expect}")
        lane.socket.close()
    return started, ended, times


def _post(
    selector: selectors.BaseSelector, lanes: Sequence["_Lane"], requests: list[bytes], until: float
) -> list[float]:
    """Post on each lane as soon as it is free; milliseconds of each answer."""
    times: list[float] = []
    requests.reverse()
    busy = 0
    for lane in lanes:
        if requests:
            lane.post(requests.pop())
            busy += 1
    while busy:
        ready = selector.select(_ANSWER_SECONDS)
        if not ready:
            raise BadAnswer(f"no answer for {_ANSWER_SECONDS:g} s")
        for key, _ in ready:
            lane: _Lane = key.data
            if not lane.has_answer():
                continue
            now = time.monotonic()
            times.append((now - lane.posted) * 1000)
            if requests and now < until:
                lane.post(requests.pop())
            else:
                busy -= 1
    return times


class _Lane:
    """One kept-alive connection with at most one request under way."""

    __slots__ = ("_got", "last", "posted", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=_ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""
        self.last = b""
        self.posted = 0.0

    def post(self, request: bytes) -> None:
        """Send a request."""
        self.posted = time.monotonic()
        self.socket.sendall(request)

    def has_answer(self) -> bool:
        """Read what is there; True if the answer is complete (its body is then `last`)."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise BadAnswer("the server closed the connection")
        self._got += chunk
        head, blank, body = self._got.partition(b"\r\n\r\n")
        if not blank:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise BadAnswer(head.splitlines()[0].decode(errors="replace"))
        if len(body) < _content_length(head):
            return False
        self._got, self.last = b"", body
        return True


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise BadAnswer("an answer without its length")


def prepare(text: str, first_id: int, count: int) -> list[bytes]:
    """`count` whole requests, as WeCom makes them, with message ids from `first_id` on."""
    cipher, stamp = CallbackCipher(AES_KEY, CORP_ID), str(int(time.time()))
    return [_request(cipher, stamp, first_id + index, text) for index in range(count)]


def event(message_id: int, text: str, stamp: str, sender: str = "") -> bytes:
    """The plaintext of a typed message; without `sender` the officers take turns."""
    who = sender or OFFICERS[message_id % len(OFFICERS)]
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>"
        f"<FromUserName><![CDATA[{who}]]></FromUserName>"
        f"<CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{message_id}</MsgId><AgentID>{AGENT_ID}</AgentID></xml>"
    ).encode()


def _request(cipher: CallbackCipher, stamp: str, message_id: int, text: str) -> bytes:
    encrypted, nonce = cipher.encrypt(event(message_id, text, stamp)), secrets.token_hex(5)
    query = {"msg_signature": signature(TOKEN, stamp, nonce, encrypted), "timestamp": stamp, "nonce": nonce}
    body = (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        f"<AgentID><![CDATA[{AGENT_ID}]]></AgentID></xml>"
    ).encode()
    head = (
        f"POST /wecom/callback?{urlencode(query)} HTTP/1.1\r\nHost: {HOST}\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def opened(answer: bytes) -> str:
    """The text of an encrypted passive answer; empty for an empty one."""
    if not answer:
        return ""
    sealed = fields(read(answer, 2))["Encrypt"]
    return fields(read(CallbackCipher(AES_KEY, CORP_ID).decrypt(sealed), 2))["Content"]
