"""The applications of the made-up company's past, collected as rows and written at once; `past_way.py` says which ones
come of each.

They are the rows that the verbs would have written, but for the papers: pictures are not kept for years.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.sandbox.seed import Told, continue_numbers
from core.loans.flows import Flow
from core.loans.models import Application, Disbursement, Happening, StepRow, Task, subject
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.loans.rules import LoanRules
from core.people.models import Person
from core.risk.models import RiskDecision
from core.store.audit import Entry
from core.store.base import Base
from core.store.unit import Unit

ROLES = {
    "risk_review": "risk",
    "first_review": "approver",
    "second_review": "risk",
    "final_review": "risk",
    "payout": "finance",
}
"""The nodes of the standard flow at which others than the officer act, and whose they are."""
_NODES = (*ROLES, "signing", "tell", "done", "refused")
_NUMBERED = (Application, StepRow, Task, RiskDecision)
_TABLES = (*_NUMBERED, Happening, Disbursement, RepaymentPlan, RepaymentRow)


@dataclass(slots=True)
class Loans:
    """The rows of all applications by table, and what the operation log says of them. The tables are empty yet: what
    is numbered by hand begins with 1."""

    unit: Unit
    rules: LoanRules
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    told: list[Told] = field(default_factory=list)
    holders: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = select(Person.id, Person.roles).where(Person.left_at.is_(None)).order_by(Person.id)
        staff = self.unit.session.execute(wanted).all()
        for role in set(ROLES.values()):
            self.holders[role] = [number for number, roles in staff if role in roles.split("|")]

    @property
    def fits(self) -> bool:
        """Does the company lend as the shipped one does? By other flows another past would have come about."""
        flows = [self.rules.flows.of(product) for product in ("house", "car", "credit", "business")]
        return all(flow is not None and _has_all(flow) and self.rules.form_for(flow) for flow in flows)

    def add(self, model: type[Base], **values: Any) -> int:
        """One row more, with what it is numbered by where it is numbered by hand; how many there are now."""
        rows = self.rows[model]
        rows.append({"id": len(rows) + 1, **values} if model in _NUMBERED else values)
        return len(rows)

    def tell(self, at: datetime, by_id: int | None, action: str, number: int, **details: Any) -> None:
        """The log says that this was done to the application."""
        self.told.append((at, Entry(by_id, action, subject(number), details)))

    def write(self) -> None:
        """Insert all rows, parents first."""
        for table in _TABLES:
            if self.rows[table]:
                self.unit.session.execute(insert(table), self.rows[table])
                if table in _NUMBERED:
                    continue_numbers(self.unit, table, len(self.rows[table]))


def _has_all(flow: Flow) -> bool:
    try:
        return all(flow.node(key) for key in _NODES)
    except KeyError:
        return False
