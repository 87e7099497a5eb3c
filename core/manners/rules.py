"""When a reminder may come: quiet hours, what a person has switched off, how many at once. Pure: the time of now is
passed in, and all that the company and the person want of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.calendar import CHINA, WorkingCalendar
from core.manners.kinds import OF_ITS_OWN, PRESSING, ReminderKind
from core.moments import day_of, in_utc, midnight

_DAY_MINUTES = 24 * 60
_LONGEST_QUIET = 400  # steps: no company is closed for longer (`config/calendarfile.py`)
_STRIDE = 7919  # a prime: neighbours in the list of people come far apart
SPARED = timedelta(hours=2)  # so far apart, from midnight, come reminders that need not come at once, where spared
CHANGED = timedelta(minutes=10)  # and so far changes of cards for which nobody waits
_LATE_NIGHT = timedelta(hours=5)  # who says 明早 at one in the night means the morning before him


@dataclass(frozen=True, slots=True)
class DailySpan:
    """A part of each day in China, in minutes from its midnight; where it ends before it begins, it goes over
    midnight. It holds its first minute and not its last."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In minutes; from one time to the same it is the whole day."""
        return (self.end - self.start) % _DAY_MINUTES or _DAY_MINUTES

    def holds(self, minute: int) -> bool:
        """Does it hold this minute of the day?"""
        return (minute - self.start) % _DAY_MINUTES < self.length

    def covers(self, other: "DailySpan") -> bool:
        """Does it hold all of the other one?"""
        whole_day = self.length == _DAY_MINUTES
        return whole_day or (other.start - self.start) % _DAY_MINUTES + other.length <= self.length

    def end_after(self, moment: datetime) -> datetime:
        """When it ends that holds this moment, in UTC."""
        there = moment.astimezone(CHINA)
        begun = (there.hour * 60 + there.minute - self.start) % _DAY_MINUTES
        whole = there.replace(second=0, microsecond=0)
        return in_utc(whole + timedelta(minutes=self.length - begun))


@dataclass(frozen=True, slots=True)
class Burst:
    """More than `most` reminders within `minutes` come as one."""

    most: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Manners:
    """What the company wants. `widest`: how far a person may widen its quiet hours for himself; None: not at all.
    `spread_minutes`: over so many what has waited for their end is spread. `urgent` comes at any time, `fixed` may not
    be switched off."""

    quiet: DailySpan | None = None
    days_off: bool = False
    widest: DailySpan | None = None
    spread_minutes: int = 0
    burst: Burst | None = None
    urgent: frozenset[ReminderKind] = frozenset()
    fixed: frozenset[ReminderKind] = frozenset()

    def may_be_off(self, kind: ReminderKind) -> bool:
        """May a person switch it off?"""
        return kind not in self.fixed and kind not in OF_ITS_OWN


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants for himself. `quiet`: wider hours than the company's; None: the company's. `days_off`: quiet
    on days off too. `digest`: several that waited come as one card."""

    quiet: DailySpan | None = None
    days_off: bool = False
    digest: bool = True
    off: frozenset[ReminderKind] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Go:
    """It may come now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It waits until then; `why` in one word, for logs and rows: `quiet`, `burst`, `calls`, or `card` (behind its card,
    which waits)."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Off:
    """He does not want this kind."""


Verdict = Go | Wait | Off


def quiet_of(manners: Manners, wishes: Wishes) -> DailySpan | None:
    """The quiet hours of this person: his own as long as the company's bounds allow them, else the company's."""
    return wishes.quiet if wishes.quiet is not None and may_have(manners, wishes.quiet) else manners.quiet


def may_have(manners: Manners, span: DailySpan) -> bool:
    """May a person have these quiet hours? They hold the company's, and go no further than it lets them."""
    wider = manners.quiet is None or span.covers(manners.quiet)
    return manners.widest is not None and manners.widest.covers(span) and wider


def quiet_until(manners: Manners, wishes: Wishes, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    """When the quiet hours end in which this moment falls, in UTC; None if it falls into none. Days off end when work
    begins on the workday after them, not at its midnight."""
    span, days_off = quiet_of(manners, wishes), manners.days_off or wishes.days_off
    at = in_utc(now)
    for _ in range(_LONGEST_QUIET):
        if days_off and not calendar.is_workday(day_of(at)):
            at = _opening(calendar, calendar.next_workday(day_of(at)))
        elif span is not None and span.holds(_minute(at)):
            at = span.end_after(at)
        else:
            break
    return at if at > now else None


def verdict(
    kind: ReminderKind,
    manners: Manners,
    wishes: Wishes,
    calendar: WorkingCalendar,
    now: datetime,
    lately: Sequence[datetime],
    person_id: int = 0,
) -> Verdict:
    """May a reminder of this kind come now? `lately`: when the last ones came, the newest first."""
    if kind in wishes.off and manners.may_be_off(kind):
        return Off()
    if kind in manners.urgent or kind is ReminderKind.SNOOZED:
        return Go()
    ends = quiet_until(manners, wishes, calendar, now)
    if ends is not None:
        return Wait(ends + turn_in(manners.spread_minutes, person_id), "quiet")
    burst = manners.burst
    if burst is None or not wishes.digest or kind is ReminderKind.DIGEST:
        return Go()
    within = [at for at in lately if at > now - timedelta(minutes=burst.minutes)]
    if len(within) < burst.most:
        return Go()
    return Wait(within[burst.most - 1] + timedelta(minutes=burst.minutes), "burst")


def sparing(
    kind: ReminderKind, manners: Manners, wishes: Wishes, now: datetime, *, waited: bool, person_id: int = 0
) -> Verdict:
    """May a reminder come now that may come by `verdict`, though the platform's calls of this month run short? What
    need not come at once waits for the next even hour, to be one card with what else comes until then. It waits only
    once (`waited`: it has, for whatever reason); and not for who wants each by itself: that would spare nothing."""
    at_once = kind in manners.urgent or kind in PRESSING or kind in OF_ITS_OWN
    if waited or at_once or not wishes.digest:
        return Go()
    return Wait(_round(now, SPARED) + turn_in(manners.spread_minutes, person_id), "calls")


def sparing_change(now: datetime, *, waited: bool) -> Verdict:
    """The same of a change of a card for which nobody waits: of all that come until then the last is made."""
    return Go() if waited else Wait(_round(now, CHANGED), "calls")


def _round(now: datetime, span: timedelta) -> datetime:
    """The end of the span of this moment: spans begin at midnight in China."""
    begun = midnight(day_of(now))
    return begun + ((in_utc(now) - begun) // span + 1) * span


def turn_in(minutes: int, person_id: int) -> timedelta:
    """When within so many minutes it is this person's turn: the same each time, and each at another moment."""
    spread = minutes * 60
    return timedelta(seconds=person_id * _STRIDE % spread if spread else 0)


def tomorrow_morning(calendar: WorkingCalendar, now: datetime) -> datetime:
    """明早: when work begins on the next workday, in UTC. Before five in the night it is the morning that comes."""
    return _opening(calendar, calendar.next_workday(day_of(now - _LATE_NIGHT)))


def _opening(calendar: WorkingCalendar, workday: date) -> datetime:
    """When work begins on it, in UTC."""
    return midnight(workday) + timedelta(minutes=calendar.hours(workday)[0].start)


def _minute(moment: datetime) -> int:
    there = moment.astimezone(CHINA)
    return there.hour * 60 + there.minute
