"""What conditions may know of an application from outside the flow it runs through. For automation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.expressions import Fact
from core.leads.products import PRODUCTS
from core.loans.definitions import flow_of
from core.loans.flows import StageType
from core.loans.models import Application, State
from core.people import queries as people
from core.store.base import table_of
from core.store.database import Executor

_A = table_of(Application)


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application's lead, and what conditions see of it beside what they see of the lead."""

    application_id: int
    lead_id: int
    facts: dict[str, Fact | None]


def application_facts(executor: Executor, application_id: int) -> ApplicationFacts | None:
    """The application as it stands; None if there is none."""
    row = executor.execute(select(_A).where(_A.c.id == application_id)).one_or_none()
    if row is None:
        return None
    flow = flow_of(executor, row.flow)
    stage = next((each for each in flow.stages if each.key == row.stage), None)
    submitter = people.colleague(executor, row.owner_id)
    facts: dict[str, Fact | None] = {
        "product": PRODUCTS.get(row.product, row.product),
        "amount": row.amount_fen / 100 if row.amount_fen is not None else None,
        "term": float(row.term_months) if row.term_months is not None else None,
        "stage": stage.name if stage is not None else row.stage,
        "won": row.stage_type == StageType.WON if row.state == State.ENDED else None,
        "department": submitter.department if submitter is not None else None,
        "rank": submitter.rank if submitter is not None else None,
    }
    return ApplicationFacts(application_id, row.lead_id, facts)


def applications_since(executor: Executor, after: datetime, above: int, limit: int) -> list[int]:
    """Those that were begun, or came to their stage, later than `after`, from the number above `above` on."""
    later = (_A.c.created_at > after) | (_A.c.stage_since > after)
    return list(executor.scalars(select(_A.c.id).where(later, _A.c.id > above).order_by(_A.c.id).limit(limit)))
