"""A changed flow tried on applications of the past: which way each would have gone, if everybody had agreed.

What people decided nobody can know again; which nodes an application comes to follows from what was filled in. That is
what is compared: the way by the flow it ran on, and the way by the flow of now for its product.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.expressions import Fact
from core.leads.lending import borrowing_of
from core.loans import forms
from core.loans.ahead import Place, case_of, way_ahead
from core.loans.definitions import flow_of, form_of
from core.loans.flows import Flow
from core.loans.forms import Form
from core.loans.models import Application, values_place
from core.loans.rules import LoanRules
from core.loans.run import about
from core.people import queries as people
from core.privacy import Unreadable, Vault
from core.store.base import table_of

_A = table_of(Application)
MOST = 5_000
"""So many applications are looked at, the newest first."""


@dataclass(frozen=True, slots=True)
class Other:
    """An application that would go another way: the names of the nodes `before` and `after`; `after` is None where no
    flow would take its product."""

    number: int
    product: str
    amount_fen: int | None
    before: tuple[str, ...]
    after: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Trial:
    """Of so many (`count`) applications that were handed in, those that would go another way. `unreadable`: so many
    could not be tried, for what was filled in does not open."""

    count: int
    others: tuple[Other, ...]
    unreadable: int = 0


def try_flows(session: Session, vault: Vault, rules: LoanRules, since: datetime, now: datetime) -> Trial:
    """What the flows of `rules` would have made of the applications that were handed in since then."""
    wanted = select(_A).where(_A.c.submitted_at >= since).order_by(_A.c.id.desc()).limit(MOST)
    rows = session.execute(wanted).all()
    others, unreadable = [], 0
    for row in rows:
        try:
            values = json.loads(vault.open(values_place(row.id), row.values))
        except Unreadable:
            unreadable += 1
            continue
        other = _tried(session, row, values, rules, now)
        if other is not None:
            others.append(other)
    return Trial(len(rows), tuple(others), unreadable)


def _tried(session: Session, row: Any, values: dict[str, Any], rules: LoanRules, now: datetime) -> Other | None:
    lead = borrowing_of(session.connection(), row.lead_id, rules.tagging, now)
    submitter = people.by_id(session.connection(), "wecom", row.owner_id)
    known = about(row.product, lead, submitter) if lead is not None else {}
    old, flow = flow_of(session.connection(), row.flow), rules.flows.of(row.product)
    before = tuple(_way(old, form_of(session.connection(), row.form), values, known, rules, now))
    form = rules.form_for(flow) if flow is not None else None
    after = tuple(_way(flow, form, values, known, rules, now)) if flow is not None and form is not None else None
    return Other(row.id, row.product, row.amount_fen, before, after) if after != before else None


def _way(
    flow: Flow, form: Form, values: dict[str, Any], known: dict[str, Fact | None], rules: LoanRules, now: datetime
) -> Iterator[str]:
    """The names of the nodes from the start to the end."""
    facts = forms.facts(form, values, known)
    begins = [Place(flow.start.next, now)]
    for each in way_ahead(flow, begins, lambda node: case_of(node, form.names, facts), rules.calendar):
        yield each.name
