"""Automatic assignment (自动分配): which of a rule's people gets a lead. Pure: time and counts are passed in.

How it chooses:

1. Everybody who cannot take the lead is left out, with the reason (`Reason`, in its order).
2. 轮流 and 按比例: a lead is one share, divided among those who could take it by their weights (by heads for 轮流) and
   added to what each is owed (`Turn.due`). It goes to one who is owed something, and of these to the one whose next
   lead is due first: with nobody absent that is the smallest (served + 1) / weight. He is then owed a lead less.
   Without "who is owed something" the heavy ones run ahead: with weights of 100 and 29 times 1, the first 99 leads go
   to one person. With it everybody stays within one lead of his share at every moment while the same people can take
   the leads (Balinski and Young's quota method; as scheduling, earliest deadline first among what is released).
   最少: the smallest held / weight.
3. Ties: who has waited longest since his last lead, who never got one first. Among those, the order of the rule's
   file, beginning at another place for each lead. Never ids, ages, or the order of the candidates.

Who is absent, or cannot take a lead, has no share in it, and what he was owed stands still. So who joins (at 0) or
comes back begins where he left off, at most a lead or so before or behind the others: nobody is filled up with what he
missed, and nobody waits because he worked when others did not. 最少 looks at what people hold, not at what they got:
there, who holds less than the others gets the next ones until he does not. A daily quota is the brake for that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, assert_never

from core.calendar import day_start
from core.leads.assignment_outcomes import (
    LEAD,
    NEW,
    Blocked,
    Chosen,
    Decision,
    HoldingFull,
    Nobody,
    NotSkilled,
    NotWorkingHere,
    OffShift,
    OnLeave,
    QuotaReached,
    Ranked,
    Reason,
    Standing,
    Turn,
    WrongLanguage,
    WrongRegion,
)
from core.leads.assignment_rules import Member, Method, Rule, Unassigned
from core.leads.outcomes import ClaimRefusal, CoolingDown, Frozen, LimitReached

_ALIKE = LEAD // 10**6  # what differs by less is the same, told apart only by rounding
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the database knows of a person: whether he is active, how many leads he holds and was assigned since
    midnight (by all rules), his turn in this rule, and the refusal that the pool's and the company's limits would give
    him (`blocked`), None if none."""

    id: int
    account: str
    name: str
    active: bool = True
    held: int = 0
    assigned_today: int = 0
    turn: Turn = NEW
    blocked: ClaimRefusal | None = None


_Seen: TypeAlias = list[tuple[Member, Candidate | None]]


def choose(
    rule: Rule, lead: Unassigned, candidates: Iterable[Candidate], now: datetime, *, version: str = ""
) -> Decision:
    """Who of the rule's people gets `lead` at `now`: for many leads at once, make a `Chooser`."""
    return Chooser(rule, now, version).choose(lead, candidates)


class Chooser:
    """One rule at one moment. What of its people does not change from one lead to the next that is alike is looked at
    once. `version` is the configuration's, for the record."""

    def __init__(self, rule: Rule, now: datetime, version: str = "") -> None:
        self._rule, self._now, self._version = rule, now, version
        self._stops: dict[tuple[object, ...], list[tuple[Reason, ...]]] = {}

    def choose(self, lead: Unassigned, candidates: Iterable[Candidate]) -> Decision:
        """Who of the rule's people gets `lead`.

        Candidates are found by their accounts; who is not of the rule is not looked at, and a person of the rule
        without a candidate is `NotWorkingHere`.

        `Chosen`: with the lead, `Chosen.turns` must be written, in a transaction that lets only one choice of this rule
        at a time read them (for many leads in one go: `after`). `Nobody`: the lead waits; nothing is to be written.
        """
        rule, now = self._rule, self._now
        known = {each.account: each for each in candidates}
        seen = [(member, known.get(member.account)) for member in rule.people]
        ask = self._asks_language(lead, seen)
        reasons = [
            _first_reason(member, who, stops)
            for (member, who), stops in zip(seen, self._stops_of(lead, ask=ask), strict=True)
        ]
        ranked = _ranked(rule, lead, seen, reasons)
        standings = tuple(
            Standing(member.account, who.id if who else None, who.name if who else "", reason or ranked[place])
            for place, ((member, who), reason) in enumerate(zip(seen, reasons, strict=True))
        )
        fell_back = lead.language is not None and not ask
        told = (rule.key, rule.name, self._version, rule.method, lead.id, now, fell_back, standings)
        first = next((place for place, one in ranked.items() if one.rank == 1), None)
        person_id = standings[first].person_id if first is not None else None
        return Chosen(*told, person_id) if person_id is not None else Nobody(*told, self._earliest(lead, seen, ask=ask))

    def _stops_of(self, lead: Unassigned, *, ask: bool) -> list[tuple[Reason, ...]]:
        """For each of the people what stops him from taking a lead like this now, whatever he holds."""
        alike = (lead.region, lead.product, lead.language, ask)
        if alike not in self._stops:
            self._stops[alike] = [tuple(_stops(member, lead, self._now, ask)) for member in self._rule.people]
        return self._stops[alike]

    def _asks_language(self, lead: Unassigned, seen: _Seen) -> bool:
        """Must the person speak the lead's language? If the rule waits for one who does; else if somebody does who can
        take the lead now or by himself later: not who is on leave, or stopped by something that no time ends."""
        if lead.language is None or self._rule.waits_for_language:
            return lead.language is not None
        return any(
            all(_ends(reason, self._now) is not None and not isinstance(reason, OnLeave) for reason in reasons)
            for reasons in self._all_reasons(lead, seen, ask=True)
        )

    def _earliest(self, lead: Unassigned, seen: _Seen, *, ask: bool) -> datetime | None:
        """The first moment when somebody is there for whom all that stops him has ended by itself."""
        moments = []
        for (member, _), reasons in zip(seen, self._all_reasons(lead, seen, ask=ask), strict=True):
            known = [end for reason in reasons if (end := _ends(reason, self._now)) is not None]
            if len(known) == len(reasons):
                moments.append(member.there_at(max((self._now, *known))))
        return min(moments, default=None)

    def _all_reasons(self, lead: Unassigned, seen: _Seen, *, ask: bool) -> Iterator[list[Reason]]:
        """For each of the people all that stops him, in the order in which it is told."""
        for (member, who), stops in zip(seen, self._stops_of(lead, ask=ask), strict=True):
            absent = who is None or not who.active
            yield [NotWorkingHere()] if absent or who is None else [*stops, *_counted(member, who)]


