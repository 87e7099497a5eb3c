"""Leads out of a file, exactly once for each line of it, however often and wherever a run is broken off.

A file is known by the digest of its content. Its lines are taken block by block, each in one transaction with a row
that says what became of which line; a later run reads that row and does not take those lines again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.leads.arriving import Arrival, arrive
from core.leads.models import IS_OPEN, Lead
from core.leads.outcomes import AlreadyOpen
from core.leads.pools import Pools
from core.store.base import Base, BigId, UtcDateTime
from core.store.database import insert_new
from core.store.unit import Unit

LINES = 500
"""So many lines of a file make a block, the first being 0 to 499: a transaction of some 50 ms. Rows are found by it:
with another number here, lines that were taken before would be taken again."""
_PAGE = 500
_NAMED = 5  # of the leads that came again so many are named to their owner


class ImportedLines(Base):
    """What became of some lines of the file with the digest `file`, of which `first_line` is the first: as JSON, line,
    lead and whether the customer had it already (1) in turns. `told`: the owners of those leads were rung."""

    __tablename__ = "imported_lines"

    file: Mapped[str] = mapped_column(String(64), primary_key=True)
    first_line: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    taken: Mapped[str] = mapped_column(Text)
    told: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Taken(NamedTuple):
    """A line became this lead, or (`again`) was noted on it: the customer had it already."""

    lead_id: int
    again: bool


@dataclass(slots=True)
class CameAgain:
    """Of one owner's customers so many came again; some of their leads."""

    count: int = 0
    leads: list[int] = field(default_factory=list)


def block_of(line: int) -> int:
    """The block of a line."""
    return line // LINES


def taken_before(session: Session, file: str, block: int) -> dict[int, Taken]:
    """What became of the lines of this block in earlier runs, by line."""
    first = block * LINES
    wanted = select(ImportedLines.taken).where(
        ImportedLines.file == file, ImportedLines.first_line >= first, ImportedLines.first_line < first + LINES
    )
    return {line: taken for packed in session.scalars(wanted) for line, taken in _unpacked(packed)}


def take_lines(unit: Unit, file: str, lines: Mapping[int, Arrival], pools: Pools) -> dict[int, Taken] | None:
    """Take these lines of one block (by their numbers, in order); what became of each. None: another run took them at
    this moment, and nothing was done (`taken_before` tells)."""
    first = min(lines)
    claim = {"file": file, "first_line": first, "taken": "[]", "told": False, "at": unit.now}
    mine = insert_new(unit.connection, ImportedLines).values(claim).returning(ImportedLines.first_line)
    if unit.connection.execute(mine).scalar() is None:
        return None
    outcomes = arrive(unit, list(lines.values()), pools, by_id=None)
    taken = {
        line: Taken(outcome.lead_id, isinstance(outcome, AlreadyOpen))
        for line, outcome in zip(lines, outcomes, strict=True)
    }
    here = (ImportedLines.file == file, ImportedLines.first_line == first)
    told = not any(each.again for each in taken.values())
    unit.connection.execute(update(ImportedLines).where(*here).values(taken=_packed(taken), told=told))
    return taken


def owners_to_tell(session: Session, file: str) -> tuple[set[int], dict[int, CameAgain]]:
    """Which rows of the file nobody was told of yet, by their first lines, and whose customers came again in them, by
    owner. In bounded memory."""
    rows: set[int] = set()
    owners: dict[int, CameAgain] = {}
    untold = select(ImportedLines.first_line, ImportedLines.taken).where(
        ImportedLines.file == file, ImportedLines.told.is_(False)
    )
    for first, packed in session.execute(untold.order_by(ImportedLines.first_line)).yield_per(10):
        rows.add(first)
        _add(session, owners, Counter(taken.lead_id for _, taken in _unpacked(packed) if taken.again))
    return rows, owners


def mark_told(unit: Unit, file: str, rows: Iterable[int]) -> bool:
    """The owners are told of exactly these rows, in this transaction. False if another run was faster: then it must be
    rolled back."""
    untold = (ImportedLines.file == file, ImportedLines.told.is_(False))
    marked = unit.connection.scalars(
        update(ImportedLines).where(*untold).values(told=True).returning(ImportedLines.first_line)
    )
    return set(marked) == set(rows)


def _add(session: Session, owners: dict[int, CameAgain], came: Mapping[int, int]) -> None:
    for part in _parts(sorted(came)):
        wanted = select(Lead.id, Lead.owner_id).where(Lead.id.in_(part), IS_OPEN)
        for lead_id, owner_id in session.execute(wanted.order_by(Lead.id)):
            if owner_id is None:
                continue
            own = owners.setdefault(owner_id, CameAgain())
            own.count += came[lead_id]
            if len(own.leads) < _NAMED and lead_id not in own.leads:
                own.leads.append(lead_id)


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + _PAGE] for start in range(0, len(numbers), _PAGE))


def _packed(taken: Mapping[int, Taken]) -> str:
    flat = [number for line, each in taken.items() for number in (line, each.lead_id, int(each.again))]
    return json.dumps(flat, separators=(",", ":"))


def _unpacked(packed: str) -> Iterator[tuple[int, Taken]]:
    numbers = iter(json.loads(packed))
    return ((line, Taken(lead_id, bool(again))) for line, lead_id, again in zip(numbers, numbers, numbers, strict=True))
