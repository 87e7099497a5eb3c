"""Automatic assignment: which rule, who of its people, why the others not, and when somebody can. Fairness over many
leads is in `test_assignment_fairness.py`."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.calendar import CHINA
from core.leads.assignment import Candidate, after, choose
from core.leads.assignment_outcomes import (
    LEAD,
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
    Turn,
    WrongLanguage,
    WrongRegion,
    pack_decision,
    unpack_decision,
)
from core.leads.assignment_rules import Assignment, Language, Leave, Member, Method, Rule, Span, Unassigned
from core.leads.outcomes import ClaimRefusal, CoolingDown, Frozen, LimitReached, NotYourPool

MONGOLIAN, CHINESE = Language.MONGOLIAN, Language.CHINESE
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = datetime(2026, 10, 6, 10, tzinfo=CHINA)  # a Tuesday
MIDNIGHT = NOW + 14 * HOUR
OFFICE = tuple(Span(day * 1440 + 510, day * 1440 + 1080) for day in range(5))  # Monday to Friday, 08:30 to 18:00
LEAD_1 = Unassigned(1, "hohhot", "150102", "house", "抖音", grade="A")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def rule(*people: Member, method: Method = Method.WEIGHTED, **more: object) -> Rule:
    return Rule("r", "规则", method, people, **more)  # type: ignore[arg-type]


def known(*people: Member, **each: Candidate) -> list[Candidate]:
    """All of them as the database would know them: active, nothing held; `each` by account where it is otherwise."""
    return [each.get(one.account, Candidate(100 + at, one.account, one.account)) for at, one in enumerate(people)]


def decide(one: Member, who: Candidate | None = None, lead: Unassigned = LEAD_1, now: datetime = NOW) -> Decision:
    """What becomes of a lead for which there is one person only."""
    return choose(rule(one), lead, [who or Candidate(7, one.account, "某某")], now)


def reason(decision: Decision) -> Reason:
    assert isinstance(decision, Nobody)
    (standing,) = decision.standings
    assert not isinstance(standing.verdict, Ranked)
    return standing.verdict


def chosen(decision: Decision) -> str:
    """The account of who got it."""
    assert isinstance(decision, Chosen)
    return next(each.account for each in decision.standings if each.person_id == decision.person_id)


@pytest.mark.parametrize(
    ("wants", "fits"),
    [
        ({}, True),
        ({"pools": ("hohhot", "baotou")}, True),
        ({"pools": ("baotou",)}, False),
        ({"regions": ("1502", "1501")}, True),
        ({"regions": ("150103",)}, False),
        ({"products": ("house",)}, True),
        ({"products": ("car",)}, False),
        ({"channels": ("抖 音",)}, True),
        ({"channels": ("快手",)}, False),
        ({"grades": ("A", "B")}, True),
        ({"grades": ("B",)}, False),
        ({"languages": (MONGOLIAN,)}, False),  # what is named must be known
        ({"products": ("house",), "grades": ("B",)}, False),
    ],
)
def test_a_rule_takes_what_fits_all_that_it_names(wants: dict[str, tuple[str, ...]], fits: bool) -> None:
    assert rule(**wants).takes(LEAD_1) is fits
    if wants:
        assert not rule(**wants).takes(Unassigned(2, "", channel=""))


def test_the_first_rule_that_fits_counts() -> None:
    rules = tuple(
        replace(rule(**wants), key=key)
        for key, wants in {
            "off": {"paused": True},
            "car": {"products": ("car",)},
            "city": {"regions": ("1501",)},
            "rest": {},
        }.items()
    )
    for lead, key in ((LEAD_1, "city"), (replace(LEAD_1, product="car"), "car"), (Unassigned(3, "x"), "rest")):
        found = Assignment(rules).rule_for(lead)
        assert found is not None
        assert found.key == key
    assert Assignment(rules[:3]).rule_for(Unassigned(3, "x")) is None
    assert Assignment(rules, paused=True).rule_for(LEAD_1) is None


def test_who_cannot_take_it_has_a_reason() -> None:
    batu, who = Member("batu"), Candidate(7, "batu", "巴图")
    assert reason(choose(rule(batu), LEAD_1, [], NOW)) == NotWorkingHere()
    assert reason(decide(batu, replace(who, active=False))) == NotWorkingHere()
    assert reason(decide(replace(batu, regions=("1502", "150103")))) == WrongRegion("150102")
    assert reason(decide(replace(batu, skills=("car",)))) == NotSkilled("house")
    assert reason(decide(replace(batu, daily=3), replace(who, assigned_today=3))) == QuotaReached(3, 3)
    assert reason(decide(replace(batu, holding=60), replace(who, held=61))) == HoldingFull(61, 60)
    stop = LimitReached(1, "holding", None, 80, 80, None)
    assert reason(decide(batu, replace(who, blocked=stop))) == Blocked(stop)
    able = replace(batu, regions=("15",), skills=("house", "car"), shift=OFFICE, daily=3, holding=60)
    assert chosen(decide(able, replace(who, assigned_today=2, held=59))) == "batu"
    assert chosen(decide(able, lead=Unassigned(9, "hohhot"))) == "batu"  # nothing is known of the lead


def test_of_several_reasons_the_first_is_told() -> None:
    batu = Member("batu", regions=("1502",), leave=(Leave(NOW - DAY, NOW + DAY),), holding=1)
    assert reason(decide(batu, Candidate(7, "batu", "巴图", held=1))) == WrongRegion("150102")
    assert reason(decide(replace(batu, regions=()))) == OnLeave(NOW + DAY)


@pytest.mark.parametrize(
    ("at", "next_at"),
    [
        ("2026-10-06 08:30", ""),
        ("2026-10-06 17:59:59", ""),
        ("2026-10-06 18:00", "2026-10-07 08:30"),
        ("2026-10-06 08:29:59.5", "2026-10-06 08:30"),
        ("2026-10-09 18:00:01", "2026-10-12 08:30"),
        ("2026-10-11 23:59", "2026-10-12 08:30"),
    ],
)
def test_shifts(at: str, next_at: str) -> None:
    """The beginning belongs to it, the end does not; after the last one of the week comes the first of the next."""
    decision = decide(Member("batu", shift=OFFICE), now=moment(at))
    if not next_at:
        assert chosen(decision) == "batu"
    else:
        assert reason(decision) == OffShift(moment(next_at))


def test_a_shift_that_passes_midnight_has_no_gap() -> None:
    night = Member("batu", shift=(Span(1320, 1440), Span(1440, 1800)))  # Monday 22:00 to Tuesday 06:00
    for at, there in (("05 23:59:59", True), ("06 00:00", True), ("06 05:59", True), ("06 06:00", False)):
        assert isinstance(decide(night, now=moment(f"2026-10-{at}")), Chosen) is there


def test_leave() -> None:
    """From its first moment up to its last; one that follows at once is told as one with it."""
    first, second = Leave(NOW, NOW + 4 * HOUR), Leave(NOW + 4 * HOUR, NOW + 3 * DAY)
    batu = Member("batu", leave=(second, first))
    assert chosen(decide(batu, now=NOW - timedelta(seconds=1))) == "batu"
    assert reason(decide(batu)) == OnLeave(NOW + 3 * DAY)
    assert chosen(decide(batu, now=NOW + 3 * DAY)) == "batu"


def test_the_language_of_the_customer() -> None:
    batu, zhang = Member("batu", languages=(MONGOLIAN, CHINESE)), Member("zhang", languages=(CHINESE,))
    lead = replace(LEAD_1, language=MONGOLIAN)
    both = rule(zhang, batu)
    decision = choose(both, lead, known(zhang, batu), NOW)
    assert (chosen(decision), decision.fell_back) == ("batu", False)
    assert decision.standings[0].verdict == WrongLanguage(MONGOLIAN)
    assert not choose(both, LEAD_1, known(zhang, batu), NOW).fell_back
    # He will be there again by himself: the lead waits for him.
    later = choose(rule(zhang, replace(batu, shift=OFFICE)), lead, known(zhang, batu), NOW + 10 * HOUR)
    assert isinstance(later, Nobody)
    assert later.earliest == moment("2026-10-07 08:30")


@pytest.mark.parametrize(
    "batu",
    [
        Member("batu", languages=(CHINESE,)),
        Member("batu", languages=(MONGOLIAN,), leave=(Leave(NOW, NOW + DAY),)),
        Member("batu", languages=(MONGOLIAN,), regions=("1502",)),
        Member("batu", languages=(MONGOLIAN,), holding=1),
        Member("gone", languages=(MONGOLIAN,)),
    ],
)
def test_a_language_that_nobody_can_speak(batu: Member) -> None:
    zhang, lead = Member("zhang", languages=(CHINESE,)), replace(LEAD_1, language=MONGOLIAN)
    people = known(zhang, Member("batu"), batu=Candidate(7, "batu", "巴图", held=1, turn=Turn(9, -LEAD, NOW)))
    decision = choose(rule(zhang, batu), lead, people, NOW)
    assert (chosen(decision), decision.fell_back) == ("zhang", True)
    waits = choose(rule(zhang, batu, waits_for_language=True), lead, people, NOW)
    assert isinstance(waits, Nobody)
    assert not waits.fell_back
    assert waits.standings[0].verdict == WrongLanguage(MONGOLIAN)


DAILY = LimitReached(1, "daily_claims", None, 10, 10, MIDNIGHT)
EARLIEST: list[tuple[Member, ClaimRefusal | None, datetime | None]] = [
    (Member("a", skills=("car",)), None, None),
    (Member("a", holding=1), None, None),
    (Member("a"), LimitReached(1, "holding", None, 80, 80, None), None),
    (Member("a"), NotYourPool(1, "hohhot"), None),
    (Member("a"), DAILY, MIDNIGHT),
    (Member("a"), Frozen(1, "hohhot", 2.0, NOW + HOUR), NOW + HOUR),
    (Member("a", daily=1), CoolingDown(1, "hohhot", NOW, 168.0, NOW + 7 * DAY), NOW + 7 * DAY),
    (Member("a", daily=1), None, MIDNIGHT),
    (Member("a", daily=1, shift=OFFICE), None, MIDNIGHT + 8.5 * HOUR),
    (Member("a", leave=(Leave(NOW, NOW + HOUR),)), None, NOW + HOUR),
    (Member("a", leave=(Leave(NOW, NOW + 9 * HOUR),), shift=OFFICE), None, MIDNIGHT + 8.5 * HOUR),
    # Back on Friday at midnight, away again the whole of that day: Monday morning.
    (
        Member(
            "a", leave=(Leave(NOW, MIDNIGHT + 2 * DAY), Leave(MIDNIGHT + 2.1 * DAY, MIDNIGHT + 3 * DAY)), shift=OFFICE
        ),
        None,
        MIDNIGHT + 5 * DAY + 8.5 * HOUR,
    ),
    (Member("a", daily=1, skills=("car",)), None, None),
]


@pytest.mark.parametrize(("member", "blocked", "earliest"), EARLIEST)
def test_when_somebody_can_take_it(member: Member, blocked: ClaimRefusal | None, earliest: datetime | None) -> None:
    who = Candidate(7, "a", "甲", held=1, assigned_today=1, blocked=blocked)
    decision = decide(member, who)
    assert isinstance(decision, Nobody)
    assert decision.earliest == earliest
    never, late = Member("b", regions=("1502",)), Member("c", leave=(Leave(NOW, NOW + 90 * DAY),))
    several = choose(rule(never, member, late), LEAD_1, [*known(never, member, late, a=who)], NOW)
    assert isinstance(several, Nobody)
    assert several.earliest == (earliest or NOW + 90 * DAY)
    if earliest:  # and it is true
        later = replace(who, assigned_today=0, blocked=None)
        assert isinstance(decide(member, later, now=earliest), Chosen)


def test_least_loaded_by_weight() -> None:
    one, two = Member("one"), Member("two", weight=2)
    held = {"one": 3, "two": 7}
    order = []
    people = [Candidate(at, account, account, held=count) for at, (account, count) in enumerate(held.items())]
    for number in range(6):
        now = NOW + number * HOUR
        decision = choose(rule(one, two, method=Method.LEAST_LOADED), Unassigned(number, "x"), people, now)
        assert isinstance(decision, Chosen)
        order.append(chosen(decision))
        people = after(people, decision)
    # 3 and 3.5 for their weights; 4 and 3.5; 4 and 4, but one has waited longer; 5 and 4; 5 and 4.5; 5 and 5
    assert order == ["one", "two", "one", "two", "two", "one"]
    assert [each.turn.due for each in people] == [0, 0]


def test_a_tie_goes_to_who_has_waited_longest_whatever_his_number_and_place() -> None:
    people = [Member("old"), Member("new"), Member("never")]
    for method in Method:
        times = {"old": NOW - DAY, "new": NOW - 2 * DAY, "never": None}
        ids = {"old": 1, "new": 3, "never": 2}
        for expected in ("never", "new", "old"):
            some = [Candidate(ids[name], name, name, turn=Turn(5, 0, at)) for name, at in times.items()]
            decision = choose(rule(*people, method=method), LEAD_1, some, NOW)
            assert chosen(decision) == expected
            times.pop(expected)


def test_among_those_who_never_got_one_the_first_of_the_file_is_not_always_first() -> None:
    people = [Member(name) for name in "abcde"]
    first = [chosen(choose(rule(*people), Unassigned(number, "x"), known(*people), NOW)) for number in range(1, 11)]
    assert sorted(first) == sorted("abcde" * 2)


def test_the_record_says_everything_and_packs_to_json() -> None:
    zhang, batu, lost = Member("zhang", weight=3), Member("batu", weight=1), Member("lost")
    blocks = (DAILY, NotYourPool(1, "hohhot"), CoolingDown(1, "hohhot", NOW, 1.5, NOW + HOUR))
    stops = [Member(f"stop{number}") for number in range(len(blocks))]
    away = Member("away", leave=(Leave(NOW, NOW + DAY),))
    off, full, there = Member("off", shift=(Span(0, 1),)), Member("full", daily=1), Member("there", regions=("1502",))
    people = [
        zhang,
        batu,
        lost,
        away,
        off,
        full,
        there,
        Member("held", holding=1),
        Member("car", skills=("car",)),
        *stops,
    ]
    candidates = [
        Candidate(at, each.account, "名" + each.account, held=1, assigned_today=1) for at, each in enumerate(people)
    ]
    candidates = [each for each in candidates if each.account != "lost"]
    for number, block in enumerate(blocks):
        candidates = [replace(each, blocked=block) if each.account == f"stop{number}" else each for each in candidates]
    decision = choose(rule(*people), LEAD_1, candidates, NOW, version="f00d")
    assert isinstance(decision, Chosen)
    assert (decision.rule, decision.name, decision.version, decision.lead_id, decision.at) == (
        "r",
        "规则",
        "f00d",
        1,
        NOW,
    )
    first, second, third = decision.standings[:3]
    assert (first.person_id, first.name, first.verdict) == (0, "名zhang", Ranked(1, 3, 0, LEAD * 3 // 4, 1, None))
    assert second.verdict == Ranked(2, 1, 0, LEAD // 4, 1, None)
    assert (third.account, third.person_id, third.name, third.verdict) == ("lost", None, "", NotWorkingHere())
    assert decision.turns == {0: Turn(1, -LEAD // 4, NOW), 1: Turn(0, LEAD // 4, None)}
    nobody = choose(rule(*people[2:]), replace(LEAD_1, language=MONGOLIAN), candidates, NOW)
    assert isinstance(nobody, Nobody)
    speaks = choose(
        rule(Member("batu", languages=(CHINESE,)), waits_for_language=True),
        replace(LEAD_1, language=MONGOLIAN),
        candidates,
        NOW,
    )
    for each in (decision, nobody, speaks):
        assert unpack_decision(json.loads(json.dumps(pack_decision(each), ensure_ascii=False))) == each


def test_a_method_that_nobody_wrote_down_is_no_other_one() -> None:
    people = (Member("a"), Member("b"))
    with pytest.raises(AssertionError, match="lottery"):
        choose(rule(*people, method="lottery"), LEAD_1, known(*people), NOW)  # type: ignore[arg-type]
    got = choose(rule(*people), LEAD_1, known(*people), NOW)
    assert isinstance(got, Chosen)
    with pytest.raises(AssertionError, match="lottery"):
        _ = replace(got, method="lottery").turns  # type: ignore[arg-type]
