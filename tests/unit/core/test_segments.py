"""Segments: what the database finds is what one finds by looking at each lead; and who finds whose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firm import Firm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.clock import Clock
from sqlalchemy import insert, select, update

from core.calendar import day_start
from core.leads.models import FollowUp, Lead, LeadTag, TagOff
from core.leads.queries import PAGE
from core.leads.segments import DueWhen, Segment, SegmentPage, matching, pack_segment, segment_page, unpack_segment
from core.leads.tagged import has_tag, marks_of
from core.leads.tags import Tag, Tagging, TagRule
from core.people.models import Department, Person
from core.regions import within
from core.store.base import new_id

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("高意向", "中意向", "低意向", "大额", "久未跟进", "公海里", "老客")
TAGS = (*(Tag(name, group="意向") for name in NAMES[:3]), *(Tag(name) for name in NAMES[3:]))
amounts = st.sampled_from([None, 10_000_000, 50_000_000, 100_000_000])
lengths = st.sampled_from([None, 1 * DAY, 3 * DAY, 7 * DAY])


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


rules = st.lists(
    st.builds(
        TagRule,
        name=st.sampled_from("甲乙丙丁戊"),
        tag=st.sampled_from(NAMES),
        amount_fen=amounts,
        pools=some("hohhot", "all"),
        regions=some("1501", "150200", "15"),
        products=some("house", "car"),
        channels=some("抖音", "快手"),
        grades=some("A", "B"),
        idle=lengths,
        waiting=lengths,
        never=st.booleans(),
        follow_ups=st.sampled_from([None, 1, 2]),
    ),
    max_size=5,
).map(tuple)


@pytest.fixture
def leads(firm: Firm) -> list[int]:
    """Leads of all kinds, some that wait, with tags, and tags taken off."""
    found = []
    for number in range(30):
        lead = firm.add(("batu", "zhang", "zhou", "admin")[number % 4])
        found.append(lead)
        idle = NOW - (number * 7 % 9) * DAY
        values: dict[str, Any] = {
            "region": (None, "150102", "150202")[number % 3],
            "product": (None, "house", "car", "credit")[number * 3 % 4],
            "amount_fen": (None, 20_000_000, 50_000_000, 200_000_000)[number * 5 % 4],
            "channel": ("抖音", "快手")[number // 2 % 2],
            "grade": (None, "A", "B", "C")[number // 3 % 4],
            "contacted": number % 5 == 0,
            "next_contact_at": None if number % 4 == 1 else day_start(NOW) + (number % 7 - 3) * 0.5 * DAY,
        }
        values |= {"pooled_at": idle} if number % 4 == 3 else {"idle_since": idle}
        with firm.store.database.write() as session:
            session.execute(update(Lead).where(Lead.id == lead).values(values))
            for tag in {NAMES[number % 3], NAMES[3 + number % 4]} if number % 2 else ():
                session.execute(insert(LeadTag).values(lead_id=lead, tag=tag))
            if number % 3 == 0:
                session.execute(insert(TagOff).values(lead_id=lead, tag=NAMES[number % 7]))
            batu = firm.who("batu").id
            for _ in range(number % 4):
                session.add(FollowUp(id=new_id(), lead_id=lead, person_id=batu, content=b"x", at=NOW))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=rules)
def test_a_search_by_tag_finds_what_the_cards_show(firm: Firm, leads: list[int], rules: tuple[TagRule, ...]) -> None:
    tagging = Tagging(tags=TAGS, rules=rules)
    with firm.store.read() as session:
        shown = marks_of(session, leads, tagging, NOW)
        for name in NAMES:
            found = set(session.scalars(select(Lead.id).where(has_tag(tagging, name, NOW))))
            assert found == {lead for lead in leads if name in [mark.tag for mark in shown[lead]]}, name
            others = set(session.scalars(select(Lead.id).where(~has_tag(tagging, name, NOW))))
            assert others == set(leads) - found, "and the others have it not: nothing is unknown"
        for marks in shown.values():
            assert sum(mark.tag in NAMES[:3] for mark in marks) <= 1, "one of a group, unless a hand set two"


segments = st.builds(
    Segment,
    grades=some("A", "B", ""),
    tags=some(*NAMES),
    without=some(*NAMES),
    products=some("house", "car"),
    regions=some("1501", "150202"),
    least_fen=amounts,
    most_fen=amounts,
    idle=st.sampled_from([None, 0, 1, 3, 7]),
    never=st.booleans(),
    due=st.sampled_from([None, *DueWhen]),
)
RULED = Tagging(
    tags=TAGS,
    rules=(TagRule("大", "大额", amount_fen=100_000_000), TagRule("久", "久未跟进", idle=3 * DAY)),
)


def is_in(lead: Lead, tags: list[str], segment: Segment) -> bool:
    """The segment, looked at lead by lead: written down once more, and plainly."""
    due, today = lead.next_contact_at, day_start(NOW)
    when = {
        None: True,
        DueWhen.TODAY: due is not None and today <= due < today + DAY,
        DueWhen.TOMORROW: due is not None and today + DAY <= due < today + 2 * DAY,
        DueWhen.LATE: due is not None and due <= NOW,
        DueWhen.BY_TODAY: due is not None and due < today + DAY,
        DueWhen.NEVER: due is None,
    }
    return (
        lead.owner_id is not None
        and (not segment.grades or (lead.grade or "") in segment.grades)
        and (not segment.products or lead.product in segment.products)
        and (not segment.regions or any(lead.region and within(lead.region, each) for each in segment.regions))
        and (segment.least_fen is None or (lead.amount_fen is not None and lead.amount_fen >= segment.least_fen))
        and (segment.most_fen is None or (lead.amount_fen is not None and lead.amount_fen <= segment.most_fen))
        and (segment.idle is None or (lead.idle_since is not None and lead.idle_since <= NOW - segment.idle * DAY))
        and not (segment.never and lead.contacted)
        and when[segment.due]
        and set(segment.tags) <= set(tags)
        and not set(segment.without) & set(tags)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(segment=segments)
def test_a_segment_finds_what_is_in_it(firm: Firm, leads: list[int], segment: Segment) -> None:
    with firm.store.read() as session:
        tags = {lead: [mark.tag for mark in marks] for lead, marks in marks_of(session, leads, RULED, NOW).items()}
        rows = session.scalars(select(Lead)).all()
        found = set(session.scalars(select(Lead.id).where(matching(segment, RULED, NOW))))
    assert found == {lead.id for lead in rows if is_in(lead, tags[lead.id], segment)}


@given(segment=segments, team=st.booleans())
def test_a_segment_is_unpacked_as_it_was_packed(segment: Segment, team: bool) -> None:
    assert unpack_segment(pack_segment(replace(segment, team=team))) == replace(segment, team=team)


@pytest.mark.parametrize("path", ["呼和浩特", "呼和浩特/一部", "包头", "包头/一", "没有", "%"])
def test_a_department_holds_those_below_it(firm: Firm, leads: list[int], path: str) -> None:
    with firm.store.read() as session:
        found = set(session.scalars(select(Lead.id).where(matching(Segment(department=path), RULED, NOW))))
        owned = session.execute(
            select(Lead.id, Department.path)
            .join(Person, Person.id == Lead.owner_id)
            .join(Department, Department.id == Person.department_id)
        ).all()
    assert found == {row.id for row in owned if row.path == path or row.path.startswith(f"{path}/")}
    assert bool(found) == (path in ("呼和浩特", "呼和浩特/一部", "包头")), "the test can fail"


def page(firm: Firm, userid: str, segment: Segment, number: int = 1) -> SegmentPage:
    with firm.store.read() as session:
        now = firm.store.clock()
        return segment_page(session, firm.store.vault, firm.who(userid), segment, number, RULED, now)


@pytest.mark.parametrize(
    ("userid", "team", "whose"),
    [
        ("batu", False, {"batu"}),
        ("batu", True, {"batu"}),
        ("lina", False, set()),
        ("lina", True, {"batu", "zhang"}),
        ("boss", True, {"batu", "zhang", "wang"}),
        ("bai", True, {"zhou"}),
        ("admin", True, {"batu", "zhang", "wang", "zhou"}),
        ("finance", True, set()),
        ("approver", True, set()),
    ],
)
def test_whose_leads_one_finds(firm: Firm, userid: str, team: bool, whose: set[str]) -> None:
    leads = {firm.add(each): each for each in ("batu", "zhang", "wang", "zhou")}
    firm.add()
    found = page(firm, userid, Segment(team=team))
    assert {leads[lead.id] for lead in found.leads} == whose
    assert found.total == len(whose)
    for lead in found.leads:
        assert (lead.name, lead.owner) == (
            ("刘志强", "") if leads[lead.id] == userid else ("刘**", firm.who(leads[lead.id]).name)
        )


def test_pages_and_their_order(firm: Firm, clock: Clock) -> None:
    first = [firm.add("batu") for _ in range(PAGE)]
    clock.go(hours=1)
    last = [firm.add("batu"), firm.add("batu")]
    assert [lead.id for lead in page(firm, "lina", Segment(team=True)).leads] == first, "the longest untouched first"
    second = page(firm, "lina", Segment(team=True), 2)
    assert ([lead.id for lead in second.leads], second.total, second.beyond) == (last, 7, False)
    assert page(firm, "lina", Segment(team=True), 9).beyond
    assert page(firm, "batu", Segment()).leads[0].id == last[-1], "one's own as 我的客户"
