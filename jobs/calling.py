"""Webhooks: what another system is told of, as it stood when it happened."""

from cards.channel import Calling, Fault, Resting, Sent
from core.store import outbox
from core.store.faultpoint import faultpoint
from core.store.outbox import OutboxRow
from core.store.unit import Store
from jobs.pace import Paced


def call(store: Store, caller: Calling, row: OutboxRow) -> Sent | Fault | Paced:
    """Tell what `row` wants told, under the row's key."""
    url, _, told = store.vault.open(outbox.body_place(row.dedupe_key), row.body or b"").partition("\n")
    faultpoint("relay_before_send")
    outcome = caller.call(url, told.encode(), row.dedupe_key)
    return Paced(outcome.after) if isinstance(outcome, Resting) else outcome
