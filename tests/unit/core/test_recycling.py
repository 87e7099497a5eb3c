"""超时回收: what is over by the rules is over by the database too, and a lead falls exactly then."""

from datetime import UTC, datetime, timedelta

from firm import Firm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.clock import Clock
from sqlalchemy import select, update

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.claiming import claim_leads
from core.leads.models import Deferral, DeferralKind, Lead
from core.leads.pools import Pool, Pools
from core.leads.recycle import due_leads, held, is_over, let_fall, warn
from core.leads.recycling import Extension, Lapse, Protection, Recycling, RecyclingRule, due
from core.leads.service import log_follow_up, transfer_lead

CALENDAR = WorkingCalendar()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def days(count: int) -> Length:
    return Length(count, Unit.DAY)


def rules(*each: RecyclingRule, warnings: tuple[Length, ...] = ()) -> Recycling:
    return Recycling(CALENDAR, each, warnings, Extension(days(3), 2), Protection(2, 15 * DAY))


WEEK = rules(RecyclingRule("7天跟进", Lapse.FOLLOW_UP, days(7)))


def fall(
    firm: Firm, recycling: Recycling, lapse: Lapse = Lapse.FOLLOW_UP, most: int = 100
) -> list[tuple[int, int, str]]:
    """A sweep of at most so many leads; what fell."""
    with firm.store.read() as session:
        due_now = due_leads(session, recycling, lapse, firm.store.clock(), most)
    gone = firm.work(lambda unit: let_fall(unit, due_now, recycling, firm.pools, lapse))
    return [(one.lead_id, one.old_id, one.pool) for one in gone]


def test_without_a_follow_up_a_lead_falls_when_its_time_is_over_and_not_before(firm: Firm, clock: Clock) -> None:
    lead, batu = firm.add("batu"), firm.who("batu").id
    clock.go(days=7, seconds=-1)
    assert fall(firm, WEEK) == []
    clock.go(seconds=1)
    assert fall(firm, WEEK) == [(lead, batu, "hohhot")]
    row = firm.lead(lead)
    assert (row.owner_id, row.owned_at, row.idle_since, row.pooled_at) == (None, None, None, clock.now)
    assert firm.history(lead)[-1] == (None, "hohhot", "recycle", True)
    assert fall(firm, WEEK) == []


