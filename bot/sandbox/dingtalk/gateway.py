"""The Stream gateway: tickets, connections over WebSocket, frames and their acknowledgements.

Runs in a thread with an event loop of its own; its methods may be called from any other thread. Sources:
open-dingtalk/developerpedia, docs/learn/stream/protocol, and what was seen of it (dingtalk.md §2.2 in the project's
notes): each message goes to ONE connection at random; what is not acknowledged comes again, if `redelivery` says so.
"""

import asyncio
import contextlib
import json
import logging
import random
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from bot.sandbox.dingtalk.events import milliseconds
from bot.sandbox.dingtalk.posting import Attempt

TICKET_LIFE = timedelta(seconds=90)
ACK_SECONDS = 3.0
IDLE_SECONDS = 10.0
REPETITIONS = 3
_TICK_SECONDS = 0.05
_CALL_SECONDS = 60.0

T = TypeVar("T")

# The library would log the handshake with its ticket.
_SILENT = logging.Logger("stream-gateway", level=logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What opens one connection, until it is used or 90 seconds are over."""

    expires: datetime
    subscriptions: frozenset[tuple[str, str]]


@dataclass(slots=True, eq=False)
class Connection:
    """One connection. `leaving` was told to go; `deaf` gets frames no longer though it seems alive."""

    id: str
    subscriptions: frozenset[tuple[str, str]]
    socket: ServerConnection
    leaving: bool = False
    deaf: bool = False

    def wants(self, kind: str, topic: str) -> bool:
        """Did it subscribe to this?"""
        return (kind, topic) in self.subscriptions or (kind, "*") in self.subscriptions


@dataclass(frozen=True, slots=True)
class Frame:
    """What is pushed. `data` is JSON, as text; `headers` come on top of those that every frame has."""

    kind: str
    topic: str
    data: str = field(repr=False)
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A frame that nobody has taken yet."""

    frame: Frame
    done: Callable[[Attempt], None]
    last: datetime
    times: int = 1


class Gateway:
    """The gateway of one app. `redelivery` are the seconds, of the platform's clock, after which a frame that was not
    taken comes again, three times at most; None: never. `ack_seconds` is real time."""

    def __init__(
        self,
        app_id: str,
        clock: Callable[[], datetime],
        *,
        redelivery: float | None = 60.0,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self.redelivery, self.ack_seconds = redelivery, ack_seconds
        self.chance = random.Random(0)
        self.opened = 0
        self.odd: list[str] = []  # what came that was no acknowledgement of a frame of its own connection
        self._app_id, self._clock = app_id, clock
        self._lock = threading.Lock()
        self._tickets: dict[str, Ticket] = {}
        self._connections: dict[str, Connection] = {}
        self._waiting: dict[str, list[tuple[str, asyncio.Future[Mapping[str, Any]]]]] = {}
        self._open: dict[str, _Open] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stream-gateway", daemon=True)
        self.endpoint = ""

    # Its life

    def start(self, host: str = "127.0.0.1") -> None:
        """Listen on a free port of `host`; `endpoint` says where."""
        self._host = host
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the gateway did not start")

    def stop(self) -> None:
        """Close all connections and end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        async with serve(
            self._talk, self._host, 0, process_request=self._admit, ping_interval=None, close_timeout=1, logger=_SILENT
        ) as server:
            self.endpoint = f"ws://{self._host}:{_port(server)}/connect"
            ticking = asyncio.create_task(self._tick())
            self._ready.set()
            await self._stopped.wait()
            for task in (ticking, *self._tasks):
                task.cancel()
            for connection in self._connections.values():
                connection.socket.transport.resume_reading()

    # Opening

    def issue(self, subscriptions: frozenset[tuple[str, str]]) -> str:
        """A ticket, with characters that must be quoted in an address."""
        ticket = f"{secrets.token_urlsafe(12)}+/={secrets.token_urlsafe(8)}"
        with self._lock:
            self._tickets[ticket] = Ticket(self._clock() + TICKET_LIFE, subscriptions)
        return ticket

    def connections(self) -> tuple[str, ...]:
        """The ids of the open connections, the oldest first."""
        return tuple(self._connections)

    async def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        parts = urlsplit(request.path)
        given = parse_qs(parts.query).get("ticket", [""])[0]
        with self._lock:
            ticket = self._tickets.pop(given, None)
        if parts.path != "/connect" or ticket is None or self._clock() >= ticket.expires:
            return socket.respond(HTTPStatus.UNAUTHORIZED, "invalid ticket\n")
        socket.subscriptions = ticket.subscriptions  # type: ignore[attr-defined]
        return None

    async def _talk(self, socket: ServerConnection) -> None:
        self.opened += 1
        connection = Connection(f"c{self.opened}", socket.subscriptions, socket)  # type: ignore[attr-defined]
        self._connections[connection.id] = connection
        try:
            async for text in socket:
                self._acknowledged(connection, text)
        except ConnectionClosed:
            pass
        finally:
            self._connections.pop(connection.id, None)

    # Frames

    def push(
        self,
        frame: Frame,
        seconds: float | None = None,
        done: Callable[[Attempt], None] = lambda _: None,
        *,
        again: bool = True,
    ) -> Attempt:
        """Send a frame to one connection that wants it, and wait for its acknowledgement. What was not taken is kept to
        come again, unless `again` is False; `done` is told of each later attempt."""
        return self._call(self._push(frame, seconds or self.ack_seconds, done, again=again))

    def push_to(self, connection_id: str, frame: Frame, seconds: float | None = None) -> Attempt:
        """Send a frame to this very connection, once."""
        return self._call(self._send(self._connections[connection_id], frame, seconds or self.ack_seconds))

    def redeliver(self) -> tuple[Attempt, ...]:
        """Everything that was not taken comes again now."""
        return self._call(self._again(list(self._open)))

    def unacknowledged(self) -> tuple[str, ...]:
        """The message ids of what nobody has taken yet."""
        return tuple(self._open)

    # Troubles

    def ping(self, connection_id: str, opaque: str) -> Attempt:
        """A SYSTEM ping; its acknowledgement must echo what it said."""
        said = json.dumps({"opaque": opaque})
        attempt = self.push_to(connection_id, Frame("SYSTEM", "ping", said, _new_id()))
        echoed = dict(attempt.answer) == {"opaque": opaque}
        return attempt if echoed else Attempt(attempt.status, attempt.seconds, "no echo", attempt.answer, connection_id)

    def system(self, connection_id: str, topic: str, data: Mapping[str, Any]) -> None:
        """Any SYSTEM frame (CONNECTED, REGISTERED, KEEPALIVE …), without waiting for an answer."""
        frame = Frame("SYSTEM", topic, json.dumps(data), _new_id())
        self._call(self._connections[connection_id].socket.send(self._text(frame, connection_id)))

    def disconnect(self, connection_id: str, idle: float = IDLE_SECONDS) -> None:
        """Tell a connection to go, as before maintenance. It gets nothing new if there is another, and is closed after
        `idle` seconds."""
        connection = self._connections[connection_id]
        connection.leaving = True
        self.system(connection_id, "disconnect", {"reason": "connection is expired"})
        self._soon(self._close_after(connection, idle))

    def close(self, connection_id: str, code: int = 1000) -> None:
        """Close a connection in an orderly way."""
        self._call(self._connections[connection_id].socket.close(code))

    def abort(self, connection_id: str) -> None:
        """Drop a connection's TCP without a word."""
        self._call(_at_once(self._connections[connection_id].socket.transport.abort))

    def deafen(self, connection_id: str) -> None:
        """Frames no longer reach a connection, though it answers pings as ever."""
        self._connections[connection_id].deaf = True

    def freeze(self, connection_id: str) -> None:
        """A connection is silent: no frames, no pongs, and no end."""
        connection = self._connections[connection_id]
        connection.deaf = True
        self._call(_at_once(connection.socket.transport.pause_reading))

    def say(self, connection_id: str, text: str) -> None:
        """Any text in place of a frame: bad JSON, for one."""
        self._call(self._connections[connection_id].socket.send(text))

    # Inside the loop

    async def _push(self, frame: Frame, seconds: float, done: Callable[[Attempt], None], *, again: bool) -> Attempt:
        attempt = await self._send(self._choose(frame), frame, seconds)
        if again and not attempt.taken and attempt.status != HTTPStatus.NOT_FOUND and self.redelivery is not None:
            self._open[frame.message_id] = _Open(frame, done, self._clock())
        return attempt

    def _choose(self, frame: Frame) -> Connection | None:
        wanting = [each for each in self._connections.values() if each.wants(frame.kind, frame.topic)]
        staying = [each for each in wanting if not each.leaving] or wanting
        return self.chance.choice(staying) if staying else None

    async def _send(self, connection: Connection | None, frame: Frame, seconds: float) -> Attempt:
        if connection is None:
            return Attempt(0, 0.0, "no connection")
        started, answer = time.monotonic(), self._loop.create_future()
        waits = (connection.id, answer)
        self._waiting.setdefault(frame.message_id, []).append(waits)
        try:
            if not connection.deaf:
                await connection.socket.send(self._text(frame, connection.id))
            async with asyncio.timeout(seconds):
                found = await answer
        except (TimeoutError, ConnectionClosed) as error:
            why = "not acknowledged" if isinstance(error, TimeoutError) else "the connection broke"
            return Attempt(0, time.monotonic() - started, why, connection=connection.id)
        finally:
            self._waiting[frame.message_id].remove(waits)
            if not self._waiting[frame.message_id]:
                del self._waiting[frame.message_id]
        return _judged(frame, found, time.monotonic() - started, connection.id)

    def _text(self, frame: Frame, connection_id: str) -> str:
        headers = {
            "appId": self._app_id,
            "connectionId": connection_id,
            "messageId": frame.message_id,
            "topic": frame.topic,
            "contentType": "application/json",
            "time": str(milliseconds(self._clock())),
            **frame.headers,
        }
        whole = {"specVersion": "1.0", "type": frame.kind, "headers": headers, "data": frame.data}
        return json.dumps(whole, ensure_ascii=False)

    def _acknowledged(self, connection: Connection, text: str | bytes) -> None:
        try:
            found = json.loads(text)
            message_id = found["headers"]["messageId"]
        except (ValueError, KeyError, TypeError):
            self.odd.append("no acknowledgement")
            return
        waiting = [each for each in self._waiting.get(str(message_id), ()) if not each[1].done()]
        own = next((answer for connection_id, answer in waiting if connection_id == connection.id), None)
        if own is not None:
            own.set_result(found)
        elif waiting:
            self.odd.append("acknowledged on another connection")
        else:
            self._open.pop(str(message_id), None)
            self.odd.append("acknowledged late or twice")

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            if self.redelivery is not None:
                due = self._clock() - timedelta(seconds=self.redelivery)
                late = [key for key, each in self._open.items() if each.last <= due]
                for key in late:
                    self._begin(self._again([key]))

    async def _again(self, keys: list[str]) -> tuple[Attempt, ...]:
        attempts = []
        for key in keys:
            kept = self._open.pop(key, None)
            if kept is None:
                continue
            attempt = await self._send(self._choose(kept.frame), kept.frame, self.ack_seconds)
            kept.done(attempt)
            attempts.append(attempt)
            # Where there is nobody, it was not sent: it waits on for a connection.
            kept.times += bool(attempt.connection)
            if not attempt.taken and kept.times <= REPETITIONS:
                kept.last = self._clock()
                self._open[key] = kept
        return tuple(attempts)

    async def _close_after(self, connection: Connection, idle: float) -> None:
        await asyncio.sleep(idle)
        await connection.socket.close(1001)

    def _begin(self, work: Coroutine[Any, Any, Any]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _soon(self, work: Coroutine[Any, Any, Any]) -> None:
        self._loop.call_soon_threadsafe(self._begin, work)

    def _call(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(_CALL_SECONDS)


def new_frame(kind: str, topic: str, data: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Frame:
    """A frame with a message id of its own."""
    return Frame(kind, topic, json.dumps(data, ensure_ascii=False), _new_id(), headers or {})


def _new_id() -> str:
    return f"{secrets.token_hex(8)}_{secrets.token_hex(4)}"


def _port(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


async def _at_once(work: Callable[[], Any]) -> None:
    with contextlib.suppress(RuntimeError):
        work()


def _judged(frame: Frame, found: Mapping[str, Any], seconds: float, connection_id: str) -> Attempt:
    """Is it an acknowledgement as the protocol wants it? `data` is JSON in a string; an EVENT's says SUCCESS."""
    code, data = found.get("code"), found.get("data")
    if not isinstance(code, int):
        return Attempt(0, seconds, "an acknowledgement without a code", connection=connection_id)
    if not isinstance(data, str):
        return Attempt(code, seconds, "the acknowledgement's data is no string", connection=connection_id)
    try:
        said = json.loads(data) if data else {}
    except ValueError:
        return Attempt(code, seconds, "the acknowledgement's data is no JSON", connection=connection_id)
    answer = said if isinstance(said, Mapping) else {}
    late = frame.kind == "EVENT" and answer.get("status") != "SUCCESS"
    return Attempt(code, seconds, "not SUCCESS" if late else "", answer, connection_id)
