"""The connections of Stream mode: tickets, WebSockets, frames and their acknowledgements, and what goes wrong.

Runs in a thread with an event loop of its own; its methods may be called from any other thread. Source:
open-dingtalk/developerpedia, docs/learn/stream/protocol.
"""

import asyncio
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from bot.sandbox.dingtalk.frames import Frame, judged, new_frame
from bot.sandbox.dingtalk.posting import Attempt

TICKET_LIFE = timedelta(seconds=90)
ACK_SECONDS = 3.0
IDLE_SECONDS = 10.0
_CALL_SECONDS = 60.0

T = TypeVar("T")
Topics = frozenset[tuple[str, str]]

# The library would log the handshake with its ticket.
_SILENT = logging.Logger("stream-gateway", level=logging.CRITICAL + 1)


class GatewayDown(Exception):
    """The gateway does not listen: not yet, or no longer."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What opens one connection, until it is used or 90 seconds are over."""

    expires: datetime
    topics: Topics


@dataclass(slots=True, eq=False)
class Connection:
    """One connection. `leaving` was told to go; `deaf` gets frames no longer though it seems alive."""

    id: str
    topics: Topics
    socket: ServerConnection
    leaving: bool = False
    deaf: bool = False

    def wants(self, frame: Frame) -> bool:
        """Did it subscribe to this?"""
        return (frame.kind, frame.topic) in self.topics or (frame.kind, "*") in self.topics


