"""What the operation log says of the application, its tasks, its lead and its customer, and whether the log holds."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.dossier.messages import about, issued
from core.dossier.reading import Reading, Who
from core.leads.follow_tasks import FollowTask, follow_task_subject
from core.leads.models import Lead
from core.leads.models import subject as lead_subject
from core.store import audit
from core.store.audit import Logged
from core.store.base import table_of

_L, _F = table_of(Lead), table_of(FollowTask)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log. `holds`: the chain up to it is whole, so that nobody altered it; from the first entry on
    that does not fit, that is not known of any. One that the program did not write has no values but its number."""

    seq: int
    at: datetime | None
    by: Who | None
    action: str
    subject: str
    details: Any
    channel: str
    request: str
    key: str
    hash: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """What became of verifying the whole log. `entries`: so many fit, from the first on; `head` is the number and
    `hash` (hex) the hash of the newest one, as they stand in the log's head. `first_wrong` is the first entry that does
    not fit, `what` is wrong with it (`audit.Broken`)."""

    holds: bool
    at: datetime
    entries: int
    head: int
    hash: str
    first_wrong: int | None = None
    what: str | None = None


def chain(reading: Reading) -> Chain:
    """The verification of the whole log at the moment of this reading."""
    broken = reading.broken
    seq, last = audit.newest(reading.session)
    if broken is None:
        return Chain(True, reading.now, seq, seq, last)
    return Chain(False, reading.now, broken.seq - 1, seq, last, broken.seq, broken.what)


def entries(reading: Reading) -> list[Entry]:
    """What was logged about the application, its tasks and cards, its lead and the tasks of automation on that, and,
    wherever it was done, its customer; by number."""
    connection = reading.session.connection()
    his = [row.id for row in reading.customers]
    leads = connection.execute(select(_L.c.id).where(_L.c.customer_id.in_(his))).scalars()
    follow_tasks = connection.execute(select(_F.c.id).where(_F.c.lead_id == reading.lead_id)).scalars()
    subjects = [*about(reading), lead_subject(reading.lead_id), *map(follow_task_subject, follow_tasks)]
    subjects += [f"card:{row.id}" for row in issued(reading)]
    wanted = {"": subjects, "customer:": [lead_subject(each) for each in leads]}
    whole_to = reading.broken.seq if reading.broken is not None else None
    return [
        _entry(reading, seq, row, holds=whole_to is None or seq < whole_to)
        for seq, row in audit.about(reading.session, wanted)
    ]


def _entry(reading: Reading, seq: int, row: Logged | None, *, holds: bool) -> Entry:
    if row is None:
        return Entry(seq, None, None, "", "", None, "", "", "", "", holds)
    return Entry(
        seq,
        row.at,
        reading.who(row.actor_id, row.at),
        row.action,
        row.subject,
        _details(reading, row.details),
        row.channel,
        reading.plain(row.request_id),
        row.key_id,
        row.hash.hex(),
        holds,
    )


def _details(reading: Reading, text: str) -> Any:
    """What was told, without what it may hold of the customer; as it stands where it is no JSON."""
    shown = reading.plain(text)
    try:
        return json.loads(shown)
    except ValueError:
        return shown
