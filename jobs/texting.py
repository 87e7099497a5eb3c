"""短信: a short message about a task that is late, from the state of the moment it is sent: to the phone its person has
then, and not at all once the task is done."""

from cards.channel import Fault, Sent, Texting
from cards.texts import deadlines as texts
from core.loans.task_deadlines import task_deadline
from core.people import phones
from core.store import outbox
from core.store.faultpoint import faultpoint
from core.store.outbox import OutboxRow
from core.store.unit import Store
from jobs.attempts import Skip


def send(store: Store, gateway: Texting, row: OutboxRow) -> Sent | Fault | Skip:
    """Send what `row` wants, under the row's key: the gateway knows by it what it has had already."""
    number = int(store.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))
    with store.read() as session:
        task = task_deadline(session, number)
        phone = phones.phone_of(session, store.vault, row.person_id)
    if task is None:
        return Skip("superseded")
    if phone is None:
        return Skip("no phone")
    faultpoint("relay_before_send")
    return gateway.send(phone, texts.sms(gateway.sign, task, store.clock()), row.dedupe_key)
