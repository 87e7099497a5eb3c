"""What metrics should be, reckoned in plain Python from all rows of the tables: another way than the queries go."""

import json
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import floor
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calendar import CHINA
from core.leads.channels import Channels
from core.leads.models import FollowUp, Lead, Ownership, Touch
from core.loans.models import Application, Definition, Disbursement, Happening, StepRow
from core.loans.repaid import RepaymentRow
from core.people.models import Department, Person
from core.reports.metrics import Event, Spent
from core.reports.periods import Period
from core.store.base import table_of


@dataclass(frozen=True)
class Happened:
    """One thing that is counted."""

    at: datetime | None
    day: date
    person: int | None
    lead: int
    number: int
    product: str | None
    amount: int | None = None
    first: bool = True


def china(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


class Books:
    """All rows, and what happened by them. `as_of`: now; `stages`: the names that count as reached."""

    def __init__(self, session: Session, as_of: datetime, first_contact: timedelta) -> None:
        self._session, self.as_of, self._first_contact = session, as_of, first_contact

    def _all(self, table: Any) -> list[Any]:
        return list(self._session.execute(select(table_of(table))))

    @cached_property
    def leads(self) -> dict[int, Any]:
        return {row.id: row for row in self._all(Lead)}

    @cached_property
    def hands(self) -> dict[int, list[Any]]:
        """The history of each lead, in its order."""
        found: dict[int, list[Any]] = {}
        for row in sorted(self._all(Ownership), key=lambda row: (row.since, row.id)):
            found.setdefault(row.lead_id, []).append(row)
        return found

    @cached_property
    def follow_ups(self) -> list[Any]:
        return sorted(self._all(FollowUp), key=lambda row: (row.at, row.id))

    @cached_property
    def applications(self) -> dict[int, Any]:
        return {row.id: row for row in self._all(Application)}

    @cached_property
    def departments(self) -> dict[int, str]:
        """Each person's department."""
        paths = {row.id: row.path for row in self._all(Department)}
        return {row.id: paths[row.department_id] for row in self._all(Person)}

    def channel(self, one: Happened, *, last_touch: bool = False) -> str:
        """The channel it counts for."""
        lead = self.leads[one.lead]
        if not last_touch:
            return str(lead.channel)
        came = [row for row in self._all(Touch) if row.lead_id == one.lead and self._before(row.at, one)]
        return str(max(came, key=lambda row: (row.at, row.id)).channel) if came else str(lead.channel)

    @staticmethod
    def _before(at: datetime, one: Happened) -> bool:
        return at <= one.at if one.at is not None else china(at) <= one.day

    def happened(self, event: Event, stages: tuple[str, ...] = ()) -> list[Happened]:
        """All that ever happened of it, up to now."""
        ways: dict[Event, Callable[[], Iterator[Happened]]] = {
            Event.ARRIVED: self._arrived,
            Event.CLAIMED: lambda: self._came_to("claim"),
            Event.ASSIGNED: lambda: self._came_to("assign"),
            Event.RELEASED: lambda: self._went_from("release"),
            Event.RECYCLED: lambda: self._went_from("recycle"),
            Event.FOLLOWED: lambda: (self._follow_up(row) for row in self.follow_ups),
            Event.FIRST_FOLLOWED: self._first_followed,
            Event.TO_CONTACT: lambda: self._contacts(made=False),
            Event.CONTACTED: lambda: self._contacts(made=True),
            Event.HANDED_IN: self._handed_in,
            Event.REACHED: lambda: self._reached(stages),
            Event.LOST: self._lost,
            Event.PAID_OUT: self._paid_out,
            Event.FEE: self._fees,
            Event.REPAID: self._repaid,
        }
        today = china(self.as_of)
        return [one for one in ways[event]() if (one.day <= today if one.at is None else one.at <= self.as_of)]

    def _of_lead(self, lead: int, at: datetime, person: int | None) -> Happened:
        return Happened(at, china(at), person, lead, lead, self.leads[lead].product)

    def _of_application(
        self, number: int, at: datetime | str, amount: int | None, *, first: bool = True, person: int | None = None
    ) -> Happened:
        row = self.applications[number]
        day = date.fromisoformat(at) if isinstance(at, str) else china(at)
        moment = None if isinstance(at, str) else at
        return Happened(moment, day, person or row.owner_id, row.lead_id, number, row.product, amount, first)

    def _arrived(self) -> Iterator[Happened]:
        for lead, rows in self.hands.items():
            owner = next((row.owner_id for row in rows if row.owner_id is not None), None)
            yield from (self._of_lead(lead, row.since, owner) for row in rows if row.how == "enter")

    def _came_to(self, how: str) -> Iterator[Happened]:
        for lead, rows in self.hands.items():
            yield from (self._of_lead(lead, row.since, row.owner_id) for row in rows if row.how == how)

    def _went_from(self, how: str) -> Iterator[Happened]:
        for lead, rows in self.hands.items():
            for before, row in pairwise(rows):
                if row.how == how:
                    yield self._of_lead(lead, row.since, before.owner_id)

    def _follow_up(self, row: Any) -> Happened:
        return self._of_lead(row.lead_id, row.at, row.person_id)

    def _first_followed(self) -> Iterator[Happened]:
        seen: set[int] = set()
        for row in self.follow_ups:
            if row.lead_id not in seen:
                seen.add(row.lead_id)
                yield self._follow_up(row)

    def _contacts(self, *, made: bool) -> Iterator[Happened]:
        for lead, rows in self.hands.items():
            for row in rows:
                if row.owner_id is None or row.how not in ("enter", "claim", "assign", "transfer"):
                    continue
                in_time = any(
                    each.person_id == row.owner_id
                    and row.since <= each.at
                    and (each.at - row.since) <= self._first_contact
                    and (row.until is None or each.at < row.until)
                    for each in self.follow_ups
                    if each.lead_id == lead
                )
                had = (row.until or self.as_of) - row.since >= self._first_contact
                if in_time or (had and not made):
                    yield self._of_lead(lead, row.since, row.owner_id)

    def _handed_in(self) -> Iterator[Happened]:
        seen: set[int] = set()
        for row in sorted(self._all(Happening), key=lambda row: row.id):
            if row.what == "submitted" and row.application_id not in seen:
                seen.add(row.application_id)
                amount, whose = self._asked(row.application_id), row.for_id or row.by_id
                yield self._of_application(row.application_id, row.at, amount, person=whose)

    def _asked(self, number: int) -> int | None:
        amount: int | None = self.applications[number].amount_fen
        return amount

    def _reached(self, stages: tuple[str, ...]) -> Iterator[Happened]:
        flows = {row.digest: json.loads(row.body) for row in self._all(Definition) if row.kind == "flow"}
        seen: set[int] = set()
        for row in sorted(self._all(StepRow), key=lambda row: row.id):
            flow = flows[self.applications[row.application_id].flow]
            named = {stage["key"] for stage in flow["stages"] if stage["name"] in stages}
            if row.stage in named and row.application_id not in seen:
                seen.add(row.application_id)
                yield self._of_application(row.application_id, row.entered_at, self._asked(row.application_id))

    def _lost(self) -> Iterator[Happened]:
        for number, row in self.applications.items():
            if row.state == "ended" and row.stage_type == "lost" and row.ended_at is not None:
                yield self._of_application(number, row.ended_at, row.amount_fen)

    def _paid_out(self) -> Iterator[Happened]:
        seen: set[int] = set()
        for row in sorted(self._all(Disbursement), key=lambda row: (row.paid_on, row.id)):
            first = row.application_id not in seen
            seen.add(row.application_id)
            amount, whose = row.amount_fen, row.officer_id
            yield self._of_application(row.application_id, row.paid_on, amount, first=first, person=whose)

    def _fees(self) -> Iterator[Happened]:
        for one in self._paid_out():
            if one.first:
                fee = self.applications[one.number].fee_fen or 0
                yield self._of_application(one.number, one.day.isoformat(), fee, person=one.person)

    @staticmethod
    def spent_on(channel: str, leads: int, period: Period, channels: Channels, spent: Sequence[Spent]) -> int | None:
        """What a channel cost: its leads by the piece, and of each month's sum as much for each of its days."""
        pieces = [one.cost_fen * leads for one in channels.channels if one.name == channel and one.cost_fen is not None]
        days = [
            Fraction(each.fen, monthrange(day.year, day.month)[1])
            for day in period
            for each in spent
            if each.channel == channel and (each.month.year, each.month.month) == (day.year, day.month)
        ]
        return floor(sum(pieces) + sum(days)) if pieces or days else None

    def _repaid(self) -> Iterator[Happened]:
        for row in self._all(RepaymentRow):
            if row.taken_back_at is None:
                yield self._of_application(row.application_id, row.paid_on, row.amount_fen)
