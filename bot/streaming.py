"""DingTalk's Stream mode inside `tuoling scheduler`: one process holds the connection, and each event is recorded,
acknowledged, and only then worked on.

Several connections would share the messages between them, each going to one at random: so there is one owner, by a
lease with a fencing number, in the database's time. A frame that has come is recorded and worked on by whoever got it,
once, by its key; only its acknowledgement says that the connection is his. So an owner that was paused and wakes up
when another leads loses nothing, acknowledges nothing, and cuts its sockets.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.dingtalk import vitals
from bot.channels.dingtalk.connection import Leads, boot_seconds
from bot.channels.dingtalk.frames import Frame
from bot.channels.dingtalk.stream import Acknowledge, StreamClient, Take
from bot.dispatch import Intake, Recorded, Taken
from bot.inbound import Inbound
from bot.metrics import CALLBACKS
from core.store.founding import WrongKey
from core.store.shared import drop_lease, still_leads, take_lease
from core.store.unit import Store
from jobs.bell import Rings

CHANNEL = "dingtalk"
LEASE = "dingtalk:stream"
LEASE_SECONDS = 10.0  # a dead owner is followed within this and one more round
ROUND_SECONDS = 2.0  # between renewals, and between the tries of who waits
MARGIN_SECONDS = 1.0  # we let go earlier than another may take it
# Of the 2 in which a tap is to be acknowledged (a message has 3), for as many tries as it takes: that the platform
# repeats itself is promised nowhere.
RECORD_SECONDS = 1.5
LATE_SECONDS = 60.0  # and for so long after that: it may be all that ever comes of the event
RETRY_SECONDS = 0.25

Parse = Callable[[bytes, str], Inbound]
"""Reads a frame's data, which is what comes over HTTP too. It is told the frame's id as well: a tap has none."""

HOST = socket.gethostname()[:36]
"""How this machine is named in the lease's holder, `HOST:PROCESS:SOMETHING`."""

ClientOf = Callable[[Take, Leads], StreamClient]

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Reign:
    """The time for which we hold the lease under one fencing number. `until` is of `boot_seconds`."""

    fence: int
    until: float
    stop: threading.Event
    thread: threading.Thread | None = None

    def leads(self) -> bool:
        """By our own reckoning, without asking anybody: is the lease ours still?"""
        return boot_seconds() < self.until