def test_each_follow_up_and_each_new_owner_begins_anew(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    clock.go(days=6)
    firm.do(log_follow_up, "batu", lead, "意向强", None)
    clock.go(days=6)
    assert fall(firm, WEEK) == []
    firm.do(transfer_lead, "batu", lead, firm.who("zhang"), firm.pools)
    clock.go(days=6)
    assert fall(firm, WEEK) == []
    clock.go(days=1)
    assert fall(firm, WEEK) == [(lead, firm.who("zhang").id, "hohhot")]


def test_the_first_contact_is_reckoned_in_working_time(firm: Firm, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # Friday, 17:00 in China
    two_hours = rules(RecyclingRule("首联", Lapse.FIRST_CONTACT, Length(2, Unit.HOUR, working=True)))
    waiting, spoken = firm.add("batu"), firm.add("batu")
    clock.go(minutes=30)
    firm.do(log_follow_up, "batu", spoken, "打过了", None)
    clock.now = datetime(2026, 11, 30, 1, 59, 59, tzinfo=UTC)  # Monday, a second before 10:00
    assert fall(firm, two_hours, Lapse.FIRST_CONTACT) == []
    clock.go(seconds=1)
    assert fall(firm, two_hours, Lapse.FIRST_CONTACT) == [(waiting, firm.who("batu").id, "hohhot")]


def test_the_first_rule_that_fits_counts_and_never_is_a_rule_too(firm: Firm, clock: Clock) -> None:
    some = rules(
        RecyclingRule("房抵不收", Lapse.FOLLOW_UP, None, products=("house",)),
        RecyclingRule("车抵3天", Lapse.FOLLOW_UP, days(3), products=("car",)),
        RecyclingRule("其余10天", Lapse.FOLLOW_UP, days(10)),
    )
    firm.add("batu", product="house")
    car, credit = firm.add("batu", product="car"), firm.add("batu", product="credit")
    clock.go(days=5)
    assert [one[0] for one in fall(firm, some)] == [car]
    clock.go(days=30)
    assert [one[0] for one in fall(firm, some)] == [credit]


def test_a_live_application_holds_and_a_loan_until_it_is_settled(firm: Firm, clock: Clock) -> None:
    some = rules(RecyclingRule("7天", Lapse.FOLLOW_UP, days(7)), RecyclingRule("结清", Lapse.SETTLED, days(30)))
    live, paid = firm.add("batu"), firm.add("batu")
    stage(firm, live, live_application=True)
    stage(firm, paid, disbursed_at=clock.now)
    clock.go(days=60)
    assert fall(firm, some) == []
    stage(firm, paid, settled_at=clock.now)
    clock.go(days=30)
    assert fall(firm, some, Lapse.SETTLED) == [(paid, firm.who("batu").id, "hohhot")]


def stage(firm: Firm, lead: int, **values: object) -> None:
    """What the loan flow writes."""
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(**values))


def test_more_leads_than_a_batch_fall_one_after_the_other(firm: Firm, clock: Clock) -> None:
    leads = [firm.add("batu") for _ in range(5)]
    clock.go(days=8)
    gone = [fall(firm, WEEK, most=2) for _ in range(4)]
    assert [len(batch) for batch in gone] == [2, 2, 1, 0]
    assert {one[0] for batch in gone for one in batch} == set(leads)
    assert firm.audited("batu")[-1][0] != "lead:recycle", "it was no person"


def test_a_warning_is_given_once_and_the_nearer_one_after_it(firm: Firm, clock: Clock) -> None:
    some = rules(RecyclingRule("7天", Lapse.FOLLOW_UP, days(7)), warnings=(days(3), days(1)))
    lead, batu = firm.add("batu"), firm.who("batu").id

    def warned() -> list[tuple[int, int]]:
        return firm.work(lambda unit: warn(unit, some))

    assert warned() == []
    clock.go(days=4)
    assert (warned(), warned()) == ([(lead, batu)], [])
    clock.go(days=2)
    assert (warned(), warned()) == ([(lead, batu)], [])
    firm.do(log_follow_up, "batu", lead, "约了", None)
    assert warned() == []
    clock.go(days=6, hours=1)
    assert (warned(), warned()) == ([(lead, batu)], []), "of two that are over, the nearer one alone"
    clock.go(days=1)
    assert warned() == [], "it is over"


def test_who_was_warned_when_it_was_near_is_not_warned_of_what_was_further(firm: Firm, clock: Clock) -> None:
    week = RecyclingRule("7天", Lapse.FOLLOW_UP, days(7))
    lead, batu = firm.add("batu"), firm.who("batu").id
    clock.go(days=6, hours=1)
    near, both = rules(week, warnings=(days(1),)), rules(week, warnings=(days(3), days(1)))
    assert firm.work(lambda unit: warn(unit, near)) == [(lead, batu)]
    assert firm.work(lambda unit: warn(unit, both)) == [], "the nearer one was given without the further one"


LENGTHS = st.builds(Length, st.integers(1, 12), st.sampled_from([Unit.DAY, Unit.HOUR]), st.booleans())
RULES = st.builds(
    RecyclingRule,
    st.just("规则"),
    st.sampled_from(Lapse),
    st.none() | LENGTHS,
    pools=st.sampled_from([(), ("hohhot",), ("all",)]),
    products=st.sampled_from([(), ("house",), ("car", "credit")]),
    grades=st.sampled_from([(), ("A",), ("A", "B")]),
)
MOMENTS = st.integers(0, 14 * 24).map(lambda hours: datetime(2026, 11, 16, tzinfo=UTC) + hours * HOUR)
TIMES = st.none() | MOMENTS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_says_the_same_as_the_rules(firm: Firm, data: st.DataObject) -> None:
    leads = _some_leads(firm)
    for lead in leads:
        owned = data.draw(MOMENTS)
        stage(
            firm,
            lead,
            product=data.draw(st.sampled_from([None, "house", "car", "credit"])),
            grade=data.draw(st.sampled_from([None, "A", "B", "C"])),
            owned_at=owned,
            idle_since=max(owned, data.draw(MOMENTS)),
            contacted=data.draw(st.booleans()),
            applied_at=data.draw(TIMES),
            disbursed_at=data.draw(TIMES),
            settled_at=data.draw(TIMES),
            live_application=data.draw(st.integers(0, 5)) == 0,
        )
        _defer(firm, lead, owned, data.draw(TIMES))
    some = rules(*data.draw(st.lists(RULES, min_size=1, max_size=5)))
    at = data.draw(MOMENTS) + data.draw(st.integers(0, 9)) * DAY
    with firm.store.read() as session:
        by_rules = {number for number, one in held(session, leads).items() if _is_due(some, one, at)}
        conditions = [condition for lapse in Lapse if (condition := is_over(some, lapse, at)) is not None]
        by_database = {number for one in conditions for number in session.scalars(select(Lead.id).where(one))}
    assert by_database == by_rules


def _is_due(recycling: Recycling, one: object, at: datetime) -> bool:
    ends = due(recycling, one)  # type: ignore[arg-type]
    return ends is not None and ends.at <= at


def _some_leads(firm: Firm) -> list[int]:
    with firm.store.read() as session:
        known = list(session.scalars(select(Lead.id)))
    return known or [firm.add("batu") for _ in range(6)]


def _defer(firm: Firm, lead: int, owned: datetime, until: datetime | None) -> None:
    batu = firm.who("batu").id
    with firm.store.database.write() as session:
        session.query(Deferral).filter(Deferral.lead_id == lead).delete()
        if until is not None:
            kind = DeferralKind.EXTENSION
            session.add(Deferral(lead_id=lead, owner_id=batu, kind=kind, until=until, by_id=batu, at=owned))


def test_what_holds_one_owner_does_not_hold_the_next(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    clock.go(hours=1)
    _defer(firm, lead, clock.now, clock.now + 30 * DAY)
    firm.do(transfer_lead, "batu", lead, firm.who("zhang"), firm.pools)
    clock.go(days=8)
    assert [one[0] for one in fall(firm, WEEK)] == [lead]


def test_who_lost_it_may_claim_it_again_unless_the_pool_cools_down(firm: Firm, clock: Clock) -> None:
    firm.pools = Pools((Pool("all", "全区池", cooldown=30 * DAY),), "all")
    lead = firm.add("batu")
    clock.go(days=8)
    assert fall(firm, WEEK)
    (outcome,) = firm.do(claim_leads, "batu", [lead], firm.pools)
    assert type(outcome).__name__ == "CoolingDown"


def test_a_follow_up_in_the_last_second_wins(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    clock.go(days=7)
    with firm.store.read() as session:
        due_now = due_leads(session, WEEK, Lapse.FOLLOW_UP, clock.now, 10)
    assert [one.id for one in due_now] == [lead]
    firm.do(log_follow_up, "batu", lead, "刚打通", None)
    assert firm.work(lambda unit: let_fall(unit, due_now, WEEK, firm.pools, Lapse.FOLLOW_UP)) == []
    assert firm.lead(lead).owner_id == firm.who("batu").id
