"""Trying changed risk rules on many applications, by several processes at once.

Each process opens the database for itself, and is begun anew (`spawn`): none inherits a connection, a lock or a thread.
What goes from one to the other are spans of numbers and what they add up to, so that the memory they take is bounded.
"""

import gc
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from core.loans.trying import Change, Trying, parts_since
from core.privacy import Vault
from core.risk.comparing import Tally
from core.store.database import Database
from core.store.unit import Store

PROCESSES = 2
_WORTH_IT = 15  # parts: below that one process is done before another one has begun


@dataclass(frozen=True, slots=True)
class Place:
    """How another process opens the store that this one has open: the database's address, and the master keys."""

    url: str = field(repr=False)
    keys: tuple[bytes, bytes | None] = field(repr=False)


def try_all(store: Store, place: Place, change: Change, processes: int = PROCESSES) -> Tally:
    """What both policies of the change say of all applications that it is tried on. `store` is the one at `place`."""
    with store.read() as session:
        parts = parts_since(session.connection(), change.since)
    if processes < 2 or len(parts) < _WORTH_IT:
        trying = Trying(store.vault, change)
        return _sum(_part(store.database, trying, each) for each in parts)
    begin = partial(_begin, place, change)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=begin) as pool:
        return _sum(pool.map(_work, parts))


def _sum(parts: Iterable[Tally]) -> Tally:
    whole = Tally()
    for each in parts:
        whole.add(each)
    return whole


def _part(database: Database, trying: Trying, span: tuple[int, int]) -> Tally:
    with database.read() as session:
        return trying.part(session.connection(), span)


_working: list[Callable[[tuple[int, int]], Tally]] = []  # of a process that was begun for it


def _begin(place: Place, change: Change) -> None:
    gc.freeze()  # what it has loaded it needs to its end
    _working.append(partial(_part, Database(place.url, pool_size=1), Trying(Vault(*place.keys), change)))


def _work(span: tuple[int, int]) -> Tally:
    return _working[0](span)
