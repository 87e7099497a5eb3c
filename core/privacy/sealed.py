"""Every sealed column of every table, in one place: what has to be sealed anew when the master key changes.

A column that is not listed here would become unreadable with the old key's end; a test compares the list with the
tables. The tables are imported here and nowhere else in this package, which stands below them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Column, Table

from core.leads import commented, kept
from core.leads.cared import Care, care_text_place
from core.leads.external import ExternalContact, ExternalFollow, state_place, userid_place
from core.leads.models import (
    Customer,
    FollowUp,
    Lead,
    Ownership,
    content_place,
    credit_code_place,
    id_number_place,
    name_place,
    note_place,
    phone_place,
    reason_place,
)
from core.loans.models import Application, Task, opinion_place, values_place
from core.people.models import Person, own_phone_place
from core.privacy.normal import name_key
from core.privacy.vault import Vault
from core.risk import blacklist
from core.risk.models import (
    Blacklisted,
    Consent,
    OutsideReport,
    RiskChallenge,
    RiskDecision,
    challenge_inputs_place,
    challenge_result_place,
    figures_place,
    identity_place,
    inputs_place,
    listed_number_place,
    listed_reason_place,
    raw_place,
    result_place,
)
from core.store import inbox, outbox
from core.store.base import Base, table_of
from core.store.cardcodes import CardCode, code_place
from core.store.dialogs import DialogRow, args_place
from core.store.inbox import InboxRow
from core.store.outbox import OutboxRow
from core.store.shared import SecretRow, secret_place

Index = Callable[[Vault, str], bytes | None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed column. `place` is the vault's place with the names of the row's columns in braces; `indexes` are the
    blind indexes that are made from the value, by the columns that hold them."""

    model: type[Base]
    name: str
    place: str
    indexes: Mapping[str, Index] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """Its table."""
        return table_of(self.model)

    @property
    def column(self) -> Column[bytes]:
        """The column."""
        return self.table.c[self.name]

    def __str__(self) -> str:
        return f"{self.table.name}.{self.name}"


def _indexed(column: str) -> Index:
    return lambda vault, value: vault.index(column, value)


def _whole_name(vault: Vault, name: str) -> bytes:
    return vault.index("customer.name", name_key(name))


def _given_name(vault: Vault, name: str) -> bytes | None:
    """As `core.leads.arriving` finds it: the first part of a name with `·`."""
    given, dot, _ = name.partition("·")
    return vault.index("customer.name", name_key(given)) if dot else None


SEALED: tuple[Sealed, ...] = (
    Sealed(
        Customer,
        "name",
        name_place("{id}"),
        {"name_index": _whole_name, "given_name_index": _given_name},
    ),
    Sealed(Customer, "phone", phone_place("{id}"), {"phone_index": _indexed("customer.phone")}),
    Sealed(Customer, "id_number", id_number_place("{id}"), {"id_number_index": _indexed("customer.id_number")}),
    Sealed(Customer, "credit_code", credit_code_place("{id}"), {"credit_code_index": _indexed("customer.credit_code")}),
    Sealed(Lead, "note", note_place("{id}")),
    Sealed(ExternalContact, "userid", userid_place("{id}"), {"userid_index": _indexed("external_contact.userid")}),
    Sealed(ExternalFollow, "state", state_place("{contact_id}", "{person_id}")),
    Sealed(Ownership, "reason", reason_place("{id}")),
    Sealed(FollowUp, "content", content_place("{id}")),
    Sealed(commented.Comment, "content", commented.comment_place("{id}")),
    Sealed(kept.Medium, "key", kept.key_place("{id}")),
    Sealed(kept.Medium, "source", kept.source_place("{id}")),
    Sealed(kept.Medium, "name", kept.title_place("{id}")),
    Sealed(Care, "text", care_text_place("{id}")),
    Sealed(Application, "values", values_place("{id}")),
    Sealed(Task, "opinion", opinion_place("{id}")),
    Sealed(RiskDecision, "inputs", inputs_place("{id}"), {"inputs_index": _indexed("risk_decision.inputs")}),
    Sealed(RiskDecision, "result", result_place("{id}")),
    Sealed(Consent, "identity", identity_place("{id}")),
    Sealed(OutsideReport, "figures", figures_place("{id}")),
    Sealed(OutsideReport, "raw", raw_place("{id}")),
    Sealed(RiskChallenge, "inputs", challenge_inputs_place("{decision_id}")),
    Sealed(RiskChallenge, "result", challenge_result_place("{decision_id}")),
    Sealed(Blacklisted, "number", listed_number_place("{id}"), {"number_index": _indexed(blacklist.INDEX)}),
    Sealed(Blacklisted, "reason", listed_reason_place("{id}")),
    Sealed(Person, "phone", own_phone_place("{id}")),
    Sealed(InboxRow, "event", inbox.event_place("{key}")),
    Sealed(InboxRow, "reply", inbox.reply_place("{key}")),
    Sealed(OutboxRow, "body", outbox.body_place("{dedupe_key}")),
    Sealed(OutboxRow, "code", outbox.code_place("{dedupe_key}")),
    Sealed(CardCode, "code", code_place("{card_id}")),
    Sealed(DialogRow, "args", args_place("{person_id}", "{channel}")),
    Sealed(SecretRow, "value", secret_place("{name}")),
)
