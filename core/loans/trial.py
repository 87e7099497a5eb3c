"""A changed flow tried on applications of the past: which way each would have gone, if everybody had agreed.

What people decided nobody can know again; which nodes an application comes to follows from what was filled in. That is
what is compared: the way by the flow it ran on, and the way by the flow of now for its product; and, where both come to
the same node, what is done there and by whom.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.expressions import Fact
from core.leads.lending import borrowing_of
from core.loans import forms
from core.loans.ahead import Place, case_of, way_ahead
from core.loans.definitions import flow_of, form_of
from core.loans.flows import Condition, Flow, Node
from core.loans.forms import Form
from core.loans.models import Application, StepRow, values_place
from core.loans.rules import LoanRules
from core.loans.run import about
from core.people import queries as people
from core.privacy import Unreadable, Vault
from core.risk.record import said_by, said_until
from core.store.base import table_of
from core.store.database import Executor

_A, _S = table_of(Application), table_of(StepRow)
Said: TypeAlias = Callable[[str], dict[str, Fact | None]]
"""What the risk rules had said (`risk.names.SAID`), by the stage of the condition that goes by it."""
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
class Otherwise:
    """A node that `count` applications would come to as they did, and where other people would have it, or it would be
    done or decided in another way: as it was, and as it is now."""

    before: Node
    after: Node
    count: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Of so many (`count`) applications that were handed in, those that would go another way, and the nodes where
    something else would be done. `unreadable`: so many could not be tried, for what was filled in does not open."""

    count: int
    others: tuple[Other, ...]
    unreadable: int = 0
    otherwise: tuple[Otherwise, ...] = ()


def try_flows(session: Session, vault: Vault, rules: LoanRules, since: datetime, now: datetime) -> Trial:
    """What the flows of `rules` would have made of the applications that were handed in since then."""
    wanted = select(_A).where(_A.c.submitted_at >= since).order_by(_A.c.id.desc()).limit(MOST)
    rows = session.execute(wanted).all()
    others, unreadable = [], 0
    pairs: Counter[tuple[Node, Node]] = Counter()
    for row in rows:
        try:
            values = json.loads(vault.open(values_place(row.id), row.values))
        except Unreadable:
            unreadable += 1
            continue
        before, after = _ways(session, row, values, rules, now)
        pairs.update(_differing(before, after or ()))
        names = _names(before), _names(after) if after is not None else None
        if names[0] != names[1]:
            others.append(Other(row.id, row.product, row.amount_fen, *names))
    otherwise = tuple(Otherwise(old, new, count) for (old, new), count in pairs.most_common())
    return Trial(len(rows), tuple(others), unreadable, otherwise)


def _names(way: Sequence[Node]) -> tuple[str, ...]:
    return tuple(node.name for node in way)


def _differing(before: Sequence[Node], after: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """The nodes of both ways that are one and the same, but for what is done there."""
    now = {node.key: node for node in after}
    for node in before:
        other = now.get(node.key)
        if other is not None and _deed(node) != _deed(other):
            yield node, other


def _deed(node: Node) -> dict[str, Any]:
    """What is done at a node, and by whom: not what it is called, and where it leads."""
    left_out = ("name", "stage", "next", "refused")
    return {each.name: getattr(node, each.name) for each in fields(node) if each.name not in left_out}


def _ways(
    session: Session, row: Any, values: dict[str, Any], rules: LoanRules, now: datetime
) -> tuple[tuple[Node, ...], tuple[Node, ...] | None]:
    """The nodes by the flow that it ran on, and by that of now for its product; None: there is none."""
    lead = borrowing_of(session.connection(), row.lead_id, rules.tagging, now)
    submitter = people.colleague(session.connection(), row.owner_id)
    known = about(row.product, lead, submitter) if lead is not None else {}
    said = _said_in(session.connection(), row)
    old, flow = flow_of(session.connection(), row.flow), rules.flows.of(row.product)
    before = tuple(_way(old, form_of(session.connection(), row.form), values, known, said, rules, now))
    form = rules.form_for(flow) if flow is not None else None
    after = tuple(_way(flow, form, values, known, said, rules, now)) if flow is not None and form is not None else None
    return before, after


def _said_in(executor: Executor, row: Any) -> Said:
    """What the risk rules had said of an application (its row) by the end of a stage, which its conditions went by; of
    one where it was not yet, or is still, what they say."""
    left: dict[str, datetime | None] = {}
    for stage, at in executor.execute(select(_S.c.stage, _S.c.left_at).where(_S.c.application_id == row.id)):
        before = left.get(stage, at)
        left[stage] = None if at is None or before is None else max(at, before)

    @cache
    def said(stage: str) -> dict[str, Fact | None]:
        until = left.get(stage)
        return said_until(executor, row.id, until) if until else said_by(executor, row.screened_id)

    return said


def _way(
    flow: Flow,
    form: Form,
    values: dict[str, Any],
    known: dict[str, Fact | None],
    said: Said,
    rules: LoanRules,
    now: datetime,
) -> Iterator[Node]:
    """The nodes from the start to the end."""

    def leads(node: Condition) -> str | None:
        return case_of(node, form.names, forms.facts(form, values, known | said(node.stage) if known else {}))

    for each in way_ahead(flow, [Place(flow.start.next, now)], leads, rules.calendar, by_itself=True):
        yield flow.node(each.node)
