"""One application at work in a transaction: its row, held, with the form and the flow it began with.

Whoever changes an application takes it through here first. The row is locked before anything of it is read, so that of
any number of decisions at one instant each meets what the one before left: votes are counted, and a node is left,
exactly once (`shared/reliability.md` 2.2: without the lock, steps stay open with all votes in, or go on twice).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, bindparam, insert, or_, select, update

from core.expressions import Fact
from core.leads.lending import Borrowing, borrowing
from core.leads.models import Lead, LeadState
from core.leads.products import PRODUCTS
from core.loans import forms
from core.loans.definitions import flow_of, form_of
from core.loans.events import ValuesChanged
from core.loans.flows import Flow
from core.loans.forms import AMOUNT, NAMES_SOMEBODY, SERVICE_FEE, TAGS, TERM, Form, Values
from core.loans.models import Application, Happening, What, subject, values_place
from core.loans.rules import LoanRules
from core.people import queries as people
from core.people.policy import Actor
from core.privacy import Vault, digest
from core.risk.record import said_by
from core.store.base import table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_A, _H, _L = table_of(Application), table_of(Happening), table_of(Lead)
_LINE = ("application_id", "step_id", "task_id", "what", "node", "by_id", "for_id", "to_id", "at")
_NOTE = Prepared(insert(_H), _LINE)


def locked(wanted: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """The statement over applications, which locks them, each behind its lead: whoever gives a lead away has the lead
    first and its applications then (PostgreSQL locks in the order in which they stand here)."""
    joined = wanted.join(_L, _L.c.id == _A.c.lead_id)
    return joined.with_for_update(key_share=True, of=(_L, _A), skip_locked=skip_locked)


_LEAD = (_L.c.customer_id, _L.c.state.label("lead_state"))
_HOLD = locked(select(_A, *_LEAD).where(_A.c.id == bindparam("number")))
_MADE_IT = Prepared(
    select(_H.c.by_id, _H.c.for_id).where(
        _H.c.application_id == bindparam("number"),
        or_(
            _H.c.what == What.STARTED.value,
            _H.c.what == What.SUBMITTED.value,
            _H.c.what == What.GIVEN.value,
            and_(_H.c.what == What.CHANGED.value, _H.c.task_id.is_(None)),
        ),
    )
)
CHOSEN = "_chosen"
"""Under this key stand, beside the form's values, the people whom the submitter chose for nodes: {node: [number]}."""


@dataclass(slots=True)
class Run:
    """An application that this transaction holds. `by` is who acts (None: it goes by itself). `opened` and `closed`
    collect the tasks that came and went, of which is told at the end (`routing.tell`). `lead_is_over`: the lead is
    closed, by a merge."""

    unit: Unit
    id: int
    by: Actor | None
    row: Any
    form: Form
    flow: Flow
    rules: LoanRules
    values: dict[str, Any]
    lead_is_over: bool = False
    opened: dict[int, int] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    _lead: Borrowing | None = None
    _about: dict[str, Fact | None] | None = None
    _made_it: frozenset[int] | None = None
    _facts: dict[str, Fact | None] | None = None  # each node on the way asks for them; what is filled in makes others

    @property
    def owner_id(self) -> int:
        """The officer whose application it is."""
        return int(self.row.owner_id)

    @property
    def submitters(self) -> frozenset[int]:
        """Whose it is, and was; whoever began it, filled it in or handed it in, in whatever round: none of them decides
        on it."""
        if self._made_it is None:
            self._made_it = made_it(self.unit.connection, self.id)
        return self._made_it | {self.owner_id}

    @property
    def lead(self) -> Borrowing:
        """The lead it was born from.

        Raises:
            LookupError: there is none: the tables forbid it.
        """
        if self._lead is None:
            tagging = self.rules.tagging if self._names_tags() else None  # three statements that few need
            self._lead = borrowing(self.unit, self.row.lead_id, tagging)
        if self._lead is None:
            raise LookupError(f"no lead {self.row.lead_id}")
        return self._lead

    def _names_tags(self) -> bool:
        """Does any condition, or the risk rules of now, speak of the lead's tags?"""
        policy = self.rules.risk.of(self.row.product)
        asked = policy.given if policy is not None else ()
        return TAGS in self.flow.goes_by or TAGS in self.form.goes_by or TAGS in asked

    def about(self) -> dict[str, Fact | None]:
        """What conditions may name of every application (`forms.ABOUT`)."""
        if self._about is None:
            submitter = people.colleague(self.unit.connection, self.owner_id)
            said = said_by(self.unit.connection, self.row.screened_id)
            self._about = about(self.row.product, self.lead, submitter) | said
        return self._about

    def facts(self) -> dict[str, Fact | None]:
        """What conditions see."""
        if self._facts is None:
            self._facts = forms.facts(self.form, self.values, self.about())
        return self._facts

    def forget_lead(self) -> None:
        """Something was done to the lead, or said of the application: conditions see it from here on."""
        self._lead = self._about = self._facts = None

    def told(self, key: str) -> Any:
        """What is filled in at a field that is asked for: what stands in one that is not belongs to other answers."""
        return self.values.get(key) if key in self.facts() else None

    def chosen(self, node: str) -> list[int]:
        """Whom the submitter chose for a node."""
        return [int(person) for person in self.values.get(CHOSEN, {}).get(node, [])]

    def change(self, **values: Any) -> None:
        """Write these columns of the application."""
        statement = update(_A).where(_A.c.id == self.id).values(**values, revision=_A.c.revision + 1)
        self.row = self.unit.connection.execute(statement.returning(*_A.c)).one()

    def keep(self, values: Values) -> None:
        """Write what is filled in, with what is derived from it."""
        if values != self.values:
            self.unit.happened(ValuesChanged(self.id))
        self.values, self._facts = dict(values), None
        sealed = self.unit.vault.seal(values_place(self.id), json.dumps(self.values, ensure_ascii=False))
        self.change(
            values=sealed, **derived(self.unit.vault, self.values, self.form, self.row.product, self.lead.customer_id)
        )

    def note(
        self,
        what: What,
        *,
        step_id: int | None = None,
        task_id: int | None = None,
        node: str = "",
        for_id: int | None = None,
        to_id: int | None = None,
    ) -> None:
        """A line of the history, and of the audit log."""
        by_id = self.by.id if self.by is not None else None
        values = {"step_id": step_id, "task_id": task_id, "node": node, "for_id": for_id, "to_id": to_id}
        line = {"application_id": self.id, "what": what.value, "by_id": by_id, "at": self.unit.now}
        _NOTE.run(self.unit.connection, line | values)
        told = {key: value for key, value in values.items() if value not in (None, "")}
        self.unit.record(by_id, f"loan:{what}", subject(self.id), **told)


