"""What is measured: the metrics of `reports.yaml`, each defined once, for boards, words and pages alike; what they are
to reach, and what channels cost. Pure.

A metric counts, adds up or averages what happened (`Event`), or is the share that one metric has of others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from core.calendar import WorkingCalendar
from core.reports.periods import Period, Span, months_between
from core.reports.results import Measure


class Event(StrEnum):
    """What can happen that is counted, and who is credited with it."""

    ARRIVED = "arrived"  # a lead came in: its first owner, nobody as long as it has none
    CLAIMED = "claimed"  # from a pool: who took it
    ASSIGNED = "assigned"  # who got it
    RELEASED = "released"  # given back: who had it
    RECYCLED = "recycled"  # taken back by the clock: who had it
    FOLLOWED = "followed"  # a follow-up was logged: by whom
    FIRST_FOLLOWED = "first_followed"  # the first one of a lead
    TO_CONTACT = "to_contact"  # somebody got a lead and had the time to make first contact: he
    CONTACTED = "contacted"  # and made it in that time
    HANDED_IN = "handed_in"  # an application, for the first time: whose it was then
    REACHED = "reached"  # it came to one of certain stages, for the first time: whose it is, as of all that follows
    LOST = "lost"  # it came to nothing: the end of its flow is a failure
    PAID_OUT = "paid_out"  # money: whose the loan was then; counted is the first money of each, added up all of it
    FEE = "fee"  # what we charge for a loan, on the day of its first money: as that
    REPAID = "repaid"  # by the customer, as recorded
    DUE = "due"  # instalments that fell due, as their plans say
    DUE_PAID = "due_paid"  # what of them is paid by now


class Aggregate(StrEnum):
    """What is made of what happened."""

    COUNT = "count"
    SUM = "sum"
    DAYS = "days"  # from the lead's arrival to this, on the average
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric. `event`: what is counted, added up or averaged; a share has none, it is that of the metrics `part`
    among `whole` (keys; both added up). `stages`: the names of those that count as reached. `products`, `channels`,
    `regions` (prefixes of codes): only what is of these; empty: all."""

    key: str
    name: str
    aggregate: Aggregate
    event: Event | None = None
    part: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    good_is_low: bool = False

    @property
    def measure(self) -> Measure:
        """In what it is measured."""
        of = {Aggregate.SUM: Measure.MONEY, Aggregate.SHARE: Measure.SHARE, Aggregate.DAYS: Measure.DAYS}
        return of.get(self.aggregate, Measure.COUNT)

    @property
    def adds_up(self) -> bool:
        """Is that of two people what both have together?"""
        return self.aggregate in (Aggregate.COUNT, Aggregate.SUM)

    @property
    def words(self) -> tuple[str, ...]:
        """What it may be called."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached in a month: by each of these `people` (accounts) or of these `ranks`, by each of these
    `departments` as a whole, or, where none is named, by the company. Of a share it is that of any time."""

    metric: str
    month: int | Decimal
    people: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on a channel in a month (its first day), beside what its leads cost by the piece."""

    channel: str
    month: date
    fen: int


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A stage of the funnel: the count of `metric`, and how many of those that came in have come so far."""

    name: str
    metric: str


@dataclass(frozen=True, slots=True)
class Reports:
    """All of it. `company`: its name on pictures. `first_contact`: within how long a new owner is to call.
    `key_figures`, `daily`: the metrics of 看板 and of 日报, in their order; `ranked`: those of 排行, the usual one
    first. `open_rankings`: an officer sees how the others of his department rank."""

    company: str = ""
    metrics: tuple[Metric, ...] = ()
    first_contact: timedelta = timedelta(hours=24)
    key_figures: tuple[str, ...] = ()
    daily: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()
    funnel: tuple[FunnelStep, ...] = ()
    targets: tuple[Target, ...] = ()
    spent: tuple[Spent, ...] = ()
    open_rankings: bool = False

    def metric(self, key: str) -> Metric:
        """The metric of this key.

        Raises:
            KeyError: there is none; the file was checked for that.
        """
        found = self.find(key)
        if found is None:
            raise KeyError(key)
        return found

    def find(self, key: str) -> Metric | None:
        """The metric of this key, if the company has it still."""
        return next((metric for metric in self.metrics if metric.key == key), None)

    def called(self, word: str) -> Metric | None:
        """The metric of this name or synonym."""
        return next((metric for metric in self.metrics if word in metric.words), None)

    def of_events(self, metric: Metric) -> tuple[tuple[Metric, ...], tuple[Metric, ...]]:
        """The metrics that have to be measured for this one: itself, or the parts and the wholes of a share."""
        if metric.aggregate is not Aggregate.SHARE:
            return (metric,), ()
        return tuple(map(self.metric, metric.part)), tuple(map(self.metric, metric.whole))

    def target_of(self, metric: str, account: str, rank: str) -> Target | None:
        """What this person is to reach in a month: what is said of him, or else of his rank."""
        mine = [target for target in self.targets if target.metric == metric]
        named = (target for target in mine if account and account in target.people)
        ranked = (target for target in mine if rank and rank in target.ranks)
        return next(named, None) or next(ranked, None)

    def target_for(self, metric: str, department: str) -> Target | None:
        """What this department (empty: the company) is to reach in a month, by what is said of just it."""
        mine = (target for target in self.targets if target.metric == metric)
        if not department:
            return next((one for one in mine if not (one.people or one.ranks or one.departments)), None)
        return next((one for one in mine if department in one.departments), None)


def within(target: Target | None, metric: Metric, period: Period, calendar: WorkingCalendar) -> int | Decimal | None:
    """What is to be reached in the whole of the period: of months as many, else the share that the period's working
    days have of those of their months, rounded down to whole ones or fen."""
    if target is None:
        return None
    if not metric.adds_up:
        return target.month
    if period.span in (Span.MONTH, Span.QUARTER, Span.YEAR):
        return int(target.month) * (months_between(period.first, period.whole) + 1)
    days = [period.first + timedelta(days=n) for n in range((period.whole - period.first).days + 1)]
    parts = (
        Decimal(target.month) * sum(calendar.is_workday(day) for day in days if _month(day) == month)
        / max(_workdays(calendar, month), 1)
        for month in dict.fromkeys(map(_month, days))
    )  # fmt: skip
    return int(sum(parts, Decimal())) or None  # of days off nothing is asked


def _month(day: date) -> date:
    return day.replace(day=1)


@lru_cache(maxsize=64)
def _workdays(calendar: WorkingCalendar, month: date) -> int:
    following = (month + timedelta(days=31)).replace(day=1)
    days = (month + timedelta(days=n) for n in range((following - month).days))
    return sum(calendar.is_workday(day) for day in days)


def share(part: Iterable[int | None], whole: Iterable[int | None]) -> Decimal | None:
    """Part of whole, each added up; None where the whole is nothing."""
    over = sum(each or 0 for each in whole)
    return Decimal(sum(each or 0 for each in part)) / over if over else None
