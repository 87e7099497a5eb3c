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
from datetime import datetime, timedelta

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
_NEVER = float("-inf")


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


@dataclass(frozen=True, slots=True)
class _Able:
    """Somebody who can take the lead, with the numbers that are compared. `place` is where he stands in the file."""

    who: Candidate
    place: int
    weight: int
    due: int


def choose(
    rule: Rule, lead: Unassigned, candidates: Iterable[Candidate], now: datetime, *, version: str = ""
) -> Decision:
    """Who of the rule's people gets `lead` at `now`. `version` is the configuration's, for the record.

    Candidates are found by their accounts; who is not of the rule is not looked at, and a person of the rule without a
    candidate is `NotWorkingHere`.

    `Chosen`: with the lead, `Chosen.turns` must be written, in a transaction that lets only one choice of this rule at
    a time read them (for many leads in one go: `after`). `Nobody`: the lead waits; nothing is to be written.
    """
    known = {each.account: each for each in candidates}
    seen = [(member, known.get(member.account)) for member in rule.people]
    ask = _asks_language(rule, lead, seen, now)
    reasons = [next(_reasons(member, who, lead, now, ask), None) for member, who in seen]
    ranked = _ranked(rule, lead, seen, reasons)
    standings = tuple(
        Standing(member.account, who.id if who else None, who.name if who else "", reason or ranked[member.account])
        for (member, who), reason in zip(seen, reasons, strict=True)
    )
    fell_back = lead.language is not None and not ask
    told = (rule.key, rule.name, version, rule.method, lead.id, now, fell_back, standings)
    first = next((each for each in standings if isinstance(each.verdict, Ranked) and each.verdict.rank == 1), None)
    if first is not None and first.person_id is not None:
        return Chosen(*told, first.person_id)
    return Nobody(*told, _earliest(seen, lead, now, ask))


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


def _reasons(
    member: Member, who: Candidate | None, lead: Unassigned, now: datetime, ask_language: bool
) -> Iterator[Reason]:
    """All that stops this person from taking the lead now, in the order in which it is told."""
    if who is None or not who.active:
        yield NotWorkingHere()
        return
    yield from _mismatches(member, lead, ask_language)
    if (until := member.back_at(now)) != now:
        yield OnLeave(until)
    if (next_at := member.on_shift_at(now)) != now:
        yield OffShift(next_at)
    if member.daily is not None and who.assigned_today >= member.daily:
        yield QuotaReached(who.assigned_today, member.daily)
    if member.holding is not None and who.held >= member.holding:
        yield HoldingFull(who.held, member.holding)
    if who.blocked is not None:
        yield Blocked(who.blocked)


def _mismatches(member: Member, lead: Unassigned, ask_language: bool) -> Iterator[Reason]:
    if lead.region and not member.is_for_region(lead.region):
        yield WrongRegion(lead.region)
    if ask_language and lead.language and not member.speaks(lead.language):
        yield WrongLanguage(lead.language)
    if lead.product and not member.works_on(lead.product):
        yield NotSkilled(lead.product)


def _asks_language(rule: Rule, lead: Unassigned, seen: list[tuple[Member, Candidate | None]], now: datetime) -> bool:
    """Must the person speak the lead's language? If the rule waits for one who does; else if somebody does who can take
    the lead now or by himself later: not who is on leave, or stopped by something that no time ends."""
    if lead.language is None:
        return False
    if rule.waits_for_language:
        return True
    stops = (list(_reasons(member, who, lead, now, ask_language=True)) for member, who in seen)
    return any(
        all(_ends(reason, now) is not None and not isinstance(reason, OnLeave) for reason in reasons)
        for reasons in stops
    )


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


def _earliest(
    seen: list[tuple[Member, Candidate | None]], lead: Unassigned, now: datetime, ask_language: bool
) -> datetime | None:
    """The first moment when somebody is there for whom all that stops him has ended by itself."""
    moments = []
    for member, who in seen:
        ends = [_ends(reason, now) for reason in _reasons(member, who, lead, now, ask_language)]
        known = [end for end in ends if end is not None]
        if len(known) == len(ends):
            moments.append(member.there_at(max((now, *known))))
    return min(moments, default=None)


def _ranked(
    rule: Rule, lead: Unassigned, seen: list[tuple[Member, Candidate | None]], reasons: list[Reason | None]
) -> dict[str, Ranked]:
    """Those without a reason, by account, from rank 1 on."""
    flat = rule.method is Method.ROUND_ROBIN
    able = [
        _Able(who, place, 1 if flat else member.weight, who.turn.due)
        for place, ((member, who), reason) in enumerate(zip(seen, reasons, strict=True))
        if who is not None and reason is None
    ]
    if rule.method is not Method.LEAST_LOADED:
        able = _with_shares(able)
    size = len(rule.people)

    def order(one: _Able) -> tuple[float, ...]:
        last = one.who.turn.last_served_at
        waited = last.timestamp() if last else _NEVER
        return (*_claim(rule.method, one), waited, (one.place - lead.id) % size)

    return {
        one.who.account: Ranked(
            rank, one.weight, one.who.turn.served, one.due, one.who.held, one.who.turn.last_served_at
        )
        for rank, one in enumerate(sorted(able, key=order), start=1)
    }


def _with_shares(able: list[_Able]) -> list[_Able]:
    """Each with his share of this lead added to what he is owed."""
    whole = sum(one.weight for one in able)
    return [replace(one, due=one.due + LEAD * one.weight // whole) for one in able]


def _claim(method: Method, one: _Able) -> tuple[float, ...]:
    """The smaller, the sooner: see 2. above. Where nobody is owed anything, all are alike in that."""
    if method is Method.LEAST_LOADED:
        return (one.who.held / one.weight,)
    return (one.due < _ALIKE, ((LEAD - one.due) // one.weight + _ALIKE // 2) // _ALIKE)
