"""Exports, made when their turn comes and sent as a file: rows of the kind EXPORT.

Nothing of a file is ever on our disk: it is made in memory and handed over, and whoever dies before leaves the row to
the next, who makes it anew by the rights of then. Only where it may have come is the same file sent again, so that the
platform knows it; and only to who may still see all that is in it.
"""

import hashlib
import re
from dataclasses import replace
from functools import partial
from typing import Any

from cards.channel import Channel, Retry, Sent, Uploaded
from cards.pictures.stamp import Stamp
from cards.workbook.table import Table
from config.company import Company
from config.in_force import InForce
from core.calendar import day_start
from core.exports import queries, service
from core.exports.kinds import ExportKind
from core.exports.outcomes import Why
from core.leads.filetypes import MediumKind
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Verb, may
from core.privacy import Unreadable
from core.store import outbox
from core.store.faultpoint import faultpoint
from core.store.issued import Face
from core.store.outbox import OutboxRow
from core.store.unit import Store, Unit
from jobs.attempts import Attempt, Skip
from jobs.board_screens import BOARD
from jobs.boards import BoardMaker
from jobs.export_lists import LISTS, table_of
from jobs.keeping import Note
from jobs.stage import Stage, Superseded
from jobs.uploads import Uploads

_NO_NAME = re.compile(r"[^\w.%]+")
_LONGEST_NAME = 36


class Exports:
    """Makes and sends what was exported. One a process; safe to share between threads."""

    def __init__(self, store: Store, in_force: InForce, boards: BoardMaker) -> None:
        self._store, self._in_force, self._boards = store, in_force, boards
        self._uploads = Uploads(store)

    def send(self, channel: Channel, viewer: Actor, row: OutboxRow) -> Attempt:
        """Make the file and send it to who wanted it; or have it permitted first, or say why it comes to nothing."""
        number = number_of(self._store, row)
        with self._store.read() as session:
            export = queries.find(session, number)
            now = self._store.clock()
            today = queries.rows_since(session, viewer.id, day_start(now), now, number)
        if export is None or export.state not in service.TO_MAKE:
            return Attempt(Skip("not wanted any more"))
        company, face = self._in_force.now, Face(export.screen, export.args)
        rules, kind = company.exports, ExportKind(export.kind)
        if rules.is_closed(kind, viewer):
            return _dropped(row, number, Why.CLOSED)
        table = self._table(viewer, company, face)
        if isinstance(table, Superseded):
            return _dropped(row, number, Why.NOT_HIS)
        count, scope = len(table.rows), scope_of(viewer)
        kept = self._uploads.kept(row)
        if kept is not None and row.maybe_sent:
            if export.scope != scope or count < (export.rows or 0):
                return _dropped(row, number, Why.UNSURE)
            return self._sent(channel, viewer, number, kept)
        if not count:
            return _dropped(row, number, Why.NOTHING)
        if count > rules.most_rows:
            return _dropped(row, number, Why.TOO_MANY)  # how many it has nobody has counted
        permitted = export.permitted if export.scope == scope else None
        late = permitted is not None and export.decided_at < self._store.clock() - rules.good_for
        if rules.needs_approval(kind, count, None if late else permitted, today):
            if late:
                return _dropped(row, number, Why.LATE)
            note = partial(service.wait, number=number, rows=count, scope=scope)
            return Attempt(Skip("has to be permitted"), note=_answering(row, note))
        return self._handed_over(channel, viewer, row, export, table, permitted)

    def gone(self, row: OutboxRow) -> Attempt:
        """Who wanted it has left."""
        try:
            return _dropped(row, number_of(self._store, row), Why.NOT_HIS)
        except Unreadable:
            return Attempt(Skip("unreachable"))

    def _table(self, viewer: Actor, company: Company, face: Face) -> Table | Superseded:
        if face.screen not in LISTS or not may(viewer, Verb.EXPORT):
            return Superseded()
        if face.screen == BOARD:
            self._boards.made(face.args["board"])
        with self._store.read() as session:
            stage = Stage(session, self._store.vault, viewer, company, self._store.clock())
            return table_of(stage, face, company.exports.most_rows)

    def _handed_over(
        self, channel: Channel, viewer: Actor, row: OutboxRow, export: Any, table: Table, permitted: int | None
    ) -> Attempt:
        from cards.workbook.xlsx import MIME, workbook  # matplotlib, which draws its ground: 40 MB, half a second

        moment, number = self._store.clock(), export.id
        if export.kind != ExportKind.BOARD:  # whose title says it all
            table = replace(table, title=export.called)
        content = workbook(table, Stamp(self._in_force.now.reports.company, viewer.name, moment), number)
        name = f"{_file_name(export.called)}-{day_of(moment):%Y%m%d}-E{number}.xlsx"
        faultpoint("export_made")
        uploaded = channel.upload_file(content, name, MIME, MediumKind.FILE)
        if isinstance(uploaded, Retry):
            return Attempt(replace(uploaded, maybe_sent=False))  # an upload that may have arrived sends nobody anything
        if not isinstance(uploaded, Uploaded):
            return Attempt(uploaded)
        size, digest = len(content), hashlib.sha256(content).hexdigest()
        file = service.File(len(table.rows), size, digest, scope_of(viewer), permitted)
        note = partial(service.made, number=number, file=file)
        if not self._uploads.keep(row, uploaded.media_id, note):
            return Attempt(Skip("another relay has it"))
        faultpoint("relay_uploaded")
        with self._store.read() as session:
            now = people.by_id(session, channel.name, viewer.id)
        if now is None or not may(now, Verb.EXPORT) or scope_of(now) != scope_of(viewer):
            return _dropped(row, number, Why.NOT_HIS)  # an upload may take long
        return self._sent(channel, viewer, number, uploaded.media_id)

    def _sent(self, channel: Channel, viewer: Actor, number: int, media_id: str) -> Attempt:
        outcome = channel.send_file(viewer.userid, media_id, MediumKind.FILE)
        if isinstance(outcome, Sent):
            return Attempt(outcome, note=lambda unit: service.sent(unit, number))
        return Attempt(outcome)


