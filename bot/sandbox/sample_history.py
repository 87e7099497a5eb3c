"""The made-up past of one lead: when it came in, who had it, and what they wrote.

All moments lie in office hours and before now. They are drawn as "so many office seconds ago": larger is earlier, so
that order needs no repair afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from bot.sandbox.sample_words import (
    FIRST_CONTACTS,
    LATER_CONTACTS,
    RECYCLE_REASONS,
    RELEASE_REASONS,
    TRANSFER_REASONS,
)

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_OPEN, _CLOSE = timedelta(hours=1), timedelta(hours=11)  # 09:00 to 19:00 in Shanghai, counted from midnight UTC
_HOUR = 3600
_DAY = 10 * _HOUR  # office seconds in a day
_LATEST = 60  # the youngest event is a minute old

_PLOTS = ("waiting", "released", "recycled", "owned", "transferred", "second hand")
_WEIGHTS = (42, 6, 4, 38, 6, 4)


@dataclass(frozen=True, slots=True)
class SampleMove:
    """One change of owner. `person` is who has the lead from then on (claim, assign, transfer) or who gave it up
    (release); a recycle is done by the system and names nobody. `by`: who did it, where that is somebody else."""

    how: Literal["claim", "assign", "release", "transfer", "recycle"]
    person: str | None
    at: datetime
    reason: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True)
class SampleFollowUp:
    """One contact logged by `person`, who owned the lead at that moment."""

    person: str
    at: datetime
    content: str
    next_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """When a lead came in and all that happened to it since, in order."""

    created_at: datetime
    moves: tuple[SampleMove, ...] = ()
    follow_ups: tuple[SampleFollowUp, ...] = ()


class OfficeClock:
    """Looks back from `now` (aware) through office hours only. Every day is an office day; no summer time in China."""

    def __init__(self, now: datetime) -> None:
        now = now.astimezone(UTC).replace(microsecond=0)
        midnight = datetime.combine(now, time(), UTC)
        if now < midnight + _OPEN:
            midnight -= timedelta(days=1)
        self._close = midnight + _CLOSE
        self._anchor = min(now, self._close)
        self._today = int((self._anchor - midnight - _OPEN).total_seconds())

    def ago(self, seconds: int) -> datetime:
        """The moment (UTC) from which `seconds` office seconds have passed; a larger number is always earlier."""
        if seconds < self._today:
            return self._anchor - timedelta(seconds=seconds)
        days, rest = divmod(seconds - self._today, _DAY)
        return self._close - timedelta(days=days + 1, seconds=rest)


class Storyteller:
    """Makes up histories with the numbers of `rng`."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self._rng = rng
        self._now = now.astimezone(UTC)
        self._clock = OfficeClock(now)

    def waiting(self) -> History:
        """A lead that nobody has touched: some hours to some days in the pool."""
        return History(self._clock.ago(int(_HOUR + self._rng.random() ** 2 * 9 * _DAY)))

    def tell(self, officers: Sequence[str]) -> History:
        """A history of any kind, played by `officers` (at least one; those told of are different people)."""
        plot = self._rng.choices(_PLOTS, _WEIGHTS)[0]
        if plot == "waiting":
            return self.waiting()
        first, *others = self._rng.sample(officers, min(2, len(officers)))
        if plot in ("released", "recycled"):
            return self._given_back(first, plot)
        if plot == "owned" or not others:
            return self._owned(first)
        return self._two_owners(first, others[0], plot)

    def _given_back(self, person: str, plot: str) -> History:
        """Claimed, worked on or not, and back in the pool for some hours to some days."""
        age = self._rng.randrange(8 * _DAY, 30 * _DAY)
        end = self._rng.randrange(_HOUR, min(4 * _DAY, age // 4))
        claimed = self._shortly_after(age)
        # A recycled lead lay untouched for three days first.
        last = age // 4 + 3 * _DAY
        follow_ups = self._follow_ups(person, self._between(last, claimed, self._rng.randrange(4)), opening=True)
        if plot == "released":
            back = self._move("release", person, end, RELEASE_REASONS)
        else:
            back = self._move("recycle", None, end, RECYCLE_REASONS)
        return History(self._clock.ago(age), (self._claim(person, claimed), back), tuple(follow_ups))

    def _owned(self, person: str) -> History:
        """Claimed and still with the first owner."""
        count = self._rng.randrange(7)
        age = self._rng.randrange(2 * _DAY, 25 * _DAY) if count else self._rng.randrange(_HOUR, 2 * _DAY)
        claimed = self._shortly_after(age)
        follow_ups = self._recent_follow_ups(person, claimed, count, opening=True)
        return History(self._clock.ago(age), (self._claim(person, claimed),), tuple(follow_ups))

    def _two_owners(self, first: str, second: str, plot: str) -> History:
        """Worked on by one, then by another: handed over, or claimed anew after a release."""
        age = self._rng.randrange(6 * _DAY, 30 * _DAY)
        claimed, middle, again = self._shortly_after(age), age // 2, age // 3
        before = self._follow_ups(first, self._between(middle + 1, claimed, self._rng.randrange(1, 4)), opening=True)
        if plot == "transferred":
            moves = [self._move("transfer", second, middle, TRANSFER_REASONS)]
        else:
            moves = [self._move("release", first, middle, RELEASE_REASONS), self._claim(second, again)]
        since = middle if plot == "transferred" else again
        after = self._recent_follow_ups(second, since, self._rng.randrange(4), opening=plot != "transferred")
        return History(self._clock.ago(age), (self._claim(first, claimed), *moves), tuple(before) + tuple(after))

    def _shortly_after(self, age: int) -> int:
        return int(age * self._rng.uniform(0.9, 0.999))

    def _between(self, youngest: int, oldest: int, count: int) -> list[int]:
        """`count` different moments, the oldest first, younger than `oldest`."""
        return sorted(self._rng.sample(range(youngest, oldest), count), reverse=True)

    def _claim(self, person: str, ago: int) -> SampleMove:
        return SampleMove("claim", person, self._clock.ago(ago), "")

    def _move(
        self, how: Literal["release", "transfer", "recycle"], person: str | None, ago: int, reasons: Sequence[str]
    ) -> SampleMove:
        return SampleMove(how, person, self._clock.ago(ago), self._rng.choice(reasons))

    def _recent_follow_ups(self, person: str, since: int, count: int, opening: bool) -> list[SampleFollowUp]:
        """The present owner's follow-ups: the last one mostly within some days, with what is to come next."""
        if not count:
            return []
        last = min(since // 2, _LATEST + int(self._rng.expovariate(1 / (2 * _DAY))))
        moments = [*self._between(last + 1, since, count - 1), last]
        follow_ups = self._follow_ups(person, moments, opening)
        follow_ups[-1] = self._with_next(follow_ups[-1], self._coming_contact(follow_ups[-1].at))
        return follow_ups

    def _follow_ups(self, person: str, moments: Sequence[int], opening: bool) -> list[SampleFollowUp]:
        """One follow-up a moment (oldest first). Most agreed on the next one, and it came about as agreed."""
        texts = self._rng.sample(LATER_CONTACTS, len(moments))
        if opening and texts:
            texts[0] = self._rng.choice(FIRST_CONTACTS)
        times = [self._clock.ago(moment) for moment in moments]
        follow_ups = [SampleFollowUp(person, at, text, None) for at, text in zip(times, texts, strict=True)]
        for index, following in enumerate(times[1:]):
            agreed = _half_hour(following)
            if agreed > times[index] and self._rng.random() < 0.7:
                follow_ups[index] = self._with_next(follow_ups[index], agreed)
        return follow_ups

    def _with_next(self, follow_up: SampleFollowUp, at: datetime | None) -> SampleFollowUp:
        if at is None or self._rng.random() < 0.5:
            return replace(follow_up, next_contact_at=at)
        local = at.astimezone(_SHANGHAI)
        clock = f"{local.hour}点{'半' if local.minute else ''}"
        content = f"{follow_up.content}，约{local.month}月{local.day}日{clock}再联系"
        return replace(follow_up, content=content, next_contact_at=at)

    def _coming_contact(self, last: datetime) -> datetime | None:
        """Due today, overdue, in the coming days, or nothing agreed; always after `last`."""
        roll = self._rng.random()
        if roll < 0.12:
            return None
        if roll < 0.45:
            overdue = self._missed(last)
            if overdue is not None:
                return overdue
        elif roll < 0.7:
            today = self._slot(0)
            if today > last:
                return today
        return self._slot(self._rng.randrange(1, 10))

    def _missed(self, last: datetime) -> datetime | None:
        """An agreed contact between `last` and now that did not come about, at a time of day when people call."""
        local = (last + (self._now - last) * self._rng.random()).astimezone(_SHANGHAI)
        if local.hour < 9:
            local = (local - timedelta(days=1)).replace(hour=17)
        at = _half_hour(local.replace(hour=min(local.hour, 17))).astimezone(UTC)
        return at if at > last else None

    def _slot(self, days: int) -> datetime:
        """A full or half hour between 09:00 and 17:30 in Shanghai, `days` after today."""
        slot = time(9 + self._rng.randrange(9), self._rng.choice((0, 30)), tzinfo=_SHANGHAI)
        today = self._now.astimezone(_SHANGHAI).date()
        return datetime.combine(today + timedelta(days=days), slot).astimezone(UTC)


def _half_hour(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
