"""The made-up company's past of some fourteen months: who came by which channel, who worked on it, what became of it.
Pure and seeded: the same company at the same moment has the same past. Nothing in it is open but what was lent and is
being paid back, and what came today.

Some officers are diligent and some are not; one came last month, one has done nothing this month, one has left.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Literal

from bot.sandbox.sample import SampleFollowUp, SampleLead, SampleMove, iter_leads
from bot.sandbox.sample_seasons import Seasons, months_before
from bot.sandbox.sample_words import FIRST_CONTACTS, LATER_CONTACTS, RELEASE_REASONS
from core.moments import day_of, midnight
from core.regions import within

MONTHS = 14
NEWCOMER, IDLE, LEAVER = "sunli", "wulei", "gaowa"
GAVE_TO_LEAVER = "mengke"
"""Who gave the leaver her leads; she claimed none."""
_LEFT_BEFORE = 4  # months
_COUNTS = {"lost": 1620, "void": 190, "refused": 58, "dropped": 42, "paid": 247}
_PAID_TODAY, _NEW_TODAY, _CALLS_TODAY = 3, 11, 26
_CHANNELS = {"抖音": 1.0, "转介绍": 0.8, "百度": 0.6, "58同城": 0.5, "企业微信": 0.5, "地推": 0.35, "老客户": 0.35}
_AGAIN = 0.09  # so many come again, by another channel
# How much of the work somebody does, and how soon and how often he calls: from 0 to 1.
_EAGER = {"batu": 1.0, "surina": 0.95, "zhoumin": 0.9, "zhangsan": 0.85, "naren": 0.75, "gerile": 0.7}
_SLOW = {"chenwei": 0.2, "wulei": 0.3, "siqin": 0.35}
_USUAL = 0.55
_VISITS = (
    "回访：用款顺利，按期还",
    "回访：暂时没有别的需要",
    "提醒了还款日，客户说记着",
    "客户问能不能提前还清，讲了怎么算",
)
_HOUR = timedelta(hours=1)
_BEFORE_LEAVING = timedelta(days=45)  # so long before she left she was given the last ones
_CLOSES_AFTER = timedelta(days=24)

End = Literal["paid", "refused", "dropped"]


@dataclass(frozen=True, slots=True)
class PastLoan:
    """An application: begun, handed in (not if it was dropped), and what became of it at `ended_at`. `burden` as in
    `sample_applications.Tale`; `luck`, from 0 to 1: how it is paid back."""

    end: End
    begun_at: datetime
    submitted_at: datetime | None
    ended_at: datetime
    burden: float
    luck: float


@dataclass(frozen=True, slots=True)
class PastLead:
    """A lead, whose `officer` had it when its application began, and whose `heir` has it now (mostly the same)."""

    lead: SampleLead
    loan: PastLoan | None = None
    officer: str = ""
    heir: str = ""


class Past:
    """Makes it up, with the people of a company (`officers`, by user id; `by_region` as in `iter_leads`)."""

    def __init__(
        self,
        seed: int,
        now: datetime,
        officers: Sequence[str],
        by_region: Mapping[str, Sequence[str]],
        is_workday: Callable[[date], bool],
    ) -> None:
        self._seed, self._rng = seed, Random(seed)
        self._officers, self._by_region = officers, by_region
        today = day_of(now)
        self._seasons = Seasons(self._rng, now, months_before(today, MONTHS), is_workday)
        self._month = today.replace(day=1)
        self._newcomer_came = months_before(today, 1)
        self.left_at = midnight(months_before(today, _LEFT_BEFORE) + timedelta(days=17)) + timedelta(hours=18)
        """When the leaver left."""

    def leads(self, beside: int) -> list[PastLead]:
        """All leads, the oldest first; the customers are others than the first `beside` of `iter_leads`."""
        everybody = self._customers(beside)
        unnamed: list[SampleLead] = []  # without an ID number nobody applies
        found = []
        for kind, moment in self._drawn():
            if kind not in _COUNTS or kind in ("lost", "void"):
                person = unnamed.pop(0) if unnamed else next(everybody)
            else:
                person = next(everybody)
                while not person.id_number:
                    unnamed.append(person)
                    person = next(everybody)
            found.append(self._tell(kind, moment, person))
        return sorted(self._called_today(found), key=lambda one: one.lead.created_at)

    def _drawn(self) -> Iterator[tuple[str, datetime]]:
        """What becomes of leads, and when: a loan ends then, any other lead comes then."""
        seasons = self._seasons
        for kind, count in _COUNTS.items():
            of_day = seasons.at_work if kind in ("paid", "refused", "dropped") else seasons.arrival
            yield from ((kind, of_day(day)) for day in seasons.days(count))
        yield from (("paid", moment) for moment in seasons.passed_today(_PAID_TODAY))
        yield from (("new", moment) for moment in seasons.passed_today(_NEW_TODAY))

    def _customers(self, beside: int) -> Iterator[SampleLead]:
        """Without end, more of them by the channels that bring more."""
        everybody = iter_leads(self._seed, 10**6, self._seasons.now, (), history=False)
        for person in islice(everybody, beside, None):
            if self._rng.random() < _CHANNELS.get(person.channel, 0.5):
                yield person

    def _tell(self, kind: str, moment: datetime, person: SampleLead) -> PastLead:
        match kind:
            case "paid" | "refused" | "dropped":
                return self._loan(kind, moment, person)
            case "lost":
                return PastLead(self._lost(moment, person))
            case "void":
                closed = moment + timedelta(days=self._rng.uniform(0.05, 9))
                closed = closed if self._seasons.is_past(closed) else self._seasons.now
                return PastLead(replace(person, created_at=moment, closed_at=max(closed, moment)))
            case _:
                return PastLead(self._new(moment, person))

    def _officer(self, person: SampleLead, moment: datetime) -> str:
        """Whose the lead is: of the customer's region, and working there at that moment; the eager ones more often."""
        team = next((each for code, each in self._by_region.items() if within(person.region_code, code)), ())
        day = day_of(moment)
        there = [each for each in team or self._officers if each != NEWCOMER or day >= self._newcomer_came]
        if day >= self._month:
            there = [each for each in there if each != IDLE] or there
        if moment + _BEFORE_LEAVING < self.left_at and not within(person.region_code, "1502"):
            there.append(LEAVER)
        return str(self._rng.choices(there, [0.3 + _eagerness(each) for each in there])[0])

    def _had_by(self, officer: str, at: datetime) -> SampleMove:
        if officer == LEAVER:
            return SampleMove("assign", officer, at, by=GAVE_TO_LEAVER)
        return SampleMove("claim", officer, at)

    def _lost(self, moment: datetime, person: SampleLead) -> SampleLead:
        """Claimed, called once or some times, and given up."""
        rng, seasons = self._rng, self._seasons
        officer = self._officer(person, moment)
        claimed = seasons.office(moment + self._waits(officer))
        ends = seasons.office(claimed + _CLOSES_AFTER * rng.uniform(0.15, 1.6))
        if not seasons.is_past(claimed):  # so late that nobody has taken it yet
            return replace(person, created_at=moment, closed_at=seasons.now)
        ends = ends if seasons.is_past(ends) else seasons.now
        moves: tuple[SampleMove, ...] = (self._had_by(officer, claimed),)
        follow_ups = self._follow_ups(officer, claimed, ends, rng.choice((1, 1, 2, 2, 3, 4)))
        if officer != LEAVER and rng.random() < 0.12 and follow_ups:
            moves += (SampleMove("release", officer, ends, rng.choice(RELEASE_REASONS)),)
        lost = replace(person, created_at=moment, moves=moves, follow_ups=follow_ups, closed_at=ends)
        return replace(lost, touches=self._touches(lost, ends))

    def _loan(self, end: End, ended: datetime, person: SampleLead) -> PastLead:
        """Its application ended then: handed in some workdays before, and begun after some calls."""
        rng, seasons = self._rng, self._seasons
        submitted = seasons.office(ended - timedelta(days=rng.uniform(3, 11)))
        begun = seasons.office(submitted - timedelta(hours=rng.uniform(2, 40)))
        begun, submitted = min(begun, ended - 5 * _HOUR), min(max(submitted, begun + _HOUR), ended - 3 * _HOUR)
        officer = self._officer(person, begun - timedelta(days=15))
        claimed = begun - timedelta(days=rng.uniform(1, 14))
        created = claimed - self._waits(officer)
        calls = self._follow_ups(officer, claimed, begun, rng.choice((2, 3, 3, 4)))
        after = self._follow_ups(officer, ended + timedelta(days=6), seasons.now, 1) if end == "paid" else ()
        moves: tuple[SampleMove, ...] = (self._had_by(officer, claimed),)
        heir = officer
        if officer == LEAVER and end == "paid":
            heir = self._rng.choice([each for each in self._officers if each not in (NEWCOMER, IDLE)])
            moves += (SampleMove("transfer", heir, self.left_at, by=GAVE_TO_LEAVER),)
        story = replace(person, created_at=created, moves=moves, follow_ups=(*calls, *after))
        story = replace(story, touches=self._touches(story, begun))
        loan = PastLoan(end, begun, None if end == "dropped" else submitted, ended, rng.uniform(0.3, 0.5), rng.random())
        if end != "paid":
            closed = ended + timedelta(days=rng.uniform(0, 3))
            story = replace(story, closed_at=closed if seasons.is_past(closed) else seasons.now)
        return PastLead(story, loan, officer, heir)

    def _new(self, moment: datetime, person: SampleLead) -> SampleLead:
        """It came today; some were taken and called at once."""
        officer = self._officer(person, moment)
        claimed = moment + min(self._waits(officer), (self._seasons.now - moment) * self._rng.uniform(0.2, 0.9))
        if self._rng.random() < 0.4:
            return replace(person, created_at=moment)
        moves = (self._had_by(officer, claimed),)
        first = claimed + (self._seasons.now - claimed) * self._rng.uniform(0.1, 0.9)
        calls = (SampleFollowUp(officer, first, self._rng.choice(FIRST_CONTACTS), None),)
        return replace(person, created_at=moment, moves=moves, follow_ups=calls)

    def _called_today(self, found: Sequence[PastLead]) -> Iterator[PastLead]:
        """Some of those to whom money was lent are called today."""
        today = midnight(self._seasons.today)
        lent = [each for each in found if each.loan and each.loan.end == "paid" and each.loan.ended_at < today]
        lent = [each for each in lent if each.heir != IDLE]
        called = {
            id(each): at for each, at in zip(self._sample(lent), self._seasons.passed_today(_CALLS_TODAY), strict=False)
        }
        for each in found:
            at = called.get(id(each))
            if at is not None and all(call.at < at for call in each.lead.follow_ups):
                call = SampleFollowUp(each.heir, at, self._rng.choice(_VISITS), None)
                yield replace(each, lead=replace(each.lead, follow_ups=(*each.lead.follow_ups, call)))
            else:
                yield each

    def _sample(self, lent: Sequence[PastLead]) -> list[PastLead]:
        return self._rng.sample(list(lent), min(_CALLS_TODAY, len(lent)))

    def _waits(self, officer: str) -> timedelta:
        """How long he lets somebody wait: minutes, or days."""
        slow = 1 - _eagerness(officer)
        return timedelta(minutes=self._rng.expovariate(1 / (6 + 900 * slow**2)) + 1)

    def _follow_ups(self, officer: str, since: datetime, until: datetime, most: int) -> tuple[SampleFollowUp, ...]:
        """His calls between two moments, the first one soon if he is diligent; what is not past did not happen, nor
        what the idle one would have done this month."""
        rng, seasons = self._rng, self._seasons
        count = max(1, round(most * (0.5 + _eagerness(officer))))
        at, calls = since, []
        for number in range(count):
            wait = self._waits(officer) if number == 0 else (until - at) / (count + 1 - number) * rng.uniform(0.6, 1.2)
            at = seasons.office(at + wait)
            if at >= until or not seasons.is_past(at) or (officer == IDLE and day_of(at) >= self._month):
                break
            if officer == LEAVER and at >= self.left_at:
                break
            calls.append(SampleFollowUp(officer, at, rng.choice(LATER_CONTACTS if number else FIRST_CONTACTS), None))
        return tuple(calls)

    def _touches(self, lead: SampleLead, until: datetime) -> tuple[tuple[str, datetime], ...]:
        """Some come again while somebody works on them, by another channel."""
        if self._rng.random() >= _AGAIN:
            return ()
        others = [each for each in _CHANNELS if each != lead.channel]
        at = lead.created_at + (until - lead.created_at) * self._rng.uniform(0.2, 0.9)
        return ((self._rng.choice(others), at),)


def _eagerness(officer: str) -> float:
    return _EAGER.get(officer, _SLOW.get(officer, _USUAL))