class Lines:
    """The connections of one app. `ack_seconds`, how long a frame waits for its acknowledgement, is real time."""

    _loop: asyncio.AbstractEventLoop  # from start() on
    _stopped: asyncio.Event

    def __init__(self, app_id: str, clock: Callable[[], datetime], ack_seconds: float = ACK_SECONDS) -> None:
        self.ack_seconds, self.endpoint = ack_seconds, ""
        self.opened = 0
        self.odd: list[str] = []  # what came that acknowledged no frame of its own connection
        self._app_id, self._clock = app_id, clock
        self._lock = threading.Lock()
        self._tickets: dict[str, Ticket] = {}
        self._topics: dict[ServerConnection, Topics] = {}
        self._connections: dict[str, Connection] = {}
        self._waiting: dict[str, list[tuple[str, asyncio.Future[Mapping[str, Any]]]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    # Its life

    def start(self, host: str = "127.0.0.1") -> None:
        """Listen on a free port of `host`; `endpoint` says where."""
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(host)), name="stream-gateway", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the gateway did not start")

    def stop(self) -> None:
        """Close all connections and end."""
        if self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(10)

    async def _serve(self, host: str) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        async with serve(
            self._talk, host, 0, process_request=self._admit, ping_interval=None, close_timeout=1, logger=_SILENT
        ) as server:
            self.endpoint = f"ws://{host}:{_port(server)}/connect"
            self._begin(self._run())
            self._ready.set()
            await self._stopped.wait()
            for task in self._tasks:
                task.cancel()
            for connection in self._connections.values():
                connection.socket.transport.resume_reading()

    async def _run(self) -> None:
        """What goes on beside the connections."""

    # Opening

    def issue(self, topics: Topics) -> str:
        """A ticket, with characters that must be quoted in an address."""
        ticket = f"{secrets.token_urlsafe(12)}+/={secrets.token_urlsafe(8)}"
        with self._lock:
            self._tickets[ticket] = Ticket(self._clock() + TICKET_LIFE, topics)
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
        self._topics[socket] = ticket.topics
        return None

    async def _talk(self, socket: ServerConnection) -> None:
        connection = Connection(f"c{self.opened + 1}", self._topics.pop(socket), socket)
        self._connections[connection.id] = connection
        self.opened += 1
        try:
            async for text in socket:
                self._answered(connection, text)
        except ConnectionClosed:
            pass
        finally:
            del self._connections[connection.id]

    # Frames

    def push_to(self, connection_id: str, frame: Frame, seconds: float | None = None) -> Attempt:
        """Send a frame to this very connection, once."""
        return self._call(self._send(self._connections[connection_id], frame, seconds or self.ack_seconds))

    def ping(self, connection_id: str, opaque: str) -> Attempt:
        """A SYSTEM ping; its acknowledgement must echo what it said."""
        attempt = self.push_to(connection_id, new_frame("SYSTEM", "ping", {"opaque": opaque}))
        echoed = dict(attempt.answer) == {"opaque": opaque}
        return attempt if echoed else Attempt(attempt.status, attempt.seconds, "no echo", attempt.answer, connection_id)

    def system(self, connection_id: str, topic: str, data: Mapping[str, Any]) -> None:
        """Any SYSTEM frame (CONNECTED, REGISTERED, KEEPALIVE …), without waiting for an answer."""
        frame = new_frame("SYSTEM", topic, data)
        self.say(connection_id, frame.text(self._app_id, connection_id, self._clock()))

    # What goes wrong

    def say(self, connection_id: str, text: str) -> None:
        """Any text in place of a frame: bad JSON, for one."""
        self._call(self._connections[connection_id].socket.send(text))

    def disconnect(self, connection_id: str, idle: float = IDLE_SECONDS) -> None:
        """Tell a connection to go, as before maintenance. It gets nothing new if there is another, and is closed after
        `idle` seconds."""
        connection = self._connections[connection_id]
        connection.leaving = True
        self.system(connection_id, "disconnect", {"reason": "connection is expired"})
        self._loop.call_soon_threadsafe(lambda: self._begin(_close_after(connection, idle)))

    def close(self, connection_id: str, code: int = 1000) -> None:
        """Close a connection in an orderly way."""
        self._call(self._connections[connection_id].socket.close(code))

    def abort(self, connection_id: str) -> None:
        """Drop a connection's TCP without a word."""
        self._loop.call_soon_threadsafe(self._connections[connection_id].socket.transport.abort)

    def deafen(self, connection_id: str) -> None:
        """Frames no longer reach a connection, though it answers pings as ever."""
        self._connections[connection_id].deaf = True

    def freeze(self, connection_id: str) -> None:
        """A connection is silent: no frames, no pongs, and no end."""
        connection = self._connections[connection_id]
        connection.deaf = True
        self._loop.call_soon_threadsafe(connection.socket.transport.pause_reading)

    # Inside the loop

    async def _send(self, connection: Connection | None, frame: Frame, seconds: float) -> Attempt:
        if connection is None:
            return Attempt(0, 0.0, "no connection")
        started, answer = time.monotonic(), self._loop.create_future()
        waits = (connection.id, answer)
        self._waiting.setdefault(frame.message_id, []).append(waits)
        try:
            if not connection.deaf:
                await connection.socket.send(frame.text(self._app_id, connection.id, self._clock()))
            async with asyncio.timeout(seconds):
                found = await answer
        except (TimeoutError, ConnectionClosed) as error:
            why = "not acknowledged" if isinstance(error, TimeoutError) else "the connection broke"
            return Attempt(0, time.monotonic() - started, why, connection=connection.id)
        finally:
            self._waiting[frame.message_id].remove(waits)
            if not self._waiting[frame.message_id]:
                del self._waiting[frame.message_id]
        return judged(frame, found, time.monotonic() - started, connection.id)

    def _answered(self, connection: Connection, text: str | bytes) -> None:
        try:
            found = json.loads(text)
            message_id = str(found["headers"]["messageId"])
        except (ValueError, KeyError, TypeError):
            self.odd.append("no acknowledgement")
            return
        waiting = [each for each in self._waiting.get(message_id, ()) if not each[1].done()]
        own = next((answer for connection_id, answer in waiting if connection_id == connection.id), None)
        if own is not None:
            own.set_result(found)
        elif waiting:
            self.odd.append("acknowledged on another connection")
        else:
            self._late(message_id)
            self.odd.append("acknowledged late or twice")

    def _late(self, message_id: str) -> None:
        """A frame is acknowledged for which nothing waits any more."""

    def _begin(self, work: Coroutine[Any, Any, Any]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives, from another thread.

        Raises:
            GatewayDown: nothing runs that would do it.
        """
        if self._thread is None or not self._thread.is_alive():
            work.close()
            raise GatewayDown("the gateway is down")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_SECONDS)
        except CancelledError:
            raise GatewayDown("the gateway went down") from None


def _port(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


async def _close_after(connection: Connection, idle: float) -> None:
    await asyncio.sleep(idle)
    await connection.socket.close(1001)
