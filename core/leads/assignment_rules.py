"""Who gets a lead by itself (自动分配): the rules as plain values made from the company's configuration, and pure
questions to them. Who is chosen stands in `assignment.py`.

Times of a week are minutes from Monday 00:00 in China.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.calendar import CHINA, day_start
from core.leads.pools import plain_word
from core.regions import within

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
MOST_WEIGHT = 100


class Method(StrEnum):
    """By what the person is chosen among those who can take a lead."""

    ROUND_ROBIN = "round_robin"  # 轮流: everybody the same, whatever his weight
    WEIGHTED = "weighted"  # 按比例: in proportion to the weights
    LEAST_LOADED = "least_loaded"  # 最少: who holds the least for his weight


class Language(StrEnum):
    """What a customer wants to speak."""

    MONGOLIAN = "mongolian"
    CHINESE = "chinese"


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A lead that is to be given out, as far as rules look at it. What is not known is None."""

    id: int
    pool: str
    region: str | None = None
    product: str | None = None
    channel: str = ""
    language: Language | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of every week, from minute `start` up to, but without, minute `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Leave:
    """One absence, from `start` up to, but without, `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a rule, by his account (see `Actor`).

    `languages`, `skills` (product keys) and `regions` (prefixes of region codes) say what he can take; none is
    everything. `shift` is when he works; none is always. So many leads a day as `daily` says may be assigned to him, by
    all rules together, and as long as he holds fewer than `holding`; None is no limit of his own.
    """

    account: str
    weight: int = 1
    languages: tuple[Language, ...] = ()
    skills: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    shift: tuple[Span, ...] = ()
    leave: tuple[Leave, ...] = ()
    daily: int | None = None
    holding: int | None = None

    def is_for_region(self, region: str | None) -> bool:
        """True if he takes leads of this region; where the region or his are not given, he does."""
        return not region or not self.regions or any(within(region, prefix) for prefix in self.regions)

    def speaks(self, language: Language | None) -> bool:
        """True if he speaks it; likewise."""
        return language is None or not self.languages or language in self.languages

    def works_on(self, product: str | None) -> bool:
        """True if he works this product; likewise."""
        return product is None or not self.skills or product in self.skills

    def back_at(self, now: datetime) -> datetime:
        """When his leave ends, absences that follow on at once included; `now` if he is not on leave."""
        moment = now
        while ends := [leave.end for leave in self.leave if leave.start <= moment < leave.end]:
            moment = max(ends)
        return moment

    def on_shift_at(self, now: datetime) -> datetime:
        """The first moment from `now` on when his shift says that he works: `now`, or the next beginning."""
        if not self.shift:
            return now
        local = now.astimezone(CHINA)
        minute = local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute
        if any(span.start <= minute < span.end for span in self.shift):
            return now
        wait = min((span.start - minute) % WEEK_MINUTES for span in self.shift)
        # From the day's beginning, so that no second of `now` is carried along. China has no summer time.
        return day_start(now) + timedelta(minutes=minute % DAY_MINUTES + wait)

    def there_at(self, now: datetime) -> datetime:
        """The first moment from `now` on when he is neither on leave nor off shift."""
        moment = now
        while (later := self.on_shift_at(self.back_at(moment))) != moment:
            moment = later
        return moment


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: which leads it gives out, to whom, and how it chooses.

    It takes a lead that fits everything it names: `pools` by key, `regions` as prefixes of codes, `products`,
    `channels` (case, width and spaces do not matter), `languages`, `grades`. What it does not name is free; what it
    names must be known of the lead. `people` stand in the order of the file. `waits_for_language`: a lead whose
    language none of them can speak waits, instead of going to any of them. A `paused` rule is as if it were not there.
    """

    key: str
    name: str
    method: Method
    people: tuple[Member, ...]
    pools: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    grades: tuple[str, ...] = ()
    waits_for_language: bool = False
    paused: bool = False

    def takes(self, lead: Unassigned) -> bool:
        """True if the lead fits this rule."""
        return (
            _names(self.pools, lead.pool)
            and _names(self.products, lead.product)
            and _names(self.languages, lead.language)
            and _names(self.grades, lead.grade)
            and (not self.channels or plain_word(lead.channel) in map(plain_word, self.channels))
            and (not self.regions or any(lead.region and within(lead.region, prefix) for prefix in self.regions))
        )

    def covers(self, other: "Rule") -> bool:
        """True if it takes all that `other` takes, which then never gets a lead when it stands below."""
        return (
            _holds(self.pools, other.pools)
            and _holds(self.products, other.products)
            and _holds(self.languages, other.languages)
            and _holds(self.grades, other.grades)
            and _holds(tuple(map(plain_word, self.channels)), tuple(map(plain_word, other.channels)))
            and (not self.regions or (bool(other.regions) and all(map(self._has_region, other.regions))))
        )

    def _has_region(self, code: str) -> bool:
        return any(within(code, prefix) for prefix in self.regions)


@dataclass(frozen=True, slots=True)
class Assignment:
    """All rules of the company in their order. `paused`: nothing is given out by itself. `others_leave`: when who of
    those whom no rule names (an approver) is away, by account."""

    rules: tuple[Rule, ...] = ()
    paused: bool = False
    others_leave: tuple[tuple[str, tuple[Leave, ...]], ...] = ()

    @property
    def leave(self) -> dict[str, tuple[Leave, ...]]:
        """Everybody's absences, by account."""
        named = {member.account: member.leave for rule in self.rules for member in rule.people if member.leave}
        return named | dict(self.others_leave)

    def away(self, now: datetime) -> set[str]:
        """Who is on leave now, by account."""
        return {who for who, absences in self.leave.items() if any(each.start <= now < each.end for each in absences)}

    def rule_for(self, lead: Unassigned) -> Rule | None:
        """The first rule that takes the lead, or None if it is left where it is."""
        rules = () if self.paused else self.rules
        return next((rule for rule in rules if not rule.paused and rule.takes(lead)), None)


def _names(wanted: tuple[str, ...], value: str | None) -> bool:
    return not wanted or value in wanted


def _holds(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))
