"""Faults that a test (or the window's panel) orders; `wire.py` makes them happen on the socket."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.chats import Message

CALLBACK = "callback"


class Fault(StrEnum):
    """What goes wrong. The first group is for API calls, the second for callbacks (`api="callback"`)."""

    DELAY = "delay"  # carried out and answered after `seconds`
    STATUS_500 = "status_500"  # not carried out
    STATUS_500_AFTER = "status_500_after"  # carried out, and 500 is answered
    RESET = "reset"  # not carried out, the connection is reset (RST)
    HALF_BODY = "half_body"  # carried out, the answer breaks off in the middle
    WRONG_JSON = "wrong_json"  # carried out, the answer is no JSON
    HTML = "html"  # not carried out, a web page with status 200 (a gateway, a block page)
    ERRCODE = "errcode"  # not carried out, `errcode` is answered (by DingTalk's new API `code`, with `status`)
    ACCEPT_THEN_DROP = "accept_then_drop"  # carried out, then the connection is reset
    REDIRECT = "redirect"  # not carried out, 302 to `location`
    SLOW_DRIP = "slow_drip"  # carried out, the answer comes byte by byte over `seconds`
    HUGE_BODY = "huge_body"  # carried out, the answer is filled up to megabytes
    CALLBACK_FIRST = "callback_first"  # carried out; `act` runs on the new messages before the answer

    DUPLICATE_IN_ROW = "duplicate_in_row"  # the same event `copies` times, one after the other
    DUPLICATE_AT_ONCE = "duplicate_at_once"  # the same event `copies` times at the same moment
    NO_RETRY = "no_retry"  # sent once only, whatever the answer
    LOSE = "lose"  # never sent at all


CALLBACK_FAULTS = frozenset({Fault.DUPLICATE_IN_ROW, Fault.DUPLICATE_AT_ONCE, Fault.NO_RETRY, Fault.LOSE})


@dataclass(frozen=True, slots=True)
class Order:
    """One fault to come."""

    api: str
    fault: Fault
    errcode: int = -1
    seconds: float = 0.0
    copies: int = 3
    location: str = "http://127.0.0.1:9/elsewhere"
    act: Callable[[tuple[Message, ...]], None] | None = None
    code: str = "system.busy"
    status: int = 500


class Faults:
    """The ordered faults, each used up by one call, in the order they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Order] = []

    def order(
        self,
        *,
        api: str,
        fault: Fault,
        times: int = 1,
        errcode: int = -1,
        seconds: float = 0.0,
        copies: int = 3,
        location: str = "http://127.0.0.1:9/elsewhere",
        act: Callable[[tuple[Message, ...]], None] | None = None,
        code: str = "system.busy",
        status: int = 500,
    ) -> None:
        """Let the next `times` calls of `api` (`message/send`, `*` for any API, `callback`) go wrong by `fault`.

        Raises:
            ValueError: the fault does not belong to that side, or CALLBACK_FIRST comes without `act`.
        """
        if (api == CALLBACK) != (fault in CALLBACK_FAULTS):
            raise ValueError(f"{fault} cannot be ordered for {api}")
        if fault is Fault.CALLBACK_FIRST and act is None:
            raise ValueError("callback_first needs what to do: act=")
        with self._lock:
            self._orders += [Order(api, fault, errcode, seconds, copies, location, act, code, status)] * times

    def take(self, api: str) -> Order | None:
        """The fault for this call, used up; None for none."""
        with self._lock:
            for index, order in enumerate(self._orders):
                if order.api == api or (order.api == "*" and api != CALLBACK):
                    return self._orders.pop(index)
        return None

    def pending(self) -> tuple[Order, ...]:
        """What is ordered and has not happened yet."""
        with self._lock:
            return tuple(self._orders)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._orders.clear()
