"""The calls and the messages of the month: DingTalk allows an organisation only so many. It answers no call beyond
them, and brings messages beyond them without their words.

Source: open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model.
"""

from datetime import datetime

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from core.moments import day_of
from core.store import calls
from core.store.calls import CallsRunLow
from core.store.unit import Store

_SPARED = ":spared"
LOW = 0.8  # so much of what is allowed is used up when it is told

CALLS = Counter("tuoling_dingtalk_calls", "Calls that count among those DingTalk allows in a month.")
SPARED = Counter("tuoling_dingtalk_calls_spared", "Answers that went by a message's session, which is no such call.")
GONE = Counter("tuoling_dingtalk_calls_gone", "Answers that the month's calls are used up.")

_log = structlog.get_logger(__name__)


def gone_as(name: str) -> str:
    """Under which name it is kept that the platform has said that none of the calls counted as `name` are left."""
    return f"{name}:gone"


class DatabaseMeter:
    """Counts for all processes of one app, `name`; of `allowed` calls in a month. Threads may share it.

    What cannot be counted is logged, and sent all the same. The organisation's other apps use up the same calls, of
    which nothing is known here: so what the platform says itself counts for more.
    """

    def __init__(self, store: Store, name: str, channel: str, allowed: int) -> None:
        self._store, self._name, self._channel, self._allowed = store, name, channel, allowed

    def count(self) -> None:
        """One more. Who uses up most of what is allowed has the administrators told, once a month."""
        CALLS.inc()
        try:
            with self._store.database.write() as session:
                counted = calls.add(session, self._name, self._month())
            if counted.calls > self._most and not counted.told:
                self._tell(counted.calls, gone=False)
        except SQLAlchemyError as error:
            _log.warning("a call was not counted", channel=self._channel, error=type(error).__name__)

    def spared(self) -> None:
        """One more that an answer did without, in this month."""
        SPARED.inc()
        try:
            with self._store.database.write() as session:
                calls.add(session, f"{self._name}{_SPARED}", self._month())
        except SQLAlchemyError as error:
            _log.warning("a spared call was not counted", channel=self._channel, error=type(error).__name__)

    def gone(self) -> None:
        """The platform says that there are none left."""
        GONE.inc()
        try:
            with self._store.read() as session:
                used = calls.in_month(session.connection(), self._name, self._month())
            self._tell(used, gone=True)
        except SQLAlchemyError as error:
            _log.warning("it was not told that the calls are used up", error=type(error).__name__)

    def runs_short(self) -> bool:
        """Is more used up than what the administrators are told at, or has the platform said that nothing is left?"""
        try:
            with self._store.read() as session:
                used = calls.in_month(session.connection(), self._name, self._month())
                return used > self._most or calls.was_told(session.connection(), gone_as(self._name), self._month())
        except SQLAlchemyError:
            return False

    @property
    def _most(self) -> int:
        return int(self._allowed * LOW)

    def _tell(self, used: int, *, gone: bool) -> None:
        month = self._month()
        name = gone_as(self._name) if gone else self._name
        with self._store.unit(request_id="calls", origin=f"calls:{name}:{month}") as unit:
            spared = calls.in_month(unit.connection, f"{self._name}{_SPARED}", month)
            if calls.tell_once(unit.connection, name, month):
                _log.error("the platform's calls run out", channel=self._channel, used=used, allowed=self._allowed)
                unit.happened(CallsRunLow(self._channel, used, self._allowed, gone, spared))

    def _month(self) -> str:
        return _month_of(self._store.clock())


class MessageMeter:
    """Counts what DingTalk brings, messages and taps, in either mode; of `allowed` in a month. It says nowhere whether
    taps count: who is told too early can look there. What cannot be counted is logged."""

    def __init__(self, store: Store, name: str, channel: str, allowed: int) -> None:
        self._store, self._name, self._channel, self._allowed = store, name, channel, allowed

    def count(self) -> None:
        """One more. Who uses up most of what is allowed has the administrators told, once a month."""
        month = _month_of(self._store.clock())
        try:
            with self._store.database.write() as session:
                counted = calls.add(session, self._name, month)
            if counted.calls > self._allowed * LOW and not counted.told:
                self._tell(counted.calls, month)
        except SQLAlchemyError as error:
            _log.warning("a message was not counted", channel=self._channel, error=type(error).__name__)

    def _tell(self, used: int, month: str) -> None:
        with self._store.unit(request_id="calls", origin=f"calls:{self._name}:{month}") as unit:
            if calls.tell_once(unit.connection, self._name, month):
                _log.error("the platform's messages run out", channel=self._channel, used=used, allowed=self._allowed)
                unit.happened(CallsRunLow(self._channel, used, self._allowed, messages=True))


def _month_of(moment: datetime) -> str:
    """As it is in China: `2026-11`."""
    return f"{day_of(moment):%Y-%m}"
