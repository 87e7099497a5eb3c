"""客户联系: what the platform tells of a member and a customer, inside the transaction of `bot/dispatch.py`.

Nothing is asked of the platform here: it waits for its answer. What has to be asked is written down for the relay
(`jobs/contacts.py`), which makes the lead.
"""

from bot.inbound import ContactChange
from core.leads.external_arrivals import contact_gone
from core.people import queries as people
from core.store.unit import Unit
from jobs.contacts import Wanted, ask_for


def take_in(unit: Unit, change: ContactChange) -> None:
    """Write down that the contact is to be looked at, or that he is gone. Of somebody who does not work with us only a
    new contact counts: his lead waits in its pool."""
    member = people.by_userid(unit.connection, unit.channel, change.member)
    match change.deed:
        case "added":
            ask_for(unit, member.id if member else None, Wanted(change.contact, change.member, "added", change.state))
        case "changed" if member is not None:
            ask_for(unit, member.id, Wanted(change.contact, change.member, "changed"))
        case "removed" if member is not None:
            contact_gone(unit, member.id, change.contact, "member")
        case "left" if member is not None:
            contact_gone(unit, member.id, change.contact, "customer")
