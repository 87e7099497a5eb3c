"""Reminders that have waited, carried out by the scheduler: each person's come to him when their time has come, one by
itself, several on one card.

Any number may run: the rows are taken, and what becomes of them is written, in one transaction.
"""

import time
import uuid
from collections.abc import Sequence

from core.manners.kinds import ReminderKind, as_reminder
from core.manners.queries import wishes_of
from core.store import issued, outbox_held, post
from core.store.faultpoint import faultpoint
from core.store.issued import Face
from core.store.outbox import Kind
from core.store.outbox_held import IN_DIGEST, Waiting
from core.store.unit import Store, Unit
from jobs.digest_screens import DIGEST, MOST_IN_ONE, digest_face
from jobs.lateness import Agreement

EVERY_SECONDS = 5.0
MOST_TARGETS = 500  # in one round
WORK_SECONDS = 5.0
_ON_A_CARD = (Kind.SHOW, Kind.SAY)
_NEVER = float("-inf")


class Digests:
    """Wakes what has waited long enough."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._agreement = Agreement(store, "digests")
        self._next = _NEVER

    def round(self) -> int:
        """Look, if it is time again and the clocks agree; how many rows were woken or put together."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        with self._store.read() as session:
            targets = outbox_held.due_targets(session, self._store.clock(), MOST_TARGETS)
        if not targets or not self._agreement.holds():
            return 0
        until, woken = time.monotonic() + WORK_SECONDS, 0
        for target in targets:
            if time.monotonic() >= until:
                self._next = _NEVER  # there are more
                break
            with self._store.unit(request_id="digest", origin=f"digest:{uuid.uuid4().hex[:16]}") as unit:
                woken += wake(unit, target)
        return woken


def wake(unit: Unit, target: str) -> int:
    """What has waited long enough for this target goes out; how many rows that were."""
    due = outbox_held.take_due(unit.connection, target, unit.now)
    # What he put off himself comes at the time that he was told, by night too; on a card of several it would wait.
    together = [row for row in due if row.kind in _ON_A_CARD and row.reminder != ReminderKind.SNOOZED.value]
    if len(together) < 2 or not wishes_of(unit.connection, together[0].person_id).digest:
        together = []
    apart = [row.id for row in due if row not in together]
    outbox_held.wake(unit.connection, apart, unit.now)
    if together:
        _put_together(unit, together)
    faultpoint("digest_written")
    return len(due)


def _put_together(unit: Unit, rows: Sequence[Waiting]) -> None:
    """One card in their stead, found by all that they are about; of very many, several."""
    first = rows[0]
    outbox_held.close(unit.connection, [row.id for row in rows], unit.now, IN_DIGEST)
    meant = _meant(unit, rows)
    for part in (meant[at : at + MOST_IN_ONE] for at in range(0, len(meant), MOST_IN_ONE)):
        about = dict.fromkeys(
            subject for row in part if row.card_id for subject in issued.subjects_of(unit.connection, row.card_id)
        )
        face = digest_face([row.id for row in part], tuple(about))
        post.show(unit, first.channel, first.person_id, face, as_reminder(ReminderKind.DIGEST))


def _meant(unit: Unit, rows: Sequence[Waiting]) -> list[Waiting]:
    """The reminders; of a card of several that had to wait itself, those that are on it."""
    on_cards: list[int] = []
    for row in rows:
        face = _face(unit, row) if row.reminder == ReminderKind.DIGEST.value else None
        on_cards += face.args["rows"] if face is not None and face.screen == DIGEST else [row.id]
    return outbox_held.rows_of(unit.connection, on_cards)


def _face(unit: Unit, row: Waiting) -> Face | None:
    held = issued.hold(unit.connection, row.card_id) if row.card_id else None
    return held.face if held is not None else None
