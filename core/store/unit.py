"""The unit of work: one transaction with its clock, its vault, its audit entries and what happened in it.

A core verb gets a `Unit` and the acting person. It changes rows, says what happened (`happened`) and records who did
it (`record`). At the end of the block, still inside the transaction, the events are told to the listeners (who write
outbox rows), the audit entries are chained, and everything is committed together.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from core.privacy import Vault
from core.store import audit, founding
from core.store.base import SKEW as SKEW
from core.store.database import PATIENCE, Database, Executor, dialect_of, session_on
from core.store.faultpoint import faultpoint

Clock = Callable[[], datetime]
ServerClock = Callable[[Executor], datetime | None]
_SERVER_NOW = text("SELECT clock_timestamp()")


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def server_now(executor: Executor) -> datetime | None:
    """The clock of the database's server, which is one for all machines; None where the database is a file on this one
    (SQLite), whose clock is ours."""
    if dialect_of(executor) != "postgresql":
        return None
    now: datetime = executor.execute(_SERVER_NOW).scalar_one()
    return now


@dataclass(frozen=True, slots=True)
class Event:
    """Base of what can happen, in the past tense: `OwnerChanged`, `FollowUpLogged`."""


@dataclass(slots=True)
class Unit:
    """One transaction at work. `now` does not move while it lasts. `origin` names what it works on (an inbox key, a
    job's slot): run again, it is the same, and so are the dedupe keys of what it sends. `asker` is the person whose
    word or tap it answers, if it does: what he is sent by it does not come by itself.

    `connection` runs prepared statements (what every tap needs); `session` is there for everything else, and is only
    made when it is asked for.
    """

    connection: Connection
    now: datetime
    vault: Vault
    request_id: str
    channel: str
    origin: str
    entries: list[audit.Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    serial: int = 0
    opened: Session | None = None
    asker: int | None = None
    current_cards: set[str] = field(default_factory=set)  # what is sent of them is drawn after this unit's end

    @property
    def session(self) -> Session:
        """The ORM session over this transaction."""
        if self.opened is None:
            self.opened = session_on(self.connection)
        return self.opened

    def next_serial(self) -> int:
        """A running number within this unit, from 1."""
        self.serial += 1
        return self.serial

    def record(self, actor_id: int | None, action: str, subject: str, **details: Any) -> None:
        """Put an entry into the audit log with the commit. `details` hold ids, numbers and masked text only."""
        self.entries.append(audit.Entry(actor_id, action, subject, details))

    def happened(self, event: Event) -> None:
        """Tell the listeners, inside this transaction."""
        self.events.append(event)


Listener = Callable[[Unit, Event], None]


class Store:
    """Opens units of work. One a process; safe to share between threads. Who gives a `clock` that is not the machine's
    gives it for the database's server too, if not another one is given for that."""

    def __init__(
        self, database: Database, vault: Vault, *, clock: Clock = utc_now, server_clock: ServerClock | None = None
    ) -> None:
        self.database = database
        self.vault = vault
        self.clock = clock
        self._server_clock = server_clock or (server_now if clock is utc_now else lambda _: clock())
        self._listeners: list[Listener] = []
        self._admitted = False

    def shared_now(self, executor: Executor) -> datetime:
        """The time by which all machines go, whatever their own clocks say: for what they share, as leases."""
        return self._server_clock(executor) or self.clock()

    def apart(self, executor: Executor) -> timedelta:
        """How far this machine's clock is ahead of the one that all share; negative: behind it."""
        shared = self._server_clock(executor)
        return self.clock() - shared if shared is not None else timedelta(0)

    def check_key(self) -> None:
        """Make sure that the vault's key is the one of this database, once; every unit does so before it begins.

        Raises:
            WrongKey: it is another one; nothing was written.
        """
        if not self._admitted:
            founding.admit(self.database, self.vault, self.clock())
            self._admitted = True

    def listen(self, listener: Listener) -> None:
        """Call `listener` for every event of every unit, inside its transaction."""
        self._listeners.append(listener)

    @contextmanager
    def unit(
        self, *, request_id: str, channel: str = "system", origin: str = "", patience: timedelta = PATIENCE
    ) -> Iterator[Unit]:
        """A transaction: all of it at the end of the block, or none of it if the block raises.

        Raises:
            WrongKey: see `check_key`.
        """
        self.check_key()
        with self.database.begin(patience) as connection:
            unit = Unit(connection, self.clock(), self.vault, request_id, channel, origin or request_id)
            try:
                yield unit
                self._settle(unit)
            finally:
                if unit.opened is not None:
                    unit.opened.close()
            faultpoint("before_commit")
        faultpoint("after_commit")

    def read(self) -> AbstractContextManager[Session]:
        """A session that only reads (a context manager)."""
        return self.database.read()

    def snapshot(self) -> AbstractContextManager[Session]:
        """The same, and all that is read in it is of one moment."""
        return self.database.snapshot()

    def _settle(self, unit: Unit) -> None:
        told = 0
        while told < len(unit.events):  # a listener may make more happen
            for listener in self._listeners:
                listener(unit, unit.events[told])
            told += 1
        if unit.opened is not None:
            unit.opened.flush()
        if unit.entries:
            audit.append(
                unit.connection,
                unit.vault,
                unit.entries,
                at=unit.now,
                channel=unit.channel,
                request_id=unit.request_id,
            )
