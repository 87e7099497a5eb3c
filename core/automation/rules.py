"""自动化 as the company writes it: when what happens, under which condition, what is done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from core.calendar import Length, WorkingCalendar
from core.expressions import Fact, Kind, Names, holds, names_in
from core.leads.pools import Pools
from core.leads.tags import Tagging
from core.loans.rules import LoanRules
from core.schedule import ALL_DAYS, WORKDAYS, Timed

MOST_DEEP = 3
"""So often in a row what an automation changed may set off others: two that undo each other end there."""
MOST_AN_HOUR = 10
"""So often one rule is done for one record: one that undoes what automatic assignment does would go on for ever."""


class Trigger(StrEnum):
    """What can happen. The first five happen to a lead, the others to an application."""

    ADDED = "added"
    TAGS = "tags"
    GRADE = "grade"
    OWNER = "owner"
    FOLLOWED = "followed"
    STAGE = "stage"
    VALUES = "values"
    ENDED = "ended"


OF_APPLICATIONS = frozenset({Trigger.STAGE, Trigger.VALUES, Trigger.ENDED})


class Moment(StrEnum):
    """What a time is reckoned from: the last follow-up, when the owner got the lead, when it came in."""

    FOLLOWED = "followed"
    OWNED = "owned"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Since:
    """So long after `moment`."""

    moment: Moment
    after: Length


@dataclass(frozen=True, slots=True)
class At:
    """At `minute` of the day (China's): on every day, on working days, or on one day of the week (0 is Monday)."""

    minute: int
    workdays_only: bool = False
    weekday: int | None = None

    def is_on(self, calendar: WorkingCalendar, now: datetime, day: date) -> bool:
        """Has it begun on this day, which is that of now, and is it not too late to do what was missed?"""
        timed = Timed("automation", self.minute, WORKDAYS if self.workdays_only else ALL_DAYS)
        return self.weekday in (None, day.weekday()) and timed.is_open(calendar, day, now)


When: TypeAlias = Trigger | Since | At


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A follow-up task for the owner, to be done `within` so long."""

    text: str
    within: Length | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """A message to the owner."""

    text: str


@dataclass(frozen=True, slots=True)
class SendSms:
    """A short message to the owner's phone: never to the customer's."""

    text: str


@dataclass(frozen=True, slots=True)
class PutTag:
    """The lead gets this tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class TakeTag:
    """The lead loses this tag."""

    off: str


@dataclass(frozen=True, slots=True)
class PutGrade:
    """The lead gets this grade."""

    grade: str


SUPERIOR, POOL = "superior", "pool"
"""To whom a lead can go beside a colleague: to its owner's superior, and back into its pool."""


@dataclass(frozen=True, slots=True)
class GiveLead:
    """The lead goes to the colleague of this account, or to `SUPERIOR` or `POOL`."""

    to: str


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """A lead's owner is to contact the customer `within` so long. Of an application: who has it now has so long from
    when it came to him."""

    within: Length


@dataclass(frozen=True, slots=True)
class CallWebhook:
    """Another system is told, by a signed HTTP request to `url`."""

    url: str


Deed: TypeAlias = OpenTask | Tell | SendSms | PutTag | TakeTag | PutGrade | GiveLead | SetDeadline | CallWebhook


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule by its name. `only_when_changed`: done when the condition becomes true, and again only after it was not;
    of a time since something once for each such moment. Else each time."""

    name: str
    when: When
    deeds: tuple[Deed, ...]
    condition: str = ""
    only_when_changed: bool = True

    @property
    def of_applications(self) -> bool:
        """Is it about applications, and not about leads?"""
        return isinstance(self.when, Trigger) and self.when in OF_APPLICATIONS

    @property
    def is_timed(self) -> bool:
        """Is it looked for by the clock, and not set off by what happens?"""
        return not isinstance(self.when, Trigger)

    @property
    def needs_owner(self) -> bool:
        """Can it do nothing about a lead that nobody has?"""
        return all(isinstance(deed, OpenTask | Tell | SendSms | SetDeadline) for deed in self.deeds)

    @property
    def names(self) -> Names:
        """What its condition may name."""
        return APPLICATION_NAMES if self.of_applications else LEAD_NAMES

    def fits(self, facts: Mapping[str, Fact | None]) -> bool:
        """Does the condition hold? What cannot be decided, because something is not known, does not."""
        return not self.condition or holds(self.condition, self.names, facts) is True

    def fitted(self, facts: Mapping[str, Fact | None], was: Mapping[str, Fact | None]) -> bool:
        """Did the condition hold before something it names changed, as far as that is known (`was`)? Then it became
        true with something else."""
        return bool(names_in(self.condition) & was.keys()) and self.fits({**facts, **was})


@dataclass(frozen=True, slots=True)
class Automation:
    """The company's rules, in their order."""

    rules: tuple[Rule, ...] = ()

    def of(self, name: str) -> Rule | None:
        """The rule of this name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def heard_by(self, trigger: Trigger) -> tuple[Rule, ...]:
        """The rules that this sets off."""
        return tuple(rule for rule in self.rules if rule.when is trigger)

    @property
    def timed(self) -> tuple[Rule, ...]:
        """Those that go by the clock."""
        return tuple(rule for rule in self.rules if rule.is_timed)


@dataclass(frozen=True, slots=True)
class Means:
    """What deeds need to know of the company. `texting`: short messages can be sent. `hosts` may
    be called; what is for others waits in the outbox."""

    loans: LoanRules
    pools: Pools
    texting: bool = False
    hosts: frozenset[str] = frozenset()

    @property
    def tagging(self) -> Tagging:
        """Its tags and grades."""
        return self.loans.tagging

    @property
    def calendar(self) -> WorkingCalendar:
        """The company's working time."""
        return self.loans.calendar


LEAD_NAMES: Names = {
    "product": Kind.TEXT,
    "channel": Kind.TEXT,
    "grade": Kind.TEXT,
    "tags": Kind.TEXTS,
    "amount": Kind.NUMBER,
    "idle_days": Kind.NUMBER,
    "follow_ups": Kind.NUMBER,
    "region": Kind.TEXT,
    "pool": Kind.TEXT,
    "department": Kind.TEXT,
    "rank": Kind.TEXT,
}
"""What conditions may name of a lead: the product's word (房抵), the amount in yuan, for how many whole days its owner
did nothing, how many follow-ups there are, the region's code, the pool's key, its owner's department path and rank."""
APPLICATION_NAMES: Names = {**LEAD_NAMES, "stage": Kind.TEXT, "term": Kind.NUMBER, "won": Kind.YES_NO}
"""Of an application beside those of its lead: product, amount and term are its own, department and rank its officer's;
the stage's name; and at its end, whether it came to a loan."""