def after(candidates: Iterable[Candidate], chosen: Chosen) -> list[Candidate]:
    """The candidates as they stand for the rule's next lead, in the same transaction: turns and counts brought on. What
    is in `blocked` is not: who gives it computes it anew."""
    turns = chosen.turns
    return [
        replace(
            each,
            turn=turns.get(each.id, each.turn),
            held=each.held + (each.id == chosen.person_id),
            assigned_today=each.assigned_today + (each.id == chosen.person_id),
        )
        for each in candidates
    ]


def _first_reason(member: Member, who: Candidate | None, stops: tuple[Reason, ...]) -> Reason | None:
    if who is None or not who.active:
        return NotWorkingHere()
    return stops[0] if stops else next(_counted(member, who), None)


def _stops(member: Member, lead: Unassigned, now: datetime, ask_language: bool) -> Iterator[Reason]:
    """What stops this person whatever is counted of him, in the order in which it is told."""
    if lead.region and not member.is_for_region(lead.region):
        yield WrongRegion(lead.region)
    if ask_language and lead.language and not member.speaks(lead.language):
        yield WrongLanguage(lead.language)
    if lead.product and not member.works_on(lead.product):
        yield NotSkilled(lead.product)
    if (until := member.back_at(now)) != now:
        yield OnLeave(until)
    if (next_at := member.on_shift_at(now)) != now:
        yield OffShift(next_at)


def _counted(member: Member, who: Candidate) -> Iterator[Reason]:
    """What stops him by what he holds and got; told behind the others."""
    if member.daily is not None and who.assigned_today >= member.daily:
        yield QuotaReached(who.assigned_today, member.daily)
    if member.holding is not None and who.held >= member.holding:
        yield HoldingFull(who.held, member.holding)
    if who.blocked is not None:
        yield Blocked(who.blocked)


def _ends(reason: Reason, now: datetime) -> datetime | None:
    """When the reason ends by itself; None if that is not known."""
    match reason:
        case OnLeave(until=moment) | OffShift(next_at=moment):
            return moment
        case QuotaReached():
            return day_start(now) + timedelta(days=1)
        case Blocked(
            reason=LimitReached(frees_at=frees_at) | CoolingDown(frees_at=frees_at) | Frozen(frees_at=frees_at)
        ):
            return frees_at
    return None


def _ranked(rule: Rule, lead: Unassigned, seen: _Seen, reasons: list[Reason | None]) -> dict[int, Ranked]:
    """Those without a reason, by their places in the file, from rank 1 on."""
    size = len(rule.people)
    able = [
        (place, _weight(rule.method, member), who)
        for place, ((member, who), reason) in enumerate(zip(seen, reasons, strict=True))
        if who is not None and reason is None
    ]
    whole = sum(weight for _, weight, _ in able)
    order: list[tuple[Any, ...]] = []
    for place, weight, who in able:
        turn = who.turn
        due, claim = _owed(rule.method, who, weight, whole)
        order.append((claim, turn.last_served_at or _NEVER, (place - lead.id) % size, place, weight, due, who))
    order.sort(key=lambda one: one[:-3])  # up to the place, which no two share
    return {
        place: Ranked(rank, weight, who.turn.served, due, who.held, who.turn.last_served_at)
        for rank, (*_, place, weight, due, who) in enumerate(order, start=1)
    }


def _weight(method: Method, member: Member) -> int:
    match method:
        case Method.ROUND_ROBIN:
            return 1
        case Method.WEIGHTED | Method.LEAST_LOADED:
            return member.weight
        case _:
            assert_never(method)


def _owed(method: Method, who: Candidate, weight: int, whole: int) -> tuple[int, tuple[float, ...]]:
    """What he is owed with his share of this lead, and his claim to it: the smaller, the sooner."""
    match method:
        case Method.LEAST_LOADED:
            return who.turn.due, (who.held / weight,)
        case Method.ROUND_ROBIN | Method.WEIGHTED:
            due = who.turn.due + LEAD * weight // whole
            return due, _claim(due, weight)
        case _:
            assert_never(method)


def _claim(due: int, weight: int) -> tuple[bool, int]:
    """The smaller, the sooner: see 2. above. Where nobody is owed anything, all are alike in that."""
    return due < _ALIKE, ((LEAD - due) // weight + _ALIKE // 2) // _ALIKE
