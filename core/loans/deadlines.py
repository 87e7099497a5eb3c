"""When something is due, and when which rung of its ladder comes: pure.

Time stands still while a clock is paused and while whoever has the task is on leave. Both are `Stop`s; what is not
over yet has no end, and with it nothing is due until it ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calendar import Length, WorkingCalendar
from core.loans.flows import ACTS, Deadline, Rung, Step

STALE_DAYS = 3
"""Working days: what should have been done longer ago than this is not done any more."""
_REACHES_OTHERS = (Rung.SUPERIOR, Rung.SMS)
LATE = timedelta(minutes=30)
"""Of working time: what is done later than this is said to be late."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Time that does not count: from `start` up to, but without, `end` (None: it is not known yet)."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class RungAt:
    """The rung `number` (from 0, as the flow has them) of a ladder, and its moment."""

    number: int
    step: Step
    at: datetime


def due(calendar: WorkingCalendar, stops: Iterable[Stop], since: datetime, within: Length) -> datetime | None:
    """The deadline of what begins at `since` and may take `within`; None as long as a stop has no end. Without a stop
    it is `within.after`; each stop puts it off by as much time as it took away."""
    plain = within.after(calendar, since)
    return _forward(calendar, _merged(stops), since, plain, working=within.working)


def spent(calendar: WorkingCalendar, stops: Iterable[Stop], start: datetime, end: datetime) -> timedelta:
    """The working time from one moment to a later one that counts."""
    taken = sum((calendar.between(*_cut(each, start, end)) for each in _merged(stops)), timedelta(0))
    return calendar.between(start, end) - taken


def rungs(calendar: WorkingCalendar, stops: Iterable[Stop], due_at: datetime, deadline: Deadline) -> list[RungAt]:
    """All rungs of the ladder with their moments, the first to come first."""
    merged = _merged(stops)
    found = [
        RungAt(number, step, _moment(calendar, merged, due_at, step)) for number, step in enumerate(deadline.ladder)
    ]
    return sorted(found, key=lambda each: (each.at, each.number))


@dataclass(frozen=True, slots=True)
class Reached:
    """What a ladder has come to: these rungs are to be done, these were overtaken by later ones, these are too long
    ago; `next_at` is when it goes on (None: there is nothing more)."""

    do: tuple[RungAt, ...] = ()
    overtaken: tuple[RungAt, ...] = ()
    stale: tuple[RungAt, ...] = ()
    next_at: datetime | None = None


def reached(
    calendar: WorkingCalendar, ladder: Sequence[RungAt], done: frozenset[int], since: datetime, now: datetime
) -> Reached:
    """Of a ladder's rungs, those that are not `done`: of several that came due at once the last alone is done (with
    those of the same moment), and the last of each kind that reaches others than a reminder does: a short message, the
    superior. But if one of them takes the task away or decides, the first that does, as it would have at its time: what
    only reminds never stands in for it. What would have come before the task itself does not come."""
    left = [each for each in ladder if each.number not in done and each.at > since]
    come = [each for each in left if each.at <= now]
    stale = tuple(each for each in come if calendar.add_days(each.at, STALE_DAYS) < now)
    fresh = [each for each in come if each not in stale]
    acts = next((each for each in fresh if each.step.does in ACTS), None)
    last = acts or (fresh[-1] if fresh else None)
    newest = {each.step.does: each.number for each in fresh if acts is None and each.step.does in _REACHES_OTHERS}
    do = tuple(each for each in fresh if (last and each.at == last.at) or each.number in newest.values())
    overtaken = tuple(each for each in fresh if each not in do)
    return Reached(do, overtaken, stale, next((each.at for each in left if each.at > now), None))


def is_late(calendar: WorkingCalendar, rung: RungAt, now: datetime) -> bool:
    """Is it done so much later than its moment that it has to be said?"""
    return calendar.between(rung.at, now) > LATE


def _moment(calendar: WorkingCalendar, stops: Sequence[Stop], due_at: datetime, step: Step) -> datetime:
    if step.by is None:
        return due_at
    if step.before:
        return _backward(calendar, stops, due_at, step.by)
    plain = step.by.after(calendar, due_at)
    after = _forward(calendar, stops, due_at, plain, working=step.by.working)
    return plain if after is None else after


def _forward(
    calendar: WorkingCalendar, stops: Sequence[Stop], since: datetime, plain: datetime, *, working: bool
) -> datetime | None:
    """Where `plain` comes to lie, reckoned from `since`, when the stops do not count."""
    if not any(each.end is None or (each.end > since and each.start < plain) for each in stops):
        return plain
    left, at = calendar.between(since, plain) if working else plain - since, since
    for each in stops:
        if each.end is not None and each.end <= at:
            continue
        gap = (calendar.between(at, each.start) if working else each.start - at) if each.start > at else timedelta(0)
        if gap >= left:
            break
        if each.end is None:
            return None
        left, at = left - gap, each.end
    # Of working days begun outside working hours `plain` may lie behind the last minute that counts.
    return max(plain, calendar.add(at, left) if working else at + left)


def _backward(calendar: WorkingCalendar, stops: Sequence[Stop], due_at: datetime, by: Length) -> datetime:
    """The latest moment from which `by` is left until `due_at`, when the stops do not count."""
    plain = by.before(calendar, due_at)
    if not any(each.end is not None and each.end > plain and each.start < due_at for each in stops):
        return plain
    left, at = calendar.between(plain, due_at) if by.working else due_at - plain, due_at
    for each in reversed(stops):
        if each.end is None or each.start >= at:
            continue
        gap = (calendar.between(each.end, at) if by.working else at - each.end) if each.end < at else timedelta(0)
        if gap >= left:
            break
        left, at = left - gap, min(at, each.start)
    return min(plain, calendar.back(at, left) if by.working else at - left)


def _merged(stops: Iterable[Stop]) -> list[Stop]:
    """In order, and none over another."""
    merged: list[Stop] = []
    for each in sorted(stops, key=lambda stop: stop.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < each.start):
            merged.append(each)
        elif last.end is not None:
            merged[-1] = Stop(last.start, None if each.end is None else max(last.end, each.end))
    return merged


def _cut(stop: Stop, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """What of a stop lies between two moments; nothing of it is twice the same moment."""
    first = min(max(stop.start, start), end)
    return first, end if stop.end is None else max(first, min(stop.end, end))