def made_it(executor: Executor, application_id: int) -> frozenset[int]:
    """Whoever began the application, filled it in or handed it in, in whatever round, and whose it was."""
    rows = _MADE_IT.rows(executor, {"number": application_id})
    return frozenset(person for row in rows for person in row if person is not None)


def about(product: str, lead: Borrowing, submitter: Actor | None) -> dict[str, Fact | None]:
    """The facts of `forms.ABOUT`, but what the risk rules said."""
    return {
        "product": PRODUCTS.get(product, product),
        "channel": lead.channel,
        "grade": lead.grade,
        TAGS: lead.tags,
        "department": submitter.department if submitter is not None else None,
        "rank": submitter.rank if submitter is not None else None,
    }


def derived(vault: Vault, values: Mapping[str, Any], form: Form, product: str, customer_id: int) -> dict[str, Any]:
    """The columns that follow from what is filled in. `shown` is the digest of what a decision is bound to: how much,
    what for, and for whom: the customer, and who he is by the numbers on the form (under the vault's key, since of an
    ID number a plain digest is none that nobody could turn round)."""
    numbers = [str(values[each.key]) for each in form.fields if each.kind in NAMES_SOMEBODY and values.get(each.key)]
    who = [vault.index("loan_application.shown", " ".join(numbers))] if numbers else []
    amount, term = values.get(AMOUNT), values.get(TERM)
    return {
        "amount_fen": amount,
        "term_months": int(Decimal(term)) if term else None,
        "fee_fen": values.get(SERVICE_FEE),
        "shown": digest(str(amount), product, str(customer_id), *who)[:16],
    }


def hold(unit: Unit, application_id: int, rules: LoanRules, by: Actor | None) -> Run | None:
    """The application, held until this transaction ends; None if there is none of this number."""
    row = unit.connection.execute(_HOLD, {"number": application_id}).one_or_none()
    if row is None:
        return None
    form, flow = form_of(unit.connection, row.form), flow_of(unit.connection, row.flow)
    values = json.loads(unit.vault.open(values_place(row.id), row.values))
    over = row.lead_state != LeadState.OPEN.value
    run = Run(unit, row.id, by, row, form, flow, rules, values, lead_is_over=over)
    shown = derived(unit.vault, values, form, row.product, row.customer_id)["shown"]
    if shown != row.shown:  # its lead is another customer's since two were merged: what was shown was of the other one
        run.change(shown=shown)
    return run
