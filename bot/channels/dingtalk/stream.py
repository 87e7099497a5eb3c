"""The client of DingTalk's Stream mode: a WebSocket that we open, over which the platform brings messages and taps.

    run      one thread: opens a connection, and the next one before the old is dropped (asked for, silent, closed)
    read     a thread for each socket (`connection.py`): frames in, SYSTEM answered at once
    take     a few threads: each CALLBACK is handed to `take`, which acknowledges it once it cannot be lost any more

Threads and not asyncio, as everywhere in this house: what a frame needs is the database, and a loop that waits for one
is a loop that answers no ping. (The official SDK blocks its loop so, and loses frames and connections by it.)

Who leads is somebody else's business (`bot/streaming.py`): here `leads` is asked before each frame and each
acknowledgement, and as soon as it says no the sockets are cut. Ticket, secret and data stand in no log.

Source: open-dingtalk/developerpedia, docs/learn/stream/protocol.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from websockets.exceptions import WebSocketException

from bot.channels.dingtalk import connection as connections
from bot.channels.dingtalk import frames, patience, vitals
from bot.channels.dingtalk.connection import Connection, Leads
from bot.channels.dingtalk.frames import Frame, acknowledgement
from bot.channels.dingtalk.gateway import Gateway, NotOpened

RETIRED_SECONDS = 10.0  # the platform closes a connection that it has given up after so long; so do we
STEADY_SECONDS = 60.0  # a connection that stood so long was no failure: the next try comes at once
DRAIN_SECONDS = 3.0  # for what is in hand when we are to stop; the platform waits no longer
DATA_BYTES = 64 * 1024  # as of a callback over HTTP
WORKERS = 8
MOST_IN_HAND = 256
CROWDED_SECONDS = 1.0  # so long a frame waits for room, and those behind it too: the platform sends no faster then

Acknowledge = Callable[[], bool]
"""Tell the platform that the frame was taken; False: the connection is gone, or not ours any more."""

Take = Callable[[Frame, Acknowledge], str]
"""What is done with a CALLBACK: the outcome as `vitals.FRAMES` has it. If it raises, nothing was acknowledged."""

_log = structlog.get_logger(__name__)


class StreamClient:
    """Holds a connection while `leads` says that it may. For one `run`."""

    def __init__(self, gateway: Gateway, take: Take, leads: Leads) -> None:
        self._gateway, self._take, self._leads = gateway, take, leads
        self._rhythm = patience.Rhythm()
        self._current: Connection | None = None
        self._retired: list[Connection] = []
        self._why = "start"
        self._tries, self._next_try = 0, 0.0
        self._news = threading.Event()
        self._room = threading.BoundedSemaphore(MOST_IN_HAND)
        self._in_hand = 0
        self._hands = threading.Condition()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="stream")

    def run(self, stop: threading.Event) -> None:
        """Hold a connection until `stop` is set, or somebody else leads; what is in hand then is finished, and
        acknowledged if it may be."""
        try:
            while not stop.is_set() and self._leads():
                try:
                    self._look()
                except Exception:  # noqa: BLE001  the last resort: without this thread nobody hears DingTalk
                    _log.exception("the stream's client failed")
                    self._wait(connections.boot_seconds(), self._tries + 1)
                self._news.wait(connections.TICK_SECONDS)
                self._news.clear()
        finally:
            self._end()

    # Connections.

    def _look(self) -> None:
        now = connections.boot_seconds()
        self._let_go(now)
        current = self._current
        if current is not None and current.over:
            self._lost(now)
        elif current is not None:
            vitals.SEEN_OPEN.set(time.time())
            if now - current.opened_at >= STEADY_SECONDS:
                self._tries, self._next_try = 0, 0.0
            self._why = self._doubt(current, now)
        if self._why and now >= self._next_try:
            self._renew(self._why)

    def _doubt(self, current: Connection, now: float) -> str:
        """Why there should be another connection; empty: this one will do."""
        if current.asked_to_go:
            return "disconnect"
        return "silent" if now - current.heard_at > self._rhythm.silence else ""

    def _lost(self, now: float) -> None:
        self._current, self._why = None, "closed"
        vitals.SINCE.set(0)
        _log.warning("the stream was closed")
        if self._tries == 0:
            self._wait(now, 1)  # others have lost theirs too, and all come back

    def _renew(self, why: str) -> None:
        """A new connection, and only then the old one's end: it goes on being read until then, and acknowledged on."""
        now = connections.boot_seconds()
        self._wait(now, self._tries + 1)
        opened = self._gateway.open()
        if isinstance(opened, NotOpened):
            self._failed(opened.why, opened.said)
            if opened.why == "refused":
                self._next_try = now + patience.LONGEST  # whoever mends it restarts us; asking more often is no help
            return
        try:
            new = Connection(opened, self._heard, self._leads)
        except (OSError, WebSocketException, ValueError) as error:
            self._failed("away", type(error).__name__)
            return
        old = self._current
        self._current, self._why = new, ""
        if old is not None:
            old.close_at = connections.boot_seconds() + RETIRED_SECONDS
            self._retired.append(old)
            if why == "silent":
                self._rhythm.was_silent(wholly=not old.frames)
        vitals.CONNECTIONS.labels(why).inc()
        vitals.SINCE.set(time.time())
        _log.info("the stream is connected", why=why)

    def _failed(self, why: str, said: str) -> None:
        vitals.FAILURES.labels(why).inc()
        say = _log.error if why == "refused" else _log.warning
        say("the stream cannot be connected", why=why, said=said, tries=self._tries)

    def _wait(self, now: float, tries: int) -> None:
        self._tries = tries
        self._next_try = now + patience.before_try(tries, random.random())  # noqa: S311  nobody may gain by guessing it

    def _let_go(self, now: float) -> None:
        for each in [each for each in self._retired if each.over or now >= each.close_at]:
            each.close()
            self._retired.remove(each)

    def _end(self) -> None:
        until = time.monotonic() + DRAIN_SECONDS
        with self._hands:
            while self._in_hand and self._leads() and time.monotonic() < until:
                self._hands.wait(connections.TICK_SECONDS)
        mine = [each for each in (self._current, *self._retired) if each is not None]
        for each in mine:
            if not self._leads():
                each.cut()
            each.close()
        self._pool.shutdown()
        vitals.SINCE.set(0)
        _log.info("the stream has ended")

    # Frames.

    def _heard(self, connection: Connection, text: bytes) -> None:
        """One frame, in its connection's thread: nothing here may wait long."""
        vitals.LAST_FRAME.set(time.time())
        self._rhythm.heard()
        frame = frames.read(text)
        if frame is None:
            vitals.FRAMES.labels("other", "bad").inc()
            _log.warning("a frame of the stream cannot be read", bytes=len(text))
        elif frame.kind == "SYSTEM":
            self._system(connection, frame)
        elif frame.kind == "CALLBACK" and frame.topic in frames.TOPICS:
            self._callback(connection, frame)
        else:
            vitals.FRAMES.labels("other", "unknown").inc()
            _log.warning("a frame of a topic that we do not know", kind=frame.kind[:40], topic=frame.topic[:80])
            self._acknowledge(connection, frame, frames.NO_SUCH_TOPIC)

    def _system(self, connection: Connection, frame: Frame) -> None:
        if frame.topic == "ping":
            self._acknowledge(connection, frame, data=frame.data)
            now = connections.boot_seconds()
            if connection.pinged_at is not None:
                self._rhythm.pinged(now - connection.pinged_at)
            connection.pinged_at = now
        elif frame.topic == "disconnect":
            connection.asked_to_go = True
            self._news.set()
        known = frame.topic if frame.topic in ("ping", "disconnect") else "system"
        vitals.FRAMES.labels("system", known).inc()

    def _callback(self, connection: Connection, frame: Frame) -> None:
        name = vitals.NAMES[frame.topic]
        if len(frame.data.encode("utf-8", "surrogatepass")) > DATA_BYTES:
            vitals.FRAMES.labels(name, "large").inc()
            self._acknowledge(connection, frame, frames.FAILED)
        elif not self._room.acquire(timeout=CROWDED_SECONDS):
            vitals.FRAMES.labels(name, "crowded").inc()
            _log.error("more frames come than can be taken", in_hand=MOST_IN_HAND)
        else:
            with self._hands:
                self._in_hand += 1
            self._pool.submit(self._take_one, connection, frame)

    def _take_one(self, connection: Connection, frame: Frame) -> None:
        structlog.contextvars.clear_contextvars()  # the pool reuses its threads
        came = "failed"
        try:
            came = self._take(frame, lambda: self._acknowledge(connection, frame))
        except Exception:  # noqa: BLE001  the last resort: a frame that we fail of must not stop the others
            _log.exception("a frame of the stream failed", topic=frame.topic)
        finally:
            vitals.FRAMES.labels(vitals.NAMES[frame.topic], came).inc()
            self._room.release()
            with self._hands:
                self._in_hand -= 1
                self._hands.notify_all()

    def _acknowledge(
        self, connection: Connection, frame: Frame, code: int = frames.OK, data: str | None = None
    ) -> bool:
        """On the connection that brought it, and only while it is ours: who was paused for so long that another has
        taken over finds here that nothing is to be said any more."""
        if not self._leads():
            connection.cut()
            return False
        return connection.send(acknowledgement(frame, code, data))
