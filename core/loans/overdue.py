"""逾期: the loans that are late, of those for whom somebody records what is paid back. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.loans.arrears import Bucket, Pause, bucket, late_days
from core.loans.definitions import flow_of
from core.loans.listing import PAGE
from core.loans.loan_now import stands
from core.loans.models import Application
from core.loans.repaid import GracePeriod, RepaymentPlan
from core.loans.sight import may_see_loan
from core.moments import day_of
from core.people.models import Department, Person
from core.people.policy import Actor, Verb, owner_filter
from core.store.base import table_of
from core.store.database import among

_A, _P, _G = table_of(Application), table_of(RepaymentPlan), table_of(GracePeriod)


@dataclass(frozen=True, slots=True)
class LateLoan:
    """A loan with an instalment that is late by so many days, those of grace left out, and what is late in all: without
    what fell due in days of grace that run still."""

    application_id: int
    lead_id: int
    owner_id: int
    days: int
    bucket: Bucket
    overdue_fen: int


@dataclass(frozen=True, slots=True)
class LatePage:
    """A page of them, the latest first; `counts` of them all, by bucket."""

    lines: tuple[LateLoan, ...]
    page: int
    total: int
    counts: dict[Bucket, int]


def late_loans(session: Session, viewer: Actor, page: int, now: datetime, size: int = PAGE) -> LatePage:
    """Those of the officers whom `viewer` looks after, but those of which the flow hides from him what they cost."""
    today = day_of(now)
    columns = (_P, _A.c.lead_id, _A.c.owner_id, _A.c.flow)
    wanted = select(*columns).join(_A, _A.c.id == _P.c.application_id)
    of_whom = wanted.join(Person, Person.id == _A.c.owner_id).join(Department, Department.id == Person.department_id)
    due = (_P.c.ended_at.is_(None), _P.c.next_due < today.isoformat(), owner_filter(viewer, Verb.REPAY))
    found = session.execute(of_whom.where(*due)).all()
    connection = session.connection()
    rows = [
        row
        for row in found
        if not flow_of(connection, row.flow).hides
        or may_see_loan(connection, viewer, row.application_id, row.owner_id, now)
    ]
    pauses = _graces(session, [row.application_id for row in rows])
    days = {row.id: late_days(date.fromisoformat(row.next_due), pauses[row.application_id], today) for row in rows}
    late = sorted((row for row in rows if days[row.id]), key=lambda row: (-days[row.id], row.application_id))
    last = max(-(-len(late) // size), 1)
    page = min(max(page, 1), last)
    lines = tuple(_line(session, row, today) for row in late[(page - 1) * size : page * size])
    return LatePage(lines, page, len(late), Counter(bucket(days[row.id]) for row in late))


def _graces(session: Session, numbers: Collection[int]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    wanted = select(_G).where(among(session.connection(), _G.c.application_id, list(numbers)))
    for row in session.execute(wanted):
        last = date.fromisoformat(row.last) if row.last else None
        found[row.application_id].append(Pause(date.fromisoformat(row.first), last))
    return found


def _line(session: Session, row: Any, today: date) -> LateLoan:
    _, now = stands(session.connection(), row, today)
    return LateLoan(row.application_id, row.lead_id, row.owner_id, now.days_past_due, now.bucket, now.overdue_fen)
