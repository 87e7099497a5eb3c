"""早报: what the day brings to one person. Reads only."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.calendar import CHINA, WorkingCalendar, day_start
from core.leads.models import IS_OPEN, Lead
from core.leads.queries import OwnLead, own_page
from core.people.policy import Actor
from core.privacy import Vault

_LONGEST_BREAK = 31  # days: no company is closed for longer


@dataclass(frozen=True, slots=True)
class Morning:
    """How many contacts are `today` and `overdue`, the first of them, how many leads are `fresh` (his since `since`),
    and how many he has in all."""

    today: int
    overdue: int
    due: tuple[OwnLead, ...]
    fresh: int
    since: datetime
    total: int

    @property
    def is_empty(self) -> bool:
        """Is there nothing to say?"""
        return not (self.today or self.overdue or self.fresh)


def morning(session: Session, vault: Vault, viewer: Actor, calendar: WorkingCalendar, now: datetime) -> Morning:
    """The day of `viewer`, as it is now."""
    tomorrow = day_start(now) + timedelta(days=1)
    page = own_page(session, vault, viewer, 1, now, tomorrow)
    due = tuple(lead for lead in page.leads if lead.due is not None and lead.due < tomorrow)
    since = last_workday_start(calendar, now)
    fresh = select(func.count()).where(Lead.owner_id == viewer.id, IS_OPEN, Lead.owned_at >= since)
    return Morning(page.today, page.overdue, due, session.scalar(fresh) or 0, since, page.total)


def with_due(day: Morning, due: tuple[OwnLead, ...]) -> Morning:
    """The same day with these lines."""
    return replace(day, due=due)


def last_workday_start(calendar: WorkingCalendar, now: datetime) -> datetime:
    """When the last working day before today began: on a Monday that is Friday's midnight."""
    day: date = now.astimezone(CHINA).date() - timedelta(days=1)
    for _ in range(_LONGEST_BREAK):
        if calendar.is_workday(day):
            break
        day -= timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def own_leads(session: Session, person_id: int) -> list[int]:
    """All open leads of this person."""
    return list(session.scalars(select(Lead.id).where(Lead.owner_id == person_id, IS_OPEN)))


def fresh_leads(session: Session, person_id: int, since: datetime) -> list[int]:
    """Those that are his since then, the newest first."""
    mine = select(Lead.id).where(Lead.owner_id == person_id, IS_OPEN, Lead.owned_at >= since)
    return list(session.scalars(mine.order_by(Lead.owned_at.desc(), Lead.id.desc())))
