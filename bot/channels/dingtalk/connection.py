"""One socket of DingTalk's Stream mode, and the clock by which it is judged. Ticket and data stand in no log."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot.channels.dingtalk.gateway import Opened, address

TICK_SECONDS = 0.5  # how soon a lost lease, a stop and a silence are noticed
DIAL_SECONDS = 5.0
PING_SECONDS = 15.0  # between our own pings, and for the answer to each: a dead network is noticed within 30
CLOSING_SECONDS = 2.0
FRAME_BYTES = 1024 * 1024  # a frame that is larger ends its connection

Leads = Callable[[], bool]
"""May this process hold a connection now, and acknowledge what it brings?"""

# The library tells at DEBUG of each handshake, whose address holds the ticket, and of each frame.
_SILENT = logging.getLogger(f"{__name__}.socket")
_SILENT.setLevel(logging.CRITICAL + 1)


def boot_seconds() -> float:
    """Seconds since this machine was started, those included for which it slept: what was true before is not then."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def dial(opened: Opened) -> AbstractContextManager[ClientConnection]:
    """The socket to which the gateway has sent us, when it is entered.

    Raises:
        OSError, WebSocketException: there is none (on entering, or here already). The text of either may hold the
        ticket: name its class alone.
    """
    return connect(
        address(opened),
        open_timeout=DIAL_SECONDS,
        ping_interval=PING_SECONDS,
        ping_timeout=PING_SECONDS,
        close_timeout=CLOSING_SECONDS,
        max_size=FRAME_BYTES,
        compression=None,
        logger=_SILENT,
    )


class Connection:
    """One socket, with a thread that reads it. Times are `boot_seconds`. Raises as `dial`."""

    def __init__(self, opened: Opened, heard: Callable[["Connection", bytes], None], leads: Leads) -> None:
        self._open = ExitStack()
        self._socket = self._open.enter_context(dial(opened))
        self.opened_at = self.heard_at = boot_seconds()
        self.pinged_at: float | None = None
        self.frames = 0
        self.asked_to_go = False
        self.close_at = float("inf")
        self._heard, self._leads = heard, leads
        self._reader = threading.Thread(target=self._read, name="stream-reader", daemon=True)
        self._reader.start()

    @property
    def over(self) -> bool:
        """Does nothing come any more?"""
        return not self._reader.is_alive()

    def send(self, text: str) -> bool:
        """Send `text`; False if the connection is gone."""
        try:
            self._socket.send(text)
        except (WebSocketException, OSError):
            return False
        return True

    def cut(self) -> None:
        """End it at once, whoever reads or writes just now. What the platform had sent meanwhile, it sends again."""
        with suppress(OSError):
            self._socket.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it as the protocol has it."""
        with suppress(WebSocketException, OSError):
            self._open.close()
        self._reader.join(CLOSING_SECONDS)

    def _read(self) -> None:
        try:
            while self._leads():
                try:
                    text = self._socket.recv(timeout=TICK_SECONDS, decode=False)
                except TimeoutError:
                    continue
                except WebSocketException:
                    return
                self.heard_at, self.frames = boot_seconds(), self.frames + 1
                self._heard(self, text)
        finally:
            self.cut()