def _dropped(row: OutboxRow, number: int, why: Why, rows: int | None = None) -> Attempt:
    note = _answering(row, partial(service.drop, number=number, why=why, rows=rows))
    return Attempt(Skip(f"dropped: {why}"), note=note)


def _answering(row: OutboxRow, note: Note) -> Note:
    """What he hears of it answers what he asked for a moment ago: it is no reminder, and waits for nothing."""

    def answer(unit: Unit) -> None:
        unit.asker = row.person_id
        note(unit)

    return answer


def _file_name(called: str) -> str:
    """As it may stand in the name of a file, on whatever system: `部门客户-A级-高意向`."""
    return _NO_NAME.sub("-", called)[:_LONGEST_NAME].strip("-. ")


def scope_of(viewer: Actor) -> str:
    """By which rights he sees what is exported: with others it is another list."""
    return f"{viewer.department}:{','.join(sorted(viewer.roles))}"


def number_of(store: Store, row: OutboxRow) -> int:
    """The export that the row is about.

    Raises:
        Unreadable: the row was damaged.
    """
    return int(store.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))


def lost(unit: Unit, row: OutboxRow, *, maybe_sent: bool) -> None:
    """The platform did not take it, or did and we could not hear of it, and it is tried no more. Of a row that does not
    open nobody knows which it was: who wanted it asks again."""
    try:
        number = int(unit.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))
    except Unreadable:
        return
    export = queries.find(unit.connection, number)
    was_made = export is not None and export.sha256 is not None  # else nobody came as far as sending it
    why = Why.UNSURE if maybe_sent and was_made else Why.UNSENT
    _answering(row, partial(service.drop, number=number, why=why))(unit)
