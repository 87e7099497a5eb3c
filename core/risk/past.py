"""What was said of many applications, read at once: for comparing policies by it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.expressions import Fact
from core.privacy import Vault
from core.risk import record
from core.risk.models import RiskDecision, inputs_place
from core.store.base import table_of
from core.store.database import Executor

_D = table_of(RiskDecision)


@dataclass(frozen=True, slots=True)
class LastAsked:
    """By what something was said of an application last: the policy (by its digest), and the facts, sealed."""

    decision_id: int
    policy: str
    inputs: bytes

    def facts(self, vault: Vault) -> dict[str, Fact | None]:
        """The facts.

        Raises:
            Unreadable: they do not open.
        """
        return record.unpacked(vault.open(inputs_place(self.decision_id), self.inputs))


def asked_at(executor: Executor, decision_id: int) -> datetime:
    """When that was."""
    at: datetime = executor.execute(select(_D.c.at).where(_D.c.id == decision_id)).scalar_one()
    return at


def last_asked(executor: Executor, first: int, last: int) -> dict[int, LastAsked]:
    """Of the applications with the numbers from `first` to `last`; one of which nothing was said is left out."""
    span = _D.c.application_id.between(first, last)
    newest = select(func.max(_D.c.id)).where(span).group_by(_D.c.application_id)
    columns = (_D.c.application_id, _D.c.id, _D.c.policy, _D.c.inputs)
    rows = executor.execute(select(*columns).where(_D.c.id.in_(newest)))
    return {of: LastAsked(number, policy, inputs) for of, number, policy, inputs in rows}
