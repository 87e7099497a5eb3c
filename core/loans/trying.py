"""Changed risk rules tried on applications of the past: what they and the rules of now say of what is in the record.

The record holds what the rules of then spoke of. A name that it lacks is reckoned as it is when rules are asked
(`screening`), by what stands in the form, for the day of the record; what cannot be reckoned is missing. Reads only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.expressions import Fact
from core.leads.models import Lead
from core.loans import reporting
from core.loans.definitions import flow_of, form_of, policy_of
from core.loans.models import Application, values_place
from core.loans.rules import LoanRules
from core.loans.run import Run
from core.loans.screening import facts_now
from core.privacy import Unreadable, Vault
from core.risk.assessing import Assessor, Result
from core.risk.both import Both
from core.risk.comparing import NOTHING, Said, Tally
from core.risk.names import INSTALMENT
from core.risk.past import LastAsked, asked_at, last_asked
from core.risk.policy import Policies, Policy
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_A, _L = table_of(Application), table_of(Lead)
PART = 2_000
"""So many applications are read at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """The policies of now, and those that are tried, on what was handed in `since` then. `rules`: by what else the
    facts are reckoned."""

    before: Policies
    after: Policies
    rules: LoanRules
    since: datetime


class _Asked:
    """A policy that is asked, and what it wants to know that a record of another one lacks."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.assessor = Assessor(policy)
        self._lacks: dict[str | None, frozenset[str]] = {}

    def lacks(self, executor: Executor, record: str | None) -> frozenset[str]:
        """The names that stand in no record by the policy with this digest (None: there is no record), or as another
        thing; and the instalment, where it was reckoned by another rate."""
        found = self._lacks.get(record)
        if found is None:
            then = policy_of(executor, record) if record is not None else Policy("")
            names = {name for name, kind in self.policy.given.items() if then.given.get(name) is not kind}
            if then.rate != self.policy.rate and INSTALMENT in self.policy.given:
                names.add(INSTALMENT)
            found = self._lacks[record] = frozenset(names)
        return found


def parts_since(executor: Executor, since: datetime) -> list[tuple[int, int]]:
    """The applications that were handed in since then, as spans of numbers (both ends count) with `PART` of them at
    most."""
    wanted = select(_A.c.id).where(_A.c.submitted_at >= since).order_by(_A.c.id)
    numbers: Sequence[int] = executor.scalars(wanted).all()
    return [(numbers[at], numbers[min(at + PART, len(numbers)) - 1]) for at in range(0, len(numbers), PART)]


class Trying:
    """A change at work: its policies, ready to be asked."""

    def __init__(self, vault: Vault, change: Change) -> None:
        self._vault, self._change = vault, change
        self._pairs: dict[str, tuple[_Asked | None, _Asked | None]] = {}
        self._together: dict[str, Both] = {}
        for product in {each.product for each in (*change.before.policies, *change.after.policies)}:
            old, new = change.before.of(product), change.after.of(product)
            first = _Asked(old) if old is not None else None
            second = first if old == new else _Asked(new) if new is not None else None
            self._pairs[product] = first, second
            if first is not None and second is not None and first is not second:
                self._together[product] = Both(first.assessor, second.assessor)

    def part(self, executor: Executor, span: tuple[int, int]) -> Tally:
        """What both policies say of the applications in this span of numbers."""
        tally = Tally()
        mine = (_A.c.id.between(*span), _A.c.submitted_at >= self._change.since)
        wanted = select(_A.c.id, _A.c.product, _L.c.channel).join(_L, _L.c.id == _A.c.lead_id).where(*mine)
        records = last_asked(executor, *span)
        for number, product, channel in executor.execute(wanted.order_by(_A.c.id)).all():
            if product not in self._pairs:
                tally.unruled += 1
                continue
            try:
                old, new = self._both(executor, number, product, records.get(number), tally)
            except Unreadable:
                tally.unreadable += 1
            else:
                tally.compare(number, product, channel, old, new)
        return tally

    def _both(
        self, executor: Executor, number: int, product: str, record: LastAsked | None, tally: Tally
    ) -> tuple[Said | Result, Said | Result]:
        before, after = self._pairs[product]
        facts = record.facts(self._vault) if record is not None else {}
        policy = record.policy if record is not None else None
        if not any(each.lacks(executor, policy) for each in {before, after} if each is not None):
            if product in self._together:
                return self._together[product].assess(facts)
            only = before or after  # they are one, or there is but one
            said = only.assessor.assess(facts) if only is not None else NOTHING
            return said if before is not None else NOTHING, said if after is not None else NOTHING
        past = _Past(executor, self._vault, self._change.rules, number, record, facts)
        old = past.said(before)
        new = old if after is before else past.said(after)
        tally.unrecorded += record is None
        tally.lacking.update(past.without)
        return old, new


@dataclass(slots=True)
class _Past:
    """An application as it was when something was said of it last (`record`; None: nothing was, and it is looked at as
    it was handed in), of which the record says too little. `without`: the names that it lacks, and that cannot be
    reckoned either."""

    executor: Executor
    vault: Vault
    rules: LoanRules
    number: int
    record: LastAsked | None
    facts: Mapping[str, Fact | None]
    without: set[str] = field(default_factory=set)

    def said(self, asked: _Asked | None) -> Said | Result:
        """What this policy says of it."""
        if asked is None:
            return NOTHING
        lacks = asked.lacks(self.executor, self.record.policy if self.record is not None else None)
        now = self._reckoned(asked.policy.rate) if lacks else {}
        facts = asked.policy.known({**self.facts, **{name: now.get(name) for name in lacks}})
        self.without.update(name for name in lacks if facts[name] is None)
        return asked.assessor.assess(facts)

    def _reckoned(self, rate: float | None) -> dict[str, Fact | None]:
        """What rules see of what stands in its form, at that moment."""
        row = self.executor.execute(select(_A).where(_A.c.id == self.number)).one()
        at = asked_at(self.executor, self.record.decision_id) if self.record is not None else row.submitted_at
        values = json.loads(self.vault.open(values_place(row.id), row.values))
        form, flow = form_of(self.executor, row.form), flow_of(self.executor, row.flow)
        connection = self.executor if isinstance(self.executor, Connection) else self.executor.connection()
        unit = Unit(connection, at, self.vault, "try", "system", "try")  # what reads asks for one; it is never settled
        run = Run(unit, row.id, None, row, form, flow, self.rules, values)
        return facts_now(run, rate) | reporting.figures_of(reporting.of_run(run))
