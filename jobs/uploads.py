"""What was uploaded for a row of the outbox: kept on it before it is sent, so that who sends it again sends the same
upload, by which the platform knows it."""

from collections.abc import Callable
from dataclasses import dataclass

from core.store import outbox, outbox_lease
from core.store.outbox import OutboxRow
from core.store.unit import Store, Unit


@dataclass(frozen=True, slots=True)
class Uploads:
    """The uploads of rows. Safe to share between threads."""

    store: Store

    def kept(self, row: OutboxRow) -> str | None:
        """What an earlier attempt uploaded."""
        return self.store.vault.open(outbox.code_place(row.dedupe_key), row.code) if row.code is not None else None

    def keep(self, row: OutboxRow, media_id: str, note: Callable[[Unit], None] | None = None) -> bool:
        """Put the upload on the row, with what is to be noted of it; False, and nothing, if the row is another relay's
        by now."""
        sealed = self.store.vault.seal(outbox.code_place(row.dedupe_key), media_id)
        now, seconds = self.store.clock(), outbox_lease.LONGEST_LEASE.total_seconds()
        with self.store.unit(request_id=row.request_id, channel=row.channel, origin=f"upload:{row.id}") as unit:
            if not outbox_lease.renew(unit.session, row.id, row.lease or "", now=now, seconds=seconds):
                return False
            outbox_lease.keep_code(unit.session, row.id, sealed)
            if note is not None:
                note(unit)
        return True