class Streaming:
    """Takes in what DingTalk sends, as long as this process is the owner."""

    def __init__(self, store: Store, intake: Intake, parse: Parse, client_of: ClientOf) -> None:
        self._store, self._intake = store, intake
        self._parse, self._client_of = parse, client_of
        self._holder = f"{HOST}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        vitals.begin()

    def run(self, bell: Rings, stop: threading.Event) -> None:
        """Hold the lease, and the connection with it, until `stop` is set; wait for it while another process holds it.
        Whatever it fails of, it goes on."""
        reign: _Reign | None = None
        while not stop.is_set():
            try:
                reign = self._go_on(reign, bell)
            except Exception as error:  # noqa: BLE001  the last resort: without this thread nobody hears DingTalk
                if not isinstance(error, SQLAlchemyError):
                    _log.exception("the stream's owner failed")
                if reign is not None and not reign.leads():
                    self._end(reign, "the stream's lease could not be renewed")
                    reign = None
            stop.wait(ROUND_SECONDS)
        if reign is not None:
            self._end(reign)
        self._give_back()

    def _go_on(self, reign: _Reign | None, bell: Rings) -> _Reign | None:
        asked = boot_seconds()
        fence = self._lead()
        until = asked + LEASE_SECONDS - MARGIN_SECONDS
        if reign is not None and (fence != reign.fence or not reign.leads() or not _lives(reign)):
            # Though it may be ours again under another number: in between there was none, and a socket that has slept
            # through that may be dead.
            self._end(reign, "another process leads the stream" if fence is None else "the stream is begun anew")
            reign = None
        if fence is None:
            return None
        if reign is None:
            return self._begin(fence, until, bell)
        reign.until = until
        return reign

    def _lead(self) -> int | None:
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            return take_lease(session, LEASE, self._holder, now=now, seconds=LEASE_SECONDS)

    def _begin(self, fence: int, until: float, bell: Rings) -> _Reign:
        _log.info("this process leads the stream", fence=fence)
        reign = _Reign(fence, until, threading.Event())
        client = self._client_of(lambda frame, told: self._take(frame, told, reign, bell), reign.leads)
        reign.thread = threading.Thread(target=client.run, args=(reign.stop,), name="stream", daemon=True)
        reign.thread.start()
        return reign

    def _end(self, reign: _Reign, lost: str = "") -> None:
        """`lost`: why it is ours no more, so that nothing is acknowledged any more; else what is in hand is."""
        if lost:
            reign.until = float("-inf")
            _log.warning(lost, fence=reign.fence)
        reign.stop.set()
        if reign.thread is not None:
            reign.thread.join()

    def _give_back(self) -> None:
        """The next one need not wait for the lease's end."""
        try:
            with self._store.database.write() as session:
                drop_lease(session, LEASE, self._holder, now=self._store.shared_now(session))
        except SQLAlchemyError as error:
            _log.warning("the stream's lease could not be given back", error=type(error).__name__)

    # One event.

    def _take(self, frame: Frame, acknowledge: Acknowledge, reign: _Reign, bell: Rings) -> str:
        """Record, acknowledge, work: the outcome as `vitals.FRAMES` has it."""
        begun = time.perf_counter()
        raw = frame.data.encode("utf-8", "surrogatepass")
        inbound = self._parse(raw, frame.message_id)
        kind = type(inbound).__name__.lower()
        try:
            recorded = self._record(inbound, raw, reign.stop)
        except (SQLAlchemyError, WrongKey) as error:
            _log.error("event not recorded", channel=CHANNEL, error=type(error).__name__)
            self._tell(begun, "unrecorded", kind, "unrecorded")
            return "unrecorded"  # the platform may send it again
        told = self._is_ours(reign) and acknowledge()
        outcome = "acknowledged" if told else "kept"
        CALLBACKS.labels(CHANNEL, "taken").observe(time.perf_counter() - begun)
        came = "ignored"
        if recorded is not None:
            taken = self._work(recorded)
            came = taken.came
            if taken.ring:
                bell.ring()
        self._tell(begun, outcome, kind, came)
        return outcome

    def _work(self, recorded: Recorded) -> Taken:
        """What fails here is recorded, and finished by the sweeper."""
        try:
            return self._intake.work(recorded)
        except Exception as error:  # noqa: BLE001  the last resort: the platform was told already
            _log.error("event left to the sweeper", channel=CHANNEL, error=type(error).__name__)
            return Taken(None, ring=False)

    def _record(self, inbound: Inbound, raw: bytes, stop: threading.Event) -> Recorded | None:
        """For as long as the platform waits, and behind that until we are to stop, or it would be too long ago."""
        in_time = time.monotonic() + RECORD_SECONDS
        while True:
            try:
                return self._intake.record(inbound, raw)
            except SQLAlchemyError:
                now = time.monotonic() + RETRY_SECONDS
                if now >= in_time + LATE_SECONDS or (now >= in_time and stop.is_set()):
                    raise
            time.sleep(RETRY_SECONDS)

    def _is_ours(self, reign: _Reign) -> bool:
        """Is our fencing number still the newest? Asked of the database behind each commit: our own reckoning does not
        know of a machine that was frozen together with its clock. A database that has gone away since the commit does
        not say; the lease that we reckon with runs on then."""
        try:
            with self._store.read() as session:
                ours = still_leads(session, LEASE, reign.fence)
        except SQLAlchemyError:
            return True
        if not ours:
            reign.until = float("-inf")  # before anything else is acknowledged
        return ours

    def _tell(self, begun: float, outcome: str, kind: str, came: str) -> None:
        ms = round((time.perf_counter() - begun) * 1000, 1)
        _log.info("callback", channel=CHANNEL, kind=kind, came=came, outcome=outcome, ms=ms)


def _lives(reign: _Reign) -> bool:
    return reign.thread is not None and reign.thread.is_alive()
