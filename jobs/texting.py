"""短信: short messages about a task that is late, and about a lead when a rule says so. Each from the state of the
moment it is sent: to the phone its person has then, and not at all once the task is done or the lead another's.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cards.channel import Fault, Sent, Texting
from cards.texts import automation, deadlines
from core.leads.models import Lead
from core.loans.task_deadlines import task_deadline
from core.people import phones
from core.people.queries import reachable_on
from core.store import outbox
from core.store.faultpoint import faultpoint
from core.store.outbox import Kind, OutboxRow
from core.store.unit import Store
from jobs.attempts import Skip


def send(store: Store, gateway: Texting, row: OutboxRow) -> Sent | Fault | Skip:
    """Send what `row` wants, under the row's key: the gateway knows by it what it has had already."""
    about = store.vault.open(outbox.body_place(row.dedupe_key), row.body or b"")
    with store.read() as session:
        text = _words(store, session, gateway.sign, row, about)
        phone = phones.phone_of(session, store.vault, row.person_id)
    if text is None:
        return Skip("superseded")
    if phone is None:
        return Skip("no phone")
    faultpoint("relay_before_send")
    return gateway.send(phone, text, row.dedupe_key)


def _words(store: Store, session: Session, sign: str, row: OutboxRow, about: str) -> str | None:
    """What is said; None if it is true no more."""
    if row.kind == Kind.SMS_LEAD:
        lead_id, _, words = about.partition(" ")
        owner_id = session.scalar(select(Lead.owner_id).where(Lead.id == int(lead_id)))
        return automation.sms_by_rule(sign, int(lead_id), words) if owner_id == row.person_id else None
    task = task_deadline(session, int(about))
    on = reachable_on(session, row.person_id)
    return deadlines.sms(sign, task, store.clock(), on) if task is not None else None
